// SPDX-License-Identifier: Apache-2.0
// What the bad provider signs: id_tokens ("idt"), logout tokens ("logout"), userinfo answers ("uij") and access tokens
// ("at"). Knobs below each of these points:
//   hdr.<member>, claims.<member>   header and claims as they are written; also hdr.$more, hdr.$text (see render)
//   alg, key                        how it is really signed: "RS256"; a kind ("rsa", "ec", "ed"), a kid of op.keys, or
//                                   a key of op.newKey(). The header's alg and kid follow, unless set.
//   sig, ser                        a name from forge.mjs, or () => (job) => bytes, () => (parts) => text
//   pad                             so many bytes in a claim called "padding"
//   token                           the finished text, whatever it is
import { createHash, randomUUID } from 'node:crypto';
import { render } from './documents.mjs';
import { serialisations, signatures } from './forge.mjs';
import { b64 } from './jose.mjs';

/** The left half of a hash: at_hash, OpenID Connect Core 3.1.3.6. */
export function halfHash(text, alg) {
  const digest = createHash(alg === 'EdDSA' ? 'sha512' : `sha${alg.slice(2)}`)
    .update(text)
    .digest();
  return b64(digest.subarray(0, digest.length / 2));
}

function chooseKey(op, wanted) {
  if (wanted && typeof wanted === 'object') return wanted;
  const key = op.keys.find(({ kid }) => kid === wanted) ?? op.keys.find(({ kind }) => kind === wanted);
  if (!key) throw new Error(`the bad provider has no key "${wanted}"`);
  return key;
}

const choose = (table, wanted) => (typeof wanted === 'function' ? wanted : table[wanted]);

/** How this point is to be signed. */
export function signing(op, view, point, client) {
  const key = chooseKey(op, view.get(`${point}.key`, op.signWith));
  return { key, alg: view.get(`${point}.alg`, key.alg), clientSecret: client?.client_secret ?? '' };
}

/** Header and claims, after all that was set, as a token. */
export function mint(op, view, point, { header = {}, claims, client }) {
  const { key, alg, clientSecret } = signing(op, view, point, client);
  const padding = view.get(`${point}.pad`, 0);
  const parts = [
    render(view, `${point}.hdr`, { alg, typ: 'JWT', ...(key.kid ? { kid: key.kid } : {}), ...header }),
    render(view, `${point}.claims`, { ...claims, ...(padding ? { padding: 'x'.repeat(padding) } : {}) }),
  ].map(b64);
  const sign = choose(signatures, view.get(`${point}.sig`, 'right'));
  const signingKey = alg.startsWith('HS') ? Buffer.from(clientSecret) : key;
  const signature = sign({ alg, key: signingKey, input: Buffer.from(parts.join('.')), clientSecret });
  const serialise = choose(serialisations, view.get(`${point}.ser`, 'compact'));
  return view.get(`${point}.token`, serialise([...parts, b64(signature)]));
}

/** The id_token of one sign-in (or of its refresh, which repeats no nonce). */
export function idToken(op, view, login, { accessToken, client, refreshed }) {
  const now = op.now();
  const { alg } = signing(op, view, 'idt', client);
  const account = op.accounts[login.account];
  const claims = {
    iss: op.issuer,
    sub: account.sub,
    aud: client.client_id,
    exp: now + op.idTokenSeconds,
    iat: now,
    auth_time: login.auth_time,
    acr: login.acr,
    nonce: refreshed ? undefined : login.nonce,
    sid: login.sid,
    at_hash: /^(RS|PS|ES|HS|Ed)/.test(alg) ? halfHash(accessToken, alg) : undefined,
    ...(op.claimsInIdToken ? account : {}),
  };
  return mint(op, view, 'idt', { claims, client });
}

export function logoutToken(op, view, { sub, sid, client }) {
  const now = op.now();
  const claims = {
    iss: op.issuer,
    aud: client.client_id,
    iat: now,
    exp: now + 120,
    jti: randomUUID(),
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    sub,
    sid,
  };
  return mint(op, view, 'logout', { header: { typ: 'logout+jwt' }, claims, client });
}

/** An access token as a JWT (RFC 9068), for `at.jwt`. */
export function accessTokenJwt(op, view, login, client, audience) {
  const now = op.now();
  const claims = {
    iss: op.issuer,
    sub: op.accounts[login.account].sub,
    aud: audience ?? op.issuer,
    exp: now + op.accessTokenSeconds,
    iat: now,
    jti: randomUUID(),
    client_id: client.client_id,
    scope: login.scope,
  };
  return mint(op, view, 'at', { header: { typ: 'at+jwt' }, claims, client });
}

export function userinfoJwt(op, view, claims, client) {
  return mint(op, view, 'uij', { claims: { iss: op.issuer, aud: client.client_id, ...claims }, client });
}
