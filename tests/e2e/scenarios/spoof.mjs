// SPDX-License-Identifier: Apache-2.0
// Headers that say who somebody is come from the gate alone: whatever a client sends, in whatever spelling, by whatever
// method, to whatever place, no backend and no CGI script sees it.
import assert from 'node:assert/strict';
import { raw } from '../lib/http.mjs';
import { each } from '../lib/rows.mjs';

const names = ['X-Auth-Request-User', 'X-Auth-Request-Email', 'X-Auth-Request-Preferred-Username'];
const managed = [...names, 'X-Auth-Request-Groups', 'X-Team'];
const marks = [..."_.!~+'|^*#$%&`"];
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND', 'REPORT', 'FOO', 'get'];

const odd = (name) => [...name].map((c, i) => (i % 2 ? c.toUpperCase() : c.toLowerCase())).join('');

/** Every spelling that some server, proxy or CGI takes for the same name. */
function spellings(name) {
  return [
    ...[name, name, name.toLowerCase(), name.toUpperCase(), odd(name)],
    ...marks.map((mark) => name.replaceAll('-', mark)),
    ...['_', '.'].map((mark) => name.toLowerCase().replace('-', mark)),
    ...['_', '.'].map((mark) => name.replace(/-([^-]*)$/, `${mark}$1`)),
    name.replace('-', '_').replace('-', '.').replace('-', '!'),
  ];
}

const spoofed = managed.flatMap((name) => spellings(name).map((spelling, i) => [spelling, `spoofed-${i}`]));

/** Where a request may go: the gate with and without a session, aware, switched off, and where it never was. */
const places = ['guarded', 'aware', 'off', 'open'];
const gates = {
  guarded: 'AuthType goauth2\nRequire valid-user\nGOAuth2Header X-Team claim:preferred_username',
  aware: 'AuthType goauth2\nGOAuth2Mode aware\nRequire all granted',
  off: 'AuthType goauth2\nGOAuth2Mode off\nRequire all granted',
  open: 'Require all granted',
};

/** Each place twice: in front of a backend, and of a CGI script. */
const startPlaces = (t, start, { lines = '', client = {} } = {}) =>
  start(t, {
    provider: { bad: true },
    client,
    lines: `LimitRequestFields 400\n${lines}`,
    locations: Object.fromEntries(
      places.flatMap((place) => [`/b-${place}`, `/c-${place}`].map((path) => [path, gates[place]])),
    ),
    more: ({ server, backend }) =>
      places
        .map(
          (place) =>
            `ProxyPass "/b-${place}/" "${backend.url}/"\nScriptAlias "/c-${place}/" "${server.path('cgi-bin')}/"`,
        )
        .join('\n'),
  });

const isGuarded = (place, jar) => place === 'guarded' && !jar;
const identity = { 'x-auth-request-user': 'u-1001', 'x-auth-request-email': 'alice@example.com', 'x-team': 'alice' };

/** What the backend saw of one request, by the name that every spelling of it folds to. */
function folded(site) {
  const seen = {};
  for (const [name, value] of site.backend.requests.at(-1).headers) {
    const key = name.toLowerCase().replace(/[^a-z0-9]/g, '-');
    (seen[key] ??= []).push(value);
  }
  return seen;
}

function assertIdentity(seen, place, jar) {
  const known = jar && (place === 'guarded' || place === 'aware');
  for (const [name, value] of Object.entries(identity)) {
    const expected = known && (name !== 'x-team' || place === 'guarded') ? [value] : undefined;
    assert.deepEqual(seen[name], expected, name);
  }
}

async function throughProxy(site, { place, method, jar }) {
  const before = site.backend.requests.length;
  const response = await site.get(`/b-${place}/x`, { method, jar, headers: spoofed });
  assert.equal(site.backend.requests.length - before, isGuarded(place, jar) ? 0 : 1, `status ${response.status}`);
  assert.ok(
    !response.all('x-team').length && !/x-auth-request/i.test(JSON.stringify(response.headers)),
    'nothing comes back',
  );
  if (isGuarded(place, jar)) return;
  assert.equal(response.status, 200);
  const seen = folded(site);
  assert.ok(!JSON.stringify(seen).includes('spoofed'), JSON.stringify(seen));
  assert.ok(!/goauth2/.test(JSON.stringify(seen.cookie ?? '')), 'our cookies stay here');
  assertIdentity(seen, place, jar);
}

async function throughCgi(site, { place, method, jar }) {
  const response = await site.get(`/c-${place}/env`, {
    method,
    jar,
    headers: [...spoofed, ['Proxy', 'spoofed-proxy']],
  });
  if (isGuarded(place, jar)) {
    assert.ok([302, 401].includes(response.status));
    return;
  }
  assert.equal(response.status, 200);
  if (method === 'HEAD') return;
  assert.ok(!response.text.includes('spoofed'), response.text);
  const known = jar && (place === 'guarded' || place === 'aware');
  const wanted = known ? ['GOAUTH2_USER=u-1001', 'HTTP_X_AUTH_REQUEST_USER=u-1001', 'REMOTE_USER=u-1001'] : [];
  const who = response.text
    .split('\n')
    .filter((line) => /^(GOAUTH2_USER|HTTP_X_AUTH_REQUEST_USER|REMOTE_USER)=/.test(line));
  assert.deepEqual(who, wanted);
  assert.ok(!/^HTTP_COOKIE=.*goauth2/m.test(response.text));
}

