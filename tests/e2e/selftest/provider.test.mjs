// SPDX-License-Identifier: Apache-2.0
// The real provider, tried by a relying party that speaks HTTP and fills in its forms.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Jar } from '../lib/jar.mjs';
import { confirm, follow, forms, signIn } from '../lib/navigate.mjs';
import { atCallback, offline, redirect_uris, setUp } from './good.mjs';

let op;
let callback;
let tokens;
let party;
before(async () => {
  ({ op, callback, tokens, party } = await setUp());
});
after(() => op.close());

test('signs in by its forms, and userinfo has the eight claims', async () => {
  const rp = party('basic');
  const answer = await tokens(rp);
  const claims = await rp.verify(answer.id_token, answer.attempt);
  assert.equal(claims.sub, 'u-1001');
  const { name, groups, ...rest } = (await rp.userinfo(answer.access_token)).json();
  assert.equal(name, 'Alice Archer');
  assert.equal(groups.length, 5);
  assert.deepEqual(Object.keys(rest).sort(), [
    'email',
    'email_verified',
    'family_name',
    'given_name',
    'preferred_username',
    'sub',
  ]);
});

test('odd claims arrive as they are', async () => {
  const rp = party('basic');
  const answer = await tokens(rp, { account: 'carol' });
  assert.deepEqual((await rp.userinfo(answer.access_token)).json(), op.accounts.carol);
});

test('a second sign-in asks nothing, an unknown account is told so', async () => {
  const rp = party('basic');
  const jar = new Jar();
  await tokens(rp, { jar });
  const again = await rp.begin();
  const { hops } = await follow({ jar, url: again.url, until: atCallback });
  assert.equal(hops.length, 1);

  const fresh = await rp.begin();
  const { response } = await signIn(new Jar(), fresh.url, 'mallory');
  assert.equal(response.status, 401);
  assert.match(response.text, /no such account/);
});

test('refused consent comes back as access_denied, with iss and state', async () => {
  const { attempt, url } = await callback(party('basic'), { allow: false });
  const { searchParams } = new URL(url);
  assert.equal(searchParams.get('error'), 'access_denied');
  assert.equal(searchParams.get('state'), attempt.state);
  assert.equal(searchParams.get('iss'), op.issuer);
});

test('a scope that is not ticked is not granted', async () => {
  const params = { scope: 'openid email calendar.read' };
  assert.equal((await tokens(party('basic'), { params })).scope, 'openid email calendar.read');
  assert.equal((await tokens(party('basic'), { params, scopes: ['email'] })).scope, 'openid email');
});

test('PKCE is required', async () => {
  const { url } = await callback(party('basic'), {
    params: { code_challenge: undefined, code_challenge_method: undefined },
  });
  assert.equal(new URL(url).searchParams.get('error'), 'invalid_request');
});

for (const alg of ['RS256', 'PS256', 'ES256', 'EdDSA']) {
  test(`id_tokens are signed with ${alg}`, async () => {
    const rp = party(alg);
    const answer = await tokens(rp);
    assert.equal(JSON.parse(Buffer.from(answer.id_token.split('.')[0], 'base64url')).alg, alg);
    await rp.verify(answer.id_token, answer.attempt);
  });
}

test('clients authenticate as they are registered, and only with the right secret', async () => {
  await tokens(party('post'));
  await tokens(party('public'));
  const wrong = party('basic');
  await wrong.discover();
  wrong.client = { ...wrong.client, client_secret: 'guessed' };
  assert.equal((await wrong.refresh('x')).status, 401);
});

test('refresh tokens rotate, and a used one that comes again ends them all', async () => {
  const rp = party('basic');
  const first = await tokens(rp, { params: offline });
  const second = (await rp.refresh(first.refresh_token)).json();
  assert.notEqual(second.refresh_token, first.refresh_token);
  await rp.verify(second.id_token);
  assert.equal(op.reuses, 0);

  const again = await rp.refresh(first.refresh_token);
  assert.equal(again.status, 400);
  assert.equal(again.json().error, 'invalid_grant');
  assert.equal(op.reuses, 1);
  assert.equal((await rp.refresh(second.refresh_token)).status, 400);

  const log = JSON.stringify(op.log);
  for (const secret of [first.refresh_token, second.refresh_token, first.access_token, 'odd: secret']) {
    assert.ok(!log.includes(secret), 'the log holds a secret');
  }
  const [refreshed] = op.tokenRequests.filter(
    (entry) => entry.params.grant_type === 'refresh_token' && entry.status === 200,
  );
  assert.match(refreshed.issued.refresh_token, /^sha256:/);
});

test('introspection and revocation', async () => {
  const rp = party('basic');
  const { access_token: token } = await tokens(rp);
  const look = async () => (await rp.post(rp.metadata.introspection_endpoint, { token })).json().active;
  assert.equal(await look(), true);
  assert.equal((await rp.post(rp.metadata.revocation_endpoint, { token })).status, 200);
  assert.equal(await look(), false);
  assert.equal((await rp.userinfo(token)).status, 401);
});

test('signing out at the provider asks, and comes back with state', async () => {
  const rp = party('basic');
  const jar = new Jar();
  const { id_token: hint } = await tokens(rp, { jar });
  const query = new URLSearchParams({
    id_token_hint: hint,
    post_logout_redirect_uri: 'http://127.0.0.1:9/bye',
    state: 's1',
  });
  const asked = await follow({ jar, url: `${rp.metadata.end_session_endpoint}?${query}` });
  assert.match(asked.response.text, /Sign out\?/);
  const done = await confirm(
    jar,
    asked,
    { logout: 'yes' },
    { until: ({ response }) => response.location?.includes('/bye') },
  );
  assert.equal(done.response.location, 'http://127.0.0.1:9/bye?state=s1');
  const again = await rp.begin();
  assert.match((await follow({ jar, url: again.url })).response.text, /name="password"/);
});

test('another authentication context is asked for again, and auth_time is told with max_age', async () => {
  const rp = party('basic');
  const jar = new Jar();
  const plain = await tokens(rp, { jar, params: { max_age: '600', acr_values: 'urn:example:password' } });
  const claims = await rp.verify(plain.id_token);
  assert.equal(typeof claims.auth_time, 'number');
  assert.equal(claims.acr, 'urn:example:password');

  const stepUp = await rp.begin({ acr_values: 'urn:example:otp' });
  assert.match((await follow({ jar, url: stepUp.url, until: atCallback })).response.text, /name="password"/);
  const better = await tokens(rp, { jar, params: { acr_values: 'urn:example:otp' } });
  assert.equal((await rp.verify(better.id_token)).acr, 'urn:example:otp');
});

test('response_mode=form_post gives a form that submits itself', async () => {
  const attempt = await party('basic').begin({ response_mode: 'form_post' });
  const { response } = await signIn(new Jar(), attempt.url, 'alice', { submit: false });
  const [form] = forms(response);
  assert.equal(form.action, redirect_uris[0]);
  assert.equal(form.fields().get('state'), attempt.state);
});

test('pushed authorization requests', async () => {
  const rp = party('basic');
  const attempt = await rp.begin();
  const pushed = (await rp.post(rp.metadata.pushed_authorization_request_endpoint, attempt.params)).json();
  const query = new URLSearchParams({ client_id: 'basic', request_uri: pushed.request_uri });
  const { response } = await signIn(new Jar(), `${rp.metadata.authorization_endpoint}?${query}`, 'alice', {
    until: atCallback,
  });
  assert.equal((await rp.redeem(response.location, attempt)).status, 200);
});
