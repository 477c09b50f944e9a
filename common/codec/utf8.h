/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_CODEC_UTF8_H
#define GA2_CODEC_UTF8_H
/* Single characters of UTF-8 (RFC 3629), strictly: no overlong form, no surrogate, nothing above U+10FFFF. */
#include <apr.h>

/* How many bytes the character at `text` takes, or 0 when the next bytes are not one. */
apr_size_t ga2_utf8_read(apr_uint32_t *character, const unsigned char *text, apr_size_t len);
/* Write a character that ga2_utf8_read could have given; returns how many bytes it took. */
apr_size_t ga2_utf8_write(char out[4], apr_uint32_t character);
#endif
