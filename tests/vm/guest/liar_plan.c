#include "liar_plan.h"

#include "liar_port.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_VENDOR  0x1209 /* pid.codes, whose 0001 is for tests */
#define DEFAULT_PRODUCT 0x0001
#define LONGEST_MS      (3600 * 1000)

static const struct plan modes[] = {
	{.mode = "disk", .shows = "disk"},
	{.mode = "keyboard", .shows = "keyboard"},
	{.mode = "stall", .shows = "keyboard", .stall = STALL_CONFIGURATION},
	{.mode = "change-descriptors",
		.shows = "keyboard",
		.then = "disk",
		.change_after_ms = 1000,
		.reset = RESET_BY_DEVICE},
	{.mode = "late-lie", .shows = "keyboard", .then = "disk"},
	{.mode = "two-config", .shows = "vendor,disk"},
	{.mode = "pointer-that-types", .shows = "typing-mouse"},
	{.mode = "reader-with-disk", .shows = "vendor+disk", .id = {0x054c, 0x06c3, NULL}},
	{.mode = "many", .shows = "keyboard+hid:20+disk"},
	{.mode = "flap", .shows = "keyboard", .times = 10, .every_ms = 1000},
};
#define MODE_COUNT (sizeof(modes) / sizeof(modes[0]))

static const char usage[] =
	"usage: liar MODE [OPTION]...\n"
	"  disk | keyboard | stall | change-descriptors | late-lie | two-config |\n"
	"  pointer-that-types | reader-with-disk | many | flap\n"
	"  --port N           which of the fast ports, 0 to 7 (default: first free)\n"
	"  --id VVVV:PPPP     identity, hexadecimal\n"
	"  --serial TEXT      serial number\n"
	"  --shows SPEC       what it is: vendor,keyboard+disk is two configurations;\n"
	"                     keyboard mouse typing-mouse disk vendor hid:N alt:N gap\n"
	"  --then SPEC        what it becomes; also: rubbish\n"
	"  --type TEXT        a keyboard types this when it is listened to, and again\n"
	"                     on SIGUSR1; \\n is Enter\n"
	"  --image FILE       what is on the disk (at most 4 MiB)\n"
	"  --at WHERE         what is never answered: configuration, report,\n"
	"                     string or vendor (any mode)\n"
	"  --for SECONDS      answer after all, this much later\n"
	"  --after SECONDS    change: so long after it was configured, or at SIGUSR1\n"
	"  --at-plug          change: count from the plug instead\n"
	"  --reset            change: reset it through usbfs instead of by misbehaving\n"
	"  --only-disk        reader-with-disk: without the reader\n"
	"  --count N          many: N HID interfaces; above 20, alternate settings\n"
	"  --gap              many: a two-byte descriptor before the disk\n"
	"  --times N --every MS   flap: N times in and out, so long each\n"
	"  --stay             flap: the last time it stays\n";

static bool read_number(const char *text, long low, long high, long *ret)
{
	char *end;
	long value = strtol(text, &end, 10);

	if (end == text || *end != '\0' || value < low || value > high)
		return false;
	*ret = value;
	return true;
}

static bool read_seconds(const char *text, int64_t *ret_ms)
{
	char *end;
	double seconds = strtod(text, &end);

	if (end == text || *end != '\0' || seconds < 0 || seconds * 1000 > LONGEST_MS)
		return false;
	*ret_ms = (int64_t)(seconds * 1000);
	return true;
}

static bool read_id(const char *text, struct persona_id *ret)
{
	char *end;
	unsigned long vendor = strtoul(text, &end, 16);
	unsigned long product;

	if (end != text + 4 || *end != ':')
		return false;
	product = strtoul(text + 5, &end, 16);
	if (end != text + 9 || *end != '\0')
		return false;
	ret->vendor = (uint16_t)vendor;
	ret->product = (uint16_t)product;
	return true;
}

static bool read_stall(const char *text, enum stall *ret)
{
	static const char *const names[] = {
		[STALL_CONFIGURATION] = "configuration",
		[STALL_REPORT] = "report",
		[STALL_STRING] = "string",
		[STALL_VENDOR] = "vendor",
	};

	for (int i = STALL_CONFIGURATION; i <= STALL_VENDOR; i++) {
		if (strcmp(text, names[i]) == 0) {
			*ret = (enum stall)i;
			return true;
		}
	}
	return false;
}

