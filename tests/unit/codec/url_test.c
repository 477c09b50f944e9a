/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "codec/url.h"
#include <apr_strings.h>

/* scheme host port path query, and "#" and "@" for the flags. */
static const char *shown(const ga2_url_t *u, apr_pool_t *p)
{
    return apr_psprintf(p, "%s %s %d %s %s%s%s", u->scheme, u->host, u->port, u->path, u->query ? u->query : "-",
                        u->has_fragment ? " #" : "", u->has_userinfo ? " @" : "");
}

static void parses(void **state)
{
    static const struct { const char *url, *parts; } rows[] = {
        { "https://op.example",                     "https op.example 443 / -" },
        { "http://op.example/",                     "http op.example 80 / -" },
        { "HTTPS://OP.Example/Path",                "https op.example 443 /Path -" },
        { "https://op.example:8443/a/b?c=d&e",      "https op.example 8443 /a/b c=d&e" },
        { "https://op.example:443",                 "https op.example 443 / -" },
        { "https://op.example:1/",                  "https op.example 1 / -" },
        { "https://op.example:65535/",              "https op.example 65535 / -" },
        { "https://op.example?",                    "https op.example 443 / " },
        { "https://op.example?a=//b@c:d",           "https op.example 443 / a=//b@c:d" },
        { "https://op.example#frag",                "https op.example 443 / - #" },
        { "https://op.example/p#?q",                "https op.example 443 /p - #" },
        { "https://op.example/p?q#",                "https op.example 443 /p q #" },
        { "https://user:pw@op.example/",            "https op.example 443 / - @" },
        { "https://@op.example/",                   "https op.example 443 / - @" },
        { "https://good.example:1@evil.example/",   "https evil.example 443 / - @" },
        { "https://op.example/@x:y//z",             "https op.example 443 /@x:y//z -" },
        { "https://op.example//x/%2F/../{a}|\"",    "https op.example 443 //x/%2F/../{a}|\" -" },
        { "https://my_op:9000/",                    "https my_op 9000 / -" },
        { "https://xn--bcher-kva.example/",         "https xn--bcher-kva.example 443 / -" },
        { "https://3com.example/",                  "https 3com.example 443 / -" },
        { "https://1.2.3.4/",                       "https 1.2.3.4 443 / -" },
        { "http://[::1]:8080/x",                    "http ::1 8080 /x -" },
        { "https://[2001:DB8::A]",                  "https 2001:db8::a 443 / -" },
        { "https://u@[::1]?q",                      "https ::1 443 / q @" },
    };
    ga2_url_t u;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        T_ROW(ga2_url_parse(&u, rows[i].url, *state), rows[i].url);
        assert_string_equal(shown(&u, *state), rows[i].parts);
    }
}

static void refuses(void **state)
{
    static const char *const bad[] = {
        "", "https", "https:", "https:/", "https://", "https:///", "https:///evil", "https:evil", "https:/evil",
        "//evil", "/path", "ftp://op.example/", "javascript://op.example/", "httpss://op.example",
        "https ://op.example", " https://op.example/", "https://op.example/ ", "https://op.example/a b",
        "https://op.example/\t", "https://op\n.example", "https://op.example/\r\n", "https://op.example\\",
        "https:\\\\op.example", "https://op.example/\\evil", "https://b\xc3\xbcr.example/",
        "https://op.example/\xc3\xa4", "https://op.example/\x7f", "https://op.example/\x01", "https://?", "https://#",
        "https://@/", "https://user@", "https://:443/", "https://:443@/", "https://op.example:/",
        "https://op.example:0", "https://op.example:65536", "https://op.example:99999", "https://op.example:0443",
        "https://op.example:443x", "https://op.example:+443", "https://op.example:-1", "https://op.example: 443",
        "https://op.example:4:4", "https://op.example:100000000000000000000443", "https://a@b@op.example/",
        "https://.op.example", "https://op..example", "https://op.example.", "https://.", "https://-op.example",
        "https://op-.example", "https://op.example-", "https://op%2eexample/", "https://op.exa%6dple/",
        "https://op,example", "https://op;example", "https://op!example", "https://(op)", "https://op*",
        "https://<op>", "https://op|x", "https://1.2.3", "https://1.2.3.4.5", "https://1.2.3.256", "https://01.2.3.4",
        "https://2130706433", "https://0x7f.1", "https://0x7f000001", "https://evil.0x7f", "https://evil.0x",
        "https://evil.1", "https://127.1", "https://[::1", "https://::1/", "https://[]/", "https://[::1]x",
        "https://[::1]:", "https://[::1]]", "https://[1.2.3.4]", "https://[::g]", "https://[::1%25eth0]/",
        "https://[v1.x]/", "https://[[::1]]", "https://x[::1]/", "https://[:::1]",
    };
    ga2_url_t u;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        T_ROW(!ga2_url_parse(&u, bad[i], *state), bad[i]);
    assert_false(ga2_url_parse(&u, NULL, *state));
}

