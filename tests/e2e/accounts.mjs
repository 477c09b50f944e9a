// SPDX-License-Identifier: Apache-2.0
// The people who can sign in at both test providers. Any password is right for all of them.

/** Five groups and seven other claims: what the benchmark's budget counts. */
const alice = {
  sub: 'u-1001',
  email: 'alice@example.com',
  email_verified: true,
  name: 'Alice Archer',
  given_name: 'Alice',
  family_name: 'Archer',
  preferred_username: 'alice',
  groups: ['staff', 'editors', 'engineering', 'on-call', 'book-club'],
};

const bob = {
  sub: 'u-1002',
  email: 'bob@example.com',
  email_verified: true,
  name: 'Bob Baker',
  given_name: 'Bob',
  family_name: 'Baker',
  preferred_username: 'bob',
  groups: ['staff', 'admins'],
};

/** Every value needs care on its way into a header: UTF-8, quotes, commas, an unverified address, many groups. */
const carol = {
  sub: 'u-1003',
  email: 'carol+odd@example.org',
  email_verified: false,
  name: 'Carol "Caz" Ångström-O\'Neill, née 李; PhD',
  given_name: 'Çarol',
  family_name: "Ångström-O'Neill, née 李",
  preferred_username: 'carol,admin=1',
  groups: [
    'CN=Admins,OU=Staff',
    'with space',
    'say "hi"',
    'semi;colon',
    'grüße',
    '100%',
    'back\\slash',
    '日本語',
    ...Array.from({ length: 40 }, (_, i) => `project-${i + 1}`),
  ],
};

/** Nothing but a subject: what is absent must be absent for the backend too. */
const dave = { sub: 'u-1004' };

export const accounts = { alice, bob, carol, dave };

/** By the name people type, by address, or by subject. */
export function findAccount(typed, among = accounts) {
  const wanted = String(typed ?? '').trim();
  for (const [login, claims] of Object.entries(among)) {
    if (login === wanted || claims.email === wanted || claims.sub === wanted) return { login, claims };
  }
  return undefined;
}