static const struct option options[] = {
	{"port", required_argument, NULL, 'p'},
	{"id", required_argument, NULL, 'i'},
	{"serial", required_argument, NULL, 's'},
	{"shows", required_argument, NULL, 'S'},
	{"then", required_argument, NULL, 'T'},
	{"type", required_argument, NULL, 't'},
	{"image", required_argument, NULL, 'm'},
	{"at", required_argument, NULL, 'w'},
	{"for", required_argument, NULL, 'f'},
	{"after", required_argument, NULL, 'a'},
	{"at-plug", no_argument, NULL, 'P'},
	{"reset", no_argument, NULL, 'r'},
	{"only-disk", no_argument, NULL, 'd'},
	{"count", required_argument, NULL, 'c'},
	{"gap", no_argument, NULL, 'g'},
	{"times", required_argument, NULL, 'n'},
	{"every", required_argument, NULL, 'e'},
	{"stay", no_argument, NULL, 'k'},
	{NULL, 0, NULL, 0},
};

/* What "many" shows depends on two options that may come in any order. */
struct many {
	long count;
	bool has_gap;
};

static bool read_option(struct plan *plan, struct many *many, int option, const char *value)
{
	long number = 0;
	bool is_good = true;

	switch (option) {
	case 'p':
		is_good = read_number(value, 0, PORT_COUNT - 1, &number);
		plan->port = (int)number;
		break;
	case 'i': is_good = read_id(value, &plan->id); break;
	case 's': plan->id.serial = value; break;
	case 'S': plan->shows = value; break;
	case 'T': plan->then = value; break;
	case 't': plan->type = value; break;
	case 'm': plan->image = value; break;
	case 'w': is_good = read_stall(value, &plan->stall); break;
	case 'f': is_good = read_seconds(value, &plan->stall_for_ms); break;
	case 'a': is_good = read_seconds(value, &plan->change_after_ms); break;
	case 'P': plan->is_change_at_plug = true; break;
	case 'r': plan->reset = RESET_BY_ROOT; break;
	case 'd': plan->shows = "disk"; break;
	case 'c': is_good = read_number(value, 1, 250, &many->count); break;
	case 'g': many->has_gap = true; break;
	case 'n':
		is_good = read_number(value, 1, 100000, &number);
		plan->times = (int)number;
		break;
	case 'e':
		is_good = read_number(value, 0, LONGEST_MS, &number);
		plan->every_ms = number;
		break;
	case 'k': plan->is_staying = true; break;
	default: return false;
	}
	if (!is_good)
		fprintf(stderr, "liar: \"%s\" is no value for this option\n", value);
	return is_good;
}

/* One configuration holds at most 32 interfaces; alternate settings are free. */
static void describe_many(struct plan *plan, const struct many *many)
{
	static char spec[64];

	snprintf(spec, sizeof(spec), "keyboard+%s:%ld%s+disk", many->count > 20 ? "alt" : "hid",
		many->count, many->has_gap ? "+gap" : "");
	plan->shows = spec;
}

int plan_read(struct plan *ret, int argc, char **argv)
{
	struct many many = {0};
	struct plan plan = {0};
	int option;

	for (size_t i = 0; argc > 1 && i < MODE_COUNT; i++)
		if (strcmp(argv[1], modes[i].mode) == 0)
			plan = modes[i];
	if (!plan.mode) {
		fputs(usage, stderr);
		return -1;
	}
	plan.port = PORT_ANY;
	if (plan.id.vendor == 0)
		plan.id = (struct persona_id){DEFAULT_VENDOR, DEFAULT_PRODUCT, NULL};
	plan.id.serial = "0001";
	optind = 2;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (!read_option(&plan, &many, option, optarg))
			return -1;
	if (optind != argc) {
		fprintf(stderr, "liar: what is \"%s\"?\n", argv[optind]);
		return -1;
	}
	if (many.count > 0 || many.has_gap) {
		if (many.count == 0)
			many.count = 20;
		describe_many(&plan, &many);
	}
	*ret = plan;
	return 0;
}
