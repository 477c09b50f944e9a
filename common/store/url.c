/* SPDX-License-Identifier: Apache-2.0 */
#include "store/url.h"
#include "base/text.h"
#include <apr_strings.h>
#include <string.h>

static int is_known(const char *name, const char *const *known)
{
    for (; *known; known++)
        if (strcmp(name, *known) == 0)
            return 1;
    return 0;
}

static const char *add_option(ga2_store_url_t *url, char *option, const char *const *known, apr_pool_t *p)
{
    char *equals = strchr(option, '=');

    if (!equals || !equals[1])
        return apr_psprintf(p, "the option \"%s\" needs a value: NAME=VALUE", ga2_text_printable(option, p));
    *equals = 0;
    if (!is_known(option, known))
        return apr_psprintf(p, "there is no option \"%s\" for this kind of store", ga2_text_printable(option, p));
    if (ga2_store_url_option(url, option))
        return apr_psprintf(p, "the option \"%s\" comes twice", option);
    if (url->count == GA2_STORE_OPTIONS_MAX)
        return "it has too many options";
    url->names[url->count] = option;
    url->values[url->count++] = equals + 1;
    return NULL;
}

static int has_control(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            return 1;
    return 0;
}

const char *ga2_store_url_parse(ga2_store_url_t *out, const char *rest, const char *const *known, apr_pool_t *p)
{
    char *copy, *question, *state;
    const char *wrong = NULL;

    memset(out, 0, sizeof(*out));
    if (strlen(rest) > GA2_STORE_URL_MAX)
        return "it is too long";
    if (has_control(rest))
        return "it holds a control character";
    copy = apr_pstrdup(p, rest);
    out->place = copy;
    question = strchr(copy, '?');
    if (!question)
        return NULL;
    *question = 0;
    for (char *o = apr_strtok(question + 1, "&", &state); o && !wrong; o = apr_strtok(NULL, "&", &state))
        wrong = add_option(out, o, known, p);
    return wrong;
}

const char *ga2_store_url_option(const ga2_store_url_t *url, const char *name)
{
    for (int i = 0; i < url->count; i++)
        if (strcmp(url->names[i], name) == 0)
            return url->values[i];
    return NULL;
}

/* The power of two that a unit stands for; -1: it is none. */
static int unit_shift(const char *unit)
{
    static const char letters[] = "kmgt";
    const char *found;

    if (!*unit)
        return 0;
    found = strchr(letters, *unit | 0x20);
    return found && *found && !unit[1] ? 10 * (int)(found - letters + 1) : -1;
}

static int size_read(apr_uint64_t *out, const char *text)
{
    apr_uint64_t number = 0;
    int shift;

    if (*text < '0' || *text > '9')
        return 0;
    for (; *text >= '0' && *text <= '9'; text++) {
        if (number > (~(apr_uint64_t)0 - 9) / 10)
            return 0;
        number = number * 10 + (apr_uint64_t)(*text - '0');
    }
    shift = unit_shift(text);
    if (shift < 0 || number > ~(apr_uint64_t)0 >> shift)
        return 0;
    *out = number << shift;
    return 1;
}

const char *ga2_store_size_parse(apr_uint64_t *out, const char *text, apr_uint64_t least, apr_uint64_t most,
                                 apr_pool_t *p)
{
    if (!size_read(out, text))
        return apr_psprintf(p, "\"%s\" is not a size such as 512m or 4g", ga2_text_printable(text, p));
    if (*out < least || *out > most)
        return apr_psprintf(p, "the size %s is not within %" APR_UINT64_T_FMT "m and %" APR_UINT64_T_FMT "m", text,
                            least >> 20, most >> 20);
    return NULL;
}

/* "redis://user:password@host/" is shown as "redis://user:***@host/". */
const char *ga2_store_url_shown(const char *url, apr_pool_t *p)
{
    const char *slashes = strstr(url, "://");
    const char *user = slashes ? slashes + 3 : url;
    apr_size_t length = strcspn(user, "/?");
    const char *at = slashes ? memrchr(user, '@', length) : NULL;
    const char *colon = at ? memchr(user, ':', (apr_size_t)(at - user)) : NULL;

    if (!colon)
        return ga2_text_printable(url, p);
    return ga2_text_printable(apr_pstrcat(p, apr_pstrmemdup(p, url, (apr_size_t)(colon - url)), ":***", at, NULL), p);
}
