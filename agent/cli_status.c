/* sekisho status: is everything as it should be? */
#include "agent/cli.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "agent/bus.h"
#include "agent/cli_bus.h"
#include "policy/cleanup.h"

#define TIME_SIZE 64

struct status {
	const char *version, *site, *tier, *policy_sha256, *next_sha256, *record_sha256;
	uint64_t policy_serial, next_serial, record_sequence, records_missing;
	int64_t policy_not_after, next_not_before;
	int is_builtin, is_on_trial, is_rehearsing;
	int64_t rehearses_until;
	uint64_t root_number, media_serial, fresh_age, newest_root, newest_policy, newest_media;
	int64_t root_not_after, media_not_after;
	uint32_t root_epoch, media, fresh_max_age;
	uint32_t devices, devices_refused, other_keyboards;
	char **enforces;
	const char *problems[BUS_PROBLEMS_MAX];
	size_t n_problems;
};

static int read_strings(sd_bus_message *message, void *ret)
{
	return sd_bus_message_read_strv(message, ret);
}

/* Sentences; their words are for programs. */
static int read_problems(sd_bus_message *message, void *ret)
{
	struct status *status = ret;
	const char *word, *text;
	int r = sd_bus_message_enter_container(message, 'a', "(ss)");

	if (r < 0)
		return r;
	while ((r = sd_bus_message_read(message, "(ss)", &word, &text)) > 0)
		if (status->n_problems < BUS_PROBLEMS_MAX)
			status->problems[status->n_problems++] = text;
	return r < 0 ? r : sd_bus_message_exit_container(message);
}

static void free_strings(char **strings)
{
	for (char **string = strings; string && *string; string++)
		free(*string);
	free(strings);
}

/* 0, or a negative errno after it told the person. */
static int get_status(sd_bus_message **reply, struct status *ret)
{
	const struct cli_field fields[] = {
		{"Version", 's', &ret->version, NULL},
		{"Enforces", 0, &ret->enforces, read_strings},
		{"Site", 's', &ret->site, NULL},
		{"Tier", 's', &ret->tier, NULL},
		{"PolicySerial", 't', &ret->policy_serial, NULL},
		{"PolicySha256", 's', &ret->policy_sha256, NULL},
		{"PolicyNotAfter", 'x', &ret->policy_not_after, NULL},
		{"PolicyIsBuiltin", 'b', &ret->is_builtin, NULL},
		{"PolicyIsOnTrial", 'b', &ret->is_on_trial, NULL},
		{"PolicyIsRehearsed", 'b', &ret->is_rehearsing, NULL},
		{"PolicyRehearsedUntil", 'x', &ret->rehearses_until, NULL},
		{"NextSerial", 't', &ret->next_serial, NULL},
		{"NextSha256", 's', &ret->next_sha256, NULL},
		{"NextNotBefore", 'x', &ret->next_not_before, NULL},
		{"RootNumber", 't', &ret->root_number, NULL},
		{"RootEpoch", 'u', &ret->root_epoch, NULL},
		{"RootNotAfter", 'x', &ret->root_not_after, NULL},
		{"MediaSerial", 't', &ret->media_serial, NULL},
		{"MediaNotAfter", 'x', &ret->media_not_after, NULL},
		{"Media", 'u', &ret->media, NULL},
		{"FreshAge", 't', &ret->fresh_age, NULL},
		{"FreshMaxAge", 'u', &ret->fresh_max_age, NULL},
		{"NewestRoot", 't', &ret->newest_root, NULL},
		{"NewestPolicy", 't', &ret->newest_policy, NULL},
		{"NewestMedia", 't', &ret->newest_media, NULL},
		{"Devices", 'u', &ret->devices, NULL},
		{"DevicesRefused", 'u', &ret->devices_refused, NULL},
		{"OtherKeyboards", 'u', &ret->other_keyboards, NULL},
		{"RecordSequence", 't', &ret->record_sequence, NULL},
		{"RecordSha256", 's', &ret->record_sha256, NULL},
		{"RecordsMissing", 't', &ret->records_missing, NULL},
		{"Problems", 0, ret, read_problems},
	};

	return cli_bus_get_status(fields, sizeof(fields) / sizeof(fields[0]), reply);
}

/* Local time to the minute, "2027-04-30 23:59 +0900". */
static const char *time_words(int64_t seconds, char buffer[TIME_SIZE])
{
	time_t moment = (time_t)seconds;
	struct tm local;

	if (!localtime_r(&moment, &local) ||
		strftime(buffer, TIME_SIZE, "%Y-%m-%d %H:%M %z", &local) == 0)
		snprintf(buffer, TIME_SIZE, "?");
	return buffer;
}

