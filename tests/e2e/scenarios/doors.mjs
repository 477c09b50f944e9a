// SPDX-License-Identifier: Apache-2.0
// What stands around a protected page: caches, big bodies, other protocols, and the ways from one resource to another
// on which an identity must not travel.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http2 from 'node:http2';
import { doors, startDoors } from '../lib/doors.mjs';
import { Connection } from '../lib/http.mjs';
import { browserHeaders } from '../lib/navigate.mjs';
import { each } from '../lib/rows.mjs';
import { canary } from '../lib/site.mjs';

const guard = 'AuthType goauth2\nRequire valid-user';

/** mod_cache in its quickest form: it answers before any other module is asked. */
const cache = {
  modules: ['cache', 'cache_disk'],
  lines: (server) =>
    `CacheRoot ${server.path('cache')}\nCacheEnable disk /\nCacheQuickHandler On\nCacheDefaultExpire 600\n` +
    'CacheMinExpire 600\nCacheStorePrivate On\nCacheStoreNoStore On\nCacheHeader On',
};

function makeOld(directory) {
  for (const name of fs.readdirSync(directory, { recursive: true })) {
    const file = `${directory}/${name}`;
    if (fs.statSync(file).isFile()) fs.utimesSync(file, 1.7e9, 1.7e9);
  }
}

/** Send a head and four megabytes of a body that never ends: only who does not wait for the rest can answer. */
async function pour(site, head) {
  const connection = new Connection(site.url);
  connection.write(head);
  const answer = connection.receive('POST');
  connection.write(Buffer.alloc(4 * 2 ** 20, 'x'));
  const response = await answer;
  connection.close();
  return response;
}

/** Requests over HTTP/2 on one connection. */
async function overHttp2(site, requests) {
  const client = http2.connect(site.url);
  client.on('error', () => {});
  const ask = (headers) =>
    new Promise((resolve, reject) => {
      const stream = client.request(headers, { endStream: true });
      let [text, answer] = ['', {}];
      stream.setEncoding('utf8');
      stream.on('response', (received) => {
        answer = received;
      });
      stream.on('data', (part) => {
        text += part;
      });
      stream.on('end', () => resolve({ status: answer[':status'], headers: answer, text }));
      stream.on('error', reject);
    });
  try {
    return await Promise.all(requests.map(ask));
  } finally {
    client.close();
  }
}

