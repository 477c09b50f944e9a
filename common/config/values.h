/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_CONFIG_VALUES_H
#define GA2_CONFIG_VALUES_H
/* The types of settings that are more than a text. */
#include <apr_tables.h>
#include <apr_time.h>

typedef enum { GA2_MODE_REQUIRED, GA2_MODE_AWARE, GA2_MODE_OFF } ga2_mode_t;
typedef enum { GA2_STRANGER_AUTO, GA2_STRANGER_REDIRECT, GA2_STRANGER_401 } ga2_stranger_t;
typedef enum { GA2_BEARER_NONE, GA2_BEARER_ACCESS, GA2_BEARER_ID } ga2_bearer_t;
typedef enum { GA2_SAMESITE_LAX, GA2_SAMESITE_STRICT, GA2_SAMESITE_NONE } ga2_samesite_t;
typedef enum { GA2_CLIENT_AUTH_AUTO, GA2_CLIENT_SECRET_BASIC, GA2_CLIENT_SECRET_POST,
    GA2_CLIENT_AUTH_NONE } ga2_client_auth_t;

typedef struct ga2_param { const char *name, *value; } ga2_param_t;         /* GOAuth2AuthParam */

typedef enum {
    GA2_FROM_TEXT, GA2_FROM_CLAIM, GA2_FROM_ACCESS_TOKEN, GA2_FROM_ID_TOKEN, GA2_FROM_SCOPES, GA2_FROM_EXPIRES,
        GA2_FROM_XSRF
} ga2_source_t;

typedef struct ga2_header_rule {        /* GOAuth2Header */
    const char *canonical;              /* codec/headers.h: for recognising a client's copy in any spelling */
    const char *name;
    ga2_source_t source;
    const char *argument;               /* the claim's name, or the text; otherwise NULL */
    const char *written;                /* as in the configuration */
} ga2_header_rule_t;
#endif
