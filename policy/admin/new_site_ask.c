#include "policy/admin/new_site_ask.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/new_site_options.h"
#include "policy/characters.h"
#include "policy/cleanup.h"

#define ANSWER_MAX 1024

/* How a question ended. */
enum answer { ANSWER_END = 0, ANSWER_EMPTY, ANSWER_GIVEN };

static enum answer ask(const char *question, char answer[ANSWER_MAX])
{
	printf("%s: ", question);
	fflush(stdout);
	if (!fgets(answer, ANSWER_MAX, stdin))
		return ANSWER_END;
	answer[strcspn(answer, "\n")] = '\0';
	return answer[0] != '\0' ? ANSWER_GIVEN : ANSWER_EMPTY;
}

/* "NAME=VALUE" to one of the setters. */
static int set_both(struct new_site *site, const char *name, const char *value,
	int (*set)(struct new_site *site, const char *text))
{
	CLEANUP(cleanup_free) char *both = admin_format("%s=%s", name, value);

	return both ? set(site, both) : admin_no_memory();
}

static bool ask_for_site(struct new_site *site)
{
	char answer[ANSWER_MAX];

	while (site->site[0] == '\0') {
		if (ask("Name of the body (a-z 0-9 -), such as tosu", answer) == ANSWER_END)
			return false;
		new_site_set_site(site, answer);
	}
	return true;
}

/* How people call the tier, until it can be written so. */
static bool ask_for_display(struct new_site *site, const char *name)
{
	char display[ANSWER_MAX], question[ANSWER_MAX + 128];
	const char *usual = new_site_display_of(name);
	enum answer answer;

	snprintf(question, sizeof(question), "How people call it (empty: %s)",
		usual[0] != '\0' ? usual : "not said");
	do {
		answer = ask(question, display);
		if (answer == ANSWER_EMPTY)
			snprintf(display, sizeof(display), "%s", usual);
	} while (answer != ANSWER_END &&
		 set_both(site, name, display, new_site_add_tier) != EXIT_DONE);
	return answer != ANSWER_END;
}

/* At least one. */
static bool ask_for_tiers(struct new_site *site)
{
	char name[ANSWER_MAX];

	for (;;) {
		switch (ask(site->n_tiers == 0
				    ? "A network tier, such as my-number, lgwan or internet"
				    : "Another network tier (empty: no more)",
			name)) {
		case ANSWER_END: return false;
		case ANSWER_EMPTY:
			if (site->n_tiers > 0)
				return true;
			admin_complain("there must be at least one tier; a body without tiers may "
				       "call it office");
			continue;
		case ANSWER_GIVEN: break;
		}
		if (new_site_check_tier(site, name) == EXIT_DONE && !ask_for_display(site, name))
			return false;
	}
}

/* The keys of one person: at least one. */
static bool ask_for_keys(struct new_site *site, const char *id)
{
	bool has_key = false;
	char path[ANSWER_MAX];

	for (;;) {
		switch (ask(has_key ? "Another key of theirs, such as the one in the safe (empty: "
				      "none)"
				    : "Their public key file, such as ~/.ssh/id_ed25519.pub",
			path)) {
		case ANSWER_END: return false;
		case ANSWER_EMPTY:
			if (has_key)
				return true;
			admin_complain("without a key %s could sign nothing", id);
			continue;
		case ANSWER_GIVEN: break;
		}
		if (set_both(site, id, path, new_site_add_person) == EXIT_DONE)
			has_key = true;
	}
}

/* At least one; who names only one is told what that means. */
static bool ask_for_persons(struct new_site *site)
{
	char id[ANSWER_MAX], question[256];

	for (;;) {
		if (site->n_persons == 0)
			snprintf(question, sizeof(question), "An administrator, such as suzuki");
		else if (site->n_persons == 1)
			snprintf(question, sizeof(question),
				"Another administrator (empty: none; then %s alone may sign "
				"everything)",
				site->persons[0].id);
		else
			snprintf(question, sizeof(question),
				"Another administrator (empty: no more)");
		switch (ask(question, id)) {
		case ANSWER_END: return false;
		case ANSWER_EMPTY:
			if (site->n_persons > 0)
				return true;
			admin_complain("there must be at least one administrator");
			continue;
		case ANSWER_GIVEN: break;
		}
		if (new_site_check_person(id) == EXIT_DONE && !ask_for_keys(site, id))
			return false;
	}
}

static bool ask_for_timer(struct new_site *site)
{
	char answer[ANSWER_MAX];

	while (site->fresh_key[0] == '\0') {
		enum answer given = ask(
			"Public key file of a timer that says daily what is newest (empty: none)",
			answer);

		if (given != ANSWER_GIVEN)
			return given == ANSWER_EMPTY;
		new_site_set_fresh_key(site, answer);
	}
	return true;
}

bool new_site_ask(struct new_site *site)
{
	bool has_asked = site->site[0] == '\0' || site->n_tiers == 0 || site->n_persons == 0;

	if (!ask_for_site(site))
		return has_asked;
	if (site->n_tiers == 0 && !ask_for_tiers(site))
		return has_asked;
	if (site->n_persons == 0 && ask_for_persons(site))
		ask_for_timer(site);
	return has_asked;
}

bool new_site_confirm(const struct new_site *site, const char *folder)
{
	char display[NEW_SITE_TEXT_MAX];
	const char *why;
	size_t at;

	printf("\nTo be written into %s:\n  site       %s\n", folder, site->site);
	for (unsigned i = 0; i < site->n_tiers; i++) {
		const struct new_tier *tier = &site->tiers[i];

		printf("  tier       %s", tier->name);
		if (tier->display[0] != '\0' &&
			percent_decode(tier->display, display, sizeof(display), &at, &why) == 0)
			printf(", called %s", display);
		printf("\n");
	}
	for (unsigned i = 0; i < site->n_persons; i++)
		printf("  person     %s, with %u key%s\n", site->persons[i].id,
			site->persons[i].n_keys, site->persons[i].n_keys == 1 ? "" : "s");
	if (site->fresh_key[0] != '\0')
		printf("  timer      has a key of its own\n");
	printf("  must sign  %u of %u person%s\n", site->threshold, site->n_persons,
		site->n_persons == 1 ? "" : "s");
	return admin_confirm("Write it?");
}
