#include "policy/admin/new_site_ask.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/new_site_options.h"
#include "policy/cleanup.h"

#define ANSWER_MAX 1024

/* Reads one line; false at the end of the input or for an empty line. */
static bool ask(const char *question, char answer[ANSWER_MAX])
{
	printf("%s: ", question);
	fflush(stdout);
	if (!fgets(answer, ANSWER_MAX, stdin))
		return false;
	answer[strcspn(answer, "\n")] = '\0';
	return answer[0] != '\0';
}

/* "NAME=VALUE" to one of the setters. */
static int set_both(struct new_site *site, const char *name, const char *value,
	int (*set)(struct new_site *site, const char *text))
{
	CLEANUP(cleanup_free) char *both = admin_format("%s=%s", name, value);

	return both ? set(site, both) : admin_no_memory();
}

static void ask_for_tiers(struct new_site *site)
{
	char name[ANSWER_MAX], display[ANSWER_MAX], question[ANSWER_MAX + 128];

	while (ask("A network tier, such as my-number, lgwan or internet (empty: no more)", name)) {
		const char *usual = new_site_display_of(name);

		snprintf(question, sizeof(question), "How people call it (empty: %s)",
			usual[0] != '\0' ? usual : "not said");
		if (!ask(question, display))
			snprintf(display, sizeof(display), "%s", usual);
		set_both(site, name, display, new_site_add_tier);
	}
}

static void ask_for_persons(struct new_site *site)
{
	char id[ANSWER_MAX], path[ANSWER_MAX];

	while (ask("An administrator, such as suzuki (empty: no more)", id)) {
		if (!ask("Their public key file", path) ||
			set_both(site, id, path, new_site_add_person) != EXIT_DONE)
			continue;
		while (ask(
			"Another key of theirs, such as the one in the safe (empty: none)", path))
			set_both(site, id, path, new_site_add_person);
	}
}

void new_site_ask(struct new_site *site)
{
	char answer[ANSWER_MAX];

	while (site->site[0] == '\0' && ask("Name of the body (a-z 0-9 -), such as tosu", answer))
		new_site_set_site(site, answer);
	if (site->n_tiers == 0)
		ask_for_tiers(site);
	if (site->n_persons > 0)
		return;
	ask_for_persons(site);
	while (site->fresh_key[0] == '\0' &&
		ask("Public key file of a timer that says daily what is newest (empty: none)",
			answer))
		new_site_set_fresh_key(site, answer);
}
