// SPDX-License-Identifier: Apache-2.0
// The OpenID Foundation's tests of relying parties, as settings of the bad provider, under their own names. Each row:
//   id        without the prefix "oidcc-client-test-", or "fapi2-…-client-test-" for those that begin with "fapi2-"
//   expect    "accept": signed in; "reject": not signed in; "either": both are right, but cleanly
//   set       (op) => settings; prepare: async (op) => …, before the server's first request
//   never     endpoints that must not be called (again) once the fault was met
//   when      "sign-in", or "refresh": sign in first, without the fault
import { newKey, sharedKey } from './jose.mjs';

const plain = () => ({});
const withSuffix =
  (path, suffix = '1') =>
  () => ({ [path]: (value) => `${value}${suffix}` });
const without = (path) => () => ({ [path]: undefined });
const withoutKid = () => ({ 'idt.hdr.kid': undefined, 'jwks.keys': (keys) => keys.map(({ kid, ...rest }) => rest) });

async function useKinds(op, kinds) {
  op.keys = await Promise.all(kinds.map((kind, i) => (kinds.indexOf(kind) === i ? sharedKey(kind) : newKey(kind))));
}

const rows = [
  // Basic
  ['', 'accept', plain],
  ['invalid-iss', 'reject', withSuffix('idt.claims.iss')],
  ['missing-sub', 'reject', without('idt.claims.sub')],
  ['invalid-aud', 'reject', withSuffix('idt.claims.aud')],
  ['missing-iat', 'reject', without('idt.claims.iat')],
  ['kid-absent-single-jwks', 'accept', withoutKid, { prepare: (op) => useKinds(op, ['rsa', 'ec', 'k1', 'ed']) }],
  [
    'kid-absent-multiple-jwks',
    'either',
    withoutKid,
    {
      prepare: (op) => useKinds(op, ['rsa', 'rsa', 'rsa', 'ec', 'ec', 'ec', 'k1', 'k1', 'k1', 'ed', 'ed', 'ed']),
    },
  ],
  ['idtoken-sig-rs256', 'accept', () => ({ 'idt.alg': 'RS256' })],
  ['idtoken-sig-none', 'reject', () => ({ 'idt.alg': 'none', 'idt.hdr.kid': undefined })],
  ['invalid-sig-rs256', 'reject', () => ({ 'idt.alg': 'RS256', 'idt.sig': 'flipped' })],
  ['userinfo-invalid-sub', 'reject', withSuffix('userinfo.sub', 'invalid'), { never: [] }],
  ['nonce-invalid', 'reject', withSuffix('idt.claims.nonce')],
  ['scope-userinfo-claims', 'accept', plain],
  ['client-secret-basic', 'accept', plain],
  // Configuration
  ['discovery-openid-config', 'accept', plain],
  ['discovery-jwks-uri-keys', 'accept', () => ({ 'disc.jwks_uri': (uri) => `${uri}?set=${Date.now()}` })],
  [
    'discovery-issuer-mismatch',
    'reject',
    withSuffix('disc.issuer', 'INVALID'),
    { never: ['authz', 'token', 'userinfo'] },
  ],
  ['signing-key-rotation-just-before-signing', 'accept', plain, { prepare: (op) => op.rotateKeys() }],
  // Refresh
  ['refresh-token', 'accept', plain, { when: 'refresh' }],
  ['refresh-token-invalid-issuer', 'reject', withSuffix('refresh.idt.claims.iss'), { when: 'refresh' }],
  ['refresh-token-invalid-sub', 'reject', withSuffix('refresh.idt.claims.sub'), { when: 'refresh' }],
  // Others of the full plan
  ['invalid-sig-es256', 'reject', () => ({ 'idt.key': 'ec', 'idt.sig': 'flipped' })],
  ['idtoken-sig-es256', 'accept', () => ({ 'idt.key': 'ec' })],
  ['invalid-sig-hs256', 'reject', () => ({ 'idt.alg': 'HS256', 'idt.sig': 'flipped' })],
  ['invalid-athash', 'reject', withSuffix('idt.claims.at_hash')],
  ['missing-athash', 'accept', without('idt.claims.at_hash')],
  ['missing-aud', 'reject', without('idt.claims.aud')],
  [
    'aggregated-claims',
    'accept',
    (op) => ({
      'userinfo._claim_names': { credit: 'src1' },
      'userinfo._claim_sources': { src1: { JWT: `${op.canary.url}.x.y` } },
    }),
    { canary: true },
  ],
  [
    'distributed-claims',
    'accept',
    (op) => ({
      'userinfo._claim_names': { credit: 'src1' },
      'userinfo._claim_sources': { src1: { endpoint: `${op.canary.url}/claims`, access_token: 'x' } },
    }),
    { canary: true },
  ],
  [
    'ignores-unparseable-key-in-jwks',
    'accept',
    () => ({ 'jwks.keys': (keys) => [{ kty: 'RSA', n: '%', e: 'AQAB' }, ...keys] }),
  ],
  ['userinfo-signed', 'accept', () => ({ 'userinfo.$jwt': true })],
  // The FAPI 2.0 profile, what does not need DPoP or mutual TLS
  ['fapi2-happy-path', 'accept', plain],
  ['fapi2-invalid-missing-iss', 'reject', without('idt.claims.iss')],
  ['fapi2-invalid-missing-exp', 'reject', without('idt.claims.exp')],
  ['fapi2-invalid-secondary-aud', 'reject', () => ({ 'idt.claims.aud': (aud) => [aud, `${aud}1`] })],
  ['fapi2-valid-aud-as-array', 'accept', () => ({ 'idt.claims.aud': (aud) => [aud] })],
  ['fapi2-invalid-expired-exp', 'reject', () => ({ 'idt.claims.exp': (old, { now }) => now - 360 })],
  ['fapi2-invalid-missing-nonce', 'reject', without('idt.claims.nonce')],
  ['fapi2-invalid-null-alg', 'reject', () => ({ 'idt.hdr.alg': 'none', 'idt.sig': 'empty' })],
  [
    'fapi2-invalid-alternate-alg',
    'reject',
    () => ({
      'idt.alg': 'RS256',
      'jwks.keys': (keys) => keys.map((key) => (key.kty === 'RSA' ? { ...key, alg: 'PS256' } : key)),
    }),
  ],
  ['fapi2-invalid-authorization-response-iss', 'reject', withSuffix('authz.iss'), { never: ['token', 'userinfo'] }],
  ['fapi2-remove-authorization-response-iss', 'reject', without('authz.iss'), { never: ['token', 'userinfo'] }],
  [
    'fapi2-authorization-response-with-invalid-state',
    'reject',
    withSuffix('authz.state'),
    { never: ['token', 'userinfo'] },
  ],
  ['fapi2-authorization-response-missing-state', 'reject', without('authz.state'), { never: ['token', 'userinfo'] }],
  ['fapi2-token-endpoint-response-without-expires_in', 'accept', without('token.expires_in')],
  ['fapi2-token-type-case-insensitivity', 'accept', () => ({ 'token.token_type': 'bEARER' })],
];

