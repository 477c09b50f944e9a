# SPDX-License-Identifier: Apache-2.0
# The manual. Three of its files are made from the lists in the code: `make manual` writes them into the source tree,
# and tests/manual fails where they are stale.

noinst_PROGRAMS += %D%/manual
%C%_manual_SOURCES = %D%/manual.c
%C%_manual_LDADD = $(libgoauth2)

dist_man_MANS += \
    %D%/goauth2.1 \
    %D%/mod_goauth2.5

dist_doc_DATA += \
    CHANGELOG.md \
    README.md \
    SECURITY.md \
    %D%/apache.md \
    %D%/directives.md \
    %D%/errors.md

manual: %D%/manual
	%D%/manual directives >$(srcdir)/%D%/directives.md
	%D%/manual errors >$(srcdir)/%D%/errors.md
	%D%/manual man >$(srcdir)/%D%/mod_goauth2.5
.PHONY: manual
