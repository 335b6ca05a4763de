/* One policy with every older section, for tables of single changes to it. */
#pragma once

#include "tests/unit/fixture.h"
#include "tests/unit/reader_rows.h"

#include <errno.h>

#include "policy/policy.h"

static const char policy_base[] = "[policy]\n"                               /* 1 */
				  "kind = policy\n"                          /* 2 */
				  "format = 1\n"                             /* 3 */
				  "site = tosu\n"                            /* 4 */
				  "tier = my-number\n"                       /* 5 */
				  "tier-name = 利用事務系\n"                 /* 6 */
				  "epoch = 1\n"                              /* 7 */
				  "serial = 42\n"                            /* 8 */
				  "issued = 2026-03-20T10:00:00+09:00\n"     /* 9 */
				  "not-before = 2026-04-01T00:00:00+09:00\n" /* 10 */
				  "not-after = 2027-04-30T23:59:59+09:00\n"  /* 11 */
				  "mode = enforce\n"                         /* 12 */
				  "[media]\n"                                /* 13 */
				  "keyboard = allow\n"                       /* 14 */
				  "usb-storage = block\n"                    /* 15 */
				  "optical = read-only\n"                    /* 16 */
				  "[device reader]\n"                        /* 17 */
				  "id = 054c:06c3\n"                         /* 18 */
				  "interfaces = ff 0806 080650\n"            /* 19 */
				  "access = allow\n"                         /* 20 */
				  "[device other]\n"                         /* 21 */
				  "id = 054c:06c4\n"                         /* 22 */
				  "access = block\n"                         /* 23 */
				  "[exemption]\n"                            /* 24 */
				  "longest = 8h\n"                           /* 25 */
				  "approvals-read-write = 2\n"               /* 26 */
				  "scan = required\n"                        /* 27 */
				  "[login]\n"                                /* 28 */
				  "second-factor = required\n"               /* 29 */
				  "methods = totp hotp\n"                    /* 30 */
				  "lock-after = 5\n"                         /* 31 */
				  "[network]\n"                              /* 32 */
				  "isolation = enforce\n"                    /* 33 */
				  "allow-1 = 10.20.0.0/24 tcp 443\n"         /* 34 */
				  "allow-3 = 10.20.1.0/24 udp 8000-8080\n";  /* 35 */
