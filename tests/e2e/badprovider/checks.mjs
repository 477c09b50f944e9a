// SPDX-License-Identifier: Apache-2.0
// What a strict provider looks at in every request of a client. Nothing is refused here silently: each thing that is
// wrong goes to op.violations with the name of the rule, and what is merely unusual to op.warnings.
import { createHash } from 'node:crypto';
import { decode, verifyCompact } from './jose.mjs';

const authorizationParameters = new Set([
  'response_type',
  'client_id',
  'redirect_uri',
  'scope',
  'state',
  'nonce',
  'code_challenge',
  'code_challenge_method',
  'response_mode',
  'prompt',
  'max_age',
  'acr_values',
  'login_hint',
  'hd',
  'access_type',
  'include_granted_scopes',
  'display',
  'ui_locales',
  'id_token_hint',
  'claims',
  'resource',
  'audience',
  'request_uri',
]);

const challengeShape = /^[A-Za-z0-9_-]{43}$/;
const verifierShape = /^[A-Za-z0-9._~-]{43,128}$/;

/** Every value that must be new each time: states, nonces, challenges, assertion ids. */
function fresh(op, kind, value) {
  const key = `${kind} ${value}`;
  if (op.seen.has(key)) return false;
  op.seen.add(key);
  return true;
}

/** r: the parsed request. `wrong` notes a violation and returns false. */
export function checkAuthorization(r, op, client, redirectUris) {
  const { params } = r;
  const wrong = (rule, detail) => op.violate(r, rule, detail);
  if (r.method !== 'GET') wrong('authorization-method', r.method);
  for (const name of r.duplicates) wrong('duplicate-parameter', name);
  for (const name of Object.keys(params))
    if (!authorizationParameters.has(name)) op.warn(r, 'unknown-parameter', name);
  if (params.client_secret !== undefined) wrong('secret-in-url');
  if (!redirectUris.includes(params.redirect_uri)) wrong('redirect-uri', params.redirect_uri);
  if (params.response_type !== 'code') wrong('response-type', params.response_type);
  const scopes = (params.scope ?? '').split(' ');
  if (op.mode === 'oidc' && !scopes.includes('openid')) wrong('scope-openid', params.scope);
  if ((params.state ?? '').length < 16) wrong('state-short');
  else if (!fresh(op, 'state', params.state)) wrong('state-reused');
  if (op.mode === 'oidc') {
    if ((params.nonce ?? '').length < 16) wrong('nonce-short');
    else if (!fresh(op, 'nonce', params.nonce)) wrong('nonce-reused');
  }
  if (params.code_challenge_method !== 'S256') wrong('pkce-method', params.code_challenge_method);
  if (!challengeShape.test(params.code_challenge ?? '')) wrong('pkce-challenge');
  else if (!fresh(op, 'challenge', params.code_challenge)) wrong('pkce-reused');
  if (!['query', 'form_post', undefined].includes(params.response_mode)) wrong('response-mode', params.response_mode);
  if (/\bnone\b/.test(params.prompt ?? '') && params.max_age === '0') wrong('prompt-none-max-age-0');
  if (params.request !== undefined) wrong('request-object');
  return client;
}

/** Any request that the server itself makes. */
export function checkBackchannel(r, op) {
  const wrong = (rule, detail) => op.violate(r, rule, detail);
  const header = (name) => r.req.headers[name];
  if (header('cookie')) wrong('cookie-sent');
  if (header('referer')) wrong('referer-sent');
  if (header('accept-encoding') && header('accept-encoding') !== 'identity')
    wrong('accept-encoding', header('accept-encoding'));
  for (const name of r.duplicates) wrong('duplicate-parameter', name);
}

/** Endpoints that take a form: token, revocation, introspection, PAR, device authorization. */
export function checkForm(r, op) {
  const wrong = (rule, detail) => op.violate(r, rule, detail);
  checkBackchannel(r, op);
  if (r.method !== 'POST') wrong('form-method', r.method);
  if (r.url.search) wrong('parameters-in-url', [...r.url.searchParams.keys()].join(' '));
  if (!/^application\/x-www-form-urlencoded *(;|$)/i.test(r.req.headers['content-type'] ?? '')) {
    wrong('content-type', r.req.headers['content-type']);
  }
}

const formDecode = (text) => decodeURIComponent(text.replace(/\+/g, ' '));

