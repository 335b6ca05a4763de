/*
 * An agent without a terminal: the real bus.c over devices and answers that stand here, for
 * tests/dbus. Says on standard output what reached it, and at the end how long its event loop was
 * held up at most and how often it woke.
 *
 * usage: server [ill] [more] [bare] [commands=FIFO] [beat]
 *        [records=FOLDER] [head=SEQUENCE head-sha256=HASH]
 *        [policy=FILE [policy-sha256=HASH]]
 * commands: "record EVENT N" announces N records of that event, "devices N" has
 * N devices from now on, "woken" prints how often the loop woke so far, "exemption ID PHASE"
 * announces one, "phase ID PHASE [SECONDS]" has lists say so. bare: nothing can be done for
 * exemptions, and there are none.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <systemd/sd-event.h>
#include <time.h>
#include <unistd.h>

#include "agent/bus.h"
#include "agent/checked_lines.h"
#include "agent/record_files.h"
#include "agent/store.h"
#include "tests/dbus/fake_exemptions.h"
#include "tests/dbus/more_devices.h"

#define BEAT_US 10000

struct server {
	sd_event *event;
	bool has_more; /* devices of many kinds */
	bool is_bare;  /* no exemptions */
	bool is_ill;   /* names problems, has another policy waiting */
	uint64_t last_us, longest_us;
	unsigned looks_on_trial; /* how many more looks at the status find the policy on trial */
	bool is_taken_back;      /* after those looks another policy is in force */
	struct bus *bus;
	int records_fd;     /* -1: none */
	const char *policy; /* NULL: the built-in one */
	uint8_t policy_sha256[SHA256_SIZE];
	uint64_t head; /* of the records */
	uint8_t head_sha256[SHA256_SIZE];
	size_t devices;
	uint64_t sequence;
};

static const struct device_decision keyboard = {
	.verdict = VERDICT_ALLOW,
	.configuration = 1,
	.device_class = CLASS_KEYBOARD,
	.reason = {REASON_CLASS_RULE, VERDICT_ALLOW, CLASS_KEYBOARD, .line = 14},
	.interfaces = {{1, 0, CLASS_KEYBOARD, VERDICT_ALLOW,
		{REASON_CLASS_RULE, VERDICT_ALLOW, CLASS_KEYBOARD, .line = 14}}},
	.n_interfaces = 1,
};

static const struct device_decision stick = {
	.device_class = CLASS_USB_STORAGE,
	.reason = {.code = REASON_CLASS_RULE, .device_class = CLASS_USB_STORAGE, .line = 12},
	.interfaces = {{1, 0, CLASS_USB_STORAGE, VERDICT_BLOCK,
		{.code = REASON_CLASS_RULE, .device_class = CLASS_USB_STORAGE, .line = 12}}},
	.n_interfaces = 1,
};

static const struct device_decision gadget = {
	.verdict = VERDICT_ALLOW,
	.configuration = 1,
	.device_class = CLASS_USB_STORAGE,
	.reason = {.code = REASON_LAST_INPUT, .device_class = CLASS_KEYBOARD},
	.interfaces = {{1, 0, CLASS_KEYBOARD, VERDICT_ALLOW,
			       {.code = REASON_LAST_INPUT, .device_class = CLASS_KEYBOARD}},
		{1, 1, CLASS_USB_STORAGE, VERDICT_BLOCK,
			{.code = REASON_CLASS_NOT_NAMED, .device_class = CLASS_USB_STORAGE}}},
	.n_interfaces = 2,
};

static const struct agent_device devices[] = {
	{"1-1", 0x046d, 0xc31c, 1, 2, "株式会社ロジクール", "USB Keyboard", NULL, NULL, &keyboard,
		"settled", false, 1232},
	{"1-2", 0x0951, 0x1666, 1, 3, "King\033[31mston", "Data\xffTraveler\xe2\x80\xae", "001CC0",
		"M-00123", &stick, "settled", false, 1233},
	{"1-3.4", 0x1d6b, 0x0104, 1, 4, NULL, NULL, NULL, NULL, &gadget, "retrying", true, 0},
};

static const struct document_header newest_root = {
	.serial = 3, .epoch = 2, .not_after = 1893452399};
