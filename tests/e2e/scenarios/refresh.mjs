// SPDX-License-Identifier: Apache-2.0
// Access tokens that come to their end while a backend needs them. The real provider rotates refresh tokens and ends
// the whole grant when a used one comes again, so one request too many would show.
import assert from 'node:assert/strict';
import { parallel } from '../lib/http.mjs';
import { sleep } from '../lib/ports.mjs';

const renewable = { provider: { refreshTokens: 'always' } };
const eightProcesses = { apache: { mpm: 'prefork', workers: { processes: 8, threads: 1 } } };

const bearers = (site) => [...new Set(site.backend.requests.map((request) => request.header('authorization')))];

async function fifty(site, jar) {
  return parallel(50, async () => (await site.get('/api/x', { jar, timeout: 40000 })).status);
}

const allWell = Array.from({ length: 50 }, () => 200);

function assertOneRenewal(site) {
  assert.equal(site.op.hits.token, 1, 'one token request');
  assert.equal(site.op.reuses, 0);
  assert.equal(bearers(site).length, 1, 'everybody got the new token');
}

async function atTheEnd(t, start) {
  const site = await start(t, { ...renewable, ...eightProcesses });
  const { jar, ends } = await site.visitorWithShortToken(3);
  await sleep(ends - Date.now());
  assert.deepEqual(await fifty(site, jar), allWell);
  assertOneRenewal(site);
  assert.equal(site.backend.requests.length, 50);
}

async function slowEndpoint(t, start) {
  const site = await start(t, { ...renewable, ...eightProcesses });
  const { jar, ends } = await site.visitorWithShortToken(3);
  site.op.delay('token', 6500);
  await sleep(ends - Date.now());
  const began = Date.now();
  assert.deepEqual(await fifty(site, jar), allWell);
  assertOneRenewal(site);
  const took = Date.now() - began;
  assert.ok(took >= 6400 && took < 20000, `nobody waited much longer than the endpoint took: ${took} ms`);
}

async function threads(t, start) {
  const site = await start(t, renewable);
  const { jar, ends } = await site.visitorWithShortToken(3);
  await sleep(ends - Date.now());
  assert.deepEqual(await fifty(site, jar), allWell);
  assertOneRenewal(site);
}

/** Between 85 % of its life and its last two seconds a token is renewed by one and good for all others. */
async function ahead(t, start) {
  const site = await start(t, renewable);
  const { jar, ends } = await site.visitorWithShortToken(24);
  const [old] = await seenBy(site, jar);
  site.op.delay('token', 1200);
  await sleep(ends - 3500 - Date.now());
  const renewing = site.get('/api/renewing', { jar });
  await sleep(200);
  const began = Date.now();
  assert.deepEqual(await parallel(4, async () => (await site.get('/api/x', { jar })).status), [200, 200, 200, 200]);
  if (Date.now() - began < 900) assert.deepEqual(bearers(site), [old], 'they did not wait');
  assert.equal((await renewing).status, 200);
  const last = await seenBy(site, jar);
  assert.notEqual(last[0], old);
  assert.equal(site.op.hits.token, 1);
}

async function seenBy(site, jar) {
  site.backend.requests.length = 0;
  assert.equal((await site.get('/api/x', { jar })).status, 200);
  return bearers(site);
}

/** Rotation for a while: each renewal uses the refresh token of the one before. */
async function again(t, start) {
  const site = await start(t, renewable);
  const { jar } = await site.visitorWithShortToken(3);
  site.op.settings.accessTokenSeconds = 3;
  const seen = new Set();
  const began = Date.now();
  for (let i = 0; i < 14; i += 1) {
    for (const token of await seenBy(site, jar)) seen.add(token);
    await sleep(400);
  }
  const most = 1 + (Date.now() - began) / 1000;
  assert.ok(site.op.hits.token >= 3 && site.op.hits.token <= most, `${site.op.hits.token} renewals`);
  assert.equal(site.op.reuses, 0);
  assert.equal(seen.size, site.op.hits.token + 1);
}

async function notWhereNoTokenGoes(t, start) {
  const site = await start(t, renewable);
  const { jar, ends } = await site.visitorWithShortToken(3);
  await sleep(ends - Date.now());
  assert.equal((await site.get('/app/page.html', { jar })).status, 200);
  assert.equal(site.op.hits.token, undefined);
}

export default [
  { name: 'fifty requests over eight processes at the end of a token make one token request', run: atTheEnd },
  { name: 'the same, while the token endpoint takes six and a half seconds', run: slowEndpoint },
  { name: 'the same in the threads of the event MPM', run: threads },
  { name: 'a token is renewed ahead of its end, and nobody else waits for it', run: ahead },
  { name: 'renewals follow each other with rotating refresh tokens', run: again },
  { name: 'where no token goes to the backend none is renewed', run: notWhereNoTokenGoes },
];
