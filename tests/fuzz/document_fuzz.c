/* SPDX-License-Identifier: Apache-2.0
 * ga2_document_decode: what a store's document is once its seal is open. What is decoded encodes to the same bytes;
 * the body lies within the input; what is refused leaves nothing behind. */
#include "fuzz.h"
#include "store/documents.h"

GA2_FUZZ(input, pool)
{
    ga2_document_t document;

    if (!ga2_document_decode(&document, input)) {
        GA2_HOLDS(!document.body.data && document.body.len == 0);
        return;
    }
    GA2_HOLDS(document.body.data >= input.data && document.body.data + document.body.len == input.data + input.len);
    GA2_HOLDS(document.private_peer == 0 || document.private_peer == 1);
    GA2_HOLDS(ga2_bytes_equal(ga2_document_encode(&document, pool), input));
}
