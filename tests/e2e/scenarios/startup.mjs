// SPDX-License-Identifier: Apache-2.0
// What only a start can find out: files, directories and who owns them. The server stops with one sentence, or makes
// what it needs so that nobody else can read it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import * as apache from '../lib/apache.mjs';
import { until } from '../lib/ports.mjs';
import { each } from '../lib/rows.mjs';
import { canary } from '../lib/site.mjs';

const asRoot = process.getuid() === 0;
const serverId = () =>
  asRoot ? Number(spawnSync('id', ['-u', 'www-data'], { encoding: 'utf8' }).stdout) : process.getuid();

const lines = (state) =>
  `GOAuth2Issuer https://provider.example\nGOAuth2ClientID app\nGOAuth2ClientSecret secret\n` +
  `GOAuth2Store lmdb:${state}/sessions\nGOAuth2KeyFile ${state}/keys\n` +
  '<Location "/app">\nAuthType goauth2\nRequire valid-user\n</Location>';

const keyLine = (bytes) => `${Buffer.alloc(bytes, 7).toString('base64url')}\n`;

/** What is wrong with the state directory, and what the sentence says. `prepare` gets the directory's path. */
const faults = [
  [
    'a key file that others can read',
    (at) => write(`${at}/keys`, keyLine(32), 0o644),
    /keys holds a secret but its mode is 0644; write: chmod 600/,
  ],
  [
    'a key file that the group can write',
    (at) => write(`${at}/keys`, keyLine(32), 0o660),
    /keys holds a secret but its mode is 0660/,
  ],
  ['an empty key file', (at) => write(`${at}/keys`, ''), /keys/],
  ['a key file with something else in it', (at) => write(`${at}/keys`, 'hello\n'), /keys/],
  ['a key file with a short key', (at) => write(`${at}/keys`, keyLine(8)), /keys/],
  ['a key file of a megabyte', (at) => write(`${at}/keys`, 'x'.repeat(2 ** 20)), /keys/],
  ['a directory as the key file', (at) => fs.mkdirSync(`${at}/keys`), /keys/],
  ['a pipe as the key file', (at) => spawnSync('mkfifo', ['-m', '600', `${at}/keys`]), /keys/],
  ['a file as the store', (at) => write(`${at}/sessions`, 'x'), /GOAuth2Store lmdb:\S+sessions/],
  [
    'a file where the state directory should be',
    (at) => [fs.rmSync(at, { recursive: true }), write(at, 'x')],
    /GOAuth2KeyFile \S+keys: make its directory for the server's user, or name another place/,
  ],
  [
    'a damaged store',
    (at) => give(`${at}/sessions`, 'data.mdb', 'no database'.repeat(1000)),
    /GOAuth2Store lmdb:\S+sessions/,
  ],
  ...(asRoot
    ? [
        [
          'a store of somebody else',
          (at) => fs.mkdirSync(`${at}/sessions`, { mode: 0o700 }),
          /GOAuth2Store lmdb:\S+sessions/,
        ],
        ['a state directory that the server may not enter', (at) => own(at, 0), /GOAuth2Store lmdb:\S+sessions/],
      ]
    : []),
].map(([name, prepare, pattern]) => ({ name, prepare, pattern }));

function own(path, id) {
  if (asRoot) fs.chownSync(path, id, id);
}

function write(path, content, mode = 0o600) {
  fs.writeFileSync(path, content);
  fs.chmodSync(path, mode);
  own(path, serverId());
}

function give(directory, name, content) {
  fs.mkdirSync(directory, { mode: 0o700 });
  own(directory, serverId());
  write(`${directory}/${name}`, content);
}

async function startWith(t, config) {
  const server = await apache.start({ config });
  t.after(() => server.stop());
  return server;
}

/** Start it in vain; what it said. */
async function failing(prepare) {
  let directory;
  try {
    const server = await apache.start({
      config: (self) => {
        directory ??= self.path('state');
        if (!self.prepared) prepare(directory);
        self.prepared = true;
        return lines(directory);
      },
    });
    await server.stop();
  } catch (error) {
    if (error.output === undefined) throw error;
    return error.output;
  }
  throw new assert.AssertionError({ message: 'it started' });
}

