// SPDX-License-Identifier: Apache-2.0
// Many people who sign in at once, over kept connections, at the provider that answers at once.
import { Pool } from '../e2e/lib/http.mjs';
import { Jar } from '../e2e/lib/jar.mjs';
import { browserHeaders } from '../e2e/lib/navigate.mjs';
import { sessionCookie } from './sites.mjs';

const atOnce = 16;
const page = '/app/page.html';

/** Work through `count` tasks, so many at once. */
async function each(count, task) {
  let next = 0;
  const worker = async () => {
    while (next < count) await task(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/**
 * From the page to the provider and back, over kept connections as a browser's. Ends with the answer that brings the
 * session, or, when the page is wanted, with that. Returns the Cookie header from then on.
 */
export async function signInOne(site, pool, { wantsPage = false } = {}) {
  const jar = new Jar();
  const isDone = (answer) => (wantsPage ? answer.status === 200 : jar.value(site.kind.cookie));
  for (let url = site.url + page, hops = 0; hops < 10; hops++) {
    const answer = await pool.request({ url, jar, headers: browserHeaders() });
    if (isDone(answer)) return sessionCookie(site.kind, jar);
    if (!answer.location) throw new Error(`a sign-in ended with ${answer.status} at ${url.replace(/\?.*/, '')}`);
    url = answer.location;
  }
  throw new Error('a sign-in came to no end');
}

/** Returns everybody's Cookie header. */
export async function signInAll(site, count, said = () => {}) {
  const pool = new Pool();
  const cookies = [];
  await each(count, async (i) => {
    cookies[i] = await signInOne(site, pool);
    if (i % 500 === 499) said(i + 1);
  });
  pool.close();
  return cookies;
}

/** How many of them are still signed in. */
export async function countSignedIn(site, cookies) {
  const pool = new Pool();
  let signedIn = 0;
  await each(cookies.length, async (i) => {
    const { status } = await pool.request({
      url: site.url + page,
      headers: [...browserHeaders(), ['Cookie', cookies[i]]],
    });
    if (status === 200) signedIn += 1;
  });
  pool.close();
  return signedIn;
}
