/* `sekisho propose-policy`: what it opens, what it never opens, and that the form is right. */
#include "tests/unit/chance.h"
#include "tests/unit/fixture.h"

#include "agent/cli_proposal.h"
#include "policy/canonical.h"
#include "policy/device_rule.h"

#define HEAD \
	"[policy]\nkind = policy\nformat = 1\nsite = tosu\ntier = my-number\nepoch = 1\n" \
	"serial = 42\nissued = 2026-03-20T10:00:00+09:00\n" \
	"not-before = 2026-04-01T00:00:00+09:00\nnot-after = 2027-04-30T23:59:59+09:00\n" \
	"mode = enforce\n"
#define NAMES_FEW HEAD "[media]\nhub = allow\nkeyboard = allow\npointer = allow\ncamera = block\n"

static struct policy *parse(const char *text)
{
	struct problems problems = {};
	struct policy *policy = NULL;

	if (!text) {
		assert_int_equal(policy_new_builtin(&policy), 0);
		return policy;
	}
	if (policy_parse(text, strlen(text), &problems, &policy) < 0) {
		char line[1024];

		problem_format(&problems.items[0], "draft", line, sizeof(line));
		fail_msg("%s in\n%s", line, text);
	}
	return policy;
}

/* For free(). */
static char *propose(
	const struct policy *policy, const struct proposed_device *devices, size_t n_devices)
{
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);

	assert_non_null(to);
	cli_proposal_write(to, policy, devices, n_devices);
	assert_int_equal(fclose(to), 0);
	return text;
}

/* The draft without its remarks, its lines separated by "; ". */
static void without_remarks(const char *text, char *buffer, size_t size)
{
	buffer[0] = '\0';
	while (*text) {
		int length = (int)strcspn(text, "\n");
		size_t used = strlen(buffer);

		if (length > 0 && text[0] != '#')
			snprintf(buffer + used, size - used, "%s%.*s", used ? "; " : "", length,
				text);
		text += length + 1;
	}
}

static struct proposed_device a_device(void)
{
	return (struct proposed_device){.name = "1-1",
		.manufacturer = "",
		.model = "Thing X",
		.serial = "",
		.medium = "",
		.vendor = 0x1234,
		.product = 0xabcd,
		.is_refused = true};
}

#define RULE(interfaces) "[device thing-x-1234-abcd]; id = 1234:abcd; " interfaces "access = allow"

static const struct row {
	const char *name, *policy;
	enum device_class classes[4];
	size_t n_classes;
	const char *expected; /* without remarks */
	const char *remark;   /* part of one, or NULL */
} rows[] = {
	{"built-in policy, keyboard", NULL, {CLASS_KEYBOARD}, 1, "[media]; keyboard = allow", NULL},
	{"built-in policy, headset with buttons", NULL, {CLASS_AUDIO, CLASS_KEYBOARD}, 2,
		"[media]; keyboard = allow; audio = allow", NULL},
	{"named class", NAMES_FEW, {CLASS_KEYBOARD}, 1, "", "nothing to be added"},
	{"class that is not named", NAMES_FEW, {CLASS_PRINTER}, 1, "[media]; printer = allow",
		NULL},
	{"class that is blocked", NAMES_FEW, {CLASS_CAMERA}, 1, RULE("interfaces = 0e ef05; "),
		NULL},
	{"blocked class beside one that is not named", NAMES_FEW, {CLASS_CAMERA, CLASS_AUDIO}, 2,
		RULE("interfaces = 01 0e ef05; "), NULL},
	{"vendor class", NAMES_FEW, {CLASS_VENDOR}, 1, RULE("interfaces = ff; "), NULL},
	{"vendor class beside a keyboard", NAMES_FEW, {CLASS_KEYBOARD, CLASS_VENDOR}, 2,
		RULE("interfaces = 03 ff; "), NULL},
	{"keyboard and pointer have one pattern", NAMES_FEW,
		{CLASS_KEYBOARD, CLASS_POINTER, CLASS_VENDOR}, 3, RULE("interfaces = 03 ff; "),
		NULL},
	{"unknown class", NAMES_FEW, {CLASS_UNKNOWN}, 1, RULE(""), "Without a line"},
	{"serial port", NAMES_FEW, {CLASS_SERIAL}, 1, RULE(""), NULL},
	{"unknown class beside a keyboard", NAMES_FEW, {CLASS_KEYBOARD, CLASS_UNKNOWN}, 2, "",
		"its keyboard would not work"},
	{"stick", NULL, {CLASS_USB_STORAGE}, 1, "", "no serial number"},
	{"stick in a keyboard", NULL, {CLASS_KEYBOARD, CLASS_USB_STORAGE}, 2, "",
		"no serial number"},
	{"drive", NULL, {CLASS_OPTICAL}, 1, "", "0802"},
	{"floppy", NULL, {CLASS_FLOPPY}, 1, "", "cannot be registered"},
	{"phone", NULL, {CLASS_PHONE}, 1, "", "registered medium instead"},
	{"network", NULL, {CLASS_USB_NETWORK, CLASS_VENDOR}, 2, "", "past the network"},
	{"modem", NULL, {CLASS_MODEM}, 1, "", "past the network"},
	{"bluetooth", NULL, {CLASS_BLUETOOTH}, 1, "", "past the network"},
	{"nothing in it", NULL, {CLASS_HUB}, 0, "", "nothing that could be let in"},
	{"device with a rule",
		NAMES_FEW "[device x]\nid = 1234:abcd\ninterfaces = 03\naccess = allow\n",
		{CLASS_KEYBOARD, CLASS_VENDOR}, 2, "", "[device x] on line 17 of the policy"},
};

