// SPDX-License-Identifier: Apache-2.0
// A real OpenID provider for tests and the demo: the oidc-provider package with accounts, pages, and a few handles for
// tests. Everything it knows is in memory. See bin/provider.mjs for it as a program.
import { generateKeyPair, randomBytes, randomUUID } from 'node:crypto';
import http from 'node:http';
import { promisify } from 'node:util';
import Provider from 'oidc-provider';
import { accounts as defaultAccounts, findAccount } from './accounts.mjs';
import { listen } from './lib/ports.mjs';
import { configuration } from './provider/configuration.mjs';
import { interactions } from './provider/interactions.mjs';
import { Gate, logRequests } from './provider/observe.mjs';
import { Store } from './provider/store.mjs';

const defaults = {
  consent: true, // ask on a page; false: everything asked for is granted
  autoLogin: undefined, // an account name: no pages at all
  pkce: true, // required
  par: true, // offer pushed authorization requests
  refreshTokens: 'offline_access', // or 'always', 'never'
  rotateRefreshTokens: true, // a used one that comes again ends the whole grant
  claimsIn: 'userinfo', // or 'id_token': in both
  scopes: ['email', 'profile', 'groups', 'calendar.read', 'calendar.write'],
  acrValues: ['urn:example:password', 'urn:example:otp'], // the first is what a plain sign-in has
  apis: {}, // resource indicator -> { scope, audience, alg }: access tokens are JWTs for it
  accessTokenSeconds: 3600,
  codeSeconds: 60,
  deviceCodeSeconds: 600,
  idTokenSeconds: 3600,
  refreshTokenSeconds: 14 * 86400,
  sessionSeconds: 86400,
};

async function newKeys() {
  const generate = promisify(generateKeyPair);
  const pairs = await Promise.all([
    generate('rsa', { modulusLength: 2048 }),
    generate('ec', { namedCurve: 'P-256' }),
    generate('ed25519', {}),
  ]);
  return pairs.map((pair) => ({
    ...pair.privateKey.export({ format: 'jwk' }),
    use: 'sig',
    kid: randomUUID().slice(0, 8),
  }));
}

/** Client metadata by their registered names; only client_id and redirect_uris must be given. */
function fullClient(client, idTokenAlg) {
  const method = client.token_endpoint_auth_method ?? (client.client_secret ? 'client_secret_basic' : 'none');
  return {
    client_name: client.client_id,
    token_endpoint_auth_method: method,
    id_token_signed_response_alg: idTokenAlg,
    response_types: ['code'],
    grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
    ...client,
  };
}

class TestProvider {
  constructor({ accounts, settings, idTokenAlg }) {
    this.accounts = accounts;
    this.settings = settings;
    this.idTokenAlg = idTokenAlg;
    this.store = new Store();
    this.gate = new Gate();
    this.log = [];
    this.cookieKeys = [randomBytes(24).toString('base64url')];
  }

  async listen({ port, host, issuerHost }) {
    this.keys = await newKeys();
    this.server = http.createServer((req, res) => {
      this.gate.handle(req, res, this.callback).catch((error) => res.destroy(error));
    });
    this.port = await listen(this.server, { host, port });
    this.issuer = `http://${issuerHost}:${this.port}`;
    this.build();
  }

  /** oidc-provider reads its keys once; new keys mean a new instance over the same memory. */
  build() {
    const { settings, store, keys, cookieKeys, port, accounts, log } = this;
    const lookup = (sub) => findAccount(sub, accounts);
    this.provider = new Provider(
      this.issuer,
      configuration({ settings, store, keys, cookieKeys, port, findAccount: lookup }),
    );
    this.provider.use(logRequests(log));
    this.provider.use(interactions({ provider: this.provider, settings, accounts }));
    this.provider.on('server_error', (ctx, error) => {
      log.push({ at: Date.now(), endpoint: 'error', error: String(error.stack) });
    });
    this.callback = this.provider.callback();
  }

  /** How often each endpoint was asked, and how many requests it is working on. */
  get hits() {
    return this.gate.hits;
  }
  get inFlight() {
    return this.gate.inFlight;
  }
  get tokenRequests() {
    return this.log.filter((entry) => entry.endpoint === 'token');
  }
  /** How often a used refresh token came again. */
  get reuses() {
    return this.tokenRequests.filter((entry) => entry.reused).length;
  }
  resetCounts() {
    this.gate.hits = {};
    this.log.length = 0;
  }

  /** Make a client known, or replace it; redirect URIs are often known only once the other server has its port. */
  addClient(client) {
    this.store.put(`Client:${client.client_id}`, fullClient(client, this.idTokenAlg));
  }
  removeClient(id) {
    this.store.entries.delete(`Client:${id}`);
  }

  /** See Gate: endpoints are disc jwks authz token userinfo revoke introspect endsession par dev interaction. */
  delay(endpoint, milliseconds, times) {
    return this.gate.delay(endpoint, milliseconds, times);
  }
  fail(endpoint, answer, times) {
    return this.gate.fail(endpoint, answer, times);
  }
  loseAnswer(endpoint, times) {
    return this.gate.loseAnswer(endpoint, times);
  }
  hook(endpoint, hook) {
    return this.gate.hook(endpoint, hook);
  }
  clearHooks() {
    this.gate.clearHooks();
  }

  /** Sign with new keys from now on; the old ones stay in the key set unless keepOld is false. */
  async rotateKeys({ keepOld = true } = {}) {
    this.keys = [...(await newKeys()), ...(keepOld ? this.keys : [])];
    this.build();
  }
  /** All refresh and access tokens, and the consent behind them, are worth nothing any more. */
  revokeTokens() {
    this.store.forget('RefreshToken', 'AccessToken', 'Grant');
  }
  /** Nobody is signed in at the provider any more. */
  endSessions() {
    this.store.forget('Session');
  }

  async close() {
    this.server.close();
    this.server.closeAllConnections();
  }
}

/**
 * Start a provider.
 *   port, host      where it listens (a free port of 127.0.0.1)
 *   issuerHost      the name in the issuer URL, for example "localhost" to make it another site than 127.0.0.1
 *   clients         client metadata, see fullClient
 *   idTokenAlg      RS256, PS256, ES256 or EdDSA, for clients that do not say
 *   accounts        name -> claims
 *   and everything in `defaults` above, which can also be changed later in the returned `settings`
 */
export async function start({
  port = 0,
  host = '127.0.0.1',
  issuerHost = host,
  clients = [],
  idTokenAlg = 'RS256',
  accounts = defaultAccounts,
  ...options
} = {}) {
  const unknown = Object.keys(options).find((name) => !(name in defaults));
  if (unknown) throw new TypeError(`the provider has no setting "${unknown}"`);
  const op = new TestProvider({ accounts, idTokenAlg, settings: { ...defaults, ...options } });
  await op.listen({ port, host, issuerHost });
  for (const client of clients) op.addClient(client);
  return op;
}
