// SPDX-License-Identifier: Apache-2.0
// Signing out: asked first, then done here, at the provider, and in every process.
import assert from 'node:assert/strict';
import { codeOf } from '../lib/attempt.mjs';
import { parallel, request } from '../lib/http.mjs';
import { browserHeaders, confirm, forms, submitForm } from '../lib/navigate.mjs';
import { each } from '../lib/rows.mjs';

const withBye = {
  provider: { refreshTokens: 'always' },
  lines: 'GOAuth2LoggedOutURL /bye',
  apache: { files: { 'htdocs/bye': 'good bye' } },
};
const stillIn = async (site, jar) => (await site.get('/app/page.html', { jar })).status === 200;

/** Over both processes and many threads. */
async function assertUseless(site, cookie) {
  const headers = { Cookie: cookie };
  const statuses = await parallel(40, async () => (await site.get('/app/page.html', { headers })).status);
  assert.deepEqual([...new Set(statuses)], [401]);
}

async function wholeWay(t, start) {
  const site = await start(t, withBye);
  const jar = await site.visitor('alice', '/api/x');
  const cookie = site.cookies(jar);
  const bearer = site.lastSeen().authorization.slice('Bearer '.length);
  const asked = await site.visit(jar, '/oauth2logout');
  assert.equal(asked.response.status, 200);
  assert.match(asked.response.text, /<h1>Sign out\?<\/h1>/);
  assert.equal(await stillIn(site, jar), true, 'a question ends nothing');

  const provider = await submitForm(asked, { jar });
  const end = new URL(provider.hops[0].response.location);
  assert.equal(provider.hops[0].response.status, 303);
  assert.equal(end.pathname, '/logout');
  assert.match(end.searchParams.get('id_token_hint'), /^[\w-]+\.[\w-]+\.[\w-]+$/);
  assert.equal(end.searchParams.get('client_id'), 'app');
  assert.equal(end.searchParams.get('post_logout_redirect_uri'), site.at('/bye'));
  assert.equal(jar.get('goauth2'), undefined);
  assert.equal(site.op.hits.revoke, 2, 'refresh and access token');
  assert.equal(await tokenStatus(site, bearer), 401, 'the backend cannot use its token any more');

  const here = await confirm(jar, provider);
  assert.equal(here.url, site.at('/bye'));
  assert.equal(here.response.text, 'good bye');
  await assertUseless(site, cookie);
  assert.match((await site.visit(jar, '/app/page.html')).response.text, /<h1>Sign in<\/h1>/, 'signed out there, too');
}

async function tokenStatus(site, token) {
  const url = `${site.op.issuer}/userinfo`;
  return (await request({ url, headers: { Authorization: `Bearer ${token}` } })).status;
}

/** What is sent to the path, and what becomes of it. */
const withoutToken = [
  { name: 'no token', body: new URLSearchParams(), status: 403, code: 'XSRF' },
  { name: 'an empty one', body: new URLSearchParams({ xsrf: '' }), status: 403, code: 'XSRF' },
  { name: 'an invented one', body: new URLSearchParams({ xsrf: 'A'.repeat(54) }), status: 403, code: 'XSRF' },
  { name: 'JSON', body: '{"xsrf":"x"}', type: 'application/json', status: 400, code: 'BAD_REQUEST' },
  { name: 'a form of 20 kB', body: new URLSearchParams({ a: 'x'.repeat(20000) }), status: 400, code: 'BAD_REQUEST' },
];

async function notByOthers(t, start) {
  const site = await start(t, withBye);
  const jar = await site.visitor();
  const other = await site.visitor('bob');
  const post = (body, type) =>
    site.get('/oauth2logout', { jar, method: 'POST', body, headers: type ? { 'Content-Type': type } : {} });
  await each(withoutToken, async ({ body, type, status, code }) => {
    const response = await post(body, type);
    assert.deepEqual([response.status, codeOf(response)], [status, code]);
    assert.equal(await stillIn(site, jar), true);
  });
  const [form] = forms(await site.get('/oauth2logout', { jar: other }));
  assert.equal((await post(form.fields())).status, 403, "another session's token");
  const asImage = await site.get('/oauth2logout', { jar, headers: browserHeaders('image', 'cross-site') });
  assert.equal(asImage.status, 200);
  for (const method of ['PUT', 'DELETE', 'OPTIONS']) {
    assert.equal((await site.get('/oauth2logout', { jar, method })).status, 405);
  }
  assert.equal(await stillIn(site, jar), true);
  assert.equal(await stillIn(site, other), true);
  assert.equal(site.op.hits.revoke, undefined);
}

async function twoBrowsers(t, start) {
  const site = await start(t, withBye);
  const [one, two] = [await site.visitor(), await site.visitor()];
  await submitForm(await site.visit(one, '/oauth2logout'), { jar: one });
  assert.equal(await stillIn(site, one), false);
  assert.equal(await stillIn(site, two), true);
}

async function nobody(t, start) {
  const site = await start(t);
  for (const method of ['GET', 'POST']) {
    const response = await site.get('/oauth2logout', { method });
    assert.equal(response.status, 200);
    assert.match(response.text, /<h1>You are signed out<\/h1>/);
    // A form of another site brings no cookie; it must not take one away either.
    assert.deepEqual(response.all('set-cookie'), []);
  }
  assert.deepEqual(site.op.hits, {});
}

async function providerDown(t, start) {
  const site = await start(t, { ...withBye, provider: { refreshTokens: 'always' } });
  const jar = await site.visitor();
  const cookie = site.cookies(jar);
  const asked = await site.visit(jar, '/oauth2logout');
  await site.providerDown();
  const here = await submitForm(asked, { jar, until: () => true });
  assert.ok([200, 303].includes(here.response.status), `status ${here.response.status}`);
  assert.match(site.server.errorLog(), /signed out, but the provider still has tokens/);
  await assertUseless(site, cookie);
}

async function withoutEndSession(t, start) {
  const site = await start(t, {
    provider: { bad: true },
    locations: { '/app': 'AuthType goauth2', '/oauth2logout': 'GOAuth2LoggedOutURL https://www.example.com/' },
  });
  site.op.set('disc.end_session_endpoint', undefined);
  const jar = await site.visitor();
  const here = await submitForm(await site.visit(jar, '/oauth2logout'), { jar, until: () => true });
  assert.equal(here.response.status, 303);
  assert.equal(here.response.location, 'https://www.example.com/');
  assert.equal(site.op.revoked.length, 2);
  assert.equal(await stillIn(site, jar), false);
}

async function ownPage(t, start) {
  const site = await start(t, { provider: { bad: true } });
  site.op.set('disc.end_session_endpoint', undefined);
  const jar = await site.visitor();
  const here = await submitForm(await site.visit(jar, '/oauth2logout'), { jar });
  assert.equal(here.response.status, 200);
  assert.match(here.response.text, /<h1>You are signed out<\/h1>/);
  assert.match(here.response.text, /href="\/"/);
}

export default [
  { name: 'a GET asks, a POST ends the session, revokes the tokens and goes on to the provider', run: wholeWay },
  { name: "without this session's token nobody is signed out", run: notByOthers },
  { name: 'signing out in one browser leaves the other', run: twoBrowsers },
  { name: 'nobody is signed out already', run: nobody },
  { name: 'with the provider down the session ends all the same', run: providerDown },
  { name: 'where the provider has no sign-out page GOAuth2LoggedOutURL comes next', run: withoutEndSession },
  { name: 'without that a page says so', run: ownPage },
];
