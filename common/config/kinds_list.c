/* SPDX-License-Identifier: Apache-2.0
 * Kinds that are a set, a list of lines, or a secret. */
#include "config/kinds.h"
#include "base/file.h"
#include "base/text.h"
#include "codec/headers.h"
#include <apr_env.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

enum { SECRET_FILE_MAX = 65536 };

/* RFC 6749 3.3: scope-token. */
static int is_scope(const char *word)
{
    for (const char *s = word; *s; s++)
        if (*s < 0x21 || *s > 0x7e || *s == '"' || *s == '\\')
            return 0;
    return *word != 0;
}

const char *ga2_parse_WORDS(void *field, const apr_array_header_t *words, apr_pool_t *p)
{
    const char *joined = apr_array_pstrcat(p, words, ' ');
    char *state, *copy = apr_pstrdup(p, joined);

    for (char *w = apr_strtok(copy, " \t", &state); w; w = apr_strtok(NULL, " \t", &state))
        if (!is_scope(w))
            return "must be scopes: words without quotes and backslashes";
    *(const char **)field = ga2_text_word_set(joined, p);
    return NULL;
}

void ga2_print_words(apr_array_header_t *lines, const char *name, const void *field, apr_pool_t *p)
{
    const char *set = *(const char *const *)field;
    int plain = *set && !strchr(set, '\'');

    APR_ARRAY_PUSH(lines, const char *) = apr_pstrcat(p, name, " ", plain ? set : ga2_value_quoted(set, p), NULL);
}

/* A file ends in a newline that is not part of the secret. */
static ga2_bytes_t first_line(ga2_bytes_t text)
{
    apr_size_t len = 0;

    while (len < text.len && text.data[len] != '\n' && text.data[len] != '\r')
        len++;
    return (ga2_bytes_t){ text.data, len };
}

static const char *secret_from_file(const ga2_secret_t **out, const char *path, apr_pool_t *p)
{
    ga2_bytes_t text = GA2_NO_BYTES;
    ga2_error_t *err = ga2_file_read_secret(&text, path, SECRET_FILE_MAX, p);

    if (err)
        return ga2_error_sentence(err, p);
    text = first_line(text);
    if (!text.len || memchr(text.data, 0, text.len))
        return apr_psprintf(p, "the file %s is missing, empty or not text; put the secret on its first line",
                            ga2_text_printable(path, p));
    *out = ga2_secret_make(text.data, text.len, p);
    return NULL;
}

const char *ga2_parse_SECRET(void *field, const apr_array_header_t *words, apr_pool_t *p)
{
    const char *word = GA2_WORD(0);
    char *value = NULL;

    if (ga2_text_begins(word, "file:"))
        return secret_from_file(field, word + 5, p);
    if (ga2_text_begins(word, "env:")) {
        if (apr_env_get(&value, word + 4, p) != APR_SUCCESS || !*value)
            return apr_psprintf(p, "the environment variable %s is not set", ga2_text_printable(word + 4, p));
        word = value;
    }
    if (!*word)
        return "must be file:PATH, env:NAME or the secret itself";
    *(const ga2_secret_t **)field = ga2_secret_of(word, p);
    return NULL;
}

void ga2_print_secret(apr_array_header_t *lines, const char *name, const void *field, apr_pool_t *p)
{
    (void)field;
    APR_ARRAY_PUSH(lines, const char *) = apr_pstrcat(p, name, " (set)", NULL);
}

/* Both lists' elements begin with the text that tells one line from another. */
static const char *key_of(const apr_array_header_t *list, int i)
{
    return *(const char *const *)(list->elts + i * list->elt_size);
}

/* The outer list, less what the inner one says anew, then the inner one. */
static void add_by_key(const apr_array_header_t **outer, apr_array_header_t *const *inner, apr_pool_t *p)
{
    apr_array_header_t *all = apr_array_make(p, 4, (*inner)->elt_size);

    for (int i = 0; i < (*outer)->nelts; i++) {
        int replaced = 0;
        for (int k = 0; k < (*inner)->nelts; k++)
            replaced |= !strcmp(key_of(*outer, i), key_of(*inner, k));
        if (!replaced)
            memcpy(apr_array_push(all), (*outer)->elts + i * (*outer)->elt_size, (size_t)all->elt_size);
    }
    apr_array_cat(all, *inner);
    *outer = all;
}

/* A line of a list: alone, or with those before it. */
static void add_line(void *field, apr_array_header_t *one, apr_pool_t *p)
{
    const apr_array_header_t **list = field;

    if (*list)
        add_by_key(list, &one, p);
    else
        *list = one;
}

/* What this module itself decides; a configuration that sets one would break a sign-in or weaken it. */
static const char *const our_params[] = { "response_type", "response_mode", "client_id", "client_secret",
    "redirect_uri",
    "scope", "state", "nonce", "code_challenge", "code_challenge_method", "request", "request_uri", NULL };

