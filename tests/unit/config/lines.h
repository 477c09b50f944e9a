/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_TESTS_CONFIG_LINES_H
#define GA2_TESTS_CONFIG_LINES_H
/* Configurations written as an administrator would: "GOAuth2SessionIdle 8h". */
#include "config/config.h"
#include "base/text.h"
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

/* NULL, or what ga2_config_set says about the line. A name that no directive has ends the test. */
static inline const char *line_set(ga2_config_t *c, const char *line, apr_pool_t *p)
{
    apr_size_t len = strcspn(line, " ");
    int d = ga2_config_find(apr_pstrmemdup(p, line, len));

    if (d < 0) {
        fprintf(stderr, "there is no directive for the line: %s\n", line);
        abort();
    }
    return ga2_config_set(c, d, line[len] ? line + len + 1 : "", p);
}

/* The defaults and these lines, each ended by "\n"; each must be accepted. */
static inline ga2_config_t *lines_read(const char *lines, apr_pool_t *p)
{
    ga2_config_t *c = ga2_config_defaults(p);
    char *state, *copy = apr_pstrdup(p, lines);

    for (char *line = apr_strtok(copy, "\n", &state); line; line = apr_strtok(NULL, "\n", &state)) {
        const char *wrong = line_set(c, line, p);
        if (wrong) {
            fprintf(stderr, "%s\n", wrong);
            abort();
        }
    }
    return c;
}

/* The lines of a dump that are of this directive, "\n" between. */
static inline const char *lines_of(const ga2_config_t *c, const char *name, apr_pool_t *p)
{
    char *state, *copy = apr_pstrdup(p, ga2_config_dump(c, p));
    const char *found = "";

    for (char *line = apr_strtok(copy, "\n", &state); line; line = apr_strtok(NULL, "\n", &state))
        if (ga2_text_begins(line, name) && line[strlen(name)] == ' ')
            found = apr_pstrcat(p, found, *found ? "\n" : "", line, NULL);
    return found;
}

/* One line of printable text that begins with the name of a directive: "NAME: …" or, of two settings, "NAME …". */
static inline int is_sentence(const char *text, apr_pool_t *p)
{
    int d = ga2_config_find(apr_pstrmemdup(p, text, strcspn(text, ": ")));

    for (const char *s = text; *s; s++)
        if ((*s & 0x80) == 0 && (*s < 0x20 || *s == 0x7f))
            return 0;
    return d >= 0 && ga2_text_begins(text, ga2_directives[d].name) && strlen(text) < 1024
        && strlen(text) > strlen(ga2_directives[d].name) + 10;
}

/* A line and what a dump makes of it; printed NULL: it is refused, with a sentence. */
typedef struct line_row { const char *line, *printed; } line_row_t;

#define CHECK_LINES(rows, pool) \
    for (size_t row_ = 0; row_ < sizeof(rows) / sizeof(*(rows)); row_++) \
        check_line(&(rows)[row_], pool)

static inline void check_line(const line_row_t *row, apr_pool_t *p)
{
    ga2_config_t *c = ga2_config_defaults(p);
    const char *wrong = line_set(c, row->line, p), *name = apr_pstrmemdup(p, row->line, strcspn(row->line, " "));

    T_ROW(!row->printed == !!wrong, row->line);
    if (wrong)
        T_ROW(is_sentence(wrong, p) && ga2_text_begins(wrong, apr_pstrcat(p, name, ": ", NULL)), row->line);
    else if (strcmp(lines_of(c, name, p), row->printed))
        fail_msg("%s was dumped as: %s", row->line, lines_of(c, name, p));
}
#endif
