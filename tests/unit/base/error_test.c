/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"

static ga2_error_t *lost(apr_pool_t *p)
{
    return ga2_fail(p, HTTP_LOST, NULL, "no answer from %s after %d s", "op.example", 5);
}

static ga2_error_t *refused(apr_pool_t *p)
{
    return ga2_fail(p, TOKEN_REFUSED, lost(p), "the token request failed");
}

static void keeps_code_message_cause_and_place(void **state)
{
    ga2_error_t *err = refused(*state);

    assert_int_equal(err->code, GA2_E_TOKEN_REFUSED);
    assert_string_equal(err->message, "the token request failed");
    assert_non_null(strstr(err->where, "error_test.c:"));
    assert_int_equal(err->cause->code, GA2_E_HTTP_LOST);
    assert_string_equal(err->cause->message, "no answer from op.example after 5 s");
    assert_null(err->cause->cause);
}

static void writes_the_chain_in_one_line(void **state)
{
    const char *chain = ga2_error_chain(refused(*state), *state);
    const char *inner = strstr(chain, " <- HTTP_LOST: no answer from op.example after 5 s (");

    assert_ptr_equal(strstr(chain, "TOKEN_REFUSED: the token request failed ("), chain);
    assert_non_null(inner);
    assert_null(strstr(inner + 1, " <- "));
    assert_string_equal(ga2_error_chain(NULL, *state), "");
}

static void joins_the_sentences(void **state)
{
    assert_string_equal(ga2_error_sentence(refused(*state), *state),
                        "the token request failed: no answer from op.example after 5 s");
    assert_string_equal(ga2_error_sentence(lost(*state), *state), "no answer from op.example after 5 s");
    assert_string_equal(ga2_error_sentence(NULL, *state), "");
}

/* A provider's words may be in a message; they must not write lines of their own into a log. */
static void escapes_control_bytes(void **state)
{
    ga2_error_t *err = ga2_fail(*state, PROVIDER_BAD, NULL, "said \"%s\"", "x\nERROR: all is lost\x1b[2J\\");

    assert_null(strpbrk(ga2_error_chain(err, *state), "\n\x1b"));
    assert_string_equal(ga2_error_sentence(err, *state), "said \"x\\x0aERROR: all is lost\\x1b[2J\\x5c\"");
    assert_non_null(strchr(err->message, '\n'));
}

static void looks_for_a_code_in_the_chain(void **state)
{
    ga2_error_t *err = refused(*state);

    assert_true(ga2_error_has(err, GA2_E_TOKEN_REFUSED));
    assert_true(ga2_error_has(err, GA2_E_HTTP_LOST));
    assert_false(ga2_error_has(err, GA2_E_STORE));
    assert_false(ga2_error_has(NULL, GA2_E_STORE));
}

static void has_everything_for_every_code(void **state)
{
    (void)state;
    for (int code = 0; code < GA2_E_COUNT; code++) {
        const char *name = ga2_error_name(code), *text = ga2_error_text(code);
        assert_non_null(name);
        assert_true(strlen(name) > 2 && strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == strlen(name));
        T_ROW(text && strlen(text) > 10 && text[strlen(text) - 1] == '.', name);
        T_ROW(ga2_error_http_status(code) >= 400 && ga2_error_http_status(code) <= 599, name);
        T_ROW(ga2_error_may_retry(code) == 0 || ga2_error_may_retry(code) == 1, name);
    }
    assert_string_equal(ga2_error_name(GA2_E_STORE), "STORE");
    assert_int_equal(ga2_error_http_status(GA2_E_STORE), 503);
    assert_int_equal(ga2_error_may_retry(GA2_E_STORE), 1);
    assert_int_equal(ga2_error_http_status(GA2_E_SIGN_IN_REQUIRED), 401);
    assert_int_equal(ga2_error_may_retry(GA2_E_SCOPES), 0);
}

static ga2_error_t *tries(ga2_error_t *err, int *went_on)
{
    GA2_TRY(err);
    *went_on = 1;
    return NULL;
}

static void try_returns_an_error_and_goes_on_without(void **state)
{
    ga2_error_t *err = lost(*state);
    int went_on = 0;

    assert_ptr_equal(tries(err, &went_on), err);
    assert_int_equal(went_on, 0);
    assert_null(tries(NULL, &went_on));
    assert_int_equal(went_on, 1);
}

static const struct CMUnitTest cases[] = {
    T("an error keeps code, message, cause and place", keeps_code_message_cause_and_place),
    T("the chain is one line, outermost first", writes_the_chain_in_one_line),
    T("the sentences are joined for a person", joins_the_sentences),
    T("control bytes in a message are escaped", escapes_control_bytes),
    T("a code is found anywhere in the chain", looks_for_a_code_in_the_chain),
    T("every code has a name, a status and a sentence", has_everything_for_every_code),
    T("GA2_TRY returns an error and goes on without one", try_returns_an_error_and_goes_on_without),
};

T_MAIN("error", cases)
