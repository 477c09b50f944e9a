// SPDX-License-Identifier: Apache-2.0
// Faults in the provider's HTTP: late, cut, huge, compressed, redirected, no HTTP at all. Each ends on a page with a
// code, within the time that is set, and never in a second token request.
import assert from 'node:assert/strict';
import { assertRefused, assertSignedIn, attempt } from '../lib/attempt.mjs';
import { parallel } from '../lib/http.mjs';
import { sleep } from '../lib/ports.mjs';
import { startRealms } from '../lib/realms.mjs';
import { each } from '../lib/rows.mjs';
import { canary } from '../lib/site.mjs';

const endpoints = ['disc', 'jwks', 'token', 'userinfo'];
const redirects = [301, 302, 303, 307, 308];

const down = [
  ...['500', '503', '429', 'slow', 'hang', 'reset', 'endless', 'gzip', 'trunc', 'trunc-chunked'],
  ...['header-flood', 'http09', 'garbage', 'bad-length'],
];
const bad = ['html', '404', '204', 'trunc-unframed', 'empty', 'two-lengths'];
// Documents and token answers are judged by their content, which must be strict JSON; userinfo also by its type.
const good = ['ctype', 'ctype-utf16', 'no-ctype', 'interim', 'cookie'];

/** A key set that cannot be used means an id_token that cannot be verified. */
const badCode = (endpoint) => (endpoint === 'jwks' ? 'ID_TOKEN' : 'PROVIDER_BAD');
const wantsType = (endpoint, fault) => endpoint === 'userinfo' && (fault === 'ctype' || fault === 'no-ctype');

function rowsOf(endpoint) {
  const row = (fault, code, set) => ({ name: `${endpoint}.${fault}`, endpoint, code, set });
  const named = (code) => (fault) => row(fault, code, (op) => op.settingsOf(`${endpoint}.${fault}`));
  const knob = (fault, name, value, code) => row(fault, code, () => ({ [`${endpoint}.http.${name}`]: value }));
  return [
    ...down.map(named('PROVIDER_DOWN')),
    ...bad.map(named(badCode(endpoint))),
    ...good.map((fault) => named(wantsType(endpoint, fault) ? 'PROVIDER_BAD' : undefined)(fault)),
    knob('3 MB too much', 'padding', 3 * 2 ** 20, 'PROVIDER_DOWN'),
    knob('compressed bomb', 'gzip', 8, 'PROVIDER_DOWN'),
    ...redirects.map((status) =>
      row(`redirect ${status}`, badCode(endpoint), (op) => op.settingsOf(`${endpoint}.redirect`, status)),
    ),
  ];
}

async function check(site, row, path) {
  const { op } = site;
  await op.reset();
  op.set(row.set(op));
  const began = Date.now();
  const outcome = await attempt(site, path);
  const took = Date.now() - began;
  if (row.code) assertRefused(outcome, row.code);
  else assertSignedIn(outcome);
  if (outcome.response.status === 503) assert.match(outcome.response.header('retry-after'), /^\d+$/);
  // One second is allowed, the rest is for the sign-in around it.
  assert.ok(took < 15000, `${took} ms`);
  assert.ok((outcome.calls.token ?? 0) <= 1, 'a code is sent once');
  // A GET may go out again when the kept connection that carried it breaks before any answer.
  assert.ok((outcome.calls[row.endpoint] ?? 0) <= 2, JSON.stringify(outcome.calls));
  assert.equal(op.canary.hits, 0, 'no redirect is followed');
  assert.ok(!op.log.some(({ endpoint, headers }) => endpoint !== 'authz' && headers.cookie), 'no cookie is kept');
}

