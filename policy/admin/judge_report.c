#include "policy/admin/judge_report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "policy/admin/doubts.h"
#include "policy/admin/exemption_line.h"
#include "policy/admin/judge_advice.h"
#include "policy/admin/judge_shards.h"
#include "policy/admin/print.h"
#include "policy/sha256_text.h"
#include "policy/timestamp.h"

static const char *label_of(const struct judged_document *judged)
{
	return judged->label ? judged->label : judged->file.path;
}

/* What stands for itself has a number of its own and no serial. */
static void print_unnumbered(
	const struct judged_document *judged, const char *since, const char *from)
{
	if (judged->exemption)
		printf("%s: good exemption %s%s %s\n", label_of(judged), judged->exemption->id,
			since, from);
	else
		printf("%s: good revocation of the %s %s, issued on %s\n", label_of(judged),
			revocation_kind_name(judged->revocation->kind), judged->revocation->subject,
			from);
}

static void print_verdict(const struct judged_document *judged)
{
	const struct document_header *header = judged_document_header(judged);
	const char *path = label_of(judged), *since;
	char from[TIMESTAMP_SIZE];

	if (!header) {
		printf("%s: %s: %s\n", path, document_kind_name(judged->kind),
			judged->verification.detail);
		return;
	}
	timestamp_format(header->not_before, JAPAN_MINUTES, from);
	since = judged->verification.verdict == DOCUMENT_NOT_YET ? ", and starts on"
								 : ", valid since";
	if (!document_kind_has_serial(header->kind))
		print_unnumbered(judged, since, from);
	else
		printf("%s: good %s, serial %" PRIu64 "%s %s\n", path,
			document_kind_name(judged->kind), header->serial, since, from);
}

static void print_sha256(const uint8_t sha256[SHA256_SIZE])
{
	char groups[SHA256_GROUPS_SIZE];

	sha256_groups(sha256, groups);
	printf("  SHA-256: %s\n", groups);
}

static void print_signers(const struct judged_document *judged)
{
	/* A first root names its signers itself. */
	const struct root *root = judged->trust.root ? judged->trust.root : judged->root;

	printf("  signed by:");
	admin_print_persons(root, judged->verification.signers);
	if (judged->trust.root)
		printf(", by root %" PRIu64, root->header.serial);
	printf("\n");
	if (judged->first == JUDGED_FIRST_ALONE)
		printf("  a first root vouches for itself, and anybody can make one: compare the "
		       "SHA-256 with paper\n");
	else if (judged->first == JUDGED_FIRST_OF_CHAIN)
		printf("  it is the first root of that chain\n");
}

/* What terminals believe, and people most likely did not mean. */
static void warn(const struct judge_options *options, const struct judged_document *judged)
{
	const struct document_header *header = judged_document_header(judged);
	struct header_doubt doubts[HEADER_DOUBTS_MAX];
	size_t n = header ? header_doubts(header, options->request.now_s, doubts) : 0;

	for (size_t i = 0; i < n; i++)
		printf("  warning: %s\n", doubts[i].text);
}

static void print_refusal(const struct judge_options *options, const struct judged_document *judged)
{
	const struct verification *verification = &judged->verification;
	bool is_by_place = (verification->fault == DOCUMENT_FAULT_SITE && !options->request.site) ||
			   (verification->fault == DOCUMENT_FAULT_TIER && !options->request.tier);

	printf("%s: refused (%s): %s", label_of(judged),
		judged->refused_as ? judged->refused_as : document_fault_name(verification->fault),
		verification->detail);
	if (is_by_place && judged->place.site_path && judged->kind != DOCUMENT_ROOT)
		printf(", as %s says", judged->place.site_path);
	printf("\n");
}

/* Of a site file terminals ask no signature: who installs them copies it there. */
static int report_site(const struct judge_options *options, struct judged_document *judged)
{
	const char *path = judged->file.path;
	struct place root = {0};
	struct site site;
	int r = site_parse(judged->file.bytes, judged->file.size, &judged->problems, &site);
	bool is_other = false;

	admin_print_problems(path, &judged->problems);
	if (r < 0)
		return r == -ENOMEM ? EXIT_UNKNOWN : EXIT_NO;
	place_find_root(path, options->root, &root);
	is_other = root.root_path && strcmp(site.site, root.root_site) != 0;
	if (is_other)
		printf("%s: wrong: it is for the site %s, and %s for %s\n", path, site.site,
			root.root_path, root.root_site);
	else
		printf("%s: a site file without mistakes, for site %s, tier %s; it needs no "
		       "signature\n",
			path, site.site, site.tier);
	place_clear(&root);
	return is_other ? EXIT_NO : EXIT_DONE;
}

static void print_grant(const struct exemption *exemption)
{
	printf("  ");
	exemption_line_print(stdout, exemption, JAPAN_MINUTES);
	printf("\n");
}

int judge_report(const struct judge_options *options, struct judged_document *judged)
{
	const struct verification *verification = &judged->verification;

	if (judged->said.is_site)
		return report_site(options, judged);
	if (verification->verdict == DOCUMENT_REFUSED) {
		admin_print_problems(judged->file.path, &judged->problems);
		print_refusal(options, judged);
		if (!judged->refused_as)
			judge_advise(options, judged);
		return EXIT_NO;
	}
	print_verdict(judged);
	warn(options, judged);
	print_sha256(verification->text_sha256);
	print_signers(judged);
	if (judged->exemption)
		print_grant(judged->exemption);
	if (judged->fresh) {
		printf("  newest:");
		admin_print_newest(judged->fresh);
	}
	if (!judged->media || !options->shards)
		return EXIT_DONE;
	return judge_shards(judged->media, options->shards);
}
