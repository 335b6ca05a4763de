#include "tests/dbus/fake_exemptions.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define STICK        "0951:1666 001A92053B6A"
#define APPROVED \
	.terminal = "desk-17", .medium = "M-00123", .direction = "read-write", .minutes = 30, \
	.requested = 1799999000, .not_before = 1800000000, .not_after = 1800028800, \
	.approvers = "sato, yamada", .purpose = "納税通知の受渡し"

/* The last one is somebody else's, for whoever is not root. */
static struct agent_exemption rows[] = {
	{.id = "E-7K3M9Q2X",
		.phase = "requested",
		.user = "tanaka",
		.terminal = "desk-17",
		.device = STICK,
		.direction = "read-only",
		.minutes = 60,
		.method = "screen",
		.purpose = "budget\033[31m",
		.requested = 1799999000,
		.record = 1240},
	{.id = "E-00000001",
		.phase = "refused",
		.user = "tanaka",
		.terminal = "desk-17",
		.device = STICK,
		.direction = "read-write",
		.minutes = 30,
		.method = "screen",
		.reason = "refused",
		.text = "記録媒体の登録を先に申請してください",
		.requested = 1799999000,
		.record = 1241},
	{.id = "E-00000002",
		.phase = "approved",
		.user = "tanaka",
		APPROVED,
		.method = "screen",
		.record = 1242},
	{.id = "E-00000003",
		.phase = "active",
		.port = "1-2",
		.user = "tanaka",
		APPROVED,
		.method = "screen",
		.until = 4000000000,
		.path = "/run/media/tanaka/DATA",
		.record = 1243},
	{.id = "E-00000004",
		.phase = "ended",
		.user = "tanaka",
		APPROVED,
		.method = "screen",
		.reason = "time",
		.is_clean = true,
		.is_used = true,
		.is_report_due = true,
		.record = 1244},
	{.id = "E-00000005",
		.phase = "not-here",
		.user = "tanaka",
		APPROVED,
		.method = "screen",
		.reason = "too-long",
		.text = "It is longer than the policy allows: 8h",
		.record = 1245},
	{.id = "E-00000006", .phase = "sealed", .user = "any", APPROVED, .method = "sealed"},
	{.id = "E-00000007",
		.phase = "ending",
		.port = "1-4",
		.user = "suzuki",
		APPROVED,
		.method = "screen",
		.holders = "soffice.bin (4711)",
		.record = 1247},
};

static const struct agent_phone_desk desks[] = {
	{"joho", "read-write", 60},
	{"soumu", "read-only", 480},
};

static int refuse(struct agent_refusal *ret, const char *error, const char *text)
{
	ret->error = error;
	snprintf(ret->text, sizeof(ret->text), "%s", text);
	return 0;
}

static const char *value_of(const struct agent_form *form, const char *key)
{
	for (size_t i = 0; i < form->n; i++)
		if (strcmp(form->entries[i].key, key) == 0)
			return form->entries[i].value;
	return "";
}

static void print_form(const char *verb, const struct agent_form *form)
{
	printf("%s", verb);
	for (size_t i = 0; i < form->n; i++)
		printf(" %s=%s", form->entries[i].key, form->entries[i].value);
	puts("");
}

/* 1, or 0 with the error that a word of the form asks for. */
static int check_form(const struct agent_form *form, struct agent_refusal *ret)
{
	const char *purpose = value_of(form, "purpose"), *device = value_of(form, "device");

	if (strcmp(purpose, "away") == 0)
		return refuse(ret, BUS_ERROR_NOT_SEATED,
			"Only whoever sits at the screen of this terminal can ask");
	if (strcmp(purpose, "busy") == 0)
		return refuse(ret, BUS_ERROR_BUSY, "5 requests of yours are open already");
	if (strcmp(purpose, "often") == 0)
		return refuse(ret, BUS_ERROR_TOO_OFTEN, "You asked ten times within an hour");
	if (strcmp(purpose, "later") == 0)
		return refuse(ret, BUS_ERROR_LOCKED, "3601: There were too many challenges");
	if (strcmp(purpose, "full") == 0)
		return refuse(ret, BUS_ERROR_NOT_STORED,
			"The request cannot be stored: No space left on device");
	if (strcmp(device, "9-9") == 0)
		return refuse(ret, BUS_ERROR_NO_SUCH_DEVICE, "No such USB device is connected");
	if (strcmp(device, "1-1") == 0)
		return refuse(ret, BUS_ERROR_NOT_REFUSED, "This device is not refused");
	if (strcmp(value_of(form, "medium"), "M-99999") == 0)
		return refuse(ret, BUS_ERROR_INVALID,
			"medium: no medium is registered under this number");
	if (strcmp(purpose, "serial") == 0)
		return refuse(ret, BUS_ERROR_INVALID, "device: it has no serial number");
	if (!purpose[0])
		return refuse(ret, BUS_ERROR_INVALID, "purpose: what it is for is missing");
	return 1;
}

