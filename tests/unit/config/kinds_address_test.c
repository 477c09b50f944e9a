/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "lines.h"

static void an_endpoint_is_https_or_on_this_machine(void **state)
{
    static const line_row_t rows[] = {
        { "GOAuth2TokenURI https://op.example/t?a=1", "GOAuth2TokenURI https://op.example/t?a=1" },
        { "GOAuth2TokenURI http://localhost:8080/t", "GOAuth2TokenURI http://localhost:8080/t" },
        { "GOAuth2TokenURI http://127.0.0.1/", "GOAuth2TokenURI http://127.0.0.1/" },
        { "GOAuth2TokenURI http://[::1]:9/t", "GOAuth2TokenURI http://[::1]:9/t" },
        { "GOAuth2TokenURI http://op.example/t", NULL }, { "GOAuth2TokenURI http://127.0.0.1.example/", NULL },
        { "GOAuth2TokenURI http://localhost.example/", NULL }, { "GOAuth2TokenURI https://op.example/#f", NULL },
        { "GOAuth2TokenURI https://u:p@op.example/", NULL }, { "GOAuth2TokenURI https://u@op.example/", NULL },
        { "GOAuth2TokenURI file:///etc/passwd", NULL }, { "GOAuth2TokenURI gopher://op.example/", NULL },
        { "GOAuth2TokenURI dict://op.example/", NULL }, { "GOAuth2TokenURI javascript:alert(1)", NULL },
        { "GOAuth2TokenURI op.example/t", NULL }, { "GOAuth2TokenURI /t", NULL }, { "GOAuth2TokenURI \"\"", NULL },
        { "GOAuth2TokenURI https://", NULL }, { "GOAuth2TokenURI \"https://op.example/a b\"", NULL },
    };

    CHECK_LINES(rows, *state);
}

/* OpenID Connect Discovery 4.1 */
static void an_issuer_has_neither_query_nor_fragment_nor_user(void **state)
{
    static const line_row_t rows[] = {
        { "GOAuth2Issuer https://op.example", "GOAuth2Issuer https://op.example" },
        { "GOAuth2Issuer https://op.example/", "GOAuth2Issuer https://op.example/" },
        { "GOAuth2Issuer https://op.example/tenant/v2.0", "GOAuth2Issuer https://op.example/tenant/v2.0" },
        { "GOAuth2Issuer http://localhost:9000", "GOAuth2Issuer http://localhost:9000" },
        { "GOAuth2Issuer https://op.example?x=1", NULL }, { "GOAuth2Issuer https://op.example/?", NULL },
        { "GOAuth2Issuer https://op.example/#x", NULL }, { "GOAuth2Issuer https://u@op.example", NULL },
        { "GOAuth2Issuer http://op.example", NULL }, { "GOAuth2Issuer accounts.google.com", NULL },
    };

    CHECK_LINES(rows, *state);
}

static void a_proxy_is_scheme_host_and_port(void **state)
{
    static const line_row_t rows[] = {
        { "GOAuth2Proxy http://proxy.example:3128", "GOAuth2Proxy http://proxy.example:3128" },
        { "GOAuth2Proxy http://10.0.0.1:3128/", "GOAuth2Proxy http://10.0.0.1:3128/" },
        { "GOAuth2Proxy http://proxy.example:3128/path", NULL }, { "GOAuth2Proxy http://proxy.example/?q", NULL },
        { "GOAuth2Proxy socks5://proxy.example:1080", NULL }, { "GOAuth2Proxy proxy.example:3128", NULL },
        { "GOAuth2Proxy http://user:pass@proxy.example:3128", NULL }, { "GOAuth2Proxy http://proxy.example#x", NULL },
    };

    CHECK_LINES(rows, *state);
}

static void an_origin_is_written_one_way(void **state)
{
    static const line_row_t rows[] = {
        { "GOAuth2BaseURL https://WWW.example", "GOAuth2BaseURL https://www.example" },
        { "GOAuth2BaseURL HTTPS://www.example:443/", "GOAuth2BaseURL https://www.example" },
        { "GOAuth2BaseURL https://www.example:8443", "GOAuth2BaseURL https://www.example:8443" },
        { "GOAuth2BaseURL http://[::1]:8080", "GOAuth2BaseURL http://[::1]:8080" },
        { "GOAuth2BaseURL https://www.example/app", NULL }, { "GOAuth2BaseURL https://www.example/?a", NULL },
        { "GOAuth2BaseURL https://www.example/#", NULL }, { "GOAuth2BaseURL https://u@www.example", NULL },
        { "GOAuth2BaseURL www.example", NULL }, { "GOAuth2BaseURL ftp://www.example", NULL },
    };

    CHECK_LINES(rows, *state);
}

