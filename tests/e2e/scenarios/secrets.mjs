// SPDX-License-Identifier: Apache-2.0
// Secrets stay where they belong. Every secret of a whole life of sign-ins, renewals, failures and sign-outs is looked
// for in everything that somebody else may read: logs, pages, processes, the store's files, other backends.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { attempt, callback, withParams } from '../lib/attempt.mjs';
import { browserHeaders } from '../lib/navigate.mjs';
import { sleep } from '../lib/ports.mjs';
import { childrenOf } from '../lib/processes.mjs';
import { secret } from '../lib/site.mjs';

const guard = 'AuthType goauth2\nRequire valid-user';

/** Kinds of failures, each with its page and its lines in the log. */
const faults = [
  { 'idt.sig': 'flipped' },
  { 'idt.claims.iss': 'https://evil.example' },
  { 'token.http.status': 500 },
  { 'token.http.body': '{"error":"invalid_grant","error_description":"no"}', 'token.http.status': 400 },
  { 'token.http.body': 'no JSON, but access_token=at_made-up-by-the-provider' },
  { 'token.http.cut': 200 },
  { 'userinfo.sub': 'another' },
  { 'userinfo.http.reset': true },
  { 'authz.code': undefined, 'authz.error': 'access_denied' },
];

/** Everything that happens to a user, and what went wrong with others; returns the pages they saw. */
async function live(site) {
  const pages = [];
  const jars = [];
  const note = (outcome) => {
    pages.push(...outcome.responses.filter(({ url }) => url.startsWith(site.url)));
    return outcome;
  };
  const jar = site.jar();
  jars.push(jar);
  const first = note(await attempt(site, '/app/page.html?a=b', { jar }));
  for (const place of ['/api/x', '/plain/x', '/open/x', '/cgi-bin/env', '/oauth2userinfo'])
    pages.push(await site.get(place, { jar }));
  const address = first.hops.find(({ url }) => url.includes('/oauth2callback?')).url;
  note(await callback(site, address, { jar }));
  note(await callback(site, address));
  note(await callback(site, withParams(address, { code: 'code_made-up' }), { jar: site.jar() }));
  for (const settings of faults) {
    const undo = site.op.set(settings);
    const other = site.jar();
    jars.push(other);
    note(await attempt(site, '/app/page.html', { jar: other }));
    undo();
  }
  await sleep(2300);
  pages.push(await site.get('/api/x', { jar })); // renewed
  const spoiled = `${jar.value('goauth2').slice(0, -3)}AAA`;
  pages.push(await site.get('/app/page.html', { headers: [...browserHeaders(), ['Cookie', `goauth2=${spoiled}`]] }));
  const form = await site.get('/oauth2logout', { jar, headers: browserHeaders() });
  const [, xsrf] = /name="xsrf" value="([^"]+)"/.exec(form.text);
  const gone = jar.clone();
  pages.push(await site.get('/oauth2logout', { jar, method: 'POST', body: new URLSearchParams({ xsrf: 'x' }) }));
  pages.push(await site.get('/oauth2logout', { jar, method: 'POST', body: new URLSearchParams({ xsrf }) }));
  const stays = site.jar(); // his session is in the store to the end
  jars.push(stays);
  note(await attempt(site, '/app/page.html', { jar: stays }));
  await site.get('/api/x', { jar: stays });
  return { pages, jars: [...jars, gone], xsrf };
}

/** kind -> values that nobody else may see. */
function secretsOf(site, { jars, xsrf }) {
  const { op } = site;
  const params = op.log.map((entry) => entry.params);
  const tokens = site.backend.requests.flatMap(({ headers }) =>
    headers.filter(([name]) => /^(authorization|x-id)$/i.test(name)),
  );
  const cookies = (name) => jars.map((jar) => jar.value(name)).filter(Boolean);
  const keys = fs.readFileSync(site.server.path('state/keys'), 'latin1').match(/[A-Za-z0-9_+/=-]{30,}/g);
  return {
    'client secret': [secret, Buffer.from(`app:${secret}`).toString('base64')],
    code: [...op.codes.keys()],
    'access token': [...op.accessTokens.keys()],
    'refresh token': [...op.refreshTokens.keys()],
    'token at a backend': tokens.map(([, value]) => value.replace(/^Bearer /, '')),
    verifier: params.map((one) => one.code_verifier).filter(Boolean),
    state: params.map((one) => one.state).filter(Boolean),
    session: cookies('goauth2'),
    binding: cookies('goauth2-bind').map((value) => value.split('.')[0]),
    key: keys,
    'XSRF token': [xsrf],
  };
}

/** Where in this text are secrets? Kinds that `allowed` names are expected there. */
function found(text, secrets, allowed = []) {
  return Object.entries(secrets)
    .filter(
      ([kind, values]) =>
        !allowed.includes(kind) && values.some((value) => value.length >= 8 && text.includes(value)),
    )
    .map(([kind]) => kind);
}

