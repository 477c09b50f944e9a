/* SPDX-License-Identifier: Apache-2.0
 * The table of kinds, and the kinds that are a word or a number. */
#include "config/kinds.h"
#include "base/text.h"
#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

static const struct { ga2_kind_t kind; int value; const char *word; } choices[] = {
#define GA2_CHOICE(kind, constant, word) { GA2_KIND_##kind, constant, word },
#include "config/choices.def"
};
enum { CHOICES = sizeof choices / sizeof *choices };

const char *ga2_choice_word(ga2_kind_t kind, int value)
{
    for (int i = 0; i < CHOICES; i++)
        if (choices[i].kind == kind && choices[i].value == value)
            return choices[i].word;
    return "?";
}

/* "must be required, aware or off" */
static const char *choice_wrong(ga2_kind_t kind, apr_pool_t *p)
{
    const char *text = "must be ", *last = NULL;

    for (int i = 0; i < CHOICES; i++) {
        if (choices[i].kind != kind)
            continue;
        if (last)
            text = apr_pstrcat(p, text, text[8] ? ", " : "", last, NULL);
        last = choices[i].word;
    }
    return apr_pstrcat(p, text, " or ", last, NULL);
}

static const char *parse_choice(int *value, ga2_kind_t kind, const char *word, apr_pool_t *p)
{
    for (int i = 0; i < CHOICES; i++)
        if (choices[i].kind == kind && ga2_text_same_nocase(choices[i].word, word)) {
            *value = choices[i].value;
            return NULL;
        }
    return choice_wrong(kind, p);
}

#define CHOICE_KIND(kind) \
    const char *ga2_parse_##kind(void *field, const apr_array_header_t *words, apr_pool_t *p) \
    { \
        int value; \
        const char *wrong = parse_choice(&value, GA2_KIND_##kind, GA2_WORD(0), p); \
        if (!wrong) \
            *(GA2_CTYPE_##kind *)field = (GA2_CTYPE_##kind)value; \
        return wrong; \
    } \
    void ga2_print_##kind(apr_array_header_t *lines, const char *name, const void *field, apr_pool_t *p) \
    { \
        APR_ARRAY_PUSH(lines, const char *) = \
            apr_pstrcat(p, name, " ", ga2_choice_word(GA2_KIND_##kind, (int)*(const GA2_CTYPE_##kind *)field), NULL); \
    }
CHOICE_KIND(MODE)
CHOICE_KIND(STRANGER)
CHOICE_KIND(BEARER)
CHOICE_KIND(SAMESITE)
CHOICE_KIND(CLIENT_AUTH)

const char *ga2_parse_FLAG(void *field, const apr_array_header_t *words, apr_pool_t *p)
{
    (void)p;
    if (!ga2_text_same_nocase(GA2_WORD(0), "On") && !ga2_text_same_nocase(GA2_WORD(0), "Off"))
        return "must be On or Off";
    *(int *)field = ga2_text_same_nocase(GA2_WORD(0), "On");
    return NULL;
}

void ga2_print_flag(apr_array_header_t *lines, const char *name, const void *field, apr_pool_t *p)
{
    APR_ARRAY_PUSH(lines, const char *) = apr_pstrcat(p, name, *(const int *)field ? " On" : " Off", NULL);
}

static const struct { const char *unit; apr_int64_t seconds; } units[] =
    { { "d", 86400 }, { "h", 3600 }, { "min", 60 }, { "s", 1 }, { "", 1 } };
enum { UNITS = sizeof units / sizeof *units };

const char *ga2_parse_SPAN(void *field, const apr_array_header_t *words, apr_pool_t *p)
{
    static const char wrong[] = "must be a time such as 30s, 10min, 8h or 7d";
    const apr_int64_t most = 3660LL * 86400;
    char *unit;
    apr_int64_t n = apr_isdigit(*GA2_WORD(0)) ? apr_strtoi64(GA2_WORD(0), &unit, 10) : -1;

    (void)p;
    if (n <= 0 || n > most)
        return wrong;
    for (int i = 0; i < UNITS; i++)
        if (!strcmp(unit, units[i].unit) && n <= most / units[i].seconds) {
            *(apr_interval_time_t *)field = apr_time_from_sec(n * units[i].seconds);
            return NULL;
        }
    return wrong;
}

void ga2_print_span(apr_array_header_t *lines, const char *name, const void *field, apr_pool_t *p)
{
    apr_int64_t seconds = apr_time_sec(*(const apr_interval_time_t *)field);

    for (int i = 0; i < UNITS; i++)
        if (seconds % units[i].seconds == 0) {
            APR_ARRAY_PUSH(lines, const char *) =
                apr_psprintf(p, "%s %" APR_INT64_T_FMT "%s", name, seconds / units[i].seconds, units[i].unit);
            return;
        }
}

const char *ga2_parse_TEXT(void *field, const apr_array_header_t *words, apr_pool_t *p)
{
    if (!*GA2_WORD(0))
        return "must not be empty";
    *(const char **)field = apr_pstrdup(p, GA2_WORD(0));
    return NULL;
}

/* What RFC 6265 calls a token, less what has a meaning elsewhere. */
const char *ga2_parse_NAME(void *field, const apr_array_header_t *words, apr_pool_t *p)
{
    const char *s = GA2_WORD(0);

    if (!*s || strlen(s) > 64)
        return "must be a name of 1 to 64 characters";
    if (!strncmp(s, "__", 2))
        return "must not begin with __; __Host- or __Secure- is put before it where it belongs";
    for (; *s; s++)
        if (!apr_isalnum(*s) && !strchr("-_.", *s))
            return "must be a name of letters, digits, - _ and .";
    *(const char **)field = apr_pstrdup(p, GA2_WORD(0));
    return NULL;
}

/* Providers name claims as they like: "cognito:username", "https://example.com/roles". */
const char *ga2_parse_CLAIM(void *field, const apr_array_header_t *words, apr_pool_t *p)
{
    const char *s = GA2_WORD(0);

    if (!*s || strlen(s) > 256)
        return "must be a claim's name of 1 to 256 characters";
    for (; *s; s++)
        if (*s <= 0x20 || *s >= 0x7f)
            return "must be a claim's name without spaces";
    *(const char **)field = apr_pstrdup(p, GA2_WORD(0));
    return NULL;
}

const char *ga2_value_quoted(const char *value, apr_pool_t *p)
{
    char *out = apr_palloc(p, 2 * strlen(value) + 3), *to = out;

    *to++ = '"';
    for (; *value; value++) {
        if (*value == '"' || *value == '\\')
            *to++ = '\\';
        *to++ = *value;
    }
    *to++ = '"';
    *to = 0;
    return out;
}

/* Text as the configuration would write it: in quotes where it has spaces, quotes or backslashes. */
void ga2_print_text(apr_array_header_t *lines, const char *name, const void *field, apr_pool_t *p)
{
    const char *value = *(const char *const *)field;
    int quote = value && value[strcspn(value, " \t\r\n\v\f\"'\\")];

    APR_ARRAY_PUSH(lines, const char *) =
        !value ? apr_pstrcat(p, name, " off", NULL)
        : quote ? apr_pstrcat(p, name, " ", ga2_value_quoted(value, p), NULL)
        : apr_pstrcat(p, name, " ", value, NULL);
}

const ga2_value_kind_t ga2_kinds[GA2_KINDS] = {
#define GA2_KIND(name, type, least, most, print, merge) \
    [GA2_KIND_##name] = { ga2_parse_##name, ga2_print_##print, ga2_##merge, least, most },
#include "config/kinds.def"
};
