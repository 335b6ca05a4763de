/* Names that a login has to do with. Pure, and needs nothing else. */
#pragma once

#include <stdbool.h>

#define ACCOUNT_NAME_MAX 32 /* of a user: shadow's limit */

/* Of a user or a group: what useradd accepts by default, and no letter beyond ASCII. A file may
 * have such a name. */
bool account_name_is_valid(const char *name);

/* Of a PAM service, which libpam makes lower-case: at most ACCOUNT_NAME_MAX of a-z 0-9 - _ . */
bool service_name_is_valid(const char *name);
