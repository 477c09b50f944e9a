/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "base/log.h"
#include <apr_strings.h>

typedef struct paper { ga2_log_t log; const char *lines; } paper_t;

static void warn(const ga2_log_t *self, const char *text, apr_pool_t *p)
{
    paper_t *paper = (paper_t *)self;

    paper->lines = apr_pstrcat(p, paper->lines, text, "\n", NULL);
}

static void writes_the_chain_once(void **state)
{
    paper_t paper = { { warn }, "" };
    ga2_error_t *inner = ga2_fail(*state, HTTP_LOST, NULL, "no answer\n"), *err;

    err = ga2_fail(*state, STORE, inner, "cannot write");
    ga2_log_error(&paper.log, "revoking", err, *state);
    assert_string_equal(paper.lines,
                        apr_pstrcat(*state, "revoking: ", ga2_error_chain(err, *state), "\n", NULL));
    assert_ptr_equal(strchr(paper.lines, '\n'), paper.lines + strlen(paper.lines) - 1);
}

static void says_nothing_without_an_error_or_a_log(void **state)
{
    paper_t paper = { { warn }, "" };

    ga2_log_error(&paper.log, "revoking", NULL, *state);
    ga2_log_error(NULL, "revoking", ga2_fail(*state, STORE, NULL, "cannot write"), *state);
    assert_string_equal(paper.lines, "");
}

static const struct CMUnitTest cases[] = {
    T("an error is written once, with its chain, in one line", writes_the_chain_once),
    T("without an error or a log nothing is said", says_nothing_without_an_error_or_a_log),
};

T_MAIN("log", cases)
