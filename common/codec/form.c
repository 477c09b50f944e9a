/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/form.h"
#include "codec/hex.h"
#include "codec/url.h"
#include <apr_strings.h>
#include <string.h>

struct ga2_form {
    int count;
    struct { const char *name, *value; } fields[GA2_FORM_FIELDS_MAX];
};

/* Decode in place. 0 when an escape is broken or stands for NUL, at which a C string would end too early. */
static int decode(char *text)
{
    char *to = text;

    for (const char *from = text; *from; from++) {
        int c = *from == '+' ? ' ' : *from;
        if (*from == '%') {
            c = ga2_percent_value(from);
            if (c <= 0)
                return 0;
            from += 2;
        }
        *to++ = (char)c;
    }
    *to = 0;
    return 1;
}

static ga2_error_t *add_field(ga2_form_t *form, char *text, apr_pool_t *p)
{
    char *equals = strchr(text, '=');
    char *value = equals ? equals + 1 : text + strlen(text);

    if (form->count == GA2_FORM_FIELDS_MAX)
        return ga2_fail(p, BAD_REQUEST, NULL, "more than %d form fields", GA2_FORM_FIELDS_MAX);
    if (equals)
        *equals = 0;
    if (!decode(text) || !decode(value))
        return ga2_fail(p, BAD_REQUEST, NULL, "form field %d has a broken percent escape", form->count + 1);
    /* RFC 6749 3.1: parameters must not be included more than once. */
    if (ga2_form_get(form, text))
        return ga2_fail(p, BAD_REQUEST, NULL, "form field %d has the name of an earlier one", form->count + 1);
    form->fields[form->count].name = text;
    form->fields[form->count].value = value;
    form->count++;
    return NULL;
}

ga2_error_t *ga2_form_parse(ga2_form_t **out, ga2_bytes_t text, apr_pool_t *p)
{
    ga2_form_t *form = apr_palloc(p, sizeof(*form));
    char *next;

    form->count = 0;
    *out = form;
    if (!text.data)
        return NULL;
    if (text.len > GA2_FORM_BYTES_MAX)
        return ga2_fail(p, BAD_REQUEST, NULL, "a form of more than %d bytes", GA2_FORM_BYTES_MAX);
    if (text.len && memchr(text.data, 0, text.len))
        return ga2_fail(p, BAD_REQUEST, NULL, "a form with a NUL in it");
    for (char *field = apr_pstrmemdup(p, (const char *)text.data, text.len); field; field = next) {
        next = strchr(field, '&');
        if (next)
            *next++ = 0;
        if (*field)
            GA2_TRY(add_field(form, field, p));
    }
    return NULL;
}

const char *ga2_form_get(const ga2_form_t *form, const char *name)
{
    for (int i = 0; i < form->count; i++)
        if (strcmp(form->fields[i].name, name) == 0)
            return form->fields[i].value;
    return NULL;
}

int ga2_form_count(const ga2_form_t *form) { return form->count; }

void ga2_form_at(const ga2_form_t *form, int i, const char **name, const char **value)
{
    *name = form->fields[i].name;
    *value = form->fields[i].value;
}

/* A space becomes %20, not "+": every form parser reads it, and so do those that read only percent escapes. */
const char *ga2_form_add(const char *form, const char *name, const char *value, apr_pool_t *p)
{
    if (!value)
        return form;
    return apr_pstrcat(p, form ? form : "", form && *form ? "&" : "", ga2_url_encode(name, p), "=",
                       ga2_url_encode(value, p), NULL);
}
