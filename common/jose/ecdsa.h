/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_JOSE_ECDSA_H
#define GA2_JOSE_ECDSA_H
/* ECDSA signatures in the two forms: r||s of fixed length (RFC 7518 3.4) and the DER that OpenSSL takes and gives.
 * Allocates nothing. */
#include "base/bytes.h"

enum { GA2_ECDSA_DER_MAX = 3 + 2 * (2 + 67) };

/* 0: the length is not twice the curve's, or r or s is not within 1 … n-1. */
int ga2_ecdsa_to_der(unsigned char out[GA2_ECDSA_DER_MAX], apr_size_t *out_len, const char *curve, ga2_bytes_t rs);
/* len is that of r||s; 0 when the DER is not two positive integers that fit. */
int ga2_ecdsa_from_der(unsigned char *out, apr_size_t len, ga2_bytes_t der);
#endif
