#include "policy/verdict.h"

#include "policy/names.h"

static const char *const names[VERDICT_COUNT] = {
	[VERDICT_BLOCK] = "block",
	[VERDICT_READ_ONLY] = "read-only",
	[VERDICT_ALLOW] = "allow",
};

const char *verdict_name(enum verdict verdict)
{
	return names_get(names, VERDICT_COUNT, verdict);
}

int verdict_from_name(const char *name, enum verdict *ret)
{
	int index = names_find(names, VERDICT_COUNT, name);

	if (index < 0)
		return index;
	*ret = index;
	return 0;
}
