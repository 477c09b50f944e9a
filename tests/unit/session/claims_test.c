/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "../keys.h"
#include "session/claims.h"

static const ga2_json_t *json(const char *text, apr_pool_t *p)
{
    const ga2_json_t *object = NULL;

    if (text)
        assert_null(ga2_json_parse_object(&object, t_json(text, p), p));
    return object;
}

static ga2_bytes_t make(const char *id_token, const char *userinfo, void **state)
{
    ga2_bytes_t run = GA2_NO_BYTES;

    T_OK(ga2_claims_make(&run, json(id_token, *state), json(userinfo, *state), *state));
    assert_true(ga2_claims_are_whole(run));
    return run;
}

/* "type value", or NULL. */
static const char *find(ga2_bytes_t run, const char *name, apr_pool_t *p)
{
    ga2_claim_t claim;

    if (!ga2_claims_find(&claim, run, name))
        return NULL;
    assert_int_equal(strlen(claim.value), claim.value_len);
    assert_string_equal(claim.name, name);
    return apr_psprintf(p, "%c %s", claim.type, claim.value);
}

static void expect(ga2_bytes_t run, const char *name, const char *want, const char *row, apr_pool_t *p)
{
    const char *got = find(run, name, p);

    if (got ? !want || strcmp(got, want) : want != NULL)
        print_error("row: %s: %s, not %s\n", row, got ? got : "absent", want ? want : "absent");
    assert_true(got ? want && !strcmp(got, want) : !want);
}

static void each_type(void **state)
{
    static const struct { const char *json, *name, *want; } rows[] = {
        { "{'sub':'alice'}", "sub", "s alice" },
        { "{'n':12}", "n", "n 12" },
        { "{'n':-1.5}", "n", "n -1.5" },
        { "{'n':9007199254740992}", "n", "n 9007199254740992" },
        { "{'b':true}", "b", "b true" },
        { "{'b':false}", "b", "b false" },
        { "{'x':null}", "x", NULL },
        { "{'x':''}", "x", "s " },
        { "{'l':['a','b']}", "l", "l a,b" },
        { "{'l':[]}", "l", "l " },
        { "{'l':[1,true,'x',null,{'a':1},['b']]}", "l", "l 1,true,x" },
        { "{'o':{'a':'x'}}", "o.a", "s x" },
        { "{'o':{'a':'x'}}", "o", NULL },
        { "{'o':{'a':{'b':{'c':[1,2]}}}}", "o.a.b.c", "l 1,2" },
        { "{'a':{'b':{'c':{'d':{'e':1}}}}}", "a.b.c.d.e", "n 1" },
        { "{'a':{'b':{'c':{'d':{'e':{'f':1}}}}}}", "a.b.c.d.e.f", NULL },
        { "{'o':{}}", "o", NULL },
        { "{'Sub':'x'}", "sub", NULL },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        expect(make(rows[i].json, NULL, state), rows[i].name, rows[i].want, rows[i].json, *state);
        expect(make(NULL, rows[i].json, state), rows[i].name, rows[i].want, rows[i].json, *state);
    }
}

