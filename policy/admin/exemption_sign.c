#include "policy/admin/exemption_sign.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "policy/admin/exemption_line.h"
#include "policy/cleanup.h"
#include "policy/exemption_check.h"
#include "policy/exemption_text.h"

int exemption_make_document(
	const struct exemption *exemption, const char *path, struct admin_document *ret)
{
	struct admin_file file = {.path = path};
	struct problems problems = {0};
	int r = exemption_write(exemption, &problems, &file.bytes);

	admin_print_problems(path, &problems);
	problems_clear(&problems);
	if (r == -ENOMEM)
		return admin_no_memory();
	if (r < 0)
		return EXIT_NO;
	file.size = strlen(file.bytes);
	ret->kind = DOCUMENT_EXEMPTION;
	return admin_parse_file(&file, ret);
}

static int refuse(const char *id, const char *reason, const char *name)
{
	admin_complain(
		"%s: terminals would refuse it: %s (%s). Nothing was signed", id, reason, name);
	return EXIT_NO;
}

static int refuse_own(
	const struct exemption_site *site, const struct exemption *exemption, uint64_t signers)
{
	char names[EXEMPTION_APPROVERS_SIZE];

	admin_complain(
		"%s: terminals would refuse it: %s asks for it or is to use it, and somebody "
		"else approves it (own-request). Nothing was signed",
		exemption->id,
		exemption_approvers(site->trust.root,
			signers & exemption_own(site->trust.root, exemption), names));
	return EXIT_NO;
}

static int refuse_foreseen(const struct exemption_site *site, const struct exemption *exemption,
	uint64_t signers, enum exemption_fault fault)
{
	const struct exemption_case at = {
		.policy = site->policy, .root = site->trust.root, .now_s = site->now_s};
	char why[STANDING_REASON_SIZE];

	exemption_explain(&at, exemption, signers, fault, why, sizeof(why));
	return refuse(exemption->id, why, exemption_fault_name(fault));
}

static int check_revoked(const struct exemption_revoked *revoked, const struct exemption *exemption)
{
	const struct revocation *revocation =
		exemption_revoked_of(revoked, exemption->id, exemption->medium.number);

	if (!revocation)
		return EXIT_DONE;
	admin_complain("%s: terminals would refuse it: %s %s %s%s%s (revoked). Nothing was signed",
		exemption->id,
		revocation->kind == REVOCATION_MEDIUM ? "the medium" : "the application",
		revocation->subject,
		revocation->kind == REVOCATION_REQUEST ? "was refused" : "was revoked",
		revocation->reason[0] != '\0' ? ": " : "", revocation->reason);
	return EXIT_NO;
}

int exemption_check_signer(const struct exemption_site *site,
	const struct exemption_revoked *revoked, const struct admin_document *document,
	uint64_t person)
{
	const struct exemption *exemption = document->exemption;
	struct exemption_state state = {0};
	enum exemption_fault fault;
	int code = check_revoked(revoked, exemption);

	if (code != EXIT_DONE)
		return code;
	if (document->parts.n_signatures > 0)
		exemption_judge(site, revoked, document, &state);
	if (document->parts.n_signatures > 0 && state.standing == STANDING_REFUSED)
		return refuse(exemption->id, state.reason,
			"as it stands: revoke it, and have it asked for again");
	if (person & state.signers) {
		admin_complain("%s: signed by you already, and two keys of one person count once. "
			       "Nothing was signed",
			exemption->id);
		return EXIT_NO;
	}
	if (state.standing == STANDING_COUNTS || state.standing == STANDING_NOT_YET) {
		admin_complain(
			"%s: approved already, and nobody else is needed. Nothing was signed",
			exemption->id);
		return EXIT_NO;
	}
	fault = exemption_foresee(site, exemption, person | state.signers);
	if (fault == EXEMPTION_FAULT_OWN_REQUEST)
		return refuse_own(site, exemption, person | state.signers);
	if (fault != EXEMPTION_FAULT_NONE)
		return refuse_foreseen(site, exemption, person | state.signers, fault);
	if (exemption_needed(site, exemption->use.access) > 0)
		return EXIT_DONE;
	admin_complain("the root names nobody of the role approver for the tier %s",
		site->policy->header.tier);
	return EXIT_NO;
}