static void each_device_gets_what_is_harmless_and_no_more(void **state)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct row *row = &rows[i];
		struct policy *policy = parse(row->policy);
		struct proposed_device device = a_device();
		char seen[1024], *draft;

		memcpy(device.classes, row->classes, sizeof(row->classes));
		device.n_classes = row->n_classes;
		draft = propose(policy, &device, 1);
		without_remarks(draft, seen, sizeof(seen));
		if (strcmp(seen, row->expected) != 0)
			fail_msg("%s: %s, expected %s", row->name, seen, row->expected);
		/* A remark may be broken anywhere. */
		for (char *c = draft; (c = strstr(c, "\n# ")); c++)
			memcpy(c, "\n\n ", 3);
		if (row->remark) {
			size_t length = 0;

			for (const char *c = draft; *c; c++)
				if (*c != '\n')
					draft[length++] = *c;
			draft[length] = '\0';
			if (!strstr(draft, row->remark))
				fail_msg("%s: no \"%s\" in %s", row->name, row->remark, draft);
		}
		free(draft);
		policy_free(policy);
	}
}

static void a_device_that_is_let_in_already_needs_nothing(void **state)
{
	struct policy *policy = parse(NAMES_FEW);
	struct proposed_device device = a_device();
	char seen[256], *draft;

	device.classes[0] = CLASS_USB_STORAGE; /* registered */
	device.n_classes = 1;
	device.is_refused = false;
	draft = propose(policy, &device, 1);
	without_remarks(draft, seen, sizeof(seen));
	assert_string_equal(seen, "");
	assert_null(strstr(draft, "1-1"));
	free(draft);
	policy_free(policy);
}

static void two_of_a_kind_have_one_rule_for_all_that_they_show(void **state)
{
	struct policy *policy = parse(NAMES_FEW);
	struct proposed_device devices[2] = {a_device(), a_device()};
	char seen[256], *draft;

	devices[0].classes[0] = CLASS_VENDOR;
	devices[1].classes[0] = CLASS_VENDOR;
	devices[1].classes[1] = CLASS_PRINTER;
	devices[0].n_classes = 1;
	devices[1].n_classes = 2;
	draft = propose(policy, devices, 2);
	without_remarks(draft, seen, sizeof(seen));
	assert_string_equal(seen, RULE("interfaces = 07 ff; "));
	free(draft);
	policy_free(policy);
}

static void what_cannot_be_trusted_is_not_let_in(void **state)
{
	struct policy *policy = parse(NULL);
	struct proposed_device device = a_device();
	char *draft;

	device.classes[0] = CLASS_PRINTER;
	device.n_classes = 1;
	device.is_malformed = true;
	draft = propose(policy, &device, 1);
	assert_null(strstr(draft, "= allow"));
	assert_non_null(strstr(draft, "cannot be trusted"));
	free(draft);
	policy_free(policy);
}

static void a_stick_is_told_for_the_ledger(void **state)
{
	static const struct {
		const char *serial, *medium, *expected;
	} cells[] = {
		{"001CC0", "", "\n#   ?,001CC0,1234:abcd\n"},
		{"A,\"B", "", "\n#   ?,\"A,\"\"B\",1234:abcd\n"},
		{"", "", "no serial number"},
		{"001CC0", "M-1", "registered as M-1"},
	};

	for (size_t i = 0; i < COUNT(cells); i++) {
		struct policy *policy = parse(NULL);
		struct proposed_device device = a_device();
		char *draft;

		device.classes[0] = CLASS_USB_STORAGE;
		device.n_classes = 1;
		device.serial = cells[i].serial;
		device.medium = cells[i].medium;
		draft = propose(policy, &device, 1);
		assert_non_null(strstr(draft, cells[i].expected));
		free(draft);
		policy_free(policy);
	}
}

