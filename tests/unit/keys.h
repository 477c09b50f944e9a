/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_TESTS_KEYS_H
#define GA2_TESTS_KEYS_H
/* Keys that were made for these tests and are used for nothing else, as the values of a JWK's members. JSON is
 * written with single quotes in tests: t_json() makes it JSON. */
#include <apr_strings.h>
#include "base/bytes.h"

#define RSA_N \
    "mhfwrYUXj-4eioOZnIr2dp2KwiO_2ZrmL1GW1i15Q0dmCBup0RXjGPLSRIivYAqbSwfaZIzF3FlAV-QPzNx6uILdQPpKtWL9zwjC8Qu0_R4Bu8" \
    "ksnO_h34dgVMk8_pzOtznXxXFVSgO-e_cB0IvjBeXyH4zOi7F5w549NlidY_6-Dy3nby_ej4V1iOWJsX1y5dp0A6BMnHlff-ZqD3udsyFNGZb2" \
    "z-ytLCEBGyhzcR-A5lPV8vQOnyYUo3Lav_YQfRei9dn82-bOdX7WHfro3QGqNfmlgN21oOe96vjODDH9IFgFSyQF7HNDlfqMLNUXCmjEuiFRdX" \
    "XUsy9ywuT9DQ"
#define RSA_D \
    "SjjDzeCwg7xPa6qNwBBTPLkPkAmGLDtnKl2jSNCoexaV98vTVQm01FyJmUc5KgqR2GcU85-24jb_PhZ04dlFJ0Cpb9XfTFU9KY7vzwkziUP908" \
    "THv2PwKSnc5Zn0zjMbgrfSzaCUU01QYAePETOAC2RB5p59El5O50F9_IJcdUAMIk7oFxwjsBAwES6zc8HV6TJ64gdB6D98ljZ9kjgg9U_3Gma0" \
    "WY0gzMa5jgr0Qmd-_Sd7JBAlei0i869HcdOG62NwHUME1xu-_t6jbI0d_BCooZF9M8QFqYpXLo7lpw04nmm51SKxUit4k2HQwGenFWllEiqheC" \
    "V5U8FeUpiQZQ"
#define RSA_P \
    "0CLHc9SQFXAJuXEMvuZsuPc9kP3_XcTz2HeinuWP67VuUD1gErt0vxnbUuf7CpJXO1NQ9ZUe9kItEm7g-TCBVo9ItfUyaMKon1zt_-Uas3eb0E" \
    "TiGPudWpEWPL0MN_kKFjC8GcE5kudSuY5qLdc3dtMRjpbZ3WvltoDSpkhhO28"
#define RSA_Q \
    "vYeexTyIfO4tWmRlgdODardG5g0IHRiAb5boBHpEKbYhojLR4MsewrWbKZl6QUq1adgFceAGFOn2rAZPX0KqRNEjMrVKLYikPn_cyDcSMVC-yP" \
    "-qCXLr6_pqsQ9h3AFnmT9n8249u4nUEQJYoRNlfpGANduGzzmbAWfCa9O5AUM"
#define RSA_DP \
    "Z0NKF4K3dZtfh7y56SCjgmVQC1apUtl7bcN1UEZu0C_0qiS5PLH6azGl6g0kNQuD8fAVM7KnaOBOQl32iktxcAOovHYJa4ZgaKiPgC0nwTCvgn" \
    "YagvCbEir3kGzu2fpZ8cZ-HH0MVoEkPuGUdmfXocF4bXkUYFG-53wkhtFUREs"
#define RSA_DQ \
    "aEijF6uC_hqfYck0AQc8nA9UN2icOkYtBTlnWG9d6gWI5BJKYQHiXwhF49HK7voIb8Co3kuBjShezbB7I9MulMbuMwyFUCCLHsiD1rZWkEP5de" \
    "cWzDQrk6Ap7FqmYcN0GWJF9C-IUBQ6V1GPKrHdepLclMXBm2v62f8ZfvL0LLk"
#define RSA_QI \
    "B6GHq_kyqWg0EfhveTeGmepPPDMwgeGsmd--ihWzifNI_B-wLBaVlU-mF1Iru4v5I7I9jvpmBAHSm9-FXZZ8Vj_rjAYdakgxgcT-Rt7XSlYT-i" \
    "5EnLWmV44sX_6zitXtEYERZchicAmomCB2TJzYcUfacXbH17-OTkjV5TMhfsA"
