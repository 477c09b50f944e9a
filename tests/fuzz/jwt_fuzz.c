/* SPDX-License-Identifier: Apache-2.0
 * ga2_jws_parse and ga2_jws_verify with a fixed key set, every algorithm allowed: what is accepted is, byte for byte,
 * one of the tokens that were signed. An input that begins with "{" is taken for a header, and put before the payload
 * and signature of each of them. */
#include "fuzz.h"
#include "../unit/keys.h"
#include "codec/base64.h"
#include "crypto/context.h"
#include "jose/jws.h"

static const char keys[] = "{'keys':[{" RSA_PUBLIC ",'kid':'rs256'},{" RSA_PUBLIC
    ",'kid':'ps384','alg':'PS384'},{" P256_PUBLIC ",'kid':'es256'},{" P521_PUBLIC ",'kid':'es512'},{"
    ED25519_PUBLIC "},{" SECRET ",'kid':'hs256'}]}";

static const char *const originals[] = {
    "eyJhbGciOiJSUzI1NiIsImtpZCI6InJzMjU2IiwidHlwIjoiSldUIn0.eyJzdWIiOiJhbGljZSIsImV4cCI6NDEwMjQ0NDgwMH0.YeflUDlPKo"
    "OPUCZvavj3g-ybDcdtyOyPlnxMOnKVWtVIUjO_DGn18JY7sQ69PptNw7o-iBC0YNPmlqhXhJQTYpKabt23D-vbF4WoliFEyCWO712Jj7SO3C3c"
    "vUC9nRyviXTDdnyoh8IcgI6FrHz0GcRnwuKvmOPf5CHxUs_3mCsloTP1EoKrG69jA1rWzzGpdxg5b32qo0r894Q4bSBakRun0887L5IW-XqNLj"
    "24FR_mG15ZOhWF77LOPZc-ow5xTOjFldx8yEkwIgkH1gVOBzLxRqm_aCOapFFMqu-Pi35ZYZV5Yne1FMmLzLA05Dy3ZsThTAnFhOc12HcErBGs"
    "IA",
    "eyJhbGciOiJQUzM4NCIsImtpZCI6InBzMzg0IiwidHlwIjoiSldUIn0.eyJzdWIiOiJhbGljZSIsImV4cCI6NDEwMjQ0NDgwMH0.ff7pws_Oeo"
    "JU8DTafGcOBVwL3V1_keoiE6eDDu20wPbCNdSZDkW6Ac1ME7TOMYCzfxiWSmph45Rk3F99dkfm5Y0E9qp3Wa31VB8FhRJla-WDKiZUxacTTo9C"
    "HtcDUr5N0MACaNXiUVh-RxgIZRBOMjjQpQmedOAd1BnGYXHZc2v1sFz4czv4DUoZkUeee1VA-722ocWnQgwXQMYj_-TnjVujPFJY53AxY4uwqf"
    "hUNN5J2WBvnSVo7b5Yqvzbm9frb4hQqc5YN2yvYA8NlYNc8iE0Iv1AKQGGWTujuDu5vk8OjPTJ6P4JlMAE00Hu-l7FKCxxLb-vRh0oEFEaGaV6"
    "lA",
    "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVzMjU2IiwidHlwIjoiSldUIn0.eyJzdWIiOiJhbGljZSIsImV4cCI6NDEwMjQ0NDgwMH0.N94KFufDTU"
    "C4LAaxoVLLMwI-E4tum0JuuLPb2iRRSQSmUhy_oXoA93PpyBNtJpnYY2ZemCKACBrlsaEPaHwFWQ",
    "eyJhbGciOiJFUzUxMiIsImtpZCI6ImVzNTEyIiwidHlwIjoiSldUIn0.eyJzdWIiOiJhbGljZSIsImV4cCI6NDEwMjQ0NDgwMH0.AQCL0qVoeG"
    "O5pcLkINSestF8YPG20BGEmSbfNe6OFap3HrxiPkwKtHYoL5zGer0Z0jtrnRrwOudg3MIypOhgusTkAB3hLOpV2U3LAqZltWwVK1JGK-VGTq0E"
    "0L3wPYqDMWURQdg28n1ybSZ7D3jF4L9kDpF5R9lKe855QKi0P7iIikBl",
    "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhbGljZSIsImV4cCI6NDEwMjQ0NDgwMH0.Ennge7vmj1SsPSYOjbxvNicqK_t1cQBV-aAqRINx0XI7L"
    "k710l22uHytYinf58gS956rx3XIVGx9e_aN9AbrBQ",
    "eyJhbGciOiJIUzI1NiIsImtpZCI6ImhzMjU2IiwidHlwIjoiSldUIn0.eyJzdWIiOiJhbGljZSIsImV4cCI6NDEwMjQ0NDgwMH0.jmX6nJBKaY"
    "JTcC9KyE1Qmrmp3uRJJsneyT_wFeK0-Ok"
};
enum { ORIGINALS = sizeof(originals) / sizeof(*originals) };

static const ga2_jwks_t *set(void)
{
    static const ga2_jwks_t *made;
    apr_pool_t *p;

    if (made)
        return made;
    atexit(apr_terminate);          /* frees the keys, or they would count as lost */
    apr_pool_create(&p, NULL);
    ga2_crypto_start(p);
    GA2_HOLDS(!ga2_jwks_parse(&made, t_json(keys, p), GA2_KEYS_FROM_OPERATOR, p));
    GA2_HOLDS(ga2_jwks_count(made) == ORIGINALS);
    return made;
}

static int is_original(ga2_bytes_t token)
{
    for (int i = 0; i < ORIGINALS; i++)
        if (ga2_bytes_equal(token, ga2_bytes_of(originals[i])))
            return 1;
    return 0;
}

static void judge(ga2_bytes_t token, apr_pool_t *p)
{
    ga2_algs_t all = (1u << GA2_ALGS) - 1;
    int accepted = 0;
    ga2_jws_t jws;

    if (!ga2_jws_parse(&jws, (const char *)token.data, token.len, p)) {
        accepted = !ga2_jws_verify(&jws, set(), all, p);
        GA2_HOLDS(ga2_jws_verify(&jws, set(), all & ~(1u << jws.alg), p));
        GA2_HOLDS(jws.signed_part.len + jws.signature.len < token.len);
    }
    GA2_HOLDS(accepted == is_original(token));
}

GA2_FUZZ(input, p)
{
    const char *header;

    set();
    judge(input, p);
    if (!input.len || input.data[0] != '{')
        return;
    header = ga2_base64url(input, p);
    for (int i = 0; i < ORIGINALS; i++)
        judge(ga2_bytes_of(apr_pstrcat(p, header, strchr(originals[i], '.'), NULL)), p);
}
