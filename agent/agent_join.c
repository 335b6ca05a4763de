/*
 * Joining: while a ticket lies in /etc/sekisho and nobody has heard of it, this terminal asks by
 * it. The request waits in up/ as all that goes up; when it has a receipt, the ticket is removed.
 * What is not there yet (a name, keys, the certificate of sekisho-fetch) is waited for, and the
 * status says so.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "agent/agent_internal.h"
#include "agent/checked_lines.h"
#include "agent/descriptor.h"
#include "agent/store.h"
#include "agent/terminal_key_file.h"
#include "agent/wipe.h"
#include "policy/cleanup.h"
#include "policy/join_request.h"
#include "policy/terminal_key.h"

#define TICKET_FILE   "join-ticket"
#define JOIN_PREFIX   "join-"
#define JOIN_END      ".ini"
#define HASH_DIGITS   16
#define FOLDER_SOURCE "file:"
/* Below the folder of sekishod; see agent_spool.c. */
#define CERTIFICATE "../sekisho-fetch/spool/certificate"
/* Where it is installed, it makes the key that secrets are sealed to, early in each boot. */
#define UNSEAL "/usr/sbin/sekisho-unseal"

/* --- what goes into it --- */

/* 1 and *ret; 0: there is none; or a negative errno. */
static int read_ticket(struct agent *agent, struct join_ticket *ret)
{
	char *text = NULL;
	size_t size = 0;
	int r = store_read(agent->etc_fd, TICKET_FILE, TICKET_FILE_MAX, &text, &size);

	if (r == 0)
		r = strlen(text) == size ? join_ticket_parse(text, ret) : -EINVAL;
	if (text)
		explicit_bzero(text, size);
	free(text);
	agent->join.is_ticket_bad = r == -EINVAL || r == -EFBIG;
	return r == 0 ? 1 : r == -ENOENT ? 0 : r;
}

/* NULL, or what is waited for. */
static const char *add_seal_key(struct agent *agent, struct join_request *request)
{
	CLEANUP(cleanup_free) char *text = NULL;
	CLEANUP(problems_clear) struct problems problems = {};
	struct terminal_key key;
	size_t size;
	int r = store_read(agent->state_fd, TERMINAL_KEY_FILE, TERMINAL_KEY_SIZE_MAX, &text, &size);

	if (r == -ENOENT && access(UNSEAL, F_OK) < 0)
		return NULL;
	if (r == 0)
		r = terminal_key_parse(text, size, &problems, &key);
	if (r < 0)
		return "sekisho-unseal has made no key yet that secrets are sealed to";
	request->has_seal_key = true;
	memcpy(request->seal_key, key.key, sizeof(request->seal_key));
	return NULL;
}

/* As sekisho-fetch says it: a line that nobody believes before nginx has compared it. */
static const char *add_certificate(struct agent *agent, struct join_request *request)
{
	CLEANUP(cleanup_free) char *text = NULL;
	size_t size;

	if (strncmp(policies_source(agent->policies), FOLDER_SOURCE, strlen(FOLDER_SOURCE)) == 0)
		return NULL;
	if (store_read(agent->run_fd, CERTIFICATE, CERTIFICATE_SIZE, &text, &size) < 0 ||
		size != CERTIFICATE_SIZE || text[CERTIFICATE_SIZE - 1] != '\n' ||
		strspn(text, "0123456789abcdef") != CERTIFICATE_SIZE - 1)
		return "sekisho-fetch has made no certificate yet";
	memcpy(request->certificate, text, CERTIFICATE_SIZE - 1);
	return NULL;
}

/* NULL and *ret, or what is waited for. */
static const char *fill(struct agent *agent, struct join_request *ret)
{
	const char *site, *tier, *waits_for;
	const char *key = terminal_identity_key_text(agent->identity);

	policies_site(agent->policies, &site, &tier);
	if (!policies_source(agent->policies)[0])
		return "site.ini names no source to join";
	if (!policies_terminal(agent->policies)[0])
		return "site.ini gives this terminal no name";
	if (!key || ed25519_parse(key, ret->key) < 0)
		return "this terminal has no key";
	snprintf(ret->site, sizeof(ret->site), "%s", site);
	snprintf(ret->tier, sizeof(ret->tier), "%s", tier);
	snprintf(ret->terminal, sizeof(ret->terminal), "%s", policies_terminal(agent->policies));
	snprintf(ret->machine, sizeof(ret->machine), "%s",
		terminal_identity_machine(agent->identity));
	snprintf(ret->agent, sizeof(ret->agent), "%s", SEKISHO_VERSION);
	ret->issued = agent_trusted_ms(agent) / 1000;
	waits_for = add_seal_key(agent, ret);
	return waits_for ? waits_for : add_certificate(agent, ret);
}

