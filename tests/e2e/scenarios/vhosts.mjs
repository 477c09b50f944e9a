// SPDX-License-Identifier: Apache-2.0
// Several virtual hosts: their own providers, their own addresses, one store and one key file. With TLS, as on the net.
import assert from 'node:assert/strict';
import net from 'node:net';
import tls from 'node:tls';
import { codeOf, cookieOf, isSession } from '../lib/attempt.mjs';
import { certificate } from '../lib/certificate.mjs';
import { request } from '../lib/http.mjs';
import { follow, signIn } from '../lib/navigate.mjs';
import { freePort, listen } from '../lib/ports.mjs';
import { each } from '../lib/rows.mjs';
import { secret } from '../lib/site.mjs';
import * as realProvider from '../provider.mjs';

const names = ['a.example', 'www.a.example', 'b.example', 'shop.example'];
const { cert, key } = certificate({ names });
const trusting = { ca: cert };
const files = { 'tls.pem': `${cert}${key}` };

const host = (server, port, lines) => `<VirtualHost *:${port}>
DocumentRoot ${server.path('htdocs')}
SSLEngine on
SSLCertificateFile ${server.path('tls.pem')}
<Location "/app">
AuthType goauth2
Require valid-user
</Location>
ScriptAlias /cgi-bin/ "${server.path('cgi-bin')}/"
<Location "/cgi-bin">
AuthType goauth2
Require valid-user
</Location>
${lines}
</VirtualHost>`;

/** a.example and b.example on one port, each with a provider of its own, where nobody has to type. */
async function twoHosts(t, start, { linesOfA = '', main = () => '' } = {}) {
  const port = await freePort();
  const at = (name, path = '/') => `https://${name}:${port}${path}`;
  const registered = (name) => ({ redirect_uris: [at(name, '/oauth2callback')] });
  const second = await realProvider.start({
    autoLogin: 'bob',
    consent: false,
    clients: [{ client_id: 'app-b', client_secret: secret, ...registered('b.example') }],
  });
  t.after(() => second.close());
  const site = await start(t, {
    provider: { autoLogin: 'alice' },
    client: registered('a.example'),
    clientLines: main,
    locations: {},
    apache: { modules: ['ssl', 'socache_shmcb'], files },
    more: ({ server, op }) => `Listen 127.0.0.1:${port} https
${host(server, port, `ServerName a.example:${port}\nServerAlias www.a.example\n${client(op, 'app')}\n${linesOfA}`)}
${host(server, port, `ServerName b.example:${port}\n${client(second, 'app-b')}`)}`,
  });
  return { site, second, at };
}

const client = (op, id) => `GOAuth2Issuer ${op.issuer}\nGOAuth2ClientID ${id}\nGOAuth2ClientSecret ${secret}`;

async function apart(t, start) {
  const { site, second, at } = await twoHosts(t, start);
  const jar = site.jar();
  const get = (name, options) => request({ url: at(name, '/cgi-bin/env'), jar, ...trusting, ...options });
  const go = (name) => follow({ url: at(name, '/cgi-bin/env'), jar, ...trusting });
  const here = await go('a.example');
  assert.equal(here.url, at('a.example', '/cgi-bin/env'));
  assert.match(here.response.text, /^REMOTE_USER=u-1001$/m);
  const [line] = here.hops
    .flatMap(({ response }) => response.all('set-cookie'))
    .filter((set) => isSession(cookieOf(set)));
  assert.match(line, /^__Host-goauth2=[\w-]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/);

  assert.equal((await get('b.example')).status, 401, 'a browser keeps cookies apart');
  const carried = { jar: undefined, headers: { Cookie: jar.header(at('a.example')) } };
  assert.equal((await get('a.example', carried)).status, 200);
  assert.equal((await get('b.example', carried)).status, 401, 'and so does the gate');
  assert.equal(second.hits.token, undefined);
  const there = await go('b.example');
  assert.match(there.response.text, /^REMOTE_USER=u-1002$/m);
  assert.equal(site.op.hits.token, 1);
  assert.equal((await get('a.example')).status, 200);
}

