// SPDX-License-Identifier: Apache-2.0
// A whole site for one test: a provider (the real one, or the bad one), a backend, and Apache with the gate in front.
//
//   const site = await startSite(t, { locations: { '/app': 'AuthType goauth2\nRequire valid-user' } });
//   const jar = site.jar();
//   await site.signIn(jar, '/app/page.html', 'alice');
//   (await site.get('/app/page.html', { jar })).status      // 200
//
// Everything ends with the test; Apache's log is looked through for crashes and sanitizer reports then.
import fs from 'node:fs';
import * as apache from './apache.mjs';
import * as backends from './backend.mjs';
import { request } from './http.mjs';
import { Jar } from './jar.mjs';
import { follow, signIn } from './navigate.mjs';
import { freePort, listen } from './ports.mjs';
import * as badProvider from '../badprovider.mjs';
import * as realProvider from '../provider.mjs';

export const secret = 'a-client-secret-with-entropy-3f81';
export const canary = 'protected canary 4c1f9e'; // in every file below htdocs/app

/** The usual protected places: files, a proxied backend with the access token, a CGI script. */
export const usualLocations = {
  '/app': 'AuthType goauth2\nRequire valid-user',
  '/api': 'AuthType goauth2\nRequire valid-user\nGOAuth2Bearer access',
  '/cgi-bin': 'AuthType goauth2\nRequire valid-user',
};

function section([path, lines]) {
  return `<Location "${path}">\n${lines}\n</Location>`;
}

/** Lines of a whole configuration; `lines` and `locations` are the test's. */
function configuration({ server, op, backend, clientLines, lines, locations, more }) {
  return `
${clientLines ?? `GOAuth2Issuer ${op.issuer}\nGOAuth2ClientID app\nGOAuth2ClientSecret ${secret}`}
GOAuth2Store lmdb:${server.path('state')}/sessions
GOAuth2KeyFile ${server.path('state')}/keys
${lines}
ProxyPass "/api/" "${backend.url}/"
ProxyPass "/open/" "${backend.url}/"
${Object.entries(locations).map(section).join('\n')}
${more}
`;
}

/**
 * Start a site.
 *   provider    options of the real provider; { bad: true, ... }: of the bad one
 *   client      more client metadata
 *   lines       GOAuth2 lines of the server; clientLines: instead of issuer, id and secret (text or (site) => text)
 *   locations   path -> lines; the usual ones when not given
 *   more        anything else for httpd.conf (text or ({ server, op, backend }) => text)
 *   apache      options of lib/apache.mjs: mpm, modules, files, workers, serverName, ...
 */
export async function startSite(
  t,
  {
    provider = {},
    client = {},
    lines = '',
    clientLines,
    locations = usualLocations,
    more = '',
    apache: options = {},
  } = {},
) {
  const started = [];
  const end = async () => {
    const errors = [];
    for (const stop of started.splice(0).reverse()) {
      try {
        await stop();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length) throw errors[0];
  };
  t?.after(end);
  const port = options.port ?? (await freePort());
  const host = options.serverName ?? '127.0.0.1';
  const backend = await backends.start();
  started.push(() => backend.close());
  const { bad = false, ...providerOptions } = provider;
  const op = await (bad ? badProvider : realProvider).start({
    ...(bad ? {} : { consent: false }),
    ...providerOptions,
    clients: [
      {
        client_id: 'app',
        client_secret: secret,
        redirect_uris: [`http://${host}:${port}/oauth2callback`],
        post_logout_redirect_uris: [`http://${host}:${port}/bye`],
        ...client,
      },
      ...(providerOptions.clients ?? []),
    ],
  });
  started.push(() => op.close());
  const text = (value, server) => (typeof value === 'function' ? value({ server, op, backend }) : value);
  const server = await apache.start({
    logLevel: 'info goauth2:trace1',
    ...options,
    port,
    config: (self) =>
      configuration({
        server: self,
        op,
        backend,
        clientLines: text(clientLines, self),
        lines: text(lines, self),
        locations,
        more: text(more, self),
      }),
  });
  started.push(() => server.stop());
  return new Site(server, op, backend, end);
}

class Site {
  constructor(server, op, backend, end) {
    Object.assign(this, { server, op, backend, end, url: server.url });
  }

  jar() {
    return new Jar();
  }
  at(path) {
    return new URL(path, this.url).toString();
  }

  /** One request; options of lib/http.mjs. */
  get(path, options = {}) {
    return request({ url: this.at(path), ...options });
  }

  /** Go there as a browser does, through redirects; does not fill in pages. */
  visit(jar, path, options = {}) {
    return follow({ url: this.at(path), jar, ...options });
  }

  /** Sign in on the way to a protected page; resolves where the browser comes to rest. */
  signIn(jar, path = '/app/page.html', account = 'alice', options = {}) {
    return signIn(jar, this.at(path), account, options);
  }

  /** A browser that has signed in, on the way to this page. */
  async visitor(account = 'alice', path = '/app/page.html', options = {}) {
    const jar = this.jar();
    const { response } = await this.signIn(jar, path, account, options);
    if (response.status !== 200) throw new Error(`${account} did not get to ${path}: status ${response.status}`);
    return jar;
  }

  /** One answer to a browser that opens a page; redirects are not followed. */
  async open(jar, path, options = {}) {
    return (await this.visit(jar, path, { ...options, until: () => true })).response;
  }

  /**
   * A browser with an access token that lives so many seconds; what is issued later lives an hour. Counts start anew.
   */
  async visitorWithShortToken(seconds, path = '/api/x') {
    const { settings } = this.op;
    settings.accessTokenSeconds = seconds;
    const jar = await this.visitor('alice', path);
    settings.accessTokenSeconds = 3600;
    const { at } = this.op.tokenRequests.at(-1);
    this.op.resetCounts();
    this.backend.clear();
    return { jar, ends: at + seconds * 1000 };
  }

  /** From now on nobody accepts connections at the provider's address. */
  async providerDown() {
    const closed = new Promise((resolve) => {
      this.op.server.close(resolve);
    });
    this.op.server.closeAllConnections();
    await closed;
  }
  async providerUp() {
    await listen(this.op.server, { port: this.op.port });
  }

  /** How many transactions the store has seen: the number in the newer of LMDB's two meta pages. */
  storeWrites() {
    const head = fs.readFileSync(this.server.path('state/sessions/data.mdb')).subarray(0, 65536);
    const pageSize = head.readUInt32LE(40);
    const transaction = (page) => Number(head.readBigUInt64LE(page * pageSize + 144));
    return Math.max(transaction(0), transaction(1));
  }

  /** The browser's Cookie header for this site. */
  cookies(jar) {
    return jar.header(this.at('/')) ?? '';
  }

  /** The headers of the backend's last request by lower-case name; a list where one came several times. */
  lastSeen() {
    const seen = {};
    for (const [name, value] of this.backend.requests.at(-1)?.headers ?? []) {
      const key = name.toLowerCase();
      seen[key] = key in seen ? [seen[key], value].flat() : value;
    }
    return seen;
  }
}
