/* SPDX-License-Identifier: Apache-2.0
 * The real client. A request that a server has received is never sent to it again:
 *  - nothing here tries again, and HTTP/1.1 has no refused streams;
 *  - libcurl itself sends a request again when a kept connection breaks before a byte of the reply. A GET may be sent
 *    twice. For a POST the callback before each sending says no the second time (HTTP_LOST), and so that this is rare,
 *    a POST takes no connection that has been idle for two seconds: servers close them after five or more. */
#include "http/address.h"
#include "http/call.h"
#include "http/handle.h"

/* Codes by which libcurl says that what came is not HTTP, or more of it than it reads. */
static int is_bad_answer(CURLcode code)
{
    return code == CURLE_WEIRD_SERVER_REPLY || code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_FILESIZE_EXCEEDED
#if LIBCURL_VERSION_NUM >= 0x080600
        || code == CURLE_TOO_LARGE
#endif
        || code == CURLE_OUT_OF_MEMORY || code == CURLE_BAD_CONTENT_ENCODING;
}

static ga2_error_t *failed(ga2_http_call_t *call, CURL *easy, CURLcode code)
{
    const char *detail = *call->error ? call->error : curl_easy_strerror(code);
    apr_pool_t *p = call->p;
    long sent = 0;

    (void)curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &sent);
    if (call->arrival.refused)
        return ga2_fail(p, HTTP_ANSWER, NULL, "%s: %s", call->url, call->arrival.refused);
    if (call->sendings == 0 && call->address_refused)
        return ga2_fail(p, HTTP_UNREACHABLE, NULL, "%s is at a loopback or private address, where requests go only "
                        "when the administrator named the host", call->url);
    if (call->sendings == 0 || sent == 0)
        return ga2_fail(p, HTTP_UNREACHABLE, NULL, "%s: %s", call->url, detail);
    if (call->again_refused)
        return ga2_fail(p, HTTP_LOST, NULL, "%s: the connection ended before a reply; the request may have arrived",
                        call->url);
    if (is_bad_answer(code))
        return ga2_fail(p, HTTP_ANSWER, NULL, "%s: %s", call->url, curl_easy_strerror(code));
    /* From here on libcurl's text could quote the server's. */
    return ga2_fail(p, HTTP_LOST, NULL, "%s: %s", call->url, curl_easy_strerror(code));
}

/* A body whose end is the connection's cannot be told from one that was cut: whoever parses it finds out. */
static void finish(ga2_http_reply_t *out, ga2_http_call_t *call, CURL *easy)
{
    struct sockaddr_storage address;
    const char *peer = NULL;
    long status = 0;

    ga2_http_arrival_end(&call->arrival);
    *out = call->arrival.reply;
    (void)curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    (void)curl_easy_getinfo(easy, CURLINFO_PRIMARY_IP, &peer);
    out->status = (int)status;
    out->peer_is_private = !call->proxied && peer
        && (!ga2_address_parse(&address, peer) || ga2_address_is_private((struct sockaddr *)&address));
}

static ga2_error_t *send_request(ga2_http_reply_t *out, const ga2_http_t *self, const ga2_http_request_t *request,
                                 apr_pool_t *p)
{
    ga2_http_call_t *call;
    ga2_error_t *err = NULL;
    CURLcode code;
    CURL *easy;

    (void)self;
    GA2_TRY(ga2_http_call_make(&call, request, p));
    GA2_TRY(ga2_http_handle(&easy, p));
    if (!ga2_http_call_set(easy, call))
        err = ga2_fail(p, CONFIG, NULL, "this libcurl (%s) lacks an option that is needed", curl_version());
    else if ((code = curl_easy_perform(easy)) != CURLE_OK)
        err = failed(call, easy, code);
    else if (!call->arrival.in_body)
        err = ga2_fail(p, HTTP_LOST, NULL, "%s: the connection ended within the reply's headers", call->url);
    else
        finish(out, call, easy);
    curl_easy_reset(easy);              /* keeps connections and TLS sessions, forgets every pointer into p */
    return err;
}

ga2_error_t *ga2_http_curl_start(apr_pool_t *p)
{
    return ga2_http_handles_start(p);
}

const ga2_http_t *ga2_http_curl(void)
{
    static const ga2_http_t curl = { send_request };

    return &curl;
}
