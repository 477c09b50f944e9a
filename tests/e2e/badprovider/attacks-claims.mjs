// SPDX-License-Identifier: Apache-2.0
// Attack rows about what the claims say, in id_tokens, userinfo, access tokens and introspection.
import { raw } from './json.mjs';
import { accept, claim, fault, reject, show } from './rows.mjs';

export const numbers = [
  ...['1e400', '-1', '"1999999999"', '0017', 'NaN', 'true', 'null', '[1999999999]', '{}'].map((text) =>
    reject(`exp ${text}`, claim('exp', raw(text))),
  ),
  accept('exp after 2038', claim('exp', 2 ** 31 + 1e8)),
  accept(
    'exp in ten years',
    claim('exp', (exp) => exp + 10 * 365 * 86400),
  ),
  accept(
    'exp with a fraction',
    claim('exp', (exp) => exp + 0.5),
  ),
  reject('exp absent', claim('exp', undefined)),
  reject(
    'exp 70 s ago',
    claim('exp', (old, { now }) => now - 70),
  ),
  accept(
    'exp 50 s ago',
    claim('exp', (old, { now }) => now - 50),
  ),
  reject('iat absent', claim('iat', undefined)),
  reject(
    'iat in 90 s',
    claim('iat', (iat) => iat + 90),
  ),
  accept(
    'iat in 30 s',
    claim('iat', (iat) => iat + 30),
  ),
  reject(
    'iat of yesterday',
    claim('iat', (iat) => iat - 86400),
  ),
  reject('iat a text', claim('iat', 'now')),
  reject(
    'nbf in 120 s',
    claim('nbf', (old, { now }) => now + 120),
  ),
  accept(
    'nbf 10 s ago',
    claim('nbf', (old, { now }) => now - 10),
  ),
];

export const identities = [
  ...[
    (iss) => `${iss}/`,
    (iss) => iss.replace('http', 'HTTP'),
    (iss) => `${iss}%2f`,
    (iss) => [iss],
    'https://evil.example',
    undefined,
    '',
    null,
  ].map((iss, i) => reject(`iss, wrong form ${i + 1}`, claim('iss', iss))),
  ...[undefined, 'other', [], ['other'], 5, {}, null, ''].map((aud) => reject(`aud ${show(aud)}`, claim('aud', aud))),
  reject(
    'aud with a second one',
    claim('aud', (aud) => [aud, 'other']),
  ),
  accept(
    'aud as a list of one',
    claim('aud', (aud) => [aud]),
  ),
  reject('azp of another', claim('azp', 'other')),
  accept('azp is us', (op) => ({ 'idt.claims.azp': op.clients[0].client_id })),
  reject('nonce absent', claim('nonce', undefined)),
  reject(
    'nonce of another',
    claim('nonce', (nonce) => `${nonce.slice(1)}x`),
  ),
  reject('nonce empty', claim('nonce', '')),
  ...[undefined, '', 5, null, ['u-1001'], 'x'.repeat(256), 'a\nb', 'a\0b', 'a\x7fb'].map((sub) =>
    reject(`sub ${show(sub).slice(0, 20)}`, claim('sub', sub)),
  ),
  reject('at_hash wrong', claim('at_hash', 'AAAAAAAAAAAAAAAAAAAAAA')),
  reject('at_hash a number', claim('at_hash', 5)),
  accept('at_hash absent', claim('at_hash', undefined)),
];

export const userinfo = [
  ...[
    'userinfo.sub',
    'userinfo.no_sub',
    'userinfo.arr',
    'userinfo.html',
    'userinfo.401',
    'userinfo.unsigned',
    'userinfo.nul',
  ].map((name) => fault(name, name)),
  accept('userinfo as a JWT', (op) => op.settingsOf('userinfo.jwt')),
  reject('userinfo JWT for another', () => ({ 'userinfo.$jwt': true, 'uij.claims.aud': 'other' })),
  reject('userinfo JWT of another issuer', () => ({
    'userinfo.$jwt': true,
    'uij.claims.iss': 'https://evil.example',
  })),
  reject('userinfo JWT, bad signature', () => ({ 'userinfo.$jwt': true, 'uij.sig': 'flipped' })),
  accept(
    'claim sources are not followed',
    (op) => ({
      'userinfo._claim_names': { x: 's' },
      'userinfo._claim_sources': { s: { endpoint: `${op.canary.url}/claims` } },
    }),
    { canary: true },
  ),
];

