// SPDX-License-Identifier: Apache-2.0
// Other paths, pages, parameters and addresses than the usual ones: what a line names is used, and what it replaces is
// nothing any more.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { assertRefused, assertSignedIn, attempt, begin, callback, codeOf } from '../lib/attempt.mjs';
import { forms, submitForm } from '../lib/navigate.mjs';
import { freePort } from '../lib/ports.mjs';
import { each } from '../lib/rows.mjs';
import { secret } from '../lib/site.mjs';

const html = { Accept: 'text/html' };
const usual = ['/oauth2callback?code=x&state=y', '/oauth2authorize?return_url=/', '/oauth2logout', '/oauth2userinfo'];

async function assertNothing(site, paths, jar) {
  await each(paths, async (path) => {
    for (const options of [{ jar, headers: html }, { headers: html }]) {
      const response = await site.get(path, options);
      assert.equal(response.status, 404);
      assert.equal(codeOf(response), undefined, 'the page is not ours');
    }
  });
}

async function ownPaths(t, start) {
  const port = await freePort();
  const site = await start(t, {
    provider: { bad: true },
    client: { redirect_uris: [`http://127.0.0.1:${port}/sign-in/done`] },
    lines:
      'GOAuth2CallbackPath /sign-in/done\nGOAuth2AuthorizePath /sign-in\nGOAuth2LogoutPath /sign-out\n' +
      'GOAuth2UserinfoPath /me',
    locations: { '/app': 'AuthType goauth2', '/cgi-bin': 'GOAuth2Mode aware' },
    apache: { port },
  });
  const jar = site.jar();
  const env = async () => (await site.get('/cgi-bin/env', { jar, headers: html })).text;
  assert.match(await env(), /^GOAUTH2_LOGIN_URL=\/sign-in\?return_url=%2Fcgi-bin%2Fenv$/m);
  const told = (await site.get('/app/page.html')).json();
  assert.ok(told.login_url.startsWith(site.at('/sign-in?return_url=')), told.login_url);
  const outcome = await attempt(site, '/sign-in?return_url=/app/page.html%3Fa=1', { jar });
  assertSignedIn(outcome);
  assert.equal(outcome.here.url, site.at('/app/page.html?a=1'));
  assert.equal(new URL(outcome.hops[1].url).searchParams.get('redirect_uri'), site.at('/sign-in/done'));
  assert.equal(new URL(outcome.hops[2].url).pathname, '/sign-in/done');
  assert.match(await env(), /^GOAUTH2_LOGOUT_URL=\/sign-out$/m);
  assert.equal((await site.get('/me', { jar })).json().sub, 'u-1001');
  await assertNothing(site, usual, jar);
  const asked = await site.visit(jar, '/sign-out');
  assert.equal(forms(asked.response)[0].action, site.at('/sign-out'));
  await submitForm(asked, { jar, until: () => true });
  assert.equal((await site.get('/app/page.html', { jar })).status, 401);
}

async function offPaths(t, start) {
  const site = await start(t, {
    lines: 'GOAuth2AuthorizePath off\nGOAuth2LogoutPath off\nGOAuth2UserinfoPath off',
    locations: { '/app': 'AuthType goauth2', '/cgi-bin': 'GOAuth2Mode aware' },
  });
  const jar = await site.visitor();
  await assertNothing(site, usual.slice(1), jar);
  for (const options of [{ jar }, {}])
    assert.doesNotMatch((await site.get('/cgi-bin/env', options)).text, /GOAUTH2_LOG(IN|OUT)_URL/);
  assert.equal((await site.get('/app/page.html')).json().login_url, undefined);
  assert.equal(codeOf(await site.get(usual[0], { headers: html })), 'STATE_INVALID', 'the callback is always there');
}

