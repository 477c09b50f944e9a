// SPDX-License-Identifier: Apache-2.0
// What the tests of the bad provider share: one provider with one client, and sign-ins in one line.
import { request } from '../lib/http.mjs';
import { start } from '../badprovider.mjs';
import { RelyingParty } from './rp.mjs';

export const redirect_uris = ['http://127.0.0.1:9/callback'];
export const client = {
  client_id: 'app',
  client_secret: 'odd: secret+100%',
  redirect_uris,
  post_logout_redirect_uris: ['http://127.0.0.1:9/bye'],
};

export async function setUp() {
  const op = await start({ clients: [client], par: true });
  const callback = async (rp, params) => {
    const attempt = await rp.begin(params);
    return { attempt, url: (await request({ url: attempt.url })).location };
  };
  const tokens = async (rp, params) => {
    const { attempt, url } = await callback(rp, params);
    const response = await rp.redeem(url, attempt);
    return { attempt, response, ...(response.status === 200 ? response.json() : {}) };
  };
  return {
    op,
    callback,
    tokens,
    party: () => new RelyingParty(op.issuer, client),
    rules: () => op.violations.map(({ rule }) => rule),
  };
}

/** Header and claims of a token, as text with one character for each byte. */
export const parts = (jws) =>
  jws
    .split('.')
    .slice(0, 2)
    .map((part) => Buffer.from(part, 'base64url').toString('latin1'));
