/* SPDX-License-Identifier: Apache-2.0
 * What is the same for every backend: the drivers' list, limits, expiry, and errors that name the store. */
#include "store/driver.h"
#include "store/url.h"
#include <apr_strings.h>
#include <string.h>

#define GA2_STORE_DRIVER(name) extern const ga2_store_driver_t ga2_store_##name##_driver;
#include "store/drivers.def"

static const ga2_store_driver_t *const drivers[] = {
#define GA2_STORE_DRIVER(name) &ga2_store_##name##_driver,
#include "store/drivers.def"
};

enum { DRIVERS = sizeof(drivers) / sizeof(drivers[0]) };

/* The driver, and what is behind "scheme:". NULL: there is none. */
static const ga2_store_driver_t *driver_of(const char *url, const char **rest)
{
    for (int i = 0; i < DRIVERS; i++) {
        apr_size_t len = strlen(drivers[i]->scheme);
        if (strncmp(url, drivers[i]->scheme, len) == 0 && url[len] == ':') {
            *rest = url + len + 1;
            return drivers[i];
        }
    }
    return NULL;
}

static const char *schemes(apr_pool_t *p)
{
    const char *list = "";

    for (int i = 0; i < DRIVERS; i++)
        list = apr_pstrcat(p, list, i ? ", " : "", drivers[i]->scheme, ":", NULL);
    return list;
}

const char *ga2_store_url_wrong(const char *url, apr_pool_t *p)
{
    const char *rest, *wrong;
    const ga2_store_driver_t *driver = driver_of(url, &rest);

    if (!driver)
        return apr_psprintf(p, "%s names no kind of store; known are %s", ga2_store_url_shown(url, p), schemes(p));
    wrong = driver->wrong(rest, p);
    return wrong ? apr_psprintf(p, "%s: %s", ga2_store_url_shown(url, p), wrong) : NULL;
}

const char *ga2_store_directory(const char *url, apr_pool_t *p)
{
    const char *rest;
    const ga2_store_driver_t *driver = driver_of(url, &rest);

    return driver && driver->directory ? driver->directory(rest, p) : NULL;
}

ga2_error_t *ga2_store_open(ga2_store_t **out, const char *url, apr_pool_t *p)
{
    const char *wrong = ga2_store_url_wrong(url, p), *rest;
    const ga2_store_driver_t *driver = driver_of(url, &rest);
    const ga2_error_t *err;

    if (wrong || !driver)
        return ga2_fail(p, STORE, NULL, "%s", wrong);
    err = driver->open(out, rest, p);
    if (err)
        return ga2_fail(p, STORE, err, "the store %s cannot be opened", ga2_store_url_shown(url, p));
    (*out)->driver = driver;
    (*out)->url = ga2_store_url_shown(url, p);
    return NULL;
}

/* Every call below passes through here on its way back. */
static ga2_error_t *named(const ga2_store_t *s, const ga2_error_t *err, apr_pool_t *p)
{
    return err ? ga2_fail(p, STORE, err, "the store %s gives no answer", s->url) : NULL;
}

static ga2_error_t *check_key(ga2_key_t key, apr_pool_t *p)
{
    if (!key.data || key.len == 0 || key.len > GA2_STORE_KEY_MAX)
        return ga2_fail(p, STORE, NULL, "a key of %" APR_SIZE_T_FMT " bytes; 1 to %d are allowed", key.len,
                        GA2_STORE_KEY_MAX);
    return NULL;
}

ga2_error_t *ga2_store_get(ga2_record_t *out, ga2_store_t *s, ga2_key_t key, apr_time_t now, apr_pool_t *p)
{
    memset(out, 0, sizeof(*out));
    GA2_TRY(check_key(key, p));
    GA2_TRY(named(s, s->driver->get(out, s, key, p), p));
    if (!out->value.data || out->expires <= now)
        memset(out, 0, sizeof(*out));
    return NULL;
}

ga2_error_t *ga2_store_put(apr_uint64_t *generation, ga2_store_t *s, ga2_key_t key, const ga2_write_t *write,
                           apr_pool_t *p)
{
    *generation = 0;
    GA2_TRY(check_key(key, p));
    if (!write->value.data || write->value.len > GA2_STORE_VALUE_MAX)
        return ga2_fail(p, STORE, NULL, "a value of %" APR_SIZE_T_FMT " bytes; 0 to %d are allowed", write->value.len,
                        GA2_STORE_VALUE_MAX);
    return named(s, s->driver->put(generation, s, key, write, p), p);
}

ga2_error_t *ga2_store_remove(int *removed, ga2_store_t *s, ga2_key_t key, apr_uint64_t expected, apr_pool_t *p)
{
    int ignored;

    removed = removed ? removed : &ignored;
    *removed = 0;
    GA2_TRY(check_key(key, p));
    return named(s, s->driver->remove(removed, s, key, expected, p), p);
}

ga2_error_t *ga2_store_set_add(ga2_store_t *s, ga2_key_t set, ga2_key_t member, apr_time_t expires, apr_time_t now,
                               apr_pool_t *p)
{
    GA2_TRY(check_key(set, p));
    GA2_TRY(check_key(member, p));
    return named(s, s->driver->set_add(s, set, member, expires, now, p), p);
}

ga2_error_t *ga2_store_set_remove(ga2_store_t *s, ga2_key_t set, ga2_key_t member, apr_pool_t *p)
{
    GA2_TRY(check_key(set, p));
    GA2_TRY(check_key(member, p));
    return named(s, s->driver->set_remove(s, set, member, p), p);
}

ga2_error_t *ga2_store_set_list(apr_array_header_t **out, ga2_store_t *s, ga2_key_t set, apr_time_t now, int limit,
                                apr_pool_t *p)
{
    *out = apr_array_make(p, 4, sizeof(ga2_key_t));
    GA2_TRY(check_key(set, p));
    return named(s, s->driver->set_list(*out, s, set, now, limit, p), p);
}

ga2_error_t *ga2_store_sweep(int *removed, ga2_store_t *s, apr_time_t now, int limit, apr_pool_t *p)
{
    *removed = 0;
    return named(s, s->driver->sweep(removed, s, now, limit, p), p);
}

ga2_error_t *ga2_store_ping(ga2_store_t *s, apr_pool_t *p)
{
    return named(s, s->driver->ping(s, p), p);
}
