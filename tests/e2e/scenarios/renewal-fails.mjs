// SPDX-License-Identifier: Apache-2.0
// A token cannot be renewed: the provider is in trouble, has ended the grant, or the process that asked it was killed.
import assert from 'node:assert/strict';
import { parallel } from '../lib/http.mjs';
import { sleep, until } from '../lib/ports.mjs';
import { ownerOfPort } from '../lib/processes.mjs';

const renewable = { provider: { refreshTokens: 'always' } };

function assertPause(response) {
  assert.equal(response.status, 503);
  assert.match(response.header('retry-after'), /^[1-9]\d*$/);
  assert.deepEqual(response.all('set-cookie'), [], 'the session stays');
}

async function untilItsEnd(t, start) {
  const site = await start(t, renewable);
  const { jar, ends } = await site.visitorWithShortToken(24);
  site.op.fail('token', 503);
  await sleep(ends - 3500 - Date.now()); // due for renewal since 85 % of its life, good until 2 s before its end
  for (const status of await parallel(5, async () => (await site.get('/api/x', { jar })).status)) {
    assert.equal(status, 200, 'the old token is used');
  }
  assert.equal(site.op.hits.token, 1);
  await sleep(ends - 1900 - Date.now());
  for (const response of await parallel(5, () => site.get('/api/x', { jar }))) assertPause(response);
  assert.equal(site.op.hits.token, 1, 'and the provider is left alone for a while');
  assert.equal((await site.get('/app/page.html', { jar })).status, 200, 'who needs no token goes on');
  site.op.clearHooks();
  const recovered = async () => (await site.get('/api/x', { jar })).status === 200;
  await until(recovered, { timeout: 20000, every: 250, what: 'the token is renewed' });
  assert.equal(site.op.reuses, 0);
}

async function grantEnded(t, start) {
  const site = await start(t, { provider: { refreshTokens: 'always', consent: true } });
  const { jar, ends } = await site.visitorWithShortToken(3);
  site.op.revokeTokens();
  await sleep(ends - Date.now());
  assert.equal((await site.get('/api/x', { jar })).status, 401);
  assert.equal(site.op.hits.token, 1);
  assert.equal((await site.get('/app/page.html', { jar })).status, 401, 'the session is over everywhere');
  const { response } = await site.signIn(jar, '/api/x');
  assert.equal(response.status, 200);
}

async function noRefreshToken(t, start) {
  const site = await start(t, { provider: { refreshTokens: 'never' } });
  const { jar, ends } = await site.visitorWithShortToken(3);
  await sleep(ends - Date.now());
  assert.equal((await site.get('/api/x', { jar })).status, 401);
  const here = await site.visit(jar, '/api/x');
  assert.equal(here.response.status, 200, 'the provider still knows the user');
}

/** The first token request hangs for a while, and its process is killed: the provider never uses the refresh token. */
async function holderKilled(t, start) {
  const site = await start(t, {
    ...renewable,
    apache: { mpm: 'prefork', workers: { processes: 8, threads: 1 } },
  });
  const { jar, ends } = await site.visitorWithShortToken(3);
  let victim, killed;
  site.op.hook('token', {
    times: 1,
    async before(req) {
      await sleep(6500); // longer than what the lease is held for at once
      victim = ownerOfPort(site.server.children(), req.socket.remotePort);
      await site.server.kill9(victim);
      killed = Date.now();
      return true;
    },
  });
  await sleep(ends - Date.now());
  const outcomes = await parallel(8, () => site.get('/api/x', { jar, timeout: 30000 }).catch((error) => error));
  assert.ok(victim, 'a process was found and killed');
  const broken = outcomes.filter((outcome) => outcome instanceof Error);
  assert.equal(broken.length, 1, 'the request of the killed process');
  for (const { status } of outcomes.filter((outcome) => !broken.includes(outcome))) {
    assert.ok(status === 200 || status === 503, `status ${status}`);
  }
  const recovered = async () => (await site.get('/api/x', { jar, timeout: 30000 })).status === 200;
  await until(recovered, { timeout: 10000, every: 250, what: 'the token is renewed' });
  const took = Date.now() - killed;
  assert.ok(took <= 9000, `${took} ms after its owner was killed`);
  assert.equal(site.op.hits.token, 2);
  assert.equal(site.op.reuses, 0);
}

/** The provider has used the refresh token up, and nobody heard of it: it decides what the next request is worth. */
async function answerLost(t, start) {
  const site = await start(t, renewable);
  const { jar, ends } = await site.visitorWithShortToken(3);
  site.op.loseAnswer('token');
  await sleep(ends - Date.now());
  assertPause(await site.get('/api/x', { jar }));
  assert.equal(site.op.hits.token, 1, 'it is not sent again at once');
  const decided = async () => (await site.get('/api/x', { jar })).status !== 503;
  await until(decided, { timeout: 20000, every: 250, what: 'the next request' });
  assert.equal((await site.get('/api/x', { jar })).status, 401, 'this provider ends the grant');
  assert.equal((await site.visit(jar, '/api/x')).response.status, 200);
}

export default [
  {
    name: 'a token endpoint in trouble: the token is used to its end, then 503, then all is well again',
    run: untilItsEnd,
  },
  { name: 'a grant that the provider has ended ends the session', run: grantEnded },
  { name: 'without a refresh token the end of the token is a new sign-in', run: noRefreshToken },
  { name: 'the process that was renewing is killed: others take over and the session stays', run: holderKilled },
  { name: "a lost answer is no second request at once; what follows is the provider's to say", run: answerLost },
];