static const struct document_header list = {.serial = 7, .not_after = 1893452399};

static const struct document_header tokens = {.serial = 12, .not_after = 1893452399};

static void get_ill(struct agent_status *ret)
{
	ret->login = (struct agent_login_status){.mode = "required"};
	ret->has_next = true;
	ret->next = (struct agent_policy){.serial = 43, .not_before = 1800000000};
	ret->media = &list;
	ret->n_media = 1200;
	ret->has_fresh = true;
	ret->fresh = (struct agent_fresh){
		.age_s = 3 * 3600 + 59, .max_age_s = 7200, .root = 3, .policy = 44, .media = 8};
	ret->records_missing = 7;
	ret->operator= NULL;
	ret->operator_since = 0;
	ret->server = "no-answer";
	ret->is_rehearsing = true;
	ret->rehearses_until = 1800000000;
	ret->problems[ret->n_problems++] =
		(struct agent_problem){"records-missing", "The disk is\nfull"};
}

static void get_status(void *userdata, struct agent_status *ret)
{
	struct server *server = userdata;

	*ret = (struct agent_status){
		.site = "tosu",
		.tier = "my-number",
		.terminal = "desk-17",
		.login = {.mode = "required",
			.serial = 42,
			.from = 1800000000,
			.tokens = &tokens,
			.n_tokens = 3,
			.key = "SHA256:uNiVztksCsDhcc0u9e8BrrJXVGGQ1xfd7nBnJDrWKKI"},
		.policy = {.serial = 42, .not_after = 1809097199},
		.devices = server->devices,
		.devices_refused = 1,
		.other_keyboards = 1,
		.operator= "s1204",
		.operator_since = 1800000000,
		.server = "ok",
		.server_heard = 1800000000,
		.contact = "IT section, extension 1234",
		.record_sequence = 1234,
		.record_sha256 = {0x12, 0x34},
	};
	memcpy(ret->policy.sha256, server->policy_sha256, SHA256_SIZE);
	if (server->head > 0) {
		ret->record_sequence = server->head;
		memcpy(ret->record_sha256, server->head_sha256, SHA256_SIZE);
	}
	if (server->looks_on_trial > 0) {
		server->looks_on_trial--;
		ret->is_on_trial = true;
	} else if (server->is_taken_back) {
		ret->policy.sha256[0] = 0xee;
	}
	ret->root = &newest_root;
	if (!server->is_bare)
		fake_exemptions_status(ret);
	if (server->is_ill)
		get_ill(ret);
}

static bool get_device(void *userdata, size_t index, struct agent_device *ret)
{
	const struct server *server = userdata;

	if (server->has_more)
		return more_devices_at(index, ret);
	if (index >= sizeof(devices) / sizeof(devices[0]))
		return false;
	*ret = devices[index];
	return true;
}

/* Files lie in the folder that the command line names, or there are none. */
static int open_record(void *userdata, uint64_t after, uint64_t *ret_number, int *ret_fd)
{
	const struct server *server = userdata;
	uint64_t number = 0;
	int r = server->records_fd < 0 ? 0 : record_files_next(server->records_fd, after, &number);

	if (r < 0 || number == 0)
		return r;
	*ret_number = number;
	*ret_fd = record_file_open_to_read(server->records_fd, number);
	return *ret_fd < 0 ? *ret_fd : 1;
}

/* The file that the command line names; the built-in policy without one. */
static int get_policy(void *userdata, char **ret_text)
{
	const struct server *server = userdata;
	size_t size;

	if (!server->policy) {
		*ret_text = strdup("");
		return *ret_text ? 0 : -ENOMEM;
	}
	return store_read(AT_FDCWD, server->policy, POLICY_SIZE_MAX, ret_text, &size);
}

/* The first word of the document is what becomes of it. */
static int take_document(
	struct server *server, const struct agent_document *document, struct agent_answer *ret)
{
	static const char *const outcomes[] = {"applied", "taken", "next", "not-here", "unchanged"};

