#include "policy/admin/exemption_revocation.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "policy/admin/exemption_line.h"
#include "policy/admin/shell_quote.h"
#include "policy/cleanup.h"
#include "policy/exemption_text.h"

static int make(const struct exemption_site *site, const struct revocation *wanted,
	const char *path, struct admin_document *ret)
{
	struct revocation revocation = *wanted;
	struct admin_file file = {.path = path};
	struct problems problems = {0};
	int r;

	revocation.header = (struct document_header){.kind = DOCUMENT_REVOCATION,
		.epoch = site->trust.root->header.epoch,
		.issued = site->now_s};
	memcpy(revocation.header.site, site->trust.root->header.site,
		sizeof(revocation.header.site));
	memcpy(revocation.header.tier, site->policy->header.tier, sizeof(revocation.header.tier));
	r = revocation_write(&revocation, &problems, &file.bytes);
	admin_print_problems(path, &problems);
	problems_clear(&problems);
	if (r == -ENOMEM)
		return admin_no_memory();
	if (r < 0)
		return EXIT_NO;
	file.size = strlen(file.bytes);
	ret->kind = DOCUMENT_REVOCATION;
	return admin_parse_file(&file, ret);
}

static int take_printed(const struct exemption_pen *pen, const struct revocation *wanted,
	struct admin_document *ret, char **ret_path)
{
	int code = exemption_pen_read_text(pen, DOCUMENT_REVOCATION, ret, ret_path);

	if (code != EXIT_DONE || (ret->revocation->kind == wanted->kind &&
					 strcmp(ret->revocation->subject, wanted->subject) == 0))
		return code;
	admin_complain("%s is of %s %s, and not of %s %s", *ret_path,
		revocation_kind_name(ret->revocation->kind), ret->revocation->subject,
		revocation_kind_name(wanted->kind), wanted->subject);
	return EXIT_NO;
}

/* What was approved is ended, and not refused; what nobody answered is refused. */
static int check_state(const struct exemption_site *site, const struct exemption_revoked *revoked,
	const struct exemption_found *found, enum revocation_kind kind)
{
	struct exemption_state state;

	if (kind != REVOCATION_REQUEST || !found || !found->document)
		return EXIT_DONE;
	exemption_judge(site, revoked, found->document, &state);
	if (state.standing != STANDING_COUNTS && state.standing != STANDING_NOT_YET)
		return EXIT_DONE;
	admin_complain("%s is approved already: \"exemption revoke\" ends it",
		found->document->exemption->id);
	return EXIT_NO;
}

static void show(const struct exemption_site *site, const struct exemption_found *found,
	const struct revocation *revocation)
{
	static const char *const titles[REVOCATION_KIND_COUNT] = {
		[REVOCATION_NONE] = "nothing",
		[REVOCATION_EXEMPTION] = "ends for ever",
		[REVOCATION_MEDIUM] = "is not registered any more, for ever, nor in any exemption",
		[REVOCATION_REQUEST] = "is refused",
	};

	if (found && found->document)
		exemption_line_print(stdout, found->document->exemption, site->offset_minutes);
	else if (found && found->request)
		exemption_line_print_request(
			stdout, found->request, site->now_s, site->offset_minutes);
	else
		printf("%s", revocation->subject);
	printf("\n  %s; the reason that is shown: %s\n", titles[revocation->kind],
		revocation->reason[0] != '\0' ? revocation->reason : "none");
}

static int print(const struct admin_document *document, const char *command, const char *folder)
{
	const struct revocation *revocation = document->revocation;
	CLEANUP(cleanup_free) char *name = admin_format("revocation-%s", revocation->subject);
	CLEANUP(cleanup_free) char *quoted = shell_quote(SHELL_POSIX, folder);
	CLEANUP(cleanup_free)
	char *target = quoted ? admin_format("%s%s --folder %s",
					revocation->kind == REVOCATION_MEDIUM ? "--medium " : "",
					revocation->subject, quoted)
			      : NULL;

	if (!name || !target)
		return admin_no_memory();
	return exemption_pen_print(document, name, &(struct sign_back){command, target});
}

static int sign(const struct exemption_pen *pen, const struct exemption_site *site,
	const struct admin_document *document, const char *path)
{
	struct bundle_addition addition = {.document = document};
	CLEANUP(cleanup_free) char *armour = NULL;
	struct sshsig signature;
	enum bundle_outcome outcome;
	int code = exemption_pen_ask(pen, pen->add ? "Add the signature?" : "Sign this?");

	if (code == EXIT_DONE)
		code = exemption_pen_sign(pen, site, document, &armour, &signature);
	if (code != EXIT_DONE)
		return code;
	addition.armour = armour;
	code = exemption_bundle_add(path, DOCUMENT_REVOCATION, &addition, 1, site->now_s, &outcome);
	if (code == EXIT_DONE)
		printf("written: %s\n", path);
	return code;
}

int exemption_revoke(const struct exemption_pen *pen, const struct exemption_site *site,
	const struct exemption_revoked *revoked, const struct exemption_found *found,
	const struct revocation *wanted, const char *command, const char *folder)
{
	CLEANUP(admin_document_clear) struct admin_document document = {0};
	CLEANUP(cleanup_free) char *text_path = NULL;
	const char *path = revoked->bundle.path;
	uint64_t person;
	int code = check_state(site, revoked, found, wanted->kind);

	if (code == EXIT_DONE)
		code = pen->add ? take_printed(pen, wanted, &document, &text_path)
				: make(site, wanted, path, &document);
	if (code == EXIT_DONE)
		code = exemption_pen_person(pen, site, &document, &person);
	if (code != EXIT_DONE)
		return code;
	show(site, found, document.revocation);
	return pen->is_print ? print(&document, command, folder) : sign(pen, site, &document, path);
}
