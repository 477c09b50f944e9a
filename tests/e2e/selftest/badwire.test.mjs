// SPDX-License-Identifier: Apache-2.0
// The bad provider's faults, as they are seen on the wire.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { attacks } from '../badprovider/attacks.mjs';
import { conformance, logoutRows } from '../badprovider/conformance.mjs';
import { faults } from '../badprovider/faults.mjs';
import { deep, raw } from '../badprovider.mjs';
import { raw as exchange, request } from '../lib/http.mjs';
import { Jar } from '../lib/jar.mjs';
import { follow } from '../lib/navigate.mjs';
import { parts, setUp } from './bad.mjs';

let op;
let callback;
let tokens;
let party;
before(async () => {
  ({ op, callback, tokens, party } = await setUp());
});
after(() => op.close());
afterEach(() => op.reset());

test('claims and headers of the id_token are what was set', async () => {
  const rp = party();
  op.set({
    'idt.claims.iss': 'https://evil.example',
    'idt.claims.sub': undefined,
    'idt.claims.exp': (exp) => exp - 4000,
    'idt.hdr.kid': '../../etc/passwd',
    'idt.claims.big': raw('1e400'),
    'idt.claims.$more': [
      ['sub', 'alice'],
      ['sub', 'admin'],
    ],
  });
  const [header, claims] = parts((await tokens(rp)).id_token);
  assert.equal(JSON.parse(header).kid, '../../etc/passwd');
  assert.match(claims, /"iss":"https:\/\/evil.example"/);
  assert.match(claims, /"big":1e400/);
  assert.match(claims, /"sub":"alice","sub":"admin"}$/);
  assert.ok(JSON.parse(claims).exp < Date.now() / 1000);
});

test('a raw NUL, deep JSON, and any text can be signed', async () => {
  const rp = party();
  op.fault('idt.rawnul');
  assert.match(parts((await tokens(rp)).id_token)[1], /"sub":"u-1001\0.evil"/);
  await op.reset();
  op.set({ 'idt.claims.x': deep(1000), 'idt.hdr.$text': (text) => `${text}}` });
  const [header, claims] = parts((await tokens(rp)).id_token);
  assert.match(header, /}}$/);
  assert.match(claims, /\[{1000}\]{1000}/);
});

test('algorithm tricks are on the wire', async () => {
  const rp = party();
  const forged = async (settings) => {
    await op.reset();
    op.set(settings);
    return (await tokens(rp)).id_token;
  };
  assert.match(await forged({ 'idt.hdr.alg': 'none', 'idt.sig': 'empty' }), /\.$/);
  const hmac = await forged({ 'idt.hdr.alg': 'HS256', 'idt.sig': 'hs-pem' });
  assert.equal(Buffer.from(hmac.split('.')[2], 'base64url').length, 32);
  await assert.rejects(rp.verify(await forged({ 'idt.sig': 'flipped' })), /bad signature/);
  assert.equal((await forged({ 'idt.ser': 'four-parts' })).split('.').length, 4);
  assert.equal(JSON.parse(await forged({ 'idt.ser': 'flattened' })).protected.length > 10, true);
  assert.equal(await forged({ 'idt.ser': () => () => 'whatever' }), 'whatever');
});

test('a reference verifier agrees with the tables about signatures, times and identities', async () => {
  const rp = party();
  let seen = 0;
  for (const row of [
    ...attacks.algorithms,
    ...attacks.numbers,
    ...attacks.identities.filter(({ name }) => /^(iss|aud|nonce)/.test(name)),
  ]) {
    await op.reset();
    await row.prepare?.(op);
    op.set(row.set(op));
    const answer = await tokens(rp);
    const outcome = await rp.verify(answer.id_token, answer.attempt).then(
      () => 'accept',
      () => 'reject',
    );
    // The small verifier knows nothing of nbf, wants no exp of 2100, and takes any JSON number or text for a time.
    if (!/nbf|iat (absent|of yesterday|a text)|exp ("1999999999"|\[1999999999\]|1e400|true)/.test(row.name)) {
      assert.equal(outcome, row.expect, row.name);
      seen += 1;
    }
  }
  assert.ok(seen > 60);
});

