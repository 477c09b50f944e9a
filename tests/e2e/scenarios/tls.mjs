// SPDX-License-Identifier: Apache-2.0
// The way to the provider: certificates, proxies that were not asked for, and addresses that nobody outside may make
// this machine ask.
import assert from 'node:assert/strict';
import http from 'node:http';
import net from 'node:net';
import { assertRefused, assertSignedIn, attempt } from '../lib/attempt.mjs';
import { certificate } from '../lib/certificate.mjs';
import { listen } from '../lib/ports.mjs';
import { startRealms } from '../lib/realms.mjs';
import { each } from '../lib/rows.mjs';

const day = 86400e3;
const authority = certificate({ name: 'The test authority', ca: true });
const unknown = certificate({ name: 'Nobody knows this one', ca: true });
const right = certificate({ issuer: authority, names: ['127.0.0.1', 'provider.example'] });

/** What the provider's TLS is like; only a right certificate by the authority of GOAuth2CAFile will do. */
const identities = [
  ['signed by itself', certificate({ names: ['127.0.0.1'] })],
  ['by an authority that is not trusted', certificate({ issuer: unknown, names: ['127.0.0.1'] })],
  ['for another name', certificate({ issuer: authority, names: ['other.example'] })],
  ['for another address', certificate({ issuer: authority, names: ['127.0.0.2'] })],
  ['without a name but the common one', certificate({ issuer: authority, name: '127.0.0.1', names: ['x.example'] })],
  ['for a wildcard', certificate({ issuer: authority, names: ['*', '*.0.0.1'] })],
  [
    'expired',
    certificate({ issuer: authority, from: new Date(Date.now() - 9 * day), to: new Date(Date.now() - day) }),
  ],
  ['not yet valid', certificate({ issuer: authority, from: new Date(Date.now() + day) })],
  ['signed by a certificate that may not', certificate({ issuer: right, names: ['127.0.0.1'] })],
].map(([name, { cert, key }]) => ({ name, options: { cert, key } }));

const versions = ['TLSv1', 'TLSv1.1'].map((version) => ({
  name: `no more than ${version}`,
  options: { ...right, minVersion: 'TLSv1', maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' },
}));

/** A provider with TLS, and a site that trusts the test authority for it. */
const startTls = (t, start, count, { lines = '', ...more } = {}) =>
  startRealms(t, start, count, {
    lines: (server) => `GOAuth2CAFile ${server.path('authority.pem')}\n${lines}`,
    ...more,
    provider: { tls: { cert: right.cert, key: right.key }, ...more.provider },
    apache: { ...more.apache, files: { 'authority.pem': authority.cert } },
  });

/** The browser of these tests does not mind what certificates the provider has. */
const visitor = { rejectUnauthorized: false };

async function checkIdentity(site, { options }, path) {
  await site.op.reset();
  site.op.server.setSecureContext(options);
  site.op.server.closeAllConnections();
  assertRefused(await attempt(site, path, visitor), 'PROVIDER_DOWN');
  assert.deepEqual(site.op.hits, {}, 'nothing was asked');
}

/** A proxy that connects to this machine whatever name it is asked for. */
async function startProxy(t, port) {
  const asked = [];
  const server = http.createServer((request, response) => {
    asked.push(request.url);
    response.writeHead(403).end();
  });
  server.on('connect', (request, client, head) => {
    asked.push(request.url);
    const upstream = net.connect(port(), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    for (const socket of [client, upstream]) socket.on('error', () => socket.destroy());
  });
  const url = `http://127.0.0.1:${await listen(server)}`;
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url, asked };
}

/** Spellings of this machine and of networks that are nobody's from outside. */
const inner = [
  ...['127.0.0.1', '127.1.2.3', 'localhost', 'LOCALHOST', '[::1]', '[::ffff:127.0.0.1]', '[::127.0.0.1]', '0.0.0.0'],
  ...['10.0.0.1', '172.16.0.1', '192.168.1.1', '100.64.0.1', '169.254.169.254', '[fe80::1]', '[fd00::1]', '[::]'],
  ...['[64:ff9b::7f00:1]', '[2002:7f00:1::]', '192.0.0.192', '224.0.0.1', '255.255.255.255'],
].map((host) => ({ name: host, host, code: 'PROVIDER_DOWN' }));

/** Spellings that only some programs read as an address: no URL that is accepted. */
const odd = ['0x7f.1', '0x7f000001', '2130706433', '0177.0.0.1', '127.1', 'localhost.', '127.0.0.1.'].map((host) => ({
  name: host,
  host,
  code: 'PROVIDER_BAD',
}));

/** The issuer is out there, behind a proxy; its token endpoint claims to be in here. */
async function checkAddress(site, { host, code }, path, proxy) {
  const { op } = site;
  await op.reset();
  op.set('disc.token_endpoint', (url) => url.replace('provider.example', host));
  assertRefused(await attempt(site, path, visitor), code);
  assert.equal(op.hits.token, undefined);
  const others = proxy.asked.filter((target) => target !== `provider.example:${op.port}`);
  assert.deepEqual(others, [], 'the proxy is not asked for that address either');
}

export default [
  {
    name: 'a provider whose certificate or TLS is wrong is not asked anything',
    async run(t, start) {
      const rows = [...identities, ...versions];
      const site = await startTls(t, start, rows.length + 2);
      await each(rows, (row, i) => checkIdentity(site, row, site.realm(i)));
      site.op.server.setSecureContext({ cert: right.cert, key: right.key });
      await site.op.reset();
      assertSignedIn(await attempt(site, site.realm(rows.length), visitor));
      const path = site.realm(rows.length + 1);
      site.op.set('disc.token_endpoint', (url) => url.replace('https:', 'http:'));
      assertRefused(await attempt(site, path, visitor), 'PROVIDER_BAD');
    },
  },
  {
    name: 'what the environment says of proxies, passwords and certificates changes nothing',
    async run(t, start) {
      const proxy = await startProxy(t, () => 9);
      const names = ['http_proxy', 'https_proxy', 'all_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'];
      const site = await startTls(t, start, 1, {
        apache: {
          env: { ...Object.fromEntries(names.map((name) => [name, proxy.url])), NO_PROXY: '', HOME: '/nowhere' },
        },
      });
      const path = site.realm(0);
      assertSignedIn(await attempt(site, path, { ...visitor, headers: [['Proxy', proxy.url]] }));
      assert.deepEqual(proxy.asked, []);
    },
  },
  {
    name: 'metadata from outside cannot send this machine to itself or to its own networks, in any spelling',
    async run(t, start) {
      const rows = [...inner, ...odd];
      let port;
      const proxy = await startProxy(t, () => port);
      const site = await startTls(t, start, rows.length + 1, {
        lines: `GOAuth2Proxy ${proxy.url}`,
        provider: { issuerHost: 'provider.example' },
      });
      port = site.op.port;
      assertSignedIn(await attempt(site, site.realm(rows.length), visitor));
      await each(rows, (row, i) => checkAddress(site, row, site.realm(i), proxy));
    },
  },
];