static void an_address_is_a_url_or_a_path_of_the_site(void **state)
{
    static const line_row_t rows[] = {
        { "GOAuth2LoggedOutURL /bye", "GOAuth2LoggedOutURL /bye" },
        { "GOAuth2LoggedOutURL /", "GOAuth2LoggedOutURL /" },
        { "GOAuth2LoggedOutURL https://www.example/bye?x#y", "GOAuth2LoggedOutURL https://www.example/bye?x#y" },
        { "GOAuth2LoggedOutURL //evil.example", NULL }, { "GOAuth2LoggedOutURL /\\evil.example", NULL },
        { "GOAuth2LoggedOutURL bye", NULL }, { "GOAuth2LoggedOutURL javascript:alert(1)", NULL },
        { "GOAuth2LoggedOutURL https://u:p@www.example/", NULL }, { "GOAuth2LoggedOutURL \"\"", NULL },
    };

    CHECK_LINES(rows, *state);
}

static void a_route_is_a_plain_path_or_off(void **state)
{
    static const line_row_t rows[] = {
        { "GOAuth2LogoutPath /out", "GOAuth2LogoutPath /out" }, { "GOAuth2LogoutPath OFF", "GOAuth2LogoutPath off" },
        { "GOAuth2LogoutPath /a/b-c_d.e~f", "GOAuth2LogoutPath /a/b-c_d.e~f" }, { "GOAuth2LogoutPath /", NULL },
        { "GOAuth2LogoutPath \"\"", NULL }, { "GOAuth2LogoutPath out", NULL }, { "GOAuth2LogoutPath /out?x", NULL },
        { "GOAuth2LogoutPath /out;x", NULL }, { "GOAuth2LogoutPath /o%75t", NULL }, { "GOAuth2LogoutPath //out", NULL },
        { "GOAuth2LogoutPath /../out", NULL }, { "GOAuth2LogoutPath /out#x", NULL },
        { "GOAuth2LogoutPath https://www.example/out", NULL },
    };

    CHECK_LINES(rows, *state);
}

static void a_domain_has_labels_and_no_leading_dot(void **state)
{
    static const line_row_t rows[] = {
        { "GOAuth2CookieDomain example.com", "GOAuth2CookieDomain example.com" },
        { "GOAuth2CookieDomain a-b.example.com", "GOAuth2CookieDomain a-b.example.com" },
        { "GOAuth2CookieDomain .example.com", NULL }, { "GOAuth2CookieDomain example.com.", NULL },
        { "GOAuth2CookieDomain example..com", NULL }, { "GOAuth2CookieDomain localhost", NULL },
        { "GOAuth2CookieDomain example.com;x", NULL }, { "GOAuth2CookieDomain *.example.com", NULL },
        { "GOAuth2CookieDomain \"\"", NULL }, { "GOAuth2CookieDomain b\303\274ro.example", NULL },
        { "GOAuth2CookieDomain \"example.com; Secure\"", NULL },
    };

    CHECK_LINES(rows, *state);
}

static void a_file_has_an_absolute_path(void **state)
{
    static const line_row_t rows[] = {
        { "GOAuth2CAFile /etc/ca.pem", "GOAuth2CAFile /etc/ca.pem" },
        { "GOAuth2CAFile \"/etc/my ca.pem\"", "GOAuth2CAFile \"/etc/my ca.pem\"" },
        { "GOAuth2CAFile ca.pem", NULL }, { "GOAuth2CAFile ./ca.pem", NULL }, { "GOAuth2CAFile \"\"", NULL },
        { "GOAuth2CAFile file:/etc/ca.pem", NULL },
    };

    CHECK_LINES(rows, *state);
}

static void a_store_has_a_scheme(void **state)
{
    static const line_row_t rows[] = {
        { "GOAuth2Store memory:", "GOAuth2Store memory:" }, { "GOAuth2Store lmdb:/var/x", "GOAuth2Store lmdb:/var/x" },
        { "GOAuth2Store /var/x", NULL }, { "GOAuth2Store :x", NULL }, { "GOAuth2Store memory", NULL },
        { "GOAuth2Store \"\"", NULL },
    };

    CHECK_LINES(rows, *state);
}

static const struct CMUnitTest cases[] = {
    T("an endpoint is https, or on this machine", an_endpoint_is_https_or_on_this_machine),
    T("an issuer has neither query nor fragment nor user", an_issuer_has_neither_query_nor_fragment_nor_user),
    T("a proxy is scheme, host and port", a_proxy_is_scheme_host_and_port),
    T("an origin is written one way", an_origin_is_written_one_way),
    T("an address is a URL or a path of the site", an_address_is_a_url_or_a_path_of_the_site),
    T("a route is a plain path, or off", a_route_is_a_plain_path_or_off),
    T("a domain has labels and no leading dot", a_domain_has_labels_and_no_leading_dot),
    T("a file has an absolute path", a_file_has_an_absolute_path),
    T("a store has a scheme", a_store_has_a_scheme),
};

T_MAIN("kinds_address", cases)
