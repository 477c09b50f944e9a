/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/json.h"
#include "base/secret.h"
#include <apr_strings.h>
#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* 2^53: up to here a double holds every integer. */
#define INTEGER_MAX 9007199254740992.0

/* Documents hold tokens and claims: what they say does not stay in freed memory. */
static void wipe(cJSON *item)
{
    for (; item; item = item->next) {
        if (item->valuestring)
            ga2_wipe(item->valuestring, strlen(item->valuestring));
        wipe(item->child);
    }
}

static apr_status_t drop(void *item)
{
    wipe(item);
    cJSON_Delete(item);
    return APR_SUCCESS;
}

/* From here on the pool frees it. */
static cJSON *adopt(cJSON *item, apr_pool_t *p)
{
    if (item)
        apr_pool_cleanup_register(p, item, drop, apr_pool_cleanup_null);
    return item;
}

/* cJSON has no memory: that ends the process, as it does when a pool has none. */
static void *have(void *made)
{
    if (!made)
        abort();
    return made;
}

/* cJSON needs to see the NUL behind the text, or it would not notice that there is more. */
static const cJSON *parse_checked(ga2_bytes_t text, apr_pool_t *p, apr_pool_t *scratch)
{
    const char *copy = (const char *)ga2_bytes_copy(text, scratch).data;

    ga2_wipe_with(scratch, (void *)copy, text.len);
    return adopt(cJSON_ParseWithLengthOpts(copy, text.len + 1, NULL, 1), p);
}

ga2_error_t *ga2_json_parse(const ga2_json_t **out, ga2_bytes_t text, apr_pool_t *p)
{
    apr_pool_t *scratch;
    apr_size_t at;
    const char *why;

    *out = NULL;
    apr_pool_create(&scratch, p);
    why = ga2_json_check(text, &at, scratch);
    if (!why)
        *out = parse_checked(text, p, scratch);
    apr_pool_destroy(scratch);
    if (why)
        return ga2_fail(p, JSON, NULL, "%s at byte %" APR_SIZE_T_FMT, why, at);
    if (!*out)
        return ga2_fail(p, JSON, NULL, "cJSON cannot hold the text");
    return NULL;
}

ga2_error_t *ga2_json_parse_object(const ga2_json_t **out, ga2_bytes_t text, apr_pool_t *p)
{
    GA2_TRY(ga2_json_parse(out, text, p));
    if (cJSON_IsObject(*out))
        return NULL;
    *out = NULL;
    return ga2_fail(p, JSON, NULL, "not an object");
}

const ga2_json_t *ga2_json_member(const ga2_json_t *object, const char *name)
{
    return cJSON_IsObject(object) ? cJSON_GetObjectItemCaseSensitive(object, name) : NULL;
}

const char *ga2_json_string(const ga2_json_t *object, const char *name)
{
    return ga2_json_text(ga2_json_member(object, name));
}

const ga2_json_t *ga2_json_array(const ga2_json_t *object, const char *name)
{
    const cJSON *item = ga2_json_member(object, name);

    return cJSON_IsArray(item) ? item : NULL;
}

const ga2_json_t *ga2_json_object(const ga2_json_t *object, const char *name)
{
    const cJSON *item = ga2_json_member(object, name);

    return cJSON_IsObject(item) ? item : NULL;
}

int ga2_json_number(apr_int64_t *out, const ga2_json_t *object, const char *name)
{
    const cJSON *item = ga2_json_member(object, name);

    if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0 && item->valuedouble <= INTEGER_MAX))
        return 0;
    *out = (apr_int64_t)item->valuedouble;
    return 1;
}

int ga2_json_true(const ga2_json_t *object, const char *name)
{
    return cJSON_IsTrue(ga2_json_member(object, name));
}

const ga2_json_t *ga2_json_first(const ga2_json_t *container) { return container ? container->child : NULL; }
const ga2_json_t *ga2_json_next(const ga2_json_t *item) { return item ? item->next : NULL; }
const char *ga2_json_name(const ga2_json_t *item) { return item ? item->string : NULL; }

