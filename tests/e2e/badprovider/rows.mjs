// SPDX-License-Identifier: Apache-2.0
// How the rows of the attack tables are written; see attacks.mjs for what they mean.

export const claim = (name, value) => () => ({ [`idt.claims.${name}`]: value });
export const header = (name, value) => () => ({ [`idt.hdr.${name}`]: value });
export const reject = (name, set, more) => ({ name, expect: 'reject', set, ...more });
export const accept = (name, set, more) => ({ name, expect: 'accept', set, ...more });
export const fault = (name, ...names) =>
  reject(name, (op) => Object.assign({}, ...names.map((one) => op.settingsOf(one))));
export const show = (value) => JSON.stringify(value) ?? 'absent';
