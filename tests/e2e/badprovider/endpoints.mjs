// SPDX-License-Identifier: Apache-2.0
// The endpoints of the bad provider, each a function (request, op, view) => answer. Without knobs they do what the
// specifications say; what clients do wrong is noted by checks.mjs. More knobs than those of documents and tokens:
//   authz.<parameter>          of the redirect back; a list of values makes it come several times
//   authz.$mode                query, fragment or form_post, whatever the client asked for
//   authz.$page                show this HTML instead of answering
//   token.<member>, userinfo.<member>, introspect.<member>, par.<member>, dev.<member>
//   token.$format              "form": form-encoded as some OAuth 2.0 providers do
//   refresh.rotate, refresh.reuse_detect, refresh.new_token, refresh.id_token   (all true); refresh.error: a code
//   at.jwt                     access tokens are JWTs; at.audience
//   userinfo.$jwt              answer as a JWT, signed (see "uij") or with alg "none" when "unsigned"
//   dev.$state                 pending, approved (the default), denied, expired or slow_down
//   endsession.$state          "other" or "none" instead of the client's state
import { randomBytes } from 'node:crypto';
import { authenticateClient, bearerToken, checkAuthorization, checkCode, checkForm } from './checks.mjs';
import { render } from './documents.mjs';
import { b64 } from './jose.mjs';
import { accessTokenJwt, idToken, userinfoJwt } from './tokens.mjs';

const random = (prefix) => `${prefix}_${randomBytes(24).toString('base64url')}`;
const json = (status, body) => ({
  status,
  headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' },
  body,
});
const refuse = (error, description, status = 400) =>
  json(status, JSON.stringify({ error, error_description: description }));
const page = (status, text) => ({ status, headers: { 'Content-Type': 'text/html; charset=utf-8' }, body: text });
const unescaped = (text) => String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

function sendBack(uri, params, mode) {
  const pairs = Object.entries(params).flatMap(([name, value]) => [value].flat().map((item) => [name, item]));
  if (mode === 'form_post') {
    const fields = pairs.map(
      ([name, value]) => `<input type="hidden" name="${unescaped(name)}" value="${unescaped(value)}">`,
    );
    return page(
      200,
      `<!doctype html><title>Back</title><body onload="document.forms[0].submit()">
<form method="post" action="${unescaped(uri)}">${fields.join('')}</form>`,
    );
  }
  const url = new URL(uri);
  const encoded = new URLSearchParams(pairs).toString();
  if (mode === 'fragment') url.hash = encoded;
  else url.search = [url.search.slice(1), encoded].filter(Boolean).join('&');
  return { status: 302, headers: { Location: url.href, 'Cache-Control': 'no-store' }, body: '' };
}

/** RFC 9126: the parameters wait under a URI that is good once. */
function pushed(r, op) {
  const { request_uri: uri, client_id: id } = r.params;
  const stored = op.pushed.get(uri);
  if (!stored) op.violate(r, 'par-unknown', uri);
  else if (stored.client_id !== id) op.violate(r, 'par-other-client', id);
  const extra = Object.keys(r.params).filter((name) => name !== 'request_uri' && name !== 'client_id');
  if (extra.length) op.violate(r, 'par-extra-parameters', extra.join(' '));
  op.pushed.delete(uri);
  return stored;
}

/** Answers at once, for op.account. */
export function authorize(r, op, view) {
  const params = r.params.request_uri ? pushed(r, op) : r.params;
  const client = op.clients.find(({ client_id: id }) => id === params?.client_id);
  if (!client) {
    op.violate(r, 'client-unknown', params?.client_id);
    return page(400, 'unknown client');
  }
  if (!r.params.request_uri) checkAuthorization(r, op, client, client.redirect_uris);
  if (!client.redirect_uris.includes(params.redirect_uri)) return page(400, 'unknown redirect_uri');
  const shown = view.get('authz.$page');
  if (shown) return page(200, shown);

  const code = random('code');
  op.codes.set(code, {
    ...params,
    account: op.account,
    acr: (params.acr_values ?? '').split(' ')[0] || '1',
    sid: op.sidFor(op.account),
    auth_time: op.now(),
    expires: op.now() + 60,
    scope: params.scope,
  });
  const back = view.apply('authz', { code, state: params.state, iss: op.issuer });
  return sendBack(params.redirect_uri, back, view.get('authz.$mode', params.response_mode ?? 'query'));
}

