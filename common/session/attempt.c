/* SPDX-License-Identifier: Apache-2.0 */
#include "session/attempt.h"
#include "codec/base64.h"
#include "codec/url.h"
#include "crypto/prf.h"
#include "crypto/seal.h"
#include <apr_strings.h>
#include <string.h>

/* A state as long as a request line may be; a cookie as long as browsers keep it. */
enum { VERSION = 1, FLAG_RESTARTED = 1, FLAG_RETURN_IN_COOKIE = 2, STATE_MAX = 8192, COOKIE_MAX = 4096 };

/* What state holds before it is sealed: this, then scopes, return path and acr_values, each with a NUL. */
typedef struct packed {
    apr_int64_t started, lifetime, max_age;
    unsigned char provider[GA2_PROVIDER_ID_LEN], binding[16];
    unsigned char version, flags, unused[6];
} packed_t;

const char *ga2_attempt_seal(const ga2_attempt_t *a, const ga2_keyring_t *ring, const char *redirect_uri, apr_pool_t *p)
{
    packed_t head = { .started = a->started, .lifetime = a->lifetime, .max_age = a->max_age, .version = VERSION,
        .flags = (unsigned char)((a->restarted ? FLAG_RESTARTED : 0) | (a->return_path ? 0 : FLAG_RETURN_IN_COOKIE)) };
    const char *const texts[] = { a->scopes, a->return_path ? a->return_path : "", a->acr_values ? a->acr_values : "" };
    apr_size_t len = sizeof head;
    unsigned char *plain, *to;

    memcpy(head.provider, a->provider, sizeof head.provider);
    memcpy(head.binding, a->binding, sizeof head.binding);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        len += strlen(texts[i]) + 1;
    plain = apr_palloc(p, len);
    memcpy(plain, &head, sizeof head);
    to = plain + sizeof head;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        memcpy(to, texts[i], strlen(texts[i]) + 1);
        to += strlen(texts[i]) + 1;
    }
    return ga2_base64url(ga2_seal_named(a->id, ring, GA2_FOR_STATE, ga2_bytes_of(redirect_uri),
                                        (ga2_bytes_t){ plain, len }, p), p);
}

/* The next NUL-ended text; NULL when the bytes end before it does. */
static const char *next_text(const char **at, const char *end)
{
    const char *text = *at, *nul = text < end ? memchr(text, 0, (size_t)(end - text)) : NULL;

    if (nul)
        *at = nul + 1;
    return nul ? text : NULL;
}

static int unpack(ga2_attempt_t *out, ga2_bytes_t plain)
{
    const char *at = (const char *)plain.data + sizeof(packed_t), *end = (const char *)plain.data + plain.len;
    packed_t head;

    if (plain.len < sizeof head)
        return 0;
    memcpy(&head, plain.data, sizeof head);
    if (head.version != VERSION)
        return 0;
    *out = (ga2_attempt_t){ .started = head.started, .lifetime = head.lifetime, .max_age = head.max_age,
                            .restarted = head.flags & FLAG_RESTARTED };
    memcpy(out->provider, head.provider, sizeof out->provider);
    memcpy(out->binding, head.binding, sizeof out->binding);
    out->scopes = next_text(&at, end);
    out->return_path = out->scopes ? next_text(&at, end) : NULL;
    out->acr_values = out->return_path ? next_text(&at, end) : NULL;
    if (!out->acr_values || at != end)
        return 0;
    if (!*out->acr_values)
        out->acr_values = NULL;
    if (head.flags & FLAG_RETURN_IN_COOKIE)
        out->return_path = NULL;
    return 1;
}

int ga2_attempt_open(ga2_attempt_t *out, const char *state, const ga2_keyring_t *ring, const char *redirect_uri,
                     apr_pool_t *p)
{
    ga2_bytes_t box, plain;
    apr_size_t len = strlen(state);

    if (len > STATE_MAX || !ga2_base64url_decode(&box, state, len, p)
        || !ga2_unseal(&plain, ring, GA2_FOR_STATE, ga2_bytes_of(redirect_uri), box, p) || !unpack(out, plain))
        return 0;
    memcpy(out->id, ga2_seal_name(box), sizeof out->id);
    return 1;
}

/* Blocks of the binding's own function: id of the attempt (or zeros), what for, number. */
static void fill_block(unsigned char block[GA2_PRF_BLOCK], const unsigned char *id, char use, int number)
{
    memset(block, 0, GA2_PRF_BLOCK);
    if (id)
        memcpy(block, id, GA2_ATTEMPT_ID);
    block[GA2_PRF_BLOCK - 2] = (unsigned char)use;
    block[GA2_PRF_BLOCK - 1] = (unsigned char)number;
}

static void binding_mark(unsigned char out[GA2_PRF_BLOCK], const ga2_binding_t *binding)
{
    unsigned char block[GA2_PRF_BLOCK];

    fill_block(block, NULL, 'b', 0);
    ga2_prf(out, block, 1, binding->secret);
}

void ga2_attempt_bind(ga2_attempt_t *a, const ga2_binding_t *binding) { binding_mark(a->binding, binding); }

int ga2_attempt_is_bound(const ga2_attempt_t *a, const ga2_binding_t *binding)
{
    unsigned char mark[GA2_PRF_BLOCK];

    binding_mark(mark, binding);
    return ga2_same_bytes(mark, a->binding, sizeof mark);
}

/* 32 bytes as base64url: 43 characters, as RFC 7636 4.1 wants at least. */
static const char *derived(char use, const ga2_attempt_t *a, const ga2_binding_t *binding, apr_pool_t *p)
{
    unsigned char blocks[2 * GA2_PRF_BLOCK], out[2 * GA2_PRF_BLOCK];

    fill_block(blocks, a->id, use, 1);
    fill_block(blocks + GA2_PRF_BLOCK, a->id, use, 2);
    ga2_prf(out, blocks, 2, binding->secret);
    return ga2_base64url((ga2_bytes_t){ out, sizeof out }, p);
}

const ga2_secret_t *ga2_attempt_verifier(const ga2_attempt_t *a, const ga2_binding_t *binding, apr_pool_t *p)
{
    return ga2_secret_of(derived('v', a, binding, p), p);
}

const char *ga2_attempt_nonce(const ga2_attempt_t *a, const ga2_binding_t *binding, apr_pool_t *p)
{
    return derived('n', a, binding, p);
}

ga2_error_t *ga2_return_seal(const char **out, const ga2_attempt_t *a, const char *return_path,
                             const ga2_keyring_t *ring, apr_pool_t *p)
{
    ga2_bytes_t box;

    GA2_TRY(ga2_seal(&box, ring, GA2_FOR_RETURN, (ga2_bytes_t){ a->id, sizeof a->id }, ga2_bytes_of(return_path), p));
    *out = ga2_base64url(box, p);
    return NULL;
}

const char *ga2_return_open(const ga2_attempt_t *a, ga2_bytes_t value, const ga2_keyring_t *ring, apr_pool_t *p)
{
    ga2_bytes_t box, plain;

    if (!value.data || value.len > COOKIE_MAX || !ga2_base64url_decode(&box, (const char *)value.data, value.len, p))
        return NULL;
    if (!ga2_unseal(&plain, ring, GA2_FOR_RETURN, (ga2_bytes_t){ a->id, sizeof a->id }, box, p))
        return NULL;
    return ga2_bytes_text(plain, p);
}
