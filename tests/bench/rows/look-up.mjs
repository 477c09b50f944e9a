// SPDX-License-Identifier: Apache-2.0
// Whether a store full of live sessions is slower than one of a thousand: by the library's own look-up, by instructions
// of whole requests, and by requests a second. The programs fill and look are built from fill.c and look.c beside the
// module, or lie in $GA2_BENCH_PROGRAMS.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import * as apache from '../../e2e/lib/apache.mjs';
import { ownDirectory, removeDirectory } from '../../e2e/lib/cleanup.mjs';
import { perRequest } from '../callgrind.mjs';
import { requests } from '../cases.mjs';
import { atMost, decimals, median, spread, unit, whole } from '../numbers.mjs';
import { configuration, open } from '../sites.mjs';
import { onServerCore, wrk } from './throughput.mjs';

const few = 1000;
const shown = 20000; // cookies that are asked with, where there are so many
const nobody = { issuer: 'http://127.0.0.1:1', close() {} }; // a good session needs no provider

/** A program of ours, its output. */
function run(bench, program, args, input) {
  const directory = process.env.GA2_BENCH_PROGRAMS ?? path.join(path.dirname(bench.ours.goauth2), '../tests/bench');
  const { status, error, stdout, stderr } = spawnSync(path.join(directory, program), args.map(String), {
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (error)
    throw new Error(`${path.join(directory, program)} does not run (${error.code}); make tests/bench/${program}`);
  if (status !== 0) throw new Error(`${program}: ${stderr}`);
  return stdout;
}

/** A store with so many sessions: { directory, cookies }. */
function fill(bench, count) {
  const directory = ownDirectory('ga2-store-');
  const cookies = run(bench, 'fill', [
    `lmdb:${directory}/sessions`,
    `${directory}/keys`,
    nobody.issuer,
    'app',
    count,
    Math.min(count, shown),
  ])
    .trim()
    .split('\n');
  if (process.getuid() === 0) spawnSync('chown', ['-R', 'www-data:www-data', directory]);
  return { count, directory, cookies };
}

/** Nanoseconds of one look-up, measured in turns. */
function lookTimes(bench, stores, rounds) {
  const times = stores.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, { directory, cookies }] of stores.entries()) {
      const answer = run(
        bench,
        'look',
        [`lmdb:${directory}/sessions`, `${directory}/keys`, shown],
        cookies.join('\n'),
      );
      times[i].push(Number(answer));
    }
  }
  return times;
}

const header = (cookie) => `goauth2=${cookie}`;
const config =
  (kind, { directory }) =>
  (given) =>
    configuration(kind, { ...given, op: nobody, store: directory });

/** Instructions of a request; the sessions take turns. */
async function instructions(kind, store) {
  const cookieOf = () => (i) => header(store.cookies[(i * 17) % store.cookies.length]);
  const setup = {
    module: kind.goauth2,
    config: config(kind, store),
    provider: async () => nobody,
    serve: requests('/app/page.html', 200, cookieOf),
  };
  return (await perRequest(setup)).total;
}

/** wrk asks with all cookies in turn. */
function script({ directory, cookies }) {
  const file = path.join(directory, 'cookies.lua');
  const list = cookies.map((cookie) => `"${header(cookie)}"`).join(',\n');
  fs.writeFileSync(
    file,
    `local all = {${list}}\nlocal i = 0
function request()
  i = i % #all + 1
  return wrk.format("GET", nil, { Cookie = all[i] })
end\n`,
  );
  return file;
}

/** Requests a second of a store that is full, divided by those of one that is not, in pairs. */
async function rates(bench, stores, rounds) {
  const servers = [];
  const ratios = [];
  try {
    for (const store of stores) {
      const { goauth2 } = bench.ours;
      servers.push(
        await apache.start({
          mpm: 'event',
          goauth2,
          logLevel: 'warn',
          ...onServerCore,
          config: (server) => config(bench.ours, store)({ server }),
        }),
      );
    }
    const rate = (i) => wrk(`${servers[i].url}/app/page.html`, { seconds: 2, args: ['-s', script(stores[i])] });
    for (let round = 0; round < rounds; round++) {
      bench.say(`requests a second, round ${round + 1} of ${rounds}`);
      const [full, small] = round % 2 ? [await rate(1), await rate(0)] : [await rate(0), await rate(1)].reverse();
      ratios.push(full / small);
    }
    return spread(ratios);
  } finally {
    for (const server of servers) await server.stop({ graceful: false });
  }
}

async function compare(bench, [small, large]) {
  const rounds = bench.full ? 15 : 7;
  bench.say('looking up');
  const [smallTimes, largeTimes] = lookTimes(bench, [small, large], rounds);
  bench.say('counting');
  const [ofSmall, ofLarge] = await Promise.all([small, large].map((store) => instructions(bench.ours, store)));
  const ofOpen = await instructions(open(bench.ours), small);
  const rate = await rates(bench, [small, large], rounds);
  const times = decimals(2);
  const nanoseconds = unit('ns');
  const counts = `${whole(large.count)} sessions ÷ ${whole(small.count)}`;
  return [
    {
      what: `one look-up, ${counts}`,
      method: `look.c, ${rounds} pairs`,
      budget: atMost(1.5, times),
      write: times,
      ours: spread(largeTimes.map((t, i) => t / smallTimes[i])),
    },
    { what: `  of ${whole(small.count)}`, method: 'median', ours: median(smallTimes), write: nanoseconds },
    { what: `  of ${whole(large.count)}`, method: 'median', ours: median(largeTimes), write: nanoseconds },
    {
      what: '  instructions added to a request',
      method: 'callgrind',
      budget: atMost(1.5, times),
      write: times,
      ours: (ofLarge - ofOpen) / (ofSmall - ofOpen),
    },
    { what: '  requests/s', method: `wrk, ${rounds} pairs of 2 s`, ours: rate, write: times },
  ];
}

export async function lookUp(bench) {
  const count = bench.full ? 1000000 : 100000;
  const stores = [];
  try {
    for (const n of [few, count]) {
      bench.say(`writing ${whole(n)} sessions`);
      stores.push(fill(bench, n));
    }
    return await compare(bench, stores);
  } finally {
    for (const { directory } of stores) removeDirectory(directory);
  }
}
