/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"
#include <apr_strings.h>

void ga2_log_error(const ga2_log_t *log, const char *what, const ga2_error_t *err, apr_pool_t *p)
{
    if (log && err)
        log->warn(log, apr_psprintf(p, "%s: %s", what, ga2_error_chain(err, p)), p);
}
