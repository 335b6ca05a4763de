/* The one clean-up idiom: a variable frees itself at the end of its scope unless it was taken. */
#pragma once

#include <stdlib.h>

#define CLEANUP(function) __attribute__((cleanup(function)))

#define TAKE(pointer) \
	({ \
		__typeof__(pointer) taken_ = (pointer); \
		(pointer) = NULL; \
		taken_; \
	})

/* For CLEANUP(cleanup_free): any pointer from malloc. */
static inline void cleanup_free(void *pointer)
{
	free(*(void **)pointer);
}
