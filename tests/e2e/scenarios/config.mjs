// SPDX-License-Identifier: Apache-2.0
// Bad input stops with one sentence that says what and where to fix: a table of configurations with one mistake each,
// found by `httpd -t` without asking anybody.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import * as apache from '../lib/apache.mjs';
import { each } from '../lib/rows.mjs';

const good = {
  GOAuth2Issuer: 'https://provider.example',
  GOAuth2ClientID: 'app',
  GOAuth2ClientSecret: 'a-secret-that-is-never-shown-91c2',
};

/** What a client_secrets.json file may not be. */
const client = {
  client_id: 'i',
  client_secret: 's',
  redirect_uris: [],
  auth_uri: 'https://p.example/a',
  token_uri: 'https://p.example/t',
};
const web = (changes) => JSON.stringify({ web: { ...client, ...changes } });
const secretsFiles = [
  ['', /secrets\.json is not valid JSON/],
  ['{', /secrets\.json is not valid JSON/],
  ['[]', /secrets\.json: Invalid file format/],
  ['{}', /secrets\.json: Invalid file format/],
  ['{"web":{},"installed":{}}', /secrets\.json: Invalid file format/],
  ['{"desktop":{}}', /secrets\.json: Unknown client type: desktop/],
  ['{"web":[]}', /secrets\.json: The client type "web" must be a JSON object/],
  ['{"web":{}}', /secrets\.json: Missing property "client_id"/],
  [web({ client_id: undefined }), /Missing property "client_id" in a client type of "web"/],
  [web({ token_uri: undefined }), /Missing property "token_uri"/],
  [web({ client_secret: 5 }), /Property "client_secret" must be a string/],
  [web({ client_id: '[[INSERT CLIENT ID HERE]]' }), /Property "client_id" is not configured/],
  [web({ auth_uri: 'http://p.example/a' }), /Property "auth_uri" must be a URL that begins with https/],
  [web({ auth_uri: 'javascript:x' }), /Property "auth_uri" must be a URL/],
  [web({ redirect_uris: 'https://x' }), /Property "redirect_uris" must be a list/],
  [web({ redirect_uris: [5] }), /Property "redirect_uris" must be a list of strings/],
  ['{"web":{"client_id":"a","client_id":"b"}}', /secrets\.json is not valid JSON: .*twice/],
  ['{"web":{"client_id":"\\u0000"}}', /secrets\.json is not valid JSON: .*NUL/],
  [`\ufeff${web({})}`, /secrets\.json is not valid JSON: a byte order mark/],
  [`${'['.repeat(5000)}`, /secrets\.json is not valid JSON: too many levels/],
  ['x'.repeat(2 ** 20), /secrets\.json/],
];

