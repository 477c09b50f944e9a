/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_CODEC_HTML_H
#define GA2_CODEC_HTML_H
#include <apr_pools.h>

/* Text for HTML content and quoted attributes: & < > " and ' become entities; bytes that are not valid UTF-8 become
 * U+FFFD; control characters other than newline and tab are dropped. NULL gives "". */
const char *ga2_html_escape(const char *text, apr_pool_t *p);
/* Text for the inside of a JSON string in a page or a header: also < > & and everything outside ASCII as \uXXXX. */
const char *ga2_json_escape(const char *text, apr_pool_t *p);
#endif
