/* SPDX-License-Identifier: Apache-2.0
 * The strict scanner and cJSON behind it. What the scanner accepts, cJSON reads, and the document holds what
 * json.h promises, as slow walks over it find; printed, it is accepted again and prints the same. */
#include "fuzz.h"
#include "codec/json.h"
#include "codec/utf8.h"
#include <string.h>

static void is_utf8(const char *text)
{
    for (const unsigned char *s = (const unsigned char *)text; *s;) {
        apr_uint32_t c;
        apr_size_t n = ga2_utf8_read(&c, s, strlen((const char *)s));
        GA2_HOLDS(n > 0);
        s += n;
    }
}

/* cJSON finds the first member of a name, so a second one would be found as the first. */
static void has_each_name_once(const ga2_json_t *object)
{
    for (const ga2_json_t *m = ga2_json_first(object); m; m = ga2_json_next(m)) {
        GA2_HOLDS(ga2_json_member(object, ga2_json_name(m)) == m);
        GA2_HOLDS(strlen(ga2_json_name(m)) <= GA2_JSON_NAME);
        is_utf8(ga2_json_name(m));
    }
}

/* Returns how many members and elements there are in all. */
static int walk(const ga2_json_t *item, int depth, apr_pool_t *pool)
{
    int members = 0;

    if (ga2_json_type(item) == GA2_JSON_OBJECT)
        has_each_name_once(item);
    if (ga2_json_type(item) == GA2_JSON_STRING)
        is_utf8(ga2_json_text(item));
    if (ga2_json_type(item) == GA2_JSON_NUMBER)
        GA2_HOLDS(!strpbrk(ga2_json_number_text(item, pool), "nN"));     /* neither inf nor nan */
    if (ga2_json_type(item) == GA2_JSON_ARRAY || ga2_json_type(item) == GA2_JSON_OBJECT)
        GA2_HOLDS(depth < GA2_JSON_DEPTH);
    for (const ga2_json_t *child = ga2_json_first(item); child; child = ga2_json_next(child))
        members += 1 + walk(child, depth + 1, pool);
    return members;
}

GA2_FUZZ(input, pool)
{
    const ga2_json_t *document, *again;
    apr_size_t at;
    const char *why = ga2_json_check(input, &at, pool), *printed;
    ga2_error_t *err = ga2_json_parse(&document, input, pool);

    GA2_HOLDS(at <= input.len && (why || at == input.len));
    GA2_HOLDS((err != NULL) == (why != NULL) && (document != NULL) == (err == NULL));
    if (err)
        return;
    GA2_HOLDS(walk(document, 0, pool) <= GA2_JSON_MEMBERS);
    printed = ga2_json_print(document, pool);
    err = ga2_json_parse(&again, ga2_bytes_of(printed), pool);
    GA2_HOLDS(!err);
    GA2_HOLDS(strcmp(ga2_json_print(again, pool), printed) == 0);
}
