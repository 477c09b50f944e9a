/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_CLI_CLI_H
#define GA2_CLI_CLI_H
/* What the commands share. A command reads its arguments, prints to standard output and returns an exit status, or
 * fails with an error that main prints as one sentence. */
#include "base/error.h"

enum { GA2_EXIT_DONE = 0, GA2_EXIT_FAILED = 1, GA2_EXIT_USAGE = 2 };

typedef struct ga2_arguments {
    int count;                      /* of what follows the command's words */
    const char *const *words;
} ga2_arguments_t;

/* *status is GA2_EXIT_DONE unless the command sets it; GA2_EXIT_USAGE makes main print how it is called. */
typedef ga2_error_t *ga2_command_t(int *status, const ga2_arguments_t *arguments, apr_pool_t *p);

#define GA2_COMMAND(words, usage, help, run) ga2_command_t ga2_command_##run;
#include "commands.def"
#endif
