// SPDX-License-Identifier: Apache-2.0
// The documents that the bad provider publishes: metadata, keys as JWKS, keys as certificates.
import { certificate } from '../lib/certificate.mjs';
import { stringify } from './json.mjs';

export const paths = {
  '/.well-known/openid-configuration': 'disc',
  '/jwks': 'jwks',
  '/certs': 'certs',
  '/authorize': 'authz',
  '/token': 'token',
  '/userinfo': 'userinfo',
  '/revoke': 'revoke',
  '/introspect': 'introspect',
  '/logout': 'endsession',
  '/par': 'par',
  '/device/code': 'dev',
};

/** The configured issuer may have a path; metadata then lies below it (OpenID Connect Discovery 4). */
export function endpointOf(pathname, issuer) {
  const prefix = new URL(issuer).pathname.replace(/\/$/, '');
  const rest = pathname.startsWith(prefix) ? pathname.slice(prefix.length) : pathname;
  return paths[rest] ?? 'other';
}

function metadata(op) {
  const at = (path) => `${op.issuer.replace(/\/$/, '')}${path}`;
  return {
    issuer: op.issuer,
    authorization_endpoint: at('/authorize'),
    token_endpoint: at('/token'),
    userinfo_endpoint: at('/userinfo'),
    jwks_uri: at('/jwks'),
    revocation_endpoint: at('/revoke'),
    introspection_endpoint: at('/introspect'),
    end_session_endpoint: at('/logout'),
    device_authorization_endpoint: at('/device/code'),
    ...(op.par ? { pushed_authorization_request_endpoint: at('/par') } : {}),
    response_types_supported: ['code'],
    response_modes_supported: ['query', 'form_post'],
    grant_types_supported: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [...new Set(op.keys.map((key) => key.alg))],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
    scopes_supported: ['openid', 'email', 'profile', 'offline_access'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
    claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'email', 'email_verified', 'name', 'groups'],
  };
}

/**
 * A document with what was set for it, as bytes. Beside its members a point has "$more", [[name, value], ...] that
 * follow the others (names may come twice), and "$text", (text) => text with one character for each byte.
 */
export function render(view, point, document) {
  const bytes = stringify(view.apply(point, document), view.get(`${point}.$more`, []));
  return Buffer.from(view.get(`${point}.$text`, bytes.toString('latin1')), 'latin1');
}

const json = (body, maxAge) => ({
  status: 200,
  headers: { 'Content-Type': 'application/json', 'Cache-Control': `public, max-age=${maxAge}` },
  body,
});

export function discovery(r, op, view) {
  if (op.mode === 'oauth2') return { status: 404, headers: { 'Content-Type': 'text/plain' }, body: 'not found' };
  return json(render(view, 'disc', metadata(op)), 3600);
}

export function jwks(r, op, view) {
  return json(render(view, 'jwks', { keys: op.keys.map((key) => ({ ...key.jwk })) }), 3600);
}

/** kid -> PEM certificate, as Google serves at /oauth2/v1/certs. */
export function certs(r, op, view) {
  const signing = op.keys.filter((key) => key.kind === 'rsa' || key.kind === 'ec');
  return json(
    render(
      view,
      'certs',
      Object.fromEntries(
        signing.map((key) => {
          key.certificate ??= certificate({ name: 'federated-signon', names: [], keys: key }).cert;
          return [key.kid, key.certificate];
        }),
      ),
    ),
    3600,
  );
}
