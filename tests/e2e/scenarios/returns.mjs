// SPDX-License-Identifier: Apache-2.0
// Where a browser is sent after a sign-in: a path of this site, whatever somebody wrote into the link or the request.
import assert from 'node:assert/strict';
import { arrive, begin } from '../lib/attempt.mjs';
import { browserHeaders } from '../lib/navigate.mjs';
import { each } from '../lib/rows.mjs';
import { request } from '../lib/http.mjs';

const evil = 'evil.example';

/** What tries to be another host, in the spellings that some program or other has fallen for. */
const addresses = [
  // Slashes and what passes for them
  ...['//', '///', '////', '/////', '/\\', '/\\\\', '\\\\', '\\/', '/\\/', '\\', '/\\/\\', '//\\', '///\\'].map(
    (s) => s + evil,
  ),
  ...['/%2f', '/%2F', '/%5c', '/%5C', '%2f%2f', '%5c%5c', '/%2f%2f', '/%252f', '/%255c', '/%25252f'].map(
    (s) => s + evil,
  ),
  ...['/%2f/', '/%5c/', '//%2f', '//%5c', '/.%2f/', '/%2e%2f/', '/x%2f..%2f/', '/;/', '/;//', '/;x=y//'].map(
    (s) => s + evil,
  ),
  // Dots
  ...['/.//', '/..//', '/././/', '/x/..//', '/%2e//', '/%2e%2e//', '/.%2e//', '/%2e.//', '/x/../..//'].map(
    (s) => s + evil,
  ),
  ...['/..;//', '/.;//', '/..%00//', '/.%09//', '/...//', '/. //', '/ .//', '/..%20//', '/a/b/..//../..//'].map(
    (s) => s + evil,
  ),
  // White space and control characters, as they are and encoded
  ...['/\t/', '/\n/', '/\r/', '/\r\n/', '/\v/', '/\f/', '/\0/', '/ /', ' //', '\t//', '\n//', '/\x7f/'].map(
    (s) => s + evil,
  ),
  ...['/%09/', '/%0a/', '/%0d/', '/%0d%0a/', '/%00/', '/%20/', '/%0b/', '/%7f/', '%09//', '%20//', '%00//'].map(
    (s) => s + evil,
  ),
  ...['/\u00a0/', '/\u2028/', '/\u200b/', '/\ufeff/', '/\u3000/', '/\u0085/'].map((s) => s + evil),
  // Other schemes and hosts
  ...['https://', 'http://', 'HTTP://', 'hTTps:', 'https:/', 'https:\\\\', 'http:///', 'http:////', 'https:'].map(
    (s) => s + evil,
  ),
  ...['ftp://', 'file://', 'ws://', 'x-app://', 'intent://', 'view-source:http://', 'blob:http://'].map(
    (s) => s + evil,
  ),
  ...['javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'java\tscript:alert(1)', ' javascript:alert(1)', 'vbscript:x'],
  ...['data:text/html,<script>alert(1)</script>', 'data:;base64,PHN2Zz4=', 'about:blank', 'mailto:a@evil.example'],
  // Characters that become others
  ...['/\uff0f', '\uff0f\uff0f', '/\u2215', '/\u2044', '/\u29f8', '/\uff3c', '\uff3c\uff3c', '/\u202e/'].map(
    (s) => s + evil,
  ),
  ...['/\u560a', '/\u560d\u560a', '/%E5%98%8A', '/%E5%98%8D%E5%98%8ALocation:%20//'].map((s) => s + evil),
  '//evil\u3002example',
  '//\u0435vil.example',
  // More headers
  ...['/x\r\nSet-Cookie: a=b', '/x\nLocation: //evil.example', '/x%0d%0aSet-Cookie:%20a=b', '/x%0aX-Evil:1', '/x%0d'],
  // Our own paths, which would go round, and a little of everything
  ...[
    '/oauth2callback',
    '/oauth2callback?code=a&state=b',
    '/oauth2logout',
    '/oauth2authorize?return_url=//evil.example',
  ],
  ...[
    '#@evil.example',
    '?@evil.example',
    '@evil.example',
    '.evil.example',
    ':80@evil.example',
    '/#//evil.example',
    '',
  ],
  ...['/x#//evil.example', '?//evil.example', 'evil.example', './/evil.example', '..//evil.example', '*', '%'],
];

/** Around the site's own origin: what only begins or ends like it. */
const around = (origin, host) => [
  ...[`${origin}@${evil}`, `${origin}.${evil}`, `${origin}%2e${evil}`, `${origin}0/`, `${origin}\\@${evil}`],
  ...[
    `${origin}//${evil}`,
    `${origin}/\\${evil}`,
    `${origin}/%2f${evil}`,
    `${origin}/..//${evil}`,
    `${origin}#@${evil}`,
  ],
  ...[
    `//${host}@${evil}`,
    `//${host}.${evil}`,
    `//user:pw@${evil}`,
    `http://${host}:pw@${evil}`,
    `//${evil}/${host}`,
  ],
  ...[
    `https://${host}/`,
    `ftp://${host}/`,
    `http://127.0.0.1/`,
    `http://127.0.0.1:1/`,
    `HTTP://${host}/`,
    `//${host}/`,
  ],
];

/** What may come back as it is. */
const honest = [
  ...[
    '/',
    '/app/page.html',
    '/app/page.html?a=b',
    '/app/page.html?next=//evil.example',
    '/a%20b',
    '/a?x=%2f%2f',
    '/a//b',
  ],
  ...['/app/?q=https://evil.example/', '/%E2%82%AC', "/a'b(c)*!~", '/app/..x/y', '/a;b=c/d', '/a@b:c', '/app/%252f'],
];

/** A Location that no browser, proxy or library takes for another place than a path of this site. */
function assertLocal(location, site) {
  assert.match(location, /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/, location);
  for (const base of [site.url, 'https://www.victim.example/x/y']) {
    assert.equal(new URL(location, base).origin, new URL(base).origin, location);
  }
  assert.ok(!/\/oauth2(callback|authorize|logout|userinfo)\b/.test(location.split('?')[0]), 'no path of ours');
  const path = location.split(/[?#]/)[0].replace(/%(09|0a|0d|20)/gi, '');
  let decoded = path;
  for (let i = 0; i < 4; i += 1) {
    assert.match(decoded, /^\/(?![/\\])/, `${location} decodes to ${decoded}`);
    decoded = decoded.replace(/%([2-7][0-9a-f])/gi, (_, code) => String.fromCharCode(parseInt(code, 16)));
  }
  assert.equal(
    new URL(decoded.replace(/;[^/]*/g, ''), 'https://www.victim.example').host,
    'www.victim.example',
    location,
  );
}

/** Finish a sign-in; the raw Location of its callback. */
async function landing(site, jar, address) {
  const { location } = await request({ url: address });
  const response = await site.get(location, { jar, headers: browserHeaders('navigation', 'cross-site') });
  assert.equal(response.status, 303, response.text);
  assert.equal(response.all('location').length, 1);
  for (const name of ['x-evil', 'a']) assert.equal(response.header(name), undefined);
  assert.ok(
    response.all('set-cookie').every((line) => /^goauth2/.test(line)),
    'no cookie of anybody else',
  );
  return response.header('location');
}

async function viaLink(site, value) {
  const jar = site.jar();
  const { address } = await begin(site, { path: `/oauth2authorize?return_url=${encodeURIComponent(value)}`, jar });
  return landing(site, jar, address);
}

/** Through the request's own target, byte for byte; undefined when httpd itself refused it. */
async function viaTarget(site, target, headers = []) {
  const jar = site.jar();
  const response = await site.get('/', { target, jar, headers: [...browserHeaders(), ...headers] });
  if (response.status !== 302) {
    assert.ok([400, 403, 404].includes(response.status), `status ${response.status}`);
    return undefined;
  }
  assert.equal(new URL(response.location).origin, new URL(site.op.issuer).origin, response.location);
  return landing(site, jar, response.location);
}

const everything = { provider: { bad: true }, locations: { '/': 'AuthType goauth2\nRequire valid-user' } };

/** Headers by which a proxy says what address it was asked for, or an attacker what he would like. */
const forwarded = [
  ...['X-Forwarded-Host', 'X-Forwarded-Server', 'X-Original-Host', 'X-Host', 'X-HTTP-Host-Override', 'Host'],
  ...[
    'X-Forwarded-For',
    'X-Real-IP',
    'Via',
    'Origin',
    'Referer',
    'X-Rewrite-URL',
    'X-Original-URL',
    'X-Original-URI',
  ],
  ...['X-Forwarded-Uri', 'X-Forwarded-Prefix', 'X-Forwarded-Path', 'X-Forwarded-Port', 'X-Forwarded-Proto'],
  ...['X-Forwarded-Scheme', 'X-Forwarded-Ssl', 'Front-End-Https', 'Forwarded', 'X-ProxyUser-Ip', 'CF-Connecting-IP'],
].map((name) => ({
  name,
  value:
    { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Ssl': 'on', Forwarded: `host=${evil};proto=https` }[name] ??
    (/url|uri|prefix|path|referer|origin$/i.test(name) ? `http://${evil}/x` : evil),
}));

/** The authorization URL without what is new each time. */
function stable(address) {
  const url = new URL(address);
  for (const name of ['state', 'nonce', 'code_challenge']) url.searchParams.delete(name);
  return url.href;
}

export default [
  {
    name: 'whatever a link names as the page to come back to, the browser lands on a path of this site',
    async run(t, start) {
      const site = await start(t, { provider: { bad: true } });
      const { origin, host } = new URL(site.url);
      const values = [
        ...addresses,
        ...around(origin, host),
        `/${'a'.repeat(100000)}`.slice(0, 7000),
        '/x?'.padEnd(6000, 'y'),
      ];
      assert.ok(values.length > 150);
      const nul = '/\0/evil.example'; // the whole query is refused
      assert.equal((await site.get(`/oauth2authorize?return_url=${encodeURIComponent(nul)}`)).status, 400);
      await each(
        values.filter((value) => value !== nul),
        async (value) => assertLocal(await viaLink(site, value), site),
      );
      await each(honest, async (value) => {
        assert.equal(await viaLink(site, value), value);
        assert.equal(await viaLink(site, origin + value), value);
      });
    },
  },
  {
    name: 'whatever the address that was asked for looks like, the browser lands on a path of this site',
    async run(t, start) {
      const site = await start(t, everything);
      const { origin, host } = new URL(site.url);
      const targets = [...addresses, ...around(origin, host)].filter(
        (value) => value && !/[\0\r\n]|^\/oauth2logout/.test(value),
      );
      const landed = [];
      await each(targets, async (target) => {
        const location = await viaTarget(site, target);
        if (location === undefined) return;
        assertLocal(location, site);
        landed.push(target);
      });
      assert.ok(landed.length > 50, `${landed.length} reached the gate`);
      await each(honest, async (target) => assert.equal(await viaTarget(site, target), target));
    },
  },
  {
    name: 'no header and no absolute address changes where the provider sends the browser back to',
    async run(t, start) {
      const site = await start(t, everything);
      const { address } = await begin(site, { path: '/app/page.html', jar: site.jar() });
      const expected = stable(address);
      assert.ok(new URL(expected).searchParams.get('redirect_uri').startsWith(`${site.url}/oauth2callback`));
      const ask = async (options) => {
        const response = await site.get('/app/page.html', {
          ...options,
          headers: [...browserHeaders(), ...(options.headers ?? [])],
        });
        assert.equal(response.status, 302);
        assert.equal(stable(response.location), expected);
        for (const line of response.all('set-cookie')) assert.ok(!/domain|evil/i.test(line), line);
      };
      await each(forwarded, ({ name, value }) => ask({ headers: [[name, value]] }));
      await each(forwarded, ({ name, value }) => ask({ headers: [[name.toLowerCase().replace(/-/g, '_'), value]] }));
      await each([evil, `${evil}:443`, `127.0.0.1.${evil}`, '127.0.0.1:1', 'localhost'], (value) =>
        ask({ headers: [['Host', value]] }),
      );
      await each(['http', 'https', 'HTTP'], (scheme) => ask({ target: `${scheme}://${evil}/app/page.html` }));
      assert.equal(await viaTarget(site, `http://${evil}/app/page.html?a=b`), '/app/page.html?a=b');
      assert.equal(await viaTarget(site, '/app/page.html', [['Host', evil]]), '/app/page.html');
    },
  },
  {
    name: 'an address that is too long to carry comes back as its path, or as the front page',
    async run(t, start) {
      const site = await start(t, { provider: { bad: true } });
      await each([900, 1024, 1500, 2500, 2600, 2700, 4000, 7000], async (length) => {
        const value = '/app/page.html?'.padEnd(length, 'x');
        const jar = site.jar();
        const { address, response } = await begin(site, { path: value, jar });
        assert.ok(address.length < 6000, `${address.length} bytes for the provider`);
        for (const line of response.all('set-cookie')) assert.ok(line.length < 4096);
        assert.equal(await landing(site, jar, address), length <= 2600 ? value : '/app/page.html');
      });
      const jar = site.jar();
      const { callback } = await arrive(site, { path: '/app/page.html?'.padEnd(2000, 'x'), jar });
      jar.remove('goauth2-return');
      const response = await site.get(callback, { jar, headers: browserHeaders() });
      assert.equal(response.header('location'), '/', 'its cookie is lost: the page is, the sign-in is not');
    },
  },
];
