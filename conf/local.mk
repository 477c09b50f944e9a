# SPDX-License-Identifier: Apache-2.0
# Configuration that ships, laid out as Debian's a2enmod wants it.

modsavailabledir = $(apacheconfdir)/mods-available
dist_modsavailable_DATA = %D%/apache/goauth2.conf
nodist_modsavailable_DATA = %D%/apache/goauth2.load
CLEANFILES += %D%/apache/goauth2.load

examplesdir = $(docdir)/examples
dist_examples_DATA = \
    %D%/apache/examples/aware.conf \
    %D%/apache/examples/backend.conf \
    %D%/apache/examples/hosts.conf \
    %D%/apache/examples/oauth2.conf \
    %D%/apache/examples/openid.conf \
    %D%/apache/examples/protect.conf \
    %D%/apache/examples/scopes.conf

%D%/apache/goauth2.load: %D%/apache/goauth2.load.in Makefile
	$(AM_V_GEN)$(MKDIR_P) %D%/apache && \
	    sed 's|@moduledir[@]|$(moduledir)|' $(srcdir)/%D%/apache/goauth2.load.in > $@.part && mv $@.part $@
