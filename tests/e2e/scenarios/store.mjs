// SPDX-License-Identifier: Apache-2.0
// The store fails while people work: nobody is shown a page, nobody is taken for a stranger, and when it is back every
// session goes on.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { arrive, assertOwnPage, assertRefused, callback, codeOf } from '../lib/attempt.mjs';
import { parallel } from '../lib/http.mjs';
import { until } from '../lib/ports.mjs';
import { each } from '../lib/rows.mjs';
import { canary } from '../lib/site.mjs';

const html = { Accept: 'text/html' };
const move = (from, to) => fs.renameSync(from, to);

/** What happens to the directory, how it is undone, and what the log says of it. */
const failures = [
  {
    name: 'its directory is moved away',
    breaks: (store) => move(store, `${store}.away`),
    mend: (store) => move(`${store}.away`, store),
    pattern: /STORE: .*data\.mdb is gone/,
  },
  {
    name: 'its directory is closed to the server',
    breaks: (store) => fs.chmodSync(store, 0),
    mend: (store) => fs.chmodSync(store, 0o700),
    pattern: /STORE: .*data\.mdb is gone \(Permission denied\)/,
  },
  {
    name: 'a damaged copy is put in the place of its file',
    breaks: (store) => {
      move(`${store}/data.mdb`, `${store}/away`);
      fs.writeFileSync(`${store}/data.mdb`, 'no database'.repeat(5000), { mode: 0o666 });
    },
    mend: (store) => move(`${store}/away`, `${store}/data.mdb`),
    pattern: /STORE: .*data\.mdb was replaced by another file; restart/,
  },
];

function assertStoreError(response) {
  assert.equal(response.status, 503);
  assert.equal(codeOf(response), 'STORE');
  assert.match(response.header('retry-after'), /^[1-9]\d*$/);
  assert.deepEqual(response.all('set-cookie'), [], 'no cookie is taken away');
  assert.ok(!response.text.includes(canary));
}

/** Nobody gets in, and nobody is asked to sign in again. */
async function assertClosed(site, jars) {
  const paths = ['/app/page.html', '/api/x', '/cgi-bin/env', '/oauth2userinfo', '/oauth2logout'];
  const asked = jars.flatMap((jar) => paths.map((path) => [path, jar]));
  const answers = await parallel(asked.length, (i) => site.get(asked[i][0], { jar: asked[i][1], headers: html }));
  for (const answer of answers) {
    assertStoreError(answer);
    assertOwnPage(answer);
  }
  assertStoreError(await site.get('/api/x', { jar: jars[0], headers: { Accept: 'application/json' } }));
  assert.equal(site.backend.requests.length, 0);
  assert.equal((await site.get('/index.html', { jar: jars[0] })).status, 200, 'other pages need no store');
}

/** Whoever comes back from the provider is told to wait; the code is not spent on a session that nobody can keep. */
async function assertNobodySignsIn(site, arrived, jar) {
  const outcome = await callback(site, arrived.callback, { jar });
  assertRefused(outcome, 'STORE');
  assert.match(outcome.response.header('retry-after'), /^[1-9]\d*$/);
  assert.deepEqual(outcome.calls, {});
  const stranger = await site.visit(site.jar(), '/app/page.html', { max: 5 });
  assert.ok(!stranger.response.text.includes(canary));
  assert.equal(codeOf(stranger.response), 'STORE', `a stranger ends at ${stranger.url}`);
  assert.equal(stranger.response.status, 503);
}

const statusesOf = (site, jars) =>
  parallel(jars.length * 6, async (i) => (await site.get('/app/page.html', { jar: jars[i % jars.length] })).status);

async function fails(site, jars, { breaks, mend, pattern }) {
  const store = site.server.path('state/sessions');
  const strange = site.jar();
  const arrived = await arrive(site, { jar: strange });
  const mark = site.server.errorLog().length;
  site.backend.requests.length = 0;
  breaks(store);
  try {
    // Readers look once in a second whether the file is still in its place.
    const isNoticed = async () => (await statusesOf(site, jars)).every((status) => status === 503);
    await until(isNoticed, { timeout: 15000, every: 200, what: 'the failure is noticed' });
    await assertClosed(site, jars);
    await assertNobodySignsIn(site, arrived, strange);
  } finally {
    mend(store);
  }
  assert.match(site.server.errorLog().slice(mark), pattern);
  const works = async () => (await statusesOf(site, jars)).every((status) => status === 200);
  await until(works, { timeout: 15000, every: 200, what: 'every session works again' });
  const again = await callback(site, arrived.callback, { jar: strange });
  assert.equal(again.response.status, 200, 'the sign-in that was told to wait ends well');
}

export default [
  {
    name: 'it is not there, closed or replaced: 503 with a time to wait, and afterwards nobody has lost a session',
    async run(t, start) {
      const site = await start(t, { provider: { bad: true } });
      const jars = await parallel(4, () => site.visitor());
      const pids = site.server.children();
      await each(failures, (failure) => fails(site, jars, failure));
      assert.deepEqual(site.server.children(), pids, 'nothing was restarted');
      for (const jar of jars) assert.equal((await site.get('/api/x', { jar })).status, 200);
    },
  },
];
