// SPDX-License-Identifier: Apache-2.0
// Rows about renewed tokens: somebody has signed in for each row, one request later his token is renewed, under the
// row's settings of the bad provider.
import assert from 'node:assert/strict';
import { assertSignedIn, attempt } from './attempt.mjs';
import { sleep } from './ports.mjs';
import { startRealms } from './realms.mjs';
import { each } from './rows.mjs';

const lifetime = 4; // seconds: good for two of them, due before the third

async function check(site, row, { path, jar }) {
  const { op } = site;
  await op.reset();
  op.accessTokenSeconds = lifetime;
  op.set(row.set(op));
  const outcome = await attempt(site, path, { jar, until: ({ hops }) => hops.length === 1 });
  assert.equal(outcome.calls.token, 1, 'one renewal');
  if (row.expect === 'reject') {
    assert.equal(outcome.response.status, 302, 'the session has ended: sign in again');
    assert.equal(outcome.calls.revoke, 1, 'the tokens that nobody can use are revoked');
  } else {
    assertSignedIn(outcome);
  }
}

/** rows: { name or id, expect: 'accept' or 'reject', set: (op) => settings }. The accepted are renewed once more. */
export async function checkRenewals(t, start, rows) {
  const site = await startRealms(t, start, rows.length, { lines: 'GOAuth2Bearer access' });
  const visitors = new Map();
  site.op.accessTokenSeconds = lifetime;
  for (const [i, row] of rows.entries()) {
    const visitor = { number: i, path: site.realm(i), jar: site.jar() };
    assertSignedIn(await attempt(site, visitor.path, visitor));
    visitors.set(row, visitor);
  }
  for (const due of [rows, rows.filter(({ expect }) => expect === 'accept')]) {
    await sleep(2500);
    await each(due, (row) => {
      site.realm(visitors.get(row).number);
      return check(site, row, visitors.get(row));
    });
  }
}
