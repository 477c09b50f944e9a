// SPDX-License-Identifier: Apache-2.0
// Medians and how numbers are written.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** { value, low, high } of repeated measurements. */
export const spread = (values) => ({ value: median(values), low: Math.min(...values), high: Math.max(...values) });

export const whole = (n) => Math.round(n).toLocaleString('en');
export const decimals = (count) => (n) => n.toFixed(count);
/** With a unit behind it. */
export const unit =
  (text, write = whole) =>
  (n) =>
    `${write(n)} ${text}`;

/** What a table shows: a number, one with its spread, or a text as it is. */
export function shown(figure, write = whole) {
  if (figure === undefined) return '–';
  if (typeof figure === 'string') return figure;
  if (typeof figure === 'number') return write(figure);
  const { value, low, high } = figure;
  return low === high ? write(value) : `${write(value)} (${write(low)} – ${write(high)})`;
}

/** Budgets: a text, and whether a figure keeps it. A figure with a spread is judged by its value. */
const valueOf = (figure) => (typeof figure === 'object' ? figure.value : figure);
export const atMost = (limit, write = whole) => ({
  text: `≤ ${write(limit)}`,
  limit,
  keeps: (f) => valueOf(f) <= limit,
});
export const atLeast = (limit, write = whole) => ({
  text: `≥ ${write(limit)}`,
  limit,
  keeps: (f) => valueOf(f) >= limit,
});
/** All of the measurements, not only the median. */
export const always = (limit, write = whole) => ({
  text: write(limit),
  limit,
  keeps: (f) => (typeof f === 'object' ? f.low === limit && f.high === limit : f === limit),
});
