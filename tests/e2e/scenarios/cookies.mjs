// SPDX-License-Identifier: Apache-2.0
// The session's cookie: forged, doubled, planted, mixed up with others. Whatever is not exactly what the server gave to
// this browser, for this site, is as good as none.
import assert from 'node:assert/strict';
import { arrive, assertRefused, attempt, begin, callback, codeOf, cookieOf } from '../lib/attempt.mjs';
import { isSession, sessionsOf, withParams } from '../lib/attempt.mjs';
import { browserHeaders } from '../lib/navigate.mjs';
import { until } from '../lib/ports.mjs';
import { each } from '../lib/rows.mjs';
import { canary } from '../lib/site.mjs';

const bad = { provider: { bad: true } };
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const flip = (text, i, bit = 1) => text.slice(0, i) + alphabet[alphabet.indexOf(text[i]) ^ bit] + text.slice(i + 1);

/** What somebody gets with this Cookie header, or these: "page", "stranger", or a status. */
async function seenWith(site, ...cookies) {
  const response = await site.get('/app/page.html', {
    headers: [...browserHeaders(), ...cookies.map((value) => ['Cookie', value])],
  });
  if (response.status === 200 && response.text.includes(canary)) return 'page';
  assert.ok(!response.text.includes(canary));
  assert.deepEqual(sessionsOf(response), []);
  return response.status === 302 ? 'stranger' : response.status;
}

async function signedIn(site) {
  const jar = site.jar();
  await site.signIn(jar);
  assert.equal(await seenWith(site, site.cookies(jar)), 'page');
  return { jar, session: jar.value('goauth2'), bind: jar.value('goauth2-bind') };
}

/** Values that are nearly a session's. */
const forged = (value) => [
  ...[
    '',
    '=',
    value.slice(0, -1),
    value.slice(1),
    `${value}A`,
    `A${value}`,
    `${value}==`,
    value + value,
    `"${value}"`,
  ],
  ...[
    value.toLowerCase(),
    value.toUpperCase(),
    [...value].reverse().join(''),
    `${value}.`,
    `${value}%00`,
    `%41${value.slice(1)}`,
  ],
  ...[
    'A'.repeat(value.length),
    '_'.repeat(value.length),
    'x'.repeat(7000),
    value.replaceAll('-', '+').replaceAll('_', '/'),
  ].filter((made) => made !== value),
  ...['null', 'undefined', '0', '-1', '[]', '{}', '../../etc/passwd', "' OR 1=1 --", '%s%s%n', '\x80\xff', 'deleted'],
];

/** Cookie headers with more than one value of our name, or our name where it does not count. */
const doubled = (session) =>
  [
    [`goauth2=${session}; goauth2=x`, 'stranger'],
    [`goauth2=x; goauth2=${session}`, 'stranger'],
    [`goauth2=; goauth2=${session}`, 'stranger'],
    [`goauth2=${session}; goauth2=`, 'stranger'],
    [`goauth2=${session}; goauth2=${session}`, 'page'],
    [`goauth2=x, goauth2=${session}`, 'stranger'],
    [`a=1, goauth2=${session}`, 'stranger'],
    [`goauth2="${session}"`, 'stranger'],
    [`GOAUTH2=${session}`, 'stranger'],
    [`Goauth2=${session}`, 'stranger'],
    [`goauth2 =${session}`, 'stranger'],
    [`__Host-goauth2=${session}`, 'stranger'],
    [`__Secure-goauth2=${session}`, 'stranger'],
    [`xgoauth2=${session}`, 'stranger'],
    [`=goauth2=${session}`, 'stranger'],
    [`a="b; goauth2=${session}`, 'page'],
    [`a=b;goauth2=${session};c=d`, 'page'],
    [`  goauth2=${session}  `, 'page'],
    [`;;;goauth2=${session};;;`, 'page'],
    [`$Version=1; goauth2=${session}; $Path=/`, 'page'],
    [`a=${'x'.repeat(6000)}; goauth2=${session}`, 'page'],
    [`${Array.from({ length: 180 }, (_, i) => `cookie-${i}=value-${i}`).join('; ')}; goauth2=${session}`, 'page'],
    [`a=${'x'.repeat(20000)}; goauth2=${session}`, 400],
  ].map(([cookie, seen]) => ({ name: cookie.replace(session, 'SESSION').slice(0, 60), cookie, seen }));

