/* SPDX-License-Identifier: Apache-2.0
 * ga2_token_reply. The first byte chooses status and type. What is accepted had status 200 and names an access token;
 * tokens are printable, without spaces and not endless; scopes are a set; a lifetime is -1 or bounded. Of a status that
 * means "later" nothing is read; errors are printable. */
#include "fuzz.h"
#include "base/text.h"
#include "oauth/token.h"
#include <string.h>

static const int statuses[] = { 200, 200, 200, 400, 401, 429, 500, 302 };
static const char *const types[] = { "application/json", "application/x-www-form-urlencoded", "", "text/html" };

static void check_token(const ga2_secret_t *token)
{
    ga2_bytes_t bytes = ga2_secret_reveal(token);

    if (!token)
        return;
    GA2_HOLDS(bytes.len > 0 && bytes.len <= GA2_TOKEN_MAX);
    for (apr_size_t i = 0; i < bytes.len; i++)
        GA2_HOLDS(bytes.data[i] > 0x20 && bytes.data[i] < 0x7f);
}

static void check_error(const ga2_error_t *err, int status)
{
    GA2_HOLDS(err->code == GA2_E_GRANT_ENDED || err->code == GA2_E_TOKEN_REFUSED || err->code == GA2_E_PROVIDER_DOWN
              || err->code == GA2_E_PROVIDER_BAD);
    GA2_HOLDS((err->code == GA2_E_PROVIDER_DOWN) == (status == 429 || status >= 500));
    for (const char *s = err->message; *s; s++)
        GA2_HOLDS(*s >= 0x20 && *s < 0x7f);
}

GA2_FUZZ(input, pool)
{
    ga2_http_reply_t reply = { .max_age = -1, .retry_after = -1 };
    ga2_tokens_t t;
    ga2_error_t *err;

    if (!input.len)
        return;
    reply.status = statuses[input.data[0] & 7];
    reply.content_type = types[input.data[0] >> 3 & 3];
    reply.body = ga2_bytes_copy((ga2_bytes_t){ input.data + 1, input.len - 1 }, pool);
    err = ga2_token_reply(&t, &reply, pool);
    if (err) {
        check_error(err, reply.status);
        return;
    }
    GA2_HOLDS(reply.status == 200 && t.access_token);
    check_token(t.access_token);
    check_token(t.refresh_token);
    check_token(t.id_token);
    GA2_HOLDS(t.expires_in >= -1 && t.expires_in <= (apr_int64_t)10 * 366 * 86400);
    GA2_HOLDS(!t.scopes || !strcmp(t.scopes, ga2_text_word_set(t.scopes, pool)));
}