const inMemory = (self) => `GOAuth2Store memory:\n${lines(self.path('state')).replace(/^GOAuth2Store .*\n/m, '')}`;

/** How many processes there may be, and whether a store in memory serves them. */
const sizes = [
  { name: 'event, two processes', options: { mpm: 'event', workers: { processes: 2, threads: 4 } }, most: 2 },
  { name: 'prefork, two processes', options: { mpm: 'prefork', workers: { processes: 2, threads: 1 } }, most: 2 },
  { name: 'event, one process', options: { mpm: 'event', workers: { processes: 1, threads: 8 } } },
  { name: 'prefork, one process', options: { mpm: 'prefork', workers: { processes: 1, threads: 1 } } },
  { name: 'event, told to be one process', options: { mpm: 'event', args: ['-DONE_PROCESS'] } },
  { name: 'debugging', options: { mpm: 'event', args: ['-X'] } },
];

/** Start it: undefined, or why it did not. */
async function complaintAtStart(t, options) {
  try {
    const server = await apache.start(options);
    t.after(() => server.stop());
    const answer = await fetch(`${server.url}/app/page.html`, { redirect: 'manual' });
    assert.equal(answer.status, 401);
    return undefined;
  } catch (error) {
    if (error.output === undefined) throw error;
    return error.output;
  }
}

/** Every child that comes finds no store, whatever the parent has found; afterwards all is as before. */
async function childWithoutStore(t) {
  const server = await startWith(t, (self) => lines(self.path('state')));
  const ask = (path, accept = 'text/html') =>
    fetch(`${server.url}${path}`, { redirect: 'manual', headers: { Accept: accept } });
  const store = server.path('state/sessions');
  fs.renameSync(store, `${store}.away`);
  write(store, 'x');
  await until(() => server.children().length >= 2, { what: 'children' });
  const before = server.children();
  await server.kill9('children');
  const isNew = () => server.children().some((pid) => !before.includes(pid));
  await until(isNew, { timeout: 20000, what: 'new children' });
  await server.waitForLog(/sign-in is closed in this process: .*sessions/);
  for (let i = 0; i < 5; i += 1) {
    for (const accept of ['text/html', 'application/json']) {
      const answer = await ask('/app/page.html', accept);
      assert.equal(answer.status, 503);
      assert.match(answer.headers.get('retry-after'), /^[1-9]\d*$/);
      assert.match(await answer.text(), /STORE/);
    }
    assert.equal((await ask('/oauth2callback?code=x&state=y')).status, 503);
    assert.equal((await ask('/index.html')).status, 200, 'where the gate is not, nothing is missing');
  }
  fs.rmSync(store);
  fs.renameSync(`${store}.away`, store);
  await server.graceful();
  const opens = async () => (await ask('/app/page.html', 'application/json')).status === 401;
  await until(opens, { timeout: 10000, what: 'a process with a store' });
}

const mode = (path) => (fs.statSync(path).mode & 0o7777).toString(8);

