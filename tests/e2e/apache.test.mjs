// SPDX-License-Identifier: Apache-2.0
// Every scenario on Apache, several at a time because most of them wait most of the time. $GA2_SCENARIO is a regular
// expression that picks some by name, $GA2_MPM the MPM of those that do not name one, $GA2_JOBS how many run at once.
import fs from 'node:fs';
import { describe, test } from 'node:test';
import { startSite } from './lib/site.mjs';

const folder = new URL('./scenarios/', import.meta.url);
const wanted = new RegExp(process.env.GA2_SCENARIO ?? '', 'i');
const concurrency = Number(process.env.GA2_JOBS ?? 4);

const start = (t, options = {}) =>
  startSite(t, { ...options, apache: { mpm: process.env.GA2_MPM ?? 'event', ...options.apache } });

const files = fs
  .readdirSync(folder)
  .filter((name) => name.endsWith('.mjs'))
  .sort();
const modules = await Promise.all(files.map((file) => import(new URL(file, folder))));

describe('Apache', { concurrency }, () => {
  for (const [i, { default: scenarios }] of modules.entries()) {
    for (const { name, run } of scenarios) {
      const full = `${files[i].replace('.mjs', '')}: ${name}`;
      if (wanted.test(full)) test(full, { timeout: 180000 }, (t) => run(t, start));
    }
  }
});
