// SPDX-License-Identifier: Apache-2.0
// X.509 certificates for tests, written as DER by hand: for TLS servers with every kind of fault, for x5c, and for the
// map of kid to PEM that Google serves.
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import net from 'node:net';

function der(tag, ...parts) {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)));
  if (body.length < 128) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const length = Buffer.from(body.length.toString(16).replace(/^(.(..)*)$/, '0$1'), 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, body]);
}

const sequence = (...parts) => der(0x30, ...parts);
const integer = (bytes) => der(0x02, bytes[0] & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);

function oid(text) {
  const [first, second, ...rest] = text.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const number of rest) {
    const digits = [number & 0x7f];
    for (let high = number >> 7; high > 0; high >>= 7) digits.unshift(0x80 | (high & 0x7f));
    bytes.push(...digits);
  }
  return der(0x06, bytes);
}

const commonName = (name) => sequence(der(0x31, sequence(oid('2.5.4.3'), der(0x0c, Buffer.from(name, 'utf8')))));
const time = (date) => der(0x18, date.toISOString().replace(/[-:T]/g, '').replace(/\.\d+/, ''));
const extension = (id, critical, value) =>
  sequence(oid(id), ...(critical ? [der(0x01, [0xff])] : []), der(0x04, value));

function alternativeNames(names) {
  return sequence(
    ...names.map((name) => {
      if (net.isIPv4(name)) return der(0x87, name.split('.').map(Number));
      // The only IPv6 address that tests use is ::1.
      if (net.isIPv6(name)) return der(0x87, Buffer.concat([Buffer.alloc(15), Buffer.from([1])]));
      return der(0x82, Buffer.from(name, 'latin1'));
    }),
  );
}

const algorithms = {
  ec: sequence(oid('1.2.840.10045.4.3.2')),
  rsa: sequence(oid('1.2.840.113549.1.1.11'), der(0x05)),
};

function toPem(bytes) {
  return `-----BEGIN CERTIFICATE-----\n${bytes
    .toString('base64')
    .replace(/(.{64})/g, '$1\n')
    .trimEnd()}\n-----END CERTIFICATE-----\n`;
}

/**
 * Make one: { cert (PEM), der, key (PEM), privateKey, name }.
 *   name       common name
 *   names      DNS names and addresses it is for
 *   issuer     what this function returned for the signer; without it, self-signed
 *   ca         may it sign others?
 *   from, to   Dates; default: yesterday until in a year
 *   keys       { privateKey, publicKey } to use instead of a new P-256 key
 */
export function certificate({
  name = 'localhost',
  names = ['localhost', '127.0.0.1', '::1'],
  issuer,
  ca = false,
  from = new Date(Date.now() - 86400e3),
  to = new Date(Date.now() + 365 * 86400e3),
  keys = generateKeyPairSync('ec', { namedCurve: 'P-256' }),
} = {}) {
  const { privateKey, publicKey } = keys;
  const signer = issuer?.privateKey ?? privateKey;
  const algorithm = algorithms[signer.asymmetricKeyType];
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const keyId = createHash('sha1').update(spki).digest();
  const extensions = [
    extension('2.5.29.19', true, sequence(...(ca ? [der(0x01, [0xff])] : []))),
    extension('2.5.29.15', true, der(0x03, ca ? [1, 0x06] : [7, 0x80])),
    extension('2.5.29.14', false, der(0x04, keyId)),
    extension('2.5.29.35', false, sequence(der(0x80, issuer?.keyId ?? keyId))),
    ...(names.length && !ca ? [extension('2.5.29.17', false, alternativeNames(names))] : []),
  ];
  const serial = randomBytes(12);
  serial[0] = (serial[0] & 0x7f) | 0x40;
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(serial),
    algorithm,
    commonName(issuer?.name ?? name),
    sequence(time(from), time(to)),
    commonName(name),
    spki,
    der(0xa3, sequence(...extensions)),
  );
  const bytes = sequence(body, algorithm, der(0x03, [0], sign('sha256', body, signer)));
  return {
    name,
    keyId,
    der: bytes,
    cert: toPem(bytes),
    privateKey,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  };
}
