/* SPDX-License-Identifier: Apache-2.0
 * The httpd module: what it hooks, and where. No OAuth is known here; see common/gate. */
#include "host.h"
#include "http_core.h"
#include "http_protocol.h"
#include "http_request.h"

static void register_hooks(apr_pool_t *p)
{
    (void)p;
    ap_hook_check_config(ga2_check_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_test_config(ga2_test_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_post_config(ga2_post_config, NULL, NULL, APR_HOOK_LAST);    /* after TLS and logs are set up */
    ap_hook_child_init(ga2_child_init, NULL, NULL, APR_HOOK_MIDDLE);
    /* Before any module sees a header that a client may not send. */
    ap_hook_post_read_request(ga2_post_read_request, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_check_access(ga2_check_access, NULL, NULL, APR_HOOK_FIRST, AP_AUTH_INTERNAL_PER_CONF);
    ap_hook_check_access_ex(ga2_check_access_ex, NULL, NULL, APR_HOOK_FIRST, AP_AUTH_INTERNAL_PER_CONF);
    ap_hook_check_authn(ga2_check_authn, NULL, NULL, APR_HOOK_FIRST, AP_AUTH_INTERNAL_PER_CONF);
    /* The last door: nothing serves content before this has seen a decision. */
    ap_hook_handler(ga2_handler, NULL, NULL, APR_HOOK_REALLY_FIRST - 10);
}

module AP_MODULE_DECLARE_DATA goauth2_module = {
    STANDARD20_MODULE_STUFF,
    ga2_scope_create,
    ga2_scope_merge,
    ga2_server_create,
    ga2_server_merge,
    ga2_commands,
    register_hooks,
    0
};
