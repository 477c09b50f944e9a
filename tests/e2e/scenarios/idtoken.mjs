// SPDX-License-Identifier: Apache-2.0
// Forged, stale and misshapen id_tokens, keys and documents: everything in badprovider/attacks*.mjs.
import assert from 'node:assert/strict';
import { assertRefused, assertSignedIn, attempt } from '../lib/attempt.mjs';
import { parallel } from '../lib/http.mjs';
import { startRealms } from '../lib/realms.mjs';
import { checkRenewals } from '../lib/renewals.mjs';
import { each } from '../lib/rows.mjs';
import { attacks } from '../badprovider/attacks.mjs';

/** Refused before the token was looked at: it, or the answer that it is in, is larger than any may be. */
const tooLarge = /^(kid "x{20}|header of 1 MB|payload of 10 MB)/;
const misshapen = /^serialised: (space-inside|newline-at-end)|^payload of 100 kB|^(deep|wide) JSON in idt/;

function codeOf({ name }) {
  if (tooLarge.test(name)) return 'PROVIDER_DOWN';
  if (misshapen.test(name) || /\b(disc|token|userinfo)\b/.test(name)) return 'PROVIDER_BAD';
  return 'ID_TOKEN';
}

/** What is asked after the refusal: nothing. */
function lastAsked({ name }) {
  if (/\bdisc$/.test(name)) return 'disc';
  if (/\btoken$/.test(name) || tooLarge.test(name) || misshapen.test(name)) return 'token';
  return /userinfo/.test(name) ? 'userinfo' : 'jwks';
}

const order = ['disc', 'authz', 'token', 'jwks', 'userinfo'];

async function check(site, row, path) {
  const { op } = site;
  await op.reset();
  await row.prepare?.(op);
  op.set(row.set(op));
  const began = Date.now();
  const outcome = await attempt(site, path);
  assert.ok(Date.now() - began < 20000, 'in time');
  assert.equal(op.canary.hits, 0, 'no other server is asked');
  if (row.expect === 'accept') {
    assertSignedIn(outcome);
    if (row.user) assert.equal(outcome.user, row.user);
    return;
  }
  assertRefused(outcome, codeOf(row));
  const after = order.slice(order.indexOf(lastAsked(row)) + 1);
  for (const endpoint of after) assert.equal(outcome.calls[endpoint], undefined, `${endpoint} is not asked`);
  assert.ok(
    !outcome.log.at(-1).includes('FAKE: logged') || /\\x0a|\\n/.test(outcome.log.at(-1)),
    'one line stays one',
  );
}

const tables = (...names) => names.flatMap((name) => attacks[name].map((row) => ({ ...row, table: name })));

async function checkAll(t, start, rows) {
  const site = await startRealms(t, start, rows.length);
  await each(rows, (row, i) => check(site, row, site.realm(i)));
}

/** What must be the reason, in the log's words. */
const reasons = [
  ['issuer', { 'idt.claims.iss': 'https://evil.example' }, /iss is not/],
  ['audience', { 'idt.claims.aud': 'another' }, /aud is not this client/],
  ['nonce', { 'idt.claims.nonce': 'another-nonce-of-sixteen' }, /nonce is not the one that was sent/],
  ['signature', { 'idt.sig': 'flipped' }, /JWS_SIGNATURE: the signature is by none of the 1 keys/],
  ['expiry', { 'idt.claims.exp': 1000000000 }, /it has expired \(exp is in the past\)/],
  ['algorithm', { 'idt.alg': 'HS256' }, /JWS_ALGORITHM: a token signed with HS256 is not allowed here/],
  ['key', { 'idt.hdr.kid': 'never-seen' }, /JWS_KEY: the token names a key that is not there, for RS256/],
  ['subject', { 'idt.claims.sub': '' }, /sub is missing, empty or too long/],
  ['time of issue', { 'idt.claims.iat': 1000000000 }, /it is older than the sign-in \(iat\)/],
  ['access token', { 'idt.claims.at_hash': 'AAAAAAAAAAAAAAAAAAAAAA' }, /at_hash does not belong to the access token/],
  ['kind of token', { 'idt.hdr.typ': 'logout+jwt' }, /typ says that it is something else/],
].map(([name, set, pattern]) => ({ name, set, pattern }));

export default [
  {
    name: 'algorithms, signatures and keys that are not the right ones sign nobody in',
    run: (t, start) => checkAll(t, start, tables('algorithms', 'keys')),
  },
  {
    name: 'tokens and documents of any wrong shape sign nobody in',
    run: (t, start) => checkAll(t, start, tables('shapes')),
  },
  {
    name: 'claims that are wrong, missing, of another type or another time sign nobody in',
    run: (t, start) => checkAll(t, start, tables('numbers', 'identities', 'userinfo')),
  },
  {
    name: 'a renewed id_token is as suspect as the first, and one that cannot be judged ends nothing',
    run: (t, start) => checkRenewals(t, start, attacks.refreshed),
  },
  {
    name: 'wrong issuer, audience, nonce, signature, expiry, algorithm, key: the log says which, the page does not',
    async run(t, start) {
      const site = await start(t, { provider: { bad: true } });
      await each(reasons, async ({ set, pattern }) => {
        await site.op.reset();
        site.op.set(set);
        const outcome = await attempt(site, '/app/page.html');
        assertRefused(outcome, 'ID_TOKEN');
        assert.match(outcome.log.at(-1), pattern);
        assert.ok(!pattern.test(outcome.response.text));
      });
    },
  },
  {
    name: 'new keys are found when the provider rotates, whether or not it still shows the old ones',
    async run(t, start) {
      const site = await start(t, { provider: { bad: true } });
      assertSignedIn(await attempt(site, '/app/page.html'));
      await site.op.rotateKeys({ keepOld: true });
      site.op.signWith = site.op.keys[0].kid;
      const outcome = await attempt(site, '/app/page.html');
      assertSignedIn(outcome);
      assert.equal(outcome.calls.jwks, 1, 'the keys are asked for again, once');
      site.op.signWith = site.op.keys[1].kid;
      const other = await attempt(site, '/app/page.html');
      assertSignedIn(other);
      assert.equal(other.calls.jwks, undefined, 'the keys that came with them are known');
    },
  },
  {
    name: 'a flood of unknown key ids asks the provider for its keys twice at most',
    async run(t, start) {
      const site = await start(t, { provider: { bad: true }, apache: { workers: { processes: 3, threads: 8 } } });
      let count = 0;
      site.op.set('idt.hdr.kid', () => `unknown-${(count += 1)}`);
      await parallel(8, async () => {
        for (let i = 0; i < 20; i += 1) assertRefused(await attempt(site, '/app/page.html'), 'ID_TOKEN');
      });
      assert.equal(site.op.hits.token, 160);
      assert.ok(site.op.hits.jwks <= 2, `${site.op.hits.jwks} requests for keys`);
    },
  },
];
