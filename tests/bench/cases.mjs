// SPDX-License-Identifier: Apache-2.0
// What is counted: the same server and requests without a module, with one but not used, with it used elsewhere, and so
// on.
import { Pool } from '../e2e/lib/http.mjs';
import { Jar } from '../e2e/lib/jar.mjs';
import { signIn } from '../e2e/lib/navigate.mjs';
import { signInOne } from './crowd.mjs';
import * as sites from './sites.mjs';

const usual = [
  ['Accept', 'text/html'],
  ['User-Agent', 'bench'],
  ['Accept-Language', 'en'],
];

/** GET on one kept connection; `cookie` is (server) => Cookie header, or a function of the request's number then. */
export function requests(target, status, cookie) {
  return async ({ server, count }) => {
    const pool = new Pool();
    const given = await cookie?.(server);
    const cookieOf = typeof given === 'function' ? given : () => given;
    for (let i = 0; i < count; i++) {
      const headers = given ? [...usual, ['Cookie', cookieOf(i)]] : usual;
      const answer = await pool.request({ url: server.url + target, headers });
      if (answer.status !== status) throw new Error(`${target} answered ${answer.status}, not ${status}`);
    }
    pool.close();
  };
}

const session = (kind) => async (server) => {
  const jar = new Jar();
  await signIn(jar, `${server.url}/app/page.html`);
  return sites.sessionCookie(kind, jar);
};

const signIns =
  (kind) =>
  async ({ server, count }) => {
    const pool = new Pool();
    for (let i = 0; i < count; i++) await signInOne({ kind, url: server.url }, pool, { wantsPage: true });
    pool.close();
  };

/** One run of httpd with this kind of gate, for callgrind.mjs. */
const setup = (kind, serve) => ({
  module: kind.goauth2,
  modules: kind.modules,
  config: (given) => sites.configuration(kind, given),
  provider: (port) => sites.startProvider(kind, port),
  serve,
});

export const casesOf = (kind) => ({
  unused: setup(sites.open(kind), requests('/index.html', 200)),
  elsewhere: setup(kind, requests('/index.html', 200)),
  session: setup(kind, requests('/app/page.html', 200, session(kind))),
  stranger: setup(kind, requests('/app/page.html', 302)),
  signIn: setup(kind, signIns(kind)),
});

export const cases = (module) => ({
  plain: setup(sites.nothing, requests('/app/page.html', 200)),
  plainIndex: setup(sites.nothing, requests('/index.html', 200)),
  ...casesOf(sites.ours(module)),
});

/** The module's ways into a request. What is in and below them is everything that it adds. */
export const hooks = [
  'ga2_post_read_request',
  'ga2_check_access',
  'ga2_check_access_ex',
  'ga2_check_authn',
  'ga2_handler',
];
