// SPDX-License-Identifier: Apache-2.0
// No byte of a protected page without a session: for each method, way of asking and content handler. lib/doors.mjs has
// the doors.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { sessionsOf } from '../lib/attempt.mjs';
import { assertClosed, doors, sideDoors, startDoors } from '../lib/doors.mjs';
import { Pool, raw, request } from '../lib/http.mjs';
import { browserHeaders } from '../lib/navigate.mjs';
import { each } from '../lib/rows.mjs';

const methods = [
  ...[
    'GET',
    'HEAD',
    'POST',
    'PUT',
    'DELETE',
    'PATCH',
    'OPTIONS',
    'TRACE',
    'CONNECT',
    'PROPFIND',
    'COPY',
    'MOVE',
    'LOCK',
  ],
  ...['REPORT', 'SEARCH', 'get', 'Get', 'FOO', 'M-SEARCH', 'GETX', 'BASELINE-CONTROL'],
];

/** Headers with which an answer could be another one than the gate's. */
const askings = [
  ['nothing', {}],
  ['as a browser', browserHeaders()],
  ['as a script', browserHeaders('fetch', 'same-origin')],
  ['as an image of another site', browserHeaders('image', 'cross-site')],
  ['a range', { Range: 'bytes=0-10' }],
  ['a range of nothing', { Range: 'bytes=999999-' }],
  ['many ranges', { Range: `bytes=${Array.from({ length: 50 }, (_, i) => `${i}-${i}`).join(',')}` }],
  ['if none match', { 'If-None-Match': '*' }],
  ['if match', { 'If-Match': '*' }],
  ['if modified since', { 'If-Modified-Since': 'Fri, 01 Jan 2100 00:00:00 GMT' }],
  ['if unmodified since', { 'If-Unmodified-Since': 'Thu, 01 Jan 1970 00:00:00 GMT' }],
  ['if range', { 'If-Range': '"x"', Range: 'bytes=0-10' }],
  ['a method override', { 'X-HTTP-Method-Override': 'OPTIONS', 'X-Method-Override': 'HEAD', 'X-HTTP-Method': 'GET' }],
  ['a preflight', { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'GET' }],
  ['another address', { 'X-Original-URL': '/index.html', 'X-Rewrite-URL': '/index.html', 'X-Forwarded-Uri': '/' }],
  ['from this machine', { 'X-Forwarded-For': '127.0.0.1', 'X-Real-IP': '::1', Forwarded: 'for=127.0.0.1' }],
  ['as a health check', { 'User-Agent': 'GoogleHC/1.0', 'X-Health-Check': '1' }],
  ['an upgrade', { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==' }],
  ['to HTTP/2', { Connection: 'Upgrade, HTTP2-Settings', Upgrade: 'h2c', 'HTTP2-Settings': 'AAMAAABkAAQAAP__' }],
  ['a password', { Authorization: 'Basic YWRtaW46YWRtaW4=' }],
  ['a token', { Authorization: 'Bearer a.b.c' }],
  ['other languages', { Accept: 'text/plain', 'Accept-Language': 'xx', 'Accept-Encoding': 'gzip' }],
  ['a made-up session', { Cookie: 'goauth2=x; __Host-goauth2=y; goauth2-bind=z; REMOTE_USER=admin' }],
  ['made-up names', { 'X-Auth-Request-User': 'admin', 'Remote-User': 'admin', 'X-Remote-User': 'admin' }],
].map(([name, headers]) => ({ name, headers }));

const all = [...doors, ...sideDoors];
/** The pages around some doors are public; only what they include is not. */
const isPublic = (path) => /^\/(include\/.*\.shtml|decorated\/)$/.test(path);
const isHtaccess = (path) => /^\/(app|dir)\/[a-z-]+\//.test(path);
/** One door for each handler. */
const handlers = [
  ...[
    '/app/page.html',
    '/dir/',
    '/listing/',
    '/negotiated/doc',
    '/api/x',
    '/located/x',
    '/per-dir/x',
    '/scripts/go',
    '/renamed',
  ],
  ...[
    '/go/inner',
    '/action/x.special',
    '/missing/x',
    '/indexed/',
    '/include/virtual.shtml',
    '/server-status',
    '/mixed/secret.html',
  ],
];
export default [
  {
    name: 'every door shows the page to somebody who has signed in, and nothing to a stranger by any method',
    async run(t, start) {
      const site = await startDoors(start, t);
      const rows = all.flatMap((path) =>
        methods
          .filter((method) => !isHtaccess(path) || /^(GET|POST|OPTIONS|FOO)$/.test(method))
          .map((method) => ({ name: `${method} ${path}`, path, method })),
      );
      const pool = new Pool();
      t.after(() => pool.close());
      await each(rows, async ({ path, method, name }) => {
        const body = /^(POST|PUT|PATCH|FOO)$/.test(method) ? new URLSearchParams({ a: 'b' }) : undefined;
        const response = await pool.request({
          url: site.url,
          target: path,
          method,
          body,
          headers: [['Accept', 'text/html']],
        });
        assertClosed(site, response.text + JSON.stringify(response.headers), name);
        assert.deepEqual(sessionsOf(response), []);
      });
      const jar = site.jar();
      await site.signIn(jar, '/app/page.html');
      await each(doors, async (path) => {
        const { text } = await site.get(path, { jar, headers: browserHeaders() });
        assert.ok(text.includes('canary 4c1f9e'), text.slice(0, 200));
      });
      const { text } = await site.get('/include/facts.shtml', { jar });
      assert.match(text, /^(protected canary 4c1f9e, long: \d+\n){2}$/, 'and sizes and times are');
      assert.ok(site.backend.requests.length > 5 && fs.existsSync(site.mark), 'backend and scripts are behind doors');
    },
  },
  {
    name: 'conditions, ranges, upgrades and whatever else a stranger says of himself open no door',
    async run(t, start) {
      const site = await startDoors(start, t);
      const rows = askings.flatMap(({ name, headers }) =>
        handlers.map((path) => ({ name: `${name}: ${path}`, path, headers })),
      );
      await each(rows, async ({ path, headers, name }) => {
        const response = await site.get('/', { target: path, headers });
        if (!isPublic(path))
          assert.ok(![206, 304, 412, 416, 101].includes(response.status), `status ${response.status}`);
        assertClosed(site, response.text + JSON.stringify(response.headers), name);
      });
    },
  },
  {
    name: 'the answer to a stranger is the gate\u2019s own and ends where it says, also on a kept connection',
    async run(t, start) {
      const site = await startDoors(start, t);
      await each(['/app/page.html', '/api/x', '/scripts/go', '/dir/', '/renamed'], async (path) => {
        const ask = (method) => `${method} ${path} HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n\r\n`;
        const end = 'GET /index.html HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
        const text = String(await raw(site.url, ask('GET') + ask('HEAD') + ask('POST') + end));
        const answers = text.split(/(?=HTTP\/1\.1 \d{3} )/);
        assert.deepEqual(
          answers.map((answer) => answer.slice(9, 12)),
          ['302', '302', '401', '200'],
        );
        for (const answer of answers.slice(0, 3)) {
          const [head, body] = answer.split('\r\n\r\n');
          const [, length] = /^Content-Length: (\d+)/im.exec(head) ?? [];
          if (answer !== answers[1]) assert.equal(body.length, Number(length));
          else assert.equal(body, '', 'HEAD has no body');
          assert.match(head, /^Cache-Control: no-store/im);
          assert.ok(!/^(ETag|Last-Modified|Accept-Ranges):/im.test(head), head);
        }
        assertClosed(site, text, path);
      });
    },
  },
  {
    name: 'directories, other spellings and languages of a name are not told to strangers either',
    async run(t, start) {
      const site = await startDoors(start, t);
      const pairs = [
        ['/dir', '/dox'],
        ['/dir/auth-none', '/dir/auth-nix'],
        ['/app/pgae.html', '/app/nowhere.html'],
        ['/negotiated/doc', '/negotiated/dox'],
        ['/app/page.html/more', '/app/nowhere.html/more'],
        ['/listing', '/listing/nowhere'],
      ];
      await each(pairs.slice(1), async (pair) => {
        const [there, missing] = await Promise.all(
          pair.map((path) => request({ url: site.at(path), headers: browserHeaders() })),
        );
        assert.equal(there.status, missing.status);
        assert.equal(new URL(there.location).origin, new URL(missing.location).origin);
      });
      const { status, location } = await request({ url: site.at('/dir'), headers: browserHeaders() });
      assert.equal(status, 302);
      assert.ok(location.startsWith(site.op.issuer), 'to the provider, not to /dir/');
    },
  },
];
