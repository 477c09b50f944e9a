// SPDX-License-Identifier: Apache-2.0
// Ways to make a JWS that no verifier may accept: what stands in place of the signature (sig), and what is done to
// the finished token (ser).
import { createHmac } from 'node:crypto';
import { b64, signature } from './jose.mjs';

const pem = (key, type) => key.publicKey.export({ type, format: 'pem' });
const der = (key, type) => key.publicKey.export({ type, format: 'der' });
const hmac =
  (secret) =>
  ({ input }) =>
    createHmac('sha256', secret).update(input).digest();
const withKey = (secretOf) => (job) => hmac(secretOf(job.key, job))(job);

const order = {
  ES256: 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551',
};

function derEcdsa(bytes) {
  const integer = (half) => {
    const trimmed = Buffer.from(half.toString('hex').replace(/^(00)+/, ''), 'hex');
    const value = trimmed[0] & 0x80 ? Buffer.concat([Buffer.from([0]), trimmed]) : trimmed;
    return Buffer.concat([Buffer.from([2, value.length]), value]);
  };
  const body = Buffer.concat([
    integer(bytes.subarray(0, bytes.length / 2)),
    integer(bytes.subarray(bytes.length / 2)),
  ]);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}

/** job: { alg, key, input (bytes that are signed), clientSecret } -> signature bytes. The header's alg is separate. */
export const signatures = {
  right: ({ alg, key, input }) => signature(alg, key.privateKey ?? key, input),
  empty: () => Buffer.alloc(0),
  flipped: (job) => {
    const bytes = Buffer.from(signatures.right(job));
    bytes[bytes.length >> 1] ^= 1;
    return bytes;
  },
  short: (job) => signatures.right(job).subarray(0, -1),
  long: (job) => Buffer.concat([signatures.right(job), Buffer.from([0])]),
  // HMAC with something public in the place of a secret; the header must say HS256 too.
  'hs-pem': withKey((key) => pem(key, 'spki')),
  'hs-pem-trimmed': withKey((key) => pem(key, 'spki').trim()),
  'hs-der': withKey((key) => der(key, 'spki')),
  'hs-pkcs1-pem': withKey((key) => pem(key, 'pkcs1')),
  'hs-pkcs1-der': withKey((key) => der(key, 'pkcs1')),
  'hs-modulus': withKey((key) => Buffer.from(key.jwk.n, 'base64url')),
  'hs-modulus-text': withKey((key) => key.jwk.n),
  'hs-jwk': withKey((key) => JSON.stringify(key.jwk)),
  'hs-empty': withKey(() => ''),
  'hs-client-secret': withKey((key, { clientSecret }) => clientSecret),
  'ec-zero': () => Buffer.alloc(64),
  'ec-order': () => Buffer.from(order.ES256.repeat(2), 'hex'),
  'ec-der': (job) => derEcdsa(signatures.right(job)),
};

/** parts: [header, payload, signature] as base64url text -> the token as it is sent. */
export const serialisations = {
  compact: (parts) => parts.join('.'),
  'two-parts': (parts) => parts.slice(0, 2).join('.'),
  'four-parts': (parts) => [...parts, 'AAAA'].join('.'),
  'five-parts': (parts) => [parts[0], '', ...parts.slice(1), ''].join('.'),
  'six-parts': (parts) => [...parts, 'AA', 'AA', 'AA'].join('.'),
  'leading-dot': (parts) => `.${parts.join('.')}`,
  'trailing-dot': (parts) => `${parts.join('.')}.`,
  'empty-payload': ([header, , sig]) => `${header}..${sig}`,
  json: ([header, payload, sig]) => JSON.stringify({ payload, signatures: [{ protected: header, signature: sig }] }),
  flattened: ([header, payload, sig]) => JSON.stringify({ protected: header, payload, signature: sig }),
  padded: (parts) => parts.map((part) => part + '='.repeat((4 - (part.length % 4)) % 4)).join('.'),
  'standard-alphabet': (parts) => parts.map((part) => part.replace(/-/g, '+').replace(/_/g, '/')).join('.'),
  'space-inside': ([header, payload, sig]) => `${header}.${payload.slice(0, 4)} ${payload.slice(4)}.${sig}`,
  'newline-at-end': (parts) => `${parts.join('.')}\n`,
  'tail-bits': ([header, payload, sig]) => `${header}.${payload}.${withTailBits(sig)}`,
  nested: (parts) => `${b64('{"alg":"none","cty":"JWT"}')}.${b64(parts.join('.'))}.`,
};

/** The unused bits of the last character are set: decodes to the same bytes, but is not canonical. */
function withTailBits(part) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  if (part.length % 4 === 0) throw new Error('this part has no unused bits');
  return part.slice(0, -1) + alphabet[alphabet.indexOf(part.at(-1)) + 1];
}
