/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/url.h"
#include "base/text.h"
#include "codec/hex.h"
#include <apr_cstr.h>
#include <apr_strings.h>
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

static const struct { const char *name; int port; } schemes[] = { { "https", 443 }, { "http", 80 } };

static int is_digit(char c) { return c >= '0' && c <= '9'; }

static int is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/* Printable ASCII without space and backslash, and not longer than most. */
static int is_clean(const char *text, apr_size_t most)
{
    apr_size_t len = strnlen(text, most + 1);

    if (len > most)
        return 0;
    for (apr_size_t i = 0; i < len; i++)
        if (text[i] <= 0x20 || text[i] >= 0x7f || text[i] == '\\')
            return 0;
    return 1;
}

/* The place behind "https://", or NULL. */
static const char *take_scheme(ga2_url_t *u, const char *url)
{
    for (apr_size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
        apr_size_t n = strlen(schemes[i].name);
        if (apr_cstr_casecmpn(url, schemes[i].name, n) != 0 || !ga2_text_begins(url + n, "://"))
            continue;
        u->scheme = schemes[i].name;
        u->port = schemes[i].port;
        return url + n + 3;
    }
    return NULL;
}

/* WHATWG URL 3.5: browsers read a host whose last label is a number, also 0x7f, as an IPv4 address. */
static int ends_in_number(const char *host)
{
    const char *dot = strrchr(host, '.'), *last = dot ? dot + 1 : host;

    if (last[0] == '0' && last[1] == 'x')
        return 1;
    return last[strspn(last, "0123456789")] == 0;
}

/* RFC 1123 2.1, and "_", which names inside container networks have. What else RFC 3986 allows no resolver takes. */
static int is_host_name(const char *host)
{
    const char *s = host;

    for (;; s++) {
        apr_size_t n = strcspn(s, ".");
        if (n == 0 || n > 63 || s[0] == '-' || s[n - 1] == '-')
            return 0;
        for (apr_size_t i = 0; i < n; i++)
            if (!is_letter(s[i]) && !is_digit(s[i]) && s[i] != '-' && s[i] != '_')
                return 0;
        s += n;
        if (!*s)
            return s - host <= 253;
    }
}

static int is_host(const char *host, int bracketed)
{
    struct in6_addr six;
    struct in_addr four;

    if (bracketed)
        return inet_pton(AF_INET6, host, &six) == 1;
    if (!is_host_name(host))
        return 0;
    return !ends_in_number(host) || inet_pton(AF_INET, host, &four) == 1;
}

/* ":443" or nothing. */
static int take_port(ga2_url_t *u, const char *text)
{
    apr_size_t n;

    if (!*text)
        return 1;
    n = strspn(text + 1, "0123456789");
    if (*text != ':' || text[n + 1] || n == 0 || n > 5 || text[1] == '0')
        return 0;
    u->port = (int)strtol(text + 1, NULL, 10);
    return u->port <= 65535;
}

/* "user@host:port" */
static int take_authority(ga2_url_t *u, const char *text, apr_size_t len, apr_pool_t *p)
{
    const char *at = memchr(text, '@', len);
    char *host, *end;
    int bracketed;

    u->has_userinfo = at != NULL;
    if (at) {
        len -= (apr_size_t)(at + 1 - text);
        text = at + 1;
    }
    if (len == 0)
        return 0;
    bracketed = *text == '[';
    host = apr_pstrmemdup(p, text, len);
    end = host + strcspn(host, bracketed ? "]" : ":");
    if (bracketed && *end != ']')
        return 0;
    if (!take_port(u, end + bracketed))
        return 0;
    *end = 0;
    for (char *s = host; *s; s++)
        if (is_letter(*s))
            *s |= 0x20;
    u->host = host + bracketed;
    return is_host(u->host, bracketed);
}

int ga2_url_parse(ga2_url_t *out, const char *url, apr_pool_t *p)
{
    ga2_url_t u = { .path = "/" };
    apr_size_t n;

    if (!url || !is_clean(url, GA2_URL_MAX))
        return 0;
    url = take_scheme(&u, url);
    if (!url)
        return 0;
    n = strcspn(url, "/?#");
    if (!take_authority(&u, url, n, p))
        return 0;
    url += n;
    n = strcspn(url, "?#");
    if (n)
        u.path = apr_pstrmemdup(p, url, n);
    url += n;
    if (*url == '?') {
        n = strcspn(++url, "#");
        u.query = apr_pstrmemdup(p, url, n);
        url += n;
    }
    u.has_fragment = *url == '#';
    *out = u;
    return 1;
}

