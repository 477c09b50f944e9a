// SPDX-License-Identifier: Apache-2.0
// What httpd spends on a whole sign-in: the redirect, the callback with its requests to the provider, and the page.
import fs from 'node:fs';
import { Pool } from '../../e2e/lib/http.mjs';
import { browserHeaders } from '../../e2e/lib/navigate.mjs';
import { signInOne } from '../crowd.mjs';
import { atMost, decimals, spread, unit } from '../numbers.mjs';
import { startSite } from '../sites.mjs';
import { signInInstructions } from './counts.mjs';

const milliseconds = unit('ms', decimals(2));

/** Milliseconds of CPU time that the threads of these processes have used; the kernel counts in nanoseconds. */
function cpuOf(pids) {
  const tasks = pids.flatMap((pid) =>
    fs.readdirSync(`/proc/${pid}/task`).map((task) => `/proc/${pid}/task/${task}/schedstat`),
  );
  return tasks.reduce((sum, file) => sum + Number(fs.readFileSync(file, 'utf8').split(' ')[0]), 0) / 1e6;
}

async function cpuOfSignIns({ site, pool }, times) {
  const pids = site.server.children();
  const before = cpuOf(pids);
  for (let i = 0; i < times; i++) await signInOne(site, pool, { wantsPage: true });
  return (cpuOf(pids) - before) / times;
}

/** For comparison: as many requests as a sign-in makes here, for an open page. */
async function cpuOfOpenPages({ site, pool }, times) {
  const pids = site.server.children();
  const before = cpuOf(pids);
  for (let i = 0; i < 3 * times; i++)
    await pool.request({ url: `${site.url}/index.html`, headers: browserHeaders() });
  return (cpuOf(pids) - before) / times;
}

async function prepare(kind) {
  const site = await startSite(kind, { mpm: 'event', workers: { processes: 1, threads: 8 } });
  const measured = { site, pool: new Pool(), signIn: [], open: [] };
  await cpuOfSignIns(measured, 10); // metadata and keys are known then
  return measured;
}

/** Rounds alternate between the kinds, so that whatever else the machine does meets both. */
async function cpu(bench, { rounds, times }) {
  const all = [];
  try {
    for (const kind of bench.kinds) all.push(await prepare(kind));
    for (let round = 0; round < rounds; round++) {
      bench.say(`sign-ins, round ${round + 1} of ${rounds}`);
      for (const one of all) {
        one.signIn.push(await cpuOfSignIns(one, times));
        one.open.push(await cpuOfOpenPages(one, times));
      }
    }
    return (name) => Object.fromEntries(all.map((one) => [one.site.kind.name, spread(one[name])]));
  } finally {
    for (const { site, pool } of all) {
      pool.close();
      await site.end();
    }
  }
}

export async function signInCost(bench) {
  const rounds = bench.full ? 11 : 5;
  const times = 50;
  const of = await cpu(bench, { rounds, times });
  const figures = [
    {
      what: 'CPU time of httpd for a whole sign-in',
      method: `/proc, ${rounds} × ${times} sign-ins`,
      ...of('signIn'),
      budget: atMost(0.6, milliseconds),
      write: milliseconds,
    },
    {
      what: '  for comparison, of three open pages',
      method: 'in the same rounds',
      ...of('open'),
      write: milliseconds,
    },
  ];
  const counted = {};
  for (const kind of bench.kinds) {
    bench.say(`sign-ins, ${kind.name}, counting`);
    counted[kind.name] = await signInInstructions(kind);
  }
  return [
    ...figures,
    { what: 'instructions of httpd for a whole sign-in', method: 'callgrind', ...counted, budget: atMost(1200000) },
  ];
}
