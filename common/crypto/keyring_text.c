/* SPDX-License-Identifier: Apache-2.0
 *
 *     9f2c1a77 2026-11-24T09:30:00Z wJ0…43 characters of base64url…
 *
 * One spelling for each key: one space between the fields, small hex digits, no space at either end. */
#include "crypto/keyring_text.h"
#include "base/rand.h"
#include "base/secret.h"
#include "codec/base64.h"
#include "crypto/digest.h"
#include <apr_strings.h>

static const char heading[] = "# mod_goauth2 keys: the first seals, all open. Keep this file secret.\n";
enum { ID_LEN = 8, DATE_LEN = 20, KEY_LEN = 43, LINE_LEN = ID_LEN + 1 + DATE_LEN + 1 + KEY_LEN + 1 };

static apr_uint32_t id_of(const unsigned char key[GA2_KEY_LEN])
{
    unsigned char digest[GA2_SHA256_LEN];

    ga2_sha256(digest, (ga2_bytes_t){ key, GA2_KEY_LEN });
    return (apr_uint32_t)digest[0] << 24 | (apr_uint32_t)digest[1] << 16 | (apr_uint32_t)digest[2] << 8 | digest[3];
}

/* Up to the next `end`, which is taken off the rest, too. */
static ga2_bytes_t cut(ga2_bytes_t *rest, char end)
{
    const unsigned char *at = rest->len ? memchr(rest->data, end, rest->len) : NULL;
    ga2_bytes_t part = { rest->data, at ? (apr_size_t)(at - rest->data) : rest->len };
    apr_size_t taken = part.len + (at != NULL);

    *rest = (ga2_bytes_t){ rest->data + taken, rest->len - taken };
    return part;
}

static int read_id(apr_uint32_t *out, ga2_bytes_t text)
{
    static const char digits[] = "0123456789abcdef";

    if (text.len != ID_LEN)
        return 0;
    *out = 0;
    for (int i = 0; i < ID_LEN; i++) {
        const char *digit = memchr(digits, text.data[i], 16);
        if (!digit)
            return 0;
        *out = *out << 4 | (apr_uint32_t)(digit - digits);
    }
    return 1;
}

static int two(const unsigned char *digits) { return (digits[0] - '0') * 10 + digits[1] - '0'; }

static int date_ok(ga2_bytes_t text)
{
    static const char shape[] = "dddd-dd-ddTdd:dd:ddZ";

    if (text.len != DATE_LEN)
        return 0;
    for (int i = 0; i < DATE_LEN; i++)
        if (shape[i] == 'd' ? text.data[i] < '0' || text.data[i] > '9' : text.data[i] != (unsigned char)shape[i])
            return 0;
    return two(text.data + 5) >= 1 && two(text.data + 5) <= 12 && two(text.data + 8) >= 1 && two(text.data + 8) <= 31
        && two(text.data + 11) <= 23 && two(text.data + 14) <= 59 && two(text.data + 17) <= 60;
}

/* NULL, or what is wrong with it. */
static const char *read_line(ga2_key_line_t *out, ga2_bytes_t line)
{
    ga2_bytes_t rest = line, id = cut(&rest, ' '), date = cut(&rest, ' '), key = cut(&rest, ' ');
    apr_size_t len;

    if (line.data[line.len - 1] == '\r')
        return "ends in a carriage return; save the file with Unix line ends";
    if (rest.len || !key.len || key.data + key.len != line.data + line.len)
        return "must be an id, a date and a key with one space between them";
    if (!read_id(&out->id, id))
        return "must begin with an id of 8 digits out of 0-9 and a-f";
    if (!date_ok(date))
        return "has a date that is not like 2026-11-24T09:30:00Z";
    if (key.len != KEY_LEN || !ga2_base64url_read(out->key, &len, (const char *)key.data, key.len))
        return "has a key that is not 43 characters of base64url";
    if (out->id != id_of(out->key))
        return "has an id that is not its key's: one of the two is damaged";
    memcpy(out->made, date.data, DATE_LEN);
    out->made[DATE_LEN] = 0;
    return NULL;
}