/* --- the request --- */

/* The signed text, for free(). */
static int make(struct agent *agent, const struct join_ticket *ticket, struct join_request *request,
	char **ret)
{
	CLEANUP(cleanup_free) char *text = NULL;
	uint8_t ticket_key[TICKET_KEY_SIZE];
	char armour[SSHSIG_ARMOUR_SIZE];
	int r = join_ticket_key(ticket, ticket_key);

	memcpy(request->ticket, ticket->id, sizeof(request->ticket));
	if (r == 0)
		r = join_request_write(request, ticket_key, &text);
	explicit_bzero(ticket_key, sizeof(ticket_key));
	if (r == 0)
		r = terminal_identity_sign(
			agent->identity, JOIN_REQUEST_SPACE, text, strlen(text), armour);
	if (r < 0)
		return r;
	return asprintf(ret, "%s%s", text, armour) < 0 ? -ENOMEM : 0;
}

static int record_asked(struct agent *agent, const struct join_request *request)
{
	struct record record = {
		.event = RECORD_TERMINAL_ASKED,
		.realtime_ms = agent_realtime_ms(),
		.boottime_ms = agent_boottime_ms(),
	};

	snprintf(record.text, sizeof(record.text), "as %s, by the ticket %s", request->terminal,
		request->ticket);
	return agent_record(agent, &record);
}

static int ask(struct agent *agent, const struct join_ticket *ticket, struct join_request *request)
{
	CLEANUP(cleanup_free) char *text = NULL;
	char hash[CHECKSUM_SIZE];
	int r = make(agent, ticket, request, &text);

	if (r == 0)
		r = checksum_text(text, strlen(text), hash);
	if (r < 0)
		return r;
	snprintf(agent->join.name, sizeof(agent->join.name), JOIN_PREFIX "%.*s" JOIN_END,
		HASH_DIGITS, hash);
	r = store_write_shared(agent->exemption.up_fd, agent->join.name, text, strlen(text));
	if (r == 0)
		return record_asked(agent, request);
	agent->join.name[0] = '\0';
	return r;
}

/* Those of a run before are made anew: the keys may be others. */
static void remove_old(const struct agent *agent)
{
	CLEANUP(cleanup_closedir) DIR *folder = open_directory(agent->exemption.up_fd, ".");
	const struct dirent *entry;

	while (folder && (entry = readdir(folder)))
		if (strncmp(entry->d_name, JOIN_PREFIX, strlen(JOIN_PREFIX)) == 0)
			(void)unlinkat(agent->exemption.up_fd, entry->d_name, 0);
}

static void end(struct agent *agent)
{
	size_t n = 0;
	/* It may count for others still. */
	int r = wipe_file(agent->etc_fd, TICKET_FILE, &n);

	if (r == 0)
		r = terminal_identity_asked(agent->identity, agent->state_fd);
	if (r < 0 && r != agent->join.error)
		fprintf(stderr, SD_WARNING "/etc/sekisho/" TICKET_FILE " stays: %s\n",
			strerror(-r));
	agent->join.error = r;
	if (r == 0)
		agent->join.name[0] = '\0';
}

int agent_join_look(struct agent *agent)
{
	struct join_request request = {};
	struct join_ticket ticket = {};
	int r;

	if (agent->join.name[0]) {
		if (faccessat(agent->exemption.up_fd, agent->join.name, F_OK, 0) < 0 &&
			errno == ENOENT)
			end(agent);
		return 0;
	}
	if (agent->etc_fd < 0)
		return 0;
	r = read_ticket(agent, &ticket);
	agent->join.waits_for = r > 0 ? fill(agent, &request) : NULL;
	if (r > 0 && !agent->join.waits_for)
		r = ask(agent, &ticket, &request);
	explicit_bzero(&ticket, sizeof(ticket));
	if (r == -ENOMEM)
		return r;
	if (r < 0 && r != agent->join.error)
		fprintf(stderr, SD_WARNING "this terminal cannot ask to join: %s\n", strerror(-r));
	agent->join.error = r < 0 ? r : 0;
	return 0;
}

int agent_join_start(struct agent *agent)
{
	remove_old(agent);
	return agent_join_look(agent);
}
