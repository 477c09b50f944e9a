/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_BASE_RAND_H
#define GA2_BASE_RAND_H
/* The only source of randomness. */
#include "base/error.h"

/* Fill out with len unpredictable bytes (OpenSSL's private generator, safe across fork). */
GA2_MUST_USE ga2_error_t *ga2_random(void *out, apr_size_t len, apr_pool_t *p);
#endif
