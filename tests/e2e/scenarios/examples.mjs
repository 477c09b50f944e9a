// SPDX-License-Identifier: Apache-2.0
// The configurations that the documentation shows, from conf/apache/examples as they are: only host names, paths and
// ports of the test take the places of the example's.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import * as realProvider from '../provider.mjs';
import { secret } from '../lib/site.mjs';

const folder = new URL('../../../conf/apache/examples/', import.meta.url);

function clientSecrets({ server, op }) {
  const client = {
    client_id: 'app',
    client_secret: secret,
    redirect_uris: [`${server.url}/oauth2callback`],
    auth_uri: `${op.issuer}/authorize`,
    token_uri: `${op.issuer}/token`,
    issuer: op.issuer,
  };
  return JSON.stringify({ web: client });
}

/** The example's text, with this test's places in it; the files that it names are written. */
const example =
  (name, replace = {}) =>
  (site) => {
    const { server, op, backend } = site;
    const owner = 'server';
    server.write('etc/client_secret.json', { content: clientSecrets(site), mode: 0o600, owner });
    for (const file of ['client_secret', 'intranet', 'partners']) {
      server.write(`etc/${file}`, { content: `${secret}\n`, mode: 0o600, owner });
    }
    const places = {
      '/etc/goauth2': server.path('etc'),
      'https://login.example.com': op.issuer,
      'http://127.0.0.1:8000': backend.url,
      '*:80': `*:${server.port}`,
      ...replace,
    };
    const text = fs.readFileSync(new URL(`${name}.conf`, folder), 'utf8');
    return Object.entries(places).reduce((all, [from, to]) => all.replaceAll(from, to), text);
  };

const bare = { clientLines: '', locations: {} };

async function signsIn(t, start, name, { options = {}, page = '/app/page.html' } = {}) {
  const site = await start(t, { ...bare, ...options, more: example(name) });
  const jar = site.jar();
  const { response } = await site.signIn(jar, page);
  assert.equal(response.status, 200, name);
  return { site, jar };
}

async function backend(t, start) {
  const { site } = await signsIn(t, start, 'backend');
  const seen = site.lastSeen();
  assert.equal(seen['x-auth-request-user'], 'alice@example.com');
  assert.equal(seen['x-full-name'], 'Alice Archer');
  assert.match(seen['x-scopes'], /email/);
  assert.match(seen.authorization, /^Bearer /);
  assert.equal(site.backend.requests.at(-1).target, '/app/page.html');
}

async function oauth2(t, start) {
  const provider = { bad: true, mode: 'oauth2' };
  const client = { token_endpoint_auth_method: 'client_secret_post' };
  const site = await start(t, { ...bare, provider, client, more: example('oauth2') });
  site.op.set({ 'userinfo.login': 'octocat' });
  const { response } = await site.signIn(site.jar(), '/app/page.html');
  assert.equal(response.status, 200);
  assert.deepEqual(site.op.violations, []);
}

async function aware(t, start) {
  const files = { 'htdocs/app/edit/index.html': 'the editor' };
  const site = await start(t, { ...bare, more: example('aware'), apache: { files } });
  assert.equal((await site.get('/app/page.html')).status, 200);
  assert.equal((await site.get('/app/edit/')).status, 401);
  const jar = site.jar();
  assert.equal((await site.signIn(jar, '/app/edit/')).response.status, 200);
}

async function scopes(t, start) {
  const files = { 'htdocs/app/calendar/index.html': 'the calendar' };
  const { site, jar } = await signsIn(t, start, 'scopes', { options: { apache: { files } } });
  const before = site.op.hits.token;
  assert.equal((await site.visit(jar, '/app/calendar/')).response.status, 200);
  assert.equal(site.op.hits.token, before + 1, 'asked once more');
  assert.equal((await site.get('/app/page.html', { jar })).status, 200);
}

async function hosts(t, start) {
  const other = await realProvider.start({ clients: [] });
  t.after(() => other.close());
  const site = await start(t, { ...bare, more: example('hosts', { 'https://id.example.org': other.issuer }) });
  const wanted = { 'intranet.example.com': site.op.issuer, 'partners.example.com': other.issuer };
  for (const [host, issuer] of Object.entries(wanted)) {
    const headers = [
      ['Host', host],
      ['Accept', 'text/html'],
    ];
    const { status, location } = await site.get('/', { headers });
    assert.equal(status, 302, host);
    assert.ok(location.startsWith(`${issuer}/`), host);
    const { searchParams } = new URL(location);
    assert.equal(searchParams.get('redirect_uri'), `https://${host}/oauth2callback`);
    assert.equal(searchParams.get('client_id'), host.split('.')[0]);
  }
}

async function allTested() {
  const files = fs.readdirSync(folder).map((name) => name.replace('.conf', ''));
  assert.deepEqual(files.sort(), ['aware', 'backend', 'hosts', 'oauth2', 'openid', 'protect', 'scopes']);
}

export default [
  { name: 'protect.conf: four lines', run: (t, start) => signsIn(t, start, 'protect') },
  { name: 'openid.conf: issuer, id and a secret in a file', run: (t, start) => signsIn(t, start, 'openid') },
  { name: 'oauth2.conf: a provider without OpenID', run: oauth2 },
  { name: 'backend.conf: headers and token for a backend', run: backend },
  { name: 'aware.conf: strangers pass, but not to the editor', run: aware },
  { name: 'scopes.conf: one location needs more', run: scopes },
  { name: 'hosts.conf: two hosts, two providers', run: hosts },
  { name: 'every example is one of these', run: allTested },
];
