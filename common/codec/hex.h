/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_CODEC_HEX_H
#define GA2_CODEC_HEX_H
/* Hexadecimal digits, and the %XX of URLs (RFC 3986 2.1). */

/* 0 … 15, or -1. */
static inline int ga2_hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* The byte that "%XX" at `text` stands for, or -1 when no whole escape is there. Reads nothing behind a NUL. */
static inline int ga2_percent_value(const char *text)
{
    int high = text[0] == '%' ? ga2_hex_value(text[1]) : -1;
    int low = high < 0 ? -1 : ga2_hex_value(text[2]);

    return low < 0 ? -1 : high * 16 + low;
}

/* Write the three characters of "%XX", upper case; returns the place behind them. */
static inline char *ga2_percent_write(char *to, unsigned char c)
{
    static const char digits[] = "0123456789ABCDEF";

    *to++ = '%';
    *to++ = digits[c >> 4];
    *to++ = digits[c & 15];
    return to;
}
#endif
