/* SPDX-License-Identifier: Apache-2.0 */
#include "http/call.h"
#include "codec/base64.h"
#include "codec/url.h"
#include "http/address.h"
#include <apr_strings.h>
#include <string.h>
#include <unistd.h>

#ifndef GA2_VERSION
#define GA2_VERSION "0"
#endif

enum { TIMEOUT_MS = 10000, CONNECT_MS = 3000, LONGEST_MS = 3600 * 1000, POST_IDLE_SECONDS = 1 };

/* ---- what libcurl asks while it works ---- */

static int address_ok(const ga2_http_call_t *call, const struct sockaddr *address)
{
    if (call->proxied)
        return 1;                       /* whoever named the proxy trusts it to choose */
    if (call->plain && !ga2_address_is_loopback(address))
        return 0;
    return call->request->private_ok || !ga2_address_is_private(address);
}

/* What a name resolved to is looked at here, where no second look-up can change it any more. */
static curl_socket_t open_socket(void *data, curlsocktype purpose, struct curl_sockaddr *address)
{
    ga2_http_call_t *call = data;

    (void)purpose;
    if (!address_ok(call, &address->addr)) {
        call->address_refused = 1;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* A kept connection was opened under another request's rules, so its address is looked at again. */
static int before_sending(void *data, char *peer, char *local, int peer_port, int local_port)
{
    ga2_http_call_t *call = data;
    struct sockaddr_storage address;

    (void)local, (void)peer_port, (void)local_port;
    if (call->sendings && call->request->form) {
        call->again_refused = 1;
        return CURL_PREREQFUNC_ABORT;
    }
    if (!ga2_address_parse(&address, peer) || !address_ok(call, (struct sockaddr *)&address)) {
        call->address_refused = 1;
        return CURL_PREREQFUNC_ABORT;
    }
    call->sendings++;
    return CURL_PREREQFUNC_OK;
}

static size_t on_header(char *line, size_t size, size_t count, void *data)
{
    ga2_http_call_t *call = data;

    return ga2_http_arrival_header(&call->arrival, line, size * count) ? size * count : 0;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *data)
{
    ga2_http_call_t *call = data;

    return ga2_http_arrival_body(&call->arrival, bytes, size * count) ? size * count : CURL_WRITEFUNC_ERROR;
}

/* libcurl calls this once a second even when nothing moves. */
static int on_progress(void *data, curl_off_t down_all, curl_off_t down, curl_off_t up_all, curl_off_t up)
{
    const ga2_http_call_t *call = data;

    (void)down_all, (void)down, (void)up_all, (void)up;
    ga2_waiting_tick(call->request->waiting);
    return 0;
}

/* ---- the request ---- */

static apr_status_t free_headers(void *list)
{
    for (struct curl_slist *h = list; h; h = h->next)
        ga2_wipe(h->data, strlen(h->data));
    curl_slist_free_all(list);
    return APR_SUCCESS;
}

static ga2_error_t *add_header(ga2_http_call_t *call, const char *line)
{
    struct curl_slist *longer = curl_slist_append(call->headers, line);

    if (!longer)
        return ga2_fail(call->p, HTTP_UNREACHABLE, NULL, "%s: libcurl has no memory", call->url);
    if (!call->headers)
        apr_pool_cleanup_register(call->p, longer, free_headers, free_headers);
    call->headers = longer;
    return NULL;
}

/* A line whose copy outside of libcurl is wiped with the pool. */
static ga2_error_t *add_secret_header(ga2_http_call_t *call, const char *name, const char *value)
{
    char *line = apr_pstrcat(call->p, name, value, NULL);

    ga2_wipe_with(call->p, line, strlen(line));
    return add_header(call, line);
}

/* RFC 7617 2. RFC 6749 2.3.1: user and password come form-encoded, so the first ":" is the one between them. */
static ga2_error_t *add_basic(ga2_http_call_t *call)
{
    const ga2_http_request_t *r = call->request;
    const char *password = r->basic_password ? ga2_secret_reveal_text(r->basic_password) : "";
    char *pair = apr_pstrcat(call->p, r->basic_user, ":", password, NULL);
    const char *coded;

    ga2_wipe_with(call->p, pair, strlen(pair));
    coded = ga2_base64(ga2_bytes_of(pair), call->p);
    ga2_wipe_with(call->p, (void *)coded, strlen(coded));
    return add_secret_header(call, "Authorization: Basic ", coded);
}

static ga2_error_t *make_headers(ga2_http_call_t *call)
{
    const ga2_http_request_t *r = call->request;

    GA2_TRY(add_header(call, apr_pstrcat(call->p, "Accept: ", r->accept ? r->accept : "application/json", NULL)));
    GA2_TRY(add_header(call, "Accept-Encoding: identity"));
    if (r->form) {
        GA2_TRY(add_header(call, "Content-Type: application/x-www-form-urlencoded"));
        GA2_TRY(add_header(call, "Expect:"));       /* one round trip, and nothing that libcurl would send again */
    }
    if (r->bearer)
        return add_secret_header(call, "Authorization: Bearer ", ga2_secret_reveal_text(r->bearer));
    return r->basic_user ? add_basic(call) : NULL;
}

static long milliseconds(apr_interval_time_t span, long otherwise)
{
    apr_interval_time_t ms = apr_time_as_msec(span);

    if (span <= 0)
        return otherwise;
    return ms < 1 ? 1 : ms > LONGEST_MS ? LONGEST_MS : (long)ms;
}

/* An option of a name and a constant that this libcurl refuses would be a rule that is not kept. */
#define SET(option, value) (wrong |= curl_easy_setopt(easy, option, value) != CURLE_OK)

/* The same for every request. Everything that libcurl could take from the environment, from files or from the server
 * to decide where a request goes is off. */
static int set_rules(CURL *easy)
{
    static const struct { CURLoption option; long value; } rules[] = {
        { CURLOPT_NOSIGNAL, 1 },
        { CURLOPT_FOLLOWLOCATION, 0 },
        { CURLOPT_NETRC, CURL_NETRC_IGNORED },
        { CURLOPT_DISALLOW_USERNAME_IN_URL, 1 },
        { CURLOPT_PATH_AS_IS, 1 },
        { CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1 },
        { CURLOPT_HTTP09_ALLOWED, 0 },
        { CURLOPT_SUPPRESS_CONNECT_HEADERS, 1 },
        { CURLOPT_HEADEROPT, CURLHEADER_SEPARATE },         /* a proxy sees none of ours */
        { CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2 },
        { CURLOPT_SSL_VERIFYPEER, 1 },
        { CURLOPT_SSL_VERIFYHOST, 2 },
        { CURLOPT_TCP_KEEPALIVE, 1 },
        { CURLOPT_QUICK_EXIT, 1 },      /* a name server that hangs holds a thread of libcurl, not ours */
    };
    int wrong = 0;

    for (unsigned i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
        SET(rules[i].option, rules[i].value);
    SET(CURLOPT_USERAGENT, "mod_goauth2/" GA2_VERSION);
    return wrong;
}

static int set_settings(CURL *easy, const ga2_http_call_t *call)
{
    const ga2_http_settings_t *s = call->request->settings;
    long total = milliseconds(s ? s->timeout : 0, TIMEOUT_MS);
    long connect = milliseconds(s ? s->connect_timeout : 0, CONNECT_MS);
    int wrong = 0;

    SET(CURLOPT_TIMEOUT_MS, total);
    SET(CURLOPT_CONNECTTIMEOUT_MS, connect < total ? connect : total);
    SET(CURLOPT_PROXY, call->proxied ? s->proxy : "");      /* "" is none; unset would ask the environment */
    SET(CURLOPT_NOPROXY, call->proxied ? "" : "*");
    if (s && s->ca_file) {
        SET(CURLOPT_CAINFO, s->ca_file);
        SET(CURLOPT_CAPATH, NULL);
    }
    return wrong;
}

static int set_request(CURL *easy, ga2_http_call_t *call)
{
    const ga2_http_request_t *r = call->request;
    int wrong = 0;

    SET(CURLOPT_URL, r->url);
    SET(CURLOPT_PROTOCOLS_STR, call->plain ? "http" : "https");
    SET(CURLOPT_HTTPHEADER, call->headers);
    SET(CURLOPT_ERRORBUFFER, call->error);
    SET(CURLOPT_OPENSOCKETFUNCTION, open_socket);
    SET(CURLOPT_OPENSOCKETDATA, call);
    SET(CURLOPT_PREREQFUNCTION, before_sending);
    SET(CURLOPT_PREREQDATA, call);
    SET(CURLOPT_HEADERFUNCTION, on_header);
    SET(CURLOPT_HEADERDATA, call);
    SET(CURLOPT_WRITEFUNCTION, on_body);
    SET(CURLOPT_WRITEDATA, call);
    SET(CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)call->arrival.limit);
    SET(CURLOPT_XFERINFOFUNCTION, on_progress);
    SET(CURLOPT_XFERINFODATA, call);
    SET(CURLOPT_NOPROGRESS, r->waiting ? 0L : 1L);
    if (r->form) {
        ga2_bytes_t form = ga2_secret_reveal(r->form);
        SET(CURLOPT_POST, 1L);
        SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)form.len);
        SET(CURLOPT_POSTFIELDS, form.data);
        SET(CURLOPT_MAXAGE_CONN, (long)POST_IDLE_SECONDS);
    }
    return wrong;
}