const failing = '/oauth2callback?code=x&state=y';
const message = 'Ask the "front" desk <b>& wait</b>.';
const escaped = /Ask the &(quot|#34);front&(quot|#34); desk &(lt|#60);b&(gt|#62);&(amp|#38); wait&(lt|#60);\/b/;

async function ownMessage(t, start) {
  const site = await start(t, { lines: `GOAuth2Message '${message}'` });
  const outcome = await callback(site, site.at(failing));
  assertRefused(outcome, 'STATE_INVALID');
  assert.match(outcome.response.text, escaped);
  assert.match((await site.get('/oauth2logout', { method: 'PUT', headers: html })).text, escaped);
  assert.ok(!(await site.get(failing)).text.includes('front'), 'programs are told no more than the code');
}

const ownPage = `<!doctype html><title>{{title}}</title><p class="own">{{text}}<p>{{message}}
<p>[{{code}}] [{{reference}}] [{{again}}] {{other}} {{title`;

async function ownErrorPage(t, start) {
  const site = await start(t, {
    lines: ({ server }) => `GOAuth2Message '${message}'\nGOAuth2ErrorPage ${server.path('state/error.html')}`,
    apache: { files: { 'state/error.html': { content: ownPage, owner: 'server' } } },
  });
  const own = await site.get(failing, { headers: html });
  assert.equal(own.status, 400);
  assert.match(own.text, /<title>That did not work<\/title><p class="own">[A-Z][^<]+\.<p>/);
  assert.match(own.text, escaped);
  const filled = /\[STATE_INVALID\] \[([A-Z0-9-]+)\] \[([^\]]*)\] \{\{other\}\} \{\{title$/;
  const [, reference, again] = filled.exec(own.text);
  assert.equal(again, '/');
  assert.ok(site.server.errorLog().includes(`reference=${reference} `));
  assert.match(own.header('content-security-policy'), /script-src 'none'/);
  assert.equal(own.header('cache-control'), 'no-store');
  assert.match(own.header('content-type'), /^text\/html/);
  assert.equal((await site.get(failing)).json().error, 'STATE_INVALID', 'programs get JSON as ever');
  fs.rmSync(site.server.path('state/error.html'));
  assertRefused(await callback(site, site.at(failing)), 'STATE_INVALID');
  assert.match(site.server.errorLog(), /GOAuth2ErrorPage: .*error\.html is not there/);
}

async function authParams(t, start) {
  const site = await start(t, {
    provider: { bad: true },
    lines: 'GOAuth2AuthParam prompt login\nGOAuth2AuthParam login_hint "al ice&admin=1"',
  });
  const { searchParams } = new URL((await begin(site)).address);
  assert.deepEqual(searchParams.getAll('prompt'), ['login']);
  assert.deepEqual(searchParams.getAll('login_hint'), ['al ice&admin=1']);
  assert.equal(searchParams.get('admin'), null);
  assertSignedIn(await attempt(site, '/app/page.html'));
  const { params } = site.op.log.find(({ endpoint }) => endpoint === 'authz');
  assert.deepEqual([params.prompt, params.login_hint], ['login', 'al ice&admin=1']);
}

/** Sign out; where the browser is sent. */
async function goodbye(site, jar) {
  const { response } = await submitForm(await site.visit(jar, '/oauth2logout'), { jar, until: () => true });
  return response.location;
}

const moreUris = ({ op }) => `GOAuth2JWKSURI ${op.issuer}/certs\nGOAuth2EndSessionURI ${op.issuer}/bye?tenant=1`;

async function besideMetadata(t, start) {
  const site = await start(t, { provider: { bad: true }, lines: moreUris });
  const jar = site.jar();
  const outcome = await attempt(site, '/app/page.html', { jar });
  assertSignedIn(outcome);
  assert.deepEqual(outcome.calls, { disc: 1, authz: 1, token: 1, certs: 1, userinfo: 1 });
  const end = new URL(await goodbye(site, jar));
  assert.equal(end.origin + end.pathname, `${site.op.issuer}/bye`);
  assert.deepEqual([end.searchParams.get('tenant'), end.searchParams.get('client_id')], ['1', 'app']);
  assert.equal(site.op.hits.jwks, undefined);
}

/** An OpenID provider without metadata: everything is written, and id_tokens are verified all the same. */
async function withoutMetadata(t, start) {
  const site = await start(t, {
    provider: { bad: true },
    client: { token_endpoint_auth_method: 'client_secret_post' },
    clientLines: ({ op }) =>
      `GOAuth2Issuer ${op.issuer}\nGOAuth2AuthURI ${op.issuer}/authorize\nGOAuth2TokenURI ${op.issuer}/token\n` +
      `GOAuth2UserinfoURI ${op.issuer}/userinfo\n${moreUris({ op })}\n` +
      `GOAuth2ClientID app\nGOAuth2ClientSecret ${secret}`,
  });
  const jar = site.jar();
  const outcome = await attempt(site, '/app/page.html', { jar });
  assertSignedIn(outcome);
  assert.deepEqual(outcome.calls, { authz: 1, token: 1, certs: 1, userinfo: 1 });
  assert.ok((await goodbye(site, jar)).startsWith(`${site.op.issuer}/bye?tenant=1&`));
  site.op.set('idt.hdr.kid', 'never-seen');
  assertRefused(await attempt(site, '/app/page.html'), 'ID_TOKEN');
}

export default [
  { name: "a site's own paths work, and the usual ones are nothing", run: ownPaths },
  { name: 'off: such a path is nothing, and nobody is told of it', run: offPaths },
  { name: 'GOAuth2Message is on every error page, as text', run: ownMessage },
  { name: 'GOAuth2ErrorPage is the page of all errors, and ours stands in when it is gone', run: ownErrorPage },
  { name: 'GOAuth2AuthParam reaches the provider as it is written', run: authParams },
  { name: "GOAuth2JWKSURI and GOAuth2EndSessionURI count more than the provider's metadata", run: besideMetadata },
  { name: 'with every address written nobody is asked for metadata', run: withoutMetadata },
];
