// SPDX-License-Identifier: Apache-2.0
// Attack rows about algorithms, keys, and the shape of tokens and documents.
import { certificate } from '../lib/certificate.mjs';
import { serialisations, signatures } from './forge.mjs';
import { sharedKey } from './jose.mjs';
import { deep, raw, wide } from './json.mjs';
import { accept, claim, fault, header, reject, show } from './rows.mjs';

const stranger = {
  prepare: async (op) => {
    op.stranger = await sharedKey('rsa', 'stranger');
  },
};

/** Signed by a key of the attacker's, with these header members. */
const byStranger = (members) => (op) => ({
  'idt.key': op.stranger,
  ...Object.fromEntries(Object.entries(members(op)).map(([name, value]) => [`idt.hdr.${name}`, value])),
});

export const algorithms = [
  ...['none', 'None', 'nOnE', '', undefined, null, 5, ['RS256']].map((alg) =>
    reject(`alg ${show(alg)} without a signature`, () => ({ 'idt.hdr.alg': alg, 'idt.sig': 'empty' })),
  ),
  reject('alg none with a good signature', header('alg', 'none')),
  reject('alg rs256 in small letters', header('alg', 'rs256')),
  ...Object.keys(signatures)
    .filter((name) => name.startsWith('hs-') && name !== 'hs-client-secret')
    .map((sig) => reject(`HS256 with ${sig}`, () => ({ 'idt.hdr.alg': 'HS256', 'idt.sig': sig }))),
  reject('HS256 with the client secret', () => ({ 'idt.alg': 'HS256' })),
  reject('PS256 by a key for RS256', () => ({
    'idt.alg': 'PS256',
    'jwks.keys': (keys) => keys.map((key) => (key.kty === 'RSA' ? { ...key, alg: 'RS256' } : key)),
  })),
  reject('ES256 in the header, RSA signature', header('alg', 'ES256')),
  ...['flipped', 'empty', 'short', 'long'].map((sig) => reject(`${sig} signature`, () => ({ 'idt.sig': sig }))),
  ...['ec-zero', 'ec-order', 'ec-der', 'short', 'long', 'flipped'].map((sig) =>
    reject(`ES256 ${sig}`, () => ({ 'idt.key': 'ec', 'idt.sig': sig })),
  ),
  accept('ES256', () => ({ 'idt.key': 'ec' })),
  accept('EdDSA', () => ({ 'idt.key': 'ed' })),
  reject('EdDSA flipped', () => ({ 'idt.key': 'ed', 'idt.sig': 'flipped' })),
];

export const keys = [
  reject(
    "a stranger's key with our kid",
    byStranger((op) => ({ kid: op.keys[0].kid })),
    stranger,
  ),
  reject(
    'embedded jwk',
    byStranger((op) => ({ jwk: op.stranger.jwk, kid: undefined })),
    stranger,
  ),
  reject(
    'jku',
    byStranger((op) => ({ jku: `${op.canary.url}/jwks` })),
    { ...stranger, canary: true },
  ),
  reject(
    'x5u',
    byStranger((op) => ({ x5u: `${op.canary.url}/cert` })),
    { ...stranger, canary: true },
  ),
  reject(
    'x5c, self-signed',
    byStranger((op) => ({
      x5c: [certificate({ name: 'evil', keys: op.stranger }).der.toString('base64')],
      kid: undefined,
    })),
    stranger,
  ),
  ...[
    '../../../../etc/passwd',
    "' OR 1=1 --",
    '%00',
    'x\nFAKE: logged line',
    'x'.repeat(2 ** 20),
    7,
    { a: 1 },
    null,
    '',
  ].map((kid) => reject(`kid ${show(kid).slice(0, 30)}`, header('kid', kid))),
  reject('kid with NUL', (op) => ({ 'idt.hdr.kid': `${op.keys[0].kid}\0x` })),
  accept('decoys with the same kid', (op) => op.settingsOf('jwks.decoy')),
  fault('two keys with one kid, kty and alg', 'jwks.dupkid'),
  reject('a symmetric key in the set', (op) => ({
    ...op.settingsOf('jwks.oct', Buffer.from('x'.repeat(32)).toString('base64url')),
    'idt.hdr.alg': 'HS256',
    'idt.hdr.kid': 'oct',
    'idt.sig':
      () =>
      ({ input }) =>
        signatures.right({ alg: 'HS256', key: Buffer.from('x'.repeat(32)), input }),
  })),
  fault('private members in the set', 'jwks.private'),
  fault('public exponent 1', 'jwks.e1'),
  fault('even public exponent', 'jwks.even_e'),
  fault('modulus of 16384 bits', 'jwks.16384'),
  fault('no keys', 'jwks.empty'),
  reject('a point off the curve', (op) => ({ ...op.settingsOf('jwks.off_curve'), 'idt.key': 'ec' })),
  reject('RSA of 1024 bits', (op) => ({ 'idt.key': op.small, 'jwks.keys': (set) => [op.small.jwk, ...set] }), {
    prepare: async (op) => {
      op.small = await sharedKey('rsa1024');
    },
  }),
  reject(
    'ES256 by a P-384 key',
    (op) => ({
      'idt.key': op.wide,
      'idt.hdr.alg': 'ES256',
      'jwks.keys': (set) => [{ ...op.wide.jwk, alg: 'ES256' }, ...set],
    }),
    {
      prepare: async (op) => {
        op.wide = await sharedKey('ec384');
      },
    },
  ),
];

