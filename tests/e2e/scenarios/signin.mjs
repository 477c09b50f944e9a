// SPDX-License-Identifier: Apache-2.0
// One browser signs in: what is sent to the provider, what comes back, and what is remembered of it.
import assert from 'node:assert/strict';
import { codeOf, cookieOf, sessionsOf } from '../lib/attempt.mjs';
import { each } from '../lib/rows.mjs';
import { canary, secret } from '../lib/site.mjs';

const query = (url) => Object.fromEntries(new URL(url).searchParams);
const sessionOf = (jar) => jar.value('goauth2');
const oddSecret = 'a+secret:with%20odd&characters=7f3e';

async function redirect(t, start) {
  const site = await start(t);
  await site.open(site.jar(), '/app/page.html'); // what the provider publishes is kept from now on
  const writes = site.storeWrites();
  const jar = site.jar();
  const response = await site.open(jar, '/app/page.html?a=1');
  assert.equal(response.status, 302);
  assert.equal(response.header('cache-control'), 'no-store');
  const { state, nonce, code_challenge: challenge, ...rest } = query(response.location);
  assert.deepEqual(rest, {
    response_type: 'code',
    client_id: 'app',
    redirect_uri: site.at('/oauth2callback'),
    scope: 'email openid profile',
    code_challenge_method: 'S256',
  });
  for (const value of [state, nonce, challenge]) assert.match(value, /^[\w-]{43,}$/);
  const [cookie, ...others] = response.all('set-cookie').map(cookieOf);
  assert.deepEqual(others, [], 'one cookie');
  assert.equal(cookie.name, 'goauth2-bind');
  assert.deepEqual(cookie.attributes, { path: '/', httponly: '', samesite: 'Lax' });
  assert.ok(!decodeURIComponent(response.location).includes(cookie.value), 'the secret of it stays in the browser');
  const again = await site.open(jar, '/app/page.html?a=1');
  assert.deepEqual(again.all('set-cookie'), [], 'the same cookie serves the next attempt');
  assert.notEqual(query(again.location).state, state);
  assert.notEqual(query(again.location).code_challenge, challenge);
  assert.equal((await site.open(jar, '/app/page.html', { method: 'HEAD' })).status, 302);
  assert.equal(site.storeWrites(), writes, 'nothing is stored before somebody has signed in');
}

const clients = [
  ['basic', { token_endpoint_auth_method: 'client_secret_basic' }, `GOAuth2ClientSecret '${oddSecret}'`],
  [
    'post',
    { token_endpoint_auth_method: 'client_secret_post' },
    `GOAuth2ClientSecret '${oddSecret}'\nGOAuth2ClientAuth client_secret_post`,
  ],
  ['public', { token_endpoint_auth_method: 'none', client_secret: undefined }, 'GOAuth2ClientAuth none'],
];

async function clientAuthentication(t, start) {
  const site = await start(t, {
    provider: { bad: true },
    clientLines: ({ op }) => `GOAuth2Issuer ${op.issuer}`,
    locations: Object.fromEntries(
      clients.map(([name, , line]) => [`/app/${name}`, `AuthType goauth2\nGOAuth2ClientID ${name}\n${line}`]),
    ),
    apache: { files: Object.fromEntries(clients.map(([name]) => [`htdocs/app/${name}/index.html`, canary])) },
  });
  for (const [name, metadata] of clients) {
    const { redirect_uris: uris } = site.op.clients[0];
    site.op.addClient({ client_id: name, client_secret: oddSecret, redirect_uris: uris, ...metadata });
  }
  const jar = site.jar();
  await each(clients, async ([name]) => {
    const { response } = await site.signIn(jar, `/app/${name}/`);
    assert.equal(response.status, 200, site.server.errorLog().split('\n').at(-2));
  });
  assert.deepEqual(site.op.violations, []);
}

const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'];

async function signatures(t, start) {
  const site = await start(t, {
    locations: Object.fromEntries(
      algorithms.map((name) => [
        `/app/${name}`,
        `AuthType goauth2\nGOAuth2ClientID ${name}\nGOAuth2ClientSecret ${secret}`,
      ]),
    ),
    apache: { files: Object.fromEntries(algorithms.map((name) => [`htdocs/app/${name}/index.html`, canary])) },
  });
  const app = site.op.store.get('Client:app');
  for (const name of algorithms) {
    site.op.addClient({ ...app, client_id: name, client_name: name, id_token_signed_response_alg: name });
  }
  await each(algorithms, async (name) => {
    assert.equal((await site.signIn(site.jar(), `/app/${name}/`)).response.status, 200);
  });
}