static void values_are_fit_for_a_header(void **state)
{
    static const struct { const char *json, *want; } rows[] = {
        { "{'c':'a,b'}", "s a,b" },
        { "{'c':['a,b','c']}", "l a%2Cb,c" },
        { "{'c':['CN=Admins,OU=x']}", "l CN=Admins%2COU=x" },
        { "{'c':'\\u00e4dmin'}", "s %C3%A4dmin" },
        { "{'c':'\\u00efdmin'}", "s %C3%AFdmin" },
        { "{'c':'%C3%A4dmin'}", "s %25C3%25A4dmin" },
        { "{'c':'a\\r\\nX-Admin: 1'}", "s a%0D%0AX-Admin: 1" },
        { "{'c':'\\u007f\\u0001'}", "s %7F%01" },
        { "{'c':' a '}", "s %20a%20" },
        { "{'c':'a b'}", "s a b" },
        { "{'c':['a ',' b']}", "l a%20,%20b" },
        { "{'c':'\\ud83d\\ude00'}", "s %F0%9F%98%80" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect(make(rows[i].json, NULL, state), "c", rows[i].want, rows[i].json, *state);
}

/* Any two of these are different users or groups, so their values must differ. */
static void different_claims_never_look_the_same(void **state)
{
    static const char *const rows[] = {
        "{'c':'a'}", "{'c':'A'}", "{'c':'a '}", "{'c':'a%20'}", "{'c':'a,b'}", "{'c':['a','b']}", "{'c':['a,b']}",
        "{'c':['a%2Cb']}", "{'c':['a','b','']}", "{'c':'\\u00e4'}", "{'c':'\\u00c4'}", "{'c':'%C3%A4'}", "{'c':'?'}",
        "{'c':1}", "{'c':'1'}", "{'c':true}", "{'c':'true'}", "{'c':['1']}", "{'c':''}", "{'c':'\\n'}", "{'c':'%0A'}" };
    enum { ROWS = sizeof rows / sizeof *rows };
    const char *values[ROWS];

    for (int i = 0; i < ROWS; i++) {
        values[i] = find(make(rows[i], NULL, state), "c", *state);
        for (int k = 0; k < i; k++)
            T_ROW(strcmp(values[i], values[k]), rows[i]);
    }
}

static void userinfo_counts_where_both_have_one(void **state)
{
    ga2_bytes_t run = make("{'sub':'alice','name':'Old','groups':['a'],'o':{'x':1,'y':2},'only':'id'}",
                           "{'sub':'alice','name':'New','groups':'b','o':{'x':3},'more':'info'}", state);

    expect(run, "name", "s New", "name", *state);
    expect(run, "groups", "s b", "groups", *state);
    expect(run, "o.x", "n 3", "o.x", *state);
    expect(run, "o.y", NULL, "o.y", *state);
    expect(run, "only", "s id", "only", *state);
    expect(run, "more", "s info", "more", *state);
}

static int count(ga2_bytes_t run, const char *name)
{
    ga2_claim_t claim;
    int n = 0;

    for (apr_size_t at = 0; ga2_claims_next(&claim, run, &at);)
        n += strcmp(claim.name, name) == 0;
    return n;
}

/* "a.b" may be a member's own name, or the way to a member of a member: one of them is kept, and it is the former. */
static void a_name_is_there_once(void **state)
{
    static const struct { const char *id_token, *userinfo, *want; } rows[] = {
        { "{'a':{'b':'path'},'a.b':'name'}", NULL, "s name" },
        { "{'a.b':'name','a':{'b':'path'}}", NULL, "s name" },
        { NULL, "{'a':{'b':'path'},'a.b':'name'}", "s name" },
        { "{'a':{'b':'of the token'}}", "{'a.b':'of userinfo'}", "s of userinfo" },
        { "{'a.b':'of the token'}", "{'a':{'b':'of userinfo'}}", "s of userinfo" },
        { "{'a':{'b.c':'name','b':{'c':'path'}}}", NULL, NULL },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ga2_bytes_t run = make(rows[i].id_token, rows[i].userinfo, state);
        expect(run, "a.b", rows[i].want, rows[i].id_token, *state);
        T_ROW(count(run, "a.b") <= 1 && count(run, "a.b.c") <= 1, rows[i].id_token);
    }
}

/* One answer's "verified" says nothing of the address that the other one names. */
static void a_verification_stays_with_its_address(void **state)
{
    static const struct { const char *id_token, *userinfo, *email, *verified; } rows[] = {
        { "{'email':'a@x.example','email_verified':true}", "{'email':'b@x.example'}", "s b@x.example", NULL },
        { "{'email':'a@x.example','email_verified':true}", "{'email':'a@x.example'}", "s a@x.example", "b true" },
        { "{'email':'a@x.example','email_verified':true}", "{'email':1}", "n 1", NULL },
        { "{'email':'a@x.example','email_verified':true}", "{'name':'A'}", "s a@x.example", "b true" },
        { "{'email':'a@x.example','email_verified':true}", "{'email':'b@x.example','email_verified':false}",
          "s b@x.example", "b false" },
        { "{'email_verified':true}", "{'email':'b@x.example'}", "s b@x.example", NULL },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ga2_bytes_t run = make(rows[i].id_token, rows[i].userinfo, state);
        expect(run, "email", rows[i].email, rows[i].userinfo, *state);
        expect(run, "email_verified", rows[i].verified, rows[i].userinfo, *state);
    }
}

static void what_is_about_the_token_is_left_out(void **state)
{
    static const char *const left_out[] = { "iss", "aud",    "azp",          "exp",           "iat",    "nbf",
                                            "jti", "nonce",  "at_hash",      "c_hash",        "s_hash", "auth_time",
                                            "sid", "events", "_claim_names", "_claim_sources" };
    ga2_bytes_t run;

    for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++) {
        const char *text = apr_psprintf(*state, "{'%s':'x','sub':'s','o':{'%s':'kept'}}", left_out[i], left_out[i]);
        run = make(text, text, state);
        expect(run, left_out[i], NULL, left_out[i], *state);
        expect(run, apr_pstrcat(*state, "o.", left_out[i], NULL), "s kept", left_out[i], *state);
        expect(run, "sub", "s s", left_out[i], *state);
    }
}

static void size_has_a_limit(void **state)
{
    enum { EXTRA = 8 + 1 + 1 + 1 };         /* of the entry of a claim with a name of one byte */
    char *value = apr_pcalloc(*state, GA2_CLAIMS_MAX + 1);
    ga2_bytes_t run;

    memset(value, 'v', GA2_CLAIMS_MAX - EXTRA);
    run = make(apr_pstrcat(*state, "{'c':'", value, "'}", NULL), NULL, state);
    assert_int_equal(run.len, GA2_CLAIMS_MAX);
    value[GA2_CLAIMS_MAX - EXTRA] = 'v';
    T_FAILS(ga2_claims_make(&run, json(apr_pstrcat(*state, "{'c':'", value, "'}", NULL), *state), NULL, *state),
            IDENTITY);
}

static void nothing_is_cut_off(void **state)
{
    const char *many = "{'g':['group-0'";
    ga2_bytes_t run;

    for (int i = 1; i < 4000; i++)
        many = apr_psprintf(*state, "%s,'group-%d'", i % 500 ? many : apr_pstrdup(*state, many), i);
    many = apr_pstrcat(*state, many, "]}", NULL);
    T_FAILS(ga2_claims_make(&run, json(many, *state), NULL, *state), IDENTITY);
    T_FAILS(ga2_claims_make(&run, NULL, json(many, *state), *state), IDENTITY);
}

static void long_names_are_left_out(void **state)
{
    const char *part =
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaa"; /* 128 */
    const char *text = apr_psprintf(*state, "{'%s':{'%s':1},'x':2}", part, part);
    ga2_bytes_t run = make(text, NULL, state);

    expect(run, apr_pstrcat(*state, part, ".", part, NULL), NULL, "257 bytes", *state);
    expect(run, "x", "n 2", "x", *state);
    text = apr_psprintf(*state, "{'%s':{'%s':1}}", part + 1, part);
    expect(make(text, NULL, state), apr_pstrcat(*state, part + 1, ".", part, NULL), "n 1", "256 bytes", *state);
}

static void no_answer_is_no_claim(void **state)
{
    ga2_bytes_t run = make(NULL, NULL, state);
    ga2_claim_t claim;

    assert_int_equal(run.len, 0);
    assert_non_null(run.data);
    assert_false(ga2_claims_find(&claim, run, "sub"));
    assert_false(ga2_claims_find(&claim, GA2_NO_BYTES, "sub"));
    assert_true(ga2_claims_are_whole(GA2_NO_BYTES));
    assert_false(ga2_claims_find(&claim, make("{'subject':1,'su':2,'':3}", NULL, state), "sub"));
    expect(make("{'':3}", NULL, state), "", "n 3", "an empty name", *state);
}

static void a_damaged_run_is_not_whole(void **state)
{
    ga2_bytes_t run = make("{'sub':'alice','n':1}", NULL, state);
    unsigned char *bytes = (unsigned char *)run.data;
    ga2_claim_t claim;
    static const struct { int at; unsigned char byte; const char *what; } rows[] = {
        { 0, 'x', "an unknown type" }, { 0, 0, "no type" }, { 2, 2, "a shorter name" }, { 2, 9, "a longer name" },
        { 3, 255, "a name beyond the end" }, { 4, 4, "a shorter value" }, { 4, 200, "a longer value" },
        { 7, 255, "a value beyond the end" }, { 9, 0, "a NUL in the name" }, { 11, 'x', "a name without end" },
        { 13, 0, "a NUL in the value" }, { 17, 'x', "a value without end" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        unsigned char was = bytes[rows[i].at];
        bytes[rows[i].at] = rows[i].byte;
        T_ROW(!ga2_claims_are_whole(run), rows[i].what);
        for (apr_size_t at = 0; ga2_claims_next(&claim, run, &at);)     /* and the walk stays inside */
            T_ROW(at <= run.len, rows[i].what);
        bytes[rows[i].at] = was;
    }
    for (apr_size_t len = 1; len < run.len; len++)
        assert_int_equal(ga2_claims_are_whole((ga2_bytes_t){ run.data, len }), len == 18);
    assert_true(ga2_claims_are_whole(run));
}

static const struct CMUnitTest cases[] = {
    T("each type of JSON becomes a claim or is left out", each_type),
    T("values are fit for a header", values_are_fit_for_a_header),
    T("different claims never look the same", different_claims_never_look_the_same),
    T("userinfo counts where both have a claim", userinfo_counts_where_both_have_one),
    T("a name is there once, and a member's own name wins", a_name_is_there_once),
    T("a verification stays with its address", a_verification_stays_with_its_address),
    T("what is about the token is left out", what_is_about_the_token_is_left_out),
    T("16384 bytes are kept, and not one more", size_has_a_limit),
    T("too many groups are an error, not fewer groups", nothing_is_cut_off),
    T("names over 256 bytes are left out", long_names_are_left_out),
    T("no answer is no claim", no_answer_is_no_claim),
    T("a damaged run is not whole", a_damaged_run_is_not_whole),
};
T_MAIN("session/claims", cases)
