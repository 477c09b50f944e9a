// SPDX-License-Identifier: Apache-2.0
// A site with one door for each way in which Apache can serve something: every kind of section that can guard, every
// handler, everything that fetches one resource for another. Behind each stands the canary; a stranger never sees it.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { canary } from './site.mjs';

const guard = 'AuthType goauth2\nRequire valid-user';
const page = `<!doctype html><title>${canary}</title><p>${canary}\n`;

/** Leaves a mark when it runs, which it must not for a stranger. */
const script = (mark) => ({
  content: `#!/bin/sh\nprintf ran > "${mark}"\nprintf 'Content-Type: text/plain\\r\\n\\r\\n${canary}\\n'\n`,
  mode: 0o755,
});

/** When it was changed, in words that are the canary, and how long it is. */
const facts = (what) =>
  `<!--#config timefmt="${canary}" sizefmt="bytes" --><!--#flastmod ${what} -->, long: <!--#fsize ${what} -->`;

/** Lines of a .htaccess file that would open a directory, were it not for the gate. */
export const htaccess = {
  'auth-none': 'AuthType None\nRequire all granted',
  'auth-basic': 'AuthType Basic\nAuthName x\nRequire all granted',
  granted: 'Require all granted',
  any: 'Satisfy Any\nOrder allow,deny\nAllow from all',
  limit: '<Limit GET POST>\nRequire all granted\n</Limit>\n<LimitExcept GET>\nRequire all granted\n</LimitExcept>',
  'any-of': 'AuthMerging Or\n<RequireAny>\nRequire all granted\nRequire method GET\n</RequireAny>',
  merging: 'AuthMerging Off\nRequire all granted',
  if: '<If "true">\nAuthType None\nRequire all granted\n</If>',
  files: '<Files "*.html">\nAuthType None\nRequire all granted\n</Files>',
  handler: 'SetHandler server-status',
  error: 'ErrorDocument 401 /index.html\nErrorDocument 403 /index.html\nRequire all granted',
  rewrite: 'RewriteEngine On\nRewriteRule ^go$ page.html [L]\nRewriteRule ^page\\.html$ - [E=REDIRECT_STATUS:200,PT]',
};

/** Files of the site; `ran` is what its scripts write. */
function files() {
  const all = {};
  const pages = [
    'app',
    'dir',
    'merged',
    'bare',
    'none',
    'granted',
    'any',
    'limit',
    'deny',
    'mode',
    'matched',
    'negotiated',
  ];
  for (const name of pages) all[`htdocs/${name}/page.html`] = page;
  for (const [name, lines] of Object.entries(htaccess)) {
    all[`htdocs/dir/${name}/page.html`] = page;
    all[`htdocs/dir/${name}/.htaccess`] = `${lines}\n`;
    all[`htdocs/app/${name}/page.html`] = page;
    all[`htdocs/app/${name}/.htaccess`] = `${lines}\n`;
  }
  return {
    ...all,
    'htdocs/dir/index.html': page,
    'htdocs/negotiated/doc.html.en': page,
    'htdocs/negotiated/map.var': 'URI: page.html\nContent-Type: text/html\n',
    'htdocs/listing/protected canary 4c1f9e': 'x',
    'htdocs/mixed/secret.html': page,
    'htdocs/mixed/public.html': '<title>public</title>',
    'htdocs/include/virtual.shtml': '<!--#include virtual="/app/page.html" -->',
    'htdocs/include/file.shtml': '<!--#include file="secret.html" -->',
    'htdocs/include/proxied.shtml': '<!--#include virtual="/api/x" -->',
    'htdocs/include/facts.shtml': `${['virtual="/app/page.html"', 'file="secret.html"'].map(facts).join('\n')}\n`,
    'htdocs/include/cgi.shtml': '<!--#include virtual="/scripts/go" -->',
    'htdocs/include/secret.html': page,
    'htdocs/decorated/x.txt': 'x',
    'htdocs/go/.htaccess':
      'RewriteEngine On\nRewriteRule ^inner$ /app/page.html\nRewriteRule ^pass$ /app/page.html [PT]\n',
    'htdocs/indexed/.htaccess': 'DirectoryIndex /app/page.html\n',
    'htdocs/indexed-2/.htaccess': 'DirectoryIndex nowhere.html /app/page.html\n',
    'htdocs/indexed-3/.htaccess': 'DirectoryIndex /api/x\n',
    'htdocs/fallback/.htaccess': 'FallbackResource /app/page.html\n',
    'htdocs/action/x.special': 'x',
    'htdocs/per-dir/.htaccess': 'RewriteEngine On\nRewriteRule ^(.*)$ %{ENV:BACKEND}/$1 [P]\n',
    'htdocs/readme.txt': 'x',
  };
}

