/* SPDX-License-Identifier: Apache-2.0
 * Project Wycheproof's JWS vectors. They are not part of this project: the folder that holds them is GA2_VECTORS, or
 * shared/vectors beside the source tree. Without them the program says so and passes. */
#include "crypto/context.h"
#include "jose/jws.h"
#include "vectors.h"

enum { TESTS = 401, AGREEING = 393 };

/* Where we and the file differ, and why. An entry that is not needed any more fails the test, as a missing one does. */
static const struct { int id; const char *why; } overrides[] = {
    { 346, "valid there: a key for PS256 verifies PS384; one key has one algorithm (RFC 8725 3.1)" },
    { 350, "the same with key_ops" },
    { 347, "valid there: the key's alg is ES521, which is not registered" },
    { 351, "the same with key_ops" },
    { 372, "valid there: a character outside base64url in the header" },
    { 373, "valid there: a character outside base64url in the payload" },
    { 367, "invalid there: byte for byte the valid test 357; the padding that is meant is lost" },
    { 370, "invalid there: byte for byte the valid test 357; the padding that is meant is lost" },
};
enum { OVERRIDES = sizeof(overrides) / sizeof(*overrides) };

static const char *path_of_vectors(apr_pool_t *p)
{
    const char *folder = getenv("GA2_VECTORS");

    if (!folder || !*folder)
        folder = apr_pstrcat(p, t_top_srcdir(), "/../shared/vectors", NULL);
    return apr_pstrcat(p, folder, "/json_web_signature_test.json", NULL);
}

/* The public key where there is one. The algorithm that the caller allows is the key's own; a key that names none, or
 * none that is known, is judged with all allowed, so that it is the key that is refused. */
static int accepts(const ga2_json_t *group, const char *token, apr_pool_t *p)
{
    const ga2_json_t *key = ga2_json_object(group, "public");
    ga2_algs_t allowed = (1u << GA2_ALGS) - 1;
    const ga2_jwks_t *set;
    ga2_jws_t jws;
    int alg;

    if (!key)
        key = ga2_json_object(group, "private");
    alg = ga2_json_string(key, "alg") ? ga2_algorithm_find(ga2_json_string(key, "alg")) : -1;
    if (alg >= 0)
        allowed = 1u << alg;
    return !ga2_jwks_from_json(&set, key, GA2_KEYS_FROM_OPERATOR, p)
        && !ga2_jws_parse(&jws, token, strlen(token), p)
        && !ga2_jws_verify(&jws, set, allowed, p);
}

typedef struct tally { int tests, agreeing, unexpected, needed[OVERRIDES]; } tally_t;

static void judge(tally_t *tally, const ga2_json_t *group, const ga2_json_t *test, apr_pool_t *p)
{
    int valid = strcmp(ga2_json_string(test, "result"), "valid") == 0;
    apr_int64_t id;

    assert_true(ga2_json_number(&id, test, "tcId"));
    tally->tests++;
    if (accepts(group, ga2_json_string(test, "jws"), p) == valid) {
        tally->agreeing++;
        return;
    }
    for (int i = 0; i < OVERRIDES; i++)
        if (overrides[i].id == (int)id) {
            tally->needed[i]++;
            return;
        }
    tally->unexpected++;
    print_error("test %d (%s) is %s there and not here\n", (int)id, ga2_json_string(test, "comment"),
                ga2_json_string(test, "result"));
}

static void every_vector_gives_its_result(void **state)
{
    const ga2_json_t *file = t_vectors_read(path_of_vectors(*state), *state);
    tally_t tally = { 0 };
    apr_int64_t said;

    assert_non_null(file);
    ga2_crypto_start(*state);
    for T_EACH(group, ga2_json_array(file, "testGroups"))
        for T_EACH(test, ga2_json_array(group, "tests"))
            judge(&tally, group, test, *state);
    for (int i = 0; i < OVERRIDES; i++)
        T_ROW(tally.needed[i] == 1, apr_psprintf(*state, "%d: %s", overrides[i].id, overrides[i].why));
    assert_int_equal(tally.unexpected, 0);
    assert_int_equal(tally.tests, TESTS);
    assert_int_equal(tally.agreeing, AGREEING);
    assert_int_equal(OVERRIDES, TESTS - AGREEING);
    assert_true(ga2_json_number(&said, file, "numberOfTests"));
    assert_int_equal(said, TESTS);
}

static void the_vectors_are_left_out(void **state)
{
    (void)state;
}

static const struct CMUnitTest cases[] = {
    T("every vector gives its result, save the overrides", every_vector_gives_its_result),
};
static const struct CMUnitTest none[] = {
    T("the Wycheproof vectors are left out: the file is not there", the_vectors_are_left_out),
};

static int is_there(void)
{
    apr_finfo_t unused;
    apr_pool_t *p;
    int there;

    apr_pool_create(&p, NULL);
    there = apr_stat(&unused, path_of_vectors(p), APR_FINFO_TYPE, p) == APR_SUCCESS;
    apr_pool_destroy(p);
    return there;
}

int main(void)
{
    int bad;

    apr_initialize();
    if (is_there()) {
        bad = cmocka_run_group_tests_name("vectors/wycheproof", cases, NULL, NULL);
    } else {
        printf("# left out: 401 JWS vectors; put Project Wycheproof's testvectors_v1/json_web_signature_test.json into "
               "the folder that GA2_VECTORS names\n");
        bad = cmocka_run_group_tests_name("vectors/wycheproof", none, NULL, NULL);
    }
    apr_terminate();
    return bad;
}
