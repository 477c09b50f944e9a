/* SPDX-License-Identifier: Apache-2.0
 * Cookies of ours as a browser sends them: ga2_binding_read and ga2_session_cookie_read. What is read is the same after
 * it is written and read again, a session's cookie to the letter; no text is both. As a whole Cookie header: one value
 * or none, and it is one of the header's. */
#include <string.h>
#include "fuzz.h"
#include "session/cookie_jar.h"
#include <apr_strings.h>

static int as_binding(ga2_bytes_t input, apr_pool_t *p)
{
    ga2_binding_t a, b;

    if (!ga2_binding_read(&a, input))
        return 0;
    GA2_HOLDS(a.rounds >= 0 && a.rounds <= 1000 && a.since >= 0);
    GA2_HOLDS(ga2_binding_read(&b, ga2_bytes_of(ga2_binding_write(&a, p))));
    GA2_HOLDS(!memcmp(a.secret, b.secret, sizeof a.secret) && a.rounds == b.rounds);
    GA2_HOLDS(!a.rounds || a.since == b.since);
    return 1;
}

static int as_session(ga2_bytes_t input, apr_pool_t *p)
{
    ga2_session_t s = { .generation = 0 };

    if (!ga2_session_cookie_read(&s, input))
        return 0;
    GA2_HOLDS(ga2_bytes_equal(input, ga2_bytes_of(ga2_session_cookie_write(&s, p))));
    return 1;
}

static void as_header(const char *header)
{
    ga2_bytes_t value = ga2_cookie_value(header, "__Host-goauth2");
    const char *at = (const char *)value.data;

    if (!at)
        return;
    GA2_HOLDS(at > header && at + value.len <= header + strlen(header));
    GA2_HOLDS(at - header >= 15 && !memcmp(at - 15, "__Host-goauth2=", 15));
    GA2_HOLDS(at - header == 15 || strchr("; \t", at[-16]));
    GA2_HOLDS(!memchr(at, ';', value.len));
}

GA2_FUZZ(input, pool)
{
    ga2_bytes_t copy = ga2_bytes_copy(input, pool);

    GA2_HOLDS(!(as_binding(copy, pool) && as_session(copy, pool)));
    as_header(apr_pstrmemdup(pool, (const char *)input.data, input.len));
}
