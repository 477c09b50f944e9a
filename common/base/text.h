/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_BASE_TEXT_H
#define GA2_BASE_TEXT_H
/* Small work on strings that the C library does badly. */
#include <apr_pools.h>
#include <apr_tables.h>

/* For logs and terminals: every byte outside printable ASCII, and the backslash, as \xNN; at most 512 bytes of the
 * text, then "...". NULL gives "(none)". */
const char *ga2_text_printable(const char *text, apr_pool_t *p);
/* ASCII letters only; the locale plays no part. */
int ga2_text_same_nocase(const char *a, const char *b);
int ga2_text_begins(const char *text, const char *prefix);
/* Is `word` one of the words of a list that single spaces separate? */
int ga2_text_has_word(const char *list, const char *word, apr_size_t len);
/* The words of a list as a canonical set: each once, sorted, single spaces between. NULL and "" give "". */
const char *ga2_text_word_set(const char *list, apr_pool_t *p);
/* Whether every word of `part` is in `whole`. */
int ga2_text_words_within(const char *part, const char *whole);
/* Split a configuration line's values as httpd does: spaces separate, "…" and '…' keep them, a backslash keeps the
 * next backslash, and inside quotes the next quote. Returns const char* elements. */
apr_array_header_t *ga2_text_arguments(const char *line, apr_pool_t *p);
#endif
