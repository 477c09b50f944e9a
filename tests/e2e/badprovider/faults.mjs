// SPDX-License-Identifier: Apache-2.0
// Faults by name, for op.fault(name, argument): each is a function (op, argument) => settings for op.set().
import { generateKeyPairSync } from 'node:crypto';
import { deep, raw } from './json.mjs';
import { privateJwk } from './jose.mjs';

/** The same faults at every endpoint that the server itself calls: "disc.html", "token.slow", "userinfo.redirect"… */
const anywhere = {
  html: { html: true },
  500: { status: 500, body: '{"error":"server_error"}' },
  503: { status: 503, body: '', headers: { 'Retry-After': '7' } },
  429: { status: 429, body: '', headers: { 'Retry-After': '7' } },
  404: { status: 404, body: 'not found' },
  204: { status: 204, body: '' },
  slow: { slow: { bytes: 1, every: 200 } },
  hang: { hang: true },
  reset: { reset: true },
  huge: { padding: 25 * 2 ** 20 },
  endless: { endless: true },
  gzip: { gzip: true },
  gzipbomb: { gzip: 64 },
  trunc: { cut: 20 },
  'trunc-chunked': { cutChunked: true },
  'trunc-unframed': { unframed: 20 },
  empty: { body: '' },
  ctype: { ctype: 'text/html' },
  'ctype-utf16': { ctype: 'application/json; charset=utf-16' },
  'no-ctype': { headers: { 'Content-Type': null } },
  'header-flood': { headerFlood: 400000 },
  interim: { interim: 50 },
  http09: { http09: true },
  garbage: { raw: 'this is no HTTP at all\r\n\r\n' },
  'bad-length': { raw: 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: -1\r\n\r\n{}' },
  'two-lengths': {
    raw: 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}x',
  },
  cookie: { headers: { 'Set-Cookie': 'tracking=1; Path=/' } },
};

export const calledEndpoints = ['disc', 'jwks', 'certs', 'token', 'userinfo', 'par', 'revoke', 'introspect', 'dev'];

const transportFaults = Object.fromEntries(
  calledEndpoints.flatMap((endpoint) => [
    ...Object.entries(anywhere).map(([name, knobs]) => [
      `${endpoint}.${name}`,
      () => Object.fromEntries(Object.entries(knobs).map(([knob, value]) => [`${endpoint}.http.${knob}`, value])),
    ]),
    // A second server that must stay unvisited, or a status and any URL.
    [
      `${endpoint}.redirect`,
      (op, status = 302) => ({ [`${endpoint}.http.redirect`]: { status, url: `${op.canary.url}/${endpoint}` } }),
    ],
    [`${endpoint}.delay`, (op, milliseconds = 1000) => ({ [`${endpoint}.http.delay`]: milliseconds })],
    [`${endpoint}.status`, (op, status) => ({ [`${endpoint}.http.status`]: status })],
    [
      `${endpoint}.dupkeys`,
      (op, [name, value] = ['issuer', 'https://evil.example']) => ({ [`${endpoint}.$more`]: [[name, value]] }),
    ],
    [`${endpoint}.deep`, (op, levels = 100000) => ({ [`${endpoint}.deep`]: deep(levels) })],
  ]),
);

const everyKey = (change) => ({ 'jwks.keys': (keys) => keys.map((key) => ({ ...key, ...change(key) })) });
const moreKeys = (make) => ({ 'jwks.keys': (keys, { op }) => [...make(op, keys), ...keys] });

const made = new Map();

/** Somebody's public key; the same one each time for the same arguments, because RSA keys are slow to make. */
function publicJwk(kind, options = {}) {
  const name = `${kind} ${JSON.stringify(options)}`;
  if (!made.has(name)) made.set(name, generateKeyPairSync(kind, options).publicKey.export({ format: 'jwk' }));
  return made.get(name);
}

/** Keys with the signing key's kid that are of another kind or for another algorithm. */
function decoys(op) {
  const kid = op.keys.find((key) => key.kind === op.signWith || key.kid === op.signWith).kid;
  return [
    { ...publicJwk('ec', { namedCurve: 'P-256' }), kid, use: 'sig', alg: 'ES256' },
    { ...publicJwk('ed25519'), kid, use: 'sig', alg: 'EdDSA' },
    { ...publicJwk('rsa', { modulusLength: 2048 }), kid, use: 'sig', alg: 'PS256' },
    { ...publicJwk('rsa', { modulusLength: 2048 }), kid, use: 'enc' },
  ];
}

