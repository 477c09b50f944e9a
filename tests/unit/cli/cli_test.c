/* SPDX-License-Identifier: Apache-2.0
 * The whole tool, main and all, in a child process for each call. */
#define main tool_main
#include "../../../cli/main.c"
#undef main
#include "../../../cli/client_secrets.c"
#include "../../../cli/keys.c"
#include "t.h"
#include "folder.h"
#include "keys.h"
#include "base/file.h"
#include <fcntl.h>

/* What one call did. */
typedef struct outcome { int status; const char *out, *err; } outcome_t;

static const char *read_text(const char *path, apr_pool_t *p)
{
    ga2_bytes_t text;

    if (ga2_file_read(&text, path, 1 << 20, p) || !text.data)
        fail_msg("%s cannot be read", path);
    return (const char *)text.data;
}

static void redirect(int to, const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    if (fd < 0 || dup2(fd, to) < 0)
        _exit(99);
}

/* Call "goauth2 WORD…"; the words end in NULL. */
static outcome_t call(const char *const *words, apr_pool_t *p)
{
    const char *argv[8] = { "goauth2" }, *folder = folder_make(p);
    const char *out = apr_pstrcat(p, folder, "/out", NULL), *err = apr_pstrcat(p, folder, "/err", NULL);
    int argc = 1, status = 0;
    pid_t child;

    while (words[argc - 1]) {
        argv[argc] = words[argc - 1];
        argc++;
    }
    fflush(NULL);
    child = fork();
    if (child == 0) {
        redirect(1, out);
        redirect(2, err);
        status = tool_main(argc, argv);
        fflush(NULL);
        _exit(status);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
        fail_msg("the tool did not end");
    return (outcome_t){ WEXITSTATUS(status), read_text(out, p), read_text(err, p) };
}
#define CALL(...) call((const char *const[]){ __VA_ARGS__, NULL }, *state)

static int is_printable_line(const char *text)
{
    size_t len = strlen(text);

    for (size_t i = 0; i + 1 < len; i++)
        if (text[i] < 0x20 || text[i] >= 0x7f)
            return 0;
    return len > 1 && text[len - 1] == '\n';
}

/* Failed, and said so in one sentence on standard error. */
static int failed(outcome_t o)
{
    return o.status == 1 && !*o.out && !strncmp(o.err, "goauth2: ", 9) && is_printable_line(o.err);
}

/* Told that it was called wrongly. */
static int misused(outcome_t o)
{
    return o.status == 2 && !*o.out && !strncmp(o.err, "goauth2: ", 9);
}

static void help_names_every_command(void **state)
{
    static const char *const words[] = { "--help", "help" };

    for (int i = 0; i < 2; i++) {
        outcome_t o = CALL(words[i]);
        assert_int_equal(o.status, 0);
        assert_string_equal(o.err, "");
#define GA2_COMMAND(words, usage, help, run) \
        T_ROW(strstr(o.out, "goauth2 " words " " usage) && strstr(o.out, help), words);
#include "../../../cli/commands.def"
    }
}

static void every_command_explains_itself(void **state)
{
    static const char *const rows[][4] = { { "keys", "new", "--help" }, { "keys", "ls", "--help" },
        { "keys", "rotate", "--help" }, { "client-secrets", "--help" }, { "client-secrets", "/absent", "--help" } };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        outcome_t o = call(rows[i], *state);
        T_ROW(o.status == 0 && !*o.err && strstr(o.out, rows[i][0]), rows[i][0]);
    }
    assert_int_equal(CALL("--version").status, 0);
    assert_string_equal(CALL("--version").out, "goauth2 " GA2_VERSION "\n");
}

static void wrong_calls_end_with_2(void **state)
{
    static const char *const rows[][5] = { { "x" }, { "keys" }, { "keys", "x" }, { "Keys", "new" },
        { "keys new", "/x" },
        { "client_secrets", "/x" }, { "keys", "new" }, { "keys", "new", "/nonexistent/a", "b" }, { "keys", "ls" },
        { "keys", "ls", "a", "b" }, { "keys", "rotate" }, { "client-secrets" }, { "client-secrets", "a", "b" },
        { "" } };
    outcome_t o = call((const char *const[]){ NULL }, *state);

    assert_true(o.status == 2 && !*o.out && strstr(o.err, "keys new"));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        T_ROW(misused(call(rows[i], *state)), apr_psprintf(*state, "row %d", (int)i));
}

