#include "policy/admin/summary.h"

#include <inttypes.h>
#include <stdio.h>

#include "policy/timestamp.h"

#define JAPAN_MINUTES (9 * 60)

static void print_header(const struct document_header *header)
{
	char from[TIMESTAMP_SIZE], until[TIMESTAMP_SIZE];

	timestamp_format(header->not_before, JAPAN_MINUTES, from);
	timestamp_format(header->not_after, JAPAN_MINUTES, until);
	printf("  kind       %s\n", document_kind_name(header->kind));
	printf("  for        site %s, tier %s\n", header->site, header->tier);
	printf("  number     serial %" PRIu64 ", epoch %" PRIu32 "\n", header->serial,
		header->epoch);
	printf("  valid      %s to %s\n", from, until);
}

static void print_classes(const struct policy *policy, enum verdict access, const char *title)
{
	unsigned n = 0;

	for (unsigned i = 0; i < CLASS_COUNT; i++)
		if (policy->media[i].access == access)
			printf("%s%s", n++ == 0 ? title : " ", device_class_name(i));
	if (n > 0)
		printf("\n");
}

static void print_policy(const struct policy *policy)
{
	print_classes(policy, VERDICT_ALLOW, "  lets in    ");
	print_classes(policy, VERDICT_READ_ONLY, "  read-only  ");
	printf("  refuses    all other classes\n");
	printf("  devices    %zu rule%s of their own\n", policy->n_devices,
		policy->n_devices == 1 ? "" : "s");
}

static void print_root(const struct root *root)
{
	for (size_t g = 0; g < root->n_grants; g++) {
		const struct role_grant *grant = &root->grants[g];

		printf("  %-10s %u of", role_name(grant->role), (unsigned)grant->threshold);
		for (size_t i = 0; i < root->n_persons; i++)
			if (grant->persons & (UINT64_C(1) << i))
				printf(" %s", root->persons[i].id);
		for (size_t i = 0; i < grant->n_tiers; i++)
			printf("%s%s", i == 0 ? ", for " : " ", grant->tiers[i]);
		printf("\n");
	}
}

void admin_print_summary(const struct admin_document *document)
{
	printf("%s\n", document->file.path);
	print_header(admin_document_header(document));
	if (document->policy)
		print_policy(document->policy);
	else
		print_root(document->root);
	printf("  signatures %zu so far\n", document->parts.n_signatures);
}