export default [
  {
    name: 'a key file or store that cannot be trusted or used stops the server with one sentence',
    run: () =>
      each(faults, async ({ prepare, pattern }) => {
        const output = await failing(prepare);
        const sentences = output.split('\n').filter((line) => line.includes('[goauth2:emerg]'));
        assert.equal(sentences.length, 1, output);
        assert.match(sentences[0], pattern);
        assert.ok(!/hello|no database|BwcHBw/.test(output), 'what is in the files is not shown');
      }),
  },
  {
    name: 'a store in memory is for one process: with more the server stops with one sentence',
    run: (t) =>
      each(sizes, async ({ options, most }) => {
        const output = await complaintAtStart(t, { ...options, config: inMemory });
        const sentences = (output ?? '').split('\n').filter((line) => line.includes('[goauth2:emerg]'));
        assert.equal(sentences.length, most ? 1 : 0, output);
        const expected = new RegExp(`memory: keeps sessions in one process, .* has up to ${most}; write lmdb:/`);
        if (most) assert.match(sentences[0], expected);
      }),
  },
  {
    name: 'a child that cannot open the store is closed and says so; it neither crashes nor lets anybody in',
    run: childWithoutStore,
  },
  {
    name: 'key file and store are made at the first start, for the server alone, and are the same after a restart',
    async run(t) {
      const server = await startWith(t, (self) => lines(`${self.path('state')}/new/deep`));
      const at = (name) => `${server.path('state')}/new/deep/${name}`;
      assert.deepEqual([mode(at('keys')), mode(at('sessions')), mode(at('.'))], ['600', '700', '700']);
      for (const name of fs.readdirSync(at('sessions'))) assert.equal(mode(at(`sessions/${name}`)), '600', name);
      for (const name of ['keys', 'sessions', '.']) assert.equal(fs.statSync(at(name)).uid, serverId(), name);
      const before = fs.readFileSync(at('keys'));
      assert.ok(before.length > 40);
      await server.graceful();
      await server.restart();
      assert.deepEqual(fs.readFileSync(at('keys')), before);
      const second = await startWith(t, (self) => lines(`${self.path('state')}`));
      assert.notDeepEqual(fs.readFileSync(second.path('state/keys')), before, 'every site has its own');
    },
  },
  {
    name: 'no directive may stand in a .htaccess file, and one that does closes the directory',
    async run(t) {
      const names = [
        'Mode off',
        'Issuer https://evil.example',
        'ClientID x',
        'Scopes x',
        'User email',
        'OnStranger 401',
      ];
      const server = await startWith(t, (self) => lines(self.path('state')));
      await each(names, async (line) => {
        server.write('htdocs/app/.htaccess', `GOAuth2${line}\n`);
        const response = await fetch(`${server.url}/app/page.html`, {
          redirect: 'manual',
          headers: { Accept: 'text/html' },
        });
        assert.equal(response.status, 500);
        assert.ok(!(await response.text()).includes(canary));
        assert.match(server.errorLog(), new RegExp(`GOAuth2${line.split(' ')[0]} not allowed here`));
      });
      server.write('htdocs/other/page.html', 'x');
      server.write('htdocs/other/.htaccess', 'AuthType goauth2\n');
      const response = await fetch(`${server.url}/other/page.html`, { redirect: 'manual' });
      assert.equal(response.status, 401, 'AuthType there can switch the gate on');
    },
  },
  {
    name: 'AuthType goauth2 in a .htaccess file of a server without a provider closes the directory',
    async run(t) {
      const server = await startWith(t, () => '');
      await each(['', 'Require all granted\n', 'Require valid-user\n'], async (more) => {
        server.write('htdocs/app/.htaccess', `AuthType goauth2\n${more}`);
        const response = await fetch(`${server.url}/app/page.html`, { redirect: 'manual' });
        assert.equal(response.status, 500);
        assert.ok(!(await response.text()).includes(canary));
      });
      assert.match(server.errorLog(), /AuthType goauth2, but server 127\.0\.0\.1 has no provider; write/);
    },
  },
  {
    name: 'a reload with a mistake in the configuration is refused, and the server goes on as it was',
    async run(t) {
      const server = await startWith(t, (self) => lines(self.path('state')));
      await until(() => server.children().length, { what: 'children' });
      const children = server.children();
      server.configure((self) => `${lines(self.path('state'))}\nGOAuth2Mode sometimes\n`);
      const { ok, output } = server.checkConfig('-k', 'graceful');
      assert.ok(!ok);
      assert.match(output, /GOAuth2Mode: must be required, aware or off/);
      assert.ok(children.every((pid) => server.children().includes(pid)));
      assert.equal((await fetch(`${server.url}/app/page.html`, { redirect: 'manual' })).status, 401);
      server.configure((self) => lines(self.path('state')));
      await server.graceful();
      assert.equal((await fetch(`${server.url}/app/page.html`, { redirect: 'manual' })).status, 401);
    },
  },
];
