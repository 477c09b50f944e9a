// SPDX-License-Identifier: Apache-2.0
// The Apache starter, with a plain httpd: the module under test is not needed for this.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import * as apache from '../lib/apache.mjs';
import * as backend from '../lib/backend.mjs';
import { request } from '../lib/http.mjs';
import * as load from '../lib/load.mjs';
import { until } from '../lib/ports.mjs';
import { isAlive } from '../lib/processes.mjs';
import { findTrouble } from '../lib/trouble.mjs';

const servers = [];
async function start(options) {
  const server = await apache.start({ goauth2: false, ...options });
  servers.push(server);
  return server;
}
after(() => Promise.all(servers.map((server) => server.stop({ graceful: false }).catch(() => {}))));

const gone = (pid) => !isAlive(pid);

for (const mpm of apache.mpms) {
  test(`${mpm}: serves, restarts gracefully under load without a failure, and stops without a trace`, async () => {
    const server = await start({
      mpm,
      files: { 'htdocs/extra.txt': 'extra', 'htdocs/app/deep/x.txt': { content: 'x', mode: 0o600, owner: 'server' } },
    });
    assert.equal((await request({ url: `${server.url}/extra.txt` })).text, 'extra');
    assert.equal((await request({ url: `${server.url}/app/deep/x.txt` })).status, 200);
    assert.match((await request({ url: `${server.url}/cgi-bin/env?q=1` })).text, /^QUERY_STRING=q=1$/m);
    assert.match((await request({ url: `${server.url}/app/include.shtml` })).text, /user \(none\)/);
    const before = server.children();
    assert.equal(before.length > 0, true);

    const running = load.start({ url: `${server.url}/app/`, connections: 4 });
    await until(() => running.stats.ok > 20);
    server.configure('Header always set X-Generation two');
    await server.graceful();
    await until(() => before.every((pid) => !server.children().includes(pid)), { what: 'the old children end' });
    const stats = await running.stop();
    assert.deepEqual([stats.failures, stats.wrong], [[], []]);
    assert.equal((await request({ url: server.url })).header('x-generation'), 'two');
    assert.match(server.accessLog(), /"GET \/app\/.* HTTP\/1.1" 200/);

    const { pid, directory } = server;
    await server.stop();
    assert.ok(gone(pid) && !fs.existsSync(directory));
  });
}

test('killed children are replaced, a killed parent can be started again; the kills are no trouble', async () => {
  const server = await start({ mpm: 'event' });
  const [victim] = await server.kill9('child');
  await until(() => server.children().length >= 2 && !server.children().includes(victim), { what: 'a new child' });
  assert.deepEqual(server.trouble(), []);

  const children = server.children();
  await server.kill9('parent');
  assert.ok(server.exit);
  await server.startAgain();
  assert.ok(children.every(gone));
  assert.equal((await request({ url: server.url })).status, 200);
  await server.restart();
  assert.equal((await request({ url: server.url })).status, 200);
  await server.stop();
});

test('a planted line in the error log fails the stop, unless it was expected', async () => {
  const server = await start({ mpm: 'event' });
  fs.appendFileSync(server.path('error.log'), '==7==ERROR: AddressSanitizer: heap-use-after-free\n');
  fs.appendFileSync(
    server.path('error.log'),
    '[core:notice] AH00052: child pid 7 exit signal Segmentation fault (11)\n',
  );
  await assert.rejects(server.stop({ graceful: false }), ({ trouble }) => trouble.length === 2);

  const log = 'a.c:1:2: runtime error: signed integer overflow\nchild pid 7 exit signal Killed (9)\nall is well\n';
  assert.equal(findTrouble(log).length, 2);
  assert.equal(findTrouble(log, [/Killed \(9\)/]).length, 1);
});

test('a wrong configuration is told, by a check and by a start', async () => {
  const server = await apache.prepare({ goauth2: false, config: 'NoSuchDirective on' });
  servers.push(server);
  const { ok, output } = server.checkConfig();
  assert.equal(ok, false);
  assert.match(output, /Invalid command 'NoSuchDirective'/);
  await assert.rejects(start({ config: 'NoSuchDirective on' }), ({ output: said }) => /NoSuchDirective/.test(said));
  server.configure('');
  assert.equal(server.checkConfig().ok, true);
});

test("environment of the server, proxying, and settings that need the server's own address", async () => {
  const app = await backend.start();
  const server = await start({
    mpm: 'worker',
    env: { GA2_SELFTEST: 'seen' },
    modules: ['unique_id'],
    config: ({ url, port }) =>
      `PassEnv GA2_SELFTEST\nHeader set X-Self "${url} ${port}"\nProxyPass /app/ ${app.url}/\n`,
  });
  const response = await request({ url: `${server.url}/app/x`, headers: { 'X-Probe': '1' } });
  assert.equal(response.header('x-self'), `${server.url} ${server.port}`);
  assert.equal(app.last.header('x-probe'), '1');
  assert.match((await request({ url: `${server.url}/cgi-bin/env` })).text, /^GA2_SELFTEST=seen$/m);
  await server.stop();
  await app.close();
});

test('nothing is left when the test process is killed outright', async () => {
  const script = `import { start } from ${JSON.stringify(new URL('../lib/apache.mjs', import.meta.url).href)};
    const server = await start({ goauth2: false });
    console.log(JSON.stringify([server.pid, ...server.children()]), server.directory);`;
  for (const signal of ['SIGKILL', 'SIGTERM']) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [output] = await once(child.stdout, 'data');
    const [pids, directory] = output.toString().trim().split(' ');
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
    await until(() => JSON.parse(pids).every(gone), { what: `httpd ends after ${signal}` });
    assert.equal(path.dirname(directory), os.tmpdir());
    if (signal === 'SIGTERM') assert.equal(fs.existsSync(directory), false);
    fs.rmSync(directory, { recursive: true, force: true });
  }
});