static int has(const ga2_key_lines_t *lines, apr_uint32_t id)
{
    for (int i = 0; i < lines->count; i++)
        if (lines->at[i].id == id)
            return 1;
    return 0;
}

/* NULL, or what is wrong with it. */
static const char *add_line(ga2_key_lines_t *lines, ga2_bytes_t line)
{
    ga2_key_line_t *next = &lines->at[lines->count];
    const char *wrong;

    if (lines->count == GA2_KEYS_MAX)
        return "is one key too many; keep the first 16 and remove the rest";
    wrong = read_line(next, line);
    if (wrong)
        return wrong;
    if (has(lines, next->id))
        return "has a key that an earlier line has, too";
    lines->count++;
    return NULL;
}

ga2_error_t *ga2_key_lines_parse(ga2_key_lines_t **out, ga2_bytes_t text, const char *where, apr_pool_t *p)
{
    ga2_key_lines_t *lines = apr_pcalloc(p, sizeof(*lines));

    ga2_wipe_with(p, lines, sizeof(*lines));
    for (int line_number = 1; text.len; line_number++) {
        ga2_bytes_t line = cut(&text, '\n');
        const char *wrong = line.len && line.data[0] != '#' ? add_line(lines, line) : NULL;
        if (wrong)
            return ga2_fail(p, KEYS, NULL, "%s:%d: this line %s", where, line_number, wrong);
    }
    if (!lines->count)
        return ga2_fail(p, KEYS, NULL, "%s holds no key; remove it and write: goauth2 keys new %s", where, where);
    *out = lines;
    return NULL;
}

ga2_bytes_t ga2_key_lines_print(const ga2_key_lines_t *lines, apr_pool_t *p)
{
    apr_size_t len = sizeof(heading) - 1 + (apr_size_t)lines->count * LINE_LEN;
    char *text = apr_palloc(p, len + 1), *to = text + sizeof(heading) - 1;

    ga2_wipe_with(p, text, len);
    memcpy(text, heading, sizeof(heading));
    for (int i = 0; i < lines->count; i++, to += LINE_LEN) {
        const ga2_key_line_t *line = &lines->at[i];
        apr_snprintf(to, LINE_LEN, "%08x %s ", line->id, line->made);
        ga2_base64url_write(to + ID_LEN + 1 + DATE_LEN + 1, line->key, GA2_KEY_LEN);
        to[LINE_LEN - 1] = '\n';
    }
    *to = 0;
    return (ga2_bytes_t){ (const unsigned char *)text, len };
}

static ga2_error_t *make_key(ga2_key_line_t *out, apr_time_t now, apr_pool_t *p)
{
    apr_time_exp_t t;

    GA2_TRY(ga2_random(out->key, GA2_KEY_LEN, p));
    out->id = id_of(out->key);
    apr_time_exp_gmt(&t, now);
    apr_snprintf(out->made, sizeof(out->made), "%04d-%02d-%02dT%02d:%02d:%02dZ", t.tm_year + 1900, t.tm_mon + 1,
                 t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec);
    return NULL;
}

ga2_error_t *ga2_key_lines_renew(ga2_key_lines_t *lines, int keep, apr_time_t now, apr_pool_t *p)
{
    int kept = keep < 0 ? 0 : keep < GA2_KEYS_MAX - 1 ? keep : GA2_KEYS_MAX - 1;
    ga2_key_line_t fresh;

    do
        GA2_TRY(make_key(&fresh, now, p));
    while (has(lines, fresh.id));       /* an id names one key of a file */
    if (kept > lines->count)
        kept = lines->count;
    memmove(&lines->at[1], &lines->at[0], (apr_size_t)kept * sizeof(fresh));
    lines->at[0] = fresh;
    lines->count = kept + 1;
    ga2_wipe(&fresh, sizeof(fresh));
    return NULL;
}