/** The main server's lines are for hosts that have none, and for nobody else. */
async function ownProvider(t, start) {
  const main = ({ op }) =>
    `${client(op, 'app')}\nGOAuth2AuthURI ${op.issuer}/authorize\nGOAuth2TokenURI ${op.issuer}/token`;
  const { site, second, at } = await twoHosts(t, start, { main });
  const { response } = await follow({ url: at('b.example', '/cgi-bin/env'), jar: site.jar(), ...trusting });
  assert.match(response.text, /^REMOTE_USER=u-1002$/m);
  assert.deepEqual(site.op.hits, {}, 'neither the browser nor the code or the secret came to the other provider');
  assert.equal(second.hits.token, 1);
}

async function stateOfAnother(t, start) {
  const { site, at } = await twoHosts(t, start);
  const jar = site.jar();
  const isCallback = ({ response }) => response.location?.includes('/oauth2callback?');
  const { response } = await follow({ url: at('a.example', '/app/'), jar, ...trusting, until: isCallback });
  const url = response.location.replace('//a.example:', '//b.example:');
  const binding = { Cookie: jar.header(at('a.example')), Accept: 'text/html' };
  assert.equal(codeOf(await request({ url, headers: binding, ...trusting })), 'STATE_INVALID');
}

/** The address that is registered at the provider is ServerName's. */
async function alias(t, start) {
  const { site, at } = await twoHosts(t, start);
  const jar = site.jar();
  const here = await follow({ url: at('www.a.example', '/app/page.html?x=1'), jar, ...trusting });
  assert.equal(new URL(here.url).hostname, 'a.example');
  assert.equal(codeOf(here.response), 'BINDING', 'the cookie is at the other address');
  assert.match(site.server.errorLog(), /the sign-in began at another address than https:\/\/a\.example/);
  const [, again] = /<a class="go" href="([^"]+)">Try again/.exec(here.response.text);
  const there = await follow({ url: new URL(again, here.url).href, jar, initiator: here.url, ...trusting });
  assert.equal(there.url, at('a.example', '/app/page.html?x=1'));
  assert.equal(there.response.status, 200);
}

async function sharedDomain(t, start) {
  const { site, at } = await twoHosts(t, start, { linesOfA: 'GOAuth2CookieDomain a.example' });
  const jar = site.jar();
  const here = await follow({ url: at('a.example', '/app/page.html'), jar, ...trusting });
  assert.equal(here.response.status, 200);
  assert.ok(jar.names().includes('__Secure-goauth2'));
  assert.equal((await request({ url: at('www.a.example', '/app/page.html'), jar, ...trusting })).status, 200);
}

/** What stands in front of httpd and speaks TLS for it. */
async function tlsProxy(t, port) {
  const server = tls.createServer({ cert, key }, (socket) => {
    const upstream = net.connect(port, '127.0.0.1');
    for (const end of [socket, upstream]) end.on('error', () => [socket, upstream].forEach((one) => one.destroy()));
    socket.pipe(upstream).pipe(socket);
  });
  t.after(() => server.close());
  return listen(server);
}

async function behindProxy(t, start) {
  const [inner, outer] = [await freePort(), { port: 0 }];
  outer.port = await tlsProxy(t, inner);
  const base = `https://shop.example:${outer.port}`;
  const site = await start(t, {
    client: { redirect_uris: [`${base}/oauth2callback`] },
    lines: `GOAuth2BaseURL ${base}`,
    apache: { port: inner },
  });
  const jar = site.jar();
  const here = await signIn(jar, `${base}/app/page.html?x=1`, 'alice', trusting);
  assert.equal(here.url, `${base}/app/page.html?x=1`);
  assert.equal(here.response.status, 200);
  assert.ok(jar.get('__Host-goauth2').secure);
  const told = (await request({ url: `${base}/api/x`, ...trusting })).json();
  assert.ok(told.login_url.startsWith(`${base}/oauth2authorize?`));
}

