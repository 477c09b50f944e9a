// SPDX-License-Identifier: Apache-2.0
// Tables of cases in one scenario: every row runs, and all that fail are told together.
import assert from 'node:assert/strict';

const firstLines = (error) =>
  String(error?.message ?? error)
    .split('\n')
    .slice(0, 6)
    .join('\n    ');

/** Run `check(row, index)` for each row, one after the other; a row is named by its `name`, or is a text itself. */
export async function each(rows, check) {
  const wrong = [];
  const all = [...rows];
  for (const [index, row] of all.entries()) {
    try {
      await check(row, index);
    } catch (error) {
      wrong.push(`${row?.name ?? row?.id ?? JSON.stringify(row)}: ${firstLines(error)}`);
    }
  }
  if (wrong.length) assert.fail(`${wrong.length} of ${all.length} rows:\n  ${wrong.join('\n  ')}`);
}
