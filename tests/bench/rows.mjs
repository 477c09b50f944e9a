// SPDX-License-Identifier: Apache-2.0
// Every row of the table. A name or the number of its place chooses it; one line adds one. What measures it returns
// figures: { what, method, peer, ours, budget, write }; a figure is a number, { value, low, high }, a text or missing.
import { elsewhere, session, stranger } from './rows/counts.mjs';
import { lookUp } from './rows/look-up.mjs';
import { refresh, slowRefresh } from './rows/refresh.mjs';
import { restarts } from './rows/restarts.mjs';
import { capacity, room } from './rows/sessions.mjs';
import { signInCost } from './rows/sign-in.mjs';
import { throughput } from './rows/throughput.mjs';

export const rows = [
  { name: 'session', measure: session },
  { name: 'elsewhere', measure: elsewhere },
  { name: 'throughput', measure: throughput },
  { name: 'stranger', measure: stranger },
  { name: 'sign-in', measure: signInCost },
  { name: 'refresh', measure: refresh },
  { name: 'slow-refresh', measure: slowRefresh },
  { name: 'capacity', measure: capacity },
  { name: 'room', measure: room },
  { name: 'restarts', measure: restarts },
  { name: 'look-up', measure: lookUp },
].map((row, i) => ({ ...row, number: i + 1 }));

/** The rows that these words name, in the table's order; all without a word. Throws on a word that names none. */
export function chosen(words) {
  const named = (word) => rows.find(({ name, number }) => word === name || word === String(number));
  const unknown = words.find((word) => !named(word));
  if (unknown !== undefined)
    throw new Error(
      `there is no row ${unknown}; there are ${rows.map((row) => `${row.number} ${row.name}`).join(', ')}`,
    );
  return words.length ? rows.filter((row) => words.some((word) => named(word) === row)) : rows;
}
