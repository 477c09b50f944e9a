/* SPDX-License-Identifier: Apache-2.0 */
#include "session/xsrf.h"
#include "codec/base64.h"
#include <string.h>

enum {
    TIME_LEN = 8,
    TOKEN_LEN = TIME_LEN + 32,
    TOKEN_TEXT = GA2_BASE64URL_LEN(TOKEN_LEN),
    FIELDS_MAX = 512,
    SKEW_S = 60
};

static void be64(unsigned char out[8], apr_uint64_t n)
{
    for (int i = 7; i >= 0; i--, n >>= 8)
        out[i] = (unsigned char)n;
}

static apr_uint64_t from_be64(const unsigned char in[8])
{
    apr_uint64_t n = 0;

    for (int i = 0; i < 8; i++)
        n = n << 8 | in[i];
    return n;
}

/* Each field behind its length, so that no two lists of fields are the same bytes. 0: too long. */
static apr_size_t fields(unsigned char out[FIELDS_MAX], ga2_bytes_t user, const char *action,
                         const unsigned char when[TIME_LEN])
{
    ga2_bytes_t parts[] = { user, ga2_bytes_of(action), { when, TIME_LEN } };
    apr_size_t len = 0;

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (FIELDS_MAX - len < 8 || parts[i].len > FIELDS_MAX - len - 8)
            return 0;
        be64(out + len, parts[i].len);
        if (parts[i].len)
            memcpy(out + len + 8, parts[i].data, parts[i].len);
        len += 8 + parts[i].len;
    }
    return len;
}

const char *ga2_xsrf_make(const ga2_keyring_t *ring, ga2_bytes_t user, const char *action, apr_time_t now,
                          apr_pool_t *p)
{
    unsigned char token[TOKEN_LEN], text[FIELDS_MAX];

    be64(token, (apr_uint64_t)apr_time_sec(now));
    ga2_keyring_mac(token + TIME_LEN, ring, GA2_FOR_XSRF, (ga2_bytes_t){ text, fields(text, user, action, token) });
    return ga2_base64url((ga2_bytes_t){ token, sizeof token }, p);
}

int ga2_xsrf_ok(const char *token, const ga2_keyring_t *ring, ga2_bytes_t user, const char *action, apr_time_t now,
                apr_interval_time_t lifetime)
{
    unsigned char bytes[TOKEN_LEN], text[FIELDS_MAX];
    apr_size_t len;
    apr_int64_t age;

    if (!token || strlen(token) != TOKEN_TEXT || !ga2_base64url_read(bytes, &len, token, TOKEN_TEXT))
        return 0;
    len = fields(text, user, action, bytes);
    if (!len || !ga2_keyring_mac_ok(bytes + TIME_LEN, ring, GA2_FOR_XSRF, (ga2_bytes_t){ text, len }))
        return 0;
    age = apr_time_sec(now) - (apr_int64_t)from_be64(bytes);
    return age >= -SKEW_S && age <= apr_time_sec(lifetime);
}