/** One value that the directive does not know; the sentence names the directive and says what it would know. */
const values = [
  ['GOAuth2Mode sometimes', /must be required, aware or off/],
  ['GOAuth2Mode ""', /must be required, aware or off/],
  ['GOAuth2Mode', /write one value/],
  ['GOAuth2Mode required aware', /write one value/],
  ['GOAuth2Issuer provider.example', /must be a URL such as https:/],
  ['GOAuth2Issuer http://provider.example', /must begin with https:/],
  ['GOAuth2Issuer http://127.0.0.1.evil.example', /must begin with https:/],
  ['GOAuth2Issuer http://localhost.evil.example', /must begin with https:/],
  ['GOAuth2Issuer https://user:pw@provider.example', /must be a URL such as/],
  ['GOAuth2Issuer https://provider.example/?a=b', /without a query/],
  ['GOAuth2Issuer https://provider.example/#x', /must be a URL such as/],
  ['GOAuth2Issuer ftp://provider.example', /must be a URL such as/],
  ['GOAuth2Issuer https://', /must be a URL such as/],
  ['GOAuth2Issuer "https://provider.example "', /must be a URL such as/],
  ['GOAuth2AuthURI http://provider.example/a', /must begin with https:/],
  ['GOAuth2TokenURI file:///etc/passwd', /must be a URL such as/],
  ['GOAuth2UserinfoURI https://provider.example:0/', /must be a URL such as/],
  ['GOAuth2JWKSURI https://provider.example:99999/', /must be a URL such as/],
  ['GOAuth2RevokeURI \\\\provider\\x', /must be a URL such as/],
  ['GOAuth2EndSessionURI https://2130706433/', /must be a URL such as/],
  ['GOAuth2ClientID ""', /must not be empty/],
  ['GOAuth2ClientID a b', /write one value \(in quotes/],
  ['GOAuth2ClientSecret file:/nowhere/secret', /\/nowhere\/secret .*put the secret on its first line/],
  ['GOAuth2ClientSecret env:NOT_SET_ANYWHERE', /NOT_SET_ANYWHERE is not set/],
  ['GOAuth2ClientSecret ""', /must be file:PATH, env:NAME or the secret itself/],
  ['GOAuth2ClientAuth password', /must be auto, client_secret_basic, client_secret_post or none/],
  ['GOAuth2CAFile ca.pem', /must be an absolute path/],
  ['GOAuth2Proxy proxy:3128', /must be http:\/\/HOST:PORT/],
  ['GOAuth2HTTPTimeout 0s', /must be a time such as/],
  ['GOAuth2HTTPTimeout 10m', /must be a time such as/],
  ['GOAuth2HTTPTimeout 1h', /must be at most 2min/],
  ['GOAuth2HTTPTimeout -5s', /must be a time such as/],
  ['GOAuth2HTTPTimeout 99999999999999999999s', /must be a time such as/],
  ['GOAuth2SignInTimeout 2h', /must be at most 1h/],
  ['GOAuth2SessionIdle 8d', /is longer than GOAuth2SessionMax/],
  ['GOAuth2SessionMax never', /must be a time such as/],
  ['GOAuth2Scopes "a\\"b"', /must be scopes/],
  ['GOAuth2Scopes', /write 1 to 64 values/],
  ['GOAuth2IncludeGrantedScopes yes', /must be On or Off/],
  ['GOAuth2AuthParam state x', /must not set state/],
  ['GOAuth2AuthParam REDIRECT_URI x', /must not set redirect_uri/],
  ['GOAuth2AuthParam code_challenge_method plain', /must not set code_challenge_method/],
  ['GOAuth2AuthParam "a b" c', /must begin with a parameter's name/],
  ['GOAuth2AuthParam prompt', /write a name and a value/],
  ['GOAuth2OnStranger ignore', /must be auto, redirect or 401/],
  ['GOAuth2User "e mail"', /must be a claim's name without spaces, not "e mail"/],
  ['GOAuth2Header X_Under claim:a', /must begin with a header's name/],
  ['GOAuth2Header Authorization access_token', /must not set Authorization; for Authorization write GOAuth2Bearer/],
  ['GOAuth2Header Host claim:a', /must not set Host/],
  ['GOAuth2Header Cookie claim:a', /must not set Cookie/],
  ['GOAuth2Header Transfer-Encoding chunked', /must not set Transfer-Encoding/],
  ['GOAuth2Header X-A claim:', /must name a claim/],
  ['GOAuth2Header "X-A: b" c', /must begin with a header's name/],
  ['GOAuth2Bearer refresh', /must be none, access or id/],
  ['GOAuth2LoggedOutURL //evil.example', /must be a path of this site/],
  ['GOAuth2LoggedOutURL javascript:x', /must be a path of this site/],
  ['GOAuth2ErrorPage error.html', /must be an absolute path/],
  ['GOAuth2Store sessions', /must be a store such as lmdb:/],
  ['GOAuth2Store redis://localhost', /redis.* names no kind of store; known are lmdb/],
  ['GOAuth2Store lmdb:relative', /lmdb:relative/],
  ['GOAuth2Store lmdb:', /lmdb:/],
  ['GOAuth2KeyFile keys', /must be an absolute path/],
  ['GOAuth2BaseURL https://www.example.test/app', /must be scheme, host and port alone/],
  ['GOAuth2BaseURL www.example.test', /must be scheme, host and port alone/],
  ['GOAuth2BaseURL http://www.example.test', /must begin with https:/],
  ['GOAuth2CookieName "a b"', /must be a name of letters/],
  ['GOAuth2CookieName a=b;c', /must be a name of letters/],
  ['GOAuth2CookieName __Host-a', /must not begin with __/],
  ['GOAuth2CookieDomain com', /must be a domain such as/],
  ['GOAuth2CookieDomain .example.com', /must be a domain such as/],
  ['GOAuth2CookieDomain "a.b; Secure"', /must be a domain such as/],
  ['GOAuth2CookieSameSite Laxx', /must be Lax, Strict or None/],
  ['GOAuth2CallbackPath oauth2callback', /must be a path of this site/],
  ['GOAuth2CallbackPath /a?b=c', /must be a path of this site/],
  ['GOAuth2CallbackPath //x', /must be a path of this site/],
  ['GOAuth2CallbackPath /a%2fb', /must be a path of this site/],
  ['GOAuth2CallbackPath /', /must be a path of this site/],
  ['GOAuth2CallbackPath off', /must not be off/],
  ['GOAuth2LogoutPath /oauth2callback', /GOAuth2CallbackPath and GOAuth2LogoutPath are the same path/],
].map(([line, pattern]) => ({ name: line, lines: line, pattern, directive: line.split(' ')[0] }));

const other = 'GOAuth2Issuer https://other.example\nGOAuth2ClientID b';

/** Mistakes that are none of one value. */
const whole = [
  {
    name: 'no client',
    without: ['GOAuth2ClientID', 'GOAuth2ClientSecret'],
    pattern: /no client is set; write GOAuth2ClientSecrets FILE/,
  },
  {
    name: 'a file and an id',
    lines: 'GOAuth2ClientSecrets /x.json',
    pattern: /GOAuth2ClientSecrets and GOAuth2ClientID both name the client/,
  },
  {
    name: 'a file that is not there',
    without: ['GOAuth2ClientID'],
    lines: 'GOAuth2ClientSecrets /nowhere/x.json',
    pattern: /\/nowhere\/x\.json: No such file/,
  },
  {
    name: 'no secret for its method',
    without: ['GOAuth2ClientSecret'],
    lines: 'GOAuth2ClientAuth client_secret_post',
    pattern: /GOAuth2ClientAuth needs a secret; write GOAuth2ClientSecret/,
  },
  {
    name: 'plain OAuth 2.0 without a userinfo endpoint',
    without: ['GOAuth2Issuer'],
    lines: 'GOAuth2AuthURI https://p.example/a\nGOAuth2TokenURI https://p.example/t',
    pattern: /nothing says who a user is; write GOAuth2Issuer/,
  },
  {
    name: 'plain OAuth 2.0 without a token endpoint',
    without: ['GOAuth2Issuer'],
    lines: 'GOAuth2AuthURI https://p.example/a\nGOAuth2UserinfoURI https://p.example/u',
    pattern: /has no token endpoint; write GOAuth2Issuer/,
  },
  {
    name: 'two kinds of sign-in in one place',
    lines: '<Location /x>\nGOAuth2Mode required\nAuthType Basic\n</Location>',
    pattern: /another AuthType stand side by side; write/,
  },
  {
    name: 'another AuthType inside',
    lines: 'GOAuth2Mode aware\n<Location /x>\nAuthType Digest\n</Location>',
    pattern: /another AuthType stand side by side; write/,
  },
  {
    name: 'one section has a provider, the other has none',
    without: Object.keys(good),
    lines:
      '<Location /x>\nAuthType goauth2\nGOAuth2Issuer https://p.example\n' +
      'GOAuth2ClientID a\nGOAuth2ClientSecret b\n</Location>',
    pattern: /no client is set; write/,
  },
  {
    name: 'SameSite None over http',
    lines: 'GOAuth2BaseURL http://localhost\nGOAuth2CookieSameSite None',
    pattern: /SameSite None needs https/,
  },
  {
    name: 'times that contradict in a section',
    lines: '<Location /x>\nGOAuth2SessionMax 1h\n</Location>',
    pattern: /GOAuth2SessionIdle is longer than GOAuth2SessionMax/,
  },
  {
    name: 'an unknown directive',
    lines: 'GOAuth2Isuer https://p.example',
    pattern: /Invalid command 'GOAuth2Isuer'/,
  },
  {
    name: 'a setting of the server in a section',
    lines: '<Location /x>\nGOAuth2KeyFile /x\n</Location>',
    pattern: /GOAuth2KeyFile not allowed in <Location>/,
  },
  {
    name: 'the store in a directory',
    lines: '<Directory />\nGOAuth2Store memory:\n</Directory>',
    pattern: /GOAuth2Store not allowed in <Directory>/,
  },
  {
    name: "a section's own client file, which replaces the server's client and is not there",
    lines: '<Location /x>\nGOAuth2ClientSecrets /x\n</Location>',
    pattern: /Error opening file \/x/,
  },
  ...['GOAuth2HTTPTimeout 30s', 'GOAuth2ClientAuth none', 'GOAuth2UserinfoURI https://p.example/u'].map((line) => ({
    name: `${line} in a section without a client, which would choose a provider unseen`,
    lines: `<Location /app/page.html>\n${line}\n</Location>`,
    pattern: /a section with such a line has a client of its own; write GOAuth2ClientSecrets or GOAuth2ClientID here/,
    directive: line.split(' ')[0],
  })),
  {
    name: 'an issuer of a section without a client',
    lines: '<Location /x>\nGOAuth2Issuer https://other.example\n</Location>',
    pattern: /GOAuth2Issuer is about the provider, .*write GOAuth2ClientSecrets or GOAuth2ClientID here/,
  },
  {
    name: 'a client for which two sections, one inside the other, could say the issuer',
    lines: `<Location /x>\n${other}\n</Location>\n<Location /x/y>\nGOAuth2ClientID c\n</Location>`,
    pattern: /the client here is for https:\/\/provider\.example, .*https:\/\/other\.example; write GOAuth2Issuer/,
  },
  {
    name: "a client of the main server's section, inside a virtual host with another issuer",
    lines: `<Location /x>\nGOAuth2ClientID c\n</Location>\n<VirtualHost *:1>\n${other}\n</VirtualHost>`,
    pattern: /the client here is for https:\/\/provider\.example, .*https:\/\/other\.example; write GOAuth2Issuer/,
  },
  {
    name: 'a virtual host with an issuer alone: the client is not the one of another provider',
    lines: '<VirtualHost *:1>\nGOAuth2Issuer https://other.example\n</VirtualHost>',
    pattern: /no client is set; write GOAuth2ClientSecrets FILE/,
  },
];

/** Several providers that do not get into each other's way. */
const several = [
  ['a client more in a section', '<Location /x>\nGOAuth2ClientID b\n</Location>'],
  [
    'a client inside another',
    '<Location /x>\nGOAuth2ClientID b\n</Location>\n<Location /x/y>\nGOAuth2ClientID c\n</Location>',
  ],
  ['an issuer twice', `<Location /x>\n${other}\n</Location>\n<Location /x/y>\n${other}\n</Location>`],
  ["a timeout for the main server's provider", '<VirtualHost *:1>\nGOAuth2HTTPTimeout 30s\n</VirtualHost>'],
  ['a virtual host of its own', `<VirtualHost *:1>\n${other}\n</VirtualHost>`],
];

function configuration(server, { lines = '', without = [] }) {
  const kept = Object.entries(good).filter(([name]) => !without.includes(name));
  return [
    ...kept.map(([name, value]) => `${name} ${value}`),
    `GOAuth2Store lmdb:${server.path('state')}/sessions`,
    `GOAuth2KeyFile ${server.path('state')}/keys`,
    '<Location "/app">\nAuthType goauth2\nRequire valid-user\n</Location>',
    lines,
  ].join('\n');
}

/** One complaint about one line: what httpd prints, less its own words around it. */
function complaintOf(output) {
  const own =
    /^(AH00014: Configuration check failed|Action '-t' failed\.|The Apache error log may have more information\.|)$/;
  const lines = output.split('\n').filter((line) => !own.test(line));
  const place = /Syntax error on line (\d+) of (\S+):$/.exec(lines[0]);
  return place
    ? { place: `${place[2]}:${place[1]}`, sentences: lines.slice(1) }
    : { place: lines[0]?.match(/\S+\.conf:\d+/)?.[0], sentences: lines };
}

async function checkOne(server, row) {
  server.configure((self) => configuration(self, row));
  const { ok, output } = await server.configTest();
  assert.ok(!ok, 'it is taken for good');
  const { place, sentences } = complaintOf(output);
  assert.equal(sentences.length, 1, output);
  const [sentence] = sentences;
  assert.match(sentence, row.pattern);
  if (row.directive) assert.ok(sentence.includes(row.directive), sentence);
  assert.ok(place?.startsWith(server.path('httpd.conf:')), `it names no line: ${output}`);
  assert.ok(sentence.length < 600 && !/[\x00-\x08\x0e-\x1f\x7f]/.test(sentence));
  assert.ok(!output.includes(good.GOAuth2ClientSecret), 'the secret is not shown');
}

async function table(t, rows) {
  const server = await apache.prepare({});
  t.after(() => server.stop());
  server.configure((self) => configuration(self, {}));
  const { ok, output } = await server.configTest();
  assert.ok(ok, output);
  await each(rows, (row) => checkOne(server, row));
}

const hidden = ['from-a-file-0a7d', 'from-a-clients-file-5e3b', good.GOAuth2ClientSecret];

/** Servers and sections with secrets of every kind. */
const withSecrets = (server) =>
  `<Location "/file">
GOAuth2Mode aware
GOAuth2Issuer https://second.example
GOAuth2ClientID second
GOAuth2ClientSecret file:${server.write('client-secret', { content: `${hidden[0]}\n`, mode: 0o600 })}
</Location>
<Location "/open">
GOAuth2Mode off
</Location>
<VirtualHost *:1>
ServerName third.example
GOAuth2SessionIdle 30min
<Location "/third">
AuthType goauth2
GOAuth2Issuer https://third.example
GOAuth2ClientSecrets ${server.write('secrets.json', { content: web({ client_secret: hidden[1] }), mode: 0o600 })}
</Location>
</VirtualHost>
<VirtualHost *:1>
ServerName fourth.example
GOAuth2Mode off
</VirtualHost>`;

/** Parts of a dump: what its heading says, and its lines. */
const partsOf = (output) =>
  output
    .split(/^(?=# (?:server|section of) )/m)
    .filter((part) => part.startsWith('# '))
    .map((part) => {
      const [heading, ...lines] = part.trim().split('\n');
      return { heading: heading.replace(/\S+\/httpd\.conf:\d+/, 'PLACE'), lines };
    });

async function dump(t) {
  const server = await apache.prepare({});
  t.after(() => server.stop());
  server.configure((self) => configuration(self, { lines: withSecrets(self) }));
  const { ok, output } = server.checkConfig('-t', '-D', 'DUMP_GOAUTH2');
  assert.ok(ok, output);
  for (const text of hidden) assert.ok(!output.includes(text), 'no secret is shown');
  const parts = partsOf(output);
  const all = (heading) => parts.filter((part) => part.heading === heading);
  const [main] = all('# server 127.0.0.1');
  assert.ok(main.lines.includes('GOAuth2Issuer https://provider.example'), output);
  assert.ok(main.lines.includes('GOAuth2SessionIdle 8h'), 'what nobody wrote is shown, too');
  assert.ok(all('# server fourth.example')[0].lines.includes('GOAuth2Mode off'));
  assert.ok(all('# server third.example')[0].lines.includes('GOAuth2SessionIdle 30min'));
  const isProtected = all('# section of PLACE: protected');
  assert.deepEqual([isProtected.length, all('# section of PLACE: no gate').length], [3, 1], output);
  const [, second] = isProtected;
  for (const line of ['GOAuth2Mode aware', 'GOAuth2Issuer https://second.example', 'GOAuth2ClientID second'])
    assert.ok(second.lines.includes(line), line);
  const places = [...output.matchAll(/^# section of (\S+):\d+: /gm)].map(([, file]) => file);
  assert.deepEqual([...new Set(places)], [server.path('httpd.conf')]);
  assert.ok(!/^# (server|section)/m.test(server.checkConfig().output), 'only where it is asked for');
  assert.deepEqual(fs.readdirSync(server.path('state')), [], 'looking makes no files');
}

export default [
  {
    name: 'a value that a directive does not take stops the server: the line, the directive, and what to write',
    async run(t) {
      assert.ok(values.length + whole.length > 60);
      await table(t, values);
    },
  },
  {
    name: 'settings that are missing or contradict each other stop the server with one sentence',
    run: (t) => table(t, whole),
  },
  { name: 'httpd -t -D DUMP_GOAUTH2 shows servers and sections as they are, and no secret', run: dump },
  {
    name: 'several clients and providers in one configuration, each with what belongs to it',
    async run(t) {
      const server = await apache.prepare({});
      t.after(() => server.stop());
      await each(
        several.map(([name, lines]) => ({ name, lines })),
        async (row) => {
          server.configure((self) => configuration(self, row));
          const { ok, output } = await server.configTest();
          assert.ok(ok, output);
        },
      );
    },
  },
  {
    name: "a virtual host's client goes with the main server's client file where that is for the same provider",
    async run(t) {
      const server = await apache.prepare({});
      t.after(() => server.stop());
      const lines = (issuer) => {
        const file = server.write('secrets.json', web({ issuer }));
        return `GOAuth2ClientSecrets ${file}\n<VirtualHost *:1>\nGOAuth2ClientID b\n</VirtualHost>`;
      };
      const without = Object.keys(good);
      await checkOne(server, {
        without,
        lines: lines('https://p.example'),
        pattern: /the client here is for https:\/\/accounts\.google\.com, .*p\.example; write GOAuth2Issuer/,
      });
      const row = { without, lines: lines('https://accounts.google.com') };
      server.configure((self) => configuration(self, row));
      const { ok, output } = await server.configTest();
      assert.ok(ok, output);
    },
  },
  {
    name: 'a damaged client_secrets.json stops the server with the sentence that says what is wrong with it',
    async run(t) {
      const server = await apache.prepare({});
      t.after(() => server.stop());
      await each(
        secretsFiles.map(([content, pattern]) => ({ name: content.slice(0, 40), content, pattern })),
        ({ content, pattern }) => {
          const file = server.write('secrets.json', content);
          return checkOne(server, { without: ['GOAuth2ClientID'], lines: `GOAuth2ClientSecrets ${file}`, pattern });
        },
      );
    },
  },
];
