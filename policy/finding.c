/* The words for where a finding comes from. */
#include "policy/decide.h"
#include "policy/names.h"

static const char *const names[FINDING_SOURCE_COUNT] = {
	[FINDING_NONE] = "none",
	[FINDING_REPORT_DESCRIPTOR] = "report-descriptor",
	[FINDING_DRIVER] = "driver",
};

const char *finding_source_name(enum finding_source source)
{
	return names_get(names, FINDING_SOURCE_COUNT, source);
}

int finding_source_from_name(const char *name, enum finding_source *ret)
{
	int index = names_find(names, FINDING_SOURCE_COUNT, name);

	if (index < 0)
		return index;
	*ret = (enum finding_source)index;
	return 0;
}
