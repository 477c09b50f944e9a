// SPDX-License-Identifier: Apache-2.0
// What the application behind the gate learns of a user, in headers and in the environment, and what it never sees.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { each } from '../lib/rows.mjs';
import { Connection } from '../lib/http.mjs';

const everySource = [
  'GOAuth2Header X-Name claim:name',
  'GOAuth2Header X-Subject claim:sub',
  'GOAuth2Header X-Group-List claim:groups',
  'GOAuth2Header X-Verified claim:email_verified',
  'GOAuth2Header X-Missing claim:shoe_size',
  'GOAuth2Header X-Access access_token',
  'GOAuth2Header X-Identity id_token',
  'GOAuth2Header X-Scopes scopes',
  'GOAuth2Header X-Expires expires',
  'GOAuth2Header X-XSRF xsrf',
  'GOAuth2Header X-Zone "north wing"',
].join('\n');

/** Every header that any location of the site sets; a client sends all of them. */
const managed = [...everySource.matchAll(/GOAuth2Header (\S+)/g)]
  .map(([, name]) => name)
  .concat(
    'X-Auth-Request-User',
    'X-Auth-Request-Email',
    'X-Auth-Request-Preferred-Username',
    'X-Auth-Request-Groups',
  );
const forged = Object.fromEntries([...managed, 'Authorization'].map((name) => [name, 'forged']));

async function headerSources(t, start) {
  const site = await start(t, {
    locations: { '/api': `AuthType goauth2\n${everySource}`, '/open/mine': 'AuthType goauth2' },
  });
  const began = Date.now() / 1000;
  const jar = await site.visitor('alice', '/api/x');
  await site.get('/api/x', { jar, headers: forged });
  const {
    'x-access': access,
    'x-identity': identity,
    'x-xsrf': xsrf,
    'x-expires': expires,
    ...seen
  } = site.lastSeen();
  const { alice } = site.op.accounts;
  const expected = {
    'x-name': alice.name,
    'x-subject': alice.sub,
    'x-group-list': alice.groups.join(','),
    'x-verified': 'true',
    'x-scopes': 'email openid profile',
    'x-zone': 'north wing',
    'x-auth-request-user': alice.sub,
    'x-auth-request-email': alice.email,
    'x-auth-request-preferred-username': 'alice',
    'x-auth-request-groups': alice.groups.join(','),
    authorization: 'forged',
  };
  const names = [...managed.map((name) => name.toLowerCase()), 'authorization'];
  const ours = Object.fromEntries(Object.entries(seen).filter(([name]) => names.includes(name)));
  assert.deepEqual(ours, expected, "the client's own Authorization is the application's affair here");
  assert.match(identity, /^[\w-]+\.[\w-]+\.[\w-]+$/);
  assert.match(access, /^\S{20,}$/);
  assert.match(xsrf, /^[\w-]{54}$/);
  assert.ok(Math.abs(expires - began - 3600) < 20, `expires ${expires}`);

  await site.get('/open/mine/x', { jar, headers: forged });
  const elsewhere = site.lastSeen();
  for (const name of managed.filter((one) => !/^X-Auth-Request/.test(one))) {
    assert.equal(elsewhere[name.toLowerCase()], undefined, `${name} is nobody's to send at any location`);
  }
}

async function bearers(t, start) {
  const location = (bearer) => `AuthType goauth2\nGOAuth2Bearer ${bearer}`;
  const site = await start(t, {
    locations: {
      '/api': location('access'),
      '/open/id': location('id'),
      '/open/none': 'AuthType goauth2',
      '/open/tokens': `${location('access')}\nGOAuth2Header X-Access access_token`,
    },
  });
  const jar = await site.visitor('alice', '/api/x');
  const authorization = async (path) => {
    assert.equal((await site.get(path, { jar, headers: { Authorization: 'Basic Zm9yZ2Vk' } })).status, 200);
    return site.lastSeen().authorization;
  };
  assert.match(await authorization('/open/id/x'), /^Bearer [\w-]+\.[\w-]+\.[\w-]+$/);
  assert.equal(await authorization('/open/none/x'), 'Basic Zm9yZ2Vk');
  const access = await authorization('/api/x');
  assert.equal(await authorization('/open/tokens/x'), access);
  assert.equal(`Bearer ${site.lastSeen()['x-access']}`, access);
}

