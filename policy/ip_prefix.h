/* IP networks in a policy: "10.20.0.0/24", "fd00:20::/64". Spelled in one way only. */
#pragma once

#include <stdbool.h>

/*
 * Whether text is a network or a single address: decimal IPv4 without leading zeros, lower-case
 * IPv6 (RFC 4291 2.2, forms 1 and 2), an optional prefix length, and no bit set behind the prefix.
 */
bool ip_prefix_is_valid(const char *text);