/** RFC 6749 2.3.1: both halves are form-encoded before they are joined. */
function basicCredentials(r, op) {
  const [, token] = /^Basic +(\S+)$/i.exec(r.req.headers.authorization ?? '') ?? [];
  if (!token) return undefined;
  const plain = Buffer.from(token, 'base64').toString('utf8');
  const halves = [plain.slice(0, plain.indexOf(':')), plain.slice(plain.indexOf(':') + 1)];
  if (!plain.includes(':') || halves.some((half) => !/^[\w.*+%~-]*$/.test(half))) op.violate(r, 'basic-encoding');
  try {
    return halves.map(formDecode);
  } catch {
    op.violate(r, 'basic-encoding');
    return halves;
  }
}

/** RFC 7523 3 and RFC 10070: the audience is the issuer and nothing else. */
function checkAssertion(r, op, client) {
  const wrong = (rule, detail) => op.violate(r, rule, detail);
  const { header, payload } = decode(r.params.client_assertion);
  const now = op.now();
  const jwk = client?.jwks?.keys.find((key) => key.kid === header.kid) ?? client?.jwks?.keys[0];
  if (header.typ !== 'client-authentication+jwt') wrong('assertion-typ', header.typ);
  if (payload.aud !== op.issuer) wrong('assertion-audience', payload.aud);
  if (payload.iss !== client?.client_id || payload.sub !== client?.client_id) wrong('assertion-subject', payload.sub);
  if (typeof payload.jti !== 'string' || payload.jti.length < 16) wrong('assertion-jti');
  else if (!fresh(op, 'jti', payload.jti)) wrong('assertion-reused');
  if (!(payload.exp > now && payload.exp <= now + 65)) wrong('assertion-exp', payload.exp);
  if (!(Math.abs(payload.iat - now) <= 5)) wrong('assertion-iat', payload.iat);
  const good = jwk && header.alg && verifyCompact(r.params.client_assertion, jwk, header.alg);
  return good || wrong('assertion-signature');
}

/** Who is the client, and has it proved it the one way it is registered for? Returns it, or undefined. */
export function authenticateClient(r, op) {
  const wrong = (rule, detail) => {
    op.violate(r, rule, detail);
    return undefined;
  };
  const basic = basicCredentials(r, op);
  const { client_id: posted, client_secret: secret, client_assertion: assertion } = r.params;
  const used = [
    basic && 'client_secret_basic',
    secret !== undefined && 'client_secret_post',
    assertion && 'private_key_jwt',
  ].filter(Boolean);
  if (used.length > 1) return wrong('several-authentications', used.join(' '));
  const id = basic?.[0] ?? posted ?? (assertion && decode(assertion).payload.sub);
  const client = op.clients.find((candidate) => candidate.client_id === id);
  if (!client) return wrong('client-unknown', id);
  if (basic && posted !== undefined && posted !== basic[0]) return wrong('client-id-differs', posted);
  const method = used[0] ?? 'none';
  const registered = client.token_endpoint_auth_method;
  if (method !== registered) return wrong('authentication-method', `${method} instead of ${registered}`);
  if (method === 'private_key_jwt') return checkAssertion(r, op, client) ? client : undefined;
  if (method !== 'none' && (basic?.[1] ?? secret) !== client.client_secret) return wrong('client-secret');
  return client;
}

/** The code is known, unused, young, this client's, and came with its redirect URI and verifier. */
export function checkCode(r, op, client, code) {
  const wrong = (rule, detail) => {
    op.violate(r, rule, detail);
    return false;
  };
  const { params } = r;
  if (!code) return wrong('code-unknown');
  if (code.used) return wrong('code-reused');
  if (code.expires < op.now()) return wrong('code-expired');
  if (code.client_id !== client.client_id) return wrong('code-of-other-client');
  if (params.redirect_uri !== code.redirect_uri) return wrong('redirect-uri-differs', params.redirect_uri);
  if (!verifierShape.test(params.code_verifier ?? '')) return wrong('pkce-verifier');
  const digest = createHash('sha256').update(params.code_verifier).digest('base64url');
  return digest === code.code_challenge || wrong('pkce-mismatch');
}

/** The access token came in the header and nowhere else. Returns it. */
export function bearerToken(r, op) {
  checkBackchannel(r, op);
  if (r.params.access_token !== undefined) op.violate(r, 'token-in-parameters');
  const [, token] = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(r.req.headers.authorization ?? '') ?? [];
  if (!token) op.violate(r, 'bearer-header');
  return token;
}
