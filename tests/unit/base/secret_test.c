/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "base/secret.h"

static void copies_and_reveals(void **state)
{
    char source[] = "s\0cret";
    ga2_secret_t *s = ga2_secret_make(source, 6, *state);

    memset(source, 'x', 6);
    assert_int_equal(ga2_secret_reveal(s).len, 6);
    assert_memory_equal(ga2_secret_reveal(s).data, "s\0cret\0", 7);
    assert_string_equal(ga2_secret_reveal_text(ga2_secret_of("token", *state)), "token");
    assert_int_equal(ga2_secret_reveal(ga2_secret_of("", *state)).len, 0);
}

static void takes_null_for_none(void **state)
{
    assert_null(ga2_secret_make(NULL, 5, *state));
    assert_null(ga2_secret_of(NULL, *state));
    assert_null(ga2_secret_reveal(NULL).data);
    assert_null(ga2_secret_reveal_text(NULL));
}

static void compares(void **state)
{
    apr_pool_t *p = *state;
    const ga2_secret_t *a = ga2_secret_of("abc", p);

    assert_true(ga2_secret_equal(a, a));
    assert_true(ga2_secret_equal(a, ga2_secret_of("abc", p)));
    assert_false(ga2_secret_equal(a, ga2_secret_of("abd", p)));
    assert_false(ga2_secret_equal(a, ga2_secret_of("xbc", p)));
    assert_false(ga2_secret_equal(a, ga2_secret_of("ab", p)));
    assert_false(ga2_secret_equal(a, ga2_secret_of("abcd", p)));
    assert_false(ga2_secret_equal(ga2_secret_make("a\0b", 3, p), ga2_secret_make("a\0c", 3, p)));
    assert_false(ga2_secret_equal(a, NULL));
    assert_false(ga2_secret_equal(NULL, a));
    assert_false(ga2_secret_equal(NULL, NULL));
    assert_true(ga2_same_bytes("a\0b", "a\0b", 3));
    assert_false(ga2_same_bytes("a\0b", "a\0c", 3));
}

/* What a cleanup that runs later sees of the bytes: the pool has not given its memory back yet. Cleanups run in the
 * reverse order of their making, so this one is made first. */
typedef struct watch { const unsigned char *bytes; apr_size_t len; int wiped; } watch_t;

static apr_status_t look(void *data)
{
    watch_t *w = data;

    w->wiped = 1;
    for (apr_size_t i = 0; i < w->len; i++)
        w->wiped &= w->bytes[i] == 0;
    return APR_SUCCESS;
}

static void wipes_secrets_with_their_pool(void **state)
{
    apr_pool_t *inner;
    watch_t w = { NULL, 7, 0 };

    apr_pool_create(&inner, *state);
    apr_pool_cleanup_register(inner, &w, look, apr_pool_cleanup_null);
    w.bytes = ga2_secret_reveal(ga2_secret_of("hunter2", inner)).data;
    assert_memory_equal(w.bytes, "hunter2", 7);
    apr_pool_clear(inner);
    assert_int_equal(w.wiped, 1);
}

static void wipes_buffers_with_a_pool(void **state)
{
    apr_pool_t *inner;
    unsigned char buffer[] = "hunter2!";

    apr_pool_create(&inner, *state);
    ga2_wipe_with(inner, buffer, 7);
    assert_memory_equal(buffer, "hunter2!", 8);
    apr_pool_destroy(inner);
    assert_memory_equal(buffer, "\0\0\0\0\0\0\0!", 8);
}

static void wipes_at_once(void **state)
{
    unsigned char buffer[] = "hunter2!";

    (void)state;
    ga2_wipe(buffer, 7);
    assert_memory_equal(buffer, "\0\0\0\0\0\0\0!", 8);
}

static const struct CMUnitTest cases[] = {
    T("a secret keeps its own copy", copies_and_reveals),
    T("no bytes are no secret", takes_null_for_none),
    T("secrets are compared whole, and none equals nothing", compares),
    T("a secret is wiped with its pool", wipes_secrets_with_their_pool),
    T("a buffer is wiped with a pool", wipes_buffers_with_a_pool),
    T("a buffer is wiped at once", wipes_at_once),
};

T_MAIN("secret", cases)
