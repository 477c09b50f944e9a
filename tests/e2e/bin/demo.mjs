#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// ./dev demo: a provider with pages, an application, and Apache with the module in front, all on this machine.
// With --once it signs in by itself, tells each step, and ends.
import fs from 'node:fs';
import net from 'node:net';
import * as apache from '../lib/apache.mjs';
import * as backends from '../lib/backend.mjs';
import { Jar } from '../lib/jar.mjs';
import { follow, signIn, submitForm } from '../lib/navigate.mjs';
import { freePort, listen } from '../lib/ports.mjs';
import * as provider from '../provider.mjs';
import { protectedPage, publicPage } from './demo-pages.mjs';

const say = (text = '') => process.stdout.write(`${text}\n`);
const secret = 'the-secret-that-the-provider-gave';

/** This port when nobody has it, otherwise any. */
async function friendlyPort(wanted) {
  const probe = net.createServer();
  try {
    await listen(probe, { port: wanted });
    await new Promise((resolve) => {
      probe.close(resolve);
    });
    return wanted;
  } catch {
    return freePort();
  }
}

/** client_secret.json as a provider's console gives it. */
function clientFile(op, callback) {
  const web = {
    client_id: 'demo',
    client_secret: secret,
    issuer: op.issuer,
    auth_uri: `${op.issuer}/authorize`,
    token_uri: `${op.issuer}/token`,
    redirect_uris: [callback],
  };
  return `${JSON.stringify({ web }, null, 2)}\n`;
}

function linesFor(server, backend) {
  return `GOAuth2ClientSecrets ${server.path('client_secret.json')}
GOAuth2Store lmdb:${server.path('state')}/sessions
GOAuth2KeyFile ${server.path('state')}/keys
<Location "/private">
    AuthType goauth2
    Require valid-user
</Location>
ProxyPass "/backend/" "${backend.url}/"
<Location "/backend">
    AuthType goauth2
    Require valid-user
</Location>`;
}

/** Everything that runs; `stop` ends it again, whatever has come up so far. */
async function startAll(running) {
  const port = await friendlyPort(8080);
  const callback = `http://localhost:${port}/oauth2callback`;
  const op = await provider.start({
    port: await friendlyPort(8081),
    clients: [{ client_id: 'demo', client_name: 'The demo', client_secret: secret, redirect_uris: [callback] }],
  });
  running.push(() => op.close());
  const backend = await backends.start();
  running.push(() => backend.close());
  const server = await apache.prepare({ serverName: 'localhost', port });
  running.push(() => server.stop({ graceful: false }));
  const lines = linesFor(server, backend);
  server.write('client_secret.json', clientFile(op, callback));
  server.write('htdocs/index.html', publicPage({ accounts: Object.keys(op.accounts), config: lines }));
  server.write('htdocs/private/hello.shtml', protectedPage);
  server.configure(lines);
  await server.launch();
  return { op, backend, server, lines };
}

function tellWhatIsThere({ op, server, lines }) {
  say(`httpd.conf loads ${process.env.GA2_MODULE} and has these lines:\n\n${lines.replace(/^/gm, '    ')}\n`);
  say(`Open          ${server.url}/`);
  say(`  protected   ${server.url}/private/hello.shtml   a file`);
  say(`              ${server.url}/backend/              an application that shows what it receives`);
  say(`  sign out    ${server.url}/oauth2logout`);
  say(`Provider      ${op.issuer}`);
  say(`  accounts    ${Object.keys(op.accounts).join(', ')}; any password`);
  say(`Files         ${server.directory}   error.log, httpd.conf, client_secret.json`);
}

const plain = new Set(['response_type', 'client_id', 'scope', 'code_challenge_method', 'redirect_uri', 'return_url']);

/** An address without what only the browser should know. */
function shown(text) {
  const url = new URL(text);
  const path = url.pathname.replace(/^\/(interaction|authorize)\/.+/, '/$1/…');
  const query = [...url.searchParams].map(([name, value]) => `${name}=${plain.has(name) ? value : '…'}`).join('&');
  return `${url.origin}${path}${query ? `?${query}` : ''}`;
}

function tellSteps(here) {
  for (const { method, url, response } of here.hops) say(`${method.padEnd(4)} ${response.status}  ${shown(url)}`);
}

function assertStatus(here, status, what) {
  if (here.response.status !== status) throw new Error(`${what}: status ${here.response.status}, not ${status}`);
}

function tellWhatArrived(request) {
  say('\nThe application received:');
  say(`    ${request.start}`);
  for (const [name, value] of request.headers) say(`    ${name}: ${/^cookie$/i.test(name) ? '…' : value}`);
}

async function once({ op, backend, server }) {
  const jar = new Jar();
  say(`\nalice opens ${server.url}/backend/ and signs in at ${op.issuer}:\n`);
  const here = await signIn(jar, `${server.url}/backend/`, 'alice');
  tellSteps(here);
  assertStatus(here, 200, 'the protected application');
  if (here.url !== `${server.url}/backend/`) throw new Error(`the browser came to rest at ${shown(here.url)}`);
  tellWhatArrived(backend.last);
  if (backend.last.header('x-auth-request-preferred-username') !== 'alice')
    throw new Error('the application was not told that this is alice');

  say('\nThe same session opens the protected file; then alice signs out:\n');
  const file = await follow({ jar, url: `${server.url}/private/hello.shtml` });
  tellSteps(file);
  assertStatus(file, 200, 'the protected file');
  const question = await follow({ jar, url: `${server.url}/oauth2logout` });
  tellSteps(question);
  const out = await submitForm(question, { jar });
  tellSteps(out);
  assertStatus(out, 200, 'signing out');
  const after = await follow({ jar, url: `${server.url}/backend/`, until: () => true });
  tellSteps(after);
  assertStatus(after, 302, 'the protected application after signing out');
  say('\nAll as it should be.');
}

const running = [];
let stopping = false;

async function stop(code) {
  if (stopping) return;
  stopping = true;
  for (const end of running.reverse()) {
    try {
      await end();
    } catch (error) {
      process.stderr.write(`${error.message}\n`);
      code ||= 1;
    }
  }
  process.exit(code);
}

// lib/cleanup.mjs would end everything by force; there is time to ask.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.removeAllListeners(name);
  process.on(name, () => stop(0));
}

try {
  if (!fs.existsSync(process.env.GA2_MODULE ?? ''))
    throw new Error('GA2_MODULE must name the module; ./dev demo sets it.');
  const all = await startAll(running);
  tellWhatIsThere(all);
  if (process.argv.includes('--once')) {
    await once(all);
    await stop(0);
  }
  say(
    '\nClick a protected link, sign in as alice, allow what is asked for, and see what arrives. Ctrl-C ends it all.',
  );
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  await stop(1);
}
