/* What kernel_hook.c and fake_kernel.c say to each other: one packet each way for every write. */
#pragma once

#include <stdbool.h>

struct kernel_request {
	char path[256]; /* below /sys */
	char value[128];
};

struct kernel_answer {
	int error;      /* positive errno; 0: written */
	bool is_stored; /* the file shows the new value although there was an error */
};