export const conformance = rows.map(([id, expect, set, more = {}]) => ({
  id: id || 'oidcc-client-test',
  expect,
  set,
  when: 'sign-in',
  canary: false,
  never: expect === 'reject' ? ['userinfo'] : [],
  ...more,
}));

/** Back-channel logout: what the token is like, and whether the session survives. */
export const logoutRows = [
  ['rp-backchannel-rpinitlogout', undefined, 200],
  ['rp-backchannel-rpinitlogout-alg-none', 'logout.alg_none', 400],
  ['rp-backchannel-rpinitlogout-wrong-alg', 'logout.wrong_alg', 400],
  ['rp-backchannel-rpinitlogout-wrong-aud', 'logout.aud', 400],
  ['rp-backchannel-rpinitlogout-wrong-iss', 'logout.iss', 400],
  ['rp-backchannel-rpinitlogout-no-event', 'logout.no_event', 400],
  ['rp-backchannel-rpinitlogout-wrong-event', 'logout.wrong_event', 400],
  ['rp-backchannel-rpinitlogout-with-nonce', 'logout.nonce', 400],
  ['bad-signature', 'logout.bad_sig', 400],
  ['no-jti', 'logout.no_jti', 400],
  ['no-iat', 'logout.no_iat', 400],
  ['expired', 'logout.exp', 400],
  ['from-the-future', 'logout.future', 400],
  ['other-typ', 'logout.typ', 400],
  ['neither-sub-nor-sid', 'logout.neither', 400],
  ['huge', 'logout.huge', 400],
].map(([id, fault, status]) => ({ id, fault, status, sessionEnds: status === 200 }));
