/*
 * Which machine this is, and the key by which others know it. What goes wrong here keeps nothing
 * from being guarded: the terminal is nobody to others until it is right again.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "agent/agent_internal.h"
#include "agent/machine_facts.h"
#include "agent/store.h"

/* For sekisho-fetch, which makes its certificate for this machine, and for people. */
#define TERMINAL_FILE      "terminal"
#define TERMINAL_FILE_SIZE (sizeof("machine \nkey \n") + MACHINE_SIZE + FINGERPRINT_LENGTH)

static int record_event(struct agent *agent, enum record_event event, const char *text)
{
	struct record record = {
		.event = event,
		.realtime_ms = agent_realtime_ms(),
		.boottime_ms = agent_boottime_ms(),
	};

	snprintf(record.text, sizeof(record.text), "%s", text);
	return agent_record(agent, &record);
}

/* Empty where nobody can tell. */
static void find_machine(const struct agent *agent, char ret[MACHINE_SIZE])
{
	struct machine_places places = {.sys = "/sys", .machine_id = "/etc/machine-id"};
	struct machine_facts facts;
	struct stat state;
	int r;

	ret[0] = '\0';
	if (fstat(agent->state_fd, &state) == 0)
		places.disk = state.st_dev;
	r = machine_facts_read(&places, &facts);
	if (r == 0 && machine_hash(&facts, ret) == MACHINE_NONE)
		r = -ENODATA;
	if (r < 0)
		fprintf(stderr, SD_WARNING "nothing tells which machine this is: %s\n",
			strerror(-r));
}

static int open_identity(struct agent *agent)
{
	char machine[MACHINE_SIZE];
	int r;

	find_machine(agent, machine);
	r = terminal_identity_open(agent->state_fd, machine, &agent->identity);
	if (r == 0 || r == -ENOMEM)
		return r;
	fprintf(stderr, SD_ERR "the key of this terminal cannot be read: %s\n", strerror(-r));
	return terminal_identity_open(agent->state_fd, "", &agent->identity);
}

/* Said at each start until it asked to join. */
static int record_copy(struct agent *agent)
{
	const char *from = terminal_identity_came_from(agent->identity);
	char text[RECORD_TEXT_MAX];

	if (!from)
		return 0;
	snprintf(text, sizeof(text), "from %s to %s; it has to join again", from,
		terminal_identity_machine(agent->identity));
	return record_event(agent, RECORD_TERMINAL_COPIED, text);
}

static void write_file(struct agent *agent)
{
	const char *machine = terminal_identity_machine(agent->identity);
	const char *key = terminal_identity_key(agent->identity);
	char text[TERMINAL_FILE_SIZE];
	int r, n = snprintf(text, sizeof(text), "machine %s\n%s%s%s", machine, key ? "key " : "",
		       key ? key : "", key ? "\n" : "");

	if (!machine[0]) {
		(void)unlinkat(agent->run_fd, TERMINAL_FILE, 0);
		return;
	}
	r = store_write_public(agent->run_fd, TERMINAL_FILE, text, (size_t)n);
	if (r < 0)
		fprintf(stderr, SD_WARNING "/run/sekisho/" TERMINAL_FILE ": %s\n", strerror(-r));
}

/* Others have to know it only where there are others. */
static bool is_key_wanted(const struct agent *agent)
{
	return policies_source(agent->policies)[0] &&
	       terminal_identity_machine(agent->identity)[0] &&
	       !terminal_identity_key(agent->identity);
}

int agent_terminal_look(struct agent *agent)
{
	bool is_new;
	int r;

	if (!is_key_wanted(agent))
		return 0;
	r = terminal_identity_make_key(agent->identity, agent->state_fd, &is_new);
	if (r < 0) {
		fprintf(stderr, SD_WARNING "no key can be made: %s\n", strerror(-r));
		return 0;
	}
	write_file(agent);
	return record_event(
		agent, RECORD_TERMINAL_KEY_MADE, terminal_identity_key(agent->identity));
}

int agent_terminal_start(struct agent *agent)
{
	int r = open_identity(agent);

	if (r == 0)
		r = record_copy(agent);
	if (r < 0)
		return r;
	write_file(agent);
	return agent_terminal_look(agent);
}
