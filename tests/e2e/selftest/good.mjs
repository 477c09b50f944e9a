// SPDX-License-Identifier: Apache-2.0
// What the tests of the real provider share: its clients, and sign-ins in one line.
import assert from 'node:assert/strict';
import { Jar } from '../lib/jar.mjs';
import { signIn } from '../lib/navigate.mjs';
import { start } from '../provider.mjs';
import { RelyingParty } from './rp.mjs';

export const redirect_uris = ['http://127.0.0.1:9/callback'];
export const clients = [
  {
    client_id: 'basic',
    client_secret: 'odd: secret+100%',
    redirect_uris,
    post_logout_redirect_uris: ['http://127.0.0.1:9/bye'],
  },
  { client_id: 'post', client_secret: 'secret', token_endpoint_auth_method: 'client_secret_post', redirect_uris },
  { client_id: 'public', redirect_uris },
  ...['RS256', 'PS256', 'ES256', 'EdDSA'].map((alg) => ({
    client_id: alg,
    client_secret: 'secret',
    id_token_signed_response_alg: alg,
    redirect_uris,
  })),
];
export const atCallback = ({ url, response }) =>
  url.startsWith(redirect_uris[0]) || response.location?.startsWith(redirect_uris[0]);

/** Asks for a refresh token. */
export const offline = { scope: 'openid email profile offline_access', prompt: 'consent' };

export async function setUp() {
  const op = await start({ clients });
  const clientOf = (id) => clients.find((client) => client.client_id === id);

  /** Sign in and return the callback's URL; nothing listens there, so the redirect to it is where the way ends. */
  async function callback(rp, { jar = new Jar(), account = 'alice', params, ...options } = {}) {
    const attempt = await rp.begin(params);
    const { response } = await signIn(jar, attempt.url, account, { until: atCallback, ...options });
    return { attempt, url: response.location };
  }

  async function tokens(rp, options) {
    const { attempt, url } = await callback(rp, options);
    const response = await rp.redeem(url, attempt);
    assert.equal(response.status, 200, response.text);
    return { attempt, ...response.json() };
  }
  return { op, callback, tokens, party: (id) => new RelyingParty(op.issuer, clientOf(id)) };
}
