// SPDX-License-Identifier: Apache-2.0
// Lines in a server's log that mean a crash or a sanitizer's report, in any server under test.

const bad = [
  /ERROR: (Address|Leak|Memory|Thread)Sanitizer/,
  /WARNING: ThreadSanitizer/,
  /SUMMARY: \w+Sanitizer/,
  /LeakSanitizer/,
  /runtime error:/,
  /segmentation fault|seg fault|segfault/i,
  /child (pid|process) \d+ .*exit signal/i,
  /\*\*\* (stack smashing|buffer overflow) detected|(malloc|free|realloc)\(\): |double free or corruption/,
  /Assertion .* failed/,
];

/** Those lines, without the ones that match a pattern of `expected`. */
export function findTrouble(log, expected = []) {
  return log
    .split('\n')
    .filter((line) => bad.some((pattern) => pattern.test(line)) && !expected.some((pattern) => pattern.test(line)));
}
