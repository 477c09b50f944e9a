/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_TESTS_STORE_SCRATCH_H
#define GA2_TESTS_STORE_SCRATCH_H
/* Stores that go with the test's pool, and records written and read in a line. */
#include "folder.h"
#include "store/store.h"

#define KEY(text) ga2_bytes_of(text)

/* The URL of a store of this scheme with nothing in it. */
static inline const char *scratch_url(const char *scheme, apr_pool_t *p)
{
    if (strcmp(scheme, "lmdb") == 0)
        return apr_pstrcat(p, "lmdb:", folder_make(p), "/new", NULL);
    return apr_pstrcat(p, scheme, ":", NULL);
}

static inline ga2_error_t *write_text(apr_uint64_t *generation, ga2_store_t *s, const char *key, const char *value,
                                      apr_uint64_t expected, apr_time_t expires, apr_time_t now, apr_pool_t *p)
{
    ga2_write_t write = { ga2_bytes_of(value), expires, expected, now };

    return ga2_store_put(generation, s, KEY(key), &write, p);
}

/* The record as text, "(absent)" or "(error)". */
static inline const char *read_text(ga2_store_t *s, const char *key, apr_time_t now, apr_pool_t *p)
{
    ga2_record_t record;

    if (ga2_store_get(&record, s, KEY(key), now, p))
        return "(error)";
    return record.value.data ? ga2_bytes_text(record.value, p) : "(absent)";
}

/* For tests of the lmdb backend: open a folder, write, and read at a time when nothing has expired. */

static inline ga2_store_t *open_at(const char *dir, const char *options, apr_pool_t *p)
{
    ga2_store_t *s = NULL;
    ga2_error_t *err = ga2_store_open(&s, apr_pstrcat(p, "lmdb:", dir, options, NULL), p);

    if (err)
        fprintf(stderr, "%s\n", ga2_error_chain(err, p));
    return s;
}

static inline int put(ga2_store_t *s, const char *key, const char *value, apr_pool_t *p)
{
    apr_uint64_t generation = 0;
    ga2_error_t *err = write_text(&generation, s, key, value, GA2_ANY, 1000000, 1, p);

    if (err)
        fprintf(stderr, "%s\n", ga2_error_chain(err, p));
    return !err && generation;
}

static inline const char *get(ga2_store_t *s, const char *key, apr_pool_t *p) { return read_text(s, key, 1, p); }
#endif
