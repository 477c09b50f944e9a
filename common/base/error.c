/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/text.h"
#include <apr_strings.h>

static const struct { const char *name; int status, retry; const char *text; } codes[] = {
#define GA2_ERROR(name, status, retry, text) [GA2_E_##name] = { #name, status, retry, text },
#include "base/errors.def"
};

ga2_error_t *ga2_error_make(apr_pool_t *p, const char *where, ga2_code_t code,
                            const ga2_error_t *cause, const char *fmt, ...)
{
    ga2_error_t *err = apr_palloc(p, sizeof(*err));
    va_list ap;

    va_start(ap, fmt);
    *err = (ga2_error_t){ code, apr_pvsprintf(p, fmt, ap), cause, where };
    va_end(ap);
    return err;
}

const char *ga2_error_chain(const ga2_error_t *err, apr_pool_t *p)
{
    const char *line = "";

    for (; err; err = err->cause)
        line = apr_psprintf(p, "%s%s%s: %s (%s)", line, *line ? " <- " : "",
                            codes[err->code].name, ga2_text_printable(err->message, p), err->where);
    return line;
}

const char *ga2_error_sentence(const ga2_error_t *err, apr_pool_t *p)
{
    const char *line = "";

    for (; err; err = err->cause)
        line = apr_pstrcat(p, line, *line ? ": " : "", ga2_text_printable(err->message, p), NULL);
    return line;
}

const char *ga2_error_name(ga2_code_t code) { return codes[code].name; }
const char *ga2_error_text(ga2_code_t code) { return codes[code].text; }
int ga2_error_http_status(ga2_code_t code) { return codes[code].status; }
int ga2_error_may_retry(ga2_code_t code) { return codes[code].retry; }

int ga2_error_has(const ga2_error_t *err, ga2_code_t code)
{
    for (; err; err = err->cause)
        if (err->code == code)
            return 1;
    return 0;
}
