// SPDX-License-Identifier: Apache-2.0
// ./dev demo as newcomers meet it: by itself, and clicked through in Chromium. GA2_SHOTS=directory keeps demo.png, the
// picture of the README.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { available, launch } from './lib/browser.mjs';
import { until } from './lib/ports.mjs';

const program = fileURLToPath(new URL('./bin/demo.mjs', import.meta.url));

/** The demo as a process: { output, exited, signal }. */
function startDemo(...args) {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const demo = { output: '', signal: (name) => child.kill(name) };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      demo.output += chunk;
    });
  }
  demo.exited = new Promise((resolve) => {
    child.once('close', (code) => {
      demo.code = code;
      resolve(code);
    });
  });
  return demo;
}

const pictures = [];
async function look(page) {
  pictures.push((await page.screenshot({ animations: 'disabled', caret: 'hide' })).toString('base64'));
}

/** What was seen, side by side, as one picture. */
async function keepPictures(browser, directory) {
  const page = await browser.newVisitor({ width: 1500, height: 390 });
  const images = pictures.map((data) => `<img src="data:image/png;base64,${data}">`).join('<span>→</span>');
  await page.setContent(`<style>
    body { margin: 0; height: 100vh; display: flex; align-items: center; justify-content: center; gap: 14px;
      background: #e9edf4; font: 32px system-ui; color: #566077 }
    img { width: 440px; border-radius: 10px; box-shadow: 0 2px 14px #0003 }</style>${images}`);
  fs.mkdirSync(directory, { recursive: true });
  await page.screenshot({ path: path.join(directory, 'demo.png') });
}

async function clickThrough(page, url) {
  await page.goto(url);
  await look(page);
  await page.getByRole('link', { name: 'A protected application' }).click();
  await page.getByLabel('User').fill('alice');
  await page.getByLabel('Password').fill('any password');
  await look(page);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Allow', exact: true }).click();
  await page.waitForURL(`${url}backend/`);
  await page.getByRole('heading', { name: 'Hello, alice' }).waitFor();
  await look(page);
  await page.goto(`${url}private/hello.shtml`);
  await page.getByRole('heading', { name: 'Hello, alice' }).waitFor();
}

test('./dev demo --once signs in by itself and says what the application received', { timeout: 60000 }, async () => {
  const demo = startDemo('--once');
  assert.equal(await demo.exited, 0, demo.output);
  assert.match(demo.output, /^ {4}x-auth-request-preferred-username: alice$/im);
  assert.match(demo.output, /All as it should be\.\n$/);
});

test('./dev demo is clicked through in a browser, and Ctrl-C ends all of it', { timeout: 120000 }, async (t) => {
  if (!available()) {
    t.skip('no browser is installed');
    return;
  }
  const demo = startDemo();
  t.after(() => demo.signal('SIGTERM'));
  await until(() => demo.code !== undefined || /Ctrl-C/.test(demo.output), { timeout: 30000, what: 'the demo is up' });
  const [, url] = /^Open +(\S+)$/m.exec(demo.output) ?? assert.fail(demo.output);
  const [, directory] = /^Files +(\S+)/m.exec(demo.output);
  const browser = await launch();
  try {
    await clickThrough(await browser.newVisitor({ width: 880, height: 660, timeout: 30000 }), url);
    if (process.env.GA2_SHOTS) await keepPictures(browser, process.env.GA2_SHOTS);
  } finally {
    await browser.close();
  }
  demo.signal('SIGINT');
  assert.equal(await demo.exited, 0, demo.output);
  assert.equal(fs.existsSync(directory), false, 'its files are gone');
  await assert.rejects(fetch(url), 'its server is gone');
});
