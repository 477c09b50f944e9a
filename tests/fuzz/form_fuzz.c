/* SPDX-License-Identifier: Apache-2.0
 * ga2_form_parse. A form that parses has no more than the allowed fields, no name twice, and gives the same fields
 * when it is built again from them. */
#include "fuzz.h"
#include "codec/form.h"
#include <string.h>

static void has_each_name_once(const ga2_form_t *form)
{
    for (int i = 0; i < ga2_form_count(form); i++) {
        const char *name, *value, *other;
        ga2_form_at(form, i, &name, &value);
        GA2_HOLDS(ga2_form_get(form, name) == value);
        for (int k = 0; k < i; k++) {
            ga2_form_at(form, k, &other, &value);
            GA2_HOLDS(strcmp(name, other) != 0);
        }
    }
}

static const char *built(const ga2_form_t *form, apr_pool_t *pool)
{
    const char *text = NULL;

    for (int i = 0; i < ga2_form_count(form); i++) {
        const char *name, *value;
        ga2_form_at(form, i, &name, &value);
        text = ga2_form_add(text, name, value, pool);
    }
    return text;
}

GA2_FUZZ(input, pool)
{
    ga2_form_t *form, *again;
    const char *text;

    if (ga2_form_parse(&form, input, pool))
        return;
    GA2_HOLDS(input.len <= GA2_FORM_BYTES_MAX && ga2_form_count(form) <= GA2_FORM_FIELDS_MAX);
    has_each_name_once(form);
    text = built(form, pool);
    if (text && strlen(text) > GA2_FORM_BYTES_MAX)
        return;
    GA2_HOLDS(!ga2_form_parse(&again, ga2_bytes_of(text), pool));
    GA2_HOLDS(ga2_form_count(again) == ga2_form_count(form));
    for (int i = 0; i < ga2_form_count(form); i++) {
        const char *name, *value, *name_again, *value_again;
        ga2_form_at(form, i, &name, &value);
        ga2_form_at(again, i, &name_again, &value_again);
        GA2_HOLDS(strcmp(name, name_again) == 0 && strcmp(value, value_again) == 0);
    }
}