static int request(void *userdata, const struct bus_caller *caller, const struct agent_form *form,
	char ret_id[BUS_EXEMPTION_ID_SIZE], struct agent_refusal *ret_refusal)
{
	int r = check_form(form, ret_refusal);

	print_form("request", form);
	if (r > 0)
		memcpy(ret_id, rows[0].id, BUS_EXEMPTION_ID_SIZE);
	return r;
}

/* 1 and the row, or 0 with the error. */
static int find(const struct bus_caller *caller, const char *id, const struct agent_exemption **ret,
	struct agent_refusal *ret_refusal)
{
	for (size_t i = 0; i < COUNT(rows) - (caller->uid != 0); i++)
		if (strcmp(rows[i].id, id) == 0) {
			*ret = &rows[i];
			return 1;
		}
	return refuse(ret_refusal, BUS_ERROR_NO_EXEMPTION, "You have no exemption of this number");
}

static bool is_in(const struct agent_exemption *row, const char *phases)
{
	return strstr(phases, row->phase);
}

static int find_in(const struct bus_caller *caller, const char *id, const char *phases,
	const struct agent_exemption **ret, struct agent_refusal *ret_refusal)
{
	int r = find(caller, id, ret, ret_refusal);

	if (r > 0 && !is_in(*ret, phases))
		return refuse(ret_refusal, BUS_ERROR_NOT_NOW,
			"This cannot be done with it at this moment");
	return r;
}

static int withdraw(void *userdata, const struct bus_caller *caller, const char *id,
	struct agent_refusal *ret_refusal)
{
	const struct agent_exemption *row;

	printf("withdraw %s\n", id);
	return find_in(caller, id, "requested", &row, ret_refusal);
}

static bool list(void *userdata, const struct bus_caller *caller, bool is_all, size_t index,
	struct agent_exemption *ret)
{
	if (index >= COUNT(rows) - !is_all)
		return false;
	*ret = rows[index];
	return true;
}

static int redeem(void *userdata, const struct bus_caller *caller, const char *id, const char *code,
	const char **ret_phase, struct agent_refusal *ret_refusal)
{
	const struct agent_exemption *row;
	int r = find_in(caller, id, "requested sealed", &row, ret_refusal);

	printf("redeem %s\n", id);
	if (r <= 0)
		return r;
	if (strcmp(code, "locked") == 0 || strcmp(code, "9999999990") == 0)
		return refuse(ret_refusal, BUS_ERROR_LOCKED,
			"540: Too many wrong codes came; the next may be tried in 540 seconds");
	if (strcmp(code, "0000000000") == 0)
		return refuse(ret_refusal, BUS_ERROR_WRONG_CODE, "0: The code is wrong");
	if (strcmp(code, "1234567890") != 0 && strcmp(code, "1234567894") != 0 &&
		strcmp(code, "7QX2M4T90KZPABCD") != 0)
		return refuse(ret_refusal, BUS_ERROR_WRONG_CODE, "2: The code is wrong");
	*ret_phase = "approved";
	return 1;
}

static int eject(void *userdata, const struct bus_caller *caller, const char *id, bool keep,
	struct agent_refusal *ret_refusal)
{
	const struct agent_exemption *row;

	printf("eject %s %s\n", id, keep ? "keep" : "end");
	return find_in(caller, id, "active warned", &row, ret_refusal);
}

