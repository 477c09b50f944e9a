// SPDX-License-Identifier: Apache-2.0
// Somebody without a session. A browser that opens a page is sent to sign in; everything else is told so and left
// alone: no redirect that a script cannot follow, no cookie, nothing of what is protected.
import assert from 'node:assert/strict';
import { parallel } from '../lib/http.mjs';
import { browserHeaders } from '../lib/navigate.mjs';
import { each } from '../lib/rows.mjs';
import { canary } from '../lib/site.mjs';

const html = { Accept: 'text/html,*/*' };
const webSocket = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

const told = [
  {
    name: 'a form that is posted',
    method: 'POST',
    headers: browserHeaders('navigation', 'same-origin'),
    body: 'a=1',
  },
  { name: 'fetch()', headers: browserHeaders('fetch', 'same-origin') },
  { name: 'fetch() of a page', headers: [...browserHeaders('fetch', 'same-origin'), ['Accept', 'text/html']] },
  { name: 'fetch() that posts', method: 'POST', headers: browserHeaders('fetch', 'same-origin'), body: '{}' },
  { name: 'XMLHttpRequest of an old script', headers: { ...html, 'X-Requested-With': 'XMLHttpRequest' } },
  { name: 'a picture', headers: browserHeaders('image', 'same-origin') },
  { name: 'a script', headers: browserHeaders('script', 'same-origin') },
  { name: 'a prefetched page', headers: browserHeaders('prefetch', 'same-origin') },
  { name: 'a WebSocket', headers: webSocket },
  { name: 'a WebSocket of a page', headers: { ...webSocket, 'Sec-Fetch-Mode': 'websocket', Accept: 'text/html' } },
  { name: 'a preflight', method: 'OPTIONS', headers: { Origin: 'https://other.example' } },
  { name: 'PUT', method: 'PUT', headers: html, body: 'x' },
  { name: 'DELETE', method: 'DELETE', headers: html },
  { name: 'PROPFIND', method: 'PROPFIND', headers: html },
  { name: 'an unknown method', method: 'BREW', headers: html },
  { name: 'curl', headers: { Accept: '*/*', 'User-Agent': 'curl/7.88.1' } },
  { name: 'a program that says nothing', headers: {} },
];

const redirected = [
  { name: 'a navigation', headers: browserHeaders() },
  { name: 'a link on another site', headers: browserHeaders('navigation', 'cross-site') },
  { name: 'a frame', headers: browserHeaders('iframe', 'same-origin') },
  { name: 'a browser without Fetch Metadata', headers: html },
  { name: 'HEAD', method: 'HEAD', headers: html },
];

function assertTold(site, path, response) {
  assert.equal(response.status, 401);
  assert.match(response.header('www-authenticate'), /^Bearer realm="http:\/\/127\.0\.0\.1:\d+"$/);
  assert.equal(response.header('content-type'), 'application/json');
  assert.equal(response.header('cache-control'), 'no-store');
  assert.deepEqual(response.all('set-cookie'), []);
  const { error, login_url: login, reference } = response.json();
  assert.equal(error, 'sign_in_required');
  assert.equal(login, site.at(`/oauth2authorize?return_url=${encodeURIComponent(path)}`));
  assert.match(reference, /^[2-9A-Z]{4}-[2-9A-Z]{4}$/);
}

async function everythingElse(t, start) {
  const site = await start(t);
  for (const path of ['/api/things?a=1&b=2', '/app/page.html']) {
    await each(told, async ({ name, ...request }) => assertTold(site, path, await site.get(path, request)));
  }
  assert.deepEqual(site.op.hits, {}, 'and the provider was not asked for anything');
  await each(redirected, async ({ name, ...request }) => {
    const response = await site.get('/app/page.html', request);
    assert.equal(response.status, 302);
    assert.ok(response.location.startsWith(`${site.op.issuer}/authorize?`));
    assert.ok(!response.text.includes(canary));
  });
  assert.equal(site.backend.requests.length, 0, 'the application heard of none of them');
}

async function loginUrl(t, start) {
  const site = await start(t);
  const { login_url: login } = (await site.get('/api/things?a=1&b=%2F')).json();
  const jar = site.jar();
  const here = await site.signIn(jar, login);
  assert.equal(here.url, site.at('/api/things?a=1&b=%2F'));
  assert.equal(here.response.status, 200);
}

async function onStranger(t, start) {
  const site = await start(t, {
    locations: {
      '/app': 'AuthType goauth2\nGOAuth2OnStranger redirect',
      '/api': 'AuthType goauth2\nGOAuth2OnStranger 401',
    },
  });
  const status = async (path, request) => (await site.get(path, request)).status;
  const get = { name: 'curl', headers: {} };
  for (const row of [...redirected, get]) assert.equal(await status('/app/page.html', row), 302, row.name);
  assert.equal(await status('/app/page.html', { headers: webSocket }), 302, 'every GET');
  for (const method of ['POST', 'PUT', 'OPTIONS', 'BREW']) {
    assert.equal(await status('/app/page.html', { method, headers: html }), 401, method);
  }
  for (const row of [...redirected, ...told]) assert.equal(await status('/api/x', row), 401, row.name);
}

/** Nobody reads what a stranger posts: a long body ends the connection, a short one does not. */
async function bodies(t, start) {
  const site = await start(t);
  const post = (bytes) => site.get('/api/x', { method: 'POST', body: Buffer.alloc(bytes, 'x') });
  const short = await post(1000);
  assert.equal(short.status, 401);
  const long = await post(300000).catch((error) => error);
  assert.ok(long.status === 401 || /ECONNRESET|EPIPE/.test(long.code), `${long.status ?? long.code}`);
  if (long.status) assert.match(long.header('connection') ?? '', /close/i);
  assert.equal(site.backend.requests.length, 0);
}

async function manyAtOnce(t, start) {
  const site = await start(t);
  const responses = await parallel(40, () => site.open(site.jar(), '/app/page.html'));
  for (const response of responses) assert.equal(response.status, 302);
  assert.equal(site.op.hits.disc, 1, 'the first strangers of all processes ask for the metadata once');
}

export default [
  { name: 'a browser that opens a page is redirected, everything else gets 401 and the way in', run: everythingElse },
  { name: 'the login URL of a 401 leads through sign-in to the same address', run: loginUrl },
  { name: 'GOAuth2OnStranger redirect sends every GET to sign in, 401 sends nobody', run: onStranger },
  { name: 'what a stranger posts is not read', run: bodies },
  { name: 'forty strangers at once have the metadata fetched once', run: manyAtOnce },
];
