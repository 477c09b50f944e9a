/* SPDX-License-Identifier: Apache-2.0 */
#include "http/address.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

typedef struct range { unsigned char start[16]; int bits; } range_t;

/* IANA's special-purpose registry (RFC 6890): what is not reachable on the internet. */
static const range_t private4[] = {
    { { 0 }, 8 },                           /* this network */
    { { 10 }, 8 },
    { { 100, 64 }, 10 },                    /* behind a carrier's NAT */
    { { 127 }, 8 },
    { { 169, 254 }, 16 },                   /* link-local: clouds answer with credentials here */
    { { 172, 16 }, 12 },
    { { 192, 0, 0 }, 24 },                  /* protocol assignments: one cloud's metadata, too */
    { { 192, 168 }, 16 },
    { { 198, 18 }, 15 },                    /* benchmarks */
    { { 224 }, 4 },                         /* multicast */
    { { 240 }, 4 },                         /* reserved, broadcast */
};
static const range_t private6[] = {
    { { 0 }, 128 },
    { { [15] = 1 }, 128 },
    { { 0x00, 0x64, 0xff, 0x9b, 0x00, 0x01 }, 48 },     /* a network's own NAT64 (RFC 8215) */
    { { 0x01, 0x00 }, 64 },                 /* discard */
    { { 0x20, 0x01, 0x00, 0x00 }, 32 },     /* Teredo */
    { { 0xfc }, 7 },                        /* unique local */
    { { 0xfe, 0x80 }, 10 },                 /* link-local */
    { { 0xfe, 0xc0 }, 10 },                 /* site-local, as it once was */
    { { 0xff }, 8 },                        /* multicast */
};
static const range_t loopback4[] = { { { 127 }, 8 } };
static const range_t loopback6[] = { { { [15] = 1 }, 128 } };

/* IPv6 addresses that stand for the IPv4 address at `at`. */
static const struct { range_t range; int at; } carriers[] = {
    { { { [10] = 0xff, [11] = 0xff }, 96 }, 12 },           /* ::ffff:0:0/96, mapped */
    { { { 0x00, 0x64, 0xff, 0x9b }, 96 }, 12 },             /* NAT64 (RFC 6052) */
    { { { 0x20, 0x02 }, 16 }, 2 },                          /* 6to4 */
    { { { 0 }, 96 }, 12 },                                  /* compatible, long out of use */
};

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

static int within(const unsigned char *address, const range_t *range)
{
    int bytes = range->bits / 8, rest = range->bits % 8;

    if (memcmp(address, range->start, (size_t)bytes) != 0)
        return 0;
    return rest == 0 || (address[bytes] ^ range->start[bytes]) >> (8 - rest) == 0;
}

static int within_any(const unsigned char *address, const range_t *ranges, int count)
{
    for (int i = 0; i < count; i++)
        if (within(address, &ranges[i]))
            return 1;
    return 0;
}

/* The address's bytes; *is6 says how many. IPv6 that carries IPv4 gives the IPv4 one. NULL: neither. */
static const unsigned char *bytes_of(const struct sockaddr *address, int *is6)
{
    const unsigned char *bytes;

    *is6 = 0;
    if (address->sa_family == AF_INET)
        return (const unsigned char *)&((const struct sockaddr_in *)(const void *)address)->sin_addr;
    if (address->sa_family != AF_INET6)
        return NULL;
    bytes = (const unsigned char *)&((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
    *is6 = 1;
    if (within_any(bytes, private6, COUNT(private6)))
        return bytes;                       /* :: and ::1 only look like carriers */
    for (int i = 0; i < COUNT(carriers); i++)
        if (within(bytes, &carriers[i].range)) {
            *is6 = 0;
            return bytes + carriers[i].at;
        }
    return bytes;
}

int ga2_address_is_private(const struct sockaddr *address)
{
    int is6;
    const unsigned char *bytes = bytes_of(address, &is6);

    if (!bytes)
        return 1;
    return is6 ? within_any(bytes, private6, COUNT(private6)) : within_any(bytes, private4, COUNT(private4));
}

int ga2_address_is_loopback(const struct sockaddr *address)
{
    int is6;
    const unsigned char *bytes = bytes_of(address, &is6);

    if (!bytes)
        return 0;
    return is6 ? within_any(bytes, loopback6, COUNT(loopback6)) : within_any(bytes, loopback4, COUNT(loopback4));
}

int ga2_address_parse(struct sockaddr_storage *out, const char *text)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)(void *)out;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)(void *)out;

    memset(out, 0, sizeof(*out));
    out->ss_family = AF_INET;
    if (inet_pton(AF_INET, text, &v4->sin_addr) == 1)
        return 1;
    out->ss_family = AF_INET6;
    return inet_pton(AF_INET6, text, &v6->sin6_addr) == 1;
}
