// SPDX-License-Identifier: Apache-2.0
// Chromium: signs in at the provider for a small web site, shows how the pages look, and is the measure for the jar.
// GA2_SHOTS=directory keeps the pictures.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { after, before, test } from 'node:test';
import * as backend from '../lib/backend.mjs';
import { available, launch, screenshot, signIn } from '../lib/browser.mjs';
import { ownDirectory } from '../lib/cleanup.mjs';
import { Jar } from '../lib/jar.mjs';
import { listen } from '../lib/ports.mjs';
import { start } from '../provider.mjs';
import { site } from './rp.mjs';

const skip = available() ? false : 'no browser is installed';
const shots = process.env.GA2_SHOTS ?? ownDirectory('ga2-shots-');
let browser;
let op;
let web;

before(async () => {
  if (skip) return;
  browser = await launch();
  web = await site({ client_id: 'shop', client_name: 'Example Shop', client_secret: 'secret' });
  op = await start({ clients: [web.client] });
  web.use(op.issuer);
});
after(async () => {
  await browser?.close();
  await op?.close();
  web?.close();
});

async function shoot(page, name) {
  const file = path.join(shots, `${name}.png`);
  await screenshot(page, file);
  const png = fs.readFileSync(file);
  assert.equal(png.toString('latin1', 1, 4), 'PNG');
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
}

test('a person signs in by typing, with the keyboard alone', { skip }, async () => {
  const page = await browser.newVisitor();
  const problems = [];
  page.on('console', (message) => problems.push(message.text()));
  page.on('requestfailed', (failed) => problems.push(failed.url()));
  await page.goto(web.url);
  assert.deepEqual(await shoot(page, 'login-light'), [1280, 800]);
  await page.keyboard.type('alice');
  await page.keyboard.press('Tab');
  await page.keyboard.type('whatever');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Allow access?' }).waitFor();
  await shoot(page, 'consent-light');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Hello, Alice Archer' }).waitFor();
  assert.deepEqual(problems, []);
  await page.context().close();
});

test("the helper signs in, and the odd account's name arrives", { skip }, async () => {
  const page = await browser.newVisitor();
  await page.goto(web.url);
  await signIn(page, 'carol');
  await page.getByRole('heading', { name: 'Hello, Carol "Caz" Ångström' }).waitFor();
  await page.context().close();
});

test('the pages fit a narrow dark screen', { skip }, async () => {
  const page = await browser.newVisitor({ width: 360, height: 740, dark: true });
  await page.goto(web.url);
  const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= 360);
  assert.ok(await fits());
  await shoot(page, 'login-dark-360');
  await page.getByLabel('User').fill('mallory');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').waitFor();
  await shoot(page, 'login-wrong-dark-360');
  await page.getByLabel('User').fill('alice');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Allow access?' }).waitFor();
  assert.ok(await fits());
  await shoot(page, 'consent-dark-360');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Hello' }).waitFor();
  await page.goto(`${op.issuer}/logout`);
  await shoot(page, 'logout-dark-360');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
  await page.context().close();
});

test('dark and wide, and the application behind', { skip }, async () => {
  const page = await browser.newVisitor({ dark: true });
  await page.goto(web.url);
  await shoot(page, 'login-dark');
  await page.goto(`${op.issuer}/authorize?client_id=nobody`);
  await shoot(page, 'error-dark');
  await page.context().close();

  const app = await backend.start();
  const light = await browser.newVisitor({
    extraHTTPHeaders: {
      'X-Auth-Request-User': 'u-1001',
      'X-Auth-Request-Email': 'alice@example.com',
      'X-Auth-Request-Preferred-Username': 'alice',
      'X-Auth-Request-Groups': 'staff,editors,engineering,on-call,book-club',
    },
  });
  await light.goto(`${app.url}/app/`);
  await shoot(light, 'backend-light');
  await light.setViewportSize({ width: 360, height: 740 });
  assert.ok(await light.evaluate(() => document.documentElement.scrollWidth <= 360));
  await shoot(light, 'backend-light-360');
  await light.context().close();
  await app.close();
});

test('the jar keeps what Chromium keeps', { skip }, async () => {
  const lines = [
    '__Host-a=1; Secure; Path=/',
    '__Host-b=1; Path=/',
    '__Secure-c=1; Secure',
    '__Secure-d=1',
    'e=1; Secure; SameSite=None',
    'f=1; SameSite=None',
    'g=1; Domain=localhost',
    'h=1; Domain=127.0.0.1',
    '__host-i=1',
    '=__Host-j=1; Secure; Path=/',
    'k=1; Path=/deep',
    'l="q, r"',
    '__Host-m=1; Secure; Path=/x',
    'n=1; Max-Age=0',
    '__Host-o=1; Secure; Path=/; Domain=127.0.0.1',
    'p=1; SameSite=Strict',
  ];
  let seen;
  const server = http.createServer((req, res) => {
    if (req.url === '/deep/set') res.setHeader('set-cookie', lines);
    if (req.url === '/deep/get') seen = req.headers.cookie;
    res.end('ok');
  });
  const port = await listen(server);
  try {
    for (const host of ['127.0.0.1', 'localhost']) {
      const origin = `http://${host}:${port}`;
      const page = await browser.newVisitor();
      await page.goto(`${origin}/deep/set`);
      await page.goto(`${origin}/deep/get`);
      const jar = new Jar();
      jar.take(`${origin}/deep/set`, lines);
      assert.equal(jar.header(`${origin}/deep/get`), seen, host);
      await page.context().close();
    }
  } finally {
    server.close();
    server.closeAllConnections();
  }
});