const members = [
  ...['authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'jwks_uri', 'revocation_endpoint'],
  'end_session_endpoint',
];
const schemes = ['file', 'gopher', 'dict', 'ftp', 'ldap', 'javascript'];
const documents = [
  ...members.flatMap((member) => [
    ...schemes.map((scheme) => [`${member} ${scheme}:`, (op) => op.settingsOf('disc.scheme', [member, scheme])]),
    [`${member} with a user`, () => ({ [`disc.${member}`]: (url) => url.replace('//', '//user:pass@') })],
    [`${member} with a fragment`, () => ({ [`disc.${member}`]: (url) => `${url}#x` })],
    [`${member} no text`, () => ({ [`disc.${member}`]: 5 })],
    [`${member} on another machine, without TLS`, () => ({ [`disc.${member}`]: 'http://evil.example/x' })],
  ]),
  ['issuer with a slash more', () => ({ 'disc.issuer': (issuer) => `${issuer}/` }), (issuer) => `${issuer}/`],
  [
    'issuer in capitals',
    () => ({ 'disc.issuer': (issuer) => issuer.replace('http', 'HTTP') }),
    (issuer) => issuer.replace('http', 'HTTP'),
  ],
  ['issuer absent', () => ({ 'disc.issuer': undefined })],
  ['token_endpoint absent', () => ({ 'disc.token_endpoint': undefined })],
  ['PKCE with plain only', (op) => op.settingsOf('disc.pkce_plain')],
  ['id_tokens with none only', (op) => op.settingsOf('disc.algs')],
  ['id_tokens with HS256 only', (op) => op.settingsOf('disc.algs', ['HS256'])],
  ['no code flow', () => ({ 'disc.response_types_supported': ['id_token'] })],
].map(([name, set, named]) => ({ name, set, named }));

/** The mistake that is made most often; who reads the log need not look any further. */
function assertNamesBoth(line, named, configured) {
  const said = `of issuer ${named}, but the configuration says ${configured}; write the issuer exactly as`;
  assert.ok(line?.includes(said), line);
}

export default [
  {
    name: 'every fault of every endpoint ends on a page with a code, in time, without a second token request',
    async run(t, start) {
      const rows = endpoints.flatMap(rowsOf);
      const site = await startRealms(t, start, rows.length, { lines: 'GOAuth2HTTPTimeout 1s' });
      await each(rows, (row, i) => check(site, row, site.realm(i)));
    },
  },
  {
    name: 'metadata with an endpoint that no browser or server may be sent to is refused before anybody is sent there',
    async run(t, start) {
      const site = await startRealms(t, start, documents.length + 1);
      await each(documents, async ({ set, named }, i) => {
        const path = site.realm(i);
        await site.op.reset();
        site.op.set(set(site.op));
        const outcome = await attempt(site, path);
        assertRefused(outcome, 'PROVIDER_BAD');
        assert.deepEqual(outcome.calls, { disc: 1 });
        if (named) assertNamesBoth(outcome.log.at(-1), named(site.op.issuer), site.op.issuer);
      });
      const path = site.realm(documents.length);
      await site.op.reset();
      site.op.fault('disc.auth_query');
      const outcome = await attempt(site, path);
      assertSignedIn(outcome);
      assert.match(outcome.hops[1].url, /\?tenant=1&.*state=/, 'a query of its own is kept');
    },
  },
  {
    name: 'a provider that hangs holds only those who sign in: other pages and other users are served meanwhile',
    async run(t, start) {
      const site = await start(t, { provider: { bad: true }, lines: 'GOAuth2HTTPTimeout 5s' });
      const jar = site.jar();
      await site.signIn(jar);
      site.op.fault('token.hang');
      let ended = 0;
      const waiting = parallel(10, () => attempt(site, '/app/page.html').finally(() => (ended += 1)));
      await sleep(300);
      for (let i = 0; i < 20; i += 1) {
        const [free, known] = await Promise.all([site.get('/index.html'), site.get('/app/page.html', { jar })]);
        assert.equal(free.status, 200);
        assert.ok(known.status === 200 && known.text.includes(canary));
      }
      assert.equal(ended, 0, 'forty requests were quicker than one that waits');
      for (const outcome of await waiting) assert.equal(outcome.code, 'PROVIDER_DOWN');
      assert.equal(site.op.hits.token, 11, 'one request for each code');
    },
  },
  {
    name: 'a key set that has become useless does not replace the good one',
    async run(t, start) {
      const site = await start(t, { provider: { bad: true } });
      const { op } = site;
      assertSignedIn(await attempt(site, '/app/page.html'));
      op.fault('jwks.empty');
      op.set('idt.hdr.kid', 'never-seen');
      assertRefused(await attempt(site, '/app/page.html'), 'ID_TOKEN');
      assert.equal(op.hits.jwks, 2, 'the unknown key was looked for, once');
      await op.reset();
      op.fault('jwks.empty');
      const outcome = await attempt(site, '/app/page.html');
      assertSignedIn(outcome);
      assert.equal(outcome.calls.jwks, undefined);
    },
  },
];