static void has_limits(void **state)
{
    apr_pool_t *p = *state;
    char *path = apr_pcalloc(p, GA2_URL_MAX + 2), label[65] = "", *host;
    ga2_url_t u;

    memset(path, 'a', GA2_URL_MAX + 1);
    memcpy(path, "https://op.example/", 19);
    assert_false(ga2_url_parse(&u, path, p));
    path[GA2_URL_MAX] = 0;
    assert_true(ga2_url_parse(&u, path, p));
    memset(label, 'a', 64);
    assert_false(ga2_url_parse(&u, apr_pstrcat(p, "https://", label, ".example", NULL), p));
    label[63] = 0;
    assert_true(ga2_url_parse(&u, apr_pstrcat(p, "https://", label, ".example", NULL), p));
    host = apr_psprintf(p, "https://%s.%s.%s.%.61s", label, label, label, label);
    assert_true(ga2_url_parse(&u, host, p));
    assert_int_equal(strlen(u.host), 253);
    assert_false(ga2_url_parse(&u, apr_pstrcat(p, host, "a", NULL), p));
}

static void keeps_nothing_of_a_password(void **state)
{
    ga2_url_t u;

    assert_true(ga2_url_parse(&u, "https://user:hunter2@op.example/p?q#secret", *state));
    assert_null(strstr(shown(&u, *state), "hunter2"));
    assert_null(strstr(ga2_url_origin(&u, *state), "user"));
    assert_null(strstr(shown(&u, *state), "secret"));
}

static void knows_loopback(void **state)
{
    static const char *const yes[] = { "localhost", "LocalHost", "127.0.0.1", "127.255.3.4", "::1", "0:0:0:0:0:0:0:1" };
    static const char *const no[] = {
        "", "localhost.", "localhost.evil.example", "evil.localhost", "127.0.0.1.evil.example", "127.1", "128.0.0.1",
        "0.0.0.0", "2130706433", "::", "::2", "::ffff:127.0.0.1", "[::1]", "127.0.0.01", "10.0.0.1",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
        T_ROW(ga2_url_host_is_loopback(yes[i]), yes[i]);
    for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
        T_ROW(!ga2_url_host_is_loopback(no[i]), no[i]);
}

static void knows_safe_urls_and_origins(void **state)
{
    static const struct { const char *url, *origin; int safe; } rows[] = {
        { "https://op.example/x?y",     "https://op.example", 1 },
        { "https://op.example:443/",    "https://op.example", 1 },
        { "https://op.example:80/",     "https://op.example:80", 1 },
        { "http://op.example:443/",     "http://op.example:443", 0 },
        { "http://op.example/",         "http://op.example", 0 },
        { "http://localhost:8080/",     "http://localhost:8080", 1 },
        { "http://127.0.0.1/",          "http://127.0.0.1", 1 },
        { "http://[::1]:80/",           "http://[::1]", 1 },
        { "https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443", 1 },
    };
    ga2_url_t u;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_true(ga2_url_parse(&u, rows[i].url, *state));
        T_ROW(ga2_url_is_safe(&u) == rows[i].safe, rows[i].url);
        assert_string_equal(ga2_url_origin(&u, *state), rows[i].origin);
    }
}

/* Neither a suffix, nor a prefix, nor another port or scheme is the same origin. */
static void compares_origins(void **state)
{
    static const struct { const char *url; int same; } rows[] = {
        { "https://good.example", 1 }, { "https://GOOD.example:443/other?x#y", 1 }, { "https://user@good.example/", 1 },
        { "http://good.example", 0 }, { "http://good.example:443", 0 }, { "https://good.example:444", 0 },
        { "https://good.example.evil.example", 0 }, { "https://evilgood.example", 0 },
        { "https://evil-good.example", 0 },
        { "https://good.example@evil.example/", 0 }, { "https://good.example:pw@evil.example/", 0 },
        { "https://evil.example/good.example", 0 }, { "https://sub.good.example", 0 }, { "https://good.exampl", 0 },
    };
    ga2_url_t ours, u;

    assert_true(ga2_url_parse(&ours, "https://good.example/", *state));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_true(ga2_url_parse(&u, rows[i].url, *state));
        T_ROW(ga2_url_same_origin(&u, &ours) == rows[i].same, rows[i].url);
        T_ROW(ga2_url_same_origin(&ours, &u) == rows[i].same, rows[i].url);
    }
}

