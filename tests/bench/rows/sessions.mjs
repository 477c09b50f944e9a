// SPDX-License-Identifier: Apache-2.0
// How many sessions there is room for at default settings, and how much room one takes.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { countSignedIn, signInAll } from '../crowd.mjs';
import { always, atMost, unit, whole } from '../numbers.mjs';
import { startSite } from '../sites.mjs';

const peerSlots = 500; // OIDCCacheShmMax, when not specified

const fileOf = (site) => site.server.path('state/sessions/data.mdb');
const fileSize = (site) => (fs.existsSync(fileOf(site)) ? fs.statSync(fileOf(site)).size : 0);

/** Bytes of the pages that LMDB uses for its data, without free ones. */
function usedBytes(site) {
  const { status, stdout } = spawnSync('mdb_stat', ['-e', '-a', site.server.path('state/sessions')], {
    encoding: 'utf8',
  });
  if (status !== 0) return undefined;
  const [, page] = /Page size: (\d+)/.exec(stdout);
  const pages = [...stdout.matchAll(/(?:Branch|Leaf|Overflow) pages: (\d+)/g)].reduce(
    (sum, [, n]) => sum + Number(n),
    0,
  );
  return pages * Number(page);
}

/** The shared memory of the server, as far as it belongs to no file: the peer's cache. */
function sharedBytes(site) {
  const maps = fs.readFileSync(`/proc/${site.server.children()[0]}/maps`, 'utf8');
  const sizes = [...maps.matchAll(/^([0-9a-f]+)-([0-9a-f]+) rw-s .*\/dev\/zero/gm)].map(
    ([, from, to]) => parseInt(to, 16) - parseInt(from, 16),
  );
  return Math.max(0, ...sizes);
}

async function signInCrowd(bench, kind, count) {
  const site = await startSite(kind, {
    fast: true,
    mpm: 'event',
    workers: { processes: 2, threads: 16 },
    // The peer's default of five minutes would end sessions while others still sign in: room is measured, not time.
    more: kind.name === 'peer' ? '\nOIDCSessionInactivityTimeout 28800' : '',
  });
  try {
    const before = kind.name === 'ours' ? fileSize(site) : 0;
    const began = Date.now();
    const cookies = await signInAll(site, count, (n) =>
      bench.say(`sign-ins, ${kind.name}, ${whole(n)} of ${whole(count)}`),
    );
    const seconds = (Date.now() - began) / 1000;
    const signedIn = await countSignedIn(site, cookies);
    const bytes =
      kind.name === 'ours'
        ? { file: fileSize(site) - before, used: usedBytes(site) }
        : { slot: sharedBytes(site) / peerSlots };
    return { count, seconds, signedIn, ...bytes };
  } finally {
    site.server.expectTrouble(/./); // the peer's log is full of evictions
    await site.end();
  }
}

/** Both rows look at the same crowd. */
const crowds = new Map();
function crowdOf(bench, kind) {
  const count = bench.full ? 10000 : 2000;
  if (!crowds.has(kind.name)) crowds.set(kind.name, signInCrowd(bench, kind, count));
  return crowds.get(kind.name);
}

export async function capacity(bench) {
  const figures = {};
  let count;
  for (const kind of bench.kinds) {
    const crowd = await crowdOf(bench, kind);
    ({ count } = crowd);
    figures[kind.name] = crowd.signedIn;
  }
  return [
    {
      what: `of ${whole(count)} sign-ins, still signed in`,
      method: 'default store; the peer idles 8 h, too',
      ...figures,
      budget: always(count),
    },
  ];
}

export async function room(bench) {
  const figures = [];
  const bytes = unit('B');
  const own = await crowdOf(bench, bench.ours);
  const peerCrowd = bench.peer && (await crowdOf(bench, bench.peer));
  const slot = peerCrowd && { peer: peerCrowd.slot };
  figures.push({
    what: 'store per session: growth of the file',
    method: `${whole(own.count)} sign-ins; the peer's: its slot`,
    ...slot,
    ours: own.file / own.count,
    budget: atMost(2048, bytes),
    write: bytes,
  });
  if (own.used !== undefined) {
    const slots = peerCrowd && { peer: (peerSlots * peerCrowd.slot) / peerCrowd.signedIn };
    figures.push({
      what: '  pages in use, used attempts included',
      method: 'mdb_stat; the peer: its slots of one session',
      ...slots,
      ours: own.used / own.count,
      budget: atMost(2048, bytes),
      write: bytes,
    });
  }
  return figures;
}
