/*
 * sekisho join: makes this PC a terminal of a site. Writes what sekishod needs to ask, has it
 * started anew, and tells the key that the administrators will see.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <systemd/sd-bus.h>
#include <time.h>
#include <unistd.h>

#include "agent/cli.h"
#include "agent/cli_ask.h"
#include "agent/cli_join_plan.h"
#include "agent/cli_text.h"
#include "agent/cli_typed.h"
#include "agent/store.h"
#include "agent/terminal_name.h"
#include "policy/cleanup.h"
#include "policy/sha256_text.h"

#define UNIT          "sekishod.service"
#define TERMINAL_FILE "/run/sekisho/terminal"
#define FILE_SIZE_MAX 256
/* sekishod says who it is in its first second. */
#define TRIES  50
#define TRY_NS 200000000L

/* What is said of the plan, before anything of it is done. */
static void show(const struct join_plan *plan)
{
	char groups[SHA256_GROUPS_SIZE];
	struct site named = plan->site;

	terminal_name_settle(HOST_NAME_FILE, &named);
	sha256_groups(plan->root_sha256, groups);
	printf(_("Site:     %s, %s\n"), plan->site.site, plan->site.tier);
	printf(_("Terminal: %s\n"), named.terminal[0] ? named.terminal : "?");
	printf(_("Server:   %s\n"), plan->site.source);
	printf(_("Root:     SHA-256 %s\n"), groups);
}

/* Only a person can compare with paper. */
static bool is_confirmed(const struct cli_request *request, const struct join_plan *plan)
{
	char typed[32];
	bool is_yes = false;

	if (request->is_sure)
		return true;
	if (cli_ask(plan->is_root_new
			    ? _("Is the SHA-256 of the root the one on paper, and the rest right? "
				"[y/N] ")
			    : _("Is this right? [y/N] "),
		    false, typed, sizeof(typed)) < 0)
		return false;
	return cli_typed_yes(typed, &is_yes) == 0 && is_yes;
}

static int restart(void)
{
	CLEANUP(sd_bus_flush_close_unrefp) sd_bus *bus = NULL;
	int r = sd_bus_open_system(&bus);

	return r < 0 ? r
		     : sd_bus_call_method(bus, "org.freedesktop.systemd1",
			       "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager",
			       "RestartUnit", NULL, NULL, "ss", UNIT, "replace");
}

/* The line "key …" of what sekishod says it is; false where it has not said it. */
static bool read_key(char *ret, size_t size)
{
	CLEANUP(cleanup_free) char *text = NULL;
	const char *key;
	size_t text_size;

	if (store_read(AT_FDCWD, TERMINAL_FILE, FILE_SIZE_MAX, &text, &text_size) < 0)
		return false;
	key = strstr(text, "\nkey ");
	if (!key)
		return false;
	key += strlen("\nkey ");
	snprintf(ret, size, "%.*s", (int)strcspn(key, "\n"), key);
	return true;
}

static void tell_key(void)
{
	const struct timespec a_moment = {.tv_nsec = TRY_NS};
	char key[FINGERPRINT_LENGTH + 1];

	for (unsigned i = 0; i < TRIES; i++) {
		if (read_key(key, sizeof(key))) {
			printf(_("Key:      %s\n"), key);
			break;
		}
		nanosleep(&a_moment, NULL);
	}
	puts(_("This terminal asks to join. The administrators see the key above; sekisho status "
	       "shows it too."));
}

static int act(const struct cli_request *request, const struct join_plan *plan)
{
	const char *name;
	int r = join_plan_write(plan, &name);

	if (r < 0) {
		fprintf(stderr, "sekisho: %s: %s\n", name, strerror(-r));
		return CLI_UNKNOWN;
	}
	if (request->root)
		return CLI_DONE;
	/* Of the run before. */
	(void)unlink(TERMINAL_FILE);
	r = restart();
	if (r < 0) {
		fprintf(stderr,
			_("sekisho: sekishod is not started anew (%s): do it, so that this "
			  "terminal asks to join\n"),
			strerror(-r));
		return CLI_UNKNOWN;
	}
	tell_key();
	return CLI_DONE;
}

int cli_join(const struct cli_request *request)
{
	CLEANUP(join_plan_clear) struct join_plan plan = {.etc_fd = -1};
	int code;

	if (geteuid() != 0 && !request->root) {
		fprintf(stderr, "sekisho: %s\n", _("only root can do this"));
		return CLI_UNKNOWN;
	}
	code = join_plan_make(request, &plan);
	if (code != CLI_DONE)
		return code;
	show(&plan);
	if (!is_confirmed(request, &plan)) {
		puts(_("Nothing was changed."));
		return CLI_NO;
	}
	return act(request, &plan);
}