/** Values of Connection by which a client would have the proxy take our headers out again. */
const connections = [
  ...['X-Auth-Request-User', 'close, X-Auth-Request-User', 'x-auth-request-user, keep-alive', 'X-AUTH-REQUEST-USER'],
  ...[',,X-Auth-Request-User,,', ' X-Auth-Request-User ', '\tX-Auth-Request-User\t', 'close;X-Auth-Request-User'],
  ...[
    'close X-Auth-Request-User',
    'X-Auth-Request-User X-Team',
    'X_Auth_Request_User',
    'close,\tX-Team, Authorization',
  ],
  ...[
    'authorization',
    'Upgrade, X-Auth-Request-User',
    managed.join(', '),
    `keep-alive,${managed.join(',')},Authorization`,
  ],
];

export default [
  {
    name: 'spoofed headers in every spelling reach no backend, by any method, with a session or without, in any place',
    async run(t, start) {
      const site = await startPlaces(t, start);
      const jar = site.jar();
      await site.signIn(jar, '/b-guarded/x');
      const rows = places.flatMap((place) =>
        methods.flatMap((method) => [undefined, jar].map((who) => ({ place, method, jar: who }))),
      );
      const named = rows.map((row) => ({
        ...row,
        name: `${row.method} ${row.place} ${row.jar ? 'with a session' : 'as a stranger'}`,
      }));
      assert.ok(spoofed.length > 100);
      await each(named, (row) => throughProxy(site, row));
      await each(named, (row) => throughCgi(site, row));
    },
  },
  {
    name: 'Connection cannot take the identity or the token out of the request for the backend',
    async run(t, start) {
      const site = await start(t, {
        provider: { bad: true },
        locations: { '/api': `${gates.guarded}\nGOAuth2Bearer access` },
      });
      const jar = site.jar();
      await site.signIn(jar, '/api/x');
      const check = async (headers) => {
        const response = await site.get('/api/x', { jar, headers });
        assert.equal(response.status, 200);
        const seen = folded(site);
        for (const [name, value] of Object.entries(identity)) assert.deepEqual(seen[name], [value], name);
        assert.equal(seen.authorization?.length, 1);
        assert.match(seen.authorization[0], /^Bearer at_/);
      };
      await each(connections, (value) => check([['Connection', value]]));
      await each(connections, (value) =>
        check([
          ['Connection', 'close'],
          ['connection', value],
          ['CONNECTION', 'te'],
        ]),
      );
      await each(connections, (value) => check([['Proxy-Connection', value]]));
      await each(['Basic YTpi', 'Bearer mine', ''], (value) =>
        check([
          ['Authorization', value],
          ['authorization', value],
          ['AUTHORIZATION', 'Bearer third'],
        ]),
      );
    },
  },
  {
    name: 'names that are no names, folded lines and trailers bring nothing in either',
    async run(t, start) {
      const site = await startPlaces(t, start);
      const bytes = [
        'X-Auth-Request-User : spoofed',
        'X-Auth-Request-User\t: spoofed',
        'X-Auth-Request-\u00dcser: spoofed',
        'X\xa0Auth-Request-User: spoofed',
        'X Auth Request User: spoofed',
        'X-Auth-Request-User\0: spoofed',
        'A: b\r\n X-Auth-Request-User: spoofed',
        'A: b\rX-Auth-Request-User: spoofed',
        'A: b\nX-Auth-Request-User: spoofed',
        ': spoofed',
        'X-Auth-Request-User',
      ];
      await each(bytes, async (line) => {
        for (const place of places.slice(1)) {
          const head = `GET /b-${place}/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${line}\r\n\r\n`;
          const before = site.backend.requests.length;
          await raw(site.url, Buffer.from(head, 'latin1'));
          for (const seen of site.backend.requests.slice(before)) {
            const bad = seen.headers.filter(([name, value]) => /user/i.test(name) && /spoofed/.test(value));
            assert.deepEqual(bad, []);
          }
        }
      });
      const trailer =
        'POST /b-open/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n' +
        'Trailer: X-Auth-Request-User\r\n\r\n1\r\na\r\n0\r\nX-Auth-Request-User: spoofed\r\n\r\n';
      assert.match(String(await raw(site.url, trailer)), /^HTTP\/1\.1 200/);
      const { headers, trailers } = site.backend.last;
      assert.ok(!JSON.stringify([headers, trailers ?? []]).includes('spoofed'));
    },
  },
];
