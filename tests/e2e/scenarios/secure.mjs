// SPDX-License-Identifier: Apache-2.0
// Cookies over https, and where there is none: prefixes and flags by how browsers see the site, names and domains by
// configuration, and no sign-in at all where anybody on the way could read along.
import assert from 'node:assert/strict';
import { assertOwnPage, assertRefused, begin, callback, codeOf, cookieOf, isSession } from '../lib/attempt.mjs';
import { certificate } from '../lib/certificate.mjs';
import { request } from '../lib/http.mjs';
import { browserHeaders, follow } from '../lib/navigate.mjs';
import { freePort } from '../lib/ports.mjs';
import { each } from '../lib/rows.mjs';
import { canary, secret } from '../lib/site.mjs';

const guard = 'AuthType goauth2\nRequire valid-user';
const nav = browserHeaders();

/** A site whose browsers use `origin`, whatever Apache itself speaks. */
async function startBehind(t, start, origin, lines = '') {
  return start(t, {
    provider: { bad: true },
    client: { redirect_uris: [`${origin}/oauth2callback`] },
    lines: `GOAuth2BaseURL ${origin}\n${lines}`,
  });
}

/** Sign in through a proxy that ends TLS: the callback's cookies as [{ name, value, attributes }], and those before. */
async function signInBehind(site) {
  const first = await site.get('/app/page.html', { headers: nav });
  assert.equal(first.status, 302);
  const { location } = await request({ url: first.location });
  const { pathname, search } = new URL(location);
  const bound = first.all('set-cookie').map(cookieOf);
  const back = await site.get(pathname + search, {
    headers: [...nav, ['Cookie', bound.map(({ name, value }) => `${name}=${value}`).join('; ')]],
  });
  const next = back.location ?? back.header('refresh')?.replace('0; url=', '') ?? '';
  assert.equal(new URL(next, 'http://here').pathname, '/app/page.html', back.text);
  return { location, bound, given: back.all('set-cookie').map(cookieOf) };
}

const sees = async (site, cookie) =>
  (await site.get('/app/page.html', { headers: [...nav, ['Cookie', cookie]] })).text.includes(canary);

/** Lines of configuration, and what the session's cookie is then. */
const settings = [
  ['', { name: '__Host-goauth2', samesite: 'Lax', bind: '__Host-goauth2-bind' }],
  ['GOAuth2CookieName sid', { name: '__Host-sid', samesite: 'Lax', bind: '__Host-sid-bind' }],
  ['GOAuth2CookieSameSite Strict', { name: '__Host-goauth2', samesite: 'Strict', bind: '__Host-goauth2-bind' }],
  ['GOAuth2CookieSameSite None', { name: '__Host-goauth2', samesite: 'None', bind: '__Host-goauth2-bind' }],
  [
    'GOAuth2CookieDomain example.test',
    { name: '__Secure-goauth2', samesite: 'Lax', domain: 'example.test', bind: '__Host-goauth2-bind' },
  ],
].map(([lines, expected]) => ({ name: lines || 'defaults', lines, expected }));

