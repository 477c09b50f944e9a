/* SPDX-License-Identifier: Apache-2.0 */
#include "page/page.h"
#include "base/file.h"
#include "base/text.h"
#include "codec/html.h"
#include "codec/url.h"
#include "session/claims.h"
#include "session/xsrf.h"
#include <apr_atomic.h>
#include <apr_strings.h>
#include <string.h>
#include <unistd.h>

enum { ERROR_PAGE_MAX = 262144 };

static const char closed_policy[] = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'";
/* For the administrator's own page: its style and pictures, but no script and nothing from elsewhere. */
static const char own_policy[] = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
                                 "script-src 'none'; frame-ancestors 'none'; base-uri 'none'";

const char *ga2_page_reference(apr_time_t now, apr_pool_t *p)
{
    static const char letters[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";     /* none that looks like another */
    static volatile apr_uint32_t count;
    apr_uint64_t n = (apr_uint64_t)now ^ (apr_uint64_t)getpid() << 20;
    char text[10];

    n = (n + apr_atomic_inc32(&count)) * 0x9e3779b97f4a7c15u;       /* spreads neighbours over all letters */
    for (int i = 0; i < 9; i++) {
        text[i] = i == 4 ? '-' : letters[n >> 59];
        n = i == 4 ? n : n << 5;
    }
    text[9] = 0;
    return apr_pstrdup(p, text);
}

/* What every answer of ours has. RFC 9111: a cache must not keep who was sent where. */
static void common_headers(ga2_reply_t *out, const ga2_case_t *k)
{
    apr_table_setn(out->headers, "Cache-Control", "no-store");
    apr_table_setn(out->headers, "Referrer-Policy", "no-referrer");
    apr_table_setn(out->headers, "X-Content-Type-Options", "nosniff");
    apr_table_setn(out->headers, "Content-Security-Policy", closed_policy);
    apr_table_setn(out->headers, "X-Frame-Options", "DENY");
    for (int i = 0; i < GA2_COOKIES_MAX && k->facts.cookies[i]; i++)
        apr_table_addn(out->headers, "Set-Cookie", k->facts.cookies[i]);
}

static int wants_json(const ga2_case_t *k)
{
    const char *accept = k->request->header(k->request, "Accept");

    return !ga2_request_is_navigation(k->request) && (!accept || !strstr(accept, "text/html"));
}

static void json(ga2_reply_t *out, const char *body)
{
    out->content_type = "application/json";
    out->body = body;
}

static void html(ga2_reply_t *out, const ga2_page_t *page, apr_pool_t *p)
{
    const char *hash, *body = ga2_page_html(page, &hash, p);

    out->content_type = "text/html; charset=utf-8";
    out->body = body;
    apr_table_setn(out->headers, "Content-Security-Policy", apr_pstrcat(p, closed_policy, "; style-src ", hash, NULL));
}

static void redirect(ga2_reply_t *out, const ga2_decision_t *d)
{
    apr_table_setn(out->headers, "Location", d->location);
    out->content_type = "text/html; charset=utf-8";
    out->body = "<!DOCTYPE html>\n<title>One moment</title>\n<p>You are being taken to another page.</p>\n";
}

static void arrive(ga2_reply_t *out, const ga2_case_t *k, const ga2_decision_t *d)
{
    ga2_page_t page = { .title = "You are signed in", .text = "Your page comes at once.", .link = d->location,
                        .link_text = "Continue" };

    apr_table_setn(out->headers, "Refresh", apr_pstrcat(k->p, "0; url=", d->location, NULL));
    html(out, &page, k->p);
}

/* RFC 9110 11.6.1 wants a challenge with every 401; RFC 6750 3 gives its form. */
static void challenge(ga2_reply_t *out, const ga2_case_t *k)
{
    apr_table_setn(out->headers, "WWW-Authenticate",
                   apr_pstrcat(k->p, "Bearer realm=\"", ga2_case_origin(k), "\"", NULL));
}

static void sign_in_needed(ga2_reply_t *out, const ga2_case_t *k, const char *reference)
{
    const char *login = ga2_login_path(k);

    challenge(out, k);
    json(out, apr_pstrcat(k->p, "{\"error\":\"sign_in_required\"", login ? ",\"login_url\":\"" : "",
                          login ? ga2_json_escape(apr_pstrcat(k->p, ga2_case_origin(k), login, NULL), k->p) : "",
                          login ? "\"" : "", ",\"reference\":\"", reference, "\"}\n", NULL));
}

/* RFC 9110 15.5.6 */
static void allow(ga2_reply_t *out, const ga2_case_t *k)
{
    const char *methods = ga2_gate_methods(k->site, k->request->path);

    if (methods)
        apr_table_setn(out->headers, "Allow", apr_array_pstrcat(k->p, ga2_text_arguments(methods, k->p), ','));
}

static void confirm(ga2_reply_t *out, const ga2_case_t *k)
{
    const ga2_session_t *s = k->facts.session;
    ga2_page_t page = { .title = "Sign out?", .text = "This ends your session at this site.",
        .action = k->site->config->logout_path, .button = "Sign out",
        .xsrf = ga2_xsrf_make(k->site->ring, (ga2_bytes_t){ s->id, sizeof s->id }, "logout", k->facts.now, k->p) };

    html(out, &page, k->p);
}

static void signed_out(ga2_reply_t *out, const ga2_case_t *k)
{
    ga2_page_t page = { .title = "You are signed out", .text = "Your session at this site has ended.", .link = "/",
                        .link_text = "Go to the front page" };

    html(out, &page, k->p);
}

static void userinfo(ga2_reply_t *out, const ga2_case_t *k)
{
    json(out, apr_pstrcat(k->p, ga2_claims_json(k->facts.session->claims, k->p), "\n", NULL));
}

static const char *title_of(int status)
{
    return status == 403 ? "Not allowed" : status >= 500 ? "Something went wrong" : "That did not work";
}

/* Where to go on after an error: the page that was wanted, or, when this account may not see it, another account. */
static void way_on(ga2_page_t *page, const ga2_case_t *k, ga2_code_t code)
{
    int other_account = code == GA2_E_SCOPES || code == GA2_E_IDENTITY;

    if (other_account && k->facts.session && k->site->config->logout_path) {
        page->link = k->site->config->logout_path;
        page->link_text = "Use another account";
    } else if (ga2_error_may_retry(code)) {
        page->link = k->facts.return_path ? k->facts.return_path : ga2_gate_route(k->site, k->request->path) ? "/"
            : k->request->target;
        page->link_text = "Try again";
    }
    if (page->link && !ga2_url_is_return_path(page->link))
        page->link = "/";
}

/* The administrator's own page, or ours when it cannot be read. */
static int own_page(ga2_reply_t *out, const ga2_case_t *k, const ga2_page_t *page)
{
    ga2_bytes_t file = GA2_NO_BYTES;
    ga2_error_t *err = k->config->error_page ? ga2_file_read(&file, k->config->error_page, ERROR_PAGE_MAX, k->p) : NULL;

    if (!err && k->config->error_page && !file.data)
        err = ga2_fail(k->p, FILE, NULL, "%s is not there", k->config->error_page);
    ga2_log_error(k->site->log, "GOAuth2ErrorPage", err, k->p);
    if (!file.data)
        return 0;
    out->content_type = "text/html; charset=utf-8";
    out->body = ga2_page_fill((const char *)file.data, page, k->p);
    apr_table_setn(out->headers, "Content-Security-Policy", own_policy);
    return 1;
}

static void refuse(ga2_reply_t *out, const ga2_case_t *k, const ga2_error_t *err, const char *reference)
{
    ga2_page_t page = { .text = ga2_error_text(err->code), .code = ga2_error_name(err->code), .reference = reference,
                        .message = k->config->message };

    out->status = ga2_error_http_status(err->code);
    page.title = title_of(out->status);
    way_on(&page, k, err->code);
    if (out->status == 503)
        apr_table_setn(out->headers, "Retry-After", "5");
    if (out->status == 401)
        challenge(out, k);
    if (out->status == 405)
        allow(out, k);
    if (wants_json(k))
        json(out, apr_pstrcat(k->p, "{\"error\":\"", page.code, "\",\"message\":\"", ga2_json_escape(page.text, k->p),
                              "\",\"reference\":\"", reference, "\"}\n", NULL));
    else if (!own_page(out, k, &page))
        html(out, &page, k->p);
}

void ga2_page_reply(ga2_reply_t *out, const ga2_case_t *k, const ga2_decision_t *d, const char *reference)
{
    *out = (ga2_reply_t){
        .status = d->status, .headers = apr_table_make(k->p, 12), .content_type = "text/plain", .body = ""
    };
    common_headers(out, k);
    if (d->verdict == GA2_REFUSE) {
        refuse(out, k, d->error, reference);
        return;
    }
    switch (d->answer) {
    case GA2_ANSWER_REDIRECT:
        redirect(out, d);
        break;
    case GA2_ANSWER_ARRIVE:
        arrive(out, k, d);
        break;
    case GA2_ANSWER_SIGN_IN:
        sign_in_needed(out, k, reference);
        break;
    case GA2_ANSWER_USERINFO:
        userinfo(out, k);
        break;
    case GA2_ANSWER_CONFIRM:
        confirm(out, k);
        break;
    case GA2_ANSWER_SIGNED_OUT:
    default:
        signed_out(out, k);
        break;
    }
}
