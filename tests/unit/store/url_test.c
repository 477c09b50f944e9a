/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "store/store.h"
#include "store/url.h"
#include <apr_strings.h>

static void whole_urls(void **state)
{
    static const struct { const char *url; int good; } rows[] = {
        { "memory:", 1 }, { "memory:x", 0 }, { "memory", 0 }, { "Memory:", 0 },
        { "lmdb:/var/lib/goauth2/sessions", 1 }, { "lmdb:/a b/c", 1 }, { "lmdb:/", 1 },
        { "lmdb:", 0 }, { "lmdb:relative/dir", 0 }, { "lmdb:./x", 0 }, { "lmdb://host/dir", 1 },
        { "lmdb:/x?size=4g", 1 }, { "lmdb:/x?size=4G", 1 }, { "lmdb:/x?size=1048576", 1 }, { "lmdb:/x?size=1m", 1 },
        { "lmdb:/x?size=16t", 1 }, { "lmdb:/x?", 1 }, { "lmdb:/x?&size=1g&", 1 },
        { "lmdb:/x?size=17t", 0 }, { "lmdb:/x?size=1023k", 0 }, { "lmdb:/x?size=0", 0 }, { "lmdb:/x?size=", 0 },
        { "lmdb:/x?size", 0 }, { "lmdb:/x?size=4gb", 0 }, { "lmdb:/x?size=-4g", 0 }, { "lmdb:/x?size=4 g", 0 },
        { "lmdb:/x?size=18446744073709551615t", 0 }, { "lmdb:/x?size=99999999999999999999999", 0 },
        { "lmdb:/x?size=18014398509481985k", 0 }, { "lmdb:/x?size=1g&size=1g", 0 }, { "lmdb:/x?sise=1g", 0 },
        { "lmdb:/x?=1g", 0 }, { "lmdb:/x\n", 0 }, { "lmdb:/x?size=1g\x7f", 0 },
        { "redis://localhost/", 0 }, { "/var/lib", 0 }, { "", 0 }, { ":", 0 }, { "lmdb", 0 }, { "lmd:/x", 0 },
    };
    apr_pool_t *p = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *wrong = ga2_store_url_wrong(rows[i].url, p);
        T_ROW((wrong == NULL) == rows[i].good, rows[i].url);
    }
}

static void long_urls(void **state)
{
    apr_pool_t *p = *state;
    char *place = apr_palloc(p, GA2_STORE_URL_MAX + 2);

    memset(place, '/', GA2_STORE_URL_MAX + 1);
    place[GA2_STORE_URL_MAX] = 0;
    assert_null(ga2_store_url_wrong(apr_pstrcat(p, "lmdb:", place, NULL), p));
    assert_non_null(ga2_store_url_wrong(apr_pstrcat(p, "lmdb:", place, "/", NULL), p));
}

static void wrong_urls_do_not_open(void **state)
{
    apr_pool_t *p = *state;
    ga2_store_t *s;

    T_FAILS(ga2_store_open(&s, "lmdb:relative", p), STORE);
    T_FAILS(ga2_store_open(&s, "nothing:/x", p), STORE);
}

static void directories(void **state)
{
    static const struct { const char *url, *directory; } rows[] = {
        { "lmdb:/var/lib/goauth2/sessions?size=1g", "/var/lib/goauth2/sessions" }, { "lmdb:relative", NULL },
        { "lmdb:/x?sise=1", NULL }, { "memory:", NULL }, { "nothing:/x", NULL }, { "", NULL },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *directory = ga2_store_directory(rows[i].url, *state);
        T_ROW(rows[i].directory ? directory && !strcmp(directory, rows[i].directory) : !directory, rows[i].url);
    }
}

static void options(void **state)
{
    static const char *const known[] = { "a", "b", "c", "d", "e", "f", "g", "h", "i", NULL };
    apr_pool_t *p = *state;
    ga2_store_url_t url;

    assert_null(ga2_store_url_parse(&url, "//host/place?a=1&b=x=y", known, p));
    assert_string_equal(url.place, "//host/place");
    assert_string_equal(ga2_store_url_option(&url, "a"), "1");
    assert_string_equal(ga2_store_url_option(&url, "b"), "x=y");
    assert_null(ga2_store_url_option(&url, "c"));
    assert_null(ga2_store_url_parse(&url, "?a=1&b=1&c=1&d=1&e=1&f=1&g=1&h=1", known, p));
    assert_non_null(ga2_store_url_parse(&url, "?a=1&b=1&c=1&d=1&e=1&f=1&g=1&h=1&i=1", known, p));
}

static void sizes(void **state)
{
    static const struct { const char *text; apr_uint64_t size; } rows[] = {
        { "1", 1 }, { "7k", 7 << 10 }, { "7K", 7 << 10 }, { "3m", 3 << 20 }, { "2g", (apr_uint64_t)2 << 30 },
        { "1t", (apr_uint64_t)1 << 40 }, { "007", 7 },
    };
    apr_pool_t *p = *state;
    apr_uint64_t size;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        T_ROW(!ga2_store_size_parse(&size, rows[i].text, 1, (apr_uint64_t)1 << 40, p), rows[i].text);
        T_ROW(size == rows[i].size, rows[i].text);
    }
}

static void passwords_are_not_shown(void **state)
{
    static const struct { const char *url, *shown; } rows[] = {
        { "redis://user:secret@host:6379/0?timeout=1s", "redis://user:***@host:6379/0?timeout=1s" },
        { "redis://:secret@host/", "redis://:***@host/" },
        { "redis://:se:c@ret@host/", "redis://:***@host/" },
        { "redis://host:6379/a:b@c", "redis://host:6379/a:b@c" },
        { "redis://user@host/", "redis://user@host/" },
        { "lmdb:/x:y@z", "lmdb:/x:y@z" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_string_equal(ga2_store_url_shown(rows[i].url, *state), rows[i].shown);
}

static const struct CMUnitTest cases[] = {
    T("a URL names a known store, a place and options it knows", whole_urls),
    T("a URL has a limit", long_urls),
    T("what is wrong does not open", wrong_urls_do_not_open),
    T("a store of files says where they are", directories),
    T("options are found by name", options),
    T("sizes have units", sizes),
    T("a password is not shown", passwords_are_not_shown),
};
T_MAIN("url", cases)