const decoded = (value) => decodeURIComponent(value);

/** Values that need care: they arrive as printable ASCII, and decoded they are what the provider said. */
async function oddClaims(t, start) {
  const site = await start(t, {
    locations: {
      '/api': 'AuthType goauth2\nGOAuth2Header X-Name claim:name',
      '/cgi-bin': 'AuthType goauth2\nGOAuth2User preferred_username',
    },
  });
  const { carol } = site.op.accounts;
  const jar = await site.visitor('carol', '/api/x');
  const seen = site.lastSeen();
  for (const value of Object.values(seen)) assert.match(String(value), /^[\x20-\x7e]*$/);
  assert.equal(decoded(seen['x-name']), carol.name);
  assert.equal(decoded(seen['x-auth-request-preferred-username']), carol.preferred_username);
  assert.deepEqual(seen['x-auth-request-groups'].split(',').map(decoded), carol.groups);
  assert.equal(seen['x-auth-request-email'], undefined, 'an address that nobody has verified is not told');
  const { text } = await site.get('/cgi-bin/env', { jar });
  const variable = (name) => new RegExp(`^${name}=(.*)$`, 'm').exec(text)?.[1];
  assert.equal(decoded(variable('GOAUTH2_NAME')), carol.name);
  assert.equal(decoded(variable('REMOTE_USER')), carol.preferred_username);
  assert.equal(variable('GOAUTH2_EMAIL'), undefined);
  assert.equal((await site.get('/oauth2userinfo', { jar })).json().name, carol.name);
}

/** dave is a subject and nothing else. */
async function absent(t, start) {
  const site = await start(t);
  const jar = await site.visitor('dave');
  await site.get('/api/x', { jar, headers: forged });
  const seen = site.lastSeen();
  assert.equal(seen['x-auth-request-user'], 'u-1004');
  for (const name of ['email', 'preferred-username', 'groups'])
    assert.equal(seen[`x-auth-request-${name}`], undefined);
  const { text } = await site.get('/cgi-bin/env', { jar, headers: forged });
  const names = text.match(/^(GOAUTH2_\w+|HTTP_X_AUTH\w+|REMOTE_USER)=/gm).sort();
  assert.deepEqual(names, [
    'GOAUTH2_LOGOUT_URL=',
    'GOAUTH2_SCOPES=',
    'GOAUTH2_SUB=',
    'GOAUTH2_USER=',
    'HTTP_X_AUTH_REQUEST_USER=',
    'REMOTE_USER=',
  ]);
}

async function userClaim(t, start) {
  const location = (claim) => `AuthType goauth2\nRequire valid-user\nGOAuth2User ${claim}`;
  const site = await start(t, {
    locations: { '/api': location('email'), '/app': location('preferred_username'), '/cgi-bin': location('groups') },
  });
  const jar = await site.visitor('alice', '/api/x');
  assert.equal(site.lastSeen()['x-auth-request-user'], 'alice@example.com');
  assert.match((await site.get('/app/include.shtml', { jar })).text, /<p>user alice$/m);
  assert.equal((await site.get('/cgi-bin/env', { jar })).status, 403, 'a list is nobody');
  const { response } = await site.signIn(site.jar(), '/api/x', 'carol');
  assert.equal(response.status, 403, 'and so is an address that nobody has verified');
}

const cookieRows = [
  ['theme=dark; SID; lang=en', 'theme=dark; SID; lang=en'],
  ['goauth2x=1; xgoauth2=2; GOAUTH2=3', 'goauth2x=1; xgoauth2=2; GOAUTH2=3'],
  ['a="quoted; b=2"', 'a="quoted; b=2"'],
  ['', ''],
];

/** The provider's cookies are for the same address. */
const ownCookies = (site, jar) =>
  site
    .cookies(jar)
    .split('; ')
    .filter((pair) => pair.startsWith('goauth2'))
    .join('; ');

