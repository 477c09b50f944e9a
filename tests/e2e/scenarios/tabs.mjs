// SPDX-License-Identifier: Apache-2.0
// Ten tabs of one browser ask for ten pages before anybody has signed in: every one ends where it began.
import assert from 'node:assert/strict';
import { codeOf } from '../lib/attempt.mjs';
import { available, launch, signIn } from '../lib/browser.mjs';
import { parallel } from '../lib/http.mjs';
import { submitForm } from '../lib/navigate.mjs';
import { canary } from '../lib/site.mjs';

const pageOf = (tab) => `/app/page.html?tab=${tab}&of=ten`;

function ownCookies(jar) {
  return jar
    .names()
    .filter((name) => name.startsWith('goauth2'))
    .sort();
}

/** Ten tabs that wait at the provider's sign-in page. */
async function openTen(site, jar) {
  const tabs = await parallel(10, (tab) => site.visit(jar, pageOf(tab)));
  for (const tab of tabs) assert.match(tab.response.text, /<h1>Sign in<\/h1>/);
  assert.deepEqual(ownCookies(jar), ['goauth2-bind'], 'one cookie serves them all');
  return tabs;
}

function assertEndsAtItsPage(site, here, tab) {
  assert.equal(here.url, site.at(pageOf(tab)));
  assert.equal(here.response.status, 200);
  assert.ok(here.response.text.includes(canary));
}

const login = (jar, here) => submitForm(here, { jar, fields: { login: 'alice', password: 'any' } });

async function oneAfterTheOther(t, start) {
  const site = await start(t);
  const jar = site.jar();
  await site.open(jar, '/app/');
  const tabs = await openTen(site, jar);
  for (const [tab, here] of tabs.entries()) assertEndsAtItsPage(site, await login(jar, here), tab);
  assert.deepEqual(ownCookies(jar), ['goauth2', 'goauth2-bind']);
  assert.equal(site.op.hits.token, 1, 'the others found the session of the first');
  assert.equal((await site.get('/app/page.html', { jar })).status, 200);
}

async function allAtOnce(t, start) {
  const site = await start(t);
  const jar = site.jar();
  await site.open(jar, '/app/');
  const tabs = await openTen(site, jar);
  const ends = await Promise.all(tabs.map((here) => login(jar, here)));
  for (const [tab, here] of ends.entries()) assertEndsAtItsPage(site, here, tab);
  assert.equal((await site.get('/app/page.html', { jar })).status, 200);
}

/**
 * Ten first requests carry no cookie, so each gets one, and the browser keeps the last. Whoever began with another is
 * told so and is one click away.
 */
async function withoutACookie(t, start) {
  const site = await start(t);
  const jar = site.jar();
  const tabs = await openTen(site, jar);
  for (const [tab, waiting] of tabs.entries()) {
    let here = await login(jar, waiting);
    if (codeOf(here.response) === 'BINDING') {
      const [, again] = /<a class="go" href="([^"]+)">Try again/.exec(here.response.text);
      here = await site.visit(jar, again.replaceAll('&amp;', '&'), { initiator: here.url });
    }
    assertEndsAtItsPage(site, here, tab);
  }
}

async function inChromium(t, start) {
  if (!available()) {
    t.skip('no browser is installed');
    return;
  }
  const site = await start(t);
  const browser = await launch();
  t.after(() => browser.close());
  const first = await browser.newVisitor({ timeout: 60000 });
  const context = first.context();
  await first.goto(site.at('/app/'));
  const tabs = [first, ...(await parallel(9, () => context.newPage()))];
  await Promise.all(tabs.map((tab, i) => tab.goto(site.at(pageOf(i)))));
  const finish = async (tab, i) => {
    await signIn(tab);
    await tab.waitForURL(site.at(pageOf(i)));
    assert.match(await tab.locator('body').innerText(), new RegExp(canary));
  };
  await finish(first, 0);
  await Promise.all(tabs.slice(1).map((tab, i) => finish(tab, i + 1)));
  const cookies = (await context.cookies(site.url)).map(({ name }) => name);
  assert.deepEqual(cookies.filter((name) => name.startsWith('goauth2')).sort(), ['goauth2', 'goauth2-bind']);
}

export default [
  { name: 'ten tabs sign in one after the other; the first one asks the provider for all', run: oneAfterTheOther },
  { name: 'ten tabs come back at once and every one ends at its page', run: allAtOnce },
  { name: 'ten tabs of a browser without any cookie end at their pages, some after one click', run: withoutACookie },
  { name: 'ten tabs of Chromium end at their pages', run: inChromium },
];