const char *ga2_parse_PARAMS(void *field, const apr_array_header_t *words, apr_pool_t *p)
{
    apr_array_header_t *one;

    for (int i = 0; our_params[i]; i++)
        if (ga2_text_same_nocase(our_params[i], GA2_WORD(0)))
            return apr_psprintf(p, "must not set %s, which belongs to the sign-in itself", our_params[i]);
    for (const char *s = GA2_WORD(0); *s || s == GA2_WORD(0); s++)
        if (!apr_isalnum(*s) && (!*s || !strchr("-_.", *s)))
            return "must begin with a parameter's name";
    one = apr_array_make(p, 1, sizeof(ga2_param_t));
    APR_ARRAY_PUSH(one, ga2_param_t) = (ga2_param_t){ apr_pstrdup(p, GA2_WORD(0)), apr_pstrdup(p, GA2_WORD(1)) };
    add_line(field, one, p);
    return NULL;
}

void ga2_add_params(void *field, const void *inner, apr_pool_t *p) { add_by_key(field, inner, p); }

void ga2_print_params(apr_array_header_t *lines, const char *name, const void *field, apr_pool_t *p)
{
    const apr_array_header_t *list = *(apr_array_header_t *const *)field;

    for (int i = 0; i < list->nelts; i++) {
        ga2_param_t param = APR_ARRAY_IDX(list, i, ga2_param_t);
        APR_ARRAY_PUSH(lines, const char *) =
            apr_pstrcat(p, name, " ", param.name, " ", ga2_value_quoted(param.value, p), NULL);
    }
}

static const struct { const char *word; ga2_source_t source; } sources[] = {
    { "access_token", GA2_FROM_ACCESS_TOKEN }, { "id_token", GA2_FROM_ID_TOKEN }, { "scopes", GA2_FROM_SCOPES },
    { "expires", GA2_FROM_EXPIRES }, { "xsrf", GA2_FROM_XSRF },
};

static int is_printable(const char *text)
{
    for (; *text; text++)
        if (*text < 0x20 || *text >= 0x7f)
            return 0;
    return 1;
}

static const char *parse_source(ga2_header_rule_t *rule, const char *word, apr_pool_t *p)
{
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        if (!strcmp(sources[i].word, word)) {
            rule->source = sources[i].source;
            return NULL;
        }
    rule->source = ga2_text_begins(word, "claim:") ? GA2_FROM_CLAIM : GA2_FROM_TEXT;
    rule->argument = apr_pstrdup(p, word + (rule->source == GA2_FROM_CLAIM ? 6 : 0));
    if (rule->source == GA2_FROM_CLAIM && !*rule->argument)
        return "must name a claim after claim:";
    if (rule->source == GA2_FROM_TEXT && !is_printable(word))
        return "must be a text of printable ASCII characters";
    return NULL;
}

/* Names that steer HTTP itself; an identity does not belong there. */
static const char *const forbidden_headers[] = { "host", "connection", "content-length", "content-type", "cookie",
    "transfer-encoding", "te", "trailer", "upgrade", "expect", "range", "authorization", "proxy-authorization",
    "proxy", NULL };

const char *ga2_parse_HEADERS(void *field, const apr_array_header_t *words, apr_pool_t *p)
{
    apr_array_header_t *one = apr_array_make(p, 1, sizeof(ga2_header_rule_t));
    ga2_header_rule_t rule = { .name = apr_pstrdup(p, GA2_WORD(0)), .written = apr_pstrdup(p, GA2_WORD(1)) };
    const char *wrong = parse_source(&rule, GA2_WORD(1), p);

    if (!ga2_header_name_ok(rule.name))
        return "must begin with a header's name of letters, digits and -";
    rule.canonical = ga2_header_canonical(rule.name, p);
    for (int i = 0; forbidden_headers[i]; i++)
        if (!strcmp(forbidden_headers[i], rule.canonical))
            return apr_psprintf(p, "must not set %s; for Authorization write GOAuth2Bearer access", rule.name);
    if (wrong)
        return wrong;
    APR_ARRAY_PUSH(one, ga2_header_rule_t) = rule;
    add_line(field, one, p);
    return NULL;
}

void ga2_add_headers(void *field, const void *inner, apr_pool_t *p) { add_by_key(field, inner, p); }

void ga2_print_headers(apr_array_header_t *lines, const char *name, const void *field, apr_pool_t *p)
{
    const apr_array_header_t *list = *(apr_array_header_t *const *)field;

    for (int i = 0; i < list->nelts; i++) {
        ga2_header_rule_t rule = APR_ARRAY_IDX(list, i, ga2_header_rule_t);
        APR_ARRAY_PUSH(lines, const char *) =
            apr_pstrcat(p, name, " ", rule.name, " ", ga2_value_quoted(rule.written, p), NULL);
    }
}