async function refusedConsent(t, start) {
  const site = await start(t, { provider: { consent: true } });
  const jar = site.jar();
  const here = await site.signIn(jar, '/app/page.html?x=1', 'alice', { allow: false });
  assert.equal(here.response.status, 403);
  assert.equal(codeOf(here.response), 'DENIED');
  assert.deepEqual(sessionsOf(here.response), []);
  const [, again] = /<a class="go" href="([^"]+)">Try again/.exec(here.response.text);
  assert.equal(again, '/app/page.html?x=1');
  const allowed = await site.signIn(jar, again);
  assert.equal(allowed.response.status, 200);
  assert.equal(allowed.url, site.at('/app/page.html?x=1'));
}

async function anotherSignIn(t, start) {
  const site = await start(t);
  const jar = await site.visitor('alice');
  const before = jar.clone();
  const here = await site.visit(jar, '/oauth2authorize?return_url=/app/page.html');
  assert.equal(here.response.status, 200);
  assert.match(here.response.text, new RegExp(canary));
  assert.notEqual(sessionOf(jar), sessionOf(before));
  for (const browser of [jar, before]) assert.equal((await site.get('/app/page.html', { jar: browser })).status, 200);
}

async function goodSession(t, start) {
  const site = await start(t);
  const jar = await site.visitor();
  const hits = { ...site.op.hits };
  const writes = site.storeWrites();
  for (const path of ['/app/page.html', '/api/x', '/cgi-bin/env']) {
    const response = await site.get(path, { jar });
    assert.equal(response.status, 200);
    assert.deepEqual(response.all('set-cookie'), []);
  }
  assert.deepEqual(site.op.hits, hits);
  assert.equal(site.storeWrites(), writes);
}

const returns = [
  ['/app/page.html?a=1&b=%2F', '/app/page.html?a=1&b=%2F'],
  ['SITE/app/page.html', '/app/page.html'],
  ['https://evil.example/app', '/'],
  ['//evil.example/app', '/'],
  ['/\\evil.example', '/'],
  ['SITE.evil.example/', '/'],
  ['/oauth2logout', '/'],
  ['javascript:alert(1)', '/'],
];

async function authorizePath(t, start) {
  const site = await start(t, { provider: { autoLogin: 'bob' } });
  await each(returns, async ([given, expected]) => {
    const address = encodeURIComponent(given.replace('SITE', site.url));
    const here = await site.visit(site.jar(), `/oauth2authorize?return_url=${address}`);
    assert.equal(here.url, site.at(expected));
    assert.equal(here.response.status, 200);
  });
  const told = '&client_id=other&redirect_uri=https://evil.example/&token_uri=https://evil.example/&prompt=none';
  const plain = query((await site.open(site.jar(), '/oauth2authorize')).location);
  const with_ = query((await site.open(site.jar(), `/oauth2authorize?return_url=/${told}`)).location);
  const fixed = ({ state, nonce, code_challenge: challenge, ...rest }) => rest;
  assert.deepEqual(fixed(with_), fixed(plain), 'no other parameter counts');
  const more = await site.open(site.jar(), '/oauth2authorize?scopes=admin');
  assert.equal(more.status, 400);
  assert.equal((await site.open(site.jar(), '/oauth2authorize', { method: 'POST' })).status, 405);
}

async function userinfo(t, start) {
  const site = await start(t);
  const stranger = await site.get('/oauth2userinfo');
  assert.equal(stranger.status, 401);
  assert.match(stranger.header('www-authenticate'), /^Bearer realm="/);
  const response = await site.get('/oauth2userinfo', { jar: await site.visitor('carol') });
  assert.equal(response.header('content-type'), 'application/json');
  assert.equal(response.header('cache-control'), 'no-store');
  const { sub, name, groups, email_verified: verified } = response.json();
  const { carol } = site.op.accounts;
  assert.deepEqual([sub, name, verified], [carol.sub, carol.name, false]);
  assert.deepEqual(groups, carol.groups);
}

async function newKeys(t, start) {
  const site = await start(t);
  await site.visitor();
  await site.op.rotateKeys({ keepOld: false });
  site.op.resetCounts();
  await site.visitor('bob');
  assert.equal(site.op.hits.jwks, 1);
  await site.visitor('carol');
  assert.equal(site.op.hits.jwks, 1, 'and kept');
}

export default [
  { name: 'the redirect carries PKCE, state and nonce, and leaves nothing behind on the server', run: redirect },
  { name: 'a client proves itself by basic, post or not at all, as configured', run: clientAuthentication },
  { name: 'id_tokens signed with RSA, RSA-PSS, ECDSA and EdDSA are verified', run: signatures },
  { name: 'a refused consent ends on a page that leads back to the sign-in', run: refusedConsent },
  { name: 'a new sign-in makes a new session; what was on its way with the old one passes', run: anotherSignIn },
  { name: 'a good session sets no cookie, asks no provider and writes nothing', run: goodSession },
  { name: '/oauth2authorize starts a sign-in and comes back to this site only', run: authorizePath },
  { name: '/oauth2userinfo tells a script who is here, and a stranger that nobody is', run: userinfo },
  { name: "an id_token with a new key's name has the keys fetched once", run: newKeys },
];
