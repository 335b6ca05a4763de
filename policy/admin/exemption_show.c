/* sekisho-admin exemption show: everything that is known of one number. */
#include "policy/admin/exemption_list.h"

#include <getopt.h>
#include <stdio.h>

#include "policy/admin/admin.h"
#include "policy/admin/exemption_find.h"
#include "policy/admin/exemption_number.h"
#include "policy/admin/exemption_line.h"
#include "policy/admin/exemption_standing.h"
#include "policy/admin/moment.h"
#include "policy/admin/options.h"
#include "policy/cleanup.h"

static void print_help(void)
{
	printf("usage: sekisho-admin " EXEMPTION_SHOW_USAGE "\n\n"
	       "Says all that is known of one request or exemption: what was asked for, what was\n"
	       "granted, the whole form, and how it stands.\n"
	       "  --folder FOLDER  from which terminals fetch; this one if not given\n"
	       "  --root ROOT      the root, or the folder of its chain, if it is elsewhere\n"
	       "Exit status: 0 shown, 1 there is none of that number, 2 could not be tried.\n");
}

static void print_text(const char *title, const char *text)
{
	if (text[0] != '\0')
		printf("  %-24s %s\n", title, text);
}

static void print_answer(const char *title, enum form_answer answer)
{
	const char *name = form_answer_name(answer);

	print_text(title, name ? name : "");
}

static void print_form(const struct exemption_form *form)
{
	print_text("purpose", form->purpose);
	print_text("information", form->information);
	print_text("classification", form->classification);
	print_answer("personal data", form->personal_data);
	print_answer("specific personal data", form->specific_personal_data);
	if (form->has_items)
		printf("  %-24s %u\n", "items", (unsigned)form->items);
	print_answer("encrypted", form->encrypted);
	print_text("destination", form->destination);
	print_text("witness", form->witness);
	print_text("section", form->section);
	print_text("name", form->name);
	print_text("number", form->number);
}

static void print_when(const char *title, int64_t time_s, int offset_minutes)
{
	char text[MOMENT_TEXT_SIZE];

	if (time_s > 0)
		print_text(title, moment_format(time_s, offset_minutes, text));
}

static void show_exemption(const struct exemption_site *site,
	const struct exemption_revoked *revoked, const struct admin_document *document)
{
	const struct exemption *exemption = document->exemption;
	struct exemption_state state;

	exemption_judge(site, revoked, document, &state);
	printf("granted:   ");
	exemption_line_print(stdout, exemption, site->offset_minutes);
	printf("\n           ");
	exemption_state_print(stdout, site, exemption, &state);
	printf("\n");
	print_when("asked for", exemption->requested, site->offset_minutes);
	print_text("by", exemption->requester);
	print_when("granted", exemption->header.issued, site->offset_minutes);
	print_text("takes over from", exemption->extends);
	print_text("volume", exemption->medium.volume);
	print_form(&exemption->form);
}

static void show_request(const struct exemption_site *site, const struct exemption_revoked *revoked,
	const struct exemption_found *found)
{
	const struct revocation *refused =
		exemption_revoked_find(revoked, REVOCATION_REQUEST, found->request->id);

	printf("asked for: ");
	exemption_line_print_request(stdout, found->request, site->now_s, site->offset_minutes);
	printf("\n");
	if (refused)
		printf("           refused: %s\n", refused->reason);
	else if (!found->document)
		printf("           nobody has answered it\n");
	if (!found->document)
		print_form(&found->request->form);
}

static int show(const struct exemption_found *found, const char *root)
{
	CLEANUP(exemption_site_clear) struct exemption_site site = {0};
	CLEANUP(exemption_revoked_clear) struct exemption_revoked revoked = {0};
	int code = exemption_site_open(found->folder, root, &site);

	if (code == EXIT_DONE)
		code = exemption_revoked_read(&site, &revoked);
	if (code != EXIT_DONE)
		return code;
	if (found->request)
		show_request(&site, &revoked, found);
	if (found->document)
		show_exemption(&site, &revoked, found->document);
	return EXIT_DONE;
}

int admin_exemption_show(int argc, char **argv)
{
	CLEANUP(exemption_folders_clear) struct exemption_folders folders = {0};
	CLEANUP(exemption_found_clear) struct exemption_found found = {0};
	const char *folder = ".", *root = NULL;
	const struct admin_option table[] = {{"folder", &folder, NULL}, {"root", &root, NULL}};
	char id[EXEMPTION_ID_SIZE];
	int code = admin_read_options(argc, argv, table, 2, EXEMPTION_SHOW_USAGE, print_help);

	if (code != EXIT_DONE)
		return code == ADMIN_HELPED ? EXIT_DONE : code;
	if (argc - optind != 1)
		return admin_usage(EXEMPTION_SHOW_USAGE);
	if (exemption_number_normalise(argv[optind], id) < 0)
		return admin_misused(EXEMPTION_SHOW_USAGE, "a number is like E-7K3M9Q2X");
	code = exemption_folders_find(folder, &folders);
	if (code == EXIT_DONE)
		code = exemption_find(&folders, id, &found);
	if (code == EXIT_DONE && !found.folder)
		return exemption_complain_unknown(id, folder);
	return code == EXIT_DONE ? show(&found, root) : code;
}
