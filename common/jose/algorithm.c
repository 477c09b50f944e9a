/* SPDX-License-Identifier: Apache-2.0 */
#include "jose/algorithm.h"
#include <string.h>

const ga2_algorithm_t ga2_algorithms[GA2_ALGS] = {
#define GA2_ALGORITHM(name, kty, curve, bits, length) [GA2_ALG_##name] = { #name, GA2_KTY_##kty, curve, bits, length },
#include "jose/algorithms.def"
};

int ga2_algorithm_find(const char *name)
{
    for (int i = 0; i < GA2_ALGS; i++)
        if (strcmp(ga2_algorithms[i].name, name) == 0)
            return i;
    return -1;
}