function issue(r, op, view, login, client, { refreshed = false } = {}) {
  const access = view.get('at.jwt') ? accessTokenJwt(op, view, login, client, view.get('at.audience')) : random('at');
  op.accessTokens.set(access, { ...login, client_id: client.client_id, expires: op.now() + op.accessTokenSeconds });
  const answer = {
    access_token: access,
    token_type: 'Bearer',
    expires_in: op.accessTokenSeconds,
    scope: login.scope,
  };
  if (!refreshed || (view.get('refresh.rotate', true) && view.get('refresh.new_token', true))) {
    answer.refresh_token = random('rt');
    op.refreshTokens.set(answer.refresh_token, { ...login, client_id: client.client_id, used: false });
  }
  const wanted = op.mode === 'oidc' && (!refreshed || view.get('refresh.id_token', true));
  if (wanted) answer.id_token = idToken(op, view, login, { accessToken: access, client, refreshed });
  if (view.get('token.$format') === 'form') {
    const body = new URLSearchParams(view.apply('token', answer)).toString();
    return { status: 200, headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body };
  }
  return json(200, render(view, 'token', answer));
}

function refresh(r, op, view, client) {
  const old = op.refreshTokens.get(r.params.refresh_token);
  const error = view.get('refresh.error');
  if (error) return refuse(error, 'as the test wants it');
  if (!old || old.client_id !== client.client_id) {
    op.violate(r, 'refresh-token-unknown');
    return refuse('invalid_grant', 'unknown refresh token');
  }
  if (old.used && view.get('refresh.reuse_detect', true)) {
    op.violate(r, 'refresh-token-reused');
    op.revokeFamily(old.family);
    return refuse('invalid_grant', 'this refresh token was used before');
  }
  old.used = view.get('refresh.rotate', true);
  return issue(r, op, view, old, client, { refreshed: true });
}

function deviceToken(r, op, view, client) {
  const state = view.get('dev.$state', 'approved');
  const login = op.deviceCodes.get(r.params.device_code);
  if (!login) return refuse('invalid_grant', 'unknown device code');
  const errors = {
    pending: 'authorization_pending',
    denied: 'access_denied',
    expired: 'expired_token',
    slow_down: 'slow_down',
  };
  return errors[state] ? refuse(errors[state]) : issue(r, op, view, login, client);
}

export function token(r, op, view) {
  checkForm(r, op);
  if (!/json|\*\/\*/.test(r.req.headers.accept ?? '')) op.violate(r, 'accept', r.req.headers.accept);
  const client = authenticateClient(r, op);
  if (!client) return refuse('invalid_client', 'client authentication failed', 401);
  if (r.params.grant_type === 'refresh_token') return refresh(r, op, view, client);
  if (r.params.grant_type === 'urn:ietf:params:oauth:grant-type:device_code') return deviceToken(r, op, view, client);
  if (r.params.grant_type !== 'authorization_code') {
    op.violate(r, 'grant-type', r.params.grant_type);
    return refuse('unsupported_grant_type');
  }
  const code = op.codes.get(r.params.code);
  if (!checkCode(r, op, client, code)) {
    if (code?.used) op.revokeFamily(code.family);
    return refuse('invalid_grant', 'the code is no good');
  }
  code.used = true;
  code.family = random('family');
  return issue(r, op, view, code, client);
}

