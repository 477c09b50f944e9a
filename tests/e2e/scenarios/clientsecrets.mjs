// SPDX-License-Identifier: Apache-2.0
// The shortest configuration: the file that the provider's console gives, and a location.
import assert from 'node:assert/strict';
import { codeOf } from '../lib/attempt.mjs';
import { prepare } from '../lib/apache.mjs';
import { each } from '../lib/rows.mjs';
import { secret } from '../lib/site.mjs';

const four = { '/app': 'AuthType goauth2\nRequire valid-user' };

/** The members that oauth2client wants, for this provider. */
const members = ({ server, op }) => ({
  client_id: 'app',
  client_secret: secret,
  auth_uri: `${op.issuer}/authorize`,
  token_uri: `${op.issuer}/token`,
  redirect_uris: [`${server.url}/oauth2callback`],
});

const fileLines =
  (change = {}, type = 'web') =>
  (site) => {
    const client = { ...members(site), ...(typeof change === 'function' ? change(site) : change) };
    const path = site.server.write('client_secret.json', JSON.stringify({ [type]: client }));
    return `GOAuth2ClientSecrets ${path}`;
  };

async function withIssuer(t, start) {
  const clientLines = fileLines(({ op }) => ({ issuer: op.issuer }));
  const site = await start(t, { clientLines, locations: four });
  const jar = await site.visitor();
  assert.equal((await site.get('/app/', { jar })).status, 200);
  assert.equal(site.op.hits.disc, 1);
  const { response } = await site.visit(jar, '/oauth2logout');
  assert.match(response.text, /Sign out\?/);
}

/** Without the member it is a plain OAuth 2.0 provider; the file may say who tells of users. */
async function withUserinfo(t, start) {
  const site = await start(t, {
    provider: { bad: true, mode: 'oauth2' },
    client: { token_endpoint_auth_method: 'client_secret_post' },
    clientLines: fileLines(({ op }) => ({ userinfo_uri: `${op.issuer}/userinfo` })),
    locations: four,
  });
  await site.visitor();
  assert.equal(site.op.hits.disc, undefined);
  assert.deepEqual(site.op.violations, []);
}

async function installed(t, start) {
  const change = ({ op }) => ({
    issuer: op.issuer,
    redirect_uris: ['urn:ietf:wg:oauth:2.0:oob', 'http://localhost'],
  });
  const site = await start(t, { clientLines: fileLines(change, 'installed'), locations: four });
  await site.visitor();
}

async function otherAddress(t, start) {
  const change = ({ op }) => ({ issuer: op.issuer, redirect_uris: ['https://www.example.com/oauth2callback'] });
  const site = await start(t, { clientLines: fileLines(change), locations: four });
  const response = await site.open(site.jar(), '/app/');
  assert.equal(response.status, 500);
  assert.equal(codeOf(response), 'CONFIG');
  assert.match(site.server.errorLog(), /is not among redirect_uris of .*client_secret\.json; register it/);
}

const whole = {
  client_id: 'a',
  client_secret: secret,
  redirect_uris: [],
  auth_uri: 'https://id.example/authorize',
  token_uri: 'https://id.example/token',
};
const incomplete = { ...whole, client_secret: undefined };

/** Files that stop the server at its start, and oauth2client's sentence about each. */
const broken = [
  { name: 'no file', content: undefined, says: /Error opening file .*client_secret\.json/ },
  { name: 'no JSON', content: 'client_id=app', says: /client_secret\.json is not valid JSON/ },
  {
    name: 'two types',
    content: { web: whole, installed: whole },
    says: /Expected a JSON object with a single property/,
  },
  { name: 'another type', content: { service_account: whole }, says: /Unknown client type: service_account/ },
  { name: 'a member is missing', content: { web: incomplete }, says: /Missing property "client_secret"/ },
  {
    name: 'not filled in',
    content: { web: { ...whole, client_id: '[[ID]]' } },
    says: /"client_id" is not configured/,
  },
  {
    name: 'http',
    content: { web: { ...whole, token_uri: 'http://id.example/t' } },
    says: /"token_uri" must be a URL/,
  },
  { name: 'nobody says who a user is', content: { web: whole }, says: /nothing says who a user is/ },
];

async function wrongFiles(t) {
  await each(broken, async ({ content, says }) => {
    const text = typeof content === 'object' ? JSON.stringify(content) : content;
    const server = await prepare({
      files: text === undefined ? {} : { 'client_secret.json': text },
      config: ({ path }) => path,
    });
    t.after(() => server.stop());
    server.configure(`GOAuth2ClientSecrets ${server.path('client_secret.json')}
GOAuth2Store lmdb:${server.path('state')}/sessions
GOAuth2KeyFile ${server.path('state')}/keys
<Location "/app">
AuthType goauth2
</Location>`);
    const { ok, output } = server.checkConfig();
    const said = output + server.errorLog();
    assert.equal(ok, false, said);
    assert.match(said, says);
    assert.ok(!said.includes(secret));
  });
}

export default [
  { name: 'the file with the issuer member, a store, and a location are enough', run: withIssuer },
  { name: 'without the member the file may name the userinfo endpoint of a plain provider', run: withUserinfo },
  { name: "an installed application's file serves, too", run: installed },
  { name: 'a file that registers another address says so at the first sign-in', run: otherAddress },
  { name: 'a wrong file stops the server with a sentence', run: wrongFiles },
];
