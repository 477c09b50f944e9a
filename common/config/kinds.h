/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_CONFIG_KINDS_H
#define GA2_CONFIG_KINDS_H
/* How each kind of value is read, printed and added to. Only config/ includes this. */
#include "config/config.h"

/* Read the words of a line into *field. NULL, or what the value must be: "must be On or Off". */
typedef const char *ga2_value_parse_t(void *field, const apr_array_header_t *words, apr_pool_t *p);
/* Push "NAME value" lines. */
typedef void ga2_value_print_t(apr_array_header_t *lines, const char *name, const void *field, apr_pool_t *p);
/* *field is the outer scope's; add the inner one's. NULL: the inner one replaces. */
typedef void ga2_value_add_t(void *field, const void *inner, apr_pool_t *p);

typedef struct ga2_value_kind {
    ga2_value_parse_t *parse;
    ga2_value_print_t *print;
    ga2_value_add_t *add;
    int least, most;
} ga2_value_kind_t;
extern const ga2_value_kind_t ga2_kinds[GA2_KINDS];

#define GA2_WORD(i) APR_ARRAY_IDX(words, i, const char *)

#define GA2_KIND(name, type, least, most, print, merge) ga2_value_parse_t ga2_parse_##name;
#include "config/kinds.def"
ga2_value_print_t ga2_print_text, ga2_print_flag, ga2_print_span, ga2_print_secret, ga2_print_words, ga2_print_params,
    ga2_print_headers, ga2_print_MODE, ga2_print_STRANGER, ga2_print_BEARER, ga2_print_SAMESITE, ga2_print_CLIENT_AUTH;
ga2_value_add_t ga2_add_params, ga2_add_headers;
#define ga2_replace NULL

/* The value in double quotes, as ga2_text_arguments reads it. */
const char *ga2_value_quoted(const char *value, apr_pool_t *p);
/* The word of a choice, for messages: "access". */
const char *ga2_choice_word(ga2_kind_t kind, int value);
#endif
