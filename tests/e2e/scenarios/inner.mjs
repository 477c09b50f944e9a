// SPDX-License-Identifier: Apache-2.0
// One request leads to another: includes, redirects inside the server, error pages, listings. Each place tells and asks
// by its own rules, whatever led there.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { watch } from '../lib/attempt.mjs';
import { each } from '../lib/rows.mjs';
import { canary } from '../lib/site.mjs';

const guard = 'AuthType goauth2\nRequire valid-user';
const rich = `${guard}\nGOAuth2Bearer access\nGOAuth2Header X-Team claim:preferred_username`;
const html = [['Accept', 'text/html']];

/** All requests that the backend got on the way to a page. */
async function seenOnTheWay(site, jar, path) {
  site.backend.requests.length = 0;
  await site.get(path, { jar, headers: html });
  assert.ok(site.backend.requests.length >= 1, 'it is a way to the backend');
  return site.backend.requests;
}

const ways = {
  'htdocs/in/.htaccess':
    'RewriteEngine On\nRewriteRule ^proxied$ /open/rewritten\nErrorDocument 404 /open/missing\n' +
    'DirectoryIndex /open/index\n',
  'htdocs/in/a.shtml': '<!--#include virtual="/open/included" -->',
  'htdocs/in/b.shtml': '<!--#include virtual="/in/a.shtml" -->',
};

/** From a place that tells much to one that tells less, directly and in two steps. */
async function toldLess(t, start, open) {
  const site = await start(t, {
    provider: { bad: true },
    locations: { '/api': rich, '/in': rich, ...(open ? { '/open': open } : {}) },
    apache: { files: ways },
  });
  const jar = site.jar();
  await site.signIn(jar, '/api/x');
  assert.match(site.lastSeen().authorization, /^Bearer /);
  await each(['/in/proxied', '/in/missing', '/in/', '/in/a.shtml', '/in/b.shtml'], async (path) => {
    for (const seen of await seenOnTheWay(site, jar, path)) {
      assert.equal(seen.header('authorization'), undefined);
      assert.equal(seen.header('x-team'), undefined);
      assert.equal(seen.header('x-auth-request-user'), open ? 'u-1001' : undefined);
    }
  });
  const [seen] = await seenOnTheWay(site, jar, '/api/again');
  assert.match(seen.header('authorization'), /^Bearer /, 'and where it belongs it is told again');
}

/** A session of one provider is nothing where another one is asked, also when the first place leads there. */
async function anotherProvider(t, start) {
  const site = await start(t, {
    provider: { bad: true },
    locations: { '/in': guard },
    apache: { files: ways },
    more:
      '<Location "/open">\nAuthType goauth2\nGOAuth2Mode aware\nGOAuth2Issuer https://other.example\n' +
      'GOAuth2ClientID o\nGOAuth2ClientSecret o\n</Location>',
  });
  site.server.write('htdocs/in/index.html', canary);
  const jar = site.jar();
  await site.signIn(jar, '/in/index.html');
  await each(['/in/proxied', '/in/missing', '/in/', '/in/a.shtml', '/in/b.shtml'], async (path) => {
    for (const seen of await seenOnTheWay(site, jar, path))
      assert.equal(seen.header('x-auth-request-user'), undefined, 'a stranger there');
  });
}