/* Through a proxy nobody sees the address, but one that is written in the URL can be refused. */
static ga2_error_t *check_literal(const ga2_http_call_t *call, const char *host)
{
    struct sockaddr_storage address;

    if (call->proxied && !call->request->private_ok
        && (ga2_url_host_is_loopback(host)
            || (ga2_address_parse(&address, host) && ga2_address_is_private((struct sockaddr *)&address))))
        return ga2_fail(call->p, HTTP_UNREACHABLE, NULL, "%s is a loopback or private address", call->url);
    return NULL;
}

ga2_error_t *ga2_http_call_make(ga2_http_call_t **out, const ga2_http_request_t *request, apr_pool_t *p)
{
    ga2_http_call_t *call = apr_pcalloc(p, sizeof(*call));
    ga2_url_t url;

    call->request = request;
    call->url = ga2_http_url_shown(request->url, p);
    call->p = p;
    call->proxied = request->settings && request->settings->proxy;
    if (!ga2_url_parse(&url, request->url, p))
        return ga2_fail(p, CONFIG, NULL, "%s is not an absolute http or https URL", call->url);
    call->plain = strcmp(url.scheme, "https") != 0;
    GA2_TRY(check_literal(call, url.host));
    GA2_TRY(make_headers(call));
    ga2_http_arrival_begin(&call->arrival, request->limit, p);
    *out = call;
    return NULL;
}

int ga2_http_call_set(CURL *easy, ga2_http_call_t *call)
{
    return !(set_rules(easy) | set_settings(easy, call) | set_request(easy, call));
}
