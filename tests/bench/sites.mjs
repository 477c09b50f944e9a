// SPDX-License-Identifier: Apache-2.0
// What can stand in front of the same pages of the same httpd: our module, the peer, or nothing. Each is as its own
// documentation sets it up, with its defaults.
import fs from 'node:fs';
import path from 'node:path';
import * as apache from '../e2e/lib/apache.mjs';
import { freePort } from '../e2e/lib/ports.mjs';
import * as badProvider from '../e2e/badprovider.mjs';
import * as realProvider from '../e2e/provider.mjs';

export const secret = 'bench-secret-0123456789abcdef';

/**
 * A kind of gate. cookie: the session's; cookies: all that a browser goes on sending. lines: of the server; gate,
 * tokens: of a location, without and with a token for the backend.
 */
export const ours = (module) => ({
  name: 'ours',
  goauth2: module,
  modules: [],
  cookie: 'goauth2',
  cookies: /^goauth2/,
  callback: '/oauth2callback',
  lines: ({ server, op, store = `${server.path('state')}` }) => `
GOAuth2Issuer ${op.issuer}
GOAuth2ClientID app
GOAuth2ClientSecret ${secret}
GOAuth2Store lmdb:${store}/sessions
GOAuth2KeyFile ${store}/keys`,
  gate: 'AuthType goauth2\nRequire valid-user',
  tokens: 'AuthType goauth2\nRequire valid-user\nGOAuth2Bearer access',
  /** The token that a backend was given. */
  tokenOf: (request) => request.header('authorization')?.replace(/^Bearer /, ''),
});

export const peer = {
  name: 'peer',
  goauth2: false,
  modules: ['auth_openidc'],
  cookie: 'mod_auth_openidc_session',
  cookies: /^mod_auth_openidc_session/,
  callback: '/app/callback',
  lines: ({ server, op }) => `
OIDCProviderMetadataURL ${op.issuer}/.well-known/openid-configuration
OIDCClientID app
OIDCClientSecret ${secret}
OIDCRedirectURI ${server.url}/app/callback
OIDCCryptoPassphrase ${secret}
OIDCScope "openid email profile"
OIDCPKCEMethod S256`,
  gate: 'AuthType openid-connect\nRequire valid-user',
  tokens: 'AuthType openid-connect\nRequire valid-user\nOIDCRefreshAccessTokenBeforeExpiry 2',
  tokenOf: (request) => request.header('oidc_access_token'),
};

/** The same sections without a gate, so that only the module's own cost is in a difference. */
export const open = (kind) => ({
  ...kind,
  lines: () => '',
  gate: 'Require all granted',
  tokens: 'Require all granted',
});
export const nothing = open({ name: 'nothing', goauth2: false, modules: [], callback: '/oauth2callback' });

export const peerFile = () =>
  path.join(process.env.GA2_HTTPD_MODULES ?? '/usr/lib/apache2/modules', 'mod_auth_openidc.so');
export const hasPeer = () => fs.existsSync(peerFile());

/** Of httpd.conf: /app is behind the gate. */
export const configuration = (kind, { server, op, store }) => `${kind.lines({ server, op, store })}
<Location "/app">
${kind.gate}
</Location>`;

const client = (kind, port) => ({
  client_id: 'app',
  client_secret: secret,
  redirect_uris: [`http://127.0.0.1:${port}${kind.callback}`],
});

/** A provider that signs alice in without a page; her eight claims are those of the budgets. */
export const startProvider = (kind, port, options = {}) =>
  realProvider.start({ consent: false, autoLogin: 'alice', clients: [client(kind, port)], ...options });

/** One that answers at once. */
const startFastProvider = (kind, port) => badProvider.start({ clients: [client(kind, port)] });

/**
 * httpd with a gate, and its provider. fast: the provider that answers at once; provider: options of the real one;
 * more: text for httpd.conf, or a function of { server, op }; the rest is for lib/apache.mjs. end() ends both.
 */
export async function startSite(kind, { fast = false, provider = {}, more = '', ...options } = {}) {
  const port = await freePort();
  const op = await (fast ? startFastProvider(kind, port) : startProvider(kind, port, provider));
  const { goauth2, modules } = kind;
  try {
    const server = await apache.start({
      port,
      goauth2,
      modules,
      logLevel: 'warn',
      ...options,
      config: (self) =>
        configuration(kind, { server: self, op }) +
        (typeof more === 'function' ? more({ server: self, op }) : more),
    });
    return {
      kind,
      op,
      server,
      url: server.url,
      end: async () => {
        await server.stop({ graceful: false }).finally(() => op.close());
      },
    };
  } catch (error) {
    await op.close();
    throw error;
  }
}

/** The Cookie header that a browser sends to this kind of gate when it has signed in. */
export const sessionCookie = (kind, jar) =>
  jar.cookies
    .filter(({ name }) => kind.cookies.test(name))
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ');