static const char *key_path(apr_pool_t *p) { return apr_pstrcat(p, folder_make(p), "/keys", NULL); }

static void new_makes_a_file_once(void **state)
{
    const char *path = key_path(*state), *before;
    outcome_t o = CALL("keys", "new", path);
    struct stat st;

    assert_int_equal(o.status, 0);
    assert_string_equal(apr_pstrcat(*state, o.out, o.err, NULL), "");
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    before = read_text(path, *state);
    assert_int_equal(CALL("keys", "new", path).status, 0);
    assert_string_equal(read_text(path, *state), before);
    assert_true(failed(CALL("keys", "new", "/nonexistent/folder/keys")));
}

/* The secret part of each line of a key file must not be in the text. */
static int shows_a_key(const char *path, const char *text, apr_pool_t *p)
{
    char *state, *copy = apr_pstrdup(p, read_text(path, p));

    for (char *line = apr_strtok(copy, "\n", &state); line; line = apr_strtok(NULL, "\n", &state))
        if (*line != '#' && strstr(text, strrchr(line, ' ') + 1))
            return 1;
    return 0;
}

/* How many lines. */
static int lines_in(const char *text)
{
    int n = 0;

    for (; *text; text++)
        n += *text == '\n';
    return n;
}

static void ls_lists_ids_and_no_key(void **state)
{
    const char *path = key_path(*state);
    outcome_t o;

    CALL("keys", "new", path);
    CALL("keys", "rotate", path);
    o = CALL("keys", "ls", path);
    assert_int_equal(o.status, 0);
    assert_string_equal(o.err, "");
    assert_int_equal(lines_in(o.out), 2);
    assert_non_null(strstr(o.out, "seals and opens\n"));
    assert_int_equal(strspn(o.out, "0123456789abcdef"), 8);
    assert_non_null(strstr(read_text(path, *state), apr_pstrmemdup(*state, o.out, 8)));
    assert_false(shows_a_key(path, o.out, *state));
    assert_true(shows_a_key(path, read_text(path, *state), *state));        /* the question works */
}

static void rotate_puts_a_new_key_first(void **state)
{
    const char *path = key_path(*state), *first, *second;
    outcome_t o;

    CALL("keys", "new", path);
    first = CALL("keys", "ls", path).out;
    o = CALL("keys", "rotate", path);
    assert_true(o.status == 0 && !*o.err && *o.out && !shows_a_key(path, o.out, *state));
    second = CALL("keys", "ls", path).out;
    assert_memory_not_equal(first, second, 8);
    assert_memory_equal(first, strchr(second, '\n') + 1, 8);
    for (int i = 0; i < 6; i++)
        CALL("keys", "rotate", path);
    assert_int_equal(lines_in(CALL("keys", "ls", path).out), 5);            /* 4 old ones are kept */
    assert_int_equal(CALL("keys", "rotate", path, "--keep", "1").status, 0);
    assert_int_equal(lines_in(CALL("keys", "ls", path).out), 2);
    assert_int_equal(CALL("keys", "rotate", path, "--keep", "0").status, 0);
    assert_int_equal(lines_in(CALL("keys", "ls", path).out), 1);
    assert_int_equal(CALL("keys", "rotate", path, "--keep", "15").status, 0);
}

/* Whoever mistypes the number loses no key. */
static void a_wrong_number_of_keys_to_keep_changes_nothing(void **state)
{
    static const char *const rows[] = { "", "x", "-1", "+1", "16", "4x", "4 ", "0x1", "1.5", "4294967296", "4294967297",
        "18446744073709551616", "99999999999999999999" };
    const char *path = key_path(*state), *before;

    CALL("keys", "new", path);
    CALL("keys", "rotate", path);
    before = read_text(path, *state);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        T_ROW(misused(CALL("keys", "rotate", path, "--keep", rows[i])), rows[i]);
    assert_true(misused(CALL("keys", "rotate", path, "--keep")));
    assert_true(misused(CALL("keys", "rotate", path, "--kept", "3")));
    assert_true(misused(CALL("keys", "rotate", "--keep", "3")));
    assert_true(misused(CALL("keys", "rotate", path, "--keep", "3", "4")));
    assert_string_equal(read_text(path, *state), before);
}

