/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "http/address.h"
#include <sys/un.h>

static void kinds_of_addresses(void **state)
{
    static const struct { const char *text; int private, loopback; } rows[] = {
        { "0.0.0.0", 1, 0 }, { "0.1.2.3", 1, 0 }, { "1.0.0.0", 0, 0 }, { "9.255.255.255", 0, 0 }, { "10.0.0.0", 1, 0 },
        { "10.255.255.255", 1, 0 }, { "11.0.0.0", 0, 0 }, { "100.63.255.255", 0, 0 }, { "100.64.0.0", 1, 0 },
        { "100.127.255.255", 1, 0 }, { "100.128.0.0", 0, 0 }, { "126.255.255.255", 0, 0 }, { "127.0.0.0", 1, 1 },
        { "127.0.0.1", 1, 1 }, { "127.255.255.255", 1, 1 }, { "128.0.0.0", 0, 0 }, { "169.253.255.255", 0, 0 },
        { "169.254.169.254", 1, 0 }, { "169.255.0.0", 0, 0 }, { "172.15.255.255", 0, 0 }, { "172.16.0.0", 1, 0 },
        { "172.31.255.255", 1, 0 }, { "172.32.0.0", 0, 0 }, { "192.0.0.192", 1, 0 }, { "192.0.1.0", 0, 0 },
        { "192.167.255.255", 0, 0 }, { "192.168.0.0", 1, 0 }, { "192.168.255.255", 1, 0 }, { "192.169.0.0", 0, 0 },
        { "198.17.255.255", 0, 0 }, { "198.18.0.0", 1, 0 }, { "198.19.255.255", 1, 0 }, { "198.20.0.0", 0, 0 },
        { "223.255.255.255", 0, 0 }, { "224.0.0.1", 1, 0 }, { "240.0.0.1", 1, 0 }, { "255.255.255.255", 1, 0 },
        { "::", 1, 0 }, { "::1", 1, 1 }, { "::2", 1, 0 }, { "::8.8.8.8", 0, 0 }, { "::127.0.0.1", 1, 1 },
        { "::ffff:8.8.8.8", 0, 0 }, { "::ffff:127.0.0.1", 1, 1 }, { "::ffff:10.1.2.3", 1, 0 },
        { "::ffff:169.254.169.254", 1, 0 }, { "::fffe:8.8.8.8", 0, 0 },
        { "64:ff9b::8.8.8.8", 0, 0 }, { "64:ff9b::10.0.0.1", 1, 0 }, { "64:ff9b:1::8.8.8.8", 1, 0 },
        { "2002:808:808::1", 0, 0 }, { "2002:a00:1::1", 1, 0 }, { "2002:7f00:1::1", 1, 1 }, { "2001:0:1::1", 1, 0 },
        { "100::1", 1, 0 }, { "2606:4700::1111", 0, 0 }, { "2a00:1450:4001::5e", 0, 0 },
        { "fbff::1", 0, 0 }, { "fc00::1", 1, 0 }, { "fdff::1", 1, 0 }, { "fe00::1", 0, 0 }, { "fe80::1", 1, 0 },
        { "febf::1", 1, 0 }, { "fec0::1", 1, 0 }, { "ff02::1", 1, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct sockaddr_storage address;
        T_ROW(ga2_address_parse(&address, rows[i].text), rows[i].text);
        T_ROW(ga2_address_is_private((struct sockaddr *)&address) == rows[i].private, rows[i].text);
        T_ROW(ga2_address_is_loopback((struct sockaddr *)&address) == rows[i].loopback, rows[i].text);
    }
}

static void other_families(void **state)
{
    struct sockaddr_un path = { .sun_family = AF_UNIX };

    (void)state;
    assert_true(ga2_address_is_private((struct sockaddr *)&path));
    assert_false(ga2_address_is_loopback((struct sockaddr *)&path));
}

static void names_are_no_addresses(void **state)
{
    static const char *const rows[] = { "", "localhost", "127.1", "0x7f.0.0.1", "2130706433", "127.0.0.1.", "[::1]",
                                        "1.2.3.4/8", "::1%lo", "1.2.3.256" };
    struct sockaddr_storage address;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        T_ROW(!ga2_address_parse(&address, rows[i]), rows[i]);
}

static const struct CMUnitTest cases[] = {
    T("every special range is private from its first to its last address", kinds_of_addresses),
    T("what is no internet address is private", other_families),
    T("only addresses in their usual form are read", names_are_no_addresses),
};
T_MAIN("address", cases)