export default [
  {
    name: 'every cookie on every path has its flags, and a request with a good session sets none',
    async run(t, start) {
      const site = await start(t, bad);
      const jar = site.jar();
      const responses = [];
      const visit = async (path, options) =>
        responses.push(...(await site.visit(jar, path, options)).hops.map((hop) => hop.response));
      for (const path of ['/app/page.html', '/oauth2authorize?return_url=%2F', '/app/page.html?'.padEnd(2000, 'x')])
        await visit(path);
      responses.push(await site.get('/oauth2callback', { jar }), await site.get('/oauth2userinfo', { jar }));
      responses.push(await site.get('/oauth2logout', { jar: site.jar(), headers: browserHeaders() }));
      const form = await site.get('/oauth2logout', { jar, headers: browserHeaders() });
      const [, xsrf] = /name="xsrf" value="([^"]+)"/.exec(form.text);
      responses.push(await site.get('/oauth2logout', { jar, method: 'POST', body: new URLSearchParams({ xsrf }) }));
      const ours = responses
        .filter(({ url }) => url.startsWith(site.url))
        .flatMap((response) => response.all('set-cookie'));
      assert.ok(ours.length >= 6);
      for (const line of ours) {
        const { name, attributes } = cookieOf(line);
        assert.match(name, /^goauth2(-bind|-return)?$/);
        assert.deepEqual([attributes.path, attributes.samesite, attributes.httponly], ['/', 'Lax', ''], line);
        assert.ok(!('domain' in attributes) && !('expires' in attributes), line);
        assert.ok(
          name === 'goauth2-return' || attributes['max-age'] === undefined || attributes['max-age'] === '0',
          line,
        );
      }
      const user = await signedIn(site);
      for (let i = 0; i < 5; i += 1)
        assert.deepEqual((await site.get('/app/page.html', { jar: user.jar })).all('set-cookie'), []);
    },
  },
  {
    name: 'a session cookie with any byte changed, cut, longer or made up is no session, and harms nobody',
    async run(t, start) {
      const site = await start(t, bad);
      const { session } = await signedIn(site);
      const workers = site.server.children();
      await each([...session].keys(), async (i) => {
        for (const bit of [1, 2, 32])
          assert.equal(await seenWith(site, `goauth2=${flip(session, i, bit)}`), 'stranger', `byte ${i}`);
      });
      await each(forged(session), async (value) =>
        assert.equal(await seenWith(site, `goauth2=${value}`), 'stranger'),
      );
      assert.equal(await seenWith(site, `goauth2=${session}`), 'page');
      assert.deepEqual(site.server.children(), workers, 'the same processes');
      assert.equal(site.op.hits.token, 1);
    },
  },
  {
    name: 'two values under our name are none: a neighbour who sets cookies cannot choose the session',
    async run(t, start) {
      const site = await start(t, bad);
      const { session } = await signedIn(site);
      await each(doubled(session), async ({ cookie, seen }) => assert.equal(await seenWith(site, cookie), seen));
      assert.equal(await seenWith(site, 'goauth2=x', `goauth2=${session}`), 'stranger', 'two headers');
      assert.equal(
        await seenWith(site, 'a=b', `goauth2=${session}`),
        'stranger',
        'joined by a comma, it is not believed',
      );
      assert.equal(await seenWith(site, `goauth2=${session}`, 'a=b'), 'page');
      const other = await signedIn(site);
      assert.equal(await seenWith(site, `goauth2=${session}; goauth2=${other.session}`), 'stranger');
    },
  },
  {
    name: 'no secret of one purpose serves another: session, binding, state and return address are never each other',
    async run(t, start) {
      const site = await start(t, bad);
      const { session, bind } = await signedIn(site);
      const jar = site.jar();
      const first = await arrive(site, { path: '/app/page.html?'.padEnd(2000, 'x'), jar });
      const values = {
        session,
        bind,
        state: first.state,
        returning: jar.value('goauth2-return'),
        fresh: jar.value('goauth2-bind'),
      };
      await each(Object.entries(values), async ([name, value]) => {
        if (name !== 'session')
          assert.equal(await seenWith(site, `goauth2=${value}`), 'stranger', `${name} as a session`);
        if (name !== 'state') {
          const outcome = await callback(site, withParams(first.callback, { state: value }), { jar: jar.clone() });
          assertRefused(outcome, 'STATE_INVALID');
        }
        if (name !== 'fresh') {
          const response = await site.get(first.callback, { headers: { Cookie: `goauth2-bind=${value}` } });
          assert.equal(codeOf(response), 'BINDING', `${name} as a binding`);
        }
      });
      assert.deepEqual(site.op.hits.token, 1);
      const swapped = jar.clone();
      swapped.put({ ...jar.get('goauth2-return'), value: first.state });
      const done = await site.get(first.callback, { jar: swapped, headers: browserHeaders() });
      assert.equal(done.header('location'), '/', 'a return address that is something else is the front page');
    },
  },
  {
    name: 'a sign-in always makes a new session: a planted one stays worthless, the one before ends within seconds',
    async run(t, start) {
      const site = await start(t, bad);
      const victim = site.jar();
      const planted = 'AQ'.padEnd(66, 'A');
      victim.put({ name: 'goauth2', value: planted, host: '127.0.0.1' });
      await site.signIn(victim);
      assert.notEqual(victim.value('goauth2'), planted);
      assert.equal(await seenWith(site, `goauth2=${planted}`), 'stranger');
      // The attacker's own, good session and binding in the victim's browser: the victim's sign-in leaves both behind.
      const attacker = await signedIn(site);
      const seduced = attacker.jar.clone();
      const again = await site.visit(seduced, '/oauth2authorize?return_url=%2Fapp%2Fpage.html');
      assert.equal(again.response.status, 200);
      assert.notEqual(seduced.value('goauth2'), attacker.session);
      assert.equal(await seenWith(site, `goauth2=${attacker.session}`), 'page', 'requests on their way are served');
      await until(async () => (await seenWith(site, `goauth2=${attacker.session}`)) === 'stranger', {
        timeout: 15000,
        every: 500,
      });
      assert.equal(await seenWith(site, `goauth2=${seduced.value('goauth2')}`), 'page');
    },
  },
  {
    name: 'ids and secrets of sessions, bindings and attempts are new and random each time',
    async run(t, start) {
      const site = await start(t, bad);
      const seen = { session: new Set(), bind: new Set(), state: new Set() };
      const bytes = [];
      const count = 60;
      for (let i = 0; i < count; i += 1) {
        const jar = site.jar();
        const { state } = await begin(site, { jar });
        await site.signIn(jar);
        seen.session.add(jar.value('goauth2').slice(2, 20)).add(jar.value('goauth2').slice(-20));
        seen.bind.add(jar.value('goauth2-bind').slice(0, 20));
        seen.state.add(state.slice(8, 30));
        bytes.push(Buffer.from(jar.value('goauth2'), 'base64url').subarray(1));
      }
      assert.deepEqual([seen.session.size, seen.bind.size, seen.state.size], [2 * count, count, count]);
      const all = Buffer.concat(bytes);
      const ones = [...all].reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
      assert.ok(Math.abs(ones / (all.length * 8) - 0.5) < 0.03, 'as many ones as zeros');
      assert.deepEqual(site.op.violations, [], 'no state, nonce or challenge came twice');
    },
  },
  {
    name: 'any number of begun sign-ins needs two small cookies, and strangers cannot push anybody out',
    async run(t, start) {
      const site = await start(t, bad);
      const user = await signedIn(site);
      const jar = site.jar();
      for (let i = 0; i < 60; i += 1)
        await begin(site, { jar, path: `/app/page.html?tab=${i}`.padEnd(i % 2 ? 2000 : 40, 'x') });
      assert.ok(site.cookies(jar).length < 4096, `${site.cookies(jar).length} bytes`);
      const last = await attempt(site, '/app/page.html?last', { jar });
      assert.ok(last.signedIn);
      for (let i = 0; i < 300; i += 1) await site.get('/app/page.html', { headers: browserHeaders() });
      assert.equal(await seenWith(site, `goauth2=${user.session}`), 'page');
    },
  },
  {
    name: 'signing out ends the session at once in every process',
    async run(t, start) {
      const site = await start(t, { ...bad, apache: { workers: { processes: 3, threads: 8 } } });
      const { jar, session } = await signedIn(site);
      for (let i = 0; i < 20; i += 1) assert.equal(await seenWith(site, `goauth2=${session}`), 'page');
      const form = await site.get('/oauth2logout', { jar, headers: browserHeaders() });
      const [, xsrf] = /name="xsrf" value="([^"]+)"/.exec(form.text);
      const done = await site.get('/oauth2logout', { jar, method: 'POST', body: new URLSearchParams({ xsrf }) });
      assert.ok(
        done
          .all('set-cookie')
          .map(cookieOf)
          .some((cookie) => isSession(cookie) && cookie.deletes),
      );
      const seen = await Promise.all(Array.from({ length: 60 }, () => seenWith(site, `goauth2=${session}`)));
      assert.deepEqual([...new Set(seen)], ['stranger']);
    },
  },
];
