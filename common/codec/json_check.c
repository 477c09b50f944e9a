/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/json.h"
#include "codec/hex.h"
#include "codec/utf8.h"
#include <apr_strings.h>
#include <apr_tables.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* cJSON reads no more of a number than this. */
enum { NUMBER_MAX = 63 };

typedef struct name { const unsigned char *text; apr_size_t len, at; } name_t;

typedef struct scan {
    const unsigned char *text;
    apr_size_t len, at;
    int depth, members;
    apr_array_header_t *names;          /* of all objects that are open, the innermost one's last */
    apr_pool_t *scratch;
} scan_t;

/* Each step moves s->at and returns NULL, or a reason, and then s->at is where. */
#define STEP(expr) do { const char *why_ = (expr); if (why_) return why_; } while (0)

static const char *value(scan_t *s);

/* The byte at hand, or -1 at the end. */
static int peek(const scan_t *s) { return s->at < s->len ? s->text[s->at] : -1; }

/* The same behind white space. */
static int next(scan_t *s)
{
    while (s->at < s->len && memchr(" \t\n\r", s->text[s->at], 4))
        s->at++;
    return peek(s);
}

/* "\uXXXX" at hand. */
static int utf16_unit(scan_t *s, apr_uint32_t *unit)
{
    const char *text = (const char *)s->text + s->at;

    if (s->len - s->at < 6 || text[0] != '\\' || text[1] != 'u')
        return 0;
    *unit = 0;
    for (int i = 2; i < 6; i++) {
        int digit = ga2_hex_value(text[i]);
        if (digit < 0)
            return 0;
        *unit = *unit << 4 | (apr_uint32_t)digit;
    }
    s->at += 6;
    return 1;
}

static const char *unicode_escape(scan_t *s, apr_uint32_t *character)
{
    apr_uint32_t low;

    if (!utf16_unit(s, character))
        return "a \\u without four digits";
    if (*character == 0)
        return "a NUL character";       /* strings in C end there: "admin\u0000.evil" would be "admin" */
    if (*character < 0xd800 || *character > 0xdfff)
        return NULL;
    /* RFC 7493 2.1 */
    if (*character > 0xdbff || !utf16_unit(s, &low) || low < 0xdc00 || low > 0xdfff)
        return "half of a surrogate pair";
    *character = 0x10000 + ((*character - 0xd800) << 10) + (low - 0xdc00);
    return NULL;
}

static const char *escape(scan_t *s, apr_uint32_t *character)
{
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    int c = s->at + 1 < s->len ? s->text[s->at + 1] : 0;
    const char *letter = c ? strchr(letters, c) : NULL;

    if (c == 'u')
        return unicode_escape(s, character);
    if (!letter)
        return "an unknown escape";
    *character = (unsigned char)meanings[letter - letters];
    s->at += 2;
    return NULL;
}

/* One character of a string. RFC 7493 2.1 has noncharacters such as U+FFFF out, too, but RFC 8259 has them in, and
 * they can do no harm here. */
static const char *character(scan_t *s, apr_uint32_t *out)
{
    int c = peek(s);
    apr_size_t n;

    if (c < 0)
        return "the text ends within a string";
    if (c < 0x20)
        return "a control character in a string";
    if (c == '\\')
        return escape(s, out);
    n = ga2_utf8_read(out, s->text + s->at, s->len - s->at);
    s->at += n;
    return n ? NULL : "invalid UTF-8";
}

static const char *string(scan_t *s)
{
    apr_uint32_t ignored;

    for (s->at++; peek(s) != '"';)
        STEP(character(s, &ignored));
    s->at++;
    return NULL;
}

/* A member's name, kept as what it means: "a" and "\u0061" are the same one. */
static const char *member_name(scan_t *s)
{
    name_t *name = apr_array_push(s->names);
    char plain[GA2_JSON_NAME + 4];
    apr_size_t len = 0;

    *name = (name_t){ s->text + s->at + 1, 0, s->at };
    for (s->at++; peek(s) != '"';) {
        apr_uint32_t c;
        STEP(character(s, &c));
        len += ga2_utf8_write(plain + len, c);
        if (len > GA2_JSON_NAME)
            return "a name that is too long";
    }
    name->len = (apr_size_t)(s->text + s->at - name->text);
    if (name->len != len)               /* escapes are always longer than what they mean */
        *name = (name_t){ apr_pmemdup(s->scratch, plain, len), len, name->at };
    s->at++;
    return NULL;
}

static int digits(scan_t *s)
{
    apr_size_t start = s->at;

    while (peek(s) >= '0' && peek(s) <= '9')
        s->at++;
    return s->at > start;
}

/* Whether a double can hold it. The point is taken out and the exponent made to fit, since strtod asks the locale what
 * a point looks like. */
