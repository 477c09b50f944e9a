/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "store/lmdb_env.h"
#include <errno.h>

static void every_code(void **state)
{
    static const int codes[] = {
        MDB_MAP_FULL, MDB_MAP_RESIZED, MDB_READERS_FULL, MDB_BAD_RSLOT, MDB_PANIC, MDB_VERSION_MISMATCH, MDB_CORRUPTED,
        MDB_PAGE_NOTFOUND, MDB_INVALID, ENOSPC, EDQUOT, EIO, EACCES, EPERM, EROFS, ENOMEM, MDB_TXN_FULL, MDB_BAD_TXN,
        EINVAL, 12345,
    };

    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        ga2_error_t *err = ga2_lmdb_fail("read", codes[i], *state);
        assert_non_null(err);
        assert_string_equal(ga2_error_name(err->code), "STORE");
        assert_memory_equal(err->message, "cannot read: ", 13);
        assert_true(strlen(err->message) > 20);
    }
}

static void success(void **state)
{
    assert_null(ga2_lmdb_fail("read", 0, *state));
}

static const struct CMUnitTest cases[] = {
    T("every code is an error with a sentence", every_code),
    T("0 is none", success),
};
T_MAIN("lmdb_error", cases)