ga2_json_type_t ga2_json_type(const ga2_json_t *item)
{
    switch (item ? item->type & 0xff : cJSON_NULL) {
    case cJSON_False: return GA2_JSON_FALSE;
    case cJSON_True: return GA2_JSON_TRUE;
    case cJSON_Number: return GA2_JSON_NUMBER;
    case cJSON_String: return GA2_JSON_STRING;
    case cJSON_Array: return GA2_JSON_ARRAY;
    case cJSON_Object: return GA2_JSON_OBJECT;
    default: return GA2_JSON_NULL;
    }
}

const char *ga2_json_text(const ga2_json_t *item)
{
    return cJSON_IsString(item) ? item->valuestring : NULL;
}

/* The fewest digits that read back as the same number. The point is what the locale makes of it. */
static const char *shortest(double number, apr_pool_t *p)
{
    char text[64], *point;
    size_t kept;

    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof(text), "%.*g", digits, number);
        if (strtod(text, NULL) == number)
            break;
    }
    kept = strspn(text, "-0123456789");
    point = text + kept;
    if (!*point || *point == 'e')
        return apr_pstrdup(p, text);
    return apr_pstrcat(p, apr_pstrmemdup(p, text, kept), ".", point + strcspn(point, "0123456789"), NULL);
}

const char *ga2_json_number_text(const ga2_json_t *item, apr_pool_t *p)
{
    double number;

    if (!cJSON_IsNumber(item))
        return NULL;
    number = item->valuedouble;
    if (fabs(number) <= INTEGER_MAX && number == (double)(apr_int64_t)number)
        return apr_psprintf(p, "%" APR_INT64_T_FMT, (apr_int64_t)number);
    return shortest(number, p);
}

static void write_number(cJSON *item, const char *text)
{
    size_t size = strlen(text) + 1;

    item->valuestring = memcpy(have(cJSON_malloc(size)), text, size);
    item->type = cJSON_Raw;
}

/* cJSON prints 5000000000000001 as 5e+15, so its numbers are written beforehand. */
static void write_numbers(cJSON *item, apr_pool_t *p)
{
    for (; item; item = item->next) {
        write_numbers(item->child, p);
        if (cJSON_IsNumber(item))
            write_number(item, ga2_json_number_text(item, p));
    }
}

static apr_status_t drop_text(void *text)
{
    ga2_wipe(text, strlen(text));
    cJSON_free(text);
    return APR_SUCCESS;
}

const char *ga2_json_print(const ga2_json_t *item, apr_pool_t *p)
{
    apr_pool_t *scratch;
    cJSON *copy;
    const char *out;
    char *text;

    apr_pool_create(&scratch, p);
    copy = adopt(have(cJSON_Duplicate(item, 1)), scratch);
    write_numbers(copy, scratch);
    text = have(cJSON_PrintUnformatted(copy));
    apr_pool_cleanup_register(scratch, text, drop_text, apr_pool_cleanup_null);
    out = apr_pstrdup(p, text);
    apr_pool_destroy(scratch);
    return out;
}

int ga2_json_array_has(const ga2_json_t *array, const char *text)
{
    if (!cJSON_IsArray(array))
        return 0;
    for (const cJSON *item = array->child; item; item = item->next)
        if (cJSON_IsString(item) && strcmp(item->valuestring, text) == 0)
            return 1;
    return 0;
}

ga2_json_t *ga2_json_new_object(apr_pool_t *p)
{
    return adopt(have(cJSON_CreateObject()), p);
}

void ga2_json_add_string(ga2_json_t *object, const char *name, const char *value)
{
    if (value)
        have(cJSON_AddStringToObject(object, name, value));
}

void ga2_json_add_number(ga2_json_t *object, const char *name, apr_int64_t value)
{
    have(cJSON_AddNumberToObject(object, name, (double)value));
}

void ga2_json_add_bool(ga2_json_t *object, const char *name, int value)
{
    have(cJSON_AddBoolToObject(object, name, value != 0));
}

void ga2_json_add_copy(ga2_json_t *object, const char *name, const ga2_json_t *item)
{
    if (item && !cJSON_AddItemToObject(object, name, have(cJSON_Duplicate(item, 1))))
        abort();
}
