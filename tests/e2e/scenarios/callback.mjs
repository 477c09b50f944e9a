// SPDX-License-Identifier: Apache-2.0
// The way back from the provider: whose sign-in it is, how often it counts, and what may stand in its address.
import assert from 'node:assert/strict';
import {
  arrive,
  assertOwnPage,
  assertRefused,
  assertSignedIn,
  attempt,
  begin,
  callback,
  codeOf,
} from '../lib/attempt.mjs';
import { cookieOf, sessionsOf, watch, withParams } from '../lib/attempt.mjs';
import { browserHeaders } from '../lib/navigate.mjs';
import { parallel } from '../lib/http.mjs';
import { sleep } from '../lib/ports.mjs';
import { each } from '../lib/rows.mjs';
import { canary } from '../lib/site.mjs';

const bad = { provider: { bad: true } };
const random = 'A'.repeat(20) + 'b'.repeat(23);

/** Addresses that a browser may come back with. `change(params)` changes those of a good one. */
const addresses = [
  ['no parameters', { state: undefined, code: undefined, iss: undefined }, 'STATE_INVALID'],
  ['no state', { state: undefined }, 'STATE_INVALID'],
  ['an empty state', { state: '' }, 'STATE_INVALID'],
  ['a state from nowhere', { state: random }, 'STATE_INVALID'],
  ['a state with a byte more', { state: (state) => `${state}A` }, 'STATE_INVALID'],
  ['a state with a byte less', { state: (state) => state.slice(0, -1) }, 'STATE_INVALID'],
  ['a state in other letters', { state: (state) => state.toLowerCase() }, 'STATE_INVALID'],
  ['a state with padding', { state: (state) => `${state}=` }, 'STATE_INVALID'],
  ['a state of 5000 bytes', { state: 'A'.repeat(5000) }, 'STATE_INVALID'],
  ['state twice, the good one first', { state: (state) => [state, random] }, 'BAD_REQUEST'],
  ['state twice, the good one last', { state: (state) => [random, state] }, 'BAD_REQUEST'],
  ['state twice, the same', { state: (state) => [state, state] }, 'BAD_REQUEST'],
  ['code twice', { code: (code) => [code, 'x'] }, 'BAD_REQUEST'],
  ['code twice, the good one last', { code: (code) => ['x', code] }, 'BAD_REQUEST'],
  ['iss twice', { iss: (iss) => [iss, 'https://evil.example'] }, 'BAD_REQUEST'],
  ['error twice', { code: undefined, error: ['a', 'b'] }, 'BAD_REQUEST'],
  ['a code and an error', { error: 'access_denied' }, 'BAD_REQUEST'],
  ['an access token', { access_token: 'x' }, 'BAD_REQUEST'],
  ['an id_token', { id_token: 'a.b.c' }, 'BAD_REQUEST'],
  ['tokens and no code', { code: undefined, id_token: 'a.b.c', access_token: 'x' }, 'BAD_REQUEST'],
  ['a JWT response', { response: 'a.b.c' }, 'BAD_REQUEST'],
  ['neither code nor error', { code: undefined }, 'BAD_REQUEST'],
  ['an empty code', { code: '' }, 'BAD_REQUEST'],
  ['no iss', { iss: undefined }, 'ISSUER'],
  ['iss of another', { iss: 'https://evil.example' }, 'ISSUER'],
  ['iss with a slash', { iss: (iss) => `${iss}/` }, 'ISSUER'],
  ['iss in capitals', { iss: (iss) => iss.toUpperCase() }, 'ISSUER'],
  ['an empty iss', { iss: '' }, 'ISSUER'],
  ['an error with another iss', { code: undefined, error: 'access_denied', iss: 'https://evil.example' }, 'ISSUER'],
  ['an error without iss', { code: undefined, error: 'access_denied', iss: undefined }, 'ISSUER'],
  ['access denied', { code: undefined, error: 'access_denied' }, 'DENIED'],
  ['the provider is busy', { code: undefined, error: 'temporarily_unavailable' }, 'PROVIDER_DOWN'],
  ['another error', { code: undefined, error: 'invalid_scope' }, 'PROVIDER_REFUSED'],
  ['an error from nowhere', { code: undefined, error: 'access_denied', state: random }, 'STATE_INVALID'],
].map(([name, changes, code]) => ({ name, changes, code }));

/** Queries that no URL class would write. */
const raws = [
  ['a broken escape', (query) => `${query}&x=%zz`],
  ['NUL', (query) => `${query}%00`],
  ['a NUL of its own', (query) => `${query}&a=%00`],
  ['semicolons', (query) => query.replaceAll('&', ';')],
  ['100 parameters more', (query) => `${query}&${Array.from({ length: 100 }, (_, i) => `p${i}=1`).join('&')}`],
  ['a name that is encoded', (query) => `${query}&%73tate=${random}`],
].map(([name, change]) => ({ name, change }));