/** userinfo, with what a valid token's account has. */
export function userinfo(r, op, view) {
  const login = op.accessTokens.get(bearerToken(r, op));
  if (!login || login.expires <= op.now()) {
    return {
      ...refuse('invalid_token', 'unknown or expired', 401),
      headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
    };
  }
  const client = op.clients.find(({ client_id: id }) => id === login.client_id);
  const claims = { ...op.accounts[login.account] };
  const kind = view.get('userinfo.$jwt');
  if (!kind) return json(200, render(view, 'userinfo', claims));
  const body =
    kind === 'unsigned'
      ? `${b64('{"alg":"none"}')}.${b64(render(view, 'userinfo', claims))}.`
      : userinfoJwt(op, view, view.apply('userinfo', claims), client);
  return { status: 200, headers: { 'Content-Type': 'application/jwt' }, body };
}

export function revoke(r, op) {
  checkForm(r, op);
  if (!authenticateClient(r, op)) return refuse('invalid_client', 'client authentication failed', 401);
  const { token: value } = r.params;
  const known = op.refreshTokens.get(value);
  if (known) op.revokeFamily(known.family);
  op.accessTokens.delete(value);
  op.revoked.push(value);
  return { status: 200, headers: {}, body: '' };
}

export function introspect(r, op, view) {
  checkForm(r, op);
  const client = authenticateClient(r, op);
  if (!client) return refuse('invalid_client', 'client authentication failed', 401);
  const login = op.accessTokens.get(r.params.token);
  const active = Boolean(login) && login.expires > op.now();
  const facts = active
    ? {
        active,
        iss: op.issuer,
        sub: op.accounts[login.account].sub,
        aud: login.client_id,
        client_id: login.client_id,
        scope: login.scope,
        exp: login.expires,
        token_type: 'Bearer',
        username: login.account,
      }
    : { active: false };
  return json(200, render(view, 'introspect', facts));
}

/** RP-initiated logout, without a question. */
export function endSession(r, op, view) {
  const { post_logout_redirect_uri: uri, state, client_id: id } = r.params;
  op.logouts.push({ ...r.params });
  const client = op.clients.find((one) => (id ? one.client_id === id : one.post_logout_redirect_uris?.includes(uri)));
  if (uri === undefined) return page(200, 'signed out');
  if (!client?.post_logout_redirect_uris?.includes(uri)) {
    op.violate(r, 'post-logout-redirect-uri', uri);
    return page(400, 'unknown post_logout_redirect_uri');
  }
  const change = view.get('endsession.$state');
  const returned = { other: `${state}_INVALID`, none: undefined }[change] ?? (change ? undefined : state);
  return sendBack(uri, returned === undefined ? {} : { state: returned }, 'query');
}

export function par(r, op, view) {
  checkForm(r, op);
  const client = authenticateClient(r, op);
  if (!client) return refuse('invalid_client', 'client authentication failed', 401);
  if (r.params.request_uri !== undefined) op.violate(r, 'par-request-uri');
  checkAuthorization({ ...r, method: 'GET', params: withoutCredentials(r.params) }, op, client, client.redirect_uris);
  const uri = `urn:ietf:params:oauth:request_uri:${random('par')}`;
  op.pushed.set(uri, { ...withoutCredentials(r.params), client_id: client.client_id });
  return json(201, render(view, 'par', { request_uri: uri, expires_in: 60 }));
}

function withoutCredentials(params) {
  const { client_secret: secret, client_assertion: assertion, client_assertion_type: type, ...rest } = params;
  return rest;
}

/** RFC 8628; whoever asks for the token later is signed in as op.account, unless dev.$state says otherwise. */
export function deviceAuthorization(r, op, view) {
  checkForm(r, op);
  const code = random('dc');
  op.deviceCodes.set(code, {
    account: op.account,
    scope: r.params.scope,
    acr: '1',
    auth_time: op.now(),
    sid: op.sidFor(op.account),
    family: random('family'),
  });
  return json(
    200,
    render(view, 'dev', {
      device_code: code,
      user_code: 'BCDF-GHJK',
      verification_uri: `${op.issuer}/device`,
      expires_in: 600,
      interval: 1,
    }),
  );
}
