// SPDX-License-Identifier: Apache-2.0
// The table, and the file with everything in it.
import fs from 'node:fs';
import path from 'node:path';
import { shown } from './numbers.mjs';

const heads = ['', 'what', 'how', 'peer', 'ours', 'budget', ''];
const right = new Set([3, 4, 5]);

/** true, false, or undefined when there is nothing to keep. */
export const met = ({ ours, budget }) => (budget && ours !== undefined ? budget.keeps(ours) : undefined);

function cells(number, figure, first) {
  const { what, method, peer, ours, budget, write } = figure;
  const verdict = { true: 'met', false: 'MISSED' }[met(figure)] ?? '';
  return [
    first ? String(number) : '',
    what,
    method,
    shown(peer, write),
    shown(ours, write),
    budget?.text ?? '',
    verdict,
  ];
}

/** results: [{ row, figures, error }] */
export function table(results) {
  const lines = [
    heads,
    ...results.flatMap(({ row, figures = [], error }) =>
      error
        ? [[String(row.number), row.name, `broke: ${error.split('\n')[0].slice(0, 60)}`, '', '', '', '']]
        : figures.map((figure, i) => cells(row.number, figure, i === 0)),
    ),
  ];
  const widths = heads.map((_, i) => Math.max(...lines.map((line) => line[i].length)));
  return lines
    .map((line) =>
      line
        .map((cell, i) => (right.has(i) ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const asJson = (figure) => {
  const { what, method, peer, ours, budget } = figure;
  return {
    what: what.trim(),
    method,
    peer,
    ours,
    budget: budget && { text: budget.text, limit: budget.limit },
    met: met(figure),
  };
};

/** Rows that were not measured this time keep what an earlier run wrote of them. */
export function save(file, { environment, results, full }) {
  const before = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')).rows : {};
  const now = Object.fromEntries(
    results.map(({ row, figures, error, seconds }) => [
      row.name,
      { number: row.number, full, seconds, environment, error, figures: figures?.map(asJson) },
    ]),
  );
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, `${JSON.stringify({ rows: { ...before, ...now } }, undefined, 2)}\n`);
}
