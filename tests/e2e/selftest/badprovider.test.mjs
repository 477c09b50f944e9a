// SPDX-License-Identifier: Apache-2.0
// The bad provider when nothing is set: correct, and strict with its clients.
import assert from 'node:assert/strict';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { after, afterEach, before, test } from 'node:test';
import { b64, signature } from '../badprovider/jose.mjs';
import { start } from '../badprovider.mjs';
import { certificate } from '../lib/certificate.mjs';
import { request } from '../lib/http.mjs';
import { Jar } from '../lib/jar.mjs';
import { signIn } from '../lib/navigate.mjs';
import { client, parts, redirect_uris, setUp } from './bad.mjs';
import { RelyingParty, site } from './rp.mjs';

let op;
let callback;
let tokens;
let party;
let rules;
before(async () => {
  ({ op, callback, tokens, party, rules } = await setUp());
});
after(() => op.close());
afterEach(() => op.reset());

test('the default flow is a correct one, and nothing is wrong with it', async () => {
  const rp = party();
  const answer = await tokens(rp, { scope: 'openid email' });
  const claims = await rp.verify(answer.id_token, answer.attempt);
  assert.equal(claims.sub, 'u-1001');
  assert.deepEqual((await rp.userinfo(answer.access_token)).json(), op.accounts.alice);
  const refreshed = (await rp.refresh(answer.refresh_token)).json();
  await rp.verify(refreshed.id_token);
  assert.equal(
    (await rp.post(rp.metadata.introspection_endpoint, { token: refreshed.access_token })).json().active,
    true,
  );
  assert.equal((await rp.post(rp.metadata.revocation_endpoint, { token: refreshed.refresh_token })).status, 200);
  assert.equal((await rp.userinfo(refreshed.access_token)).status, 401);
  const back = 'post_logout_redirect_uri=http://127.0.0.1:9/bye';
  const bye = `${rp.metadata.end_session_endpoint}?client_id=app&state=s&${back}`;
  assert.equal((await request({ url: bye })).location, 'http://127.0.0.1:9/bye?state=s');
  assert.deepEqual(op.violations, []);
  assert.equal(op.hits.token, 2);
});

test('keys of every kind verify, and rotate', async () => {
  const rp = party();
  for (const kind of ['rsa', 'ec', 'ed']) {
    op.signWith = kind;
    await rp.verify((await tokens(rp)).id_token);
  }
  op.signWith = 'rsa';
  const old = await tokens(rp);
  await op.rotateKeys();
  await rp.verify((await tokens(rp)).id_token);
  await assert.rejects(rp.verify(old.id_token), /no key/);
  const certs = (await request({ url: `${op.issuer}/certs` })).json();
  assert.match(Object.values(certs)[0], /BEGIN CERTIFICATE/);
});

test('codes and refresh tokens are good once, PKCE and secrets must be right: violations say so', async () => {
  const rp = party();
  const { attempt, url } = await callback(rp);
  assert.equal((await rp.redeem(url, { ...attempt, verifier: 'x'.repeat(43) })).json().error, 'invalid_grant');
  const good = (await rp.redeem(url, attempt)).json();
  assert.equal((await rp.redeem(url, attempt)).json().error, 'invalid_grant');
  assert.equal((await rp.refresh(good.refresh_token)).status, 400, 'a code used twice revokes what it gave');

  const next = await tokens(rp);
  await rp.refresh(next.refresh_token);
  assert.equal((await rp.refresh(next.refresh_token)).json().error, 'invalid_grant');
  rp.client = { ...client, client_secret: 'wrong' };
  assert.equal((await rp.refresh('x')).status, 401);
  rp.method = 'client_secret_post';
  assert.equal((await rp.refresh('x')).status, 401);
  assert.deepEqual(rules(), [
    'pkce-mismatch',
    'code-reused',
    'refresh-token-unknown',
    'refresh-token-reused',
    'client-secret',
    'authentication-method',
  ]);
});

test('authorization requests are looked at closely', async () => {
  const rp = party();
  await callback(rp, {
    state: 'short',
    nonce: undefined,
    code_challenge_method: 'plain',
    scope: 'email',
    prompt: 'none',
    max_age: '0',
    colour: 'red',
  });
  assert.deepEqual(rules(), ['scope-openid', 'state-short', 'nonce-short', 'pkce-method', 'prompt-none-max-age-0']);
  assert.equal(op.warnings[0].detail, 'colour');
  const { attempt } = await callback(rp);
  await request({ url: `${attempt.url}&state=again` });
  assert.deepEqual(rules().slice(5), ['duplicate-parameter', 'state-short', 'nonce-reused', 'pkce-reused']);
  assert.equal((await request({ url: attempt.url.replace('callback', 'other') })).status, 400);
});

test('private_key_jwt assertions are verified, RFC 10070 included', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  op.addClient({
    client_id: 'jwt',
    redirect_uris,
    jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k' }] },
  });
  const assertion = (claims) => {
    const now = Math.floor(Date.now() / 1000);
    const input = [
      { alg: 'ES256', kid: 'k', typ: 'client-authentication+jwt' },
      { iss: 'jwt', sub: 'jwt', aud: op.issuer, iat: now, exp: now + 60, jti: randomUUID(), ...claims },
    ]
      .map((part) => b64(JSON.stringify(part)))
      .join('.');
    return `${input}.${b64(signature('ES256', privateKey, Buffer.from(input)))}`;
  };
  const ask = (jws) =>
    request({
      url: `${op.issuer}/token`,
      method: 'POST',
      headers: { Accept: 'application/json' },
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        refresh_token: 'x',
        client_assertion: jws,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      }),
    });
  const good = assertion({});
  assert.equal((await ask(good)).status, 400);
  assert.deepEqual(rules(), ['refresh-token-unknown']);
  await ask(good);
  await ask(assertion({ aud: `${op.issuer}/token` }));
  await ask(assertion({ exp: 9e9 }));
  assert.deepEqual(
    rules().filter((rule) => rule.startsWith('assertion')),
    ['assertion-reused', 'assertion-audience', 'assertion-exp'],
  );
});

