/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "../crypto/lines.h"
#include "../folder.h"
#include "outcome.h"

static void opened_for_real(void **state)
{
    const char *store = apr_pstrcat(*state, "GOAuth2Store lmdb:", folder_make(*state), "/new", NULL);
    const char *lines[] = { FAKE_CLIENT, store, NULL };
    ga2_config_t *config = fake_config(lines, *state);
    ga2_site_t *site = fake_closed_site(&config, 1, *state);
    const ga2_keyring_t *ring;
    ga2_document_t document;
    ga2_record_t record;
    ga2_log_t log;

    T_OK(ga2_keyring_parse(&ring, ga2_bytes_of(LINE_K), "keys", *state));
    T_OK(ga2_site_open(site, ring, &log, *state));
    assert_ptr_equal(site->ring, ring);
    assert_ptr_equal(site->sessions.ring, ring);
    assert_ptr_equal(site->log, &log);
    assert_ptr_equal(site->sessions.log, &log);
    assert_ptr_equal(site->http, ga2_http_curl());
    T_OK(ga2_store_get(&record, site->sessions.store, ga2_bytes_of("x"), 1, *state));
    T_OK(site->documents->get(&document, site->documents, "https://op.example/", *state));
    assert_null(document.body.data);
}

static void a_store_that_cannot_be_opened(void **state)
{
    ga2_config_t *config = FAKE_CONFIG(*state, FAKE_CLIENT, "GOAuth2Store lmdb:/dev/null/sessions");
    ga2_site_t *site = fake_closed_site(&config, 1, *state);

    T_FAILS(ga2_site_open(site, site->ring, NULL, *state), STORE);
}

static const struct CMUnitTest cases[] = {
    T("a site opens its store, its documents and the way out", opened_for_real),
    T("a store that cannot be opened is an error", a_store_that_cannot_be_opened),
};
T_MAIN("gate/run_site", cases)
