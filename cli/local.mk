# SPDX-License-Identifier: Apache-2.0
# The command line tool.

bin_PROGRAMS += %D%/goauth2
%C%_goauth2_LDFLAGS = $(AM_LDFLAGS) -pie
%C%_goauth2_LDADD = $(libgoauth2)
%C%_goauth2_SOURCES = \
    %D%/cli.h \
    %D%/client_secrets.c \
    %D%/commands.def \
    %D%/keys.c \
    %D%/main.c
