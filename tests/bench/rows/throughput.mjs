// SPDX-License-Identifier: Apache-2.0
// Requests a second behind the gate, divided by those of an open page of the same server. httpd has one core to itself
// and the load another. Rounds alternate, and each pair makes a ratio: what else runs on the machine meets both halves.
import { spawn } from 'node:child_process';
import os from 'node:os';
import { request } from '../../e2e/lib/http.mjs';
import { Jar } from '../../e2e/lib/jar.mjs';
import { signIn } from '../../e2e/lib/navigate.mjs';
import { disownProcess, ownProcess } from '../../e2e/lib/cleanup.mjs';
import { atLeast, decimals, median, spread } from '../numbers.mjs';
import { sessionCookie, startSite } from '../sites.mjs';

const connections = 32;
const [serverCore, loadCore] = os.cpus().length > 1 ? ['0', '1'] : ['0', '0'];
export const onServerCore = { wrapper: ['taskset', '-c', serverCore], workers: { processes: 2, threads: 32 } };

/** Requests a second, by wrk; args are more of its own. */
export function wrk(url, { seconds, cookie, args = [] }) {
  const headers = cookie ? ['-H', `Cookie: ${cookie}`] : [];
  const child = spawn(
    'taskset',
    ['-c', loadCore, 'wrk', '-t1', `-c${connections}`, `-d${seconds}s`, ...headers, ...args, url],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  ownProcess(child.pid);
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => {
      disownProcess(child.pid);
      const rate = Number(/Requests\/sec:\s*([\d.]+)/.exec(output)?.[1]);
      if (rate > 0 && !/Non-2xx/.test(output)) resolve(rate);
      else reject(new Error(`wrk says:\n${output}`));
    });
  });
}

async function mustBe200(url, cookie) {
  const { status } = await request({ url, headers: [['Cookie', cookie]] });
  if (status !== 200) throw new Error(`${url} answered ${status} in the midst of the load`);
}

/** One kind's pairs of rates: { open, gated }. */
async function prepare(kind) {
  const site = await startSite(kind, {
    mpm: 'event',
    ...onServerCore,
    more: ({ server }) => `\nAlias /open "${server.path('htdocs')}/app"`,
  });
  const jar = new Jar();
  await signIn(jar, `${site.url}/app/page.html`);
  return { site, cookie: sessionCookie(kind, jar), pairs: [] };
}

async function measurePair({ site, cookie, pairs }, seconds, openFirst) {
  const open = () => wrk(`${site.url}/open/page.html`, { seconds, cookie: 'a=b' });
  const gated = () => wrk(`${site.url}/app/page.html`, { seconds, cookie });
  const [first, second] = [await (openFirst ? open : gated)(), await (openFirst ? gated : open)()];
  pairs.push(openFirst ? { open: first, gated: second } : { open: second, gated: first });
  await mustBe200(`${site.url}/app/page.html`, cookie);
}

export async function throughput(bench) {
  const [rounds, seconds] = bench.full ? [21, 3] : [9, 2];
  const measured = [];
  try {
    for (const kind of bench.kinds) measured.push(await prepare(kind));
    for (let round = 0; round < rounds; round++) {
      bench.say(`requests a second, round ${round + 1} of ${rounds}`);
      for (const one of measured) await measurePair(one, seconds, round % 2 === 0);
    }
  } finally {
    for (const { site } of measured) await site.end();
  }
  const method = `wrk -c${connections}, ${rounds} pairs of ${seconds} s`;
  const rate = (name) =>
    Object.fromEntries(measured.map(({ site, pairs }) => [site.kind.name, median(pairs.map((p) => p[name]))]));
  const ratios = Object.fromEntries(
    measured.map(({ site, pairs }) => [site.kind.name, spread(pairs.map(({ open, gated }) => gated / open))]),
  );
  return [
    {
      what: 'requests/s, protected ÷ open',
      method,
      ...ratios,
      budget: atLeast(0.95, decimals(2)),
      write: decimals(2),
    },
    { what: '  requests/s of the open page', method: 'median', ...rate('open') },
    { what: '  requests/s behind the gate', method: 'median', ...rate('gated') },
  ];
}
