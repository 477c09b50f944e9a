// SPDX-License-Identifier: Apache-2.0
// Where people end who cannot be signed in: pages without anything of the attempt in them, and never a loop.
import assert from 'node:assert/strict';
import { arrive, assertOwnPage, assertRefused, assertSignedIn, attempt, begin, callback } from '../lib/attempt.mjs';
import { cookieOf, isSession, withParams } from '../lib/attempt.mjs';
import { Jar } from '../lib/jar.mjs';
import { sleep } from '../lib/ports.mjs';
import { each } from '../lib/rows.mjs';
import { secret } from '../lib/site.mjs';

const bad = { provider: { bad: true } };

/** What a provider, or whoever makes up a callback, may say of an error. */
const descriptions = [
  '<script>alert(1)</script>',
  '"><svg onload=alert(1)>',
  "'-alert(1)-'",
  '</p></main><iframe src=//evil.example>',
  '{{title}}{{message}}',
  '%s%n%d%x',
  'a\r\nX-Evil: 1\r\n\r\n<b>',
  '\x1b[31mred\x1b]0;title\x07',
  '\u202eright to left',
  'FAKE [goauth2:error] a line of its own\n[goauth2:error] another',
  'x'.repeat(3000),
];

/** A browser that loses its cookies, all of them or by name. */
class ForgetfulJar extends Jar {
  constructor(forgets) {
    super();
    this.forgets = forgets;
  }
  take(url, lines, context) {
    super.take(url, lines, context);
    this.cookies = this.cookies.filter(({ name }) => !this.forgets(name));
  }
}

export default [
  {
    name: "an error that the provider sends is told in our words: its own go to the log, escaped, and into no page",
    async run(t, start) {
      const site = await start(t, bad);
      await each(descriptions, async (text) => {
        const jar = site.jar();
        const { callback: address } = await arrive(site, { jar });
        const outcome = await callback(
          site,
          withParams(address, {
            code: undefined,
            error: 'access_denied',
            error_description: text,
            error_uri: 'https://evil.example/',
          }),
          { jar },
        );
        assertRefused(outcome, 'DENIED');
        assert.equal(outcome.response.header('x-evil'), undefined);
        for (const part of [text, 'evil.example', 'alert', 'FAKE', 'xxxxx'])
          assert.ok(!outcome.response.text.includes(part), `the page has ${part.slice(0, 20)}`);
        assert.ok(!/[\x00-\x08\x0b-\x1f\x7f]/.test(outcome.log.join('\n')), 'the log has no control characters');
        assert.ok(outcome.log.every((line) => line.length < 9000));
        assert.equal(outcome.log.filter((line) => line.includes('access_denied')).length, 1, 'one line');
      });
      const invented = await callback(site, site.at('/oauth2callback?error=%3Cscript%3E&state=%3Cscript%3E'));
      assertRefused(invented, 'STATE_INVALID');
      const jar = site.jar();
      const { callback: address } = await arrive(site, { jar });
      assertRefused(
        await callback(site, withParams(address, { code: undefined, error: '<b>' }), { jar }),
        'PROVIDER_REFUSED',
      );
    },
  },
  {
    name: 'no page after a failed sign-in has its code, state, tokens or secrets, and it leads back to the wanted page',
    async run(t, start) {
      const site = await start(t, bad);
      site.op.set('idt.sig', 'flipped');
      const jar = site.jar();
      const { callback: address, state } = await arrive(site, { path: '/app/page.html?a=%22%3E%3Cb%3E&c=d', jar });
      const outcome = await callback(site, address, { jar });
      assertRefused(outcome, 'ID_TOKEN');
      const { code, iss } = Object.fromEntries(new URL(address).searchParams);
      for (const part of [code, state, iss, secret, jar.value('goauth2-bind')])
        assert.ok(!outcome.response.text.includes(part), part);
      for (const part of [code, state, secret, jar.value('goauth2-bind')])
        assert.ok(!outcome.log.join('\n').includes(part), `the log has ${part}`);
      const [, again] = /<a class="go" href="([^"]+)">Try again/.exec(outcome.response.text);
      assert.equal(again.replace(/&amp;|&#38;/g, '&'), '/app/page.html?a=%22%3E%3Cb%3E&c=d');
    },
  },
  {
    name: 'a provider that puts its answer into the fragment, where no server sees it, gets a page without a script',
    async run(t, start) {
      const site = await start(t, bad);
      site.op.fault('authz.frag');
      assertRefused(await attempt(site, '/app/page.html'), 'STATE_INVALID');
      site.op.reset();
      site.op.fault('authz.post');
      const outcome = await attempt(site, '/app/page.html');
      assert.equal(outcome.response.status, 405);
      assertRefused(outcome, 'METHOD');
    },
  },
  {
    name: 'a browser without cookies, or one that loses its session alone, ends on a page and does not go round',
    async run(t, start) {
      const site = await start(t, bad);
      const none = await attempt(site, '/app/page.html', { jar: new ForgetfulJar(() => true), max: 4 });
      assertRefused(none, 'BINDING');
      assert.equal(none.calls.token, undefined);
      const jar = new ForgetfulJar((name) => isSession({ name }));
      const lost = await attempt(site, '/app/page.html', { jar, max: 4 * 4 });
      assert.equal(lost.code, 'LOOP');
      assert.equal(lost.response.status, 403);
      assertOwnPage(lost.response);
      assert.equal(lost.calls.token, 3, 'three sign-ins, then the page');
      assert.match(lost.log.at(-1), /the cookie goauth2 is not sent/);
    },
  },
  {
    name: 'a sign-in that took too long starts again by itself, once, and then ends on a page',
    async run(t, start) {
      const site = await start(t, { ...bad, lines: 'GOAuth2SignInTimeout 1s' });
      const jar = site.jar();
      const first = await arrive(site, { jar });
      await sleep(1100);
      const again = await callback(site, first.callback, { jar, until: ({ hops }) => hops.length === 1 });
      assert.equal(again.response.status, 302);
      assert.equal(again.calls.token, undefined, 'the old code is not used');
      const { href } = new URL(again.response.location);
      const second = (await site.visit(jar, href, { max: 1, until: () => true })).response.location;
      await sleep(1100);
      assertRefused(await callback(site, second, { jar }), 'STATE_EXPIRED');
      assertSignedIn(await attempt(site, '/app/page.html', { jar }));
    },
  },
  {
    name: 'nothing in an address sets a cookie: no session and no sign-in can be planted by a link',
    async run(t, start) {
      const site = await start(t, bad);
      const planted = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
      const query = ['session', 'sid', 'goauth2', 'goauth2-bind', 'bind', 'state', 'cookie', 'id', 'nonce', 'code']
        .map((name) => `${name}=${planted}`)
        .join('&');
      await each(
        ['/app/page.html', '/oauth2callback', '/oauth2authorize', '/oauth2logout', '/oauth2userinfo', '/'],
        async (path) => {
          const { response } = await site.visit(site.jar(), `${path}?${query}`, { max: 1, until: () => true });
          for (const line of response.all('set-cookie')) assert.ok(!line.includes(planted), line);
          for (const cookie of response.all('set-cookie').map(cookieOf))
            assert.ok(!isSession(cookie) || cookie.deletes);
        },
      );
      const { response } = await begin(site, {
        path: `/oauth2authorize?return_url=%2Fapp%2Fpage.html&${query}&prompt=none`,
      });
      assert.ok(
        !response.location.includes(planted) && !response.location.includes('prompt'),
        'nor anything of the request',
      );
    },
  },
];
