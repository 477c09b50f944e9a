// SPDX-License-Identifier: Apache-2.0
// One bad provider that is as many issuers as a table has rows, and a site with a location for each: what the server
// keeps of one issuer (its metadata, its keys, that it was down) never meets the next row.
import { secret } from './site.mjs';

/** Start such a site; `lines` (text or (server) => text) are for every location. The site has a site.realm(i) then. */
export async function startRealms(t, start, count, { lines = '', more = '', provider = {}, ...options } = {}) {
  const numbers = Array.from({ length: count }, (_, i) => i);
  const location = (op, server, i) =>
    `<Location "/r${i}">\nAuthType goauth2\nRequire valid-user\nGOAuth2Issuer ${op.issuer}/r${i}\n` +
    `GOAuth2ClientID app\nGOAuth2ClientSecret ${secret}\n` +
    `${typeof lines === 'function' ? lines(server) : lines}\n</Location>`;
  const site = await start(t, {
    ...options,
    provider: { bad: true, ...provider },
    clientLines: '',
    locations: {},
    more: ({ server, op }) =>
      `AliasMatch "^/r[0-9]+/(.*)$" "${server.path('htdocs')}/app/$1"\n` +
      `${numbers.map((i) => location(op, server, i)).join('\n')}\n${more}`,
  });
  const { issuer } = site.op;
  /** From now on the provider is this issuer; returns the path of its page. */
  site.realm = (i) => {
    site.op.issuer = `${issuer}/r${i}`;
    return `/r${i}/page.html`;
  };
  return site;
}