const configuration = ({ server, backend }) => `
SetEnvIf Request_URI "^/" BACKEND=${backend.url}
AddLanguage en .en
CheckSpelling On
<Directory "${server.path('htdocs/dir')}">
${guard}
</Directory>
Alias "/dir-2" "${server.path('htdocs/dir')}"
<Directory "${server.path('htdocs/mixed')}">
IndexOptions FancyIndexing ScanHTMLTitles
<Files "secret.*">
${guard}
</Files>
</Directory>
<Directory "${server.path('htdocs/include')}">
<FilesMatch "^secret">
${guard}
</FilesMatch>
</Directory>
<Directory "${server.path('htdocs/decorated')}">
HeaderName /app/page.html
ReadmeName /app/page.html
IndexOptions FancyIndexing
</Directory>
<LocationMatch "^/(matched|mat-[a-z]+)/">
${guard}
</LocationMatch>
<Location "/bare">
AuthType goauth2
</Location>
<Location "/none">
AuthType goauth2
Require all granted
Require method GET HEAD POST
</Location>
<Location "/granted">
AuthType goauth2
Require all granted
</Location>
<Location "/any">
AuthType goauth2
Satisfy Any
Order allow,deny
Allow from all
</Location>
<Location "/limit">
AuthType goauth2
<Limit GET>
Require valid-user
</Limit>
</Location>
<Location "/deny">
AuthType goauth2
<RequireAny>
Require valid-user
Require all granted
</RequireAny>
</Location>
<Location "/mode">
GOAuth2Mode required
</Location>
<Location "/merged">
AuthType goauth2
</Location>
<Location "/merged/page.html">
Require all granted
AuthMerging Or
</Location>
<Location "/server-status">
${guard}
</Location>
ProxyPass "/balanced/" "${backend.url}/"
ProxyPassMatch "^/matching/(.*)$" "${backend.url}/$1"
<Location "/located/">
${guard}
ProxyPass "${backend.url}/"
</Location>
<Proxy "${backend.url}/guarded*">
${guard}
</Proxy>
ProxyPass "/by-proxy/" "${backend.url}/guarded/"
RewriteEngine On
RewriteRule "^/rewritten/(.*)$" "${backend.url}/$1" [P]
RewriteRule "^/renamed$" "/app/page.html" [PT]
ScriptAlias "/scripts/" "${server.path('scripts')}/"
<Directory "${server.path('scripts')}">
Require all granted
</Directory>
<Directory "${server.path('htdocs/action')}">
AddHandler special .special
Action special /scripts/go
</Directory>
<Location "/missing">
ErrorDocument 404 /app/page.html
</Location>
<Location "/missing-2">
ErrorDocument 404 /api/x
</Location>
<Location "/refused">
Require all denied
ErrorDocument 403 /app/page.html
</Location>
`;

const places = [
  '/app',
  '/api',
  '/balanced',
  '/matching',
  '/rewritten',
  '/per-dir',
  '/negotiated',
  '/listing',
  '/scripts',
];

/** Start it; site.ran() says whether a script has run. */
export async function startDoors(start, t, options = {}) {
  const site = await start(t, {
    provider: { bad: true },
    locations: Object.fromEntries(places.map((place) => [place, guard])),
    more: (parts) => configuration(parts) + (options.more?.(parts) ?? ''),
    apache: {
      ...options.apache,
      modules: ['access_compat', 'actions', 'speling', ...(options.apache?.modules ?? [])],
      files: files(),
    },
  });
  const mark = site.server.path('state/ran');
  site.server.write('scripts/go', script(mark));
  site.backend.answer = () => ({ status: 200, headers: { 'Content-Type': 'text/html' }, body: page });
  site.mark = mark;
  return site;
}

/** Paths at which somebody with a session sees the canary. */
export const doors = [
  ...[
    '/app/page.html',
    '/app/',
    '/dir/page.html',
    '/dir/',
    '/dir-2/page.html',
    '/matched/page.html',
    '/bare/page.html',
  ],
  ...[
    '/none/page.html',
    '/granted/page.html',
    '/any/page.html',
    '/limit/page.html',
    '/deny/page.html',
    '/mode/page.html',
  ],
  ...[
    '/merged/page.html',
    '/mixed/secret.html',
    '/include/secret.html',
    '/listing/',
    '/negotiated/page',
    '/negotiated/doc',
  ],
  ...['/api/x', '/balanced/x', '/matching/x', '/located/x', '/by-proxy/x', '/rewritten/x', '/per-dir/x', '/renamed'],
  ...['/scripts/go', '/scripts/go/more', '/go/inner', '/go/pass', '/missing/x', '/missing-2/x', '/refused/x'],
  ...[
    '/indexed/',
    '/indexed-2/',
    '/fallback/x',
    '/action/x.special',
    '/include/virtual.shtml',
    '/include/file.shtml',
  ],
  ...['/include/proxied.shtml', '/include/facts.shtml', '/include/cgi.shtml', '/decorated/', '/mixed/'],
  ...Object.keys(htaccess)
    .filter((name) => name !== 'handler')
    .flatMap((name) => [`/dir/${name}/page.html`, `/app/${name}/page.html`]),
];

/** Paths that show something else that strangers must not see, or nothing to anybody. */
export const sideDoors = [
  '/server-status',
  '/server-status?auto',
  '/dir/handler/',
  '/app/handler/x',
  '/negotiated/map.var',
  '/indexed-3/',
];

/** Nothing of what stands behind the doors has come out, been asked for or been run. */
export function assertClosed(site, text, what) {
  const known = /canary|4c1f9e|long: \d|Server uptime|ServerVersion|URI: page/i;
  assert.ok(!known.test(text), `${what}: ${text.slice(0, 200)}`);
  assert.equal(site.backend.requests.length, 0, `${what}: the backend was asked`);
  assert.ok(!fs.existsSync(site.mark), `${what}: a script ran`);
}