const methods = ['HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'PROPFIND', 'get', 'FOO'];

function changed(address, changes) {
  const values = new URL(address).searchParams;
  return withParams(
    address,
    Object.fromEntries(
      Object.entries(changes).map(([name, to]) => [name, typeof to === 'function' ? to(values.get(name)) : to]),
    ),
  );
}

/** After a refused callback the right one still counts: nothing was used up. */
async function stillGood(site, address, jar) {
  assertSignedIn(await callback(site, address, { jar }));
}

export default [
  {
    name: 'what a callback may not say is refused before the provider is asked, and does not use up the sign-in',
    async run(t, start) {
      const site = await start(t, bad);
      await each(addresses, async ({ changes, code }) => {
        const jar = site.jar();
        const { callback: address } = await arrive(site, { jar });
        const outcome = await callback(site, changed(address, changes), { jar });
        assertRefused(outcome, code);
        assert.deepEqual(outcome.calls, {}, 'the provider is not asked');
        assert.ok(!outcome.response.text.includes(new URL(address).searchParams.get('code')), 'no code on the page');
        await stillGood(site, address, jar);
      });
      await each(raws, async ({ change }) => {
        const jar = site.jar();
        const { callback: address } = await arrive(site, { jar });
        const [place, query] = address.split('?');
        const { result, calls } = await watch(site, () =>
          site.get(`/oauth2callback`, { jar, target: `${new URL(place).pathname}?${change(query)}` }),
        );
        assert.equal(result.status, 400);
        assert.deepEqual([calls, sessionsOf(result)], [{}, []]);
        await stillGood(site, address, jar);
      });
    },
  },
  {
    name: 'every bit of the state and of the binding cookie counts',
    async run(t, start) {
      const site = await start(t, bad);
      const jar = site.jar();
      const { callback: address, state } = await arrive(site, { jar });
      const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
      const flip = (text, i) => text.slice(0, i) + alphabet[alphabet.indexOf(text[i]) ^ 1] + text.slice(i + 1);
      await each([...state].keys(), async (i) => {
        const response = await site.get(changed(address, { state: flip(state, i) }), { jar });
        assert.equal(codeOf(response), 'STATE_INVALID', `byte ${i}`);
      });
      const bound = jar.value('goauth2-bind');
      await each([...bound].keys(), async (i) => {
        const response = await site.get(address, { headers: { Cookie: `goauth2-bind=${flip(bound, i)}` } });
        assert.equal(codeOf(response), 'BINDING', `byte ${i}`);
      });
      assert.deepEqual(site.op.hits, { disc: 1, authz: 1 });
      await stillGood(site, address, jar);
    },
  },
  {
    name: 'a sign-in that was begun in another browser signs nobody in: forced sign-in, swapped codes, two tabs',
    async run(t, start) {
      const site = await start(t, bad);
      const [mine, yours] = [site.jar(), site.jar()];
      const attacker = await arrive(site, { jar: mine });
      assertRefused(await callback(site, attacker.callback, { jar: site.jar() }), 'BINDING');
      const victim = await arrive(site, { jar: yours });
      assertRefused(await callback(site, attacker.callback, { jar: yours }), 'BINDING');
      assert.equal(site.op.hits.token, undefined);
      // The attacker's code in the victim's own callback: PKCE makes it worthless.
      const code = new URL(attacker.callback).searchParams.get('code');
      const swapped = await callback(site, withParams(victim.callback, { code }), { jar: yours });
      assertRefused(swapped, 'GRANT_ENDED');
      assert.equal(swapped.calls.userinfo, undefined);
      // Two tabs of one browser: each state belongs to its own code.
      const [one, two] = [await arrive(site, { jar: yours }), await arrive(site, { jar: yours })];
      const crossed = withParams(one.callback, { code: new URL(two.callback).searchParams.get('code') });
      assertRefused(await callback(site, crossed, { jar: yours }), 'GRANT_ENDED');
      assert.deepEqual(
        site.op.violations.splice(0).map(({ rule }) => rule),
        ['pkce-mismatch', 'pkce-mismatch'],
      );
      await stillGood(site, (await arrive(site, { jar: yours })).callback, yours);
    },
  },
  {
    name: 'a callback that is sent a hundred times at once redeems its code exactly once',
    async run(t, start) {
      const site = await start(t, { ...bad, apache: { workers: { processes: 3, threads: 16 } } });
      const jar = site.jar();
      const { callback: address } = await arrive(site, { jar });
      const cookie = site.cookies(jar);
      const headers = [...browserHeaders('navigation', 'cross-site'), ['Cookie', cookie]];
      const answers = await parallel(100, () => site.get(address, { headers, timeout: 30000 }));
      assert.equal(site.op.hits.token, 1);
      assert.equal(answers.filter((answer) => answer.status === 303).length, 1);
      assert.equal(sessionsOf(...answers).length, 1, 'one session');
      for (const answer of answers.filter(({ status }) => status !== 303)) assert.equal(codeOf(answer), 'STATE_USED');
      assert.deepEqual(site.op.violations, []);
      jar.take(site.at('/'), answers.find(({ status }) => status === 303).all('set-cookie'));
      const again = await callback(site, address, { jar });
      assert.equal(again.hops[0].response.status, 303, 'the back button goes on to the page');
      assertSignedIn(again);
    },
  },
  {
    name: 'only GET answers a callback, and no other method uses it up',
    async run(t, start) {
      const site = await start(t, bad);
      const jar = site.jar();
      const { callback: address } = await arrive(site, { jar });
      await each(methods, async (method) => {
        const body = /^(POST|PUT|PATCH)$/.test(method) ? new URLSearchParams({ a: 'b' }) : undefined;
        const { result, calls } = await watch(site, () => site.get(address, { method, jar, body }));
        assert.equal(result.status, 405);
        assert.deepEqual([calls, sessionsOf(result)], [{}, []]);
      });
      // httpd itself answers TRACE with the request as it came: nothing of ours is in it, and nothing happens.
      const trace = await watch(site, () => site.get(address, { method: 'TRACE', jar }));
      assert.deepEqual(trace.calls, {});
      assert.ok(!trace.result.text.includes('goauth2-bind'), 'not even the cookie, which scripts must not see');
      await each(['prefetch', 'image', 'fetch', 'iframe'], async (kind) => {
        const { result } = await watch(site, () =>
          site.get(address, { jar: site.jar(), headers: browserHeaders(kind, 'cross-site') }),
        );
        assert.equal(result.status, 400, 'without the binding cookie, which they do not carry');
      });
      await stillGood(site, address, jar);
    },
  },
];
