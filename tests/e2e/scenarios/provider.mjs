// SPDX-License-Identifier: Apache-2.0
// A provider that answers wrongly, under the names of the OpenID Foundation's tests of relying parties (and of the FAPI
// 2.0 profile's): what is accepted, what is refused with which code, and that nothing more is asked of the provider
// then.
import assert from 'node:assert/strict';
import { assertRefused, assertSignedIn, attempt } from '../lib/attempt.mjs';
import { startRealms } from '../lib/realms.mjs';
import { checkRenewals } from '../lib/renewals.mjs';
import { each } from '../lib/rows.mjs';
import { conformance } from '../badprovider/conformance.mjs';

/** The code on the page, where it is not the id_token that is wrong. */
const codes = {
  'userinfo-invalid-sub': 'PROVIDER_BAD',
  'discovery-issuer-mismatch': 'PROVIDER_BAD',
  'fapi2-invalid-authorization-response-iss': 'ISSUER',
  'fapi2-remove-authorization-response-iss': 'ISSUER',
  'fapi2-authorization-response-with-invalid-state': 'STATE_INVALID',
  'fapi2-authorization-response-missing-state': 'STATE_INVALID',
};

async function check(site, row, path) {
  const { op } = site;
  await op.reset();
  await row.prepare?.(op);
  op.set(row.set(op));
  const outcome = await attempt(site, path);
  const refusedWith = row.expect === 'reject' ? (codes[row.id] ?? 'ID_TOKEN') : undefined;
  if (refusedWith) {
    assertRefused(outcome, refusedWith);
    for (const endpoint of row.never ?? []) assert.equal(outcome.calls[endpoint] ?? 0, 0, `${endpoint} is not asked`);
  } else {
    assertSignedIn(outcome);
    assert.equal(outcome.calls.userinfo, 1, 'userinfo is asked');
  }
  assert.equal(op.canary.hits, 0, 'no other server is asked');
}

export default [
  {
    name: "the OpenID Foundation's and FAPI 2.0's bad answers are refused, the good ones accepted, each by its own id",
    async run(t, start) {
      const rows = conformance.filter(({ when }) => when === 'sign-in');
      const site = await startRealms(t, start, rows.length);
      await each(rows, (row, i) => check(site, row, site.realm(i)));
    },
  },
  {
    name: 'renewed tokens are looked at like the first: another issuer or subject ends the session',
    async run(t, start) {
      // FAPI 2.0's client-refresh-token-test is in here: a renewed token is renewed again.
      await checkRenewals(
        t,
        start,
        conformance.filter(({ when }) => when === 'refresh'),
      );
    },
  },
];
