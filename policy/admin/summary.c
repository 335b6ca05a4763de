#include "policy/admin/summary.h"

#include <inttypes.h>
#include <stdio.h>

#include "policy/admin/exemption_line.h"
#include "policy/admin/print.h"
#include "policy/admin/root_changes.h"
#include "policy/admin/summary_media.h"
#include "policy/admin/summary_tokens.h"
#include "policy/enforced.h"
#include "policy/timestamp.h"

#define LINES_MAX 4 /* of what a kind says of itself */

static void print_header(const struct document_header *header)
{
	char from[TIMESTAMP_SIZE], until[TIMESTAMP_SIZE], issued[TIMESTAMP_SIZE];

	timestamp_format(header->issued, JAPAN_MINUTES, issued);
	timestamp_format(header->not_before, JAPAN_MINUTES, from);
	timestamp_format(header->not_after, JAPAN_MINUTES, until);
	printf("  kind       %s, for site %s, tier %s\n", document_kind_name(header->kind),
		header->site, header->tier);
	if (document_kind_has_serial(header->kind))
		printf("  number     serial %" PRIu64 ", epoch %" PRIu32 ", issued %s\n",
			header->serial, header->epoch, issued);
	else
		printf("  issued     %s, epoch %" PRIu32 "\n", issued, header->epoch);
	if (header->kind != DOCUMENT_REVOCATION)
		printf("  valid      %s to %s\n", from, until);
}

/* What this version does not keep read-only is said, because it blocks it. */
static void print_classes(const struct policy *policy, enum verdict access, const char *title)
{
	unsigned n = 0;

	for (unsigned i = 0; i < CLASS_COUNT; i++) {
		if (policy->media[i].access != access)
			continue;
		printf("%s%s", n++ == 0 ? title : " ", device_class_name(i));
		if (access == VERDICT_READ_ONLY && !enforced_read_only(i))
			printf(" (not yet: blocked)");
	}
	if (n > 0)
		printf("\n");
}

static void print_registered(const struct policy *policy)
{
	enum verdict access = policy->registered.access;

	printf("  registered media: %s%s\n", verdict_name(access),
		access == VERDICT_READ_ONLY && !enforced_read_only(CLASS_USB_STORAGE)
			? " (not yet: blocked)"
			: "");
}

static void print_count(size_t count, const char *what, const char **between)
{
	if (count == 0)
		return;
	printf("%s%zu %s%s", *between, count, what, count == 1 ? "" : "s");
	*between = ", ";
}

static void print_login(const struct policy *policy)
{
	static const char *const modes[] = {
		[SECOND_FACTOR_REQUIRED] = "a code is required",
		[SECOND_FACTOR_REHEARSE] = "rehearse: no code is asked for",
		[SECOND_FACTOR_OFF] = "off: no code is asked for",
	};
	const char *between = "; otherwise for ";
	char from[TIMESTAMP_SIZE];

	timestamp_format(policy->login_from, JAPAN_MINUTES, from);
	printf("  login      %s%s%s", modes[policy->second_factor],
		policy->login_from == LOGIN_ALWAYS ? "" : " from ",
		policy->login_from == LOGIN_ALWAYS ? "" : from);
	print_count(policy->n_services, "service", &between);
	print_count(policy->n_groups, "group", &between);
	print_count(policy->n_exempt, "exempt account", &between);
	printf("\n");
}

static void print_policy(const struct policy *policy)
{
	print_classes(policy, VERDICT_ALLOW, "  lets in    ");
	print_classes(policy, VERDICT_READ_ONLY, "  read-only  ");
	printf("  refuses    all other classes; %zu device%s a rule of %s own\n", policy->n_devices,
		policy->n_devices == 1 ? " has" : "s have",
		policy->n_devices == 1 ? "its" : "their");
	if (policy->mode == POLICY_REHEARSE)
		printf("  mode       rehearse: it refuses nothing until its date\n");
	else if (policy->registered.line > 0)
		print_registered(policy);
	if (policy->has_login)
		print_login(policy);
}

static void print_grant(const struct root *root, const struct role_grant *grant)
{
	printf("  may sign   %s: %u of", grant->name, (unsigned)grant->threshold);
	admin_print_persons(root, grant->persons);
	for (size_t i = 0; i < grant->n_tiers; i++)
		printf("%s%s", i == 0 ? ", for the tiers " : " ", grant->tiers[i]);
	printf("\n");
}

static void print_root(const struct root *root)
{
	size_t shown = root->n_grants > LINES_MAX ? LINES_MAX - 1 : root->n_grants;

	for (size_t i = 0; i < shown; i++)
		print_grant(root, &root->grants[i]);
	if (shown < root->n_grants)
		printf("  and %zu roles more\n", root->n_grants - shown);
}

static void print_fresh(const struct fresh *fresh)
{
	printf("  newest    ");
	admin_print_newest(fresh);
}

static void print_desks(const struct desks *desks)
{
	printf("  terminal   %s (%s)\n", desks->terminal, desks->key);
	for (size_t i = 0; i < desks->n_entries; i++)
		printf("  desk       %s, by telephone%s\n", desks->entries[i].name,
			desks->entries[i].may_login ? "; also same-day codes for logins" : "");
}

static void print_exemption(const struct exemption *exemption)
{
	printf("  grants     ");
	exemption_line_print(stdout, exemption, JAPAN_MINUTES);
	printf("\n");
}

static void print_revocation(const struct revocation *revocation)
{
	printf("  revokes    the %s %s\n", revocation_kind_name(revocation->kind),
		revocation->subject);
	if (revocation->reason[0])
		printf("  reason     %s\n", revocation->reason);
}

void admin_print_summary(const struct admin_document *document, const struct signing_roots *roots)
{
	printf("%s\n", document->file.path);
	print_header(admin_document_header(document));
	if (document->policy)
		print_policy(document->policy);
	else if (document->media)
		summary_print_media(document->media, document->file.path);
	else if (document->fresh)
		print_fresh(document->fresh);
	else if (document->tokens)
		summary_print_tokens(document->tokens, document->file.path);
	else if (document->desks)
		print_desks(document->desks);
	else if (document->exemption)
		print_exemption(document->exemption);
	else if (document->revocation)
		print_revocation(document->revocation);
	else if (document->root && roots->count > 1)
		root_changes_print(
			roots->roots[0], document->root, "  changes    ", LINES_MAX, stdout);
	else if (document->root)
		print_root(document->root);
	signing_print_state(document, roots);
}
