/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_MOD_PROVE_H
#define GA2_MOD_PROVE_H
#include "host.h"

/* Make the key file and the directories of a server, owned by the user that its children will run as, load the keys
 * into the site, and let a child of that user open the store once: what cannot work stops the server now, with one
 * sentence. */
GA2_MUST_USE ga2_error_t *ga2_prove_site(ga2_server_t *server, apr_pool_t *conf, apr_pool_t *temp);
#endif