static void a_rule_is_called_as_the_form_allows(void **state)
{
	static const struct {
		const char *manufacturer, *model, *expected;
	} names[] = {
		{"Sony", "--PaSoRi RC-S380/P--", "[device pasori-rc-s380-p-1234-abcd]"},
		{"Sony", "", "[device sony-1234-abcd]"},
		{"", "", "[device device-1234-abcd]"},
		{"", "プリンタ", "[device device-1234-abcd]"},
		{"", "0123456789012345678901234567890123456789",
			"[device 012345678901234567890123456789-1234-abcd]"},
		{"", "012345678901234567890123456 8 ",
			"[device 012345678901234567890123456-8-1234-abcd]"},
	};

	for (size_t i = 0; i < COUNT(names); i++) {
		struct policy *policy = parse(NAMES_FEW);
		struct proposed_device device = a_device();
		char *draft, text[8192];

		device.classes[0] = CLASS_VENDOR;
		device.n_classes = 1;
		device.manufacturer = names[i].manufacturer;
		device.model = names[i].model;
		draft = propose(policy, &device, 1);
		if (!strstr(draft, names[i].expected))
			fail_msg("%s: %s", names[i].model, draft);
		snprintf(text, sizeof(text), "%s%s", NAMES_FEW, draft);
		policy_free(parse(text));
		free(draft);
		policy_free(policy);
	}
}

/* What a device may call itself once it is printable. */
static const char *const words[] = {"", "Maker", "計測器　　　　　　　　　　　　", "a b  c",
	"[media]", "# x", "Ｄ　", "x = y; z",
	"株式会社の非常に長い名前を持つウェブカメラとその説明がここに続いていきますので折り返し",
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	"aaaa"
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};

static unsigned random_below(unsigned n)
{
	static uint64_t seed = 88172645463325252u;

	return (unsigned)(chance_next(&seed) % n);
}

/* The policy in force with the draft behind it opens nothing that is dangerous, and is a policy. */
static void whatever_is_connected_the_policy_with_the_draft_has_no_mistake(void **state)
{
	for (unsigned round = 0; round < 3000; round++) {
		static const char *const policies[] = {HEAD, HEAD "[device x]\nid = 0001:0001\n"
								  "access = block\n"};
		struct proposed_device devices[6];
		const char *text = policies[random_below(COUNT(policies))];
		struct policy *policy = parse(random_below(3) == 0 ? NULL : text), *merged;
		char *draft, both[65536];

		for (size_t i = 0; i < COUNT(devices); i++) {
			devices[i] = a_device();
			devices[i].vendor = (uint16_t)random_below(3);
			devices[i].product = (uint16_t)random_below(3);
			devices[i].is_refused = random_below(4) > 0;
			devices[i].is_malformed = random_below(10) == 0;
			devices[i].manufacturer = words[random_below(COUNT(words))];
			devices[i].model = words[random_below(COUNT(words))];
			devices[i].serial = random_below(2) ? "S-1" : "";
			devices[i].n_classes = random_below(4);
			for (size_t k = 0; k < devices[i].n_classes; k++)
				devices[i].classes[k] = random_below(CLASS_COUNT);
		}
		draft = propose(policy, devices, COUNT(devices));
		snprintf(both, sizeof(both), "%s%s", policy->is_builtin ? HEAD : text, draft);
		merged = parse(both);
		for (unsigned class = 0; class < CLASS_COUNT; class ++) {
			enum device_class_group group = device_class_group(class);

			if (group == CLASS_GROUP_PLAIN || group == CLASS_GROUP_INPUT)
				continue;
			assert_int_equal(merged->media[class].access, VERDICT_BLOCK);
			for (size_t i = 0; i < merged->n_devices; i++)
				assert_false(device_rule_covers(&merged->devices[i], class));
		}
		policy_free(merged);
		policy_free(policy);
		free(draft);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_device_gets_what_is_harmless_and_no_more),
		cmocka_unit_test(a_device_that_is_let_in_already_needs_nothing),
		cmocka_unit_test(two_of_a_kind_have_one_rule_for_all_that_they_show),
		cmocka_unit_test(what_cannot_be_trusted_is_not_let_in),
		cmocka_unit_test(a_stick_is_told_for_the_ledger),
		cmocka_unit_test(a_rule_is_called_as_the_form_allows),
		cmocka_unit_test(whatever_is_connected_the_policy_with_the_draft_has_no_mistake),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
