// SPDX-License-Identifier: Apache-2.0
// The HTTP client, the backend and the load generator, against each other and against raw bytes.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import net from 'node:net';
import { after, afterEach, before, test } from 'node:test';
import * as backend from '../lib/backend.mjs';
import { Connection, Pool, parallel, raw, request } from '../lib/http.mjs';
import { Jar } from '../lib/jar.mjs';
import * as load from '../lib/load.mjs';
import { browserHeaders, follow, forms, submitForm } from '../lib/navigate.mjs';
import { listen, until } from '../lib/ports.mjs';

let app;
before(async () => {
  app = await backend.start();
});
after(() => app.close());
afterEach(() => app.clear());

/** A server that says exactly this to whoever connects, once for each connection. */
async function saying(...answers) {
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(answers.length > 1 ? answers.shift() : answers[0]));
  });
  return { url: `http://127.0.0.1:${await listen(server)}/`, close: () => server.close() };
}

test('bytes of a request are exactly what was asked for', async () => {
  const headers = [
    ['host', 'Example'],
    ['X-Dup', '1'],
    ['x-dup', '2'],
    ['X_User', 'a'],
    ['Odd', Buffer.from([0xe9])],
    ['Connection', 'close, X-User'],
  ];
  await request({ url: app.url, method: 'pUrGe', target: '//x/../%2e?a=b#c', headers, body: 'hello' });
  assert.equal(
    app.last.head.toString('latin1'),
    'pUrGe //x/../%2e?a=b#c HTTP/1.1\r\nhost: Example\r\nX-Dup: 1\r\nx-dup: 2\r\n' +
      'X_User: a\r\nOdd: \xe9\r\nConnection: close, X-User\r\nContent-Length: 5\r\n\r\n',
  );
  assert.equal(app.last.text, 'hello');
  assert.deepEqual(app.last.all('x-dup'), ['1', '2']);
});

test('text beyond latin1 goes out as UTF-8, and JSON tells what arrived', async () => {
  const response = await request({ url: `${app.url}/p?q=1`, headers: { 'X-Name': '李' } });
  const { method, target, headers } = response.json();
  assert.deepEqual([method, target], ['GET', '/p?q=1']);
  assert.equal(Buffer.from(headers.find(([name]) => name === 'X-Name')[1], 'latin1').toString('utf8'), '李');
});

test('answers: chunked with trailers, interim answers, no body, duplicates', async () => {
  const server = await saying(
    'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\n' +
      'Transfer-Encoding: chunked\r\n\r\n3;ext=1\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 5\r\n\r\n',
  );
  const jar = new Jar();
  const response = await request({ url: server.url, jar });
  server.close();
  assert.equal(response.text, 'abcde');
  assert.deepEqual(response.trailers, [['X-Sum', '5']]);
  assert.deepEqual(response.all('SET-COOKIE'), ['a=1', 'b=2']);
  assert.equal(response.informational[0].status, 103);
  assert.equal(jar.header(server.url), 'a=1; b=2');
});

test('an answer that stops too early is an error, one without a length ends with the connection', async () => {
  const short = await saying('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc');
  await assert.rejects(request({ url: short.url }), /closed inside a body/);
  short.close();
  const open = await saying('HTTP/1.0 200 OK\r\n\r\nabc');
  assert.equal((await request({ url: open.url })).text, 'abc');
  open.close();
});

