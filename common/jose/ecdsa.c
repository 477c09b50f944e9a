/* SPDX-License-Identifier: Apache-2.0 */
#include "jose/ecdsa.h"
#include <string.h>

/* FIPS 186-5, SP 800-186 3.2.1: how many points the curves have. */
static const unsigned char order_256[] = {
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51 };
static const unsigned char order_384[] = {
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xc7, 0x63, 0x4d, 0x81, 0xf4, 0x37, 0x2d, 0xdf,
    0x58, 0x1a, 0x0d, 0xb2, 0x48, 0xb0, 0xa7, 0x7a, 0xec, 0xec, 0x19, 0x6a, 0xcc, 0xc5, 0x29, 0x73 };
static const unsigned char order_521[] = {
    0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xfa, 0x51, 0x86, 0x87, 0x83, 0xbf, 0x2f, 0x96, 0x6b, 0x7f, 0xcc, 0x01, 0x48, 0xf7, 0x09,
    0xa5, 0xd0, 0x3b, 0xb5, 0xc9, 0xb8, 0x89, 0x9c, 0x47, 0xae, 0xbb, 0x6f, 0xb7, 0x1e, 0x91, 0x38,
    0x64, 0x09 };
static const struct { const char *curve; const unsigned char *order; apr_size_t len; } curves[] = {
    { "P-256", order_256, sizeof(order_256) },
    { "P-384", order_384, sizeof(order_384) },
    { "P-521", order_521, sizeof(order_521) },
};

static int is_zero(const unsigned char *number, apr_size_t len)
{
    while (len && !*number)
        number++, len--;
    return len == 0;
}

/* A DER INTEGER: no zero bytes in front, save one where the number would look negative. Returns its end. */
static unsigned char *write_integer(unsigned char *out, const unsigned char *number, apr_size_t len)
{
    for (; len > 1 && !*number; number++)
        len--;
    *out++ = 0x02;
    *out++ = (unsigned char)(len + (*number >> 7));
    if (*number >> 7)
        *out++ = 0;
    memcpy(out, number, len);
    return out + len;
}

static void write_der(unsigned char *out, apr_size_t *out_len, const unsigned char *rs, apr_size_t len)
{
    unsigned char body[2 * (2 + 67)], *end = write_integer(body, rs, len);
    apr_size_t body_len = (apr_size_t)(write_integer(end, rs + len, len) - body), head = 0;

    out[head++] = 0x30;
    if (body_len > 127)
        out[head++] = 0x81;
    out[head++] = (unsigned char)body_len;
    memcpy(out + head, body, body_len);
    *out_len = head + body_len;
}

int ga2_ecdsa_to_der(unsigned char out[GA2_ECDSA_DER_MAX], apr_size_t *out_len, const char *curve, ga2_bytes_t rs)
{
    for (int i = 0; i < 3; i++) {
        apr_size_t len = curves[i].len;
        if (strcmp(curves[i].curve, curve) != 0)
            continue;
        if (rs.len != 2 * len || is_zero(rs.data, len) || is_zero(rs.data + len, len)
            || memcmp(rs.data, curves[i].order, len) >= 0 || memcmp(rs.data + len, curves[i].order, len) >= 0)
            return 0;
        write_der(out, out_len, rs.data, len);
        return 1;
    }
    return 0;
}

/* One INTEGER from the front of *der, right-aligned into out. */
static int read_integer(unsigned char *out, apr_size_t len, ga2_bytes_t *der)
{
    apr_size_t size = der->len > 2 && der->data[0] == 0x02 ? der->data[1] : 0;
    const unsigned char *number = der->data + 2;

    if (size == 0 || size > 127 || size > der->len - 2 || number[0] >> 7)
        return 0;
    *der = (ga2_bytes_t){ number + size, der->len - 2 - size };
    for (; size > 1 && !*number; number++)
        size--;
    if (size > len)
        return 0;
    memset(out, 0, len - size);
    memcpy(out + len - size, number, size);
    return 1;
}

int ga2_ecdsa_from_der(unsigned char *out, apr_size_t len, ga2_bytes_t der)
{
    apr_size_t head;
    ga2_bytes_t rest;

    if (der.len < 8 || der.data[0] != 0x30)
        return 0;
    head = der.data[1] == 0x81 ? 3 : 2;
    rest = (ga2_bytes_t){ der.data + head, der.len - head };
    if (der.data[head - 1] != rest.len)
        return 0;
    return read_integer(out, len / 2, &rest) && read_integer(out + len / 2, len / 2, &rest) && rest.len == 0;
}