test('pushed requests are good once and leave nothing else in the URL', async () => {
  const rp = party();
  const attempt = await rp.begin();
  const { request_uri: uri } = (
    await rp.post(rp.metadata.pushed_authorization_request_endpoint, attempt.params)
  ).json();
  const url = `${op.issuer}/authorize?client_id=app&request_uri=${encodeURIComponent(uri)}`;
  const back = (await request({ url })).location;
  assert.equal((await rp.redeem(back, attempt)).status, 200);
  assert.deepEqual(op.violations, []);
  await request({ url });
  assert.deepEqual(rules(), ['par-unknown', 'client-unknown']);
});

test('logout tokens, right and wrong', async () => {
  const rp = party();
  await rp.discover();
  const claims = JSON.parse(parts(op.logoutToken())[1]);
  assert.deepEqual([claims.aud, claims.sub, claims.nonce], ['app', 'u-1001', undefined]);
  op.fault('logout.wrong_event');
  op.fault('logout.exp', -500);
  const wrong = JSON.parse(parts(op.logoutToken({ account: 'bob', sid: null }))[1]);
  assert.deepEqual(Object.keys(wrong.events), ['http://schemas.openid.net/event/foobar']);
  assert.ok(wrong.exp < Date.now() / 1000 - 400);
  assert.deepEqual([wrong.sub, wrong.sid], ['u-1002', undefined]);
});

test('the clock can be wrong', async () => {
  op.fault('clock', -400);
  const { id_token: jws } = await tokens(party());
  assert.ok(Math.abs(JSON.parse(parts(jws)[1]).iat - (Date.now() / 1000 - 400)) < 3);
});

test('plain OAuth 2.0: no metadata, no id_token, form-encoded tokens', async () => {
  const plain = await start({ clients: [client], mode: 'oauth2' });
  try {
    plain.fault('token.form');
    const rp = new RelyingParty(plain.issuer, client);
    assert.equal((await request({ url: `${plain.issuer}/.well-known/openid-configuration` })).status, 404);
    rp.metadata = {
      authorization_endpoint: `${plain.issuer}/authorize`,
      token_endpoint: `${plain.issuer}/token`,
      userinfo_endpoint: `${plain.issuer}/userinfo`,
    };
    const attempt = await rp.begin({ scope: 'user', nonce: undefined });
    const answer = new URLSearchParams(
      (await rp.redeem((await request({ url: attempt.url })).location, attempt)).text,
    );
    assert.equal(answer.get('id_token'), null);
    assert.equal((await rp.userinfo(answer.get('access_token'))).json().sub, 'u-1001');
    assert.deepEqual(plain.violations, []);
  } finally {
    plain.close();
  }
});

test('over TLS, with certificates of our own', async () => {
  const ca = certificate({ name: 'Test CA', ca: true });
  const secure = await start({
    clients: [client],
    tls: certificate({ issuer: ca }),
    issuerHost: 'localhost',
    issuerPath: '/tenant',
  });
  try {
    const url = `${secure.issuer}/.well-known/openid-configuration`;
    assert.match(url, /^https:\/\/localhost:\d+\/tenant\/\.well-known/);
    assert.equal((await request({ url, ca: ca.cert })).json().token_endpoint, `${secure.issuer}/token`);
    await assert.rejects(request({ url }), { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
    await assert.rejects(request({ url: url.replace('localhost', 'other.example'), ca: ca.cert }), {
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  } finally {
    secure.close();
  }
});

test('a cookie that it set must not come back', async () => {
  const url = `${op.issuer}/jwks`;
  await request({ url, headers: { Cookie: 'tracking=1', 'Accept-Encoding': 'gzip' } });
  assert.deepEqual(rules(), ['cookie-sent', 'accept-encoding']);
});

test('the helper that fills in forms passes through it, and a web site greets the account', async () => {
  const web = await site({ client_id: 'site', client_secret: 'secret' });
  try {
    op.addClient(web.client);
    op.account = 'carol';
    web.use(op.issuer);
    const { response, hops } = await signIn(new Jar(), web.url);
    assert.match(response.text, /Hello, Carol "Caz"/);
    assert.equal(hops.length, 3);
  } finally {
    web.close();
  }
});

test('access tokens can be minted for servers that take them', async () => {
  const token = op.accessToken({ account: 'bob', audience: 'https://api.example' });
  const [header, claims] = parts(token).map((part) => JSON.parse(part));
  assert.deepEqual([header.typ, claims.aud, claims.sub], ['at+jwt', 'https://api.example', 'u-1002']);
  const rp = party();
  await rp.discover();
  const opaque = op.accessToken({ jwt: false });
  assert.equal((await rp.post(rp.metadata.introspection_endpoint, { token: opaque })).json().sub, 'u-1001');
});
