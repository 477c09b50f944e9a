/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/headers.h"
#include "codec/hex.h"
#include <apr_strings.h>
#include <apr_cstr.h>
#include <string.h>

enum { DAY = 86400 };
/* RFC 9111 1.2.2: what a longer age counts as. */
#define AGE_MAX APR_INT64_C(2147483648)

/* Spaces at either end do not stay: whoever reads the header takes them off, and "a " would look like "a". */
static int stays(ga2_bytes_t value, apr_size_t i, int in_list)
{
    unsigned char c = value.data[i];

    if (c == ' ')
        return i > 0 && i + 1 < value.len;
    return c > 0x20 && c < 0x7f && c != '%' && !(in_list && c == ',');
}

const char *ga2_header_encode(ga2_bytes_t value, int in_list, apr_pool_t *p)
{
    char *out = apr_palloc(p, 3 * value.len + 1), *to = out;

    for (apr_size_t i = 0; i < value.len; i++) {
        if (stays(value, i, in_list))
            *to++ = (char)value.data[i];
        else
            to = ga2_percent_write(to, value.data[i]);
    }
    *to = 0;
    return out;
}

int ga2_header_is_plain(ga2_bytes_t value, int in_list)
{
    for (apr_size_t i = 0; i < value.len; i++)
        if (!stays(value, i, in_list))
            return 0;
    return 1;
}

static int is_digit(char c) { return c >= '0' && c <= '9'; }

static char canonical_byte(char c)
{
    char folded = (char)(c | 0x20);

    if (folded >= 'a' && folded <= 'z')
        return folded;
    return is_digit(c) ? c : '-';
}

/* At most len bytes of name. */
static int is_alias(const char *name, apr_size_t len, const char *canonical)
{
    for (; len && *name; len--, name++, canonical++)
        if (canonical_byte(*name) != *canonical)
            return 0;
    return *canonical == 0;
}

int ga2_header_is_alias(const char *name, const char *canonical)
{
    return is_alias(name, (apr_size_t)-1, canonical);
}

const char *ga2_header_canonical(const char *name, apr_pool_t *p)
{
    char *out = apr_pstrdup(p, name);

    for (char *s = out; *s; s++)
        *s = canonical_byte(*s);
    return out;
}

int ga2_header_name_ok(const char *name)
{
    const char *s = name;

    while (*s && (*s == '-' || canonical_byte(*s) != '-'))
        s++;
    return s != name && !*s;
}

/* httpd's proxy also divides Connection at white space and ";". */
#define DIVIDERS ",; \t\r\n\v\f"

static int is_one_of(const char *token, apr_size_t len, const char *const *names)
{
    for (; *names; names++)
        if (is_alias(token, len, *names))
            return 1;
    return 0;
}

const char *ga2_header_without_tokens(const char *connection, const char *const *names, apr_pool_t *p)
{
    char *out, *to;
    apr_size_t len;
    int dropped = 0;

    if (!connection)
        return NULL;
    to = out = apr_palloc(p, 2 * strlen(connection) + 1);  /* "a b" grows by a comma */
    for (const char *s = connection; *(s += strspn(s, DIVIDERS)); s += len) {
        len = strcspn(s, DIVIDERS);
        if (is_one_of(s, len, names)) {
            dropped = 1;
            continue;
        }
        if (to != out) {
            *to++ = ',';
            *to++ = ' ';
        }
        memcpy(to, s, len);
        to += len;
    }
    *to = 0;
    if (!dropped)
        return connection;
    return to == out ? NULL : out;
}

int ga2_header_has_token(const char *list, const char *token)
{
    apr_size_t want = strlen(token), len;

    for (const char *s = list ? list : ""; *(s += strspn(s, ", \t")); s += len) {
        len = strcspn(s, ",");
        if (len >= want && apr_cstr_casecmpn(s, token, want) == 0 && want && strspn(s + want, " \t") == len - want)
            return 1;
    }
    return 0;
}

/* A decimal number, clamped; -1 when it is something else. */
static apr_int64_t seconds(const char *text, apr_size_t len, apr_int64_t most)
{
    apr_int64_t n = 0;

    if (len == 0)
        return -1;
    for (apr_size_t i = 0; i < len; i++) {
        if (!is_digit(text[i]))
            return -1;
        n = n * 10 + (text[i] - '0');
        if (n > most)
            n = most;
    }
    return n;
}

/* RFC 9111 5.2: name, name=token or name="quoted". */
typedef struct directive { const char *name, *value; apr_size_t name_len, value_len; } directive_t;

static int next_directive(directive_t *d, const char **at)
{
    const char *s = *at + strspn(*at, ", \t");

    if (!*s)
        return 0;
    *d = (directive_t){ s, "", strcspn(s, "=, \t"), 0 };
    s += d->name_len;
    if (*s == '=' && s[1] == '"') {
        d->value = s += 2;
        while (*s && *s != '"')
            s += *s == '\\' && s[1] ? 2 : 1;
        d->value_len = (apr_size_t)(s - d->value);
    } else if (*s == '=') {
        d->value = s + 1;
        d->value_len = strcspn(s + 1, ", \t");
    }
    *at = s + strcspn(s, ",");
    return 1;
}

static int is_directive(const directive_t *d, const char *name)
{
    return d->name_len == strlen(name) && apr_cstr_casecmpn(d->name, name, d->name_len) == 0;
}

apr_int64_t ga2_header_max_age(const char *cache_control)
{
    apr_int64_t age = -1;
    directive_t d;

    while (cache_control && next_directive(&d, &cache_control)) {
        if (is_directive(&d, "no-store") || is_directive(&d, "no-cache"))
            return 0;
        if (is_directive(&d, "max-age")) {
            apr_int64_t n = seconds(d.value, d.value_len, AGE_MAX);
            if (n >= 0 && (age < 0 || n < age))     /* of two, the more careful one (RFC 9111 4.2.1) */
                age = n;
        }
    }
    return age;
}

apr_int64_t ga2_header_retry_after(const char *retry_after)
{
    apr_size_t len;

    if (!retry_after)
        return -1;
    retry_after += strspn(retry_after, " \t");
    len = strcspn(retry_after, " \t");
    if (retry_after[len + strspn(retry_after + len, " \t")])
        return -1;
    return seconds(retry_after, len, DAY);
}
