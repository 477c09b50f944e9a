/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "../keys.h"
#include "session/claims.h"

static const char *there_and_back(const char *json, void **state)
{
    const ga2_json_t *object;
    ga2_bytes_t run;
    const char *text;

    T_OK(ga2_json_parse_object(&object, t_json(json, *state), *state));
    T_OK(ga2_claims_make(&run, object, NULL, *state));
    text = ga2_claims_json(run, *state);
    T_OK(ga2_json_parse_object(&object, ga2_bytes_of(text), *state));       /* strict JSON, no name twice */
    return text;
}

static void types_and_texts_come_back(void **state)
{
    static const struct { const char *json, *want; } rows[] = {
        { "{}", "{}" },
        { "{'sub':'alice','n':12,'b':true,'f':false}", "{'sub':'alice','n':12,'b':true,'f':false}" },
        { "{'x':null,'s':''}", "{'s':''}" },
        { "{'g':['a','b,c','100%','']}", "{'g':['a','b,c','100%']}" },
        { "{'g':['','a']}", "{'g':['','a']}" },
        { "{'g':[]}", "{'g':[]}" },
        { "{'a':{'b':1,'c':{'d':'x'}}}", "{'a.b':1,'a.c.d':'x'}" },
        { "{'n':-0.5}", "{'n':-0.5}" },
        { "{'s':'%41%zz%4'}", "{'s':'%41%zz%4'}" },
        { "{'s':' a '}", "{'s':' a '}" },
        { "{'s':'\\u00e4\\ud83d\\ude00'}", "{'s':'\\u00e4\\ud83d\\ude00'}" },
        { "{'\\u00e4\\u0022':1}", "{'\\u00e4\\\"':1}" },
        { "{'s':'<script>&\\u0022\\\\'}", "{'s':'\\u003cscript\\u003e\\u0026\\\"\\\\'}" },
        { "{'s':'line\\nend\\u007f'}", "{'s':'line\\u000aend\\u007f'}" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *got = there_and_back(rows[i].json, state), *want = (const char *)t_json(rows[i].want, *state).data;
        if (strcmp(got, want))
            print_error("%s, not %s\n", got, want);
        T_ROW(!strcmp(got, want), rows[i].json);
    }
}

static void is_ascii_and_harmless_in_a_page(void **state)
{
    const char *text = there_and_back("{'<\\u2028>':'</script>\\u00fc&'}", state);

    assert_null(strpbrk(text, "<>&\n"));
    for (const char *s = text; *s; s++)
        assert_true(*s >= 0x20 && *s < 0x7f);
}

static void nothing_is_an_empty_object(void **state)
{
    assert_string_equal(ga2_claims_json(GA2_NO_BYTES, *state), "{}");
}

static const struct CMUnitTest cases[] = {
    T("types and texts come back as they were", types_and_texts_come_back),
    T("the text is ASCII and harmless in a page", is_ascii_and_harmless_in_a_page),
    T("no claims are an empty object", nothing_is_an_empty_object),
};
T_MAIN("session/claims_json", cases)