export const faults = {
  ...transportFaults,

  'disc.issuer': (op, suffix = 'INVALID') => ({ 'disc.issuer': (issuer) => issuer + suffix }),
  'disc.auth_ep': (op) => ({ 'disc.authorization_endpoint': `${op.canary.url}/authorize` }),
  'disc.token_ep': (op) => ({ 'disc.token_endpoint': `${op.canary.url}/token` }),
  'disc.jwks_uri': (op) => ({ 'disc.jwks_uri': `${op.canary.url}/jwks` }),
  'disc.scheme': (op, [member, scheme] = ['token_endpoint', 'file']) => ({
    [`disc.${member}`]: (url) => url.replace(/^https?/, scheme),
  }),
  'disc.auth_query': () => ({ 'disc.authorization_endpoint': (url) => `${url}?tenant=1` }),
  'disc.auth_fragment': () => ({ 'disc.authorization_endpoint': (url) => `${url}#x` }),
  'disc.pkce_plain': () => ({ 'disc.code_challenge_methods_supported': ['plain'] }),
  'disc.algs': (op, algs = ['none']) => ({ 'disc.id_token_signing_alg_values_supported': algs }),

  'jwks.empty': () => ({ 'jwks.keys': [] }),
  'jwks.private': (op) => everyKey((key) => privateJwk(op.keys.find(({ kid }) => kid === key.kid))),
  'jwks.oct': (op, k = 'c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTEyMzQ') =>
    moreKeys(() => [{ kty: 'oct', k, kid: 'oct', alg: 'HS256', use: 'sig' }]),
  'jwks.dupkid': () =>
    moreKeys((op, keys) =>
      keys
        .filter(({ kty }) => kty === 'RSA')
        .map((key) => ({ ...key, ...publicJwk('rsa', { modulusLength: 2048 }) })),
    ),
  'jwks.decoy': () => moreKeys(decoys),
  'jwks.badkey': () =>
    moreKeys(() => [{ kty: 'RSA', kid: 'broken', n: '!!!', e: 5 }, { kty: 'unheard-of' }, 'no object', null]),
  'jwks.1024': () => moreKeys(() => [{ ...publicJwk('rsa', { modulusLength: 1024 }), kid: 'small', use: 'sig' }]),
  'jwks.e1': () => everyKey(({ kty }) => (kty === 'RSA' ? { e: 'AQ' } : {})),
  'jwks.even_e': () => everyKey(({ kty }) => (kty === 'RSA' ? { e: 'AQAA' } : {})),
  'jwks.16384': () =>
    everyKey(({ kty }) => (kty === 'RSA' ? { n: Buffer.alloc(2048, 0xc5).toString('base64url') } : {})),
  'jwks.off_curve': () => everyKey(({ kty, x }) => (kty === 'EC' ? { y: x } : {})),
  'jwks.no_kid': () => everyKey(() => ({ kid: undefined })),
  'jwks.flood': (op, count = 2000) =>
    moreKeys((_, keys) => Array.from({ length: count }, (unused, i) => ({ ...keys[0], kid: `flood-${i}` }))),

  'authz.state': () => ({ 'authz.state': (state) => `${state}1` }),
  'authz.no_state': () => ({ 'authz.state': undefined }),
  'authz.iss': (op, iss = `${op.issuer}1`) => ({ 'authz.iss': iss }),
  'authz.no_iss': () => ({ 'authz.iss': undefined }),
  'authz.dup': (op, name = 'state') => ({ [`authz.${name}`]: (value) => [value, `${value}1`] }),
  'authz.dup_first': (op, name = 'state') => ({ [`authz.${name}`]: (value) => [`${value}1`, value] }),
  'authz.both': () => ({ 'authz.error': 'access_denied' }),
  'authz.front_tokens': () => ({ 'authz.id_token': 'a.b.c', 'authz.access_token': 'x' }),
  'authz.err': (op, error = 'access_denied') => ({ 'authz.code': undefined, 'authz.error': error }),
  'authz.xss_desc': (op, text = '<svg onload=alert(1)>\r\nX-Evil: 1\x1b[31m') => ({
    'authz.code': undefined,
    'authz.error': 'access_denied',
    'authz.error_description': text,
    'authz.error_uri': 'https://evil.example/',
  }),
  'authz.late': (op, milliseconds = 2000) => ({ 'authz.http.delay': milliseconds }),
  'authz.frag': () => ({ 'authz.$mode': 'fragment' }),
  'authz.post': () => ({ 'authz.$mode': 'form_post' }),

  'token.no_type': () => ({ 'token.token_type': undefined }),
  'token.type': (op, type = 'mac') => ({ 'token.token_type': type }),
  'token.type_case': (op, type = 'bEARER') => ({ 'token.token_type': type }),
  'token.expires': (op, value) => ({ 'token.expires_in': value }), // -1, raw('1e400'), "x", "3600", or undefined
  'token.no_expires': () => ({ 'token.expires_in': undefined }),
  'token.dup': () => ({ 'token.$more': [['access_token', 'another']] }),
  'token.err200': () => ({
    'token.http.body': '{"error":"invalid_grant","error_description":"sent with status 200"}',
  }),
  'token.err400': (op, error = 'invalid_grant') => ({
    'token.http.status': 400,
    'token.http.body': JSON.stringify({ error }),
  }),
  'token.no_id_token': () => ({ 'token.id_token': undefined }),
  'token.drop_after_commit': () => ({ 'token.http.lose': true }),
  'token.form': () => ({ 'token.$format': 'form' }),

  'idt.size': (op, bytes = 100000) => ({ 'idt.pad': bytes }),
  'idt.depth': (op, levels = 100000) => ({ 'idt.claims.deep': deep(levels) }),
  'idt.nul': (op, claim = 'sub') => ({ [`idt.claims.${claim}`]: (value) => `${value}\0.evil` }),
  'idt.rawnul': (op, claim = 'sub') => ({ [`idt.claims.${claim}`]: (value) => raw(`"${value}\0.evil"`) }),
  'idt.utf8': (op, claim = 'sub') => ({ [`idt.claims.${claim}`]: raw(Buffer.from([0x22, 0x61, 0xc3, 0x28, 0x22])) }),
  'idt.num': (op, [claim, text] = ['exp', '1e400']) => ({ [`idt.claims.${claim}`]: raw(text) }),

  'userinfo.sub': () => ({ 'userinfo.sub': (sub) => `${sub}invalid` }),
  'userinfo.no_sub': () => ({ 'userinfo.sub': undefined }),
  'userinfo.arr': () => ({ 'userinfo.http.body': '[]' }),
  'userinfo.jwt': () => ({ 'userinfo.$jwt': true }),
  'userinfo.unsigned': () => ({ 'userinfo.$jwt': 'unsigned' }),
  'userinfo.401': () => ({
    'userinfo.http.status': 401,
    'userinfo.http.headers': { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
  }),
  'userinfo.nul': () => ({ 'userinfo.name': 'a\0b' }),
  'userinfo.crlf': () => ({ 'userinfo.name': 'a\r\nX-Admin: 1' }),

  'refresh.no_rotate': () => ({ 'refresh.rotate': false }),
  'refresh.no_reuse_detect': () => ({ 'refresh.reuse_detect': false }),
  'refresh.invalid_grant': () => ({ 'refresh.error': 'invalid_grant' }),
  'refresh.drop': () => ({ 'token.http.lose': (old, { grant }) => grant === 'refresh_token' }),
  'refresh.iss': () => ({ 'refresh.idt.claims.iss': (iss) => `${iss}1` }),
  'refresh.sub': () => ({ 'refresh.idt.claims.sub': (sub) => `${sub}1` }),

  'logout.alg_none': () => ({ 'logout.hdr.alg': 'none', 'logout.sig': 'empty' }),
  'logout.wrong_alg': () => ({ 'logout.alg': 'HS256' }),
  'logout.bad_sig': () => ({ 'logout.sig': 'flipped' }),
  'logout.aud': () => ({ 'logout.claims.aud': (aud) => `${aud}INVALID` }),
  'logout.iss': () => ({ 'logout.claims.iss': (iss) => `${iss}INVALID` }),
  'logout.no_event': () => ({ 'logout.claims.events': undefined }),
  'logout.wrong_event': () => ({ 'logout.claims.events': { 'http://schemas.openid.net/event/foobar': {} } }),
  'logout.nonce': () => ({ 'logout.claims.nonce': 'present' }),
  'logout.no_jti': () => ({ 'logout.claims.jti': undefined }),
  'logout.jti_replay': (op, jti = 'the-same-again') => ({ 'logout.claims.jti': jti }),
  'logout.no_iat': () => ({ 'logout.claims.iat': undefined }),
  'logout.exp': (op, seconds = -120) => ({ 'logout.claims.exp': () => op.now() + seconds }),
  'logout.future': () => ({ 'logout.claims.iat': (iat) => iat + 600, 'logout.claims.exp': (exp) => exp + 600 }),
  'logout.typ': (op, typ = 'at+jwt') => ({ 'logout.hdr.typ': typ }),
  'logout.sub_only': () => ({ 'logout.claims.sid': undefined }),
  'logout.sid_only': () => ({ 'logout.claims.sub': undefined }),
  'logout.neither': () => ({ 'logout.claims.sid': undefined, 'logout.claims.sub': undefined }),
  'logout.huge': () => ({ 'logout.pad': 200000 }),

  'dev.uri_js': () => ({ 'dev.verification_uri': 'javascript:alert(1)' }),
  'dev.uri_http': () => ({ 'dev.verification_uri': 'http://evil.example/device' }),
  'dev.code_ansi': () => ({ 'dev.user_code': 'BC\x1b]0;evil\x07\x1b[2JDF' }),
  'dev.long': () => ({ 'dev.expires_in': 1e9 }),
  'dev.pending': () => ({ 'dev.$state': 'pending' }),
  'dev.slow_down': () => ({ 'dev.$state': 'slow_down' }),
  'dev.expired': () => ({ 'dev.$state': 'expired' }),
  'dev.denied': () => ({ 'dev.$state': 'denied' }),

  clock: (op, seconds) => ({ clock: seconds }),
};
