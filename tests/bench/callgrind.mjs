// SPDX-License-Identifier: Apache-2.0
// Instructions per request. callgrind counts a whole `httpd -X` (prefork) that served a few requests, and one that
// served many; the difference is the requests'. The count does not depend on the machine's speed or load. What differs
// from start to start (hash seeds, addresses) blurs it by some hundred instructions a request; what is counted in and
// below one function is exact.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import * as apache from '../e2e/lib/apache.mjs';
import { ownDirectory, removeDirectory } from '../e2e/lib/cleanup.mjs';
import { freePort, sleep } from '../e2e/lib/ports.mjs';

const isRoot = process.getuid() === 0;
const httpd = process.env.GA2_HTTPD;

/** callgrind writes its counts when httpd is no longer root, so the server's user must own the place. */
function giveToServer(directory) {
  if (isRoot) spawnSync('chown', ['-R', 'www-data:www-data', directory]);
}

/** A program that runs httpd under callgrind; its counts go into `directory`. */
function wrapper(directory) {
  const file = path.join(directory, 'httpd');
  const program = httpd ?? '/usr/sbin/apache2';
  const user = isRoot ? 'setpriv --reuid=www-data --regid=www-data --clear-groups ' : '';
  fs.writeFileSync(
    file,
    '#!/bin/sh\n' +
      `exec ${user}valgrind -q --tool=callgrind --callgrind-out-file=${directory}/count.%p ${program} -X "$@"\n`,
    { mode: 0o755 },
  );
  giveToServer(directory);
  return file;
}

/** $GA2_HTTPD is everybody's, so launches with another program take turns. */
let turn = Promise.resolve();
async function withHttpd(program, launch) {
  const before = turn;
  let done;
  turn = new Promise((resolve) => {
    done = resolve;
  });
  await before;
  process.env.GA2_HTTPD = program;
  try {
    return await launch();
  } finally {
    if (httpd === undefined) delete process.env.GA2_HTTPD;
    else process.env.GA2_HTTPD = httpd;
    done();
  }
}

/** The counts of the server itself; smaller files are of children that tried the store at start. */
function largestCount(directory) {
  const files = fs
    .readdirSync(directory)
    .filter((name) => name.startsWith('count.'))
    .map((name) => path.join(directory, name));
  return files.sort((a, b) => fs.statSync(b).size - fs.statSync(a).size)[0];
}

/** Function name -> instructions in it and below it, or in it alone. */
function readCounts(file, { inclusive }) {
  const { stdout } = spawnSync(
    'callgrind_annotate',
    ['--threshold=100', `--inclusive=${inclusive ? 'yes' : 'no'}`, file],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  const counts = new Map();
  for (const [, number, name] of stdout.matchAll(/^ *([\d,]+) \( *[\d.]+%\) +(?:\S*:)?([^\s:]+)(?: \[|$)/gm)) {
    counts.set(name, Math.max(counts.get(name) ?? 0, Number(number.replaceAll(',', ''))));
  }
  return counts;
}

function readAll(file, options) {
  const total = /^(?:totals|summary): (\d+)/m.exec(fs.readFileSync(file, 'utf8'))?.[1];
  if (!total) throw new Error('callgrind left no counts');
  const alone = options.alone ? readCounts(file, { inclusive: false }) : new Map();
  return { total: Number(total), counts: readCounts(file, { inclusive: true }), alone };
}

/** callgrind writes its counts at the end, which takes longer than a server is given elsewhere. */
async function end(server) {
  server.signal('SIGTERM');
  await Promise.race([server.exited, sleep(60000)]);
  await server.stop({ graceful: false });
}

/**
 * One run. setup: { config: ({ server, op }) => text, module: path or false, modules, provider: async (port) => op,
 * serve: async ({ server, op, count }) }
 */
async function run({ config, module, modules = [], provider, serve }, count, options) {
  const directory = ownDirectory('ga2-count-');
  const port = await freePort();
  const op = await provider(port);
  // The server's user may not be let into the place where it was built: a home directory, say.
  const copy = module && path.join(directory, 'module.so');
  if (copy) fs.copyFileSync(module, copy);
  const server = await withHttpd(wrapper(directory), async () => {
    const prepared = await apache.prepare({
      mpm: 'prefork',
      port,
      goauth2: copy,
      modules,
      logLevel: 'warn',
      config: (self) => config({ server: self, op }),
    });
    giveToServer(prepared.directory);
    return prepared.launch();
  });
  try {
    await serve({ server, op, count });
  } finally {
    await end(server);
    await op.close();
  }
  const result = readAll(largestCount(directory), options);
  removeDirectory(directory);
  return result;
}

/** { total, of(name), alone(name), names() } per request; what functions take alone is counted only when asked for. */
export async function perRequest(setup, { few = 200, many = 1200, alone = false } = {}) {
  const low = await run(setup, few, { alone });
  const high = await run(setup, many, { alone });
  const share = (a, b) => (a - b) / (many - few);
  return {
    total: Math.round(share(high.total, low.total)),
    /** Instructions in and below a function. */
    of: (name) => Math.round(share(high.counts.get(name) ?? 0, low.counts.get(name) ?? 0)),
    /** Instructions in it alone. */
    alone: (name) => Math.round(share(high.alone.get(name) ?? 0, low.alone.get(name) ?? 0)),
    /** Functions that ran for the requests, not only at start. */
    names: () =>
      [...high.counts.keys()].filter((name) => share(high.counts.get(name), low.counts.get(name) ?? 0) >= 1),
  };
}
