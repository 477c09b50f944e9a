/* SPDX-License-Identifier: Apache-2.0
 * What a site needs from outside, opened once in each process. */
#include "gate/site.h"
#include "store/documents.h"

ga2_error_t *ga2_site_open(ga2_site_t *site, const ga2_keyring_t *ring, const ga2_log_t *log, apr_pool_t *p)
{
    site->ring = site->sessions.ring = ring;
    site->log = site->sessions.log = log;
    site->http = ga2_http_curl();
    GA2_TRY(ga2_store_open(&site->sessions.store, site->config->store, p));
    return ga2_documents_make(&site->documents, site->sessions.store, ring, p);
}
