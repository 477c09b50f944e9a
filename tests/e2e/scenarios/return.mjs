// SPDX-License-Identifier: Apache-2.0
// The way back: to the page that was asked for, byte for byte, and what the back button and a second look at a callback
// lead to.
import assert from 'node:assert/strict';
import { assertRefused, attempt, callback, codeOf } from '../lib/attempt.mjs';
import { each } from '../lib/rows.mjs';
import { canary } from '../lib/site.mjs';

const auto = { provider: { autoLogin: 'alice' } };
const callbackOf = (here) => here.hops.find(({ url }) => new URL(url).pathname === '/oauth2callback').url;

/** The callback's own query is long; each request is sent by a browser that has nothing but what `jar` has. */
async function replay(t, start) {
  const site = await start(t, auto);
  const jar = site.jar();
  await site.open(jar, '/app/page.html');
  const before = jar.clone();
  const here = await site.visit(jar, '/app/page.html?x=1');
  assert.equal(here.response.status, 200);
  const url = callbackOf(here);
  const { token } = site.op.hits;

  const back = await site.open(jar, url);
  assert.equal(back.status, 303, 'with a session the old address leads on');
  assert.equal(back.location, site.at('/app/page.html?x=1'));
  assertRefused(await callback(site, url, { jar: before }), 'STATE_USED');
  assertRefused(await callback(site, url), 'BINDING');
  assert.equal(site.op.hits.token, token, 'the code was shown to the provider once');
}

async function afterSigningOut(t, start) {
  const site = await start(t, auto);
  const jar = site.jar();
  const here = await site.visit(jar, '/app/page.html');
  jar.remove('goauth2');
  const outcome = await callback(site, callbackOf(here), { jar });
  assertRefused(outcome, 'STATE_USED');
  const [, again] = /<a class="go" href="([^"]+)">Try again/.exec(outcome.response.text);
  assert.equal((await site.visit(jar, again)).response.status, 200);
}

const lengths = [
  { name: 'as long as state carries', length: 1024, cookie: false },
  { name: 'one byte longer: in a cookie', length: 1025, cookie: true },
  { name: 'as long as the cookie carries', length: 2600, cookie: true },
];

const padded = (length) => `/app/page.html?q=${'x'.repeat(length - '/app/page.html?q='.length)}`;

async function longAddresses(t, start) {
  const site = await start(t, auto);
  await each(lengths, async ({ length, cookie }) => {
    const jar = site.jar();
    const first = await site.open(jar, padded(length));
    assert.equal(Boolean(jar.get('goauth2-return')), cookie);
    for (const line of first.all('set-cookie')) assert.ok(line.length < 4096, `a cookie of ${line.length} bytes`);
    const here = await site.visit(jar, first.location);
    assert.equal(here.url, site.at(padded(length)));
    assert.equal(here.response.status, 200);
    assert.equal(jar.get('goauth2-return'), undefined, 'the cookie is gone again');
  });
  const beyond = await site.visit(site.jar(), padded(2601));
  assert.equal(beyond.url, site.at('/app/page.html'), 'a longer query is left out');
  const longPath = await site.visit(site.jar(), `/app${'/yyyyyyyyy'.repeat(260)}`);
  assert.equal(longPath.url, site.at('/'), 'a longer path leads to the front page');
}

/** There is one cookie for long addresses: the second attempt takes it. */
async function twoLongOnes(t, start) {
  const site = await start(t, auto);
  const jar = site.jar();
  const first = await site.open(jar, padded(1500));
  const second = await site.open(jar, padded(1600));
  assert.equal((await site.visit(jar, second.location)).url, site.at(padded(1600)));
  const late = await site.visit(jar, first.location);
  assert.equal(late.url, site.at('/'), 'its page is lost, the user is not');
  assert.equal((await site.get('/app/page.html', { jar })).status, 200);
}

const targets = [
  '/app/page.html?a=1&b=%2F&c=%2f&d=+&e=%20&&=&f',
  '/app/page.html?',
  '/app/page.html??x',
  '/app/page.html?next=https://evil.example/&amp;%26',
  '/app/page.html?%e4%bd%a0=%E4%BD%A0&%09=%7F',
  '/app/page.html?"<script>\'`{}|^[]',
  '/app/%70age.html?x',
  '/app//page.html?x',
  '/app/page.html;v=1?x',
  '/app/page.html?code=1&state=2&error=3&iss=4',
];

/** Written as they are: a URL object would tidy them up. */
async function locationFor(site, target) {
  const jar = site.jar();
  const response = await site.get('/app/', { jar, target, headers: { Accept: 'text/html' } });
  assert.equal(response.status, 302);
  const isCallback = ({ url }) => new URL(url).pathname === '/oauth2callback';
  return (await site.visit(jar, response.location, { until: isCallback })).response.header('location');
}

async function byteForByte(t, start) {
  const site = await start(t, auto);
  await each(targets, async (target) => assert.equal(await locationFor(site, target), target));
  await each(defused, async (target) => assert.equal(await locationFor(site, target), '/'));
}

/** What could become another host or another header line somewhere behind leads to the front page. */
const defused = ['/app/./page.html', '/app/x/../page.html', '/app/page.html?x=%0D%0AX', '/app/page.html?%00'];
const refusedTargets = ['/app/\xe4.html', '/app/page.html?\xff', '/app/a b'];

async function otherBytes(t, start) {
  const site = await start(t, auto);
  await each(refusedTargets, async (target) => {
    const response = await site.get('/app/', { target, jar: site.jar(), headers: { Accept: 'text/html' } });
    if (response.status === 400) return; // httpd itself refuses it
    assert.equal(response.status, 302);
    assert.ok(!/[^\x21-\x7e]/.test(response.header('location')));
  });
}

async function anotherBrowser(t, start) {
  const site = await start(t, auto);
  const here = await attempt(site, '/app/page.html', {
    until: ({ response }) => response.location?.includes('/oauth2callback?'),
  });
  const victim = await site.visitor();
  victim.remove('goauth2');
  const stolen = await callback(site, here.response.location, { jar: victim });
  assert.equal(codeOf(stolen.response), 'BINDING');
  assert.ok(!stolen.response.text.includes(canary));
}

export default [
  { name: 'a callback that comes again leads a user on and a stranger nowhere', run: replay },
  { name: 'the back button after signing out ends on a page that leads to a new sign-in', run: afterSigningOut },
  { name: 'long addresses come back whole up to what a cookie carries, beyond that their path', run: longAddresses },
  { name: 'of two long addresses at once the later comes back, the earlier user still signs in', run: twoLongOnes },
  { name: 'the query comes back byte for byte', run: byteForByte },
  { name: 'bytes that no address may have never get into a redirect', run: otherBytes },
  { name: "a callback of one browser's sign-in does nothing in another", run: anotherBrowser },
];
