/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "codec/base64.h"
#include "crypto/context.h"
#include "crypto/digest.h"
#include "page/page.h"
#include <apr_strings.h>

#define EVIL "<script>'\"&\x01\xff"
#define TAMED "&lt;script&gt;&#39;&quot;&amp;\xef\xbf\xbd"

static const char *html(const ga2_page_t *page, apr_pool_t *p)
{
    const char *hash;

    ga2_crypto_start(p);
    return ga2_page_html(page, &hash, p);
}

static int count(const char *text, const char *what)
{
    int n = 0;

    for (; (text = strstr(text, what)) != NULL; text += strlen(what))
        n++;
    return n;
}

static void every_part_is_there(void **state)
{
    static const char *const want[] = {
        "<title>The title</title>", "<h1>The title</h1>", "<p>The text</p>", "<p>The message</p>", "Code CODE",
        "Reference ABCD-EFGH", "<a class=\"go\" href=\"/again\">Try again</a>",
        "<form method=\"post\" action=\"/do\">", "<input type=\"hidden\" name=\"xsrf\" value=\"token\">",
        "<button type=\"submit\">Do it</button></form>",
    };
    const ga2_page_t page = { "The title", "The text",  "The message", "CODE",  "ABCD-EFGH",
                              "/again",    "Try again", "/do",         "token", "Do it" };
    const char *text = html(&page, *state);

    for (size_t i = 0; i < sizeof want / sizeof *want; i++)
        T_ROW(strstr(text, want[i]), want[i]);
    assert_int_equal(strncmp(text, "<!DOCTYPE html>\n<html lang=\"en\">", 32), 0);
}

static void what_is_not_there_leaves_nothing_behind(void **state)
{
    const ga2_page_t page = { .title = "T", .text = "x" };
    const char *text = html(&page, *state);

    assert_null(strstr(text, "<form"));
    assert_null(strstr(text, "<a "));
    assert_null(strstr(text, "<footer>"));
    assert_null(strstr(text, "(null)"));
    assert_int_equal(count(text, "<p>"), 1);
}

static void code_and_reference_stand_alone_too(void **state)
{
    assert_non_null(strstr(html(&(ga2_page_t){ .title = "T", .code = "C" }, *state), "<footer>Code C</footer>"));
    assert_non_null(
        strstr(html(&(ga2_page_t){ .title = "T", .reference = "R" }, *state), "<footer>Reference R</footer>"));
}

static void every_part_is_escaped(void **state)
{
    const ga2_page_t page = { EVIL, EVIL, EVIL, EVIL, EVIL, EVIL, EVIL, EVIL, EVIL, EVIL };
    const char *text = html(&page, *state);

    assert_null(strstr(text, "<script"));
    assert_null(strchr(text, 1));
    assert_int_equal(count(text, TAMED), 11);       /* the title twice */
    assert_int_equal(count(text, "<style>"), 1);
}

static void nothing_from_elsewhere_and_no_script(void **state)
{
    const ga2_page_t page = { "T", "x", "m", "C", "R", "/again", "Try again", "/do", "token", "Do it" };
    const char *text = html(&page, *state);
    static const char *const none[] = { "<script", "javascript:", " on",  "http:", "https:", "//",
                                        "url(",    "@import",     "<img", "<link", "style=", "src=" };

    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        T_ROW(!strstr(text, none[i]), none[i]);
}

static void the_hash_is_of_the_style(void **state)
{
    const ga2_page_t page = { .title = "T" };
    unsigned char digest[GA2_SHA256_LEN];
    const char *hash, *text, *from, *to;

    ga2_crypto_start(*state);
    text = ga2_page_html(&page, &hash, *state);
    from = strstr(text, "<style>") + strlen("<style>");
    to = strstr(from, "</style>");
    ga2_sha256(digest, (ga2_bytes_t){ (const unsigned char *)from, (apr_size_t)(to - from) });
    assert_string_equal(hash, apr_pstrcat(*state, "'sha256-",
                                          ga2_base64((ga2_bytes_t){ digest, sizeof digest }, *state), "'", NULL));
}

/* ---- the administrator's own page ---- */

static void placeholders(void **state)
{
    static const struct { const char *html, *want; } rows[] = {
        { "", "" },
        { "plain", "plain" },
        { "{{title}}", "T" },
        { "a{{title}}b{{text}}c", "aTbXc" },
        { "{{title}}{{title}}", "TT" },
        { "{{code}} {{reference}} {{again}} {{message}}", "C R /again M" },
        { "{{unknown}}", "{{unknown}}" },
        { "{{Title}}", "{{Title}}" },
        { "{{ title }}", "{{ title }}" },
        { "{{}}", "{{}}" },
        { "{{", "{{" },
        { "}}", "}}" },
        { "{{title", "{{title" },
        { "{title}", "{title}" },
        { "{{{title}}}", "{{{title}}}" },
        { "{{titl}}{{title}}", "{{titl}}T" },
        { "{{x {{title}}", "{{x T" },
        { "{{title}}{{", "T{{" },
        { "{{title}}}}", "T}}" },
        { "{{xsrf}}{{link}}{{action}}", "{{xsrf}}{{link}}{{action}}" },
    };
    const ga2_page_t page = {
        .title = "T", .text = "X", .message = "M", .code = "C", .reference = "R", .link = "/again", .xsrf = "secret"
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *got = ga2_page_fill(rows[i].html, &page, *state);
        if (strcmp(got, rows[i].want))
            fail_msg("%s: \"%s\", not \"%s\"", rows[i].html, got, rows[i].want);
    }
}

static void absent_parts_are_empty(void **state)
{
    assert_string_equal(ga2_page_fill("<{{message}}|{{again}}>", &(ga2_page_t){ .title = "T" }, *state), "<|>");
}

/* A value is neither markup nor a placeholder. */
static void values_are_escaped_and_not_read_again(void **state)
{
    const ga2_page_t page = { .title = EVIL, .text = "{{title}}" };

    assert_string_equal(ga2_page_fill("<a title=\"{{title}}\">", &page, *state), "<a title=\"" TAMED "\">");
    assert_string_equal(ga2_page_fill("{{text}}", &page, *state), "{{title}}");
    assert_string_equal(ga2_page_fill("{{text}}{{text}}", &page, *state), "{{title}}{{title}}");
}

static const struct CMUnitTest cases[] = {
    T("every part is there", every_part_is_there),
    T("what is not there leaves nothing behind", what_is_not_there_leaves_nothing_behind),
    T("code and reference stand alone, too", code_and_reference_stand_alone_too),
    T("every part is escaped", every_part_is_escaped),
    T("nothing comes from elsewhere, and there is no script", nothing_from_elsewhere_and_no_script),
    T("the hash is of the style", the_hash_is_of_the_style),
    T("placeholders of an own page", placeholders),
    T("absent parts are empty there", absent_parts_are_empty),
    T("values are escaped, and not read again", values_are_escaped_and_not_read_again),
};
T_MAIN("page/html", cases)