static void print_policy(const struct status *status)
{
	char buffer[TIME_SIZE];

	if (status->is_builtin) {
		puts("Policy     the built-in one");
	} else {
		printf("Policy     serial %" PRIu64 ", valid until %s%s\n", status->policy_serial,
			time_words(status->policy_not_after, buffer),
			status->is_on_trial ? ", on trial" : "");
		printf("           SHA-256 %s\n", status->policy_sha256);
	}
	if (status->is_rehearsing)
		printf("Rehearsal  nothing is refused until %s, only recorded\n",
			time_words(status->rehearses_until, buffer));
	if (status->next_serial) {
		printf("Next       serial %" PRIu64 ", from %s\n", status->next_serial,
			time_words(status->next_not_before, buffer));
		printf("           SHA-256 %s\n", status->next_sha256);
	}
}

static const char *span_words(uint64_t seconds, char buffer[TIME_SIZE])
{
	uint64_t n = seconds / 60;
	const char *unit = "minute";

	if (n >= 48 * 60) {
		n /= 24 * 60;
		unit = "day";
	} else if (n >= 120) {
		n /= 60;
		unit = "hour";
	}
	snprintf(buffer, TIME_SIZE, "%" PRIu64 " %s%s", n, unit, n == 1 ? "" : "s");
	return buffer;
}

/* What there is and this terminal does not have. */
static void print_newer(const char *what, uint64_t newest, uint64_t here)
{
	if (newest > here)
		printf("           a newer %s (%" PRIu64 ") exists than the one here (%" PRIu64
		       ")\n",
			what, newest, here);
}

static void print_documents(const struct status *status)
{
	char buffer[TIME_SIZE];

	if (status->root_number)
		printf("Root       number %" PRIu64 ", epoch %" PRIu32 ", valid until %s\n",
			status->root_number, status->root_epoch,
			time_words(status->root_not_after, buffer));
	if (status->media_serial)
		printf("Media      %" PRIu32 " registered, serial %" PRIu64 ", valid until %s\n",
			status->media, status->media_serial,
			time_words(status->media_not_after, buffer));
	if (!status->newest_policy)
		return;
	printf("Newest     the newest documents were confirmed %s ago",
		span_words(status->fresh_age, buffer));
	if (status->fresh_max_age && status->fresh_age > status->fresh_max_age)
		printf(", more than the %s that the policy sets",
			span_words(status->fresh_max_age, buffer));
	putchar('\n');
	print_newer("root", status->newest_root, status->root_number);
	print_newer("policy", status->newest_policy,
		status->next_serial > status->policy_serial ? status->next_serial
							    : status->policy_serial);
	print_newer("list of media", status->newest_media, status->media_serial);
}

static void print_status(const struct status *status)
{
	printf("Agent      version %s\n", status->version);
	if (status->site[0] || status->tier[0])
		printf("Terminal   site %s, tier %s\n", status->site, status->tier);
	print_policy(status);
	print_documents(status);
	printf("Enforces  ");
	for (char **word = status->enforces; word && *word; word++)
		printf(" %s", *word);
	printf("\nDevices    %" PRIu32 " on USB, %" PRIu32 " %srefused\n", status->devices,
		status->devices_refused, status->is_rehearsing ? "would be " : "");
	printf("Keyboards  %" PRIu32 " that %s not on USB\n", status->other_keyboards,
		status->other_keyboards == 1 ? "is" : "are");
	printf("Records    %" PRIu64 "\n", status->record_sequence);
	printf("           SHA-256 of the last %s\n", status->record_sha256);
	if (status->records_missing)
		printf("           %" PRIu64 " could not be written\n", status->records_missing);
	if (status->n_problems == 0)
		puts("Problems   none");
	for (size_t i = 0; i < status->n_problems; i++)
		printf("%-10s %s\n", i == 0 ? "Problems" : "", status->problems[i]);
}

int cli_status(const struct cli_request *request)
{
	CLEANUP(cli_message_cleanup) sd_bus_message *reply = NULL;
	struct status status = {.version = "?",
		.site = "",
		.tier = "",
		.policy_sha256 = "?",
		.next_sha256 = "?",
		.record_sha256 = "?"};
	int r = get_status(&reply, &status);

	if (r == 0) {
		print_status(&status);
		r = status.n_problems > 0;
	}
	free_strings(status.enforces);
	return r < 0 ? CLI_UNKNOWN : r ? CLI_NO : CLI_DONE;
}
