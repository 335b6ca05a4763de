#include "policy/admin/print.h"

#include <inttypes.h>
#include <stdio.h>

void admin_print_persons(const struct root *root, uint64_t persons)
{
	for (size_t i = 0; i < root->n_persons; i++)
		if (persons & (UINT64_C(1) << i))
			printf(" %s", root->persons[i].id);
}

static void print_entry(const char *what, const struct fresh_entry *entry)
{
	if (entry->is_named)
		printf(" %s %" PRIu64, what, entry->serial);
}

void admin_print_newest(const struct fresh *fresh)
{
	print_entry("root", &fresh->root);
	print_entry("policy", &fresh->policy);
	print_entry("media", &fresh->media);
	print_entry("revocations", &fresh->revocations);
	printf("\n");
}
