#include "policy/names.h"

#include <errno.h>
#include <string.h>

const char *names_get(const char *const *names, size_t count, unsigned value)
{
	return value < count ? names[value] : NULL;
}

int names_find(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (names[i] && strcmp(names[i], name) == 0)
			return (int)i;
	return -EINVAL;
}
