// SPDX-License-Identifier: Apache-2.0
// required, aware and off, and what httpd's own Require lines add.
import assert from 'node:assert/strict';
import { each } from '../lib/rows.mjs';

const html = { Accept: 'text/html' };
const variables = (response) =>
  Object.fromEntries(
    response.text
      .split('\n')
      .filter((line) => /^(GOAUTH2_|REMOTE_USER|AUTH_TYPE|HTTP_X_AUTH)/.test(line))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );

async function aware(t, start) {
  const site = await start(t, {
    locations: {
      '/cgi-bin': 'GOAuth2Mode aware',
      '/api': 'AuthType goauth2\nGOAuth2Mode aware\nGOAuth2Bearer access',
    },
  });
  const forged = { 'X-Auth-Request-User': 'admin', X_AUTH_REQUEST_EMAIL: 'admin@example.com', ...html };
  const stranger = await site.get('/cgi-bin/env?a=1&b=%2F', { headers: forged });
  assert.equal(stranger.status, 200);
  assert.deepEqual(variables(stranger), {
    GOAUTH2_LOGIN_URL: `/oauth2authorize?return_url=${encodeURIComponent('/cgi-bin/env?a=1&b=%2F')}`,
  });
  await site.get('/api/x', { headers: { ...forged, Authorization: 'Bearer forged' } });
  const seen = site.lastSeen();
  for (const name of ['x-auth-request-user', 'x-auth-request-email', 'authorization'])
    assert.equal(seen[name], undefined, name);

  const jar = site.jar();
  const here = await site.signIn(jar, variables(stranger).GOAUTH2_LOGIN_URL);
  assert.equal(here.url, site.at('/cgi-bin/env?a=1&b=%2F'));
  const known = variables(here.response);
  assert.equal(known.REMOTE_USER, 'u-1001');
  assert.equal(known.AUTH_TYPE, 'goauth2');
  assert.equal(known.GOAUTH2_EMAIL, 'alice@example.com');
  assert.equal(known.GOAUTH2_LOGOUT_URL, '/oauth2logout');
  assert.equal(known.GOAUTH2_LOGIN_URL, undefined);
}

async function off(t, start) {
  const site = await start(t, {
    locations: {
      '/app': 'AuthType goauth2',
      '/app/public': 'GOAuth2Mode off',
      '/app/public/again': 'GOAuth2Mode required',
      '/cgi-bin': 'GOAuth2Mode off',
    },
    apache: { files: { 'htdocs/app/public/index.html': 'open', 'htdocs/app/public/again/index.html': 'closed' } },
  });
  const open = await site.get('/app/public/', { headers: html });
  assert.deepEqual([open.status, open.text], [200, 'open']);
  assert.equal((await site.get('/app/', { headers: html })).status, 302);
  assert.equal((await site.get('/app/public/again/', { headers: html })).status, 302);
  const jar = await site.visitor();
  const env = variables(await site.get('/cgi-bin/env', { jar }));
  assert.deepEqual(env, {}, 'where the gate is not, nobody is anybody');
  assert.equal((await site.get('/app/public/again/', { jar })).status, 200);
}

/** A cache on the way that looks at the address alone would show one visitor's page to the next. */
async function dependsOnCookie(t, start) {
  const site = await start(t, {
    locations: { '/app': 'AuthType goauth2', '/api': 'GOAuth2Mode aware', '/cgi-bin': 'GOAuth2Mode aware' },
  });
  const jar = await site.visitor();
  const names = (response) => response.all('vary').flatMap((line) => line.split(/\s*,\s*/));
  const rows = [
    ['/app/page.html', { jar }],
    ['/app/page.html', { jar, headers: { 'If-None-Match': '*' } }, 304],
    ['/app/nowhere.html', { jar }, 404],
    ...['/api/x', '/cgi-bin/env'].flatMap((path) => [
      [path, { jar }],
      [path, { headers: html }],
    ]),
  ].map(([path, options, status = 200]) => ({ name: `${path} ${status}`, path, options, status }));
  await each(rows, async ({ path, options, status }) => {
    const response = await site.get(path, options);
    assert.equal(response.status, status);
    assert.ok(names(response).includes('Cookie'), `Vary: ${names(response)}`);
  });
  assert.deepEqual(names(await site.get('/index.html', { jar })), [], 'where the gate is not, all see the same');
}

/** The innermost line counts: AuthType goauth2 in a place that is off closes it. */
async function offOutside(t, start) {
  const site = await start(t, {
    lines: 'GOAuth2Mode off',
    locations: { '/app/location': 'AuthType goauth2', '/app/both': 'AuthType goauth2\nGOAuth2Mode off' },
    apache: {
      files: {
        'htdocs/app/location/index.html': 'closed',
        'htdocs/app/htaccess/index.html': 'closed',
        'htdocs/app/htaccess/.htaccess': 'AuthType goauth2\n',
        'htdocs/app/both/index.html': 'open',
      },
    },
  });
  assert.equal((await site.get('/app/location/', { headers: html })).status, 302);
  assert.equal((await site.get('/app/htaccess/', { headers: html })).status, 302);
  assert.equal((await site.get('/app/both/', { headers: html })).text, 'open');
  assert.equal((await site.get('/app/page.html')).status, 200);
}

