// SPDX-License-Identifier: Apache-2.0
// The handles that the real provider gives to tests, and the provider as a program.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, afterEach, before, test } from 'node:test';
import { disownProcess, ownProcess } from '../lib/cleanup.mjs';
import { request } from '../lib/http.mjs';
import { follow } from '../lib/navigate.mjs';
import { start } from '../provider.mjs';
import { atCallback, clients, offline, redirect_uris, setUp } from './good.mjs';
import { RelyingParty } from './rp.mjs';

let op;
let tokens;
let party;
before(async () => {
  ({ op, tokens, party } = await setUp());
});
after(() => op.close());
afterEach(() => op.clearHooks());

test('without offline_access there is no refresh token, unless settings say "always"', async () => {
  assert.equal((await tokens(party('basic'))).refresh_token, undefined);
  op.settings.refreshTokens = 'always';
  assert.ok((await tokens(party('basic'))).refresh_token);
  op.settings.refreshTokens = 'offline_access';
});

test('short access tokens expire', async () => {
  const rp = party('basic');
  op.settings.accessTokenSeconds = 1;
  const { access_token: token, expires_in: seconds } = await tokens(rp);
  op.settings.accessTokenSeconds = 3600;
  assert.equal(seconds, 1);
  await new Promise((resolve) => {
    setTimeout(resolve, 2100);
  });
  assert.equal((await rp.userinfo(token)).status, 401);
});

test('new keys sign at once; sessions and tokens outlive them', async () => {
  const rp = party('basic');
  const kidOf = ({ id_token: jws }) => JSON.parse(Buffer.from(jws.split('.')[0], 'base64url')).kid;
  const old = await tokens(rp, { params: offline });
  await op.rotateKeys({ keepOld: false });
  const fresh = (await rp.refresh(old.refresh_token)).json();
  assert.notEqual(kidOf(fresh), kidOf(old));
  await rp.verify(fresh.id_token);
  await assert.rejects(rp.verify(old.id_token), /no key/);
});

test('endpoints can be delayed, failed, and lose their answer', async () => {
  const rp = party('basic');
  const { refresh_token: token } = await tokens(rp, { params: offline });
  op.fail('userinfo', 503, 1);
  assert.equal((await rp.userinfo('x')).status, 503);
  assert.equal((await rp.userinfo('x')).status, 401);

  op.delay('jwks', 300, 1);
  const began = Date.now();
  await request({ url: rp.metadata.jwks_uri });
  assert.ok(Date.now() - began >= 290);

  op.loseAnswer('token');
  await assert.rejects(rp.refresh(token));
  assert.equal((await rp.refresh(token)).json().error, 'invalid_grant', 'the lost answer had used the token');
});

test('with autoLogin there are no pages, and access tokens can be JWTs for an API', async () => {
  const quick = await start({
    clients,
    consent: false,
    autoLogin: 'bob',
    claimsIn: 'id_token',
    apis: { 'https://api.example': { scope: 'read' } },
  });
  try {
    const rp = new RelyingParty(quick.issuer, clients[0]);
    const attempt = await rp.begin({ resource: 'https://api.example' });
    const { response, hops } = await follow({ url: attempt.url, until: atCallback });
    assert.ok(hops.every((hop) => hop.response.status === 303));
    const answer = (await rp.redeem(response.location, attempt)).json();
    assert.equal((await rp.verify(answer.id_token)).email, 'bob@example.com');
    assert.equal(JSON.parse(Buffer.from(answer.access_token.split('.')[1], 'base64url')).aud, 'https://api.example');
  } finally {
    await quick.close();
  }
});

test('requests are counted by endpoint', async () => {
  op.resetCounts();
  await tokens(party('basic'));
  assert.equal(op.hits.disc, 1);
  assert.equal(op.hits.authz, 1);
  assert.equal(op.hits.token, 1);
  assert.ok(op.hits.interaction >= 3);
});

test('the program prints its issuer and ends on SIGTERM', async () => {
  const program = spawn(
    process.execPath,
    [new URL('../bin/provider.mjs', import.meta.url).pathname, '--port', '0', '--redirect-uri', redirect_uris[0]],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  ownProcess(program.pid);
  const [output] = await once(program.stdout, 'data');
  const [, issuer] = /^issuer (\S+)$/m.exec(output.toString());
  assert.equal((await request({ url: `${issuer}/.well-known/openid-configuration` })).json().issuer, issuer);
  program.kill('SIGTERM');
  const [code] = await once(program, 'exit');
  disownProcess(program.pid);
  assert.equal(code, 0);
});
