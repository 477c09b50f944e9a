/* SPDX-License-Identifier: Apache-2.0 */
#include "jose/jws.h"
#include "codec/base64.h"
#include <apr_strings.h>
#include <string.h>

enum { TEXT_MAX = 256 };            /* of kid and typ */

static ga2_error_t *malformed(const char *why, const ga2_error_t *cause, apr_pool_t *p)
{
    return ga2_fail(p, JWS_MALFORMED, cause, "%s", why);
}

/* --- reading */

/* RFC 7515 7.1: exactly two dots. */
static int split(ga2_bytes_t parts[3], const char *token, apr_size_t len)
{
    const char *first = len ? memchr(token, '.', len) : NULL, *end = first ? token + len : NULL;
    const char *second = first ? memchr(first + 1, '.', (apr_size_t)(end - first - 1)) : NULL;

    if (!second || memchr(second + 1, '.', (apr_size_t)(end - second - 1)))
        return 0;
    parts[0] = (ga2_bytes_t){ (const unsigned char *)token, (apr_size_t)(first - token) };
    parts[1] = (ga2_bytes_t){ (const unsigned char *)first + 1, (apr_size_t)(second - first - 1) };
    parts[2] = (ga2_bytes_t){ (const unsigned char *)second + 1, (apr_size_t)(end - second - 1) };
    return 1;
}

static ga2_error_t *decode(ga2_bytes_t *out, ga2_bytes_t part, const char *why, apr_pool_t *p)
{
    return ga2_base64url_decode(out, (const char *)part.data, part.len, p) ? NULL : malformed(why, NULL, p);
}

static ga2_error_t *read_text(const char **out, const ga2_json_t *header, const char *name, apr_pool_t *p)
{
    *out = ga2_json_string(header, name);
    if (!*out && ga2_json_member(header, name))
        return ga2_fail(p, JWS_MALFORMED, NULL, "the header's \"%s\" is not a string", name);
    if (*out && strlen(*out) > TEXT_MAX)
        return ga2_fail(p, JWS_MALFORMED, NULL, "the header's \"%s\" is longer than %d bytes", name, TEXT_MAX);
    return NULL;
}

static ga2_error_t *read_alg(ga2_alg_t *out, const ga2_json_t *header, apr_pool_t *p)
{
    const char *alg = ga2_json_string(header, "alg");
    int found = alg ? ga2_algorithm_find(alg) : -1;

    if (!alg)
        return ga2_fail(p, JWS_ALGORITHM, NULL, "the header names no algorithm");
    if (found < 0)
        return ga2_fail(p, JWS_ALGORITHM, NULL, "the header names an algorithm that is not known here");
    *out = (ga2_alg_t)found;
    return NULL;
}

static ga2_error_t *read_header(ga2_jws_t *out, ga2_bytes_t part, apr_pool_t *p)
{
    const ga2_json_t *header;
    ga2_error_t *err;
    ga2_bytes_t text;

    GA2_TRY(decode(&text, part, "the header is not base64url", p));
    err = ga2_json_parse_object(&header, text, p);
    if (err)
        return malformed("the header is not a JSON object", err, p);
    /* RFC 7515 4.1.11: whoever does not understand what "crit" lists must refuse; nothing is understood here. */
    if (ga2_json_member(header, "crit"))
        return malformed("the header has \"crit\": an extension that is not known here", NULL, p);
    /* RFC 7797 6: "b64" is one of those, and comes with "crit" only. */
    if (ga2_json_member(header, "b64"))
        return malformed("the header has \"b64\": an extension that is not known here", NULL, p);
    GA2_TRY(read_text(&out->kid, header, "kid", p));
    GA2_TRY(read_text(&out->typ, header, "typ", p));
    return read_alg(&out->alg, header, p);
}

ga2_error_t *ga2_jws_parse(ga2_jws_t *out, const char *token, apr_size_t len, apr_pool_t *p)
{
    ga2_bytes_t parts[3];

    *out = (ga2_jws_t){ 0 };
    if (len > GA2_JWS_BYTES_MAX)
        return malformed("the token is larger than 65536 bytes", NULL, p);
    if (!split(parts, token, len))
        return malformed("the token does not have three parts", NULL, p);
    GA2_TRY(read_header(out, parts[0], p));
    GA2_TRY(decode(&out->payload, parts[1], "the payload is not base64url", p));
    GA2_TRY(decode(&out->signature, parts[2], "the signature is not base64url", p));
    out->signed_part = (ga2_bytes_t){ parts[0].data, parts[0].len + 1 + parts[1].len };
    return NULL;
}

/* --- verifying */

static int is_candidate(const ga2_jws_t *jws, const ga2_jwk_t *key)
{
    if (jws->kid && (!key->kid || strcmp(jws->kid, key->kid) != 0))
        return 0;
    return ga2_jwk_fits(key, jws->alg);
}

ga2_error_t *ga2_jws_verify(const ga2_jws_t *jws, const ga2_jwks_t *set, ga2_algs_t allowed, apr_pool_t *p)
{
    int tried = 0;

    if (!(allowed & 1u << jws->alg))
        return ga2_fail(p, JWS_ALGORITHM, NULL, "a token signed with %s is not allowed here",
                        ga2_algorithms[jws->alg].name);
    for (int i = 0; i < ga2_jwks_count(set) && tried < GA2_JWS_CANDIDATES_MAX; i++) {
        const ga2_jwk_t *key = ga2_jwks_at(set, i);
        if (!is_candidate(jws, key))
            continue;
        if (ga2_signature_ok(key, jws->alg, jws->signed_part, jws->signature))
            return NULL;
        tried++;
    }
    if (tried)
        return ga2_fail(p, JWS_SIGNATURE, NULL, "the signature is by none of the %d keys that it could be by", tried);
    if (!jws->kid)
        return ga2_fail(p, JWS_KEY, NULL, "there is no key for %s", ga2_algorithms[jws->alg].name);
    return ga2_fail(p, JWS_KEY, NULL, ga2_jwks_has_kid(set, jws->kid) ? "the key that the token names is not for %s"
                    : "the token names a key that is not there, for %s", ga2_algorithms[jws->alg].name);
}

/* --- signing */

static const char *header_text(const char *alg, const ga2_json_t *members, apr_pool_t *p)
{
    ga2_json_t *header = ga2_json_new_object(p);

    ga2_json_add_string(header, "alg", alg);
    for (const ga2_json_t *m = members ? ga2_json_first(members) : NULL; m; m = ga2_json_next(m))
        if (strcmp(ga2_json_name(m), "alg") != 0)
            ga2_json_add_copy(header, ga2_json_name(m), m);
    return ga2_json_print(header, p);
}

ga2_error_t *ga2_jws_sign(const char **out, const ga2_jwk_t *key, ga2_alg_t alg, const ga2_json_t *header,
                          ga2_bytes_t payload, apr_pool_t *p)
{
    const char *text = header_text(ga2_algorithms[alg].name, header, p);
    const char *head = ga2_base64url(ga2_bytes_of(text), p);
    const char *signed_part = apr_pstrcat(p, head, ".", ga2_base64url(payload, p), NULL);
    ga2_bytes_t signature;

    GA2_TRY(ga2_signature_make(&signature, key, alg, ga2_bytes_of(signed_part), p));
    *out = apr_pstrcat(p, signed_part, ".", ga2_base64url(signature, p), NULL);
    return NULL;
}
