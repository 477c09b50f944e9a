# SPDX-License-Identifier: Apache-2.0
# Everything `make check` runs. A program named a/b_test is made of a/b_test.c: one line adds a test.

LDADD = $(test_main) %D%/fake/libfake.a $(libgoauth2) $(CMOCKA_LIBS) $(SSL_LIBS)
unit_tests =
fuzz_targets =

# The main() of a fuzz target that is replayed. A test has a main of its own, so the linker leaves it out there.
check_LIBRARIES += %D%/fuzz/libreplay.a
%C%_fuzz_libreplay_a_SOURCES = %D%/fuzz/replay.c

# Stand-ins for what is outside: stores, providers, sites.
check_LIBRARIES += %D%/fake/libfake.a
%C%_fake_libfake_a_SOURCES = \
    %D%/fake/documents.c \
    %D%/fake/http.c \
    %D%/fake/incoming.c \
    %D%/fake/provider.c \
    %D%/fake/site.c \
    %D%/fake/store.c \
    %D%/fake/world.c

noinst_HEADERS += \
    %D%/fake/documents.h \
    %D%/fake/http.h \
    %D%/fake/incoming.h \
    %D%/fake/outside.h \
    %D%/fake/provider.h \
    %D%/fake/site.h \
    %D%/fake/store.h \
    %D%/fake/world.h \
    %D%/fuzz/fuzz.h \
    %D%/unit/config/lines.h \
    %D%/unit/crypto/lines.h \
    %D%/unit/crypto/pem.h \
    %D%/unit/folder.h \
    %D%/unit/gate/outcome.h \
    %D%/unit/hex.h \
    %D%/unit/http/certificate.h \
    %D%/unit/http/server.h \
    %D%/unit/keys.h \
    %D%/unit/oauth/cached.h \
    %D%/unit/oauth/id_tokens.h \
    %D%/unit/oauth/peers.h \
    %D%/unit/session/hot.h \
    %D%/unit/session/place.h \
    %D%/unit/store/conformance.h \
    %D%/unit/store/scratch.h \
    %D%/unit/t.h \
    %D%/vectors/vectors.h

unit_tests += \
    %D%/unit/base/bytes_test \
    %D%/unit/base/error_test \
    %D%/unit/base/file_test \
    %D%/unit/base/log_test \
    %D%/unit/base/rand_test \
    %D%/unit/base/secret_test \
    %D%/unit/base/text_test \
    %D%/unit/codec/base64_test \
    %D%/unit/codec/cookie_test \
    %D%/unit/codec/form_test \
    %D%/unit/codec/headers_test \
    %D%/unit/codec/html_test \
    %D%/unit/codec/json_check_test \
    %D%/unit/codec/json_test \
    %D%/unit/codec/url_test \
    %D%/unit/codec/utf8_test \
    %D%/unit/crypto/aead_test \
    %D%/unit/crypto/context_test \
    %D%/unit/crypto/digest_test \
    %D%/unit/crypto/keyring_file_test \
    %D%/unit/crypto/keyring_test \
    %D%/unit/crypto/keyring_text_test \
    %D%/unit/crypto/pkey_check_test \
    %D%/unit/crypto/pkey_pem_test \
    %D%/unit/crypto/pkey_test \
    %D%/unit/crypto/prf_test \
    %D%/unit/crypto/seal_test \
    %D%/unit/jose/algorithm_test \
    %D%/unit/jose/ecdsa_test \
    %D%/unit/jose/jwk_test \
    %D%/unit/jose/jwks_test \
    %D%/unit/jose/jws_test \
    %D%/unit/jose/signature_test \
    %D%/unit/http/address_test \
    %D%/unit/http/call_test \
    %D%/unit/http/client_test \
    %D%/unit/http/curl_test \
    %D%/unit/http/handle_test \
    %D%/unit/http/reply_test \
    %D%/unit/config/check_test \
    %D%/unit/config/config_test \
    %D%/unit/config/kinds_address_test \
    %D%/unit/config/kinds_list_test \
    %D%/unit/config/kinds_test \
    %D%/unit/config/provider_lines_test \
    %D%/unit/oauth/authorize_test \
    %D%/unit/oauth/cached_others_test \
    %D%/unit/oauth/cached_test \
    %D%/unit/oauth/client_secrets_test \
    %D%/unit/oauth/id_token_signature_test \
    %D%/unit/oauth/id_token_test \
    %D%/unit/oauth/metadata_test \
    %D%/unit/oauth/peer_test \
    %D%/unit/oauth/provider_test \
    %D%/unit/oauth/signed_test \
    %D%/unit/oauth/token_reply_test \
    %D%/unit/oauth/token_test \
    %D%/unit/oauth/userinfo_test \
    %D%/unit/store/conformance_test \
    %D%/unit/store/conformance_threads_test \
    %D%/unit/store/documents_test \
    %D%/unit/store/lease_test \
    %D%/unit/store/lmdb_entry_test \
    %D%/unit/store/lmdb_env_test \
    %D%/unit/store/lmdb_error_test \
    %D%/unit/store/lmdb_reader_test \
    %D%/unit/store/lmdb_test \
    %D%/unit/store/memory_test \
    %D%/unit/store/store_test \
    %D%/unit/store/url_test \
    %D%/unit/session/attempt_test \
    %D%/unit/session/claims_json_test \
    %D%/unit/session/claims_test \
    %D%/unit/session/cookie_jar_test \
    %D%/unit/session/record_test \
    %D%/unit/session/refresh_others_test \
    %D%/unit/session/refresh_test \
    %D%/unit/session/refresh_threads_test \
    %D%/unit/session/session_test \
    %D%/unit/session/xsrf_test \
    %D%/unit/gate/gate_test \
    %D%/unit/gate/identity_test \
    %D%/unit/gate/route_authorize_test \
    %D%/unit/gate/route_callback_test \
    %D%/unit/gate/route_logout_test \
    %D%/unit/gate/route_userinfo_test \
    %D%/unit/gate/run_callback_test \
    %D%/unit/gate/run_session_test \
    %D%/unit/gate/run_sign_in_test \
    %D%/unit/gate/run_sign_out_test \
    %D%/unit/gate/run_site_test \
    %D%/unit/gate/run_start_test \
    %D%/unit/gate/run_test \
    %D%/unit/gate/sign_in_test \
    %D%/unit/gate/site_test \
    %D%/unit/page/html_test \
    %D%/unit/page/page_test \
    %D%/unit/cli/cli_test \
    %D%/vectors/rfc_test \
    %D%/vectors/wycheproof_test