static void encodes(void **state)
{
    assert_string_equal(ga2_url_encode("AZaz09-._~", *state), "AZaz09-._~");
    assert_string_equal(ga2_url_encode("", *state), "");
    assert_string_equal(ga2_url_encode(" /?#[]@!$&'()*+,;=:%\"\\", *state),
                        "%20%2F%3F%23%5B%5D%40%21%24%26%27%28%29%2A%2B%2C%3B%3D%3A%25%22%5C");
    assert_string_equal(ga2_url_encode("\x01\x7f\xff\xc3\xa4", *state), "%01%7F%FF%C3%A4");
}

static void adds_parameters(void **state)
{
    static const struct { const char *url, *with; } rows[] = {
        { "https://op.example",             "https://op.example?a%20b=c%26d" },
        { "https://op.example/x",           "https://op.example/x?a%20b=c%26d" },
        { "https://op.example/x?",          "https://op.example/x?a%20b=c%26d" },
        { "https://op.example/x?y=z",       "https://op.example/x?y=z&a%20b=c%26d" },
        { "https://op.example/x?y=z&",      "https://op.example/x?y=z&a%20b=c%26d" },
        { "https://op.example/x#f",         "https://op.example/x?a%20b=c%26d#f" },
        { "https://op.example/x#f?g",       "https://op.example/x?a%20b=c%26d#f?g" },
        { "https://op.example/x?y#f?&",     "https://op.example/x?y&a%20b=c%26d#f?&" },
        { "",                               "?a%20b=c%26d" },
        { "#",                              "?a%20b=c%26d#" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_string_equal(ga2_url_add(rows[i].url, "a b", "c&d", *state), rows[i].with);
    assert_string_equal(ga2_url_add_query("https://op.example/?x#f", "a=b%20c&d", *state),
                        "https://op.example/?x&a=b%20c&d#f");
}

static void lets_return_paths_pass(void **state)
{
    static const char *const good[] = {
        "/", "/?", "/?a=b", "/app", "/app/", "/app/page?x=1&y=2", "/app/?a=b&c=%2F%5C", "/app/x%2fy/z", "/app/x%5Cy",
        "/app/%2F", "/app//page", "/app/page//", "/app/?next=//evil.example/", "/?//evil.example", "/?/../..//evil",
        "/app?x=/\"<>^`{|}'", "/My%20Documents/a%20b.txt", "/b%C3%BCcher/%E4%B8%AD", "/100%25/x", "/50%", "/a%zz",
        "/x?discount=50%&y=%", "/.well-known/x", "/.hidden/..x/x../.x.", "/a.b/...c", "/a;jsessionid=1/b",
        "/;jsessionid=1", "/app/;x=1", "/@me/:80/x", "/https://evil.example/", "/evil.example", "/a:b@c",
        "/~user/(x)!$&'*+,=", "/a?b=%09%20%7F", "/%E5%98%8B", "/%ef%bc%8fevil", "/a/%3f/x", "/a%23b", "/x/%2541",
        "/app/x%252fy", "/?a=%250a", "/-/_/", "/?a=..", "/?a=/./", "/app/%40", "/a/b;c=..;d",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        T_ROW(ga2_url_is_return_path(good[i]), good[i]);
}

static const char *const bad_returns[] = {
    /* slashes */
    "//evil", "///evil", "////evil", "//", "//evil.example/x", "//user@evil", "//?x", "/;//evil", "/;a/evil", "/;/",
    /* backslashes */
    "/\\evil", "\\\\evil", "/\\/evil", "\\/evil", "\\evil", "/app\\x", "/app?x=\\", "/\\", "/\\\\",
    /* white space and controls, raw and encoded */
    "/\t/evil", "/\n/evil", "/\r/evil", "/\v/evil", "/\f/evil", " /app", "\t//evil", "/ /evil", "/app ", "/app?x= y",
    "/\x01", "/\x7f", "/%09/evil", "/%0b/evil", "/%0C/evil", "/%20/evil", "/%20%20/evil", "/app/%09x", "/app/%7f",
    "/%1f/evil", "/app/%20/x", "/%2509/evil", "/app/%2509",
    /* slashes that appear when escapes are undone, once or often */
    "/%2f/evil", "/%2Fevil", "/%2f%2fevil", "/%5cevil", "/%5C/evil", "/%252fevil", "/%25252fevil", "/%255cevil",
    "/%%32%66evil", "/%2%66evil", "/app%2fx/y", "/app%5cx", "/app%252fx", "/a%25%32%66b", "/x%2f", "/%5c",
    /* dot segments */
    "/./evil", "/.//evil", "/..//evil", "/../evil", "/.", "/..", "/./", "/../", "/app/.", "/app/..",
    "/app/../..//evil", "/a/b/../..//evil", "/%2e//evil", "/%2E%2e//evil", "/.%2e/evil", "/%252e//evil", "/.;//evil",
    "/..;/evil", "/..;a=b/evil", "/app/..;x//evil", "/app/..%2f..%2f/evil", "/a/..%2f%2fevil", "/a/%2e%2e%2f%2fevil",
    "/a/.%5cevil", "/.../x", "/.%20/evil", "/%20./evil", "/app/.%20", "/./?x", "/..?x", "/.%2f/evil",
    /* other addresses */
    "", "app", "https:evil", "https:/evil", "http:///evil", "HTTP://evil", "https://good@evil",
    "https://good:pw@evil", "good.evil.com", "good.com.", ":80/", "evil", "?x=/", ".", "./app", "../app",
    "https://good.example/app", "@evil", ":443",
    /* other schemes */
    "javascript:alert(1)", "JavaScript:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "vbscript:x", "blob:x",
    "\x01javascript:x",
    /* header splitting */
    "/app\r\nX-Evil: 1", "/app\nX", "/app\rX", "/app%0d%0aX", "/app?x=%0D%0AX", "/app?x=%0a", "/%00", "/app?x=%00",
    "/app/%00.html", "/app%0aX", "/%E5%98%8A", "/app?x=%e5%98%8d%E5%98%8ax",
    /* outside ASCII, and fragments */
    "/b\xc3\xbcr", "/\xef\xbc\x8fx", "/\xe3\x80\x82", "/\xe2\x80\xae", "/\x80", "/\xff",
    "/app?x=\xc3\xa4", "/app#frag", "/#", "/app?x#y",
};

static void stops_bad_return_paths(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(bad_returns) / sizeof(bad_returns[0]); i++)
        T_ROW(!ga2_url_is_return_path(bad_returns[i]), bad_returns[i]);
    assert_false(ga2_url_is_return_path(NULL));
}

static void stops_long_return_paths(void **state)
{
    char *path = apr_pcalloc(*state, 100001);

    memset(path, 'a', 100000);
    path[0] = '/';
    assert_false(ga2_url_is_return_path(path));
    path[GA2_URL_RETURN_MAX + 1] = 0;
    assert_false(ga2_url_is_return_path(path));
    path[GA2_URL_RETURN_MAX] = 0;
    assert_true(ga2_url_is_return_path(path));
    path[1] = '%';              /* a "%" that was encoded some thousand times */
    for (int i = 2; i + 2 <= GA2_URL_RETURN_MAX; i += 2)
        memcpy(path + i, "25", 2);
    assert_true(ga2_url_is_return_path(path));
}

static const struct CMUnitTest cases[] = {
    T("an absolute URL is taken apart", parses),
    T("what is no well-formed http or https URL is refused", refuses),
    T("long URLs, labels and host names are refused", has_limits),
    T("nothing stays of user, password and fragment", keeps_nothing_of_a_password),
    T("loopback hosts are known as written", knows_loopback),
    T("origins and safe URLs are known", knows_safe_urls_and_origins),
    T("only the same scheme, host and port is the same origin", compares_origins),
    T("everything but unreserved characters is encoded", encodes),
    T("a parameter is added before the fragment", adds_parameters),
    T("honest return paths pass", lets_return_paths_pass),
    T("return paths that could lead elsewhere are stopped", stops_bad_return_paths),
    T("long return paths are stopped", stops_long_return_paths),
};

T_MAIN("url", cases)