int ga2_url_host_is_loopback(const char *host)
{
    struct in6_addr six;
    struct in_addr four;

    if (inet_pton(AF_INET, host, &four) == 1)
        return ntohl(four.s_addr) >> 24 == 127;
    if (inet_pton(AF_INET6, host, &six) == 1)
        return IN6_IS_ADDR_LOOPBACK(&six);
    return ga2_text_same_nocase(host, "localhost");
}

int ga2_url_is_safe(const ga2_url_t *url)
{
    return strcmp(url->scheme, "https") == 0 || ga2_url_host_is_loopback(url->host);
}

const char *ga2_url_origin(const ga2_url_t *url, apr_pool_t *p)
{
    int six = strchr(url->host, ':') != NULL;
    const char *origin = apr_pstrcat(p, url->scheme, "://", six ? "[" : "", url->host, six ? "]" : "", NULL);

    for (apr_size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
        if (strcmp(url->scheme, schemes[i].name) == 0 && url->port == schemes[i].port)
            return origin;
    return apr_psprintf(p, "%s:%d", origin, url->port);
}

int ga2_url_same_origin(const ga2_url_t *a, const ga2_url_t *b)
{
    return a->port == b->port && strcmp(a->scheme, b->scheme) == 0 && strcmp(a->host, b->host) == 0;
}

const char *ga2_url_encode(const char *text, apr_pool_t *p)
{
    char *out = apr_palloc(p, 3 * strlen(text) + 1), *to = out;

    for (; *text; text++) {
        if (is_letter(*text) || is_digit(*text) || *text == '-' || *text == '.' || *text == '_' || *text == '~')
            *to++ = *text;
        else
            to = ga2_percent_write(to, (unsigned char)*text);
    }
    *to = 0;
    return out;
}

const char *ga2_url_add_query(const char *url, const char *query, apr_pool_t *p)
{
    apr_size_t len = strcspn(url, "#");
    const char *question = memchr(url, '?', len);
    const char *join = !question ? "?" : url[len - 1] == '?' || url[len - 1] == '&' ? "" : "&";

    return apr_pstrcat(p, apr_pstrmemdup(p, url, len), join, query, url + len, NULL);
}

const char *ga2_url_add(const char *url, const char *name, const char *value, apr_pool_t *p)
{
    return ga2_url_add_query(url, apr_pstrcat(p, ga2_url_encode(name, p), "=", ga2_url_encode(value, p), NULL), p);
}

/* Escapes that no honest address of ours holds and that others were fooled by: NUL, LF, CR, and the two characters
 * U+560A and U+560D, from which code that cuts characters down to bytes makes LF and CR. */
static int has_refused_escape(const char *path)
{
    static const char *const refused[] = { "%00", "%0a", "%0d", "%e5%98%8a", "%e5%98%8d" };

    for (path = strchr(path, '%'); path; path = strchr(path + 1, '%'))
        for (apr_size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
            if (apr_cstr_casecmpn(path, refused[i], strlen(refused[i])) == 0)
                return 1;
    return 0;
}

/* The path without its query, each escape undone as often as it was done. 0 when that shows a control character, or
 * a slash or backslash before the second slash that is written as one. */
static int decode_fully(char *out, const char *path)
{
    char *to = out;
    int slashes = 0, c;

    for (; *path && *path != '?'; path++) {
        slashes += *path == '/';
        *to++ = *path;
        *to = 0;
        while (to - out >= 3 && (c = ga2_percent_value(to - 3)) >= 0) {
            if (c < 0x20 || c == 0x7f || (slashes < 2 && (c == '/' || c == '\\')))
                return 0;
            to -= 2;
            to[-1] = (char)c;
            *to = 0;
        }
    }
    return 1;
}

/* Whether a server that drops dot segments and ";parameters" could make a path of it that begins with "//". Segments
 * of dots and spaces are refused everywhere: no browser sends one, and enough of them bring any "//" to the front. */
static int climbs(const char *plain)
{
    const char *s = plain + 1;

    for (;;) {
        apr_size_t len = strcspn(s, "/\\"), name = strcspn(s, "/\\;");
        if (name && strspn(s, ". ") >= name)
            return 1;
        if (name == 0 && s == plain + 1 && s[len])
            return 1;
        if (!s[len])
            return 0;
        s += len + 1;
    }
}

int ga2_url_is_return_path(const char *path)
{
    char plain[GA2_URL_RETURN_MAX + 1];

    if (!path || path[0] != '/' || !is_clean(path, GA2_URL_RETURN_MAX))
        return 0;
    if (strchr(path, '#') || has_refused_escape(path))
        return 0;
    return decode_fully(plain, path) && !climbs(plain);
}