export const shapes = [
  ...Object.keys(serialisations)
    .filter((ser) => ser !== 'compact')
    .map((ser) => reject(`serialised: ${ser}`, () => ({ 'idt.ser': ser }))),
  ...[
    ['crit b64', { crit: ['b64'], b64: false }],
    ['crit exp', { crit: ['exp'] }],
    ['crit empty', { crit: [] }],
    ['b64 false', { b64: false }],
  ].map(([name, members]) =>
    reject(name, () => Object.fromEntries(Object.entries(members).map(([key, value]) => [`idt.hdr.${key}`, value]))),
  ),
  ...['at+jwt', 'logout+jwt', 'dpop+jwt', 'client-authentication+jwt'].map((typ) =>
    reject(`typ ${typ}`, header('typ', typ)),
  ),
  accept('no typ', header('typ', undefined)),
  reject('an event inside', claim('events', { 'http://schemas.openid.net/event/backchannel-logout': {} })),
  reject('JWE with compression', () => ({
    'idt.hdr.alg': 'RSA-OAEP',
    'idt.hdr.enc': 'A256GCM',
    'idt.hdr.zip': 'DEF',
    'idt.ser': 'five-parts',
  })),
  reject('JWE by password', () => ({
    'idt.hdr.alg': 'PBES2-HS256+A128KW',
    'idt.hdr.p2c': 2 ** 31,
    'idt.hdr.enc': 'A128GCM',
    'idt.ser': 'five-parts',
  })),
  reject('header of 1 MB', header('pad', 'x'.repeat(2 ** 20))),
  reject('payload of 100 kB', () => ({ 'idt.pad': 100000 })),
  reject('payload of 10 MB', () => ({ 'idt.pad': 10 * 2 ** 20 })),
  ...['idt.hdr', 'idt.claims', 'jwks', 'disc', 'token', 'userinfo'].flatMap((point) => [
    reject(`deep JSON in ${point}`, () => ({ [`${point}.deep`]: deep(100000) })),
    reject(`wide JSON in ${point}`, () => ({ [`${point}.wide`]: wide(5000) })),
    reject(`a name twice in ${point}`, () => ({
      [`${point}.$more`]: [
        ['x', 1],
        ['x', 2],
      ],
    })),
    reject(`trailing text in ${point}`, () => ({ [`${point}.$text`]: (text) => `${text}x` })),
    reject(`a second object in ${point}`, () => ({ [`${point}.$text`]: (text) => `${text}{}` })),
    reject(`the end missing in ${point}`, () => ({ [`${point}.$text`]: (text) => text.slice(0, -1) })),
    reject(`a byte order mark in ${point}`, () => ({ [`${point}.$text`]: (text) => `\xef\xbb\xbf${text}` })),
    reject(`UTF-16 in ${point}`, () => ({
      [`${point}.$text`]: (text) => Buffer.from(text, 'utf16le').toString('latin1'),
    })),
    reject(`invalid UTF-8 in ${point}`, () => ({ [`${point}.x`]: raw(Buffer.from([0x22, 0xc3, 0x28, 0x22])) })),
    reject(`overlong UTF-8 in ${point}`, () => ({ [`${point}.x`]: raw(Buffer.from([0x22, 0xc0, 0xaf, 0x22])) })),
    reject(`a lone surrogate in ${point}`, () => ({ [`${point}.x`]: raw('"\\ud800"') })),
    reject(`\\u0000 in ${point}`, () => ({ [`${point}.x`]: 'a\0b' })),
    reject(`a raw NUL in ${point}`, () => ({ [`${point}.x`]: raw('"a\0b"') })),
    reject(`a raw newline in ${point}`, () => ({ [`${point}.x`]: raw('"a\nb"') })),
    reject(`an array as ${point}`, () => ({ [`${point}.$text`]: (text) => `[${text}]` })),
    reject(`nothing as ${point}`, () => ({ [`${point}.$text`]: () => '' })),
  ]),
  reject('sub twice', () => ({ 'idt.claims.$more': [['sub', 'admin']] })),
  accept('SUB beside sub', claim('SUB', 'admin'), { user: 'u-1001' }),
];
