/* SPDX-License-Identifier: Apache-2.0 */
#include "base/secret.h"
#include <openssl/crypto.h>
#include <string.h>

struct ga2_secret { apr_size_t len; unsigned char bytes[]; };

static apr_status_t wipe_secret(void *data)
{
    ga2_secret_t *s = data;

    OPENSSL_cleanse(s->bytes, s->len);
    return APR_SUCCESS;
}

ga2_secret_t *ga2_secret_make(const void *bytes, apr_size_t len, apr_pool_t *p)
{
    ga2_secret_t *s;

    if (!bytes)
        return NULL;
    s = apr_palloc(p, sizeof(*s) + len + 1);
    s->len = len;
    memcpy(s->bytes, bytes, len);
    s->bytes[len] = 0;
    apr_pool_cleanup_register(p, s, wipe_secret, wipe_secret);    /* also in a forked child */
    return s;
}

ga2_secret_t *ga2_secret_of(const char *text, apr_pool_t *p)
{
    return text ? ga2_secret_make(text, strlen(text), p) : NULL;
}

int ga2_same_bytes(const void *a, const void *b, apr_size_t len)
{
    return CRYPTO_memcmp(a, b, len) == 0;
}

int ga2_secret_equal(const ga2_secret_t *a, const ga2_secret_t *b)
{
    return a && b && a->len == b->len && ga2_same_bytes(a->bytes, b->bytes, a->len);
}

ga2_bytes_t ga2_secret_reveal(const ga2_secret_t *s)
{
    return s ? (ga2_bytes_t){ s->bytes, s->len } : GA2_NO_BYTES;
}

const char *ga2_secret_reveal_text(const ga2_secret_t *s)
{
    return s ? (const char *)s->bytes : NULL;
}

void ga2_wipe(void *bytes, apr_size_t len) { OPENSSL_cleanse(bytes, len); }

typedef struct span { void *bytes; apr_size_t len; } span_t;

static apr_status_t wipe_span(void *data)
{
    span_t *s = data;

    OPENSSL_cleanse(s->bytes, s->len);
    return APR_SUCCESS;
}

void ga2_wipe_with(apr_pool_t *p, void *bytes, apr_size_t len)
{
    span_t *s = apr_palloc(p, sizeof(*s));

    *s = (span_t){ bytes, len };
    apr_pool_cleanup_register(p, s, wipe_span, wipe_span);
}
