// SPDX-License-Identifier: Apache-2.0
// An OpenID provider whose every answer a test can make wrong, late, cut or huge, and which notes everything that a
// client does wrong. Untouched, it is a correct provider that signs in `op.account` without showing a page.
// The knobs are described where they act: badprovider/{documents,tokens,endpoints,transport,forge}.mjs; named sets of
// them are in badprovider/{faults,conformance,attacks}.mjs.
import { randomUUID } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { buffer } from 'node:stream/consumers';
import { accounts as defaultAccounts } from './accounts.mjs';
import * as documents from './badprovider/documents.mjs';
import * as endpoints from './badprovider/endpoints.mjs';
import { checkBackchannel } from './badprovider/checks.mjs';
import { faults } from './badprovider/faults.mjs';
import { newKey, sharedKey } from './badprovider/jose.mjs';
import { Knobs } from './badprovider/knobs.mjs';
import { accessTokenJwt, logoutToken } from './badprovider/tokens.mjs';
import { send } from './badprovider/transport.mjs';
import { request } from './lib/http.mjs';
import { listen } from './lib/ports.mjs';

export { deep, members, raw, wide } from './badprovider/json.mjs';

const handlers = {
  disc: documents.discovery,
  jwks: documents.jwks,
  certs: documents.certs,
  authz: endpoints.authorize,
  token: endpoints.token,
  userinfo: endpoints.userinfo,
  revoke: endpoints.revoke,
  introspect: endpoints.introspect,
  endsession: endpoints.endSession,
  par: endpoints.par,
  dev: endpoints.deviceAuthorization,
};

/** Method, URL, headers, and the parameters of query and form; those that come twice are listed. */
async function parse(req, endpoint) {
  const url = new URL(req.url, 'http://provider.invalid');
  const body = await buffer(req);
  const isForm = /x-www-form-urlencoded/i.test(req.headers['content-type'] ?? '');
  const pairs = [...url.searchParams, ...(isForm ? new URLSearchParams(body.toString('utf8')) : [])];
  const names = pairs.map(([name]) => name);
  return {
    req,
    endpoint,
    method: req.method,
    url,
    body,
    params: Object.fromEntries(pairs),
    duplicates: names.filter((name, i) => names.indexOf(name) !== i),
  };
}

/** A server that nobody has a reason to call: whatever arrives is recorded. */
async function startCanary(host) {
  const server = http.createServer((req, res) => {
    canary.requests.push({ method: req.method, url: req.url, headers: req.headers });
    res.end('{}');
  });
  const canary = {
    requests: [],
    get hits() {
      return canary.requests.length;
    },
  };
  canary.url = `http://${host}:${await listen(server, { host })}`;
  canary.close = () => {
    server.close();
    server.closeAllConnections();
  };
  return canary;
}

function completeClient(client) {
  const method = client.client_secret === undefined ? 'none' : 'client_secret_basic';
  return { token_endpoint_auth_method: client.jwks ? 'private_key_jwt' : method, redirect_uris: [], ...client };
}

const defaults = {
  account: 'alice', // who signs in
  mode: 'oidc', // or "oauth2": no metadata, no id_token, only userinfo
  par: false, // offer pushed authorization requests
  accessTokenSeconds: 3600,
  idTokenSeconds: 600,
  claimsInIdToken: false,
};

class BadProvider {
  constructor({ clients, accounts, keyKinds, settings }) {
    this.clients = clients.map(completeClient);
    this.accounts = accounts;
    this.keyKinds = keyKinds;
    this.startSettings = settings;
    this.knobs = new Knobs();
    this.newKey = newKey;
    // What was issued.
    this.seen = new Set();
    for (const name of ['codes', 'accessTokens', 'refreshTokens', 'pushed', 'deviceCodes', 'sids'])
      this[name] = new Map();
    // What was asked: counts by endpoint, every request, what was wrong with them, and errors of this program.
    this.hits = {};
    for (const name of ['log', 'violations', 'warnings', 'errors', 'revoked', 'logouts']) this[name] = [];
  }

  async listen({ port, host, issuerHost, issuerPath, tls }) {
    const serve = (req, res) => {
      this.handle(req, res).catch((error) => {
        this.errors.push(error);
        req.socket.destroy();
      });
    };
    this.server = tls ? https.createServer(tls, serve) : http.createServer({ maxHeaderSize: 65536 }, serve);
    this.server.on('clientError', (error, socket) => socket.destroy());
    this.port = await listen(this.server, { host, port });
    this.issuer = `${tls ? 'https' : 'http'}://${issuerHost}:${this.port}${issuerPath}`;
    this.canary = await startCanary(host);
    await this.reset();
  }

  async handle(req, res) {
    const { pathname } = new URL(req.url, 'http://provider.invalid');
    const endpoint = documents.endpointOf(pathname, this.issuer);
    this.hits[endpoint] = (this.hits[endpoint] ?? 0) + 1;
    const r = await parse(req, endpoint);
    this.log.push({
      at: Date.now(),
      endpoint,
      method: r.method,
      url: req.url,
      headers: req.headers,
      params: r.params,
    });
    const view = this.knobs.view(endpoint, { ...this.context(), request: r, grant: r.params.grant_type });
    if (['disc', 'jwks', 'certs'].includes(endpoint)) checkBackchannel(r, this);
    const handler = handlers[endpoint];
    const answer = handler ? await handler(r, this, view) : { status: 404, headers: {}, body: 'not found' };
    await send(req, res, answer, view.below(`${endpoint}.http`));
  }

