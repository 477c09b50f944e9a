// SPDX-License-Identifier: Apache-2.0
// JSON as nobody should write it: the same name twice, numbers and strings given as text, bytes that are no UTF-8.

class Raw {
  constructor(bytes) {
    this.bytes = Buffer.from(bytes);
  }
}
class Members {
  constructor(pairs) {
    this.pairs = pairs;
  }
}

/** This text (or Buffer) in place of a value: raw('1e400'), raw('"a\0b"'). */
export const raw = (bytes) => new Raw(bytes);
/** An object with its members in this order, names as often as they come. */
export const members = (pairs) => new Members(pairs);
/** So many levels of nesting. */
export const deep = (levels, open = '[', close = ']') => raw(open.repeat(levels) + close.repeat(levels));
/** An object with so many members. */
export const wide = (count) => raw(`{${Array.from({ length: count }, (_, i) => `"m${i}":0`).join(',')}}`);

/** The pairs of an object or of members(). */
export function pairsOf(object) {
  return object instanceof Members ? object.pairs : Object.entries(object);
}

/** Serialise; `more` are pairs that follow the object's own, whatever their names. Returns bytes. */
export function stringify(value, more = []) {
  return Buffer.from(text(value, more), 'latin1');
}

const utf8 = (string) => Buffer.from(string, 'utf8').toString('latin1');

function text(value, more = []) {
  if (value instanceof Raw) return value.bytes.toString('latin1');
  if (Array.isArray(value)) return `[${value.map((item) => text(item)).join(',')}]`;
  if (value === null || typeof value !== 'object') return utf8(JSON.stringify(value) ?? 'null');
  const pairs = [...pairsOf(value), ...more].filter(([, item]) => item !== undefined);
  return `{${pairs.map(([name, item]) => `${utf8(JSON.stringify(name))}:${text(item)}`).join(',')}}`;
}
