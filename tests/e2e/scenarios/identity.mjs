// SPDX-License-Identifier: Apache-2.0
// What a backend is told of a user: exactly what the provider said, in a form that no other user's can be mistaken for,
// and only where the gate stands.
import assert from 'node:assert/strict';
import { assertRefused, attempt } from '../lib/attempt.mjs';
import { each } from '../lib/rows.mjs';

const protectedHere = 'AuthType goauth2\nRequire valid-user';

/** Pairs of people who differ only in what a careless encoding loses. */
const twins = [
  ['ädmin', 'ïdmin'],
  ['admin', 'admin '],
  ['admin', ' admin'],
  ['a b', 'a%20b'],
  ['a%', 'a%25'],
  ['a+b', 'a b'],
  ['é', 'e\u0301'],
  ['admin', 'Admin'],
  ['admin', '\u0430dmin'],
  ['a,b', 'a%2Cb'],
  ['日本', '日木'],
  ['x'.repeat(255), 'x'.repeat(254)],
];

/** Claims that must not become anything but one value of one header. */
const names = [
  'a\r\nX-Admin: 1',
  'a\nX-Admin: 1',
  'a\rb',
  'a\x7fb',
  'a\x1b[0mb',
  '\u0085',
  'tab\there',
  '"quoted"',
  "'; drop",
];

const account = (claims) => ({ sub: 'u-1', email: 'a@example.com', email_verified: true, ...claims });

const startSite = (t, start, more = {}) =>
  start(t, {
    provider: { bad: true, accounts: { alice: account({}) } },
    locations: {
      '/api': `${protectedHere}\nGOAuth2Header X-Name claim:name\nGOAuth2Header X-Groups claim:groups`,
      ...more.locations,
    },
    ...more.options,
  });

/** Sign in as somebody with these claims; the backend's view of him. */
async function seenAs(site, claims) {
  site.op.accounts.alice = account(claims);
  const { status, text } = (await site.signIn(site.jar(), '/api/x')).response;
  assert.equal(status, 200, text);
  return site.lastSeen();
}

/** Where an e-mail address is somebody's name: GOAuth2User email. */
const addresses = [
  ['a verified address', { email_verified: true }, 'a@example.com'],
  ['one that is not verified', { email_verified: false }],
  ['one that nobody speaks of', { email_verified: undefined }],
  ['verified as a number', { email_verified: 1 }],
  ['verified as a text', { email_verified: 'true' }],
  ['none', { email: undefined }],
  ['an empty one', { email: '' }],
  ['a list of them', { email: ['a@example.com'] }],
].map(([name, claims, user]) => ({ name, claims, user }));

export default [
  {
    name: 'two users never look the same to a backend, however their names are written',
    async run(t, start) {
      const site = await startSite(t, start);
      await each(twins, async (pair) => {
        const seen = [];
        // OpenID Connect Core 2: a sub is ASCII; another is refused.
        const isSub = pair.every((text) => /^[\x20-\x7e]+$/.test(text));
        for (const text of pair)
          seen.push(await seenAs(site, { ...(isSub ? { sub: text } : {}), name: text, groups: [text, 'x'] }));
        for (const header of ['x-name', 'x-groups', ...(isSub ? ['x-auth-request-user'] : [])]) {
          const [one, two] = seen.map((headers) => headers[header]);
          assert.match(one, /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/);
          assert.notEqual(one, two, header);
        }
      });
      const plain = await seenAs(site, { name: 'Ann Bee', groups: ['CN=Admins,OU=Staff', 'users'] });
      assert.deepEqual([plain['x-name'], plain['x-groups']], ['Ann Bee', 'CN=Admins%2COU=Staff,users']);
    },
  },
  {
    name: 'a claim stays one value of one header: line ends and control characters never pass',
    async run(t, start) {
      const site = await startSite(t, start);
      await each(names, async (name) => {
        const seen = await seenAs(site, {
          name,
          preferred_username: name,
          groups: [name],
          'X-Admin': '1',
          authorization: 'x',
        });
        for (const header of ['x-name', 'x-auth-request-preferred-username', 'x-groups', 'x-auth-request-groups'])
          assert.match(seen[header], /^[\x20-\x7e]+$/);
        assert.deepEqual(
          [seen['x-admin'], seen.authorization],
          [undefined, undefined],
          'no claim names a header by itself',
        );
      });
    },
  },
  {
    name: 'what the provider does not say is absent for the backend, also when the client says it',
    async run(t, start) {
      const site = await startSite(t, start);
      site.op.accounts.alice = { sub: 'u-4' };
      const jar = site.jar();
      await site.signIn(jar, '/api/x');
      const headers = ['Email', 'Groups', 'Preferred-Username', 'User'].map((name) => [
        `X-Auth-Request-${name}`,
        'admin',
      ]);
      await site.get('/api/x', { jar, headers: [...headers, ['X-Name', 'admin'], ['x_groups', 'admin']] });
      assert.equal(site.lastSeen()['x-auth-request-user'], 'u-4');
      assert.ok(!JSON.stringify(site.backend.last.headers).includes('admin'));
    },
  },
  {
    name: 'more groups than fit end the sign-in; a list is never cut short',
    async run(t, start) {
      const site = await startSite(t, start);
      const group = (i) => `group-with-a-rather-long-name-${i}`;
      let most = 0;
      await each([10, 100, 300, 1000, 3000], async (count) => {
        site.op.accounts.alice = account({ groups: Array.from({ length: count }, (_, i) => group(i)) });
        const before = site.backend.requests.length;
        const outcome = await attempt(site, '/api/x');
        if (outcome.response.status === 200) {
          assert.equal(site.lastSeen()['x-groups'].split(',').at(-1), group(count - 1), 'all of them');
          most = count;
        } else {
          assertRefused(outcome, 'IDENTITY');
          assert.equal(site.backend.requests.length, before);
        }
      });
      assert.ok(most >= 100 && most < 3000, `${most} fit`);
    },
  },
  {
    name: 'an e-mail address is somebody only when the provider says that it is verified',
    async run(t, start) {
      const site = await startSite(t, start, {
        locations: { '/mail': `${protectedHere}\nGOAuth2User email` },
        options: {
          more: ({ backend }) => `ProxyPass "/mail/" "${backend.url}/"`,
        },
      });
      await each(addresses, async ({ claims, user }) => {
        site.op.accounts.alice = account(claims);
        const before = site.backend.requests.length;
        const outcome = await attempt(site, '/mail/x');
        if (user) {
          assert.equal(outcome.response.status, 200);
          assert.equal(site.lastSeen()['x-auth-request-user'], user);
        } else {
          assert.equal(outcome.code, 'IDENTITY');
          assert.equal(site.backend.requests.length, before);
        }
        const seen = await seenAs(site, claims);
        assert.equal(seen['x-auth-request-email'], user, 'elsewhere the address is not told either');
      });
    },
  },
];
