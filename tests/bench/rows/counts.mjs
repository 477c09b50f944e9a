// SPDX-License-Identifier: Apache-2.0
// Instructions of a request, as callgrind counts them: with a session, of a stranger, and where the gate is not.
import { perRequest } from '../callgrind.mjs';
import { cases, casesOf, hooks } from '../cases.mjs';
import { atMost, spread } from '../numbers.mjs';

const often = 3; // what is as small as the blur is counted several times

/** Counts that several rows use are made once. */
const made = new Map();
function once(name, make) {
  if (!made.has(name)) made.set(name, make());
  return made.get(name);
}

const plain = (name, times = 1) => once(`${name} ${times}`, () => repeat(cases(false)[name], times));

async function repeat(setup, times) {
  const totals = [];
  for (let i = 0; i < times; i++) totals.push((await perRequest(setup)).total);
  return totals;
}

/** What a kind of gate adds to the same request without it. */
async function added(kind, { name, without, times = 1 }) {
  const [before, after] = await Promise.all([plain(without, times), repeat(casesOf(kind)[name], times)]);
  if (times === 1) return after[0] - before[0];
  return spread(after.map((total, i) => total - before[i]));
}

/** For each kind in turn; both of a pair run side by side. */
async function ofEach(bench, what) {
  const figures = {};
  for (const kind of bench.kinds) {
    bench.say(`${what.name}, ${kind.name}`);
    figures[kind.name] = await added(kind, what);
  }
  return figures;
}

export async function session(bench) {
  const figures = await ofEach(bench, { name: 'session', without: 'plain' });
  return [
    {
      what: 'instructions a good session adds to a request',
      method: 'callgrind',
      ...figures,
      budget: atMost(12000),
    },
  ];
}

export async function stranger(bench) {
  const figures = await ofEach(bench, { name: 'stranger', without: 'plain' });
  return [
    { what: "instructions a stranger's redirect adds", method: 'callgrind', ...figures, budget: atMost(40000) },
  ];
}

/** In and below our hooks: exact, where the difference of whole counts is blurred by as much as it is. */
async function inside(kind, name) {
  const counted = await perRequest(casesOf(kind)[name]);
  return hooks.reduce((sum, hook) => sum + counted.of(hook), 0);
}

export async function elsewhere(bench) {
  const rows = [
    { name: 'elsewhere', where: 'at a location without the gate' },
    { name: 'unused', where: 'on a server that does not use it' },
  ];
  const figures = [];
  for (const { name, where } of rows) {
    const both = await ofEach(bench, { name, without: 'plainIndex', times: often });
    bench.say(`${name}, inside our hooks`);
    figures.push({
      what: `instructions added ${where}`,
      method: 'callgrind, in and below our hooks',
      ours: await inside(bench.ours, name),
      budget: atMost(200),
    });
    figures.push({ what: '  as the difference of whole requests', method: `callgrind, ${often} times`, ...both });
  }
  return figures;
}

export async function signInInstructions(kind) {
  const { total } = await perRequest(casesOf(kind).signIn, { few: 20, many: 120 });
  return total;
}
