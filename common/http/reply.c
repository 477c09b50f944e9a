/* SPDX-License-Identifier: Apache-2.0 */
#include "http/reply.h"
#include "base/text.h"
#include "codec/headers.h"
#include <apr_cstr.h>
#include <apr_strings.h>
#include <string.h>

enum { FIRST_ROOM = 4096, CHALLENGES_MAX = 4 };

void ga2_http_arrival_begin(ga2_http_arrival_t *a, apr_size_t limit, apr_pool_t *p)
{
    *a = (ga2_http_arrival_t){ .p = p, .limit = limit ? limit : GA2_HTTP_BODY_MAX };
    a->reply.content_type = "";
    a->reply.max_age = a->reply.retry_after = -1;
}

static int refuse(ga2_http_arrival_t *a, const char *why)
{
    a->refused = why;
    return 0;
}

static int is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/* What is behind "name:" in the line, trimmed, in p; NULL when the line is another header. */
static const char *value_of(const char *name, const char *line, apr_size_t len, apr_pool_t *p)
{
    apr_size_t n = strlen(name);

    if (len <= n || line[n] != ':' || apr_cstr_casecmpn(line, name, n) != 0)
        return NULL;
    line += n + 1;
    len -= n + 1;
    while (len && is_space(line[len - 1]))
        len--;
    while (len && is_space(*line)) {
        line++;
        len--;
    }
    return apr_pstrmemdup(p, line, len);
}

/* "Application/JSON; charset=utf-8" is "application/json". */
static const char *media_type(const char *value, apr_pool_t *p)
{
    char *type = apr_pstrmemdup(p, value, strcspn(value, "; \t,"));

    for (char *s = type; *s; s++) {
        if (*s <= 0x20 || *s >= 0x7f)
            return "";
        if (*s >= 'A' && *s <= 'Z')
            *s = (char)(*s + ('a' - 'A'));
    }
    return type;
}

/* The shortest that any line says. */
static void limit_age(ga2_http_arrival_t *a, const char *cache_control)
{
    apr_int64_t age = ga2_header_max_age(cache_control);

    if (age >= 0 && (a->reply.max_age < 0 || age < a->reply.max_age))
        a->reply.max_age = age;
}

/* RFC 9110 5.3: several lines are one list. A list of more than a few is not read to its end. */
static void add_challenge(ga2_http_arrival_t *a, const char *value)
{
    const char *before = a->reply.www_authenticate;

    if (a->challenges++ < CHALLENGES_MAX)
        a->reply.www_authenticate = before ? apr_pstrcat(a->p, before, ", ", value, NULL) : value;
}

/* Any other coding could make much of little, and nobody asked for one. */
static int coding_is(const char *value, const char *allowed)
{
    return !*value || ga2_text_same_nocase(value, "identity") || ga2_text_same_nocase(value, allowed);
}

static int field(ga2_http_arrival_t *a, const char *line, apr_size_t len)
{
    const char *value;

    if ((value = value_of("Content-Encoding", line, len, a->p)) && !coding_is(value, "identity"))
        return refuse(a, "its body is compressed, which was not asked for");
    if ((value = value_of("Transfer-Encoding", line, len, a->p)) && !coding_is(value, "chunked"))
        return refuse(a, "its body has a transfer coding that was not asked for");
    if ((value = value_of("Content-Type", line, len, a->p)) && !*a->reply.content_type)
        a->reply.content_type = media_type(value, a->p);
    if ((value = value_of("Cache-Control", line, len, a->p)))
        limit_age(a, value);
    if ((value = value_of("Retry-After", line, len, a->p)) && a->reply.retry_after < 0)
        a->reply.retry_after = ga2_header_retry_after(value);
    if ((value = value_of("WWW-Authenticate", line, len, a->p)))
        add_challenge(a, value);
    return 1;
}

int ga2_http_arrival_header(ga2_http_arrival_t *a, const char *line, apr_size_t len)
{
    if (len > GA2_HTTP_HEADERS_MAX - a->headers)
        return refuse(a, "its headers are larger than 64 KiB");
    a->headers += len;
    if (a->in_body)
        return 1;                           /* a trailer: RFC 9110 6.5.1, nothing here may be decided by one */
    if (len >= 5 && memcmp(line, "HTTP/", 5) == 0) {
        const char *space = memchr(line, ' ', len);
        a->informational = space && space + 1 < line + len && space[1] == '1';
        return 1;
    }
    if (len <= 2 && (len == 0 || is_space(*line))) {
        a->in_body = !a->informational;     /* RFC 9110 15.2: the real reply comes behind any number of 1xx */
        return 1;
    }
    return a->informational ? 1 : field(a, line, len);
}

/* The old bytes are wiped: a pool gives no memory back before its end. */
static void grow(ga2_http_arrival_t *a, apr_size_t need)
{
    apr_size_t room = a->room ? a->room : FIRST_ROOM;
    unsigned char *bigger;

    while (room < need)
        room *= 2;
    bigger = apr_palloc(a->p, room + 1);
    if (a->body) {
        memcpy(bigger, a->body, a->reply.body.len);
        ga2_wipe(a->body, a->reply.body.len);
    }
    ga2_wipe_with(a->p, bigger, room + 1);
    a->body = bigger;
    a->room = room;
}

int ga2_http_arrival_body(ga2_http_arrival_t *a, const void *data, apr_size_t len)
{
    apr_size_t have = a->reply.body.len;

    if (len > a->limit - have)
        return refuse(a, "its body is larger than allowed");
    if (have + len > a->room)
        grow(a, have + len);
    if (len)
        memcpy(a->body + have, data, len);
    a->reply.body.len = have + len;
    return 1;
}

void ga2_http_arrival_end(ga2_http_arrival_t *a)
{
    if (!a->body)
        grow(a, 0);
    a->body[a->reply.body.len] = 0;
    a->reply.body.data = a->body;
}
