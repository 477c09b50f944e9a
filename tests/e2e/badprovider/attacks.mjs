// SPDX-License-Identifier: Apache-2.0
// Attacks through what a provider sends, one row each, as settings of the bad provider:
//   name, expect   "accept", "reject"; reject means: not signed in, nothing of the protected page is seen
//   set            (op) => settings; prepare: async (op) => … first
//   canary         true: op.canary must have seen no request
//   when           "refresh": sign in first, without the fault
//   user           for accept: whom the server must have signed in
import * as claims from './attacks-claims.mjs';
import * as jose from './attacks-jose.mjs';

export const attacks = { ...jose, ...claims };