async function withoutTls(t, start) {
  const port = await freePort();
  const site = await start(t, {
    more: `<VirtualHost *:${port}>
ServerName shop.example
<Location "/app">
AuthType goauth2
</Location>
</VirtualHost>
Listen 127.0.0.1:${port}`,
  });
  const response = await request({ url: `http://shop.example:${port}/app/`, headers: { Accept: 'text/html' } });
  assert.equal(response.status, 403);
  assert.equal(codeOf(response), 'INSECURE');
  assert.deepEqual(response.all('set-cookie'), []);
  assert.equal((await site.open(site.jar(), '/app/')).status, 302, 'this machine itself may');
}

/** Sections of the main server guard every virtual host's pages, too: what they send no client may. */
async function headersOfMain(t, start) {
  const port = await freePort();
  const site = await start(t, {
    locations: { '/api': 'AuthType goauth2\nGOAuth2Header X-Team claim:preferred_username' },
    more: ({ backend }) => `Listen 127.0.0.1:${port}
<VirtualHost 127.0.0.1:${port}>
ServerName 127.0.0.1
GOAuth2Message "Ask the front desk."
ProxyPass "/open/" "${backend.url}/"
ProxyPass "/api/" "${backend.url}/"
</VirtualHost>`,
  });
  const forged = ['X-Team', 'x-team', 'X_Team', 'X-Auth-Request-User'].map((name) => [name, 'admins']);
  await each([site.server.port, port], async (at) => {
    site.backend.requests.length = 0;
    const response = await request({ url: `http://127.0.0.1:${at}/open/x`, headers: forged });
    assert.equal(response.status, 200);
    assert.doesNotMatch(JSON.stringify(site.backend.last.headers), /admins/);
  });
  assert.equal((await request({ url: `http://127.0.0.1:${port}/api/x`, headers: forged })).status, 401);
}

/** A virtual host without a line of ours is under the main server's lines, but at its own address. */
async function withoutLines(t, start) {
  const port = await freePort();
  const host = (name) =>
    `<VirtualHost 127.0.0.1:${port}>\nServerName ${name}\nDocumentRoot "\${htdocs}"\n</VirtualHost>\n`;
  const site = await start(t, {
    more: ({ server }) =>
      `Listen 127.0.0.1:${port}\n${host('shop.example')}${host('https://sale.example:443')}`.replaceAll(
        '${htdocs}',
        server.path('htdocs'),
      ),
  });
  const get = (name, path) => {
    const headers = [
      ['Host', name],
      ['Accept', 'text/html'],
    ];
    return request({ url: `http://127.0.0.1:${port}${path}`, headers });
  };
  const shop = await get('shop.example', '/app/page.html');
  assert.deepEqual([shop.status, codeOf(shop), shop.all('set-cookie')], [403, 'INSECURE', []]);
  const sale = await get('sale.example', '/app/page.html');
  assert.equal(sale.status, 302);
  assert.equal(new URL(sale.location).searchParams.get('redirect_uri'), 'https://sale.example/oauth2callback');
  assert.equal((await site.open(site.jar(), '/app/page.html')).status, 302, 'this machine itself may');
}

export default [
  { name: 'two hosts with different providers share a store, and no session crosses', run: apart },
  { name: "a host's own provider has nothing of the main server's", run: ownProvider },
  { name: "a sign-in of one host's address is nothing at the other's", run: stateOfAnother },
  { name: 'a sign-in that begins at a ServerAlias ends at ServerName, by way of a page that says why', run: alias },
  { name: 'GOAuth2CookieDomain lets a session count at every host of a domain', run: sharedDomain },
  { name: "headers that the main server's sections send come from no client of a virtual host", run: headersOfMain },
  { name: 'a virtual host without lines of its own is judged by its own address', run: withoutLines },
  { name: 'GOAuth2BaseURL is the address where TLS ends before httpd', run: behindProxy },
  { name: 'without TLS and off this machine nobody signs in', run: withoutTls },
];
