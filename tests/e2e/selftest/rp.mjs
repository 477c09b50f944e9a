// SPDX-License-Identifier: Apache-2.0
// A small relying party, written from the specifications, to try the providers with: it begins a sign-in, redeems the
// code, checks the id_token, refreshes. It can also be a web site of its own, for the browser.
import { constants, createHash, createPublicKey, randomBytes, verify } from 'node:crypto';
import http from 'node:http';
import { request } from '../lib/http.mjs';
import { listen } from '../lib/ports.mjs';

const random = () => randomBytes(32).toString('base64url');
const formEncode = (text) => new URLSearchParams({ x: text }).toString().slice(2);

export class RelyingParty {
  constructor(issuer, client) {
    this.issuer = issuer;
    this.client = client;
    this.redirectUri = client.redirect_uris[0];
    this.method = client.token_endpoint_auth_method ?? (client.client_secret ? 'client_secret_basic' : 'none');
  }

  async discover() {
    this.metadata = (await request({ url: `${this.issuer}/.well-known/openid-configuration` })).json();
    return this.metadata;
  }

  /** { url, state, nonce, verifier } of a new attempt. */
  async begin(more = {}) {
    const metadata = this.metadata ?? (await this.discover());
    const attempt = { state: random(), nonce: random(), verifier: random() };
    const params = new URLSearchParams({
      client_id: this.client.client_id,
      response_type: 'code',
      redirect_uri: this.redirectUri,
      scope: 'openid email profile',
      state: attempt.state,
      nonce: attempt.nonce,
      code_challenge_method: 'S256',
      code_challenge: createHash('sha256').update(attempt.verifier).digest('base64url'),
    });
    for (const [name, value] of Object.entries(more)) {
      if (value === undefined) params.delete(name);
      else params.set(name, value);
    }
    return { ...attempt, params, url: `${metadata.authorization_endpoint}?${params}` };
  }

  /** POST a form with the client's authentication. */
  async post(url, fields, headers = {}) {
    const body = new URLSearchParams(fields);
    const { client_id: id, client_secret: secret } = this.client;
    const authentication = {};
    if (this.method === 'client_secret_basic') {
      const pair = Buffer.from(`${formEncode(id)}:${formEncode(secret)}`).toString('base64');
      authentication.Authorization = `Basic ${pair}`;
    } else {
      body.set('client_id', id);
      if (this.method === 'client_secret_post') body.set('client_secret', secret);
    }
    return request({
      url,
      method: 'POST',
      headers: { Accept: 'application/json', ...authentication, ...headers },
      body,
    });
  }

  token(fields) {
    return this.post(this.metadata.token_endpoint, fields);
  }

  refresh(token) {
    return this.token({ grant_type: 'refresh_token', refresh_token: token });
  }

  /** Redeem what the callback brought; the answer of the token endpoint. */
  async redeem(callback, attempt) {
    const { searchParams } = new URL(callback);
    if (searchParams.get('state') !== attempt.state) throw new Error('state differs');
    if (searchParams.get('iss') !== this.issuer) throw new Error('iss differs');
    return this.token({
      grant_type: 'authorization_code',
      code: searchParams.get('code'),
      redirect_uri: this.redirectUri,
      code_verifier: attempt.verifier,
    });
  }

  userinfo(token) {
    return request({ url: this.metadata.userinfo_endpoint, headers: { Authorization: `Bearer ${token}` } });
  }

  /** The claims of an id_token whose signature, issuer, audience, times and nonce are right; otherwise an error. */
  async verify(jws, { nonce, skew = 60 } = {}) {
    const [header, claims] = jws
      .split('.')
      .slice(0, 2)
      .map((part) => JSON.parse(Buffer.from(part, 'base64url')));
    const { keys } = (await request({ url: this.metadata.jwks_uri })).json();
    const jwk = keys.find((key) => key.kid === header.kid && (key.alg ?? header.alg) === header.alg);
    if (!jwk) throw new Error(`no key ${header.kid}`);
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    const [kty, hash, options] =
      {
        RS256: ['RSA', 'sha256', key],
        PS256: ['RSA', 'sha256', { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }],
        ES256: ['EC', 'sha256', { key, dsaEncoding: 'ieee-p1363' }],
        EdDSA: ['OKP', null, key],
      }[header.alg] ?? [];
    if (kty !== jwk.kty) throw new Error(`alg ${header.alg}`);
    const [a, b, signature, ...rest] = jws.split('.');
    if (rest.length || !verify(hash, Buffer.from(`${a}.${b}`), options, Buffer.from(signature, 'base64url'))) {
      throw new Error('bad signature');
    }
    const now = Date.now() / 1000;
    if (claims.iss !== this.issuer) throw new Error('iss');
    if ([claims.aud].flat().join(' ') !== this.client.client_id) throw new Error('aud');
    if (!(claims.exp > now - skew) || !(claims.iat < now + skew)) throw new Error('times');
    if (nonce !== undefined && claims.nonce !== nonce) throw new Error('nonce');
    return claims;
  }
}

/** A web site that signs visitors in with a provider and greets them; `issuer` is set once it is known. */
export async function site(client) {
  const attempts = new Map();
  const server = http.createServer(async (req, res) => {
    const url = new URL(req.url, self.url);
    if (url.pathname !== '/callback') {
      const attempt = await self.rp.begin();
      attempts.set(attempt.state, attempt);
      return res.writeHead(302, { location: attempt.url }).end();
    }
    const attempt = attempts.get(url.searchParams.get('state'));
    const tokens = (await self.rp.redeem(url.href, attempt)).json();
    const { sub } = await self.rp.verify(tokens.id_token, attempt);
    const { name } = (await self.rp.userinfo(tokens.access_token)).json();
    res.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    return res.end(
      `<!doctype html><title>Site</title><link rel="icon" href="data:,"><h1>Hello, ${name}</h1><p>${sub}`,
    );
  });
  const self = { url: `http://127.0.0.1:${await listen(server)}` };
  self.client = { ...client, redirect_uris: [`${self.url}/callback`] };
  self.use = (issuer) => {
    self.rp = new RelyingParty(issuer, self.client);
  };
  self.close = () => {
    server.close();
    server.closeAllConnections();
  };
  return self;
}
