/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_CODEC_FORM_H
#define GA2_CODEC_FORM_H
/* application/x-www-form-urlencoded: query strings and request bodies (WHATWG URL 5, RFC 6749 appendix B). */
#include "base/bytes.h"
#include "base/error.h"
#include <apr_tables.h>

typedef struct ga2_form ga2_form_t;

enum { GA2_FORM_FIELDS_MAX = 64, GA2_FORM_BYTES_MAX = 65536 };

/* Refuses (BAD_REQUEST): too many fields or bytes, a broken percent escape, a NUL, or a name that comes twice
 * (RFC 6749 3.1: parameters must not be included more than once). Empty fields ("&&") are skipped; a field
 * without "=" has the value "". NULL data is an empty form. */
GA2_MUST_USE ga2_error_t *ga2_form_parse(ga2_form_t **out, ga2_bytes_t text, apr_pool_t *p);
/* NULL when the name is not there. */
const char *ga2_form_get(const ga2_form_t *form, const char *name);
int ga2_form_count(const ga2_form_t *form);
/* Field i in the order of the text. */
void ga2_form_at(const ga2_form_t *form, int i, const char **name, const char **value);

/* Building: start from NULL, "name=value" is appended, encoded; a NULL value adds nothing. */
const char *ga2_form_add(const char *form, const char *name, const char *value, apr_pool_t *p);
#endif