export default [
  {
    name: 'over https every cookie is Secure with its prefix, and only under that name does it count',
    async run(t, start) {
      const port = await freePort();
      const { cert, key } = certificate({ names: ['127.0.0.1'] });
      const url = `https://127.0.0.1:${port}`;
      const site = await start(t, {
        provider: { bad: true },
        client: { redirect_uris: [`${url}/oauth2callback`] },
        apache: { port, modules: ['ssl'], files: { 'site.pem': cert + key } },
        more: ({ server }) => `SSLEngine On\nSSLCertificateFile ${server.path('site.pem')}`,
      });
      const jar = site.jar();
      const here = await follow({ url: `${url}/app/page.html`, jar, ca: cert });
      assert.ok(here.response.text.includes(canary));
      const ours = here.hops
        .filter((hop) => hop.url.startsWith(url))
        .flatMap((hop) => hop.response.all('set-cookie'));
      for (const { name, attributes } of ours.map(cookieOf)) {
        assert.match(name, /^__Host-goauth2(-bind|-return)?$/);
        assert.deepEqual(
          [attributes.secure, attributes.httponly, attributes.path, attributes.domain],
          ['', '', '/', undefined],
        );
      }
      assert.deepEqual(jar.refused, [], 'a browser takes them all');
      const ask = (cookie) =>
        request({ url: `${url}/app/page.html`, ca: cert, headers: [...nav, ['Cookie', cookie]] });
      const value = jar.value('__Host-goauth2');
      assert.equal((await ask(`__Host-goauth2=${value}`)).status, 200);
      for (const name of ['goauth2', '__Secure-goauth2', '__host-goauth2', '__Host-GOAUTH2'])
        assert.equal((await ask(`${name}=${value}`)).status, 302, name);
      assert.equal((await ask(`goauth2=x; __Host-goauth2=${value}`)).status, 200, 'a planted plain one does no harm');
      assert.deepEqual(site.op.violations, []);
    },
  },
  {
    name: 'behind a proxy that ends TLS the settings decide name, SameSite and domain; Secure and HttpOnly are fixed',
    async run(t, start) {
      await each(settings, async ({ lines, expected }) => {
        const site = await startBehind(t, start, 'https://www.example.test', lines);
        const { location, bound, given } = await signInBehind(site);
        assert.ok(location.startsWith('https://www.example.test/oauth2callback?'));
        assert.deepEqual(
          bound.map(({ name, attributes }) => [name, attributes.samesite, attributes.domain]),
          [[expected.bind, 'Lax', undefined]],
        );
        const [session] = given.filter(({ name }) => name === expected.name);
        const { samesite, domain, path } = session.attributes;
        assert.deepEqual([samesite, domain, path], [expected.samesite, expected.domain, '/']);
        for (const { attributes } of [...bound, ...given])
          assert.deepEqual([attributes.secure, attributes.httponly], ['', '']);
        assert.ok(await sees(site, `${expected.name}=${session.value}`));
        assert.ok(!(await sees(site, `goauth2=${session.value}`)), 'not without the prefix');
        await site.end();
      });
    },
  },
  {
    name: 'a site that is neither https nor on this machine signs nobody in, and says what to write',
    async run(t, start) {
      const site = await start(t, { provider: { bad: true }, apache: { serverName: 'www.example.test' } });
      const proofs = ['X-Forwarded-Proto', 'X-Forwarded-Scheme', 'X-Forwarded-Ssl', 'Front-End-Https', 'Forwarded'];
      await each(
        ['/app/page.html', '/oauth2callback?code=a&state=b', '/oauth2authorize', '/oauth2logout', '/oauth2userinfo'],
        async (path) => {
          for (const headers of [
            nav,
            [],
            [...nav, ...proofs.map((name) => [name, name === 'Forwarded' ? 'proto=https' : 'https'])],
          ]) {
            const response = await site.get(path, { headers });
            assert.equal(response.status, 403);
            assert.equal(codeOf(response), 'INSECURE');
            assert.deepEqual(response.all('set-cookie'), []);
            assertOwnPage(response);
          }
        },
      );
      assert.deepEqual(site.op.hits, {});
      assert.match(
        site.server.errorLog(),
        /http:\/\/www\.example\.test:\d+ is not https; .*write GOAuth2BaseURL https/,
      );
      assert.equal((await site.get('/app/page.html', { headers: [...nav, ['Host', 'localhost']] })).status, 403);
      assert.equal((await site.get('/index.html')).status, 200, 'other pages are there');
    },
  },
  {
    name: 'a session or sign-in of one virtual host is nothing at another with its own provider or client',
    async run(t, start) {
      const hosts = ['localhost', '127.0.0.2'];
      const port = await freePort();
      const site = await start(t, {
        provider: {
          bad: true,
          clients: [
            {
              client_id: 'other',
              client_secret: 'o'.repeat(40),
              redirect_uris: [`http://127.0.0.2:${port}/oauth2callback`],
            },
          ],
        },
        client: {
          redirect_uris: [`http://127.0.0.1:${port}/oauth2callback`, `http://localhost:${port}/oauth2callback`],
        },
        locations: {},
        apache: { port, host: '0.0.0.0' },
        more: ({ server, op }) =>
          [
            [hosts[0], `GOAuth2Issuer ${op.issuer}\nGOAuth2ClientID app\nGOAuth2ClientSecret ${secret}`],
            [hosts[1], `GOAuth2Issuer ${op.issuer}\nGOAuth2ClientID other\nGOAuth2ClientSecret ${'o'.repeat(40)}`],
          ]
            .map(
              ([name, lines]) =>
                `<VirtualHost *:${port}>\nServerName ${name}:${port}\n` +
                `DocumentRoot ${server.path('htdocs')}\n${lines}\n` +
                `<Location /app>\n${guard}\n</Location>\n</VirtualHost>`,
            )
            .join('\n'),
      });
      const at = (host, path) => `http://${host}:${port}${path}`;
      const jar = site.jar();
      const here = await site.visit(jar, at(hosts[0], '/app/page.html'));
      assert.ok(here.response.text.includes(canary));
      const cookie = `goauth2=${jar.value('goauth2')}; goauth2-bind=${jar.value('goauth2-bind')}`;
      const ask = (host) => request({ url: at(host, '/app/page.html'), headers: [...nav, ['Cookie', cookie]] });
      assert.equal((await ask(hosts[0])).status, 200);
      const refused = await ask(hosts[1]);
      assert.equal(refused.status, 302, 'the same cookie at the other host');
      assert.equal(new URL(refused.location).searchParams.get('client_id'), 'other');
      const userinfo = await request({ url: at(hosts[1], '/oauth2userinfo'), headers: [['Cookie', cookie]] });
      assert.equal(userinfo.status, 401);
      // A sign-in that began at one host comes back to the other one.
      const started = await begin(site, { path: at(hosts[0], '/app/page.html'), jar: site.jar() });
      const { location } = await request({ url: started.address });
      const bound = started.response
        .all('set-cookie')
        .map(cookieOf)
        .map(({ name, value }) => `${name}=${value}`);
      const moved = new URL(location);
      moved.hostname = hosts[1];
      const outcome = await callback(site, moved.href, { headers: [['Cookie', bound.join('; ')]] });
      assertRefused(outcome, 'STATE_INVALID');
      assert.ok(!outcome.response.all('set-cookie').map(cookieOf).some(isSession));
    },
  },
];
