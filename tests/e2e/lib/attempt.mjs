// SPDX-License-Identifier: Apache-2.0
// One way of a browser to a protected page, and all that can be told about it from outside: where it ended, which code
// its error page shows, which cookies it got, what the provider was asked and what the log says.
import assert from 'node:assert/strict';
import { request } from './http.mjs';
import { canary } from './site.mjs';
import { parseSetCookie } from './jar.mjs';

/** The code on an error page of ours, or in the JSON that programs get. */
export function codeOf(response) {
  const [, shown] = /<footer>Code ([A-Z_]+) /.exec(response.text) ?? [];
  const [, told] = /^\{"error":"([A-Za-z_]+)"/.exec(response.text) ?? [];
  return shown ?? told;
}

/** What a Set-Cookie line does: { name, value, attributes, deletes }. */
export function cookieOf(line) {
  const cookie = parseSetCookie(line);
  return { ...cookie, deletes: cookie.value === '' || cookie.attributes['max-age'] === '0' };
}

export const isSession = ({ name }) => /^(__Host-|__Secure-)?goauth2$/.test(name);

/** Sessions that answers hand out. */
export const sessionsOf = (...responses) =>
  responses
    .flatMap((response) => response.all('set-cookie').map(cookieOf))
    .filter((cookie) => isSession(cookie) && !cookie.deletes);

class Outcome {
  constructor(site, here, { calls, log }) {
    const responses = here.hops.map((hop) => hop.response);
    Object.assign(this, { site, here, calls, log, response: here.response, responses, hops: here.hops });
    this.signedIn = this.response.status === 200 && this.response.text.includes(canary);
    this.code = codeOf(this.response);
    this.sessions = sessionsOf(...responses);
  }

  /** Who the server says it is, from its log. */
  get user() {
    return /-> pass user=(\S+)/.exec(this.log.at(-1) ?? '')?.[1];
  }
}

/** Lines of the module in a server's error log from a mark on. */
function linesSince(server, mark) {
  return server
    .errorLog()
    .slice(mark)
    .split('\n')
    .filter((line) => line.includes('[goauth2:'));
}

/** Do something; resolves to { result, calls: endpoint -> count, log: lines }. */
export async function watch(site, action) {
  const before = { ...site.op.hits };
  const mark = site.server.errorLog().length;
  const result = await action();
  const made = Object.entries(site.op.hits).map(([name, count]) => [name, count - (before[name] ?? 0)]);
  return { result, calls: Object.fromEntries(made.filter(([, n]) => n)), log: linesSince(site.server, mark) };
}

/** Go to a page as a browser without a session does, through the provider, until it comes to rest. */
export async function attempt(site, path, { jar = site.jar(), ...options } = {}) {
  const { result, calls, log } = await watch(site, () => site.visit(jar, path, { timeout: 30000, ...options }));
  return new Outcome(site, result, { calls, log });
}

/** The same with a callback address that the test has made itself. */
export const callback = (site, url, options) => attempt(site, url, { max: 3, ...options });

/** An error page of ours: what it may hold and which headers it has. */
export function assertOwnPage(response) {
  const policy = response.header('content-security-policy') ?? '';
  assert.match(policy, /default-src 'none'; frame-ancestors 'none'/);
  assert.equal(response.header('cache-control'), 'no-store');
  assert.equal(response.header('referrer-policy'), 'no-referrer');
  assert.equal(response.header('x-content-type-options'), 'nosniff');
  assert.equal(response.header('x-frame-options'), 'DENY');
  assert.equal(response.header('location'), undefined, 'no redirect');
  assert.ok(!/<script|https?:\/\/|\bon[a-z]+=|javascript:/i.test(response.text), 'no script, nothing from elsewhere');
}

/** Nobody was signed in, the page says the code, and the log has one line about it, with the page's reference. */
export function assertRefused(outcome, code) {
  assert.deepEqual(outcome.sessions, [], 'no session is handed out');
  for (const { text } of outcome.responses) assert.ok(!text.includes(canary), 'nothing of the page is seen');
  assert.equal(outcome.code, code, `status ${outcome.response.status}, ${outcome.log.at(-1)}`);
  assertOwnPage(outcome.response);
  const [, reference] = /Reference ([A-Z0-9-]+)/.exec(outcome.response.text) ?? [];
  assert.equal(
    outcome.log.filter((line) => line.includes(`reference=${reference}`)).length,
    1,
    'one line in the log',
  );
}

export function assertSignedIn(outcome) {
  const { response, log } = outcome;
  assert.ok(outcome.signedIn, `status ${response.status}, code ${outcome.code}, ${log.at(-1)}`);
  assert.deepEqual(outcome.site.op.violations, [], 'the provider has nothing to complain of');
}

/** Begin a sign-in and stop at the provider's door: { address (at the provider), state, response }. */
export async function begin(site, { path = '/app/page.html', jar } = {}) {
  const { response } = await site.visit(jar, path, { max: 1, until: () => true });
  assert.equal(response.status, 302, `status ${response.status}`);
  return { address: response.location, state: new URL(response.location).searchParams.get('state'), response };
}

/** Begin, and let the provider answer: { callback: its address with the code, address, state }. */
export async function arrive(site, { path, jar } = {}) {
  const attempted = await begin(site, { path, jar });
  const { location } = await request({ url: attempted.address });
  return { ...attempted, callback: location };
}

/** An address with other query parameters: { name: value, [values] or undefined to leave it out }. */
export function withParams(address, changes) {
  const url = new URL(address);
  for (const [name, value] of Object.entries(changes)) {
    url.searchParams.delete(name);
    for (const item of [value].flat()) if (item !== undefined) url.searchParams.append(name, item);
  }
  return url.href;
}