	if (!document->bytes) {
		printf("unreadable %s %s: %s\n", document->origin, document->name, document->why);
		snprintf(ret->text, sizeof(ret->text), "could not be read");
		return 0;
	}
	printf("document %s %s %zu\n", document->origin, document->name, document->size);
	if (document->size == 6 && memcmp(document->bytes, "memory", 6) == 0)
		return -ENOMEM;
	for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++)
		if (document->size >= strlen(outcomes[i]) &&
			memcmp(document->bytes, outcomes[i], strlen(outcomes[i])) == 0)
			ret->outcome = outcomes[i];
	server->looks_on_trial = memmem(document->bytes, document->size, "trial", 5) ? 3 : 0;
	server->is_taken_back = memmem(document->bytes, document->size, "back", 4);
	snprintf(ret->text, sizeof(ret->text), "as it was told to be");
	return 0;
}

static int take_documents(void *userdata, const struct agent_document *documents, size_t n,
	agent_tell tell, void *context)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < n; i++) {
		struct agent_answer answer = {.name = documents[i].name, .outcome = "refused"};

		r = take_document(userdata, &documents[i], &answer);
		if (r >= 0)
			r = tell(context, &answer);
	}
	return r;
}

/* As root may, and the account that is nobody's here. */
static int change_operator(void *userdata, uint32_t caller, const char *line)
{
	if (caller != 0)
		return -EPERM;
	printf("operator %s\n", line);
	return strcmp(line, "elsewhere") == 0 ? -ENXIO : strcmp(line, "late") == 0 ? -ESTALE : 0;
}

static int end_operator(void *userdata, uint32_t caller, char ret_user[ACCOUNT_NAME_MAX + 1])
{
	const struct server *server = userdata;

	if (server->is_ill)
		return -ENOENT;
	if (caller != 0)
		return -EPERM;
	snprintf(ret_user, ACCOUNT_NAME_MAX + 1, "s1204");
	return 0;
}

static void warn(void *userdata, const char *text)
{
	printf("warning %s\n", text);
}

/* With all that must not reach everybody. */
static void announce(struct server *server, enum record_event event)
{
	static const struct login_event login = {
		.reason = LOGIN_LOCKED, .user = "SECRET-user", .reference = "SECRET12"};
	const struct record record = {
		.event = event,
		.login = &login,
		.device =
			{
				.name = "1-2",
				.vendor = 0x0951,
				.product = 0x1666,
				.bus = 1,
				.number = 3,
				.manufacturer = "SECRET-maker",
				.model = "SECRET-model",
				.serial = "SECRET-serial",
				.medium = "SECRET-medium",
			},
		.device_class = CLASS_USB_STORAGE,
		.verdict = event == RECORD_DEVICE_ALLOWED ? VERDICT_ALLOW : VERDICT_BLOCK,
		.reason = {.code = REASON_NOT_ALONE,
			.device_class = CLASS_USB_STORAGE,
			.other_class = CLASS_PRINTER,
			.configuration = 1,
			.interface = 2,
			.line = 12},
		.policy_serial = 43,
		.policy_sha256 = {0xab, 0xcd},
		.number = 43,
		.fault = "bad-signature",
		.text = "/home/SECRET-user/cd: line 3",
	};

	bus_announce_record(server->bus, &record, ++server->sequence);
}

static void print_woken(const struct server *server)
{
	uint64_t woken = 0;

	sd_event_get_iteration(server->event, &woken);
	printf("woken %" PRIu64 "\n", woken);
}

static void obey(struct server *server, char *line)
{
	const char *verb = strsep(&line, " "), *first = strsep(&line, " ");
	unsigned long n = strtoul(line ? line : "1", NULL, 10);
	enum record_event event;

	if (strcmp(verb, "devices") == 0 && first) {
		server->devices = strtoul(first, NULL, 10);
		bus_touch(server->bus);
	} else if (strcmp(verb, "record") == 0 && first &&
		   record_event_from_name(first, &event) == 0) {
		for (unsigned long i = 0; i < n; i++)
			announce(server, event);
	} else if (strcmp(verb, "exemption") == 0 && first && line) {
		fake_exemption_announce(server->bus, first, line);
	} else if (strcmp(verb, "phase") == 0 && first && line) {
		const char *phase = strsep(&line, " ");

		fake_exemption_set(first, phase, line ? strtol(line, NULL, 10) : 0);
	} else if (strcmp(verb, "woken") == 0) {
		print_woken(server);
	} else {
		printf("cannot obey %s\n", verb);
	}
}

