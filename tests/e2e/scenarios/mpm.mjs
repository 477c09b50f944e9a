// SPDX-License-Identifier: Apache-2.0
// The same on every multi-processing module: processes alone, threads, and threads that wait for events.
import assert from 'node:assert/strict';
import { mpms } from '../lib/apache.mjs';
import { Connection, parallel } from '../lib/http.mjs';
import basics from './basics.mjs';

/** Twelve people sign in at once and work; nobody is ever taken for somebody else. */
async function crowd(t, start, mpm) {
  const site = await start(t, { apache: { mpm } });
  const names = ['alice', 'bob', 'carol', 'dave'];
  const people = await parallel(12, async (i) => {
    const name = names[i % names.length];
    return { sub: site.op.accounts[name].sub, jar: await site.visitor(name) };
  });
  await Promise.all(
    people.map(async ({ sub, jar }) => {
      for (let i = 0; i < 5; i += 1) {
        const { headers } = (await site.get('/api/x', { jar })).json();
        assert.deepEqual(
          headers.filter(([name]) => name === 'X-Auth-Request-User'),
          [['X-Auth-Request-User', sub]],
        );
      }
    }),
  );
}

/** One connection, by turns with and without a cookie: nothing of a request is left for the next. */
async function oneConnection(t, start, mpm) {
  const site = await start(t, { apache: { mpm } });
  const [alice, bob] = [await site.visitor('alice'), await site.visitor('bob')];
  const connection = new Connection(site.url);
  t.after(() => connection.close());
  const ask = (jar) => connection.request({ url: site.at('/cgi-bin/env'), jar });
  for (let i = 0; i < 5; i += 1) {
    assert.match((await ask(alice)).text, /^REMOTE_USER=u-1001$/m);
    assert.equal((await ask(undefined)).status, 401);
    assert.match((await ask(bob)).text, /^REMOTE_USER=u-1002$/m);
  }
  assert.equal(connection.used, 15);
}

export default mpms.flatMap((mpm) => [
  ...basics.map(({ name, run }) => ({
    name: `${mpm}: ${name}`,
    run: (t, start) => run(t, (test, options = {}) => start(test, { ...options, apache: { mpm } })),
  })),
  { name: `${mpm}: twelve people at once are each themselves`, run: (t, start) => crowd(t, start, mpm) },
  { name: `${mpm}: requests of one connection share nothing`, run: (t, start) => oneConnection(t, start, mpm) },
]);