test('every named fault, attack and conformance row can be switched on, and the provider survives it', async () => {
  const rp = party();
  await rp.discover();
  const rows = [...conformance, ...Object.values(attacks).flat()];
  for (const row of rows.filter(({ name }) => !/10 MB|1 MB/.test(name))) {
    await op.reset();
    await row.prepare?.(op);
    op.set(row.set(op));
    const { attempt, url } = await callback(rp);
    const { searchParams } = new URL(url);
    await rp.token({
      grant_type: 'authorization_code',
      code: searchParams.get('code') ?? '',
      redirect_uri: rp.redirectUri,
      code_verifier: attempt.verifier,
    });
    assert.deepEqual(op.errors, [], row.name ?? row.id);
  }
  for (const name of Object.keys(faults)) assert.equal(typeof op.settingsOf(name, undefined), 'object', name);
  for (const { fault } of logoutRows) if (fault) assert.ok(faults[fault], fault);
  assert.ok(rows.length > 280);
});

test('a knob can count for some requests only, and be taken back', async () => {
  const url = `${op.issuer}/jwks`;
  op.set({ 'jwks.http.status': 503 }, { on: 'jwks', times: 2 });
  const undo = op.set('disc.http.status', 500);
  const statuses = [];
  for (let i = 0; i < 3; i += 1) statuses.push((await request({ url })).status);
  assert.deepEqual(statuses, [503, 503, 200]);
  assert.equal((await request({ url: `${op.issuer}/.well-known/openid-configuration` })).status, 500);
  undo();
  assert.equal((await request({ url: `${op.issuer}/.well-known/openid-configuration` })).status, 200);
});

test('refresh mutations leave the first token alone', async () => {
  const rp = party();
  op.fault('refresh.iss');
  const first = await tokens(rp);
  await rp.verify(first.id_token);
  await assert.rejects(rp.verify((await rp.refresh(first.refresh_token)).json().id_token), /iss/);
});

test('answers are late, cut, endless, compressed, redirected, or any bytes', async () => {
  const url = `${op.issuer}/jwks`;
  const faulty = async (name, argument, timeout = 5000) => {
    await op.reset();
    op.fault(`jwks.${name}`, argument);
    return request({ url, timeout });
  };
  const began = Date.now();
  await faulty('delay', 200);
  assert.ok(Date.now() - began >= 195);
  await assert.rejects(faulty('hang', undefined, 300), { code: 'TIMEOUT' });
  await assert.rejects(faulty('slow', undefined, 300), { code: 'TIMEOUT' });
  await assert.rejects(faulty('endless', undefined, 300), { code: 'TIMEOUT' });
  await assert.rejects(faulty('reset'), { code: 'ECONNRESET' });
  await assert.rejects(faulty('trunc'), /closed inside a body/);
  await assert.rejects(faulty('trunc-chunked'), /closed inside a body/);
  await assert.rejects(faulty('http09'), /closed before an answer/);
  assert.equal((await faulty('trunc-unframed')).body.length, 20);
  assert.equal((await faulty('huge')).body.length > 25e6, true);
  assert.equal((await faulty('redirect', 307)).location, `${op.canary.url}/jwks`);
  assert.equal(op.canary.hits, 0);
  assert.match((await faulty('html')).text, /<h1>/);
  assert.equal((await faulty('ctype')).header('content-type'), 'text/html');
  assert.equal((await faulty('header-flood')).headers.length > 400, true);
  assert.equal((await faulty('interim')).informational.length, 50);
  await op.reset();
  op.set('jwks.http.gzip', 16);
  const bomb = await request({ url });
  assert.equal(bomb.header('content-encoding'), 'gzip');
  assert.ok(bomb.body.length < 100000 && gunzipSync(bomb.body).length > 16 * 2 ** 20);
  op.set('jwks.http.raw', Buffer.from('HTTP/1.1 200 OK\r\nX: \xff\r\n\r\n', 'latin1'));
  assert.equal(
    (await exchange(url, 'GET /jwks HTTP/1.1\r\nHost: x\r\n\r\n')).toString('latin1'),
    'HTTP/1.1 200 OK\r\nX: \xff\r\n\r\n',
  );
});

test('the redirect back can be wrong too', async () => {
  const rp = party();
  op.fault('authz.dup', 'state');
  assert.equal(new URL((await callback(rp)).url).searchParams.getAll('state').length, 2);
  await op.reset();
  op.fault('authz.frag');
  assert.match((await callback(rp)).url, /callback#code=/);
  await op.reset();
  op.fault('authz.xss_desc');
  assert.match((await callback(rp)).url, /error_description=%3Csvg/);
  await op.reset();
  op.fault('authz.post');
  const attempt = await rp.begin();
  const posted = await follow({ jar: new Jar(), url: attempt.url, submit: false });
  assert.match(posted.response.text, /method="post" action="http:\/\/127.0.0.1:9\/callback"/);
});
