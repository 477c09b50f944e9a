/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include <apr_lib.h>
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

enum { PRINTABLE_MAX = 512 };

const char *ga2_text_printable(const char *text, apr_pool_t *p)
{
    static const char hex[] = "0123456789abcdef";
    apr_size_t len;
    char *out, *to;

    if (!text)
        return "(none)";
    len = strnlen(text, PRINTABLE_MAX + 1);
    to = out = apr_palloc(p, 4 * PRINTABLE_MAX + 4);
    for (apr_size_t i = 0; i < len && i < PRINTABLE_MAX; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c >= 0x20 && c < 0x7f && c != '\\') {
            *to++ = (char)c;
            continue;
        }
        *to++ = '\\';
        *to++ = 'x';
        *to++ = hex[c >> 4];
        *to++ = hex[c & 15];
    }
    memcpy(to, len > PRINTABLE_MAX ? "..." : "", len > PRINTABLE_MAX ? 4 : 1);
    return out;
}

static int lower(unsigned char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; }

int ga2_text_same_nocase(const char *a, const char *b)
{
    for (; *a && *b; a++, b++)
        if (lower((unsigned char)*a) != lower((unsigned char)*b))
            return 0;
    return *a == *b;
}

int ga2_text_begins(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

int ga2_text_has_word(const char *list, const char *word, apr_size_t len)
{
    while (*list) {
        apr_size_t n = strcspn(list, " ");
        if (n == len && n && memcmp(list, word, n) == 0)
            return 1;
        list += n + (list[n] != 0);
    }
    return 0;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char *ga2_text_word_set(const char *list, apr_pool_t *p)
{
    apr_array_header_t *words = apr_array_make(p, 8, sizeof(const char *));
    apr_array_header_t *once = apr_array_make(p, 8, sizeof(const char *));
    char *state, *copy = apr_pstrdup(p, list ? list : "");

    for (char *w = apr_strtok(copy, " \t\r\n", &state); w; w = apr_strtok(NULL, " \t\r\n", &state))
        APR_ARRAY_PUSH(words, const char *) = w;
    if (words->nelts)
        qsort(words->elts, (size_t)words->nelts, sizeof(const char *), by_text);
    for (int i = 0; i < words->nelts; i++) {
        const char *w = APR_ARRAY_IDX(words, i, const char *);
        if (i == 0 || strcmp(w, APR_ARRAY_IDX(words, i - 1, const char *)) != 0)
            APR_ARRAY_PUSH(once, const char *) = w;
    }
    return apr_array_pstrcat(p, once, ' ');
}

int ga2_text_words_within(const char *part, const char *whole)
{
    while (*part) {
        apr_size_t n = strcspn(part, " ");
        if (n && !ga2_text_has_word(whole, part, n))
            return 0;
        part += n + (part[n] != 0);
    }
    return 1;
}

/* One value, from its first byte at *s, which moves behind it; written to `to`. Returns the place behind its NUL. */
static char *argument(char *to, const char **s)
{
    char quote = **s == '"' || **s == '\'' ? *(*s)++ : 0;

    for (; **s && (quote ? **s != quote : !apr_isspace(**s)); (*s)++) {
        if (**s == '\\' && ((*s)[1] == '\\' || (quote && (*s)[1] == quote)))
            (*s)++;
        *to++ = **s;
    }
    if (quote && **s)
        (*s)++;
    *to++ = 0;
    return to;
}

apr_array_header_t *ga2_text_arguments(const char *line, apr_pool_t *p)
{
    apr_array_header_t *out = apr_array_make(p, 4, sizeof(const char *));
    char *to = apr_palloc(p, strlen(line) + 1);     /* no value takes more than it took in the line */

    for (const char *s = line;;) {
        while (apr_isspace(*s))
            s++;
        if (!*s)
            return out;
        APR_ARRAY_PUSH(out, const char *) = to;
        to = argument(to, &s);
    }
}
