/* SPDX-License-Identifier: Apache-2.0
 * ga2_cookie_find against a slow model that looks at every place of the header on its own; ga2_cookie_strip leaves
 * none of our cookies, adds no byte and loses none of the others. */
#include "fuzz.h"
#include "codec/cookie.h"
#include <apr_strings.h>
#include <string.h>

static const char *const ours[] = { "s", "__Host-s", NULL };

static int is_space(char c) { return c == ' ' || c == '\t'; }

/* Whether a pair begins at `at`: 0 no, 1 yes, 2 behind a comma. */
static int begins(const char *header, apr_size_t at)
{
    apr_size_t i = at;

    while (i > 0 && is_space(header[i - 1]))
        i--;
    if (i == 0 || header[i - 1] == ';')
        return 1;
    return header[i - 1] == ',' && header[i] == ' ' && i < at ? 2 : 0;
}

static ga2_bytes_t value_at(const char *header, apr_size_t at)
{
    apr_size_t end = at;

    while (header[end] && header[end] != ';' && !(header[end] == ',' && header[end + 1] == ' '))
        end++;
    while (end > at && is_space(header[end - 1]))
        end--;
    return (ga2_bytes_t){ (const unsigned char *)header + at, end - at };
}

/* What ga2_cookie_find should have found; returns how many. */
static int find_slowly(ga2_bytes_t values[GA2_COOKIE_VALUES_MAX], const char *header, const char *name)
{
    apr_size_t len = strlen(name);
    int found = 0;

    for (apr_size_t at = 0; header[at]; at++) {
        int how = begins(header, at);
        if (!how || is_space(header[at]) || strncmp(header + at, name, len) != 0 || header[at + len] != '=')
            continue;
        if (found < GA2_COOKIE_VALUES_MAX)
            values[found] = how == 2 ? GA2_NO_BYTES : value_at(header, at + len + 1);
        found++;
    }
    return found;
}

static int count(const char *header, const char *name)
{
    ga2_bytes_t values[GA2_COOKIE_VALUES_MAX], expected[GA2_COOKIE_VALUES_MAX];
    int found = ga2_cookie_find(values, header, name);

    if (!header)
        return found;
    GA2_HOLDS(found == find_slowly(expected, header, name));
    for (int i = 0; i < found && i < GA2_COOKIE_VALUES_MAX; i++)
        GA2_HOLDS(values[i].data == expected[i].data && values[i].len == expected[i].len);
    return found;
}

/* All of `part`, in order, in `whole`. */
static int is_within(const char *part, const char *whole)
{
    for (; *whole && *part; whole++)
        part += *part == *whole;
    return *part == 0;
}

GA2_FUZZ(input, pool)
{
    const char *header = apr_pstrmemdup(pool, (const char *)input.data, input.len);
    const char *rest = ga2_cookie_strip(header, ours, pool);
    int had = count(header, ours[0]) + count(header, ours[1]);

    GA2_HOLDS((rest == header) == (had == 0));
    GA2_HOLDS(count(rest, ours[0]) == 0 && count(rest, ours[1]) == 0);
    GA2_HOLDS(count(rest, "a") == count(header, "a") && count(rest, "ss") == count(header, "ss"));
    GA2_HOLDS(!rest || is_within(rest, header));
    GA2_HOLDS(ga2_cookie_strip(rest, ours, pool) == rest);
}
