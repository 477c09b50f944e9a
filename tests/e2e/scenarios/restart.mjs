// SPDX-License-Identifier: Apache-2.0
// httpd is restarted, reloaded and killed at any moment while people work, sign in and have tokens renewed. Whoever was
// told to be signed in stays signed in; only a request that a killed process had in hand may fail.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { parallel } from '../lib/http.mjs';
import * as load from '../lib/load.mjs';
import { sleep } from '../lib/ports.mjs';

const lines = 'GOAuth2SessionIdle 40s\nGOAuth2HTTPTimeout 3s'; // the last use is written every four seconds
const provider = { autoLogin: 'alice', refreshTokens: 'always' };

async function visitors(site, count) {
  const jars = [];
  while (jars.length < count) jars.push(...(await parallel(5, () => site.visitor())));
  return jars;
}

/** All of them work, each over its own sessions in turn. */
function work(site, jars, options = {}) {
  const cookies = jars.map((jar) => site.cookies(jar));
  return load.start({
    connections: 6,
    next: (index, count) => ({
      url: site.at('/app/page.html'),
      headers: [['Cookie', cookies[(index + count * 6) % cookies.length]]],
    }),
    ...options,
  });
}

/** Do it again and again for some seconds. */
async function during(seconds, action, pause = () => 1000) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
    await action();
    await sleep(pause());
  }
}

/** A lock that is left behind is never given back; five seconds of waiting, and five for a slow machine. */
const ample = 10000;

function assertNobodyLost(stats) {
  assert.deepEqual(stats.wrong, [], 'a good session is never asked to sign in');
  assert.ok(stats.ok > 20, `${stats.ok} requests`);
  assert.ok(stats.slowest < ample, `nobody waited for a lock: ${stats.slowest} ms`);
}

/** LMDB's own program opens it, every session in it works, and one more can be added without delay. */
async function assertStoreIsWell(site, jars) {
  const statuses = await parallel(
    jars.length,
    async (i) => (await site.get('/app/page.html', { jar: jars[i] })).status,
  );
  assert.deepEqual([...new Set(statuses)], [200], 'every acknowledged session is there');
  const began = Date.now();
  await site.visitor();
  assert.ok(Date.now() - began < ample, `a sign-in took ${Date.now() - began} ms`);
  const { status, stdout, stderr, error } = spawnSync('mdb_stat', ['-efa', site.server.path('state/sessions')], {
    encoding: 'utf8',
  });
  assert.ifError(error); // ENOENT: lmdb-utils is missing
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^Status of Main DB$/m);
}

async function reloads(t, start) {
  const site = await start(t, { provider, lines });
  const jars = await visitors(site, 20);
  const working = work(site, jars);
  await during(5, () => site.server.graceful());
  const stats = await working.stop();
  assertNobodyLost(stats);
  assert.deepEqual(stats.failures, [], 'a graceful reload costs no request');
  await assertStoreIsWell(site, jars);
}

async function restarts(t, start) {
  const site = await start(t, { provider, lines });
  const jars = await visitors(site, 20);
  const working = work(site, jars);
  await during(5, () => site.server.restart());
  const stats = await working.stop();
  assertNobodyLost(stats);
  await assertStoreIsWell(site, jars);
}

/** Sign-ins one after the other, until told to stop; whoever has got a session cookie was told to be signed in. */
function signingIn(site) {
  const acknowledged = [];
  let running = true;
  const one = async () => {
    while (running) {
      const jar = site.jar();
      await site.visit(jar, '/app/page.html', { timeout: 10000 }).catch(() => {});
      if (jar.get('goauth2')) acknowledged.push(jar);
    }
  };
  const done = Promise.all([one(), one()]);
  return async () => {
    running = false;
    await done;
    return acknowledged;
  };
}

/** Work for a backend whose tokens end every few seconds. A renewal may wait for a killed one's turn to pass. */
function renewing(site, jars) {
  return work(site, jars, {
    connections: 2,
    next: (index, count) => ({
      url: site.at('/api/x'),
      headers: [['Cookie', site.cookies(jars[(index + count * 2) % jars.length])]],
    }),
    expect: ({ status }) => status === 200 || status === 503,
  });
}

/**
 * Kill while all of this goes on. Refresh tokens do not rotate here: a provider that takes the used one for stolen ends
 * the grant when the process that got the new one dies before it is stored, and nobody could prevent that.
 */
async function killing(t, start, { kill, ...options }) {
  const site = await start(t, { provider: { ...provider, rotateRefreshTokens: false }, lines, ...options });
  site.op.settings.accessTokenSeconds = 4;
  const jars = await visitors(site, 20);
  const [working, renewals, stop] = [work(site, jars.slice(0, 15)), renewing(site, jars.slice(15)), signingIn(site)];
  let kills = 0;
  const killOnce = async () => {
    await kill(site);
    kills += 1;
  };
  // httpd makes no new children in a second in which one has died.
  const pause = () => 1100 + Math.random() * 600;
  await during(7, killOnce, pause);
  const [stats, renewed, acknowledged] = [await working.stop(), await renewals.stop(), await stop()];
  t.diagnostic(
    `${kills} kills, ${stats.ok} requests, ${stats.failures.length} cut off, ${renewed.ok} with a token, ` +
      `${acknowledged.length} sign-ins, slowest ${stats.slowest} ms`,
  );
  assertNobodyLost(stats);
  assert.deepEqual(renewed.wrong, []);
  assert.ok(acknowledged.length > 0, 'somebody signed in meanwhile');
  await assertStoreIsWell(site, [...jars, ...acknowledged]);
}

/** So many at random, all at once. */
const children = (count) => async (site) => {
  const pids = site.server.children().sort(() => Math.random() - 0.5);
  await Promise.all(pids.slice(0, count).map((pid) => site.server.kill9(pid)));
};

async function theParent(site) {
  await site.server.kill9('parent');
  await site.server.startAgain();
}

const manyProcesses = { mpm: 'prefork', workers: { processes: 4, threads: 2 } };

export default [
  { name: 'a graceful reload every second costs no request and no session', run: reloads },
  { name: 'a restart every second costs no session', run: restarts },
  {
    name: 'kill -9 of children at random moments, event MPM, loses nobody and leaves no lock',
    run: (t, start) => killing(t, start, { kill: children(1) }),
  },
  {
    name: 'kill -9 of children at random moments, prefork MPM, loses nobody and leaves no lock',
    run: (t, start) => killing(t, start, { kill: children(3), apache: manyProcesses }),
  },
  {
    name: 'kill -9 of the parent and a new start, again and again, loses nobody and leaves no lock',
    run: (t, start) => killing(t, start, { kill: theParent }),
  },
];
