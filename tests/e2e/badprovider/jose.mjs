// SPDX-License-Identifier: Apache-2.0
// Keys of the bad provider, and signatures: the right ones.
import {
  constants,
  createHmac,
  createPublicKey,
  generateKeyPair,
  sign as cryptoSign,
  verify as cryptoVerify,
} from 'node:crypto';
import { promisify } from 'node:util';

const generate = promisify(generateKeyPair);

const kinds = {
  rsa: ['RS256', () => generate('rsa', { modulusLength: 2048 })],
  ec: ['ES256', () => generate('ec', { namedCurve: 'P-256' })],
  ed: ['EdDSA', () => generate('ed25519', {})],
  ec384: ['ES384', () => generate('ec', { namedCurve: 'P-384' })],
  ec521: ['ES512', () => generate('ec', { namedCurve: 'P-521' })],
  k1: ['ES256K', () => generate('ec', { namedCurve: 'secp256k1' })],
  rsa1024: ['RS256', () => generate('rsa', { modulusLength: 1024 })],
};

let count = 0;

/** A new key: { kind, kid, alg, privateKey, publicKey, jwk (public, with kid, use and, unless RSA, alg) }. */
export async function newKey(kind = 'rsa', kid = undefined) {
  const [alg, make] = kinds[kind];
  const { privateKey, publicKey } = await make();
  count += 1;
  const name = kid ?? `${kind}-${count}`;
  const jwk = {
    ...publicKey.export({ format: 'jwk' }),
    kid: name,
    use: 'sig',
    ...(kind.startsWith('rsa') ? {} : { alg }),
  };
  return { kind, kid: name, alg, privateKey, publicKey, jwk };
}

export const privateJwk = (key) => ({ ...key.privateKey.export({ format: 'jwk' }), kid: key.kid, use: 'sig' });

const shared = new Map();

/** Making RSA keys takes long: the first of each kind is made once per process. */
export function sharedKey(kind, kid = kind) {
  if (!shared.has(`${kind} ${kid}`)) shared.set(`${kind} ${kid}`, newKey(kind, kid));
  return shared.get(`${kind} ${kid}`);
}

export const b64 = (bytes) => Buffer.from(bytes).toString('base64url');

const hashOf = (alg) => `sha${alg === 'ES256K' ? '256' : alg.slice(2)}`;

function signOptions(alg, key) {
  if (alg.startsWith('PS')) {
    return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
  }
  return alg.startsWith('ES') ? { key, dsaEncoding: 'ieee-p1363' } : key;
}

/** RFC 7518 and 8037. For HS*, `key` is the secret's bytes, otherwise a KeyObject. */
export function signature(alg, key, input) {
  if (alg === 'none') return Buffer.alloc(0);
  if (alg.startsWith('HS')) return createHmac(hashOf(alg), key).update(input).digest();
  if (alg === 'EdDSA') return cryptoSign(null, input, key);
  return cryptoSign(hashOf(alg), input, signOptions(alg, key));
}

/** Is the compact JWS signed by this public JWK? Used on what clients send. */
export function verifyCompact(jws, jwk, alg) {
  const [header, payload, signed] = jws.split('.');
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  const hash = alg === 'EdDSA' ? null : hashOf(alg);
  return cryptoVerify(
    hash,
    Buffer.from(`${header}.${payload}`),
    signOptions(alg, key),
    Buffer.from(signed, 'base64url'),
  );
}

/** Header and payload, unverified; empty objects when they cannot be read. */
export function decode(jws) {
  try {
    const [header, payload] = jws
      .split('.', 2)
      .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8')));
    return { header, payload: payload ?? {} };
  } catch {
    return { header: {}, payload: {} };
  }
}