/** A location without the gate that asks for a user would let nobody in; it says so. */
async function offWithRequire(t, start) {
  const site = await start(t, {
    locations: { '/app': 'AuthType goauth2\nRequire valid-user', '/app/public': 'GOAuth2Mode off' },
    apache: { files: { 'htdocs/app/public/index.html': 'open' } },
  });
  assert.equal((await site.get('/app/public/', { headers: html })).status, 403);
  assert.match(site.server.errorLog(), /a Require line asks for a user, but GOAuth2Mode here lets strangers pass/);
}

const anyOf = (...lines) => `AuthType goauth2\n<RequireAny>\n${lines.join('\n')}\n</RequireAny>`;
const allOf = (...lines) => `AuthType goauth2\n<RequireAll>\n${lines.join('\n')}\n</RequireAll>`;

/** Status for a stranger's browser, for alice and for bob. */
const rules = [
  { name: 'AuthType alone', lines: 'AuthType goauth2', expected: [302, 200, 200] },
  { name: 'GOAuth2Mode required alone', lines: 'GOAuth2Mode required', expected: [302, 200, 200] },
  { name: 'valid-user', lines: 'AuthType goauth2\nRequire valid-user', expected: [302, 200, 200] },
  { name: 'all granted', lines: 'AuthType goauth2\nRequire all granted', expected: [302, 200, 200] },
  { name: 'all denied', lines: 'AuthType goauth2\nRequire all denied', expected: [302, 403, 403] },
  { name: 'one user', lines: 'AuthType goauth2\nRequire user u-1001', expected: [302, 200, 403] },
  { name: 'two users', lines: 'AuthType goauth2\nRequire user u-1001 u-1002', expected: [302, 200, 200] },
  {
    name: 'a user by another claim',
    lines: 'AuthType goauth2\nGOAuth2User email\nRequire user bob@example.com',
    expected: [302, 403, 200],
  },
  { name: 'this address', lines: 'AuthType goauth2\nRequire ip 127.0.0.1', expected: [302, 200, 200] },
  { name: 'another address', lines: 'AuthType goauth2\nRequire ip 192.0.2.1', expected: [302, 403, 403] },
  {
    name: 'this address or a user',
    lines: anyOf('Require ip 127.0.0.1', 'Require user u-1001'),
    expected: [302, 200, 200],
  },
  {
    name: 'another address or a user',
    lines: anyOf('Require ip 192.0.2.1', 'Require user u-1001'),
    expected: [302, 200, 403],
  },
  {
    name: 'this address and a user',
    lines: allOf('Require ip 127.0.0.1', 'Require user u-1001'),
    expected: [302, 200, 403],
  },
  {
    name: 'anybody but one',
    lines: allOf('Require valid-user', 'Require not user u-1002'),
    expected: [302, 200, 403],
  },
  {
    name: 'aware, this address or a user',
    lines: `GOAuth2Mode aware\n${anyOf('Require ip 127.0.0.1', 'Require user u-1001')}`,
    expected: [200, 200, 200],
  },
  {
    name: 'aware, another address or a user',
    lines: `GOAuth2Mode aware\n${anyOf('Require ip 192.0.2.1', 'Require user u-1001')}`,
    expected: [403, 200, 403],
  },
];

async function requireLines(t, start) {
  const pages = rules.map((_, i) => `/app/${i}/index.html`);
  const site = await start(t, {
    locations: {
      '/cgi-bin': 'AuthType goauth2',
      ...Object.fromEntries(rules.map(({ lines }, i) => [`/app/${i}`, lines])),
    },
    apache: { files: Object.fromEntries(pages.map((page) => [`htdocs${page}`, 'a page'])) },
  });
  const people = [site.jar(), await site.visitor('alice', '/cgi-bin/env'), await site.visitor('bob', '/cgi-bin/env')];
  await each(rules, async ({ expected }, i) => {
    const statuses = [];
    for (const jar of people) statuses.push((await site.open(jar.clone(), pages[i])).status);
    assert.deepEqual(statuses, expected);
  });
}

export default [
  { name: 'aware lets strangers pass with a way to sign in, and knows who has', run: aware },
  { name: 'answers that depend on who asks say so to caches', run: dependsOnCookie },
  { name: 'off inside a protected place is open, and closed again further in', run: off },
  { name: 'AuthType goauth2 closes what is off around it', run: offOutside },
  { name: 'off under an inherited Require line lets nobody in and says why', run: offWithRequire },
  { name: 'AuthType protects with every Require line and without one', run: requireLines },
];
