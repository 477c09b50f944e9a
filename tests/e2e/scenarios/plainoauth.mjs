// SPDX-License-Identifier: Apache-2.0
// Providers that speak plain OAuth 2.0: no metadata, no id_token; who somebody is, the userinfo endpoint says.
import assert from 'node:assert/strict';
import { assertRefused, assertSignedIn, attempt } from '../lib/attempt.mjs';
import { sleep } from '../lib/ports.mjs';
import { secret } from '../lib/site.mjs';

const clientLines = ({ op }) => `GOAuth2AuthURI ${op.issuer}/authorize
GOAuth2TokenURI ${op.issuer}/token
GOAuth2UserinfoURI ${op.issuer}/userinfo
GOAuth2RevokeURI ${op.issuer}/revoke
GOAuth2ClientID app
GOAuth2ClientSecret ${secret}
GOAuth2Scopes read:user`;

const start = (t, begin, { lines = '', ...options } = {}) =>
  begin(t, {
    provider: { bad: true, mode: 'oauth2' },
    client: { token_endpoint_auth_method: 'client_secret_post' },
    clientLines: (site) => `${clientLines(site)}\n${lines}`,
    ...options,
  });

/** As a well-known place for source code answers. */
const octocat = { 'userinfo.sub': undefined, 'userinfo.id': 583231, 'userinfo.login': 'octocat' };

async function asUsual(t, begin) {
  const site = await start(t, begin);
  const outcome = await attempt(site, '/app/page.html?x=1');
  assertSignedIn(outcome);
  assert.equal(outcome.user, 'u-1001');
  assert.deepEqual(outcome.calls, { authz: 1, token: 1, userinfo: 1 });
  const { searchParams } = new URL(outcome.hops[1].url);
  assert.equal(searchParams.get('scope'), 'read:user');
  assert.equal(searchParams.get('nonce'), null, 'there is no id_token to put it in');
  assert.equal(searchParams.get('code_challenge_method'), 'S256');
}

async function formAnswers(t, begin) {
  const site = await start(t, begin, { lines: 'GOAuth2Bearer access' });
  site.op.fault('token.form');
  const outcome = await attempt(site, '/api/x', { until: ({ hops }) => hops.length === 4 });
  assert.equal(outcome.response.status, 200);
  assert.deepEqual(site.op.violations, []);
  assert.match(site.lastSeen().authorization, /^Bearer at_/);
}

async function numericId(t, begin) {
  const location = (claim) => `AuthType goauth2\nRequire valid-user\nGOAuth2User ${claim}`;
  const site = await start(t, begin, {
    locations: { '/app': 'AuthType goauth2', '/app/login': location('login'), '/cgi-bin': location('id') },
    apache: { files: { 'htdocs/app/login/include.shtml': '<p>user <!--#echo var="REMOTE_USER" -->\n' } },
  });
  site.op.set(octocat);
  const jar = site.jar();
  const outcome = await attempt(site, '/app/page.html', { jar });
  assertSignedIn(outcome);
  assert.equal(outcome.user, '583231');
  assert.match((await site.get('/app/login/include.shtml', { jar })).text, /<p>user octocat$/m);
  assert.match((await site.get('/cgi-bin/env', { jar })).text, /^REMOTE_USER=583231$/m);
  assert.deepEqual((await site.get('/oauth2userinfo', { jar })).json().id, 583231);
}

/** The callback is at no location. */
async function namedByLocation(t, begin) {
  const site = await start(t, begin, {
    locations: { '/app': 'AuthType goauth2\nRequire valid-user\nGOAuth2User nick' },
  });
  site.op.set({ 'userinfo.sub': undefined, 'userinfo.nick': 'al' });
  const outcome = await attempt(site, '/app/page.html');
  assertSignedIn(outcome);
  assert.equal(outcome.user, 'al');
}

async function nobody(t, begin) {
  const site = await start(t, begin);
  site.op.set({ 'userinfo.sub': undefined });
  assertRefused(await attempt(site, '/app/page.html'), 'IDENTITY');
}

/** Some answer an error with status 200, some as a form. */
async function refusals(t, begin) {
  const site = await start(t, begin);
  const answers = [
    ['application/json', '{"error":"bad_verification_code","error_description":"The code passed is incorrect."}'],
    ['application/x-www-form-urlencoded', 'error=bad_verification_code&error_description=expired'],
  ];
  for (const [type, body] of answers) {
    await site.op.reset();
    site.op.set({ 'token.http.body': body, 'token.http.ctype': type });
    const outcome = await attempt(site, '/app/page.html');
    assertRefused(outcome, 'TOKEN_REFUSED');
    assert.equal(outcome.calls.userinfo, undefined);
  }
}

async function renewal(t, begin) {
  const site = await start(t, begin);
  site.op.accessTokenSeconds = 3;
  const jar = await site.visitor('alice', '/api/x');
  site.op.accessTokenSeconds = 3600;
  const { authorization } = site.lastSeen();
  await sleep(3000);
  assert.equal((await site.get('/api/x', { jar })).status, 200);
  assert.notEqual(site.lastSeen().authorization, authorization);
  assert.deepEqual(site.op.violations, []);
}

/** Without expires_in a token is good until somebody says otherwise. */
async function noEnd(t, begin) {
  const site = await start(t, begin);
  site.op.fault('token.no_expires');
  const jar = await site.visitor('alice', '/api/x');
  assert.equal((await site.get('/api/x', { jar })).status, 200);
  assert.equal(site.op.hits.token, 1);
}

export default [
  { name: 'a user signs in with an authorization, a token and a userinfo request', run: asUsual },
  { name: 'token answers may be form-encoded', run: formAnswers },
  { name: 'a numeric id names the user, or the claim that GOAuth2User says', run: numericId },
  { name: 'the claim that GOAuth2User says at a location alone names the user, too', run: namedByLocation },
  { name: 'a userinfo answer that names nobody signs nobody in', run: nobody },
  { name: 'refusals are understood whatever status and type they come with', run: refusals },
  { name: 'tokens are renewed', run: renewal },
  { name: 'a token without an end is used as it is', run: noEnd },
];