async function cookies(t, start) {
  const site = await start(t);
  const jar = await site.visitor();
  const ours = ownCookies(site, jar);
  assert.match(ours, /goauth2=.*goauth2-bind=|goauth2-bind=.*goauth2=/);
  await each(cookieRows, async ([theirs, expected]) => {
    for (const line of [`${theirs}; ${ours}`, `${ours}; ${theirs}`]) {
      const response = await site.get('/api/x', { headers: { Cookie: line.replace(/^; |; $/, '') } });
      assert.equal(response.status, 200);
      assert.equal(site.lastSeen().cookie ?? '', expected);
    }
  });
}

async function bigPost(t, start) {
  const site = await start(t);
  const jar = await site.visitor();
  const body = randomBytes(3 << 20).toString('base64'); // 4 MB
  const response = await site.get('/api/upload', { jar, method: 'POST', body, timeout: 60000 });
  assert.equal(response.status, 200);
  const digest = (text) => createHash('sha256').update(text).digest('hex');
  assert.equal(digest(site.backend.last.body), digest(body));
}

const webSocket = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

async function webSockets(t, start) {
  const site = await start(t, {
    more: ({ backend }) =>
      `RewriteEngine On\nRewriteCond "%{HTTP:Upgrade}" websocket [NC]\n` +
      `RewriteRule "^/api/ws/(.*)" "ws://127.0.0.1:${backend.port}/$1" [P,L]`,
  });
  const jar = await site.visitor();
  const url = site.at('/api/ws/echo');
  assert.equal((await site.get('/api/ws/echo', { headers: webSocket })).status, 401);
  assert.ok(!site.backend.requests.some((request) => request.isUpgrade));
  const connection = new Connection(url);
  t.after(() => connection.close());
  const response = await connection.request({ url, headers: { ...webSocket, Cookie: ownCookies(site, jar) } });
  assert.equal(response.status, 101);
  assert.equal(response.header('sec-websocket-accept'), 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
  connection.write(Buffer.from([0x81, 0x85, 0, 0, 0, 0, ...Buffer.from('hello')]));
  const frame = await connection.within(connection.reader.take(7), 'the echo');
  connection.close();
  assert.deepEqual([...frame], [0x81, 5, ...Buffer.from('hello')]);
  const { headers } = site.backend.requests.find((request) => request.isUpgrade);
  assert.ok(headers.some(([name, value]) => name === 'X-Auth-Request-User' && value === 'u-1001'));
  assert.ok(!headers.some(([name]) => name.toLowerCase() === 'cookie'));
}

async function eventStream(t, start) {
  const site = await start(t);
  const jar = await site.visitor();
  const url = site.at('/api/events?n=3&ms=700');
  const connection = new Connection(url);
  t.after(() => connection.close());
  connection.write(`GET /api/events?n=3&ms=700 HTTP/1.1\r\nHost: x\r\nCookie: ${site.cookies(jar)}\r\n\r\n`);
  const first = await connection.within(connection.reader.through('event 1', 'the first event'), 'the first event');
  const began = Date.now();
  assert.match(first.toString(), /^HTTP\/1\.1 200 [\s\S]*text\/event-stream/);
  await connection.within(connection.reader.through('event 3', 'the third event'), 'the third event');
  assert.ok(Date.now() - began > 1000, 'they come as they are made');
  connection.close();
}

export default [
  { name: 'GOAuth2Header sends every kind of value, and no client can', run: headerSources },
  { name: 'GOAuth2Bearer sends the access or the id token, or leaves Authorization alone', run: bearers },
  { name: 'values beyond ASCII arrive encoded and come back whole', run: oddClaims },
  { name: 'what the provider does not say is absent, whatever a client sends', run: absent },
  { name: 'GOAuth2User names the claim that becomes REMOTE_USER', run: userClaim },
  { name: 'our cookies are taken out and all others left as they are', run: cookies },
  { name: 'four megabytes posted with a session arrive whole', run: bigPost },
  { name: 'a WebSocket is proxied with a session and refused without', run: webSockets },
  { name: 'events stream through', run: eventStream },
];
