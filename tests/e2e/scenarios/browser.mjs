// SPDX-License-Identifier: Apache-2.0
// A person with Chromium. GA2_SHOTS=directory keeps pictures of what the person sees.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { available, launch, screenshot, signIn } from '../lib/browser.mjs';

const shots = process.env.GA2_SHOTS;

async function shoot(page, name) {
  if (!shots) return;
  fs.mkdirSync(shots, { recursive: true });
  await screenshot(page, path.join(shots, `${name}.png`));
}

/** A site and somebody who has just opened a browser; `act` is skipped where there is none. */
async function withBrowser(t, start, act, { visitor = {}, ...options } = {}) {
  if (!available()) {
    t.skip('no browser is installed');
    return;
  }
  const site = await start(t, options);
  const browser = await launch();
  t.after(() => browser.close());
  const page = await browser.newVisitor({ timeout: 60000, ...visitor });
  const problems = [];
  page.on('console', (message) => problems.push(message.text()));
  await act(site, page, problems);
}

const withConsent = { provider: { consent: true, refreshTokens: 'always' } };

async function byTyping(site, page, problems) {
  await page.goto(site.at('/api/hello?a=1'));
  await shoot(page, 'sign-in');
  await signIn(page);
  await page.getByRole('heading', { name: 'Hello, alice' }).waitFor();
  assert.equal(page.url(), site.at('/api/hello?a=1'));
  await shoot(page, 'signed-in');
  const names = (await page.context().cookies(site.url)).filter(({ name }) => name.startsWith('goauth2'));
  for (const cookie of names) {
    assert.deepEqual([cookie.httpOnly, cookie.sameSite, cookie.path], [true, 'Lax', '/'], cookie.name);
  }
  assert.equal(await page.evaluate(() => document.cookie.includes('goauth2')), false);
  assert.deepEqual(problems, []);
}

async function back(site, page) {
  await page.goto(site.url);
  await page.goto(site.at('/app/page.html'));
  await signIn(page);
  await page.waitForURL(site.at('/app/page.html'));
  await page.goto(site.at('/app/'));
  await page.goBack();
  assert.equal(page.url(), site.at('/app/page.html'));
  for (let i = 0; i < 6 && page.url() !== site.at('/'); i += 1) {
    await page.goBack();
    const url = new URL(page.url());
    assert.notEqual(url.pathname, '/oauth2callback', 'nobody is stuck on the callback');
  }
  await page.goto(site.at('/app/page.html'));
  assert.match(await page.locator('body').innerText(), /protected canary/);
}

async function scripts(site, page) {
  const ask = (address) =>
    page.evaluate(async (url) => {
      const response = await fetch(url);
      return { status: response.status, told: await response.json() };
    }, address);
  await page.goto(site.url);
  const { status, told } = await ask('/api/data');
  assert.equal(status, 401, 'a script is told, not redirected');
  await page.goto(told.login_url);
  await signIn(page);
  await page.waitForURL(site.at('/api/data'));
  assert.equal((await ask('/oauth2userinfo')).told.preferred_username, 'alice');
}

async function signOut(site, page, problems) {
  await page.goto(site.at('/api/hello'));
  await signIn(page);
  await page.getByRole('heading', { name: 'Hello, alice' }).waitFor();
  await page.goto(site.at('/oauth2logout'));
  await shoot(page, 'sign-out');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign out?' }).waitFor();
  assert.ok(page.url().startsWith(site.op.issuer), 'the provider asks, too');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL(site.at('/bye'));
  await page.goto(site.at('/api/hello'));
  await page.getByLabel('Password').waitFor();
  assert.ok(!problems.some((text) => /Content Security Policy/.test(text)), 'our pages keep to their own policy');
}

/** From a provider on another site, where a Strict cookie does not survive the redirect back. */
async function strict(site, page) {
  await page.goto(site.at('/api/hello?a=1'));
  await signIn(page);
  await page.getByRole('heading', { name: 'Hello, alice' }).waitFor();
  assert.equal(page.url(), site.at('/api/hello?a=1'));
  assert.equal(site.op.hits.token, 1, 'one sign-in');
  const [cookie] = (await page.context().cookies(site.url)).filter(({ name }) => name === 'goauth2');
  assert.equal(cookie.sameSite, 'Strict');
}

async function pages(site, page) {
  await page.goto(site.at('/api/hello'));
  await signIn(page, 'alice', { allow: false });
  await page.getByRole('heading', { name: 'Not allowed' }).waitFor();
  await shoot(page, 'refused-dark');
  const [text, ground] = await page.evaluate(() => {
    const { color, backgroundColor } = getComputedStyle(document.body);
    return [color, backgroundColor];
  });
  assert.notEqual(text, ground);
  assert.match(ground, /rgb\((1?\d|2\d|3\d), /, 'dark, as the visitor wants it');
  await page.getByRole('link', { name: 'Try again' }).click();
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.getByRole('heading', { name: 'Hello, alice' }).waitFor();
}

const bye = { lines: 'GOAuth2LoggedOutURL /bye', apache: { files: { 'htdocs/bye': { content: 'good bye' } } } };

export default [
  {
    name: 'somebody signs in by typing and sees what the application knows',
    run: (t, start) => withBrowser(t, start, byTyping, withConsent),
  },
  {
    name: 'the back button leads through pages, never onto the callback',
    run: (t, start) => withBrowser(t, start, back),
  },
  { name: 'a script of a page is told where to sign in', run: (t, start) => withBrowser(t, start, scripts) },
  {
    name: 'the button signs out here and at the provider',
    run: (t, start) => withBrowser(t, start, signOut, { ...withConsent, ...bye }),
  },
  {
    name: 'with a SameSite=Strict cookie, too, a sign-in at a provider elsewhere ends at the page',
    run: (t, start) =>
      withBrowser(t, start, strict, {
        provider: { issuerHost: 'localhost' },
        lines: 'GOAuth2CookieSameSite Strict',
      }),
  },
  {
    name: 'a page about an error is readable in the dark and leads on',
    run: (t, start) => withBrowser(t, start, pages, { ...withConsent, visitor: { dark: true } }),
  },
];
