/* SPDX-License-Identifier: Apache-2.0 */
#include "prove.h"
#include "ap_mpm.h"
#include "base/file.h"
#include "http_core.h"
#include "unixd.h"
#include <apr_strings.h>
#include <errno.h>
#include <grp.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SENTENCE_MAX = 1024 };

static int is_root(void) { return geteuid() == 0; }

/* The children's user; -1 where this process cannot become another. */
static uid_t uid(void) { return is_root() ? ap_unixd_config.user_id : (uid_t)-1; }
static gid_t gid(void) { return is_root() ? ap_unixd_config.group_id : (gid_t)-1; }

/* The directory that a file or directory will be in, made when it is not there. */
static ga2_error_t *make_parent(const char *path, apr_pool_t *p)
{
    const char *slash = strrchr(path, '/');
    const char *dir = slash && slash != path ? apr_pstrmemdup(p, path, (apr_size_t)(slash - path)) : "/";
    struct stat st;

    if (stat(dir, &st) == 0)
        return NULL;
    GA2_TRY(ga2_directory_make(dir, 0755, p));
    if (chmod(dir, 0700) || (is_root() && chown(dir, uid(), gid())))
        return ga2_fail(p, FILE, NULL, "cannot give %s to the server's user: %s", dir, strerror(errno));
    return NULL;
}

/* What to do about it, in the words of the configuration. */
static ga2_error_t *advise(ga2_error_t *err, const char *directive, const char *path, apr_pool_t *p)
{
    if (!err)
        return NULL;
    return ga2_fail(p, FILE, err, "%s %s: make its directory for the server's user, or name another place", directive,
                    path);
}

static ga2_error_t *make_files(const ga2_config_t *c, apr_pool_t *p)
{
    const char *directory = ga2_store_directory(c->store, p);

    GA2_TRY(advise(make_parent(c->key_file, p), "GOAuth2KeyFile", c->key_file, p));
    if (directory)
        GA2_TRY(advise(make_parent(directory, p), "GOAuth2Store", directory, p));
    return advise(ga2_keyring_ensure(c->key_file, uid(), gid(), apr_time_now(), p), "GOAuth2KeyFile", c->key_file, p);
}

/* In the forked child: become the server's user and open the store. What went wrong goes through the pipe. */
static void try_store(int pipe_end, const char *url, apr_pool_t *p)
{
    ga2_store_t *store;
    ga2_error_t *err = NULL;
    const char *sentence;

    if (is_root() && (setgroups(0, NULL) || setgid(gid()) || setuid(uid())))
        err = ga2_fail(p, CONFIG, NULL, "cannot become the server's user: %s", strerror(errno));
    if (!err)
        err = ga2_store_open(&store, url, p);
    if (!err)
        err = ga2_store_ping(store, p);
    if (!err)
        return;
    sentence = ga2_error_sentence(err, p);
    if (write(pipe_end, sentence, strnlen(sentence, SENTENCE_MAX)) < 0)
        _exit(2);
}

/* What the child says; the empty text: all is well. */
static const char *hear(int pipe_end, apr_pool_t *p)
{
    char *text = apr_pcalloc(p, SENTENCE_MAX + 1);
    apr_size_t len = 0;
    ssize_t n;

    while (len < SENTENCE_MAX
           && ((n = read(pipe_end, text + len, SENTENCE_MAX - len)) > 0 || (n < 0 && errno == EINTR)))
        len += n > 0 ? (apr_size_t)n : 0;
    return text;
}

static ga2_error_t *prove_store(const char *url, apr_pool_t *p)
{
    int ends[2], status = 0;
    const char *sentence;
    apr_pool_t *own;
    pid_t child;

    if (pipe(ends))
        return ga2_fail(p, CONFIG, NULL, "cannot make a pipe: %s", strerror(errno));
    child = fork();
    if (child < 0)
        return ga2_fail(p, CONFIG, NULL, "cannot fork: %s", strerror(errno));
    if (child == 0) {
        apr_pool_create(&own, NULL);
        try_store(ends[1], url, own);
        apr_pool_destroy(own);
        _exit(0);
    }
    (void)close(ends[1]);
    sentence = hear(ends[0], p);
    (void)close(ends[0]);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    if (*sentence)
        return ga2_fail(p, STORE, NULL, "GOAuth2Store %s: %s", url, sentence);
    if (!WIFEXITED(status) || WEXITSTATUS(status))
        return ga2_fail(p, STORE, NULL, "GOAuth2Store %s could not be tried", url);
    return NULL;
}

/* A store in memory is each process's own: sessions would come and go with the child that answers. */
static ga2_error_t *one_process(const ga2_config_t *c, apr_pool_t *p)
{
    int most = 0;

    if (ga2_store_directory(c->store, p) || ap_exists_config_define("ONE_PROCESS"))
        return NULL;
    if (ap_exists_config_define("DEBUG"))       /* httpd -X */
        return NULL;
    if (ap_mpm_query(AP_MPMQ_MAX_DAEMONS, &most) == APR_SUCCESS && most <= 1)
        return NULL;
    return ga2_fail(p, CONFIG, NULL,
                    "GOAuth2Store %s keeps sessions in one process, but this server has up to %d; write "
                    "lmdb:" GA2_STATE_DIR "/sessions",
                    c->store, most);
}

ga2_error_t *ga2_prove_site(ga2_server_t *server, apr_pool_t *conf, apr_pool_t *temp)
{
    const ga2_config_t *c = server->site->config;

    GA2_TRY(one_process(c, temp));
    GA2_TRY(make_files(c, temp));
    GA2_TRY(prove_store(c->store, temp));
    return ga2_keyring_load(&server->site->ring, c->key_file, conf);
}
