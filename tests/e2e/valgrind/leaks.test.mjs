// SPDX-License-Identifier: Apache-2.0
// Memory per request. httpd runs under valgrind for a few rounds of everything that visitors do, then for many: what
// differs at the end was lost by the requests. What httpd itself keeps at its end is in both.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { ownDirectory } from '../lib/cleanup.mjs';
import { submitForm } from '../lib/navigate.mjs';
import { sleep } from '../lib/ports.mjs';
import { startSite } from '../lib/site.mjs';

const few = 3;
const many = 13;

/** What a visitor can make the module do, with the answers that show that it did. */
async function round(site, n) {
  const status = async (wanted, target, options = {}) => {
    const response = await site.get(target, options);
    assert.equal(response.status, wanted, target);
  };
  const jar = site.jar();
  await status(302, '/app/page.html', { headers: { Accept: 'text/html' } });
  await status(401, '/app/page.html');
  await status(400, '/oauth2callback?code=a&state=b');
  site.op.settings.accessTokenSeconds = 3;
  const { response } = await site.signIn(jar, `/app/page.html?round=${n}`);
  assert.equal(response.status, 200);
  site.op.settings.accessTokenSeconds = 3600;
  await status(200, '/app/page.html', { jar });
  await sleep(3000);
  await status(200, '/api/x', { jar }); // with a new access token
  await status(200, '/oauth2userinfo', { jar });
  await status(401, '/app/page.html', { headers: { Cookie: `goauth2=${'A'.repeat(86)}` } });
  await status(403, '/oauth2logout', { jar, method: 'POST', body: new URLSearchParams({ xsrf: 'x' }) });
  const question = await site.visit(jar, '/oauth2logout');
  assert.equal((await submitForm(question, { jar, until: () => true })).response.status, 303);
  await status(401, '/app/page.html', { jar });
}

/** Figures of the child that served: it is the process that has allocated most. */
function readLog(file) {
  const text = fs.readFileSync(file, 'utf8');
  const number = (pattern) => Number(pattern.exec(text)?.[1].replaceAll(',', '') ?? 0);
  return {
    text,
    allocations: number(/total heap usage: ([\d,]+) allocs/),
    kept: number(/in use at exit: ([\d,]+) bytes/),
    lost: number(/definitely lost: ([\d,]+) bytes/) + number(/indirectly lost: ([\d,]+) bytes/),
  };
}

async function run(t, rounds) {
  const directory = ownDirectory('ga2-valgrind-');
  fs.chmodSync(directory, 0o777);
  const site = await startSite(t, {
    provider: { refreshTokens: 'always' },
    apache: {
      mpm: 'prefork',
      workers: { processes: 1 },
      wrapper: ['valgrind', '--leak-check=full', '--num-callers=30', `--log-file=${directory}/%p`],
      launchTimeout: 60000,
    },
  });
  for (let n = 0; n < rounds; n += 1) await round(site, n);
  const refreshed = site.op.tokenRequests.length;
  await site.end();
  const logs = fs.readdirSync(directory).map((name) => readLog(path.join(directory, name)));
  const [serving] = logs.sort((a, b) => b.allocations - a.allocations);
  return { ...serving, refreshed };
}

test('requests lose no memory and touch none that is not theirs', { timeout: 600000 }, async (t) => {
  const low = await run(t, few);
  const high = await run(t, many);
  assert.equal(high.refreshed - low.refreshed, 2 * (many - few), 'each round signed in and renewed a token');
  assert.ok(low.kept > 0 && high.allocations > low.allocations, 'valgrind has counted');
  const blocks = high.text.split(/\n==\d+== \n/);
  const ours = blocks.filter((block) => /Invalid|uninitialised/.test(block) && /ga2_/.test(block));
  assert.deepEqual(ours, []);
  assert.equal(high.lost - low.lost, 0, high.text.slice(-6000));
  const perRound = (high.kept - low.kept) / (many - few);
  t.diagnostic(`${perRound} bytes more are in use after each further round`);
  assert.ok(perRound < 64, `${perRound} bytes a round`);
});