  context() {
    return { op: this, now: this.now() };
  }

  /** Seconds, moved by the knob "clock". */
  now() {
    const now = Math.floor(Date.now() / 1000);
    return now + this.knobs.view(undefined, { now }).get('clock', 0);
  }

  /** set({ path: value, ... }, { on: endpoint, times }) or set(path, value, limits); returns a function to undo it. */
  set(settings, ...rest) {
    if (typeof settings !== 'string') return this.knobs.set(settings, rest[0]);
    return this.knobs.set({ [settings]: rest[0] }, rest[1]);
  }

  /** A function over a whole document: (document, ctx) => changed document, or nothing when changed in place. */
  mutate(point, change, limits) {
    return this.knobs.mutate(point, change, limits);
  }

  /** Switch on a fault by its name in badprovider/faults.mjs. */
  fault(name, argument, limits) {
    return this.knobs.set(this.settingsOf(name, argument), limits);
  }

  settingsOf(name, argument) {
    if (!faults[name]) throw new Error(`there is no fault "${name}"`);
    return faults[name](this, argument);
  }

  /** Knobs, keys and settings as at the start; what was recorded is forgotten too. Tokens stay valid. */
  async reset() {
    this.knobs.reset();
    Object.assign(this, this.startSettings, { hits: {}, signWith: this.keyKinds[0] });
    for (const name of ['log', 'violations', 'warnings', 'errors', 'revoked', 'logouts']) this[name].length = 0;
    this.canary.requests.length = 0;
    this.keys = await Promise.all(this.keyKinds.map((kind) => sharedKey(kind)));
  }

  /** New keys sign from now on; the old ones stay published only with keepOld. */
  async rotateKeys({ keepOld = false } = {}) {
    const made = this.keyKinds.map((kind) => newKey(kind, `${kind}-${randomUUID().slice(0, 8)}`));
    this.keys = [...(await Promise.all(made)), ...(keepOld ? this.keys : [])];
  }

  addClient(client) {
    this.clients = this.clients.filter(({ client_id: id }) => id !== client.client_id).concat(completeClient(client));
  }

  violate(r, rule, detail) {
    this.violations.push({ endpoint: r.endpoint, rule, detail });
    return false;
  }

  warn(r, rule, detail) {
    this.warnings.push({ endpoint: r.endpoint, rule, detail });
  }

  /** The session of an account here, the same in all its tokens. */
  sidFor(name) {
    if (!this.sids.has(name)) this.sids.set(name, randomUUID());
    return this.sids.get(name);
  }

  revokeFamily(family) {
    for (const tokens of [this.refreshTokens, this.accessTokens]) {
      for (const [value, login] of tokens) if (login.family === family) tokens.delete(value);
    }
  }

  /** A logout token for an account, by name; knobs below "logout". A sub or sid of null is left out. */
  logoutToken({ account = this.account, client = this.clients[0], sub, sid } = {}) {
    const who = sub === undefined ? this.accounts[account].sub : (sub ?? undefined);
    const session = sid === undefined ? this.sidFor(account) : (sid ?? undefined);
    return logoutToken(this, this.knobs.view('logout', this.context()), { client, sub: who, sid: session });
  }

  /** Post one to a client's back-channel endpoint, with a field more that it must ignore. */
  backchannelLogout(url, { token = this.logoutToken(), fields = { extra: 'ignored' }, ...options } = {}) {
    return request({
      url,
      method: 'POST',
      body: new URLSearchParams({ logout_token: token, ...fields }),
      ...options,
    });
  }

  /** An access token for an account, as a sign-in would give it; a JWT unless jwt is false. Knobs below "at". */
  accessToken({ account = this.account, client = this.clients[0], audience, scope = 'openid', jwt = true } = {}) {
    const login = { account, scope, client_id: client.client_id, expires: this.now() + this.accessTokenSeconds };
    const view = this.knobs.view('at', this.context());
    const token = jwt ? accessTokenJwt(this, view, login, client, audience) : `at_${randomUUID()}`;
    this.accessTokens.set(token, login);
    return token;
  }

  close() {
    this.server.close();
    this.server.closeAllConnections();
    this.canary.close();
  }
}

/**
 * Start it.
 *   port, host, issuerHost, issuerPath   the issuer is http://issuerHost:port + issuerPath
 *   tls        { key, cert } of lib/certificate.mjs: https
 *   clients    client metadata by registered names; the authentication method is asserted exactly
 *   accounts   name -> claims
 *   keyKinds   signing keys: "rsa", "ec", "ed", "ec384", "ec521"; the first one signs (op.signWith)
 *   and the settings in `defaults` above, which are also properties that can be changed
 */
export async function start({
  port = 0,
  host = '127.0.0.1',
  issuerHost = host,
  issuerPath = '',
  tls,
  clients = [],
  accounts = defaultAccounts,
  keyKinds = ['rsa', 'ec', 'ed'],
  ...settings
} = {}) {
  const unknown = Object.keys(settings).find((name) => !(name in defaults));
  if (unknown) throw new TypeError(`the bad provider has no setting "${unknown}"`);
  const op = new BadProvider({ clients, accounts, keyKinds, settings: { ...defaults, ...settings } });
  await op.listen({ port, host, issuerHost, issuerPath, tls });
  return op;
}