test('raw bytes in, raw bytes out', async () => {
  const answer = await raw(app.url, 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  assert.match(answer.toString('latin1'), /^HTTP\/1\.1 200 OK\r\n/);
});

test('connections are kept, used at once, and replaced when the server has closed them', async () => {
  const pool = new Pool();
  await parallel(20, () => pool.request({ url: app.url }));
  await parallel(20, () => pool.request({ url: app.url }));
  assert.equal(pool.opened, 20);
  const closing = await saying('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
  assert.equal((await pool.request({ url: closing.url })).text, 'ok');
  await new Promise((resolve) => {
    setTimeout(resolve, 20);
  });
  assert.equal((await pool.request({ url: closing.url })).text, 'ok');
  closing.close();
  pool.close();
});

test('a body can be sent in pieces on one connection', async () => {
  const connection = new Connection(app.url);
  connection.write('POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel');
  connection.write('lo\r\n0\r\n\r\n');
  assert.equal((await connection.receive('POST')).status, 200);
  assert.equal(app.last.text, 'hello');
  connection.close();
});

test('the backend answers as it is told, for a while', async () => {
  app.on('/api', { status: 401, headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' } }, 1);
  app.on((seen) => seen.header('x-slow'), { delay: 50, body: 'late' });
  assert.equal((await request({ url: `${app.url}/api` })).status, 401);
  assert.equal((await request({ url: `${app.url}/api` })).status, 200);
  assert.equal((await request({ url: app.url, headers: { 'X-Slow': '1' } })).text, 'late');
  app.answer = () => ({ drop: true });
  await assert.rejects(request({ url: app.url }));
});

test('the backend shows browsers a page and escapes what it shows', async () => {
  const headers = [...browserHeaders(), ['X-Auth-Request-User', '%3Cb%3E'], ['X-Evil', '<script>']];
  const { text } = await request({ url: app.url, headers });
  assert.match(text, /Hello, &#60;b&#62;/);
  assert.ok(!text.includes('<script>'));
});

test('the backend streams events and echoes WebSockets', async () => {
  assert.equal((await request({ url: `${app.url}/events?n=2&ms=5` })).text, 'data: event 1\n\ndata: event 2\n\n');
  const response = await request({
    url: `${app.url}/socket`,
    headers: {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    },
  });
  assert.equal(response.status, 101);
  const { connection } = response;
  connection.write(Buffer.from([0x81, 0x82, 1, 2, 3, 4, 0x68 ^ 1, 0x69 ^ 2]));
  assert.equal((await connection.reader.take(4)).toString('latin1'), '\x81\x02hi');
  connection.close();
});

test('a browser on foot: redirects with cookies, changed methods, Sec-Fetch-Site, and forms', async () => {
  const other = app.url.replace('127.0.0.1', 'localhost');
  app.on('/start', { status: 302, headers: { Location: `${other}/far`, 'Set-Cookie': 'a=1; Path=/' } });
  app.on('/far', { status: 303, headers: { Location: `${app.url}/form` } });
  app.on('/form', {
    headers: { 'Content-Type': 'text/html' },
    body:
      '<form id="f" method="post" action="/end?x=1&amp;y=2"><input type="hidden" name="t" value="&quot;q&quot;">' +
      '<input type="checkbox" name="off" value="1">' +
      '<input name=typed></form><button form="f" name="go">',
  });
  app.on('/end', { status: 303, headers: { Location: '/final' } });
  const jar = new Jar();
  const here = await follow({ url: `${app.url}/start`, jar, initiator: `${app.url}/page` });
  assert.equal(here.hops.length, 3);
  assert.deepEqual(
    app.requests.map((seen) => seen.header('sec-fetch-site')),
    ['same-origin', 'cross-site', 'cross-site'],
  );
  assert.deepEqual(
    app.requests.map((seen) => seen.header('cookie')),
    [undefined, undefined, 'a=1'],
  );
  const [form] = forms(here.response);
  assert.deepEqual(
    form.buttons.map(({ name }) => name),
    ['go'],
  );
  const done = await submitForm(here, { jar, fields: { typed: 'x y' } });
  assert.equal(done.url, `${app.url}/final`);
  const posted = app.requests.find((seen) => seen.method === 'POST');
  assert.equal(posted.target, '/end?x=1&y=2');
  assert.equal(posted.text, 't=%22q%22&typed=x+y');
  assert.equal(posted.header('origin'), app.url);
  assert.equal(app.last.method, 'GET');
});

test('forms that submit themselves are submitted, endless redirects end', async () => {
  app.on('/auto', {
    headers: { 'Content-Type': 'text/html' },
    body:
      '<body onload="document.forms[0].submit()"><form method="post" action="/got">' +
      '<input name="code" value="c"></form>',
  });
  app.on('/loop', { status: 302, headers: { Location: '/loop' } });
  assert.equal((await follow({ url: `${app.url}/auto` })).url, `${app.url}/got`);
  assert.equal(app.last.text, 'code=c');
  assert.equal(app.last.header('sec-fetch-user'), undefined);
  await assert.rejects(follow({ url: `${app.url}/loop`, max: 5 }), /more than 5 hops/);
});

test('load counts what is right, wrong, failed and reopened', async () => {
  const running = load.start({ url: app.url, connections: 4, cookies: ['a=1', 'a=2'] });
  await until(() => running.stats.ok > 50);
  app.on('/', { status: 503 }, 3);
  await until(() => running.stats.wrong.length === 3);
  app.on('/', { drop: true }, 2);
  await until(() => running.stats.failures.length + running.stats.reopened >= 2);
  const stats = await running.stop();
  assert.equal(stats.statuses[503], 3);
  assert.ok(stats.rate > 10 && stats.p99 >= stats.median);
  assert.deepEqual([...new Set(app.requests.map((seen) => seen.header('cookie')))].sort(), ['a=1', 'a=2']);
});