fuzz_targets += \
    %D%/fuzz/arguments_fuzz \
    %D%/fuzz/attempt_fuzz \
    %D%/fuzz/base64_fuzz \
    %D%/fuzz/binding_fuzz \
    %D%/fuzz/certs_fuzz \
    %D%/fuzz/claims_fuzz \
    %D%/fuzz/client_secrets_fuzz \
    %D%/fuzz/config_line_fuzz \
    %D%/fuzz/cookie_fuzz \
    %D%/fuzz/discovery_fuzz \
    %D%/fuzz/document_fuzz \
    %D%/fuzz/form_fuzz \
    %D%/fuzz/gate_fuzz \
    %D%/fuzz/headers_fuzz \
    %D%/fuzz/html_fuzz \
    %D%/fuzz/http_headers_fuzz \
    %D%/fuzz/id_token_fuzz \
    %D%/fuzz/json_fuzz \
    %D%/fuzz/jwks_fuzz \
    %D%/fuzz/jwt_fuzz \
    %D%/fuzz/keyring_fuzz \
    %D%/fuzz/page_fill_fuzz \
    %D%/fuzz/pkey_fuzz \
    %D%/fuzz/seal_fuzz \
    %D%/fuzz/session_blob_fuzz \
    %D%/fuzz/store_url_fuzz \
    %D%/fuzz/token_reply_fuzz \
    %D%/fuzz/url_fuzz \
    %D%/fuzz/userinfo_fuzz

# No tests, but what ./dev bench measures with. They are made here, too, so that they stay whole.
bench_programs = %D%/bench/fill %D%/bench/look
%C%_bench_fill_SOURCES = %D%/bench/fill.c %D%/bench/open.h
%C%_bench_look_SOURCES = %D%/bench/look.c
%C%_bench_fill_LDADD = $(libgoauth2)
%C%_bench_look_LDADD = $(libgoauth2)

check_PROGRAMS += $(fuzz_targets)
TESTS = $(fuzz_targets)
if FUZZ
test_main = $(LIBFUZZER)
else
test_main = %D%/fuzz/libreplay.a
check_PROGRAMS += $(bench_programs)
if CMOCKA
check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)
else
check-local:
	@echo 'The unit tests were left out: install libcmocka-dev and run configure again.' >&2; exit 1
endif
endif

dist_check_SCRIPTS = %D%/manual
TESTS += $(dist_check_SCRIPTS)
LOG_COMPILER = $(top_srcdir)/build-aux/one-plan
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
AM_TESTS_ENVIRONMENT = \
    top_srcdir='$(abs_top_srcdir)'; export top_srcdir; \
    top_builddir='$(abs_top_builddir)'; export top_builddir; \
    CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT;
