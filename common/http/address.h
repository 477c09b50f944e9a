/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_HTTP_ADDRESS_H
#define GA2_HTTP_ADDRESS_H
/* Which addresses are this machine, its network or nobody's: what a document from outside must not make us talk to. */
#include <sys/socket.h>

/* Loopback, private, link-local, shared, multicast, reserved, or IPv6 that carries such an IPv4 address.
 * What is neither IPv4 nor IPv6 counts as private, too. */
int ga2_address_is_private(const struct sockaddr *address);
/* 127.0.0.0/8 or ::1, also as IPv6 that carries it. */
int ga2_address_is_loopback(const struct sockaddr *address);
/* An address in numbers, as inet_pton reads it, without [ ]. 1, or 0 when it is something else, such as a name. */
int ga2_address_parse(struct sockaddr_storage *out, const char *text);
#endif
