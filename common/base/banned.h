/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_BASE_BANNED_H
#define GA2_BASE_BANNED_H
/* Given to the compiler before every source: these names do not compile any more. What to use instead:
 * apr_pstrcat, apr_psprintf, apr_snprintf · apr_strtok · apr_strtoi64. For random numbers: ga2_random (base/rand.h). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#pragma GCC poison strcpy strcat sprintf vsprintf gets strtok atoi atol
#endif
