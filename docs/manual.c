/* SPDX-License-Identifier: Apache-2.0
 * Prints the reference from the lists that the code is made of: `manual directives`, `manual errors` (Markdown), and
 * `manual man` (mod_goauth2.5). `make manual` writes them; a test fails when they are stale. */
#include "base/error.h"
#include "config/config.h"
#include <apr_general.h>
#include <stdio.h>
#include <string.h>

static const char *const where[] = {
    [GA2_IN_SERVER] = "server, virtual host",
    [GA2_IN_DIR] = "server, virtual host, directory, location",
    [GA2_IN_PROVIDER] = "server, virtual host, directory, location (a line about the provider)",
};

/* Markdown would take < and | for its own. */
static void print_escaped(const char *text)
{
    for (; *text; text++) {
        if (*text == '<' || *text == '|')
            putchar('\\');
        putchar(*text);
    }
}

static void directives(void)
{
    puts("# Directives\n\n"
         "Made from `common/config/directives.def` by `make manual`. None of them may be written in `.htaccess`.\n"
         "Times are `30s`, `10min`, `8h`, `7d`. Values with spaces are written in quotes.\n\n"
         "The lines about the provider belong together: a virtual host or a section that has one of them has a\n"
         "provider of its own. What it leaves out is taken from the main server's lines, or from the server's of the\n"
         "section; but never another client's secret, and neither client nor endpoints where it says itself where\n"
         "users sign in (by an issuer, a client file, an authorization or token endpoint). The lines of two sections\n"
         "never mix, and no line chooses a provider unseen. So a section with one of them names its client, and its\n"
         "issuer, too, when others are in use around it; the server does not start before it does.");
    for (int d = 0; d < GA2_DIRECTIVES; d++) {
        const ga2_directive_t *dir = &ga2_directives[d];
        printf("\n## %s\n\n", dir->name);
        print_escaped(dir->help);
        printf("\n\n* Default: %s%s%s\n* Where: %s\n", dir->dflt ? "`" : "", dir->dflt ? dir->dflt : "none",
               dir->dflt ? "`" : "", where[dir->where]);
    }
}

static void errors(void)
{
    puts("# Error codes\n\n"
         "Made from `common/base/errors.def` by `make manual`. The page that a visitor sees has a code and a\n"
         "reference; the same reference is in the error log, on the line that says what happened and where to mend\n"
         "it.\n\n"
         "| code | status | try again? | what the visitor reads |\n|---|---|---|---|");
    for (int e = 0; e < GA2_E_COUNT; e++)
        printf("| %s | %d | %s | %s |\n", ga2_error_name((ga2_code_t)e), ga2_error_http_status((ga2_code_t)e),
               ga2_error_may_retry((ga2_code_t)e) ? "yes" : "no", ga2_error_text((ga2_code_t)e));
}

/* roff takes a leading dot or quote for a request, and a backslash for an escape. */
static void print_roff(const char *text)
{
    for (; *text; text++) {
        if (*text == '\\' || *text == '-')
            putchar('\\');
        putchar(*text);
    }
    putchar('\n');
}

static void man(void)
{
    puts(".TH MOD_GOAUTH2 5 \"\" \"mod_goauth2\" \"Configuration of mod_goauth2\"\n"
         ".SH NAME\nmod_goauth2 \\- sign-in with OAuth 2.0 and OpenID Connect for Apache httpd\n"
         ".SH SYNOPSIS\n.nf\n"
         "GOAuth2ClientSecrets /etc/goauth2/client_secret.json\n"
         "<Location \"/app\">\n    AuthType goauth2\n    Require valid\\-user\n</Location>\n.fi\n"
         ".SH DESCRIPTION\n"
         "A location with\n.B AuthType goauth2\n"
         "is for users who have signed in at a provider. Browsers are sent there and come back to the page they\n"
         "wanted; programs get 401. The user is in REMOTE_USER, in headers X\\-Auth\\-Request\\-* for proxied\n"
         "backends and in GOAUTH2_* for scripts.\n"
         ".SH DIRECTIVES");
    for (int d = 0; d < GA2_DIRECTIVES; d++) {
        const ga2_directive_t *dir = &ga2_directives[d];
        printf(".TP\n.B %s\n", dir->name);
        print_roff(dir->help);
        if (dir->dflt) {
            printf("Default: ");
            print_roff(dir->dflt);
        }
        printf("Where: %s.\n", where[dir->where]);
    }
    puts(".SH FILES\n.TP\n.I " GA2_STATE_DIR "/keys\nThe keys that seal sessions, made at the first start.\n"
         ".TP\n.I " GA2_STATE_DIR "/sessions\nThe sessions.\n"
         ".SH SEE ALSO\n.BR goauth2 (1)");
}

int main(int argc, const char *const *argv)
{
    const char *what = argc == 2 ? argv[1] : "";

    apr_initialize();
    if (!strcmp(what, "directives"))
        directives();
    else if (!strcmp(what, "errors"))
        errors();
    else if (!strcmp(what, "man"))
        man();
    else
        return 2;
    return 0;
}