export default [
  {
    name: 'a cache that answers before all other modules keeps no copy of what a user has seen, through any door',
    async run(t, start) {
      const site = await startDoors(start, t, {
        more: ({ server }) => cache.lines(server),
        apache: { modules: cache.modules },
      });
      makeOld(site.server.path('htdocs'));
      fs.mkdirSync(site.server.path('cache'), { mode: 0o777 });
      fs.chmodSync(site.server.path('cache'), 0o777);
      const { answer } = site.backend;
      const headers = {
        'Content-Type': 'text/html',
        'Cache-Control': 'public, max-age=3600',
        Expires: 'Fri, 01 Jan 2100 00:00:00 GMT',
      };
      site.backend.answer = (request) => ({ ...answer(request), headers });
      for (let i = 0; i < 2; i += 1) assert.equal((await site.get('/index.html')).status, 200);
      assert.match((await site.get('/index.html')).header('x-cache'), /^HIT/, 'the cache works');
      const jar = site.jar();
      await site.signIn(jar, '/app/page.html');
      for (const path of [...doors, ...doors]) await site.get(path, { jar, headers: browserHeaders() });
      await each(doors, async (path) => {
        for (const asked of [browserHeaders(), [], [['Cache-Control', 'only-if-cached, max-stale']]]) {
          const { text } = await site.get(path, { headers: asked });
          assert.ok(!text.includes('canary 4c1f9e'), path);
        }
      });
      const kept = fs
        .readdirSync(site.server.path('cache'), { recursive: true })
        .filter((name) => name.endsWith('.data'));
      for (const name of kept)
        assert.ok(!fs.readFileSync(`${site.server.path('cache')}/${name}`, 'latin1').includes('canary'));
    },
  },
  {
    name: "a stranger's upload of a gigabyte is not read: the verdict comes first and the connection ends",
    async run(t, start) {
      const site = await startDoors(start, t);
      const gigabyte = `Content-Length: ${2 ** 30}`;
      const paths = ['/app/page.html', '/api/x', '/scripts/go', '/oauth2callback?code=x&state=y'];
      await each(paths, async (path) => {
        for (const framing of [gigabyte, 'Transfer-Encoding: chunked', `${gigabyte}\r\nExpect: 100-continue`]) {
          const head = `POST ${path} HTTP/1.1\r\nHost: x\r\n${framing}\r\n\r\n`;
          const chunked = framing.startsWith('T') ? '40000000\r\n' : '';
          const response = await pour(site, head + chunked);
          assert.ok([401, 405].includes(response.status), `status ${response.status}`);
          assert.equal(response.header('connection'), 'close');
          assert.deepEqual(response.informational, [], 'nobody says: continue');
        }
      });
      assert.equal(site.backend.requests.length, 0);
      const jar = site.jar();
      await site.signIn(jar, '/app/page.html');
      const response = await site.get('/oauth2logout', {
        jar,
        method: 'POST',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        body: Buffer.alloc(100000, 'x'),
      });
      assert.equal(response.status, 400, 'the form of our own is small');
      assert.ok((await site.get('/app/page.html', { jar })).text.includes(canary));
    },
  },
  {
    name: 'a place without the gate does not learn who came from behind it: redirects, error pages, includes, actions',
    async run(t, start) {
      const site = await start(t, {
        provider: { bad: true },
        locations: {
          '/api': `${guard}\nGOAuth2Bearer access\nGOAuth2Header X-Team claim:preferred_username`,
          '/in': `${guard}\nGOAuth2Bearer access\nGOAuth2Header X-Team claim:preferred_username`,
        },
        apache: {
          modules: ['actions'],
          files: {
            'htdocs/in/.htaccess':
              'RewriteEngine On\nRewriteRule ^proxied$ /open/rewritten\nRewriteRule ^run$ /public-cgi/env\n' +
              'DirectoryIndex /open/index\nAction elsewhere /public-cgi/env\nAddHandler elsewhere .else\n' +
              'ErrorDocument 404 /open/missing\n',
            'htdocs/in/page.shtml': '<!--#include virtual="/open/included" -->',
            'htdocs/in/script.shtml': '<!--#include virtual="/public-cgi/env" -->',
            'htdocs/in/x.else': 'x',
            'htdocs/in/refused/.htaccess': 'ErrorDocument 403 /open/refused\n',
            'htdocs/in/refused/x.html': 'x',
            'htdocs/public.shtml':
              '<!--#include virtual="/in/page.shtml" --><!--#include virtual="/public-cgi/env" -->',
          },
        },
        more: ({ server }) =>
          `ScriptAlias "/public-cgi/" "${server.path('cgi-bin')}/"\n` +
          '<Location "/in/refused">\nRequire user nobody\n</Location>',
      });
      const jar = site.jar();
      await site.signIn(jar, '/api/x');
      assert.match(site.lastSeen().authorization, /^Bearer /, 'the guarded backend is told');
      const told = /u-1001|alice|Bearer|at_[A-Za-z0-9]/;
      const proxied = ['/in/proxied', '/in/', '/in/missing', '/in/page.shtml', '/in/refused/x.html', '/public.shtml'];
      await each(proxied, async (path) => {
        site.backend.requests.length = 0;
        await site.get(path, { jar, headers: [['Accept', 'text/html']] });
        assert.ok(site.backend.requests.length >= 1, 'it is a way to the public backend');
        for (const seen of site.backend.requests)
          assert.ok(!told.test(JSON.stringify(seen.headers)), JSON.stringify(seen.headers));
      });
      await each(['/in/run', '/in/script.shtml', '/in/x.else', '/public.shtml'], async (path) => {
        const { status, text } = await site.get(path, { jar, headers: [['Accept', 'text/html']] });
        assert.equal(status, 200);
        assert.ok(/SERVER_SOFTWARE/.test(text), text);
        // httpd itself tells a script who the user of the request before a redirect was.
        const lines = text.split('\n').filter((line) => told.test(line) && !/^REDIRECT_REMOTE_USER=/.test(line));
        assert.deepEqual(lines, []);
      });
      await site.get('/api/again', { jar });
      assert.equal(site.lastSeen()['x-team'], 'alice', 'and the guarded one is told again');
    },
  },
  {
    name: 'over HTTP/2 the gate is the same: strangers see nothing, spoofed names reach nobody',
    async run(t, start) {
      const site = await startDoors(start, t, {
        apache: { modules: ['http2'] },
        more: () => 'Protocols h2c http/1.1\nH2Direct On',
      });
      const paths = doors.filter((path) => !/htaccess|go/.test(path)).slice(0, 40);
      const answers = await overHttp2(
        site,
        paths.map((path) => ({ ':path': path, ':method': 'GET', ':authority': 'evil.example', accept: 'text/html' })),
      );
      for (const [i, { text }] of answers.entries()) assert.ok(!text.includes('canary 4c1f9e'), paths[i]);
      assert.equal(site.backend.requests.length, 0);
      assert.ok(answers.filter(({ status }) => status === 302).length > 20);
      for (const { headers } of answers.filter(({ status }) => status === 302))
        assert.ok(new URL(headers.location).searchParams.get('redirect_uri').startsWith(site.url));
      const jar = site.jar();
      await site.signIn(jar, '/app/page.html');
      const crumbs = site.cookies(jar).split('; ');
      const [page, api] = await overHttp2(
        site,
        ['/app/page.html', '/api/x'].map((path) => ({
          ':path': path,
          cookie: ['other=1', ...crumbs],
          'x-auth-request-user': 'admin',
          x_auth_request_user: 'admin',
          'x-auth-request-groups': 'admin',
        })),
      );
      assert.ok(page.text.includes(canary) && api.text.includes(canary));
      assert.equal(site.lastSeen()['x-auth-request-user'], 'u-1001');
      assert.ok(!JSON.stringify(site.backend.last.headers).includes('admin'));
      assert.equal(site.lastSeen().cookie, 'other=1');
    },
  },
];