#define P256_X "6yOHY6pWf6g-9kz3TLIkBw6jRUbq8k4B4fB0rdxwVWc"
#define P256_Y "sB5NAmeNcGRhToUipaxJnCHUtvcJzAg2bf-MWuyaYuA"
#define P256_D "IEqATc3lSoYRsvuMPhivUn8uUdV-CDMnoX4s8o1Zk2w"
#define P384_X "GtBmyT_D5AR7XL6RoKFhf5k7M_W9cesQcDw6d8odWAOBh9u9cJph-4NOnO67ztTe"
#define P384_Y "HBzZfos7dOPu8rn8YFXvKHjecQyGd2y3CFMU21RowP8s7eA5BV9WT7DOS1-a6CnV"
#define P384_D "Am4nqf7fXQL9ptPd44JdabsjBtzrBYQBFIY7DqZSq2a6_6thwiDmIIuPZYDiYZRE"
#define P521_X "ASy5VhSCikWruauK9BzP7dxPbXOC8YeBbJjcxbRjJVy90Dp_PoUS0EyPliRzOkIXEW3CjYZQ-q-v_ggtWippt6fm"
#define P521_Y "AKFRNhJMSQ1yN-_WEHkW4ttvYHl2uoZ1JzzDPKLpsJgxOQsfNucyO1y3FYgMp9aDrgc1z9xCZfdgdsUb01DevM0i"
#define P521_D "AZRs0iACFR1xh0_fESnAdMKlDM1JK407ji-7dhd9Q-PZ5EoSRZ3yiN1GKdmoMZhgy3zjCX4qlJqrbut-lL3AefaD"
#define K256_X "-8RqvtOGqMeW2QzPy2tjoZGTtcmfkxF7fEvniR6q_Z8"
#define K256_Y "5D3xzQxrB7gGpyWfrsb_syRI_JCN6IryJkgEXV5YwbU"
#define ED25519_X "mbMfyhLv25Gud1zMBfZHXE_XjbsEb5iwbP9z9rXBDn0"
#define ED25519_D "2nJ75djzxb7rHTot7VqsKULOyPVn3JmyCgzaotees6E"
#define ED448_X "EINcEd3-7e6kDBL4ewLRSmtoHAcqX2QmjvbtRk646DZYZ88mb5Z0o7ImrtpX57fiKjARb9HcT3CA"
#define ED448_D "TXFLvoEk5W11iuIS_flwgugP15nqelP3O26Rd3WDDE5WNmDEGL_g7zvxai8MhIYFlPVKtQ82jPh6"
#define SECRET_K "CeaUhIyFEK6bPEt4MVI0ebbWsctuugE2LOC86hOg-Q7Gedl_luDQbzLUUzeOJCVf1vfTysbdiUYinaWGNpyREg"
#define ROCA_N \
    "yhOscEIvCjO9lXtr32F3nJPLFGxFhX7K-h8ySgSLCOAf1PDm86KGImyoRHe8gLI-Foyx-Ajr305CEmCdIv2eU-TjJMYDUxjZLhl7XHnTxi5ctQ" \
    "sO7cOZHQl5ZlQea2J4AFBCO021LtwwNhYyGYhrZaDhx9VnpYUgyR6oEv6aQUdCBsGF1G7_Em_i2xmyOQDiykzX5N1CVoJ-jCqzlMea3PuqLWqP" \
    "MspxwklqZIVkgh40_4RjKbkP3-DFuwvQpcIagH4ySXHVmTYTxXi2cOUF-U34ysk7tgouXXyb3TcMJx1c4Uoc5teSTumM_FZ3TYlEmmV0pDZTEA" \
    "QjVSDTOJgbbQ"
#define SHORT_N \
    "yfaGQy1b-4liQCwVpGe2QAW3FLm-LBzVb2KpyNz21yE2C6KNyRJV2nhm52s9XOfWWDrPfff6HtL5J4K-EbJaPSAMZs4VelgR5prx9bbR1UxS8C" \
    "S41NzbKFawEpxgjd58vx58dBl3HJ6jkaKbCGxhm_2tq0IG7vuzxOEQHebTYIs"

#define RSA_PUBLIC "'kty':'RSA','n':'" RSA_N "','e':'AQAB'"
#define RSA_PRIVATE RSA_PUBLIC ",'d':'" RSA_D "','p':'" RSA_P "','q':'" RSA_Q "','dp':'" RSA_DP "','dq':'" RSA_DQ \
    "','qi':'" RSA_QI "'"
#define P256_PUBLIC "'kty':'EC','crv':'P-256','x':'" P256_X "','y':'" P256_Y "'"
#define P256_PRIVATE P256_PUBLIC ",'d':'" P256_D "'"
#define P384_PUBLIC "'kty':'EC','crv':'P-384','x':'" P384_X "','y':'" P384_Y "'"
#define P384_PRIVATE P384_PUBLIC ",'d':'" P384_D "'"
#define P521_PUBLIC "'kty':'EC','crv':'P-521','x':'" P521_X "','y':'" P521_Y "'"
#define P521_PRIVATE P521_PUBLIC ",'d':'" P521_D "'"
#define K256_PUBLIC "'kty':'EC','crv':'secp256k1','x':'" K256_X "','y':'" K256_Y "'"
#define ED25519_PUBLIC "'kty':'OKP','crv':'Ed25519','x':'" ED25519_X "'"
#define ED25519_PRIVATE ED25519_PUBLIC ",'d':'" ED25519_D "'"
#define ED448_PUBLIC "'kty':'OKP','crv':'Ed448','x':'" ED448_X "'"
#define ED448_PRIVATE ED448_PUBLIC ",'d':'" ED448_D "'"
#define SECRET "'kty':'oct','k':'" SECRET_K "'"

static inline ga2_bytes_t t_json(const char *with_single_quotes, apr_pool_t *p)
{
    char *text = apr_pstrdup(p, with_single_quotes);

    for (char *c = text; *c; c++)
        if (*c == '\'')
            *c = '"';
    return ga2_bytes_of(text);
}
#endif
