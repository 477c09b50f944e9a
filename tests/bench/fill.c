/* SPDX-License-Identifier: Apache-2.0
 * fill STORE KEY_FILE ISSUER CLIENT_ID COUNT SHOWN: writes COUNT sessions into an LMDB store, each as a sign-in does,
 * and prints the cookies of SHOWN of them, evenly spread. It does not wait for the disk. */
#include "open.h"
#include "oauth/provider.h"
#include "session/claims.h"
#include "session/cookie_jar.h"
#include "store/lmdb_env.h"
#include <apr_strings.h>
#include <string.h>

enum { ID_TOKEN_LEN = 800, OPAQUE_TOKEN_LEN = 43 };

/* Eight claims, five groups: what the budgets count. */
static const char claims[] = "{\"sub\":\"u-1001\",\"email\":\"alice@example.com\",\"email_verified\":true,"
    "\"name\":\"Alice Archer\",\"given_name\":\"Alice\",\"family_name\":\"Archer\",\"preferred_username\":\"alice\","
    "\"groups\":[\"staff\",\"editors\",\"engineering\",\"on-call\",\"book-club\"]}";

static void set(ga2_config_t *c, const char *directive, const char *line, apr_pool_t *p)
{
    const char *wrong = ga2_config_set(c, ga2_config_find(directive), line, p);

    if (!wrong)
        return;
    fprintf(stderr, "%s\n", wrong);
    exit(1);
}

static const ga2_provider_t *provider_of(const char *issuer, const char *client_id, apr_pool_t *p)
{
    ga2_config_t *c = ga2_config_defaults(p);
    const ga2_provider_t *provider;

    set(c, "GOAuth2Issuer", issuer, p);
    set(c, "GOAuth2ClientID", client_id, p);
    bench_must(ga2_provider_make(&provider, c, p), p);
    return provider;
}

static ga2_session_t sample(const ga2_provider_t *provider, apr_time_t now, apr_pool_t *p)
{
    ga2_session_t s = { .created = now, .last_used = now, .auth_time = now, .can_refresh = 1,
        .token_expires = now + apr_time_from_sec(3600), .refresh_at = now + apr_time_from_sec(3000),
        .subject = "u-1001", .asked = "email openid profile", .granted = "email openid profile", .acr = "", .sid = "" };
    const ga2_json_t *json;

    bench_must(ga2_json_parse(&json, ga2_bytes_of(claims), p), p);
    bench_must(ga2_claims_make(&s.claims, json, NULL, p), p);
    memcpy(s.provider, provider->id, sizeof s.provider);
    return s;
}

static const ga2_secret_t *token(apr_size_t len, apr_pool_t *p)
{
    char *text = apr_palloc(p, len);

    memset(text, 't', len);
    return ga2_secret_make(text, len, p);
}

/* The environment that the store has open already: what is lost in a crash can be written again. */
static void wait_for_no_disk(const char *store_url, apr_pool_t *p)
{
    ga2_lmdb_env_t *env;

    bench_must(ga2_lmdb_env_open(&env, ga2_store_directory(store_url, p), 0, p), p);
    (void)mdb_env_set_flags(env->lmdb.env, MDB_NOSYNC, 1);
}

static void fill(const ga2_sessions_t *in, const ga2_session_t *like, apr_int64_t count, apr_int64_t shown,
                 apr_pool_t *p)
{
    const ga2_session_tokens_t tokens = { token(OPAQUE_TOKEN_LEN, p), token(OPAQUE_TOKEN_LEN, p),
                                          token(ID_TOKEN_LEN, p) };
    apr_pool_t *own;

    apr_pool_create(&own, p);
    for (apr_int64_t i = 0; i < count; i++) {
        ga2_session_t s = *like;
        bench_must(ga2_session_add(&s, &tokens, in, like->created, own), own);
        if (i * shown / count != (i + 1) * shown / count)
            puts(ga2_session_cookie_write(&s, own));
        apr_pool_clear(own);
    }
}

int main(int argc, const char *const *argv)
{
    apr_pool_t *p = bench_start(argc, argv);
    ga2_session_t like;
    ga2_sessions_t in;

    if (argc != 7) {
        fprintf(stderr, "fill STORE KEY_FILE ISSUER CLIENT_ID COUNT SHOWN\n");
        return 2;
    }
    in = bench_open(argv[1], argv[2], p);
    wait_for_no_disk(argv[1], p);
    like = sample(provider_of(argv[3], argv[4], p), apr_time_now(), p);
    fill(&in, &like, apr_atoi64(argv[5]), apr_atoi64(argv[6]), p);
    return fflush(stdout) ? 1 : 0;
}