/** Satisfy Any asks other rules where one has refused: the gate is none of those that another can outvote. */
async function satisfyAny(t, start) {
  const site = await start(t, {
    locations: {},
    apache: {
      modules: ['access_compat', 'dav', 'dav_fs'],
      files: {
        'htdocs/any/README': canary,
        'htdocs/any/page.html': `<title>${canary}</title>`,
        'htdocs/list/x.txt': 'x',
        'htdocs/dav/x.txt': 'planted',
        'htdocs/parts.shtml': '[<!--#fsize virtual="/any/page.html" -->][<!--#include virtual="/any/page.html" -->]',
      },
    },
    more: ({ server }) =>
      `DavLockDB "${server.path('state')}/dav"\n<Location /any>\n${guard}\nSatisfy Any\n</Location>\n` +
      `<Directory "${server.path('htdocs/list')}">\nOptions +Indexes\nIndexOptions FancyIndexing\n` +
      'ReadmeName /any/README\n</Directory>\n' +
      `<Directory "${server.path('htdocs/any')}">\nForceType text/plain\n</Directory>\n` +
      '<Location /dav>\nDav On\n</Location>\n<Location /any>\nDav On\n</Location>',
  });
  await each(['/list/', '/parts.shtml', '/any/page.html', '/any/README'], async (path) => {
    assert.doesNotMatch((await site.get(path, { headers: html })).text, /canary/);
  });
  assert.equal((await site.get('/any/page.html', { headers: html })).status, 302);
  assert.match((await site.get('/parts.shtml')).text, /^\[[^\d]*\]\[[^\d]*\]$/s, 'no size either');
  const destination = [['Destination', site.at('/any/planted.txt')]];
  await site.get('/dav/x.txt', { method: 'COPY', headers: destination });
  assert.ok(!fs.existsSync(site.server.path('htdocs/any/planted.txt')), 'nothing is written behind the gate');
  assert.equal((await site.get('/any/page.html', { jar: await site.visitor('alice', '/any/README') })).status, 200);
}

/** Where a place would send people is told to those who may enter it. */
async function redirectsInside(t, start) {
  const secretPlace = 'https://secret.example/?sig=s3cr3t';
  const site = await start(t, {
    locations: {
      '/app/redirect': `Redirect 302 /app/redirect ${secretPlace}`,
      '/app/gone': 'Redirect gone /app/gone',
      '/app/rewrite': `RewriteEngine On\nRewriteRule .* ${secretPlace} [R,L]`,
      '/app/x': 'AuthType goauth2\nHeader always set X-Frame-Options SAMEORIGIN\nHeader always set X-Ours here',
    },
    apache: {
      modules: ['headers'],
      files: {
        'htdocs/app/.htaccess':
          `RewriteEngine On\nRewriteRule ^go$ ${secretPlace} [R,L]\nRewriteRule ^no$ - [F]\n` +
          'RewriteRule ^cookie$ - [CO=a:s3cr3t:127.0.0.1]\n',
      },
    },
    more: ({ server }) => `<Directory "${server.path('htdocs/app')}">\n${guard}\n</Directory>`,
  });
  const paths = ['redirect', 'gone', 'rewrite', 'go', 'no', 'cookie'].map((name) => `/app/${name}`);
  await each(paths, async (path) => {
    const { status, location, headers } = await site.get(path, { headers: html });
    assert.equal(status, 302);
    assert.ok(location.startsWith(site.op.issuer), location);
    assert.doesNotMatch(JSON.stringify(headers), /s3cr3t/);
  });
  const answer = await site.get('/app/x', { headers: html });
  assert.equal(answer.header('x-ours'), 'here', "the gate's own answers have the headers that the server adds");
  const jar = await site.visitor('alice', '/app/page.html');
  assert.equal((await site.get('/app/redirect', { jar })).location, secretPlace);
  assert.equal((await site.get('/app/gone', { jar })).status, 410);
}

