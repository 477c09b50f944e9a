/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_CODEC_JSON_H
#define GA2_CODEC_JSON_H
/* JSON from outside. A strict scanner (RFC 8259 and I-JSON, RFC 7493) reads the text first and refuses what cJSON
 * would let through: invalid UTF-8, a byte order mark, NUL (raw or \u0000), lone surrogates, raw control characters,
 * a name that comes twice in an object, leading zeros, numbers that are not finite, anything behind the value, more
 * than GA2_JSON_DEPTH levels, GA2_JSON_MEMBERS members or elements in all, names over GA2_JSON_NAME bytes. Only then
 * is cJSON asked, and only by exact name. */
#include "base/bytes.h"
#include "base/error.h"

typedef struct cJSON ga2_json_t;

enum { GA2_JSON_DEPTH = 32, GA2_JSON_MEMBERS = 4096, GA2_JSON_NAME = 256 };

/* The document belongs to p. Code JSON, with the position and the reason; the text itself is never quoted. */
GA2_MUST_USE ga2_error_t *ga2_json_parse(const ga2_json_t **out, ga2_bytes_t text, apr_pool_t *p);
/* As above, and the document is an object. */
GA2_MUST_USE ga2_error_t *ga2_json_parse_object(const ga2_json_t **out, ga2_bytes_t text, apr_pool_t *p);
/* The scanner alone: NULL, or what is wrong at *at. Allocates only from scratch. */
const char *ga2_json_check(ga2_bytes_t text, apr_size_t *at, apr_pool_t *scratch);

/* Members by exact name. NULL or 0 when absent *or* of another type: use ga2_json_member to tell those apart. */
const ga2_json_t *ga2_json_member(const ga2_json_t *object, const char *name);
const char *ga2_json_string(const ga2_json_t *object, const char *name);
const ga2_json_t *ga2_json_array(const ga2_json_t *object, const char *name);
const ga2_json_t *ga2_json_object(const ga2_json_t *object, const char *name);
/* 1 and *out when it is a number within 0 … 2^53; a fraction is cut off. */
int ga2_json_number(apr_int64_t *out, const ga2_json_t *object, const char *name);
int ga2_json_true(const ga2_json_t *object, const char *name);

/* Walking: the first child of an array or object, the next one, its name in an object. */
const ga2_json_t *ga2_json_first(const ga2_json_t *container);
const ga2_json_t *ga2_json_next(const ga2_json_t *item);
const char *ga2_json_name(const ga2_json_t *item);

typedef enum { GA2_JSON_NULL, GA2_JSON_FALSE, GA2_JSON_TRUE, GA2_JSON_NUMBER, GA2_JSON_STRING, GA2_JSON_ARRAY,
               GA2_JSON_OBJECT } ga2_json_type_t;
ga2_json_type_t ga2_json_type(const ga2_json_t *item);
/* The value of a string item. */
const char *ga2_json_text(const ga2_json_t *item);
/* A number as JSON writes it, integers up to 2^53 without fraction or exponent. */
const char *ga2_json_number_text(const ga2_json_t *item, apr_pool_t *p);
/* The item printed compactly, in p. */
const char *ga2_json_print(const ga2_json_t *item, apr_pool_t *p);
/* Whether the strings of an array include this one. */
int ga2_json_array_has(const ga2_json_t *array, const char *text);

/* Building an object; it belongs to p. Text must be UTF-8. A NULL value adds nothing. */
ga2_json_t *ga2_json_new_object(apr_pool_t *p);
void ga2_json_add_string(ga2_json_t *object, const char *name, const char *value);
void ga2_json_add_number(ga2_json_t *object, const char *name, apr_int64_t value);
void ga2_json_add_bool(ga2_json_t *object, const char *name, int value);
/* A copy of the item. */
void ga2_json_add_copy(ga2_json_t *object, const char *name, const ga2_json_t *item);
#endif
