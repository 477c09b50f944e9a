// SPDX-License-Identifier: Apache-2.0
// Chromium, driven by playwright-core: for what only a real browser shows. It uses the installed program ($GA2_CHROMIUM
// or /usr/bin/chromium) and never downloads one.
import fs from 'node:fs';
import { chromium } from 'playwright-core';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-proxy-server',
];

function executable() {
  return process.env.GA2_CHROMIUM ?? '/usr/bin/chromium';
}

/** False where no browser is installed: tests may then skip. */
export function available() {
  return fs.existsSync(executable());
}

/**
 * Start Chromium with an empty profile. `newVisitor` gives a page of a visitor with no cookies; visitors share nothing.
 * hosts: { 'app.example': '127.0.0.1' } are names for the browser only.
 */
export async function launch({ hosts = {}, args = [] } = {}) {
  const rules = Object.entries(hosts).map(([name, where]) => `MAP ${name} ${where}`);
  const browser = await chromium.launch({
    executablePath: executable(),
    headless: true,
    args: [...flags, ...(rules.length ? [`--host-resolver-rules=${rules.join(',')}`] : []), ...args],
  });
  return {
    version: browser.version(),
    async newVisitor({ width = 1280, height = 800, dark = false, timeout = 10000, ...options } = {}) {
      const context = await browser.newContext({
        viewport: { width, height },
        colorScheme: dark ? 'dark' : 'light',
        locale: 'en-GB',
        ...options,
      });
      context.setDefaultTimeout(timeout);
      return context.newPage();
    },
    close: () => browser.close(),
  };
}

/** Type a name and a password at the real provider and allow what it asks for; ends on the page behind. */
export async function signIn(page, account = 'alice', { password = 'any password', allow = true } = {}) {
  await page.getByLabel('User').fill(account);
  await page.getByLabel('Password').fill(password);
  await page.keyboard.press('Enter');
  await page.waitForFunction(
    () => document.readyState === 'complete' && !document.querySelector('input[type=password]'),
  );
  const button = page.getByRole('button', { name: allow ? 'Allow' : 'Cancel', exact: true });
  if (await button.count()) await button.click();
}

export async function screenshot(page, path) {
  await page.screenshot({ path, animations: 'disabled', caret: 'hide' });
}
