/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_TEST_CACHED_H
#define GA2_TEST_CACHED_H
/* A cache of one document, the server that has it, and what is asked of them. */
#include "t.h"
#include "../fake/outside.h"
#include "codec/json.h"
#include <apr_strings.h>
#include <stdatomic.h>

#define URL "https://op.example/keys"
#define SECONDS(n) apr_time_from_sec(n)

static atomic_int parsed, gone;         /* values made, and values freed */

static inline apr_status_t count_gone(void *value)
{
    (void)value;
    gone++;
    return APR_SUCCESS;
}

/* A value is the text of a JSON document's member "v". */
static inline ga2_error_t *parse(const void **out, const ga2_document_t *document, const void *baton, apr_pool_t *p)
{
    const ga2_json_t *json;

    assert_null(baton);
    GA2_TRY(ga2_json_parse_object(&json, document->body, p));
    if (!ga2_json_string(json, "v"))
        return ga2_fail(p, JSON, NULL, "no v");
    *out = apr_pstrdup(p, ga2_json_string(json, "v"));
    parsed++;
    apr_pool_cleanup_register(p, *out, count_gone, apr_pool_cleanup_null);
    return NULL;
}

static const ga2_http_settings_t settings = { .ca_file = "/ca", .timeout = SECONDS(10) };
static const ga2_wanted_t wanted = { .url = URL, .http = &settings, .limit = 1234, .private_ok = 1, .parse = parse };

typedef struct fixture { fake_outside_t *o; ga2_cached_t *c; apr_pool_t *p; } fixture_t;

static inline fixture_t fixture(apr_pool_t *p)
{
    parsed = gone = 0;
    return (fixture_t){ fake_outside_make(p), ga2_cached_make(p), p };
}

/* The value, or the name of the error. */
static inline const char *got(ga2_error_t *err, const void *value) { return err ? ga2_error_name(err->code) : value; }

static inline const char *get(const fixture_t *f)
{
    const void *value = NULL;
    ga2_error_t *err = ga2_cached_get(&value, f->c, &wanted, &f->o->outside, f->p);

    return got(err, value);
}

static inline const char *renew(const fixture_t *f)
{
    const void *value = NULL;
    ga2_error_t *err = ga2_cached_renew(&value, f->c, &wanted, &f->o->outside, f->p);

    return got(err, value);
}

static inline int requests(const fixture_t *f) { return fake_http_count(f->o->http, ""); }
static inline void serve(const fixture_t *f, const char *json) { fake_http_json(f->o->http, URL, json); }
static inline void pass(const fixture_t *f, int seconds) { f->o->outside.now += SECONDS(seconds); }
static inline apr_time_t now_of(const fixture_t *f) { return f->o->outside.now; }
#endif
