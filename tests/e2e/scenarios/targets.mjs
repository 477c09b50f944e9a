// SPDX-License-Identifier: Apache-2.0
// The same page by another address: dots, slashes, escapes, parameters, whole URLs, old and broken requests. Whatever
// httpd makes of one, the gate goes with it.
import assert from 'node:assert/strict';
import { assertClosed, startDoors } from '../lib/doors.mjs';
import { Pool, raw } from '../lib/http.mjs';
import { each } from '../lib/rows.mjs';

/** Spellings of an address; whatever httpd makes of one, the gate goes with it. */
const spellings = (path) => [
  ...[
    `/${path}`,
    `//${path}`,
    `///${path}`,
    `/./${path}`,
    `/.//${path}`,
    `/%2e/${path}`,
    `/x/../${path}`,
    `/x/%2e%2e/${path}`,
  ],
  ...[
    `/open/../${path}`,
    `/index.html/../${path}`,
    `/oauth2callback/../${path}`,
    `/oauth2callback/..;/${path}`,
    `/${path}/`,
  ],
  ...[
    `/${path}//`,
    `/${path}/.`,
    `/${path}/..`,
    `/${path}/../${path.split('/').at(-1)}`,
    `/${path}%00`,
    `/${path}%20`,
    `/${path}%0a`,
  ],
  ...[
    `/${path}?x=/index.html`,
    `/${path}?/../../index.html`,
    `/${path};x=y`,
    `/;x/${path}`,
    `/${path}#/index.html`,
    `/${path}\\`,
  ],
  ...[
    `/${path}%3f`,
    `/${path}%23`,
    `/${path}%2f`,
    `/${path}%5c`,
    `/${path}.`,
    `/${path}~`,
    `/${path}%ff`,
    `/${path}::$DATA`,
  ],
  ...[
    path.toUpperCase(),
    path.replace('/', '%2f'),
    path.replace('/', '%5c'),
    path.replace('/', '\\'),
    path.replace('/', '//'),
  ].map((p) => `/${p}`),
  ...[
    path.replace('/', '/./'),
    path.replace('/', ';x=y/'),
    path.replace('/', '/x/../'),
    path.replace('/', '%252f'),
  ].map((p) => `/${p}`),
  `/${[...path].map((c) => (/[a-z]/.test(c) ? `%${c.charCodeAt(0).toString(16)}` : c)).join('')}`,
  ...[
    `http://evil.example/${path}`,
    `https://evil.example/${path}`,
    `http://127.0.0.1:1//${path}`,
    `ftp://x/${path}`,
    path,
    `*`,
  ],
];

const shapes = (paths) => paths.map((path) => path.slice(1)).flatMap(spellings);

export default [
  {
    name: 'no spelling of an address opens a door: dots, slashes, escapes, parameters, whole URLs, old versions',
    async run(t, start) {
      const site = await startDoors(start, t);
      const targets = shapes(['/app/page.html', '/dir/page.html', '/api/x', '/scripts/go', '/mixed/secret.html']);
      assert.ok(targets.length > 200);
      const pool = new Pool();
      t.after(() => pool.close());
      await each(targets, async (target) => {
        const response = await pool.request({ url: site.url, target, headers: [['Accept', 'text/html']] });
        assertClosed(site, response.text, target);
      });
      const paths = ['/app/page.html', '/api/x', '/scripts/go', '//app/page.html'];
      const heads = (path) => [
        `GET ${path}\r\n`,
        `GET ${path}\n`,
        `GET ${path} HTTP/1.0\r\n\r\n`,
        `GET ${path} HTTP/1.1\r\nHost:\r\n\r\n`,
        `GET ${path} HTTP/1.1\r\n\r\n`,
        `GET ${path} HTTP/1.2\r\nHost: x\r\nConnection: close\r\n\r\n`,
        `GET ${path} HTTP/2.0\r\nHost: x\r\n\r\n`,
        `GET  ${path} HTTP/1.1\r\nHost: x\r\n\r\n`,
        `GET ${path}\tHTTP/1.1\r\nHost: x\r\n\r\n`,
        `\r\nGET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
        'GET /index.html HTTP/1.1\r\nHost: x\r\n\r\n' +
          `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\nGET /index.html HTTP/1.0\r\n\r\n`,
        `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n` +
          `0\r\n\r\nGET ${path} HTTP/1.0\r\n\r\n`,
        `POST /open HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\nGET ${path} HTTP/1.0\r\n\r\n`,
        `POST /app/x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\na=b&cGET ${path} HTTP/1.0\r\n\r\n`,
      ];
      await each(paths.flatMap(heads), async (bytes) => {
        assertClosed(site, String(await raw(site.url, bytes, { timeout: 400 })), bytes);
      });
    },
  },
];