static void files_that_cannot_be_used_fail_in_one_sentence(void **state)
{
    const char *folder = folder_make(*state), *path = key_path(*state);
    const char *bad = folder_write(folder, "bad", "Canary7f3a\n", 11, 0600, *state);

    CALL("keys", "new", path);
    chmod(path, 0644);
    assert_true(failed(CALL("keys", "ls", path)));
    assert_true(failed(CALL("keys", "rotate", path)));
    assert_true(failed(CALL("keys", "ls", "/nonexistent/keys")));
    assert_true(failed(CALL("keys", "rotate", "/nonexistent/keys")));
    assert_true(failed(CALL("keys", "ls", folder)));
    assert_true(failed(CALL("keys", "ls", bad)));
    assert_null(strstr(CALL("keys", "ls", bad).err, "Canary7f3a"));
    assert_true(failed(CALL("client-secrets", "/nonexistent/\033[2J")));
    assert_true(failed(CALL("client-secrets", bad)));
    assert_null(strstr(CALL("client-secrets", bad).err, "Canary7f3a"));
}

static const char *client_file(const char *json, apr_pool_t *p)
{
    ga2_bytes_t text = t_json(json, p);

    return folder_write(folder_make(p), "client.json", text.data, text.len, 0600, p);
}

#define CLIENT_FILE(id) "{'web':{'client_id':'" id "','client_secret':'Canary7f3a','auth_uri':'https://op.example/a'," \
    "'token_uri':'https://op.example/t','revoke_uri':'https://op.example/r','issuer':'https://op.example'," \
    "'userinfo_uri':'https://op.example/u','jwks_uri':'https://op.example/k'," \
    "'redirect_uris':['https://www.example/cb'," \
    "'https://www.example/cb2']}}"

static void a_client_file_is_shown_without_its_secret(void **state)
{
    static const char *const shown[] = { "web", "our-client", "(set)", "https://op.example/a\n",
        "https://op.example/t\n",
        "https://op.example/r\n", "https://op.example\n", "https://op.example/u\n", "https://op.example/k\n",
        "https://www.example/cb\n", "https://www.example/cb2\n" };
    outcome_t o = CALL("client-secrets", client_file(CLIENT_FILE("our-client"), *state));

    assert_int_equal(o.status, 0);
    assert_string_equal(o.err, "");
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        T_ROW(strstr(o.out, shown[i]), shown[i]);
    assert_null(strstr(o.out, "Canary7f3a"));
}

static void a_client_file_cannot_steer_the_terminal(void **state)
{
    outcome_t o = CALL("client-secrets", client_file(CLIENT_FILE("\\u001b]0;x\\u0007\\nclient_secret stolen"), *state));

    assert_int_equal(o.status, 0);
    assert_int_equal(lines_in(o.out), 11);
    for (const char *s = o.out; *s; s++)
        assert_true(*s == '\n' || (*s >= 0x20 && *s < 0x7f));
}

static void a_client_file_that_is_not_filled_in_says_so(void **state)
{
    outcome_t o = CALL("client-secrets", client_file(CLIENT_FILE("[[INSERT CLIENT ID HERE]]"), *state));

    assert_true(failed(o));
    assert_non_null(strstr(o.err, "Property \"client_id\" is not configured."));
    assert_null(strstr(o.err, "Canary7f3a"));
}

static const struct CMUnitTest cases[] = {
    T("help names every command", help_names_every_command),
    T("every command explains itself", every_command_explains_itself),
    T("wrong calls end with 2", wrong_calls_end_with_2),
    T("keys new makes a file, once", new_makes_a_file_once),
    T("keys ls lists ids and no key", ls_lists_ids_and_no_key),
    T("keys rotate puts a new key first", rotate_puts_a_new_key_first),
    T("a wrong number of keys to keep changes nothing", a_wrong_number_of_keys_to_keep_changes_nothing),
    T("files that cannot be used fail in one sentence", files_that_cannot_be_used_fail_in_one_sentence),
    T("a client file is shown without its secret", a_client_file_is_shown_without_its_secret),
    T("a client file cannot steer the terminal", a_client_file_cannot_steer_the_terminal),
    T("a client file that is not filled in says so", a_client_file_that_is_not_filled_in_says_so),
};

T_MAIN("cli", cases)
