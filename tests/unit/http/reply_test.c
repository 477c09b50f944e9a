/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "http/reply.h"

static int take(ga2_http_arrival_t *a, const char *line) { return ga2_http_arrival_header(a, line, strlen(line)); }

static ga2_http_arrival_t *begin(apr_size_t limit, apr_pool_t *p)
{
    ga2_http_arrival_t *a = apr_palloc(p, sizeof(*a));

    ga2_http_arrival_begin(a, limit, p);
    assert_true(take(a, "HTTP/1.1 200 OK\r\n"));
    return a;
}

static void fields(void **state)
{
    static const struct { const char *line, *type, *challenge; int max_age, retry_after, good; } rows[] = {
        { "Content-Type: application/json\r\n", "application/json", NULL, -1, -1, 1 },
        { "CONTENT-TYPE:Application/JWT;x=y\r\n", "application/jwt", NULL, -1, -1, 1 },
        { "Content-Type:\t text/plain , application/json\r\n", "text/plain", NULL, -1, -1, 1 },
        { "Content-Type: appl\x80\r\n", "", NULL, -1, -1, 1 },
        { "Content-Type:\r\n", "", NULL, -1, -1, 1 },
        { "Content-Types: application/json\r\n", "", NULL, -1, -1, 1 },
        { "Content-Type : application/json\r\n", "", NULL, -1, -1, 1 },
        { " Content-Type: application/json\r\n", "", NULL, -1, -1, 1 },
        { "Cache-Control: max-age=60\r\n", "", NULL, 60, -1, 1 },
        { "Cache-Control: no-store\n", "", NULL, 0, -1, 1 },
        { "Cache-Control: public\r\n", "", NULL, -1, -1, 1 },
        { "Retry-After: 120\r\n", "", NULL, -1, 120, 1 },
        { "Retry-After: Fri, 31 Dec 1999 23:59:59 GMT\r\n", "", NULL, -1, -1, 1 },
        { "WWW-Authenticate: DPoP error=\"x\"\r\n", "", "DPoP error=\"x\"", -1, -1, 1 },
        { "Content-Encoding: deflate\r\n", "", NULL, -1, -1, 0 },
        { "Content-Encoding:identity\r\n", "", NULL, -1, -1, 1 },
        { "Transfer-Encoding: Chunked\r\n", "", NULL, -1, -1, 1 },
        { "Transfer-Encoding: gzip\r\n", "", NULL, -1, -1, 0 },
    };
    apr_pool_t *p = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ga2_http_arrival_t *a = begin(0, p);
        T_ROW(take(a, rows[i].line) == rows[i].good, rows[i].line);
        T_ROW((a->refused == NULL) == rows[i].good, rows[i].line);
        T_ROW(strcmp(a->reply.content_type, rows[i].type) == 0, rows[i].line);
        T_ROW(a->reply.max_age == rows[i].max_age, rows[i].line);
        T_ROW(a->reply.retry_after == rows[i].retry_after, rows[i].line);
        T_ROW((a->reply.www_authenticate == NULL) == (rows[i].challenge == NULL), rows[i].line);
        T_ROW(!rows[i].challenge || !strcmp(a->reply.www_authenticate, rows[i].challenge), rows[i].line);
    }
}

static void several_lines(void **state)
{
    ga2_http_arrival_t *a = begin(0, *state);

    assert_true(take(a, "Cache-Control: max-age=600\r\n"));
    assert_true(take(a, "Cache-Control: max-age=60\r\n"));
    assert_true(take(a, "Cache-Control: max-age=700\r\n"));
    assert_int_equal(a->reply.max_age, 60);
    assert_true(take(a, "Content-Type: a/b\r\n"));
    assert_true(take(a, "Content-Type: c/d\r\n"));
    assert_string_equal(a->reply.content_type, "a/b");
    for (int i = 0; i < 9; i++)
        assert_true(take(a, "WWW-Authenticate: Basic\r\n"));
    assert_string_equal(a->reply.www_authenticate, "Basic, Basic, Basic, Basic");
}

static void hints_and_trailers(void **state)
{
    ga2_http_arrival_t *a = apr_palloc(*state, sizeof(*a));

    ga2_http_arrival_begin(a, 0, *state);
    assert_true(take(a, "HTTP/1.1 103 Early Hints\r\n"));
    assert_true(take(a, "Content-Type: text/hint\r\n"));
    assert_true(take(a, "\r\n"));
    assert_false(a->in_body);
    assert_true(take(a, "HTTP/1.1 200 OK\r\n"));
    assert_true(take(a, "Content-Type: text/real\r\n"));
    assert_true(take(a, "\r\n"));
    assert_true(a->in_body);
    assert_true(take(a, "HTTP/1.1 103 Early Hints\r\n"));
    assert_true(take(a, "Retry-After: 5\r\n"));
    assert_string_equal(a->reply.content_type, "text/real");
    assert_int_equal(a->reply.retry_after, -1);
}

static void header_bytes(void **state)
{
    apr_pool_t *p = *state;
    ga2_http_arrival_t *a = apr_palloc(p, sizeof(*a));
    char *line = apr_pcalloc(p, GA2_HTTP_HEADERS_MAX + 1);

    memset(line, 'x', GA2_HTTP_HEADERS_MAX);
    ga2_http_arrival_begin(a, 0, p);
    assert_true(ga2_http_arrival_header(a, line, GA2_HTTP_HEADERS_MAX));
    assert_false(ga2_http_arrival_header(a, "\n", 1));
    assert_non_null(a->refused);
}

static void body_bytes(void **state)
{
    apr_pool_t *p = *state;
    ga2_http_arrival_t *a = begin(100000, p);
    char piece[1000];

    memset(piece, 'y', sizeof(piece));
    for (int i = 0; i < 100; i++)
        assert_true(ga2_http_arrival_body(a, piece, sizeof(piece)));
    assert_false(ga2_http_arrival_body(a, piece, 1));
    ga2_http_arrival_end(a);
    assert_int_equal(a->reply.body.len, 100000);
    assert_int_equal(strlen((const char *)a->reply.body.data), 100000);
    for (apr_size_t i = 0; i < a->reply.body.len; i++)
        assert_int_equal(a->reply.body.data[i], 'y');
}

static apr_status_t body_was_wiped(void *arrival)
{
    const ga2_http_arrival_t *a = arrival;

    assert_memory_equal(a->reply.body.data, "\0\0\0\0\0", 6);
    return APR_SUCCESS;
}

static void body_is_wiped(void **state)
{
    ga2_http_arrival_t *a = begin(0, *state);
    apr_pool_t *p;

    apr_pool_create(&p, *state);
    apr_pool_cleanup_register(p, a, body_was_wiped, apr_pool_cleanup_null);     /* the first runs last */
    a->p = p;
    assert_true(ga2_http_arrival_body(a, "token", 5));
    ga2_http_arrival_end(a);
    assert_string_equal((const char *)a->reply.body.data, "token");
    apr_pool_destroy(p);
}

static const struct CMUnitTest cases[] = {
    T("header lines are read, whatever their case and spaces", fields),
    T("of several lines the careful reading counts", several_lines),
    T("neither hints nor trailers decide anything", hints_and_trailers),
    T("header bytes are counted over all lines", header_bytes),
    T("a body grows to its limit and no further", body_bytes),
    T("a body is wiped with its pool", body_is_wiped),
};
T_MAIN("reply", cases)