static int give_back(void *userdata, const struct bus_caller *caller, const char *id,
	const char *place, struct agent_refusal *ret_refusal)
{
	const struct agent_exemption *row;

	printf("return %s %s\n", id, place);
	if (strcmp(place, "nowhere") == 0)
		return refuse(ret_refusal, BUS_ERROR_INVALID, "place: this is no place");
	return find_in(caller, id, "approved ended", &row, ret_refusal);
}

static int report_after(void *userdata, const struct bus_caller *caller, const char *id,
	const struct agent_form *form, struct agent_refusal *ret_refusal)
{
	const struct agent_exemption *row;
	int r = find(caller, id, &row, ret_refusal);

	print_form("report", form);
	if (r <= 0)
		return r;
	return row->is_report_due
		       ? check_form(form, ret_refusal)
		       : refuse(ret_refusal, BUS_ERROR_NOT_NOW, "No report is due for it");
}

static int begin_phone(void *userdata, const struct bus_caller *caller,
	const struct agent_form *form, char ret_id[BUS_EXEMPTION_ID_SIZE],
	char ret_challenge[BUS_CHALLENGE_SIZE], struct agent_refusal *ret_refusal)
{
	int r = check_form(form, ret_refusal);

	print_form("phone", form);
	if (r <= 0)
		return r;
	if (!strstr("joho soumu joho", value_of(form, "desk")) || !value_of(form, "desk")[0])
		return refuse(ret_refusal, BUS_ERROR_INVALID, "desk: there is no such desk");
	memcpy(ret_id, rows[0].id, BUS_EXEMPTION_ID_SIZE);
	snprintf(ret_challenge, BUS_CHALLENGE_SIZE,
		"challenge 1234-5678-9\nterminal desk-17\nmedium M-00123");
	return 1;
}

static bool desk(void *userdata, size_t index, struct agent_phone_desk *ret)
{
	if (index >= COUNT(desks))
		return false;
	*ret = desks[index];
	return true;
}

const struct agent_exemption_handlers fake_exemptions = {
	.request = request,
	.withdraw = withdraw,
	.list = list,
	.redeem = redeem,
	.eject = eject,
	.give_back = give_back,
	.report_after = report_after,
	.begin_phone = begin_phone,
	.desk = desk,
};

void fake_exemption_announce(struct bus *bus, const char *id, const char *phase)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		if (strcmp(rows[i].id, id) == 0)
			bus_announce_exemption(bus, id, phase,
				strcmp(phase, "ended") == 0 ? "time" : "", rows[i].until,
				rows[i].record);
}

/* The words of phases that lists take on; static, as rows are. */
static const char *const phases[] = {
	"requested", "approved", "sealed", "active", "warned", "ending", "ended", "returned"};

/* "detached" is active, with the medium taken out; "forced" is ended while it was in use; "unused"
 * ran out. */
static void set_special(struct agent_exemption *row, const char *word)
{
	bool is_detached = strcmp(word, "detached") == 0, is_forced = strcmp(word, "forced") == 0;
	bool is_unused = strcmp(word, "unused") == 0;

	if (is_detached)
		row->phase = "active";
	if (is_forced || is_unused)
		row->phase = "ended";
	row->is_used = !is_unused;
	row->port = is_detached ? NULL : "1-2";
	row->path = is_detached ? NULL : "/run/media/tanaka/DATA";
	row->is_clean = strcmp(row->phase, "ended") == 0 && !is_forced;
	row->holders = strcmp(word, "ending") == 0 ? "soffice.bin (4711)" : NULL;
}

void fake_exemption_set(const char *id, const char *phase, long left_s)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (strcmp(rows[i].id, id) != 0)
			continue;
		for (size_t k = 0; k < COUNT(phases); k++)
			if (strcmp(phases[k], phase) == 0)
				rows[i].phase = phases[k];
		set_special(&rows[i], phase);
		rows[i].until = left_s > 0 ? (int64_t)time(NULL) + left_s : 0;
		rows[i].reason = strcmp(phase, "unused") == 0          ? "not-after"
				 : strcmp(rows[i].phase, "ended") == 0 ? "eject"
								       : "";
	}
}

void fake_exemptions_status(struct agent_status *ret)
{
	ret->requests = 1;
	ret->exemptions = 4;
	ret->reports_due = 1;
}
