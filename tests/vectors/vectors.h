/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_TESTS_VECTORS_H
#define GA2_TESTS_VECTORS_H
/* Published test vectors, read with the project's own JSON reader. */
#include <apr_strings.h>
#include "../unit/t.h"
#include "base/file.h"
#include "codec/json.h"

enum { T_VECTORS_MAX = 1 << 20 };

static inline const char *t_top_srcdir(void)
{
    const char *top = getenv("top_srcdir");

    return top && *top ? top : ".";
}

/* The file's object; NULL when the file is not there. */
static inline const ga2_json_t *t_vectors_read(const char *path, apr_pool_t *p)
{
    const ga2_json_t *object = NULL;
    ga2_error_t *err;
    ga2_bytes_t text;

    err = ga2_file_read(&text, path, T_VECTORS_MAX, p);
    if (!err && !text.data)
        return NULL;
    if (!err)
        err = ga2_json_parse_object(&object, text, p);
    if (err) {
        print_error("%s: %s\n", path, ga2_error_chain(err, p));
        fail();
    }
    return object;
}

/* The list "tests" of a file of this folder. */
static inline const ga2_json_t *t_vectors(const char *name, apr_pool_t *p)
{
    const ga2_json_t *object = t_vectors_read(apr_pstrcat(p, t_top_srcdir(), "/tests/vectors/", name, NULL), p);

    assert_non_null(object);
    assert_non_null(ga2_json_first(ga2_json_array(object, "tests")));
    return ga2_json_array(object, "tests");
}

#define T_EACH(item, list) (const ga2_json_t *item = ga2_json_first(list); item; item = ga2_json_next(item))
#endif