/** A refreshed id_token is as suspect as the first. */
export const refreshed = [
  ['iss', (iss) => `${iss}1`],
  ['sub', (sub) => `${sub}1`],
  ['aud', 'other'],
  ['nonce', 'another'],
]
  .map(([name, value]) =>
    reject(`refreshed ${name}`, () => ({ [`refresh.idt.claims.${name}`]: value }), { when: 'refresh' }),
  )
  .concat([
    reject('refreshed, bad signature', () => ({ 'refresh.idt.sig': 'flipped' }), { when: 'refresh' }),
    reject('refreshed, alg none', () => ({ 'refresh.idt.hdr.alg': 'none', 'refresh.idt.sig': 'empty' }), {
      when: 'refresh',
    }),
    // What another key or another clock would make good contradicts nothing: the session stays.
    accept('refreshed exp', () => ({ 'refresh.idt.claims.exp': 1 }), { when: 'refresh' }),
    accept('refreshed iat', () => ({ 'refresh.idt.claims.iat': (iat) => iat + 90 }), { when: 'refresh' }),
    accept('refreshed, unknown key', () => ({ 'refresh.idt.hdr.kid': 'never-seen' }), { when: 'refresh' }),
    ...['jwks.404', 'jwks.html'].map((name) =>
      accept(
        `refreshed, unknown key, ${name}`,
        (op) => ({ ...op.settingsOf(name), 'refresh.idt.hdr.kid': 'never-seen' }),
        { when: 'refresh' },
      ),
    ),
    accept('refreshed without an id_token', () => ({ 'refresh.id_token': false }), { when: 'refresh' }),
  ]);

const at = (name, value) => () => ({ [`at.claims.${name}`]: value });

/** For op.accessToken({ audience }) at a server that accepts bearer tokens with that audience. */
export const accessTokens = [
  accept('a good one', () => ({})),
  accept(
    'aud as a list',
    at('aud', (aud) => [aud, 'https://other.example']),
  ),
  reject('aud of another', at('aud', 'https://other.example')),
  reject('aud absent', at('aud', undefined)),
  reject('iss of another', at('iss', 'https://evil.example')),
  reject('iss absent', at('iss', undefined)),
  reject('exp absent', at('exp', undefined)),
  reject(
    'exp in the past',
    at('exp', (old, { now }) => now - 120),
  ),
  reject('sub absent', at('sub', undefined)),
  reject('typ of an id_token', () => ({ 'at.hdr.typ': 'JWT' })),
  reject('typ absent', () => ({ 'at.hdr.typ': undefined })),
  reject('alg none', () => ({ 'at.hdr.alg': 'none', 'at.sig': 'empty' })),
  reject('a flipped signature', () => ({ 'at.sig': 'flipped' })),
  reject('HS256 with the public key', () => ({ 'at.hdr.alg': 'HS256', 'at.sig': 'hs-pem' })),
];

/** For an opaque op.accessToken({ jwt: false }) at a server that introspects. */
export const introspection = [
  accept('active', () => ({})),
  reject('active as text', () => ({ 'introspect.active': 'true' })),
  reject('active a number', () => ({ 'introspect.active': 1 })),
  reject('active absent', () => ({ 'introspect.active': undefined })),
  reject('not active', () => ({ 'introspect.active': false })),
  reject('iss of another', () => ({ 'introspect.iss': 'https://evil.example' })),
  reject('aud of another', () => ({ 'introspect.aud': 'https://other.example' })),
  reject('exp in the past', () => ({ 'introspect.exp': 1 })),
  fault('HTML', 'introspect.html'),
  fault('status 500', 'introspect.500'),
];

const email =
  (address, verified = true) =>
  () => ({ 'userinfo.email': address, 'userinfo.email_verified': verified });

/** Under a rule that lets in verified addresses of example.com only. */
export const emails = [
  accept('a verified address', email('alice@example.com')),
  reject('not verified', email('alice@example.com', false)),
  reject('verified absent', email('alice@example.com', undefined)),
  reject('verified a number', email('alice@example.com', 1)),
  ...[
    'alice@example.com@evil.example',
    'alice@evil.example@example.com',
    'alice@evilexample.com',
    'alice@example.com.evil.example',
    '"x@example.com"@evil.example',
    'alice@sub.example.com',
    'alice@example.com ',
    'alice@example.com\n',
    'alice@ex\u0430mple.com',
    'example.com',
    '@example.com',
    'alice@',
    '',
    5,
    null,
    ['alice@example.com'],
  ].map((value) => reject(`address ${show(value)}`, email(value))),
];
