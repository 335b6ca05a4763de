/* Numbers of applications (受付番号): of terminals' requests, and of what is prepared at the desk.
 */
#pragma once

#include "policy/exemption.h"

/* Makes "E-7K3M9Q2X" of what somebody typed: "e-7k3m9q2x", "7K3M 9Q2X", "Ｅ－７Ｋ３Ｍ９Ｑ２Ｘ". 0,
 * or -EINVAL. */
int exemption_number_normalise(const char *text, char ret[EXEMPTION_ID_SIZE]);

/* A new one, at random. EXIT_DONE, or EXIT_UNKNOWN after complaining. */
int exemption_number_make(char ret[EXEMPTION_ID_SIZE]);
