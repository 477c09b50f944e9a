// SPDX-License-Identifier: Apache-2.0
// What ends by itself: an attempt that takes too long, a session that nobody uses, a session that is old.
import assert from 'node:assert/strict';
import { assertRefused, assertSignedIn, attempt } from '../lib/attempt.mjs';
import { parallel } from '../lib/http.mjs';
import { sleep, until } from '../lib/ports.mjs';

async function lateOnce(t, start) {
  const site = await start(t, { provider: { bad: true }, lines: 'GOAuth2SignInTimeout 1s' });
  site.op.set({ 'authz.http.delay': 1300 }, { on: 'authz', times: 1 });
  const outcome = await attempt(site, '/app/page.html?late=1');
  assertSignedIn(outcome);
  assert.equal(outcome.here.url, site.at('/app/page.html?late=1'));
  assert.equal(outcome.calls.authz, 2);
  assert.equal(outcome.calls.token, 1, 'the late code was not redeemed');
}

async function lateTwice(t, start) {
  const site = await start(t, { provider: { bad: true }, lines: 'GOAuth2SignInTimeout 1s' });
  site.op.set({ 'authz.http.delay': 1300 });
  const outcome = await attempt(site, '/app/page.html');
  assertRefused(outcome, 'STATE_EXPIRED');
  assert.equal(outcome.response.status, 400);
  assert.equal(outcome.calls.authz, 2, 'it begins again once');
  assert.equal(outcome.calls.token, undefined);
  site.op.knobs.reset();
  const [, again] = /<a class="go" href="([^"]+)">Try again/.exec(outcome.response.text);
  assertSignedIn(await attempt(site, again));
}

/** The time (since `began`) at which the session is first refused. */
async function endOf(site, jar, path, began, every) {
  const refused = async () => (await site.get(path, { jar })).status === 401;
  await until(refused, { every, timeout: 15000, what: 'the session ends' });
  return Date.now() - began;
}

async function idle(t, start) {
  const site = await start(t, { lines: 'GOAuth2SessionIdle 2s' });
  const jar = await site.visitor();
  for (let i = 0; i < 6; i += 1) {
    await sleep(600);
    assert.equal((await site.get('/app/page.html', { jar })).status, 200, 'in use it goes on');
  }
  await sleep(2100);
  assert.equal((await site.get('/app/page.html', { jar })).status, 401);
  assert.equal((await site.visit(jar, '/app/page.html')).response.status, 200, 'and begins anew');
}

async function old(t, start) {
  const site = await start(t, { lines: 'GOAuth2SessionIdle 3s\nGOAuth2SessionMax 3s' });
  const began = Date.now();
  const jar = await site.visitor();
  const ended = await endOf(site, jar, '/app/page.html', began, 100);
  assert.ok(ended >= 3000 && ended < 15000, `it ended after ${ended} ms`);
}

/** One session, two opinions of how long it may rest. */
async function shorterElsewhere(t, start) {
  const site = await start(t, {
    locations: {
      '/app': 'AuthType goauth2\nRequire valid-user',
      '/cgi-bin': 'AuthType goauth2\nRequire valid-user\nGOAuth2SessionIdle 2s',
    },
  });
  const jar = await site.visitor();
  for (let i = 0; i < 10; i += 1) {
    await sleep(200);
    assert.equal((await site.get('/app/page.html', { jar })).status, 200);
  }
  assert.equal((await site.get('/cgi-bin/env', { jar })).status, 200, 'use elsewhere is use, too');
  await sleep(2100);
  assert.equal((await site.get('/cgi-bin/env', { jar })).status, 401);
  assert.equal((await site.get('/app/page.html', { jar })).status, 200);
}

async function lastUse(t, start) {
  const site = await start(t, { lines: 'GOAuth2SessionIdle 20s' });
  const jar = await site.visitor();
  const signedIn = Date.now();
  const writes = site.storeWrites();
  const ask = async () => assert.equal((await site.get('/app/page.html', { jar })).status, 200);
  await parallel(15, ask);
  if (Date.now() - signedIn < 1900) assert.equal(site.storeWrites(), writes, 'not before a tenth has passed');
  await sleep(signedIn + 2100 - Date.now());
  await parallel(15, ask);
  assert.equal(site.storeWrites(), writes + 1, 'once, whoever came first');
  await parallel(15, ask);
  assert.equal(site.storeWrites(), writes + 1);
}

async function superseded(t, start) {
  const site = await start(t, { provider: { autoLogin: 'alice' } });
  const jar = await site.visitor();
  const before = jar.clone();
  const began = Date.now();
  await site.visit(jar, '/oauth2authorize?return_url=/app/');
  const ended = await endOf(site, before, '/app/page.html', began, 200);
  assert.ok(ended > 9500, `it ended after ${ended} ms`);
  assert.equal((await site.get('/app/page.html', { jar })).status, 200);
}

export default [
  { name: 'an attempt that took too long begins again by itself', run: lateOnce },
  { name: 'the second late attempt in a row ends on a page', run: lateTwice },
  { name: 'a session that is used goes on, one that rests too long ends', run: idle },
  { name: 'a session ends at its highest age, however much it is used', run: old },
  { name: 'a location may want fresher use than the site', run: shorterElsewhere },
  { name: 'the last use is written once for a tenth of the idle time', run: lastUse },
  { name: 'a session that a new sign-in replaced lets its requests through for ten seconds', run: superseded },
];
