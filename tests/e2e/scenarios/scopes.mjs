// SPDX-License-Identifier: Apache-2.0
// Locations that need different scopes: what is granted adds up, and what is refused is not asked for again and again.
import assert from 'node:assert/strict';
import { codeOf } from '../lib/attempt.mjs';
import { canary } from '../lib/site.mjs';

const location = (scopes) => `AuthType goauth2\nRequire valid-user\nGOAuth2Scopes openid email profile ${scopes}`;
const options = {
  provider: { consent: true },
  locations: {
    '/app': 'AuthType goauth2\nRequire valid-user',
    '/app/calendar': location('calendar.read'),
    '/app/calendar/edit': location('calendar.write'),
    '/cgi-bin': location('calendar.read'),
  },
  apache: {
    files: { 'htdocs/app/calendar/index.html': canary, 'htdocs/app/calendar/edit/index.html': canary },
  },
};

/** What the provider was asked for on this way; undefined: it was not asked. */
function asked(here) {
  const hop = here.hops.find(({ url }) => new URL(url).pathname === '/authorize');
  return hop && new URL(hop.url).searchParams.get('scope');
}

async function union(t, start) {
  const site = await start(t, options);
  const jar = site.jar();
  const go = async (path) => {
    const here = await site.signIn(jar, path);
    assert.equal(here.response.status, 200, path);
    return asked(here);
  };
  assert.equal(await go('/app/page.html'), 'email openid profile');
  assert.equal(await go('/app/calendar/'), 'calendar.read email openid profile');
  assert.equal(await go('/app/calendar/edit/'), 'calendar.read calendar.write email openid profile');
  for (const path of ['/app/calendar/', '/app/page.html', '/app/calendar/edit/']) {
    assert.equal(await go(path), undefined, 'nothing was lost');
  }
  const { text } = await site.get('/cgi-bin/env', { jar });
  assert.match(text, /^GOAUTH2_SCOPES=calendar\.read calendar\.write email openid profile$/m);
}

/** Off: each asks for its own alone. */
async function onlyItsOwn(t, start) {
  const site = await start(t, { ...options, lines: 'GOAuth2IncludeGrantedScopes Off' });
  const jar = site.jar();
  await site.signIn(jar, '/app/calendar/');
  const here = await site.signIn(jar, '/app/calendar/edit/');
  assert.equal(here.response.status, 200);
  assert.equal(asked(here), 'calendar.write email openid profile');
}

async function grantedLess(t, start) {
  const site = await start(t, options);
  const jar = await site.visitor();
  const here = await site.signIn(jar, '/app/calendar/', 'alice', { scopes: [] });
  assert.equal(asked(here), 'calendar.read email openid profile');
  assert.equal(here.response.status, 403);
  assert.equal(codeOf(here.response), 'SCOPES');
  assert.match(here.response.text, /href="\/oauth2logout">Use another account/);
  assert.ok(!here.response.text.includes(canary));

  const again = await site.visit(jar, '/app/calendar/');
  assert.equal(again.hops.length, 1, 'it is not asked for again');
  assert.equal(again.response.status, 403);
  const program = await site.get('/cgi-bin/env', { jar });
  assert.deepEqual([program.status, program.json().error], [403, 'SCOPES']);
  assert.equal((await site.get('/app/page.html', { jar })).status, 200, 'what is allowed goes on');
}

async function programs(t, start) {
  const site = await start(t, options);
  const jar = await site.visitor();
  const told = await site.get('/cgi-bin/env', { jar });
  assert.equal(told.status, 401, 'there is more to be asked for');
  const here = await site.signIn(jar, told.json().login_url);
  assert.equal(here.response.status, 200);
  assert.equal((await site.get('/cgi-bin/env', { jar })).status, 200);
}

async function byLink(t, start) {
  const site = await start(t, options);
  const jar = await site.visitor();
  const here = await site.signIn(jar, '/oauth2authorize?return_url=/app/calendar/&scopes=calendar.read');
  assert.equal(here.response.status, 200);
  assert.equal(asked(here), 'calendar.read email openid profile');
}

export default [
  { name: 'a location that needs more asks for everything so far and more; nothing is lost', run: union },
  { name: 'GOAuth2IncludeGrantedScopes Off asks for what the location needs and no more', run: onlyItsOwn },
  { name: 'a user who grants less gets a page, no loop', run: grantedLess },
  { name: 'a program is told to sign in where more can be asked for', run: programs },
  { name: '/oauth2authorize asks for the scopes that a link names', run: byLink },
];
