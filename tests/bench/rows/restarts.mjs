// SPDX-License-Identifier: Apache-2.0
// Who is still signed in after the server was reloaded, restarted, or killed with everything that belongs to it.
import { countSignedIn, signInAll } from '../crowd.mjs';
import { always } from '../numbers.mjs';
import { startSite } from '../sites.mjs';

const people = 100;

const events = {
  'a graceful reload': (server) => server.graceful(),
  'a restart': (server) => server.restart(),
  'kill -9 of all and a start': async (server) => {
    await server.kill9('all');
    await server.startAgain();
  },
};

async function keptAfterEach(bench, kind) {
  const site = await startSite(kind, { fast: true, mpm: 'event', workers: { processes: 2, threads: 8 } });
  const kept = {};
  try {
    for (const [name, happen] of Object.entries(events)) {
      bench.say(`${name}, ${kind.name}`);
      const cookies = await signInAll(site, people);
      const before = await countSignedIn(site, cookies);
      if (before !== people) throw new Error(`only ${before} of ${people} were signed in before ${name}`);
      await happen(site.server);
      kept[name] = await countSignedIn(site, cookies);
    }
    return kept;
  } finally {
    await site.end();
  }
}

export async function restarts(bench) {
  const kept = {};
  for (const kind of bench.kinds) kept[kind.name] = await keptAfterEach(bench, kind);
  return Object.keys(events).map((name) => ({
    what: `of ${people} sessions, kept after ${name}`,
    method: 'all asked again',
    ...Object.fromEntries(bench.kinds.map((kind) => [kind.name, kept[kind.name][name]])),
    budget: always(people),
  }));
}
