// SPDX-License-Identifier: Apache-2.0
// The cookie jar's rules. selftest/browser.test.mjs compares some of them with Chromium.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Jar, parseSetCookie, relation, siteOf } from '../lib/jar.mjs';

const loopback = 'http://127.0.0.1:8080/app/page';
const secure = 'https://www.example.test/app/page';
const plain = 'http://www.example.test/app/page';

function jarWith(url, ...lines) {
  const jar = new Jar();
  jar.take(url, lines);
  return jar;
}

const cases = [
  ['a plain cookie', loopback, 'a=1', true],
  ['Secure on loopback http', loopback, 'a=1; Secure', true],
  ['Secure on https', secure, 'a=1; Secure', true],
  ['Secure on other http', plain, 'a=1; Secure', false],
  ['__Host- done right', secure, '__Host-a=1; Secure; Path=/', true],
  ['__Host- done right on loopback', loopback, '__Host-a=1; Secure; Path=/', true],
  ['__Host- without Secure', secure, '__Host-a=1; Path=/', false],
  ['__Host- without Path', secure, '__Host-a=1; Secure', false],
  ['__Host- with Domain', secure, '__Host-a=1; Secure; Path=/; Domain=www.example.test', false],
  ['__host- in small letters is a prefix too', secure, '__host-a=1; Path=/', false],
  ['__Secure- without Secure', secure, '__Secure-a=1', false],
  ['__Secure- done right', secure, '__Secure-a=1; Secure', true],
  ['a prefix in a cookie without a name', secure, '=__Host-a=1; Secure; Path=/', false],
  ['SameSite=None without Secure', secure, 'a=1; SameSite=None', false],
  ['Domain of a parent', secure, 'a=1; Domain=example.test', true],
  ['Domain of another host', secure, 'a=1; Domain=other.test', false],
  ['Domain of a public suffix', secure, 'a=1; Domain=test', false],
  ['a control character', secure, 'a=1\x01', false],
  ['already expired', secure, 'a=1; Max-Age=0', false],
  ['Expires in the past', secure, 'a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT', false],
  ['too long', secure, `a=${'x'.repeat(5000)}`, false],
];
for (const [name, url, line, kept] of cases) {
  test(`${name} is ${kept ? 'kept' : 'refused'}`, () => {
    assert.equal(jarWith(url, line).cookies.length, kept ? 1 : 0);
  });
}

test('host-only cookies stay with their host, Domain cookies reach subdomains', () => {
  const jar = jarWith(secure, 'host=1; Path=/', 'domain=1; Path=/; Domain=example.test');
  assert.equal(jar.header('https://www.example.test/'), 'host=1; domain=1');
  assert.equal(jar.header('https://api.example.test/'), 'domain=1');
  assert.equal(jar.header('https://notexample.test/'), '');
});

test('ports are no border, schemes are for Secure', () => {
  const jar = jarWith(secure, 'a=1; Path=/', 'b=1; Path=/; Secure');
  assert.equal(jar.header('https://www.example.test:8443/'), 'a=1; b=1');
  assert.equal(jar.header('http://www.example.test/'), 'a=1');
});

test('paths match at slashes, and the longest comes first', () => {
  const jar = jarWith(loopback, 'root=1; Path=/', 'default=1', 'deep=1; Path=/app/page');
  assert.equal(jar.header('http://127.0.0.1:8080/app/page/x'), 'deep=1; default=1; root=1');
  assert.equal(jar.header('http://127.0.0.1:8080/application'), 'root=1');
});

test('the same name, domain and path replaces; another path does not', () => {
  const jar = jarWith(loopback, 'a=1; Path=/', 'a=2; Path=/', 'a=3; Path=/app');
  assert.equal(jar.header(loopback), 'a=3; a=2');
});

test('Max-Age wins over Expires, and time passes', () => {
  let now = Date.now();
  const jar = new Jar({ now: () => now });
  jar.take(loopback, ['a=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT', 'session=1']);
  assert.equal(jar.header(loopback), 'a=1; session=1');
  now += 61000;
  assert.equal(jar.header(loopback), 'session=1');
});

test('SameSite decides about cross-site requests', () => {
  let now = Date.now();
  const jar = new Jar({ now: () => now });
  jar.take(secure, ['strict=1; SameSite=Strict', 'lax=1; SameSite=Lax', 'none=1; SameSite=None; Secure', 'silent=1']);
  const names = (context) =>
    jar
      .match(secure, context)
      .map(({ name }) => name)
      .join(' ');
  assert.equal(names({}), 'strict lax none silent');
  assert.equal(names({ crossSite: true }), 'lax none silent');
  assert.equal(names({ crossSite: true, method: 'POST' }), 'none silent');
  assert.equal(names({ crossSite: true, topLevel: false }), 'none');
  now += 121000;
  assert.equal(names({ crossSite: true, method: 'POST' }), 'none', 'the two minutes of grace are over');
});

test('sites and relations', () => {
  assert.equal(siteOf('http://127.0.0.1:1/'), siteOf('http://127.0.0.1:2/'));
  assert.equal(siteOf('https://a.example.test/'), siteOf('https://b.example.test/'));
  assert.equal(relation('http://localhost:1/', 'http://127.0.0.1:1/'), 'cross-site');
  assert.equal(relation('http://127.0.0.1:1/', 'http://127.0.0.1:2/'), 'same-site');
  assert.equal(relation(undefined, 'http://127.0.0.1:2/'), 'none');
});

test('Set-Cookie is read loosely', () => {
  assert.deepEqual(parseSetCookie(' a = b=c ;PATH=/x; path=/y;HttpOnly'), {
    name: 'a',
    value: 'b=c',
    attributes: { path: '/y', httponly: '' },
  });
  assert.deepEqual(parseSetCookie('novalue').value, 'novalue');
});

test('a cookie can be put in whatever the rules say, and a clone is independent', () => {
  const jar = new Jar();
  jar.put({ name: '__Host-x', value: 'tossed', host: '127.0.0.1', path: '/app', domain: undefined });
  assert.equal(jar.header(loopback), '__Host-x=tossed');
  const other = jar.clone();
  other.clear();
  assert.equal(jar.names().length, 1);
});