/* What most likely is not meant. */
static void warn(const struct exemption_site *site, const struct exemption *exemption)
{
	const char *number = exemption->medium.number;

	if (number[0] != '\0' && !exemption_site_knows(site, number))
		printf("  warning    no medium is registered here under %s: the terminal takes no "
		       "other one for it\n",
			number);
	if (exemption->header.not_after - exemption->header.not_before <
		(int64_t)exemption->use.duration_s)
		printf("  warning    it ends before its duration is over\n");
	if (persons_count(exemption_candidates(site, exemption)) <
		exemption_needed(site, exemption->use.access))
		printf("  warning    %u persons must approve it, and the root has fewer of the "
		       "role "
		       "approver who neither ask for it nor use it\n",
			exemption_needed(site, exemption->use.access));
}

static void print_needed(
	const struct exemption_site *site, const struct exemption *exemption, uint64_t signers)
{
	unsigned needed = exemption_needed(site, exemption->use.access), n = persons_count(signers);
	uint64_t others = exemption_candidates(site, exemption) & ~signers;
	char names[EXEMPTION_APPROVERS_SIZE];

	printf("approved by %s", exemption_approvers(site->trust.root, signers, names));
	if (n >= needed)
		printf(": enough. The terminal needs nothing else\n");
	else
		printf("; needs %u more of %s\n", needed - n,
			others ? exemption_approvers(site->trust.root, others, names) : "nobody");
}

static int write(const struct exemption_site *site, const struct admin_document *document,
	const char *armour, uint64_t signers, enum bundle_outcome *ret)
{
	const struct bundle_addition addition = {document, armour};
	CLEANUP(cleanup_free)
	char *path = exemption_path(site->folder, document->exemption->terminal);
	int code = path ? exemption_bundle_add(
				  path, DOCUMENT_EXEMPTION, &addition, 1, site->now_s, ret)
			: admin_no_memory();

	if (code != EXIT_DONE || *ret == BUNDLE_OTHER_TEXT)
		return code;
	printf("written: %s\n", path);
	print_needed(site, document->exemption, signers);
	return EXIT_DONE;
}

int exemption_sign(const struct exemption_pen *pen, const struct exemption_site *site,
	const struct exemption_revoked *revoked, const struct admin_document *document,
	const struct sign_back *back, enum bundle_outcome *ret)
{
	CLEANUP(cleanup_free) char *armour = NULL;
	struct exemption_state state = {0};
	struct sshsig signature;
	uint64_t person;
	int code;

	exemption_line_print(stdout, document->exemption, site->offset_minutes);
	printf("\n");
	warn(site, document->exemption);
	code = exemption_pen_person(pen, site, document, &person);
	if (code == EXIT_DONE)
		code = exemption_check_signer(site, revoked, document, person);
	if (code != EXIT_DONE)
		return code;
	*ret = BUNDLE_WRITTEN;
	if (pen->is_print)
		return exemption_pen_print(document, document->exemption->id, back);
	code = exemption_pen_ask(pen, pen->add ? "Add the signature?" : "Grant this?");
	if (code == EXIT_DONE)
		code = exemption_pen_sign(pen, site, document, &armour, &signature);
	if (code != EXIT_DONE)
		return code;
	person = UINT64_C(1) << root_find_person(site->trust.root, signature.fingerprint);
	code = exemption_check_signer(site, revoked, document, person);
	if (code != EXIT_DONE)
		return code;
	if (document->parts.n_signatures > 0)
		exemption_judge(site, revoked, document, &state);
	return write(site, document, armour, state.signers | person, ret);
}
