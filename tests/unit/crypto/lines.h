/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_TESTS_LINES_H
#define GA2_TESTS_LINES_H
/* Two lines of a key file: the keys are 32 times "k" and 32 times "l". */
#define LINE_K "5e318f8c 2026-11-24T09:30:00Z a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s"
#define LINE_L "793856b2 2026-10-01T00:00:00Z bGxsbGxsbGxsbGxsbGxsbGxsbGxsbGxsbGxsbGxsbGw"
#endif
