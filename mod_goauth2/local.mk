# SPDX-License-Identifier: Apache-2.0
# The httpd host: a program to automake, a shared object to the linker.

module_PROGRAMS += %D%/mod_goauth2.so
EXTRA_DIST += %D%/exports.map
%C%_mod_goauth2_so_CPPFLAGS = $(AM_CPPFLAGS) $(HTTPD_CPPFLAGS)
%C%_mod_goauth2_so_LDFLAGS = $(AM_LDFLAGS) -shared -Wl,--version-script=$(srcdir)/%D%/exports.map
%C%_mod_goauth2_so_LDADD = $(libgoauth2)
%C%_mod_goauth2_so_DEPENDENCIES = common/libgoauth2.a %D%/exports.map
%C%_mod_goauth2_so_SOURCES = \
    %D%/host.h \
    %D%/mod_goauth2.c \
    %D%/prove.c \
    %D%/prove.h \
    %D%/request.c \
    %D%/scope.c \
    %D%/start.c \
    %D%/visit.c