/** Lines in which httpd itself prints requests and answers, at the depth of log that is asked for here. */
const dumps =
  /\[(core|http|proxy|proxy_http|cgid|log_config|headers|rewrite|dir|authz_core|negotiation|include):trace[3-8]\]/;

function filesBelow(directory) {
  return fs
    .readdirSync(directory, { recursive: true })
    .map((name) => path.join(directory, name))
    .filter((file) => fs.statSync(file).isFile());
}

export default [
  {
    name: 'no secret is in any log, page, process, file of the store, or request of a backend that is not to have it',
    async run(t, start) {
      const site = await start(t, {
        provider: { bad: true, accessTokenSeconds: 4 },
        locations: {
          '/app': guard,
          '/api': `${guard}\nGOAuth2Bearer access\nGOAuth2Header X-Id id_token`,
          '/plain': guard,
          '/cgi-bin': guard,
        },
        clientLines: ({ op }) =>
          `GOAuth2Issuer ${op.issuer}\nGOAuth2ClientID app\nGOAuth2ClientSecret env:APP_SECRET`,
        more: ({ server, backend }) =>
          `ProxyPass "/plain/" "${backend.url}/"\nLogFormat "%h %u %t \\"%r\\" %>s \\"%{Referer}i\\" %U%q %f" usual\n` +
          '<Location "/server-status">\nSetHandler server-status\n</Location>\nExtendedStatus On\n' +
          `CustomLog "${server.path('usual.log')}" usual`,
        apache: { logLevel: 'trace8', env: { APP_SECRET: secret }, modules: ['status'] },
      });
      const life = await live(site);
      const secrets = secretsOf(site, life);
      for (const [kind, values] of Object.entries(secrets)) assert.ok(values.length, `there is a ${kind}`);

      const log = site.server.errorLog();
      const told = log.split('\n').filter((line) => !dumps.test(line) && found(line, secrets).length);
      assert.deepEqual(told, [], 'the error log');
      assert.ok(log.split('\n').filter((line) => line.includes('[goauth2:')).length > 20);
      for (const name of ['access.log', 'usual.log'])
        assert.deepEqual(found(site.server.readLog(name), secrets), [], name);
      assert.match(site.server.readLog('usual.log'), /"GET \/oauth2callback\?- HTTP\/1\.1" 303/);
      assert.deepEqual(found(site.server.output, secrets), []);
      const status = (await site.get('/server-status')).text;
      assert.ok(/GET \/oauth2callback/.test(status), 'the status page shows requests');
      assert.deepEqual(found(status, secrets), [], 'the status page');

      for (const page of life.pages) {
        // The browser's own: where it is sent, and the form that it is to send back.
        const mine = page.url.includes('/oauth2logout') ? ['XSRF token'] : [];
        assert.deepEqual(found(page.text, secrets, ['token at a backend', 'access token', ...mine]), [], page.url);
        if (!/\/(api)\//.test(page.url)) assert.deepEqual(found(page.text, secrets, mine), [], page.url);
        const location = page.header('location') ?? '';
        assert.deepEqual(found(location, secrets, ['state', 'token at a backend']), [], location);
      }

      const parent = site.server.pid;
      for (const pid of [parent, ...childrenOf(parent)]) {
        const read = (name) => fs.readFileSync(`/proc/${pid}/${name}`, 'latin1');
        assert.deepEqual(found(read('cmdline'), secrets), [], 'a command line');
        assert.deepEqual(found(read('environ').replace(`APP_SECRET=${secret}`, ''), secrets), [], 'an environment');
      }
      for (const file of filesBelow(site.server.path('state')).filter((name) => !name.endsWith('/keys'))) {
        const bytes = fs.readFileSync(file, 'latin1');
        assert.deepEqual(found(bytes, secrets), [], file);
        assert.ok(!/alice@example\.com|Alice Archer/.test(bytes), `${file} can be read`);
        for (const value of secrets.session) {
          const raw = Buffer.from(value, 'base64url').subarray(17).toString('latin1');
          assert.ok(!bytes.includes(raw), 'not as bytes either');
        }
      }
      for (const seen of site.backend.requests.filter(({ head }) => !/x-id:/i.test(head))) {
        assert.deepEqual(found(seen.head.toString('latin1'), secrets), [], seen.target);
      }
      const [env] = life.pages.filter(({ url }) => url.endsWith('/cgi-bin/env'));
      assert.ok(/GOAUTH2_USER=u-1001/.test(env.text) && !env.text.includes('APP_SECRET'));
      for (const { headers } of site.op.log) assert.ok(!/code=|state=/.test(headers.referer ?? ''));
    },
  },
];
