// SPDX-License-Identifier: Apache-2.0
// What tests can see of the provider and do to it: counts per endpoint, a log without secrets, and hooks that delay
// an endpoint, fail it, or lose its answer on the way.
import { createHash } from 'node:crypto';
import { sleep } from '../lib/ports.mjs';
import { routes } from './configuration.mjs';

const names = new Map([
  ['/.well-known/openid-configuration', 'disc'],
  [routes.jwks, 'jwks'],
  [routes.authorization, 'authz'],
  [routes.token, 'token'],
  [routes.userinfo, 'userinfo'],
  [routes.revocation, 'revoke'],
  [routes.introspection, 'introspect'],
  [routes.end_session, 'endsession'],
  [routes.pushed_authorization_request, 'par'],
  [routes.device_authorization, 'dev'],
]);

/** The endpoint's short name, the same at both test providers; pages and the way back from them are apart. */
export function endpointOf(path) {
  if (path.startsWith('/interaction/')) return 'interaction';
  if (path.startsWith(`${routes.authorization}/`)) return 'resume';
  return names.get(path) ?? 'other';
}

const secret = new Set([
  'code',
  'code_verifier',
  'refresh_token',
  'access_token',
  'id_token',
  'id_token_hint',
  'token',
  'client_secret',
  'client_assertion',
  'state',
  'nonce',
  'request',
]);

/** Enough of a secret to see that two are the same. */
export function fingerprint(value) {
  return `sha256:${createHash('sha256').update(String(value)).digest('hex').slice(0, 8)}`;
}

function redact(params) {
  const known = Object.entries(params ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known.map(([name, value]) => [name, secret.has(name) ? fingerprint(value) : value]));
}

/** A Koa middleware that writes the log after each request. */
export function logRequests(log) {
  return async function observe(ctx, next) {
    const entry = { at: Date.now(), endpoint: endpointOf(ctx.path), method: ctx.method };
    log.push(entry);
    await next();
    entry.status = ctx.status;
    entry.milliseconds = Date.now() - entry.at;
    if (!ctx.oidc) return;
    entry.params = redact({ ...ctx.query, ...ctx.oidc.params });
    entry.client = ctx.oidc.entities?.Client?.clientId;
    if (ctx.body?.error)
      Object.assign(entry, { error: ctx.body.error, error_description: ctx.body.error_description });
    if (entry.endpoint !== 'token') return;
    entry.reused = ctx.oidc.entities?.RefreshToken?.consumed !== undefined && ctx.status === 400;
    if (ctx.body?.access_token) entry.issued = redact(ctx.body);
  };
}

/** Stands between the HTTP server and the provider. */
export class Gate {
  constructor() {
    this.hits = {};
    this.hooks = [];
    this.inFlight = {};
  }

  /** before(req, res, endpoint): true means "answered". after: lose the answer. times: how often, then it is gone. */
  hook(endpoint, { before, loseAnswer = false, times = Infinity }) {
    const hook = { endpoint, before, loseAnswer, left: times };
    this.hooks.push(hook);
    return () => {
      this.hooks = this.hooks.filter((other) => other !== hook);
    };
  }

  delay(endpoint, milliseconds, times) {
    return this.hook(endpoint, { times, before: () => sleep(milliseconds).then(() => false) });
  }

  fail(endpoint, answer = 503, times = Infinity) {
    const { status = 503, headers = {}, body = '' } = typeof answer === 'number' ? { status: answer } : answer;
    return this.hook(endpoint, {
      times,
      before: (req, res) => {
        res.writeHead(status, headers).end(body);
        return true;
      },
    });
  }

  /** The request is carried out, but its answer never arrives. */
  loseAnswer(endpoint, times = 1) {
    return this.hook(endpoint, { times, loseAnswer: true });
  }

  clearHooks() {
    this.hooks = [];
  }

  async handle(req, res, callback) {
    const endpoint = endpointOf(new URL(req.url, 'http://provider.invalid').pathname);
    this.hits[endpoint] = (this.hits[endpoint] ?? 0) + 1;
    this.inFlight[endpoint] = (this.inFlight[endpoint] ?? 0) + 1;
    res.once('close', () => {
      this.inFlight[endpoint] -= 1;
    });
    const active = this.hooks.filter((hook) => hook.endpoint === endpoint && hook.left > 0);
    for (const hook of active) {
      hook.left -= 1;
      if (hook.before && (await hook.before(req, res, endpoint))) return undefined;
      if (hook.loseAnswer)
        res.end = () => {
          req.socket.destroy();
          return res;
        };
    }
    return callback(req, res);
  }
}