static int on_command(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	char lines[4096], *rest = lines, *line;
	ssize_t n = read(fd, lines, sizeof(lines) - 1);

	if (n <= 0)
		return sd_event_source_set_enabled(source, SD_EVENT_OFF);
	lines[n] = '\0';
	while ((line = strsep(&rest, "\n")))
		if (line[0])
			obey(userdata, line);
	return 0;
}

static uint64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static int on_beat(sd_event_source *source, uint64_t time_us, void *userdata)
{
	struct server *server = userdata;
	uint64_t now = now_us(), passed = now - server->last_us;

	if (passed > server->longest_us)
		server->longest_us = passed;
	server->last_us = now;
	sd_event_source_set_time_relative(source, BEAT_US);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

/* Only on request, because a beat is a wake-up itself. */
static int start_beat(struct server *server)
{
	server->last_us = now_us();
	return sd_event_add_time_relative(
		server->event, NULL, CLOCK_MONOTONIC, BEAT_US, 1000, on_beat, server);
}

static int start(struct server *server, const struct bus_handlers *handlers, bool beats,
	const char *commands)
{
	int r = sd_event_new(&server->event);

	if (r >= 0)
		r = sd_event_add_signal(
			server->event, NULL, SIGTERM | SD_EVENT_SIGNAL_PROCMASK, NULL, NULL);
	if (r >= 0)
		r = bus_open(server->event, handlers, &server->bus);
	if (r >= 0 && beats)
		r = start_beat(server);
	if (r >= 0 && commands)
		r = sd_event_add_io(server->event, NULL, open(commands, O_RDONLY | O_NONBLOCK),
			EPOLLIN, on_command, server);
	return r;
}

static void read_hash(const char *argument, const char *name, uint8_t sha256[SHA256_SIZE])
{
	if (strncmp(argument, name, strlen(name)) != 0)
		return;
	argument += strlen(name);
	(void)read_sha256(&argument, '\0', sha256);
}

int main(int argc, char **argv)
{
	struct server server = {.devices = 3, .records_fd = -1, .policy_sha256 = {0xab, 0xcd}};
	struct bus_handlers handlers = {
		.userdata = &server,
		.get_status = get_status,
		.get_device = get_device,
		.open_record = open_record,
		.get_policy = get_policy,
		.take_documents = take_documents,
		.change_operator = change_operator,
		.end_operator = end_operator,
		.exemptions = fake_exemptions,
		.warn = warn,
	};
	const char *commands = NULL;
	bool beats = false;
	uint64_t woken = 0;
	int r;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (int i = 1; i < argc; i++) {
		server.is_bare |= strcmp(argv[i], "bare") == 0;
		server.is_ill |= strcmp(argv[i], "ill") == 0;
		beats |= strcmp(argv[i], "beat") == 0;
		server.has_more |= strcmp(argv[i], "more") == 0;
		if (strncmp(argv[i], "commands=", 9) == 0)
			commands = argv[i] + 9;
		if (strncmp(argv[i], "records=", 8) == 0)
			server.records_fd = open(argv[i] + 8, O_RDONLY | O_DIRECTORY);
		if (strncmp(argv[i], "head=", 5) == 0)
			server.head = strtoull(argv[i] + 5, NULL, 10);
		read_hash(argv[i], "head-sha256=", server.head_sha256);
		read_hash(argv[i], "policy-sha256=", server.policy_sha256);
		if (strncmp(argv[i], "policy=", 7) == 0)
			server.policy = argv[i] + 7;
	}
	if (server.is_bare)
		handlers.exemptions = (struct agent_exemption_handlers){.request = NULL};
	r = start(&server, &handlers, beats, commands);
	if (r < 0) {
		fprintf(stderr, "server: %s\n", strerror(-r));
		return EXIT_FAILURE;
	}
	puts("ready");
	sd_event_loop(server.event);
	sd_event_get_iteration(server.event, &woken);
	printf("longest %" PRIu64 " ms, woken %" PRIu64 "\n", server.longest_us / 1000, woken);
	bus_close(server.bus);
	sd_event_unref(server.event);
	return EXIT_SUCCESS;
}
