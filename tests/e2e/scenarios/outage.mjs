// SPDX-License-Identifier: Apache-2.0
// The provider is away: before the first sign-in, in the middle of one, afterwards, and while httpd starts.
import assert from 'node:assert/strict';
import { assertRefused, attempt, callback, codeOf } from '../lib/attempt.mjs';
import { parallel } from '../lib/http.mjs';
import { sleep, until } from '../lib/ports.mjs';
import { startRealms } from '../lib/realms.mjs';
import { each } from '../lib/rows.mjs';

const auto = { provider: { autoLogin: 'alice' } };
const isCallback = ({ response }) => response.location?.includes('/oauth2callback?');

function assertUnavailable(response) {
  assert.equal(response.status, 503);
  assert.equal(codeOf(response), 'PROVIDER_DOWN');
  assert.match(response.header('retry-after'), /^[1-9]\d*$/);
}

async function beforeTheFirst(t, start) {
  const site = await start(t, auto);
  await site.providerDown();
  const began = Date.now();
  for (const response of await parallel(10, () => site.open(site.jar(), '/app/page.html')))
    assertUnavailable(response);
  assert.ok(Date.now() - began < 20000, `${Date.now() - began} ms for ten pages`);
  assert.equal((await site.get('/api/x')).status, 401, 'programs are told as ever');
  const pids = site.server.children();
  await site.providerUp();
  const jar = site.jar();
  const works = async () => (await site.visit(jar, '/app/page.html')).response.status === 200;
  await until(works, { timeout: 15000, every: 300, what: 'a sign-in' });
  assert.deepEqual(site.server.children(), pids, 'nothing was restarted');
}

async function onTheWay(t, start) {
  const site = await start(t, auto);
  const jar = site.jar();
  const { response } = await site.visit(jar, '/app/page.html?x=1', { until: isCallback });
  await site.providerDown();
  const outcome = await callback(site, response.location, { jar });
  assertRefused(outcome, 'PROVIDER_DOWN');
  assertUnavailable(outcome.response);
  const [, again] = /<a class="go" href="([^"]+)">Try again/.exec(outcome.response.text);
  await site.providerUp();
  const here = await site.visit(jar, again);
  assert.equal(here.response.status, 200);
  assert.equal(here.url, site.at('/app/page.html?x=1'));
}

async function afterwards(t, start) {
  const site = await start(t, auto);
  const jar = await site.visitor();
  await site.providerDown();
  for (const path of ['/app/page.html', '/api/x', '/cgi-bin/env', '/oauth2userinfo']) {
    const statuses = await parallel(10, async () => (await site.get(path, { jar })).status);
    assert.deepEqual([...new Set(statuses)], [200], path);
  }
  const stranger = await site.open(site.jar(), '/app/page.html');
  assert.equal(stranger.status, 302, 'where to sign in is still known');
}

/** Restarted in every way, and with nothing but what the store keeps of the provider. */
async function throughRestarts(t, start) {
  const site = await start(t, auto);
  const jar = await site.visitor();
  await site.providerDown();
  const check = async () => {
    assert.equal((await site.get('/api/x', { jar })).status, 200);
    assert.equal((await site.open(site.jar(), '/app/page.html')).status, 302);
  };
  await site.server.graceful();
  await check();
  await site.server.restart();
  await check();
  await site.server.kill9('all');
  await site.server.startAgain();
  await check();
  await site.providerUp();
  site.op.resetCounts();
  await site.visitor('bob');
  assert.equal(site.op.hits.disc, undefined, 'the metadata is the kept one');
  assert.equal(site.op.hits.jwks, undefined, 'and the keys are');
}

const faults = ['disc.slow', 'disc.hang', 'jwks.hang', 'token.slow', 'token.hang', 'userinfo.hang'];

async function slowly(t, start) {
  const site = await startRealms(t, start, faults.length, { lines: 'GOAuth2HTTPTimeout 1s' });
  await each(faults, async (fault, i) => {
    await site.op.reset();
    const path = site.realm(i);
    site.op.fault(fault);
    const began = Date.now();
    assertRefused(await attempt(site, path), 'PROVIDER_DOWN');
    assert.ok(Date.now() - began < 15000, `${Date.now() - began} ms`);
  });
}

/** Many wait for a provider that hangs; those who need nothing of it must not notice. */
async function othersGoOn(t, start) {
  const site = await start(t, { provider: { bad: true }, lines: 'GOAuth2HTTPTimeout 5s' });
  const jar = await site.visitor();
  site.op.fault('token.hang');
  let ended = 0;
  const attempts = parallel(6, () => attempt(site, '/app/page.html').finally(() => (ended += 1)));
  await until(() => site.op.hits.token >= 2, { what: 'sign-ins wait for the provider' });
  for (let i = 0; i < 10; i += 1) assert.equal((await site.get('/api/x', { jar })).status, 200);
  assert.equal(ended, 0, 'ten requests were quicker than one that waits');
  for (const outcome of await attempts) assertRefused(outcome, 'PROVIDER_DOWN');
}

/** A provider that comes and goes while people sign in and work. */
async function flapping(t, start) {
  const site = await start(t, auto);
  const jar = await site.visitor();
  for (let i = 0; i < 3; i += 1) {
    await site.providerDown();
    assert.equal((await site.get('/api/x', { jar })).status, 200);
    await sleep(100);
    await site.providerUp();
    assert.equal((await site.visit(site.jar(), '/app/page.html')).response.status, 200);
  }
}

export default [
  { name: 'down before the first sign-in: 503, and all is well when it is back', run: beforeTheFirst },
  { name: 'down between redirect and return: 503 with a way back to the page', run: onTheWay },
  { name: 'down after the sign-in: sessions go on', run: afterwards },
  { name: 'down while httpd starts: sessions go on and the kept metadata serves', run: throughRestarts },
  { name: 'slow and silent: a page within the time that is set', run: slowly },
  { name: 'sign-ins that wait for it hold up nobody else', run: othersGoOn },
  { name: 'it comes and goes', run: flapping },
];