static int is_finite(const unsigned char *number, apr_size_t len)
{
    char text[NUMBER_MAX + 1], plain[NUMBER_MAX + 32];
    char *e, *point;
    long exponent;

    memcpy(text, number, len);
    text[len] = 0;
    e = strpbrk(text, "eE");
    if (!e)
        return 1;
    exponent = strtol(e + 1, NULL, 10);
    exponent = exponent > 9999 ? 9999 : exponent < -9999 ? -9999 : exponent;
    *e = 0;
    point = strchr(text, '.');
    if (point) {
        exponent -= (long)strlen(point + 1);
        memmove(point, point + 1, strlen(point));
    }
    apr_snprintf(plain, sizeof(plain), "%se%ld", text, exponent);
    return isfinite(strtod(plain, NULL));
}

static const char *number(scan_t *s)
{
    apr_size_t start = s->at, first;

    s->at += peek(s) == '-';
    first = s->at;
    if (!digits(s))
        return "a number without digits";
    if (s->text[first] == '0' && s->at - first > 1)
        return "a number with a leading zero";
    if (peek(s) == '.') {
        s->at++;
        if (!digits(s))
            return "a number without digits behind its point";
    }
    if (peek(s) == 'e' || peek(s) == 'E') {
        s->at++;
        s->at += peek(s) == '+' || peek(s) == '-';
        if (!digits(s))
            return "a number without digits in its exponent";
    }
    if (s->at - start > NUMBER_MAX)
        return "a number that is too long";
    return is_finite(s->text + start, s->at - start) ? NULL : "a number that is too large";
}

static const char *literal(scan_t *s, const char *word)
{
    apr_size_t len = strlen(word);

    if (s->len - s->at < len || memcmp(s->text + s->at, word, len) != 0)
        return "not a value";
    s->at += len;
    return NULL;
}

/* Past the bracket that opens an array or object. */
static const char *enter(scan_t *s)
{
    if (s->depth == GA2_JSON_DEPTH)
        return "too many levels";
    s->depth++;
    s->at++;
    return NULL;
}

/* Past the bracket that closes it. */
static const char *leave(scan_t *s)
{
    s->depth--;
    s->at++;
    return NULL;
}

static const char *count(scan_t *s)
{
    return ++s->members > GA2_JSON_MEMBERS ? "too many members" : NULL;
}

static const char *array(scan_t *s)
{
    STEP(enter(s));
    if (next(s) == ']')
        return leave(s);
    for (;; s->at++) {
        STEP(count(s));
        STEP(value(s));
        if (next(s) == ']')
            return leave(s);
        if (peek(s) != ',')
            return "neither , nor ] behind an element";
    }
}

static const char *member(scan_t *s)
{
    STEP(count(s));
    if (next(s) != '"')
        return "a member without a name";
    STEP(member_name(s));
    if (next(s) != ':')
        return "no : behind a name";
    s->at++;
    return value(s);
}

static int by_name(const void *a, const void *b)
{
    const name_t *x = a, *y = b;

    if (x->len != y->len)
        return x->len < y->len ? -1 : 1;
    return x->len ? memcmp(x->text, y->text, x->len) : 0;
}

/* The object's names, from `first` on, are each there once. They are sorted, so that a hostile object of many
 * members costs n log n. */
static const char *each_once(scan_t *s, int first)
{
    name_t *names = (name_t *)(void *)s->names->elts + first;
    int n = s->names->nelts - first;

    s->names->nelts = first;
    if (n < 2)
        return NULL;
    qsort(names, (size_t)n, sizeof(*names), by_name);
    for (int i = 1; i < n; i++) {
        if (by_name(&names[i - 1], &names[i]) != 0)
            continue;
        s->at = names[names[i].at > names[i - 1].at ? i : i - 1].at;
        return "a name that comes twice";
    }
    return NULL;
}

static const char *object(scan_t *s)
{
    int first = s->names->nelts;

    STEP(enter(s));
    if (next(s) == '}')
        return leave(s);
    for (;; s->at++) {
        STEP(member(s));
        if (next(s) == '}')
            break;
        if (peek(s) != ',')
            return "neither , nor } behind a member";
    }
    STEP(each_once(s, first));
    return leave(s);
}

static const char *value(scan_t *s)
{
    switch (next(s)) {
    case '{': return object(s);
    case '[': return array(s);
    case '"': return string(s);
    case 't': return literal(s, "true");
    case 'f': return literal(s, "false");
    case 'n': return literal(s, "null");
    case '-': case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7': case '8': case '9':
        return number(s);
    case -1: return "the text ends where a value should be";
    default: return "not a value";
    }
}

static const char *document(scan_t *s)
{
    if (s->len >= 3 && memcmp(s->text, "\xef\xbb\xbf", 3) == 0)
        return "a byte order mark";     /* RFC 8259 8.1 */
    STEP(value(s));
    return next(s) < 0 ? NULL : "something behind the value";
}

const char *ga2_json_check(ga2_bytes_t text, apr_size_t *at, apr_pool_t *scratch)
{
    scan_t s = { .text = text.data, .len = text.data ? text.len : 0, .scratch = scratch };
    const char *why;

    s.names = apr_array_make(scratch, 16, sizeof(name_t));
    why = document(&s);
    *at = s.at;
    return why;
}
