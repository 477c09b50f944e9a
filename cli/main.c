/* SPDX-License-Identifier: Apache-2.0
 * goauth2: the command line tool. A table of commands; each has a file of its own. */
#include "cli.h"
#include "crypto/context.h"
#include <apr_general.h>
#include <apr_strings.h>
#include <stdio.h>
#include <string.h>

static const struct { const char *words, *usage, *help; ga2_command_t *run; } commands[] = {
#define GA2_COMMAND(words, usage, help, run) { words, usage, help, ga2_command_##run },
#include "commands.def"
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static void print_command(FILE *to, int i)
{
    fprintf(to, "  goauth2 %s %s\n      %s\n", commands[i].words, commands[i].usage, commands[i].help);
}

static void print_help(FILE *to)
{
    fprintf(to, "goauth2 %s: tools for mod_goauth2\n\n", GA2_VERSION);
    for (int i = 0; i < COMMANDS; i++)
        print_command(to, i);
    fprintf(to, "\nSecrets come from files, never from arguments. Exit status: 0 done, 1 failed, 2 wrong usage.\n");
}

/* How many of argv's words the command's own words take; 0: it is not this one. */
static int words_taken(const char *words, int argc, const char *const *argv)
{
    int taken = 0;

    for (const char *s = words; *s; taken++) {
        size_t len = strcspn(s, " ");
        if (taken >= argc || strlen(argv[taken]) != len || memcmp(argv[taken], s, len))
            return 0;
        s += len + (s[len] != 0);
    }
    return taken;
}

static int has(const char *word, int argc, const char *const *argv)
{
    for (int i = 0; i < argc; i++)
        if (!strcmp(argv[i], word))
            return 1;
    return 0;
}

static int run(int i, const ga2_arguments_t *arguments, apr_pool_t *p)
{
    int status = GA2_EXIT_DONE;
    ga2_error_t *err = commands[i].run(&status, arguments, p);

    if (err) {
        fprintf(stderr, "goauth2: %s\n", ga2_error_sentence(err, p));
        return GA2_EXIT_FAILED;
    }
    if (status == GA2_EXIT_USAGE) {
        fprintf(stderr, "goauth2: this is how it is called:\n");
        print_command(stderr, i);
    }
    return status;
}

static int find_and_run(int argc, const char *const *argv, apr_pool_t *p)
{
    for (int i = 0; i < COMMANDS; i++) {
        int taken = words_taken(commands[i].words, argc, argv);
        ga2_arguments_t arguments = { argc - taken, argv + taken };
        if (!taken)
            continue;
        if (has("--help", arguments.count, arguments.words)) {
            print_command(stdout, i);
            return GA2_EXIT_DONE;
        }
        return run(i, &arguments, p);
    }
    fprintf(stderr, "goauth2: there is no such command; goauth2 --help lists them\n");
    return GA2_EXIT_USAGE;
}

int main(int argc, const char *const *argv)
{
    apr_pool_t *p;
    int status;

    if (apr_app_initialize(&argc, &argv, NULL) != APR_SUCCESS || apr_pool_create(&p, NULL) != APR_SUCCESS)
        return GA2_EXIT_FAILED;
    if (argc > 1 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "help"))) {
        print_help(stdout);
        return GA2_EXIT_DONE;
    }
    if (argc > 1 && !strcmp(argv[1], "--version")) {
        printf("goauth2 %s\n", GA2_VERSION);
        return GA2_EXIT_DONE;
    }
    if (argc < 2) {
        print_help(stderr);
        return GA2_EXIT_USAGE;
    }
    ga2_crypto_start(p);
    status = find_and_run(argc - 1, argv + 1, p);
    apr_pool_destroy(p);
    apr_terminate();
    return status;
}
