/* sekisho-admin explain --login: what a policy asks of somebody who logs in, and why. Prints. */
#pragma once

#include <stdbool.h>

/* Whether the words are for this and not for a device. */
bool explain_is_login(int argc, char **argv);

/* As the commands of admin.h. */
int explain_login(int argc, char **argv);