/** What a page where strangers pass is made of is asked for in its turn. */
async function awareIncludes(t, start) {
  const site = await start(t, {
    locations: { '/aware': 'GOAuth2Mode aware', '/app': 'AuthType goauth2' },
    apache: { files: { 'htdocs/aware/page.shtml': 'aware [<!--#include virtual="/app/page.html" -->]' } },
  });
  const stranger = await site.get('/aware/page.shtml', { headers: html });
  assert.equal(stranger.status, 200);
  assert.match(stranger.text, /^aware \[/);
  assert.ok(!stranger.text.includes(canary), stranger.text);
  const jar = await site.visitor();
  assert.ok((await site.get('/aware/page.shtml', { jar, headers: html })).text.includes(canary));
}

/** A part without the gate forgets who the visitor is for itself alone. */
async function toldAgain(t, start) {
  const include = (path) => `<!--#include virtual="${path}" -->`;
  const site = await start(t, {
    provider: { bad: true },
    locations: { '/in': rich },
    more: ({ backend }) => `ProxyPass "/in/api/" "${backend.url}/guarded/"`,
    apache: {
      files: { 'htdocs/in/page.shtml': ['/in/api/1', '/open/2', '/in/api/3', '/open/4'].map(include).join('') },
    },
  });
  const jar = await site.visitor('alice', '/in/api/x');
  const seen = await seenOnTheWay(site, jar, '/in/page.shtml');
  assert.deepEqual(
    seen.map(({ path, headers }) => [path, /^x-team,alice$/im.test(headers.join('\n'))]),
    [
      ['/guarded/1', true],
      ['/2', false],
      ['/guarded/3', true],
      ['/4', false],
    ],
  );
  for (const one of seen) {
    const guarded = one.path.startsWith('/guarded/');
    assert.equal(one.header('x-auth-request-user'), guarded ? 'u-1001' : undefined, one.path);
    assert.equal(/^Bearer /.test(one.header('authorization') ?? ''), guarded, one.path);
  }
}

const ownPaths = ['/oauth2logout', '/oauth2userinfo', '/oauth2authorize', '/oauth2callback'];

/** Ways from a page to one of the gate's own paths. `in` is guarded, `out` is not. */
function waysToOwnPaths() {
  const files = {};
  const paths = [];
  for (const [i, own] of ownPaths.entries())
    for (const place of ['in', 'out']) {
      files[`htdocs/${place}/${i}/.htaccess`] =
        `RewriteEngine On\nRewriteRule ^rewritten$ ${own}\nErrorDocument 404 ${own}\nDirectoryIndex ${own}\n` +
        'ErrorDocument 403 /nowhere\nOptions -Indexes\n';
      files[`htdocs/${place}/${i}/page.shtml`] = `<!--#include virtual="${own}" -->`;
      paths.push(...['rewritten', 'missing', '', 'page.shtml'].map((name) => `/${place}/${i}/${name}`));
    }
  return { files, paths };
}

/** The gate's own paths answer a browser that asks for them, and no page that leads there. */
async function ownPathsInside(t, start) {
  const { files, paths } = waysToOwnPaths();
  const site = await start(t, { locations: { '/in': guard }, apache: { files } });
  site.server.write('htdocs/in/page.html', canary);
  const jar = await site.visitor('alice', '/in/page.html');
  site.op.resetCounts();
  const visitors = [
    { jar, headers: html },
    { jar, headers: html, method: 'POST', body: 'xsrf=x' },
    { headers: html },
  ];
  await each(paths, async (path) => {
    for (const visitor of visitors.slice(0, path.startsWith('/in/') ? 2 : 3)) {
      const { result, calls, log } = await watch(site, () => site.get(path, visitor));
      assert.ok([200, 403, 404, 405].includes(result.status), `status ${result.status}`);
      assert.doesNotMatch(result.text, /u-1001|alice|Sign out|signed out|Code [A-Z]|"error"/);
      assert.deepEqual([result.location, result.all('set-cookie')], [undefined, []]);
      assert.deepEqual(calls, {});
      for (const line of log) assert.doesNotMatch(line, /\/oauth2/, 'nothing was decided there');
    }
  });
  assert.equal((await site.get('/in/page.html', { jar })).status, 200, 'the session goes on');
}

export default [
  { name: 'a page that lets strangers pass shows them no part that does not', run: awareIncludes },
  { name: 'a part without the gate takes nothing from the parts after it', run: toldAgain },
  { name: "the gate's own paths do nothing inside of pages", run: ownPathsInside },
  { name: 'a place without the gate learns nothing of a visitor', run: (t, start) => toldLess(t, start) },
  {
    name: 'a gated place learns by its own lines, not by those of the place before',
    run: (t, start) => toldLess(t, start, guard),
  },
  { name: "a place of another provider is not told of the first one's users", run: anotherProvider },
  { name: 'Satisfy Any outvotes nothing of the gate', run: satisfyAny },
  { name: 'redirects and rewrites of a protected place are for those who may enter', run: redirectsInside },
];
