# SPDX-License-Identifier: Apache-2.0
# What the module and the tool share. No web server's header in here.

noinst_LIBRARIES += %D%/libgoauth2.a
%C%_libgoauth2_a_SOURCES =

%C%_libgoauth2_a_SOURCES += \
    %D%/base/banned.h \
    %D%/base/bytes.c \
    %D%/base/bytes.h \
    %D%/base/clock.h \
    %D%/base/error.c \
    %D%/base/error.h \
    %D%/base/errors.def \
    %D%/base/file.c \
    %D%/base/file.h \
    %D%/base/log.c \
    %D%/base/log.h \
    %D%/base/rand.c \
    %D%/base/rand.h \
    %D%/base/secret.c \
    %D%/base/secret.h \
    %D%/base/text.c \
    %D%/base/text.h

%C%_libgoauth2_a_SOURCES += \
    %D%/codec/base64.c \
    %D%/codec/base64.h \
    %D%/codec/cookie.c \
    %D%/codec/cookie.h \
    %D%/codec/form.c \
    %D%/codec/form.h \
    %D%/codec/headers.c \
    %D%/codec/headers.h \
    %D%/codec/hex.h \
    %D%/codec/html.c \
    %D%/codec/html.h \
    %D%/codec/json.c \
    %D%/codec/json.h \
    %D%/codec/json_check.c \
    %D%/codec/url.c \
    %D%/codec/url.h \
    %D%/codec/utf8.c \
    %D%/codec/utf8.h

%C%_libgoauth2_a_SOURCES += \
    %D%/crypto/aead.c \
    %D%/crypto/aead.h \
    %D%/crypto/context.c \
    %D%/crypto/context.h \
    %D%/crypto/digest.c \
    %D%/crypto/digest.h \
    %D%/crypto/keyring.c \
    %D%/crypto/keyring.h \
    %D%/crypto/keyring_file.c \
    %D%/crypto/keyring_text.c \
    %D%/crypto/keyring_text.h \
    %D%/crypto/pkey.c \
    %D%/crypto/pkey.h \
    %D%/crypto/pkey_check.c \
    %D%/crypto/pkey_pem.c \
    %D%/crypto/prf.c \
    %D%/crypto/prf.h \
    %D%/crypto/purposes.def \
    %D%/crypto/seal.c \
    %D%/crypto/seal.h

%C%_libgoauth2_a_SOURCES += \
    %D%/jose/algorithm.c \
    %D%/jose/algorithm.h \
    %D%/jose/algorithms.def \
    %D%/jose/ecdsa.c \
    %D%/jose/ecdsa.h \
    %D%/jose/jwk.c \
    %D%/jose/jwk.h \
    %D%/jose/jwks.c \
    %D%/jose/jws.c \
    %D%/jose/jws.h \
    %D%/jose/signature.c

%C%_libgoauth2_a_SOURCES += \
    %D%/http/address.c \
    %D%/http/address.h \
    %D%/http/call.c \
    %D%/http/call.h \
    %D%/http/client.c \
    %D%/http/client.h \
    %D%/http/curl.c \
    %D%/http/documents.h \
    %D%/http/handle.c \
    %D%/http/handle.h \
    %D%/http/reply.c \
    %D%/http/reply.h

%C%_libgoauth2_a_SOURCES += \
    %D%/config/check.c \
    %D%/config/choices.def \
    %D%/config/config.c \
    %D%/config/config.h \
    %D%/config/directives.def \
    %D%/config/kinds.c \
    %D%/config/kinds.def \
    %D%/config/kinds.h \
    %D%/config/kinds_address.c \
    %D%/config/kinds_list.c \
    %D%/config/provider_lines.c \
    %D%/config/values.h

%C%_libgoauth2_a_SOURCES += \
    %D%/oauth/authorize.c \
    %D%/oauth/authorize.h \
    %D%/oauth/cached.c \
    %D%/oauth/cached.h \
    %D%/oauth/client_secrets.c \
    %D%/oauth/client_secrets.h \
    %D%/oauth/id_token.c \
    %D%/oauth/id_token.h \
    %D%/oauth/metadata.c \
    %D%/oauth/metadata.h \
    %D%/oauth/peer.c \
    %D%/oauth/peer.h \
    %D%/oauth/provider.c \
    %D%/oauth/provider.h \
    %D%/oauth/signed.c \
    %D%/oauth/signed.h \
    %D%/oauth/token.c \
    %D%/oauth/token.h \
    %D%/oauth/token_reply.c \
    %D%/oauth/userinfo.c \
    %D%/oauth/userinfo.h

%C%_libgoauth2_a_SOURCES += \
    %D%/store/documents.c \
    %D%/store/documents.h \
    %D%/store/driver.h \
    %D%/store/drivers.def \
    %D%/store/lease.c \
    %D%/store/lmdb.c \
    %D%/store/lmdb_entry.c \
    %D%/store/lmdb_entry.h \
    %D%/store/lmdb_env.c \
    %D%/store/lmdb_env.h \
    %D%/store/lmdb_error.c \
    %D%/store/lmdb_reader.c \
    %D%/store/memory.c \
    %D%/store/store.c \
    %D%/store/store.h \
    %D%/store/url.c \
    %D%/store/url.h

%C%_libgoauth2_a_SOURCES += \
    %D%/session/attempt.c \
    %D%/session/attempt.h \
    %D%/session/claims.c \
    %D%/session/claims.h \
    %D%/session/claims_json.c \
    %D%/session/cookie_jar.c \
    %D%/session/cookie_jar.h \
    %D%/session/record.c \
    %D%/session/record.h \
    %D%/session/refresh.c \
    %D%/session/refresh.h \
    %D%/session/session.c \
    %D%/session/session.h \
    %D%/session/xsrf.c \
    %D%/session/xsrf.h

%C%_libgoauth2_a_SOURCES += \
    %D%/gate/gate.c \
    %D%/gate/gate.h \
    %D%/gate/identity.c \
    %D%/gate/identity.def \
    %D%/gate/identity.h \
    %D%/gate/needs.def \
    %D%/gate/request.h \
    %D%/gate/route_authorize.c \
    %D%/gate/route_callback.c \
    %D%/gate/route_logout.c \
    %D%/gate/route_userinfo.c \
    %D%/gate/routes.def \
    %D%/gate/run.c \
    %D%/gate/run.h \
    %D%/gate/run_callback.c \
    %D%/gate/run_session.c \
    %D%/gate/run_sign_in.c \
    %D%/gate/run_sign_out.c \
    %D%/gate/run_site.c \
    %D%/gate/run_start.c \
    %D%/gate/sign_in.c \
    %D%/gate/sign_in.h \
    %D%/gate/site.c \
    %D%/gate/site.h

%C%_libgoauth2_a_SOURCES += \
    %D%/page/html.c \
    %D%/page/page.c \
    %D%/page/page.h
