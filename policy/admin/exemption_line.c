#include "policy/admin/exemption_line.h"

#include <inttypes.h>
#include <string.h>

#include "policy/admin/moment.h"
#include "policy/medium_text.h"
#include "policy/timestamp.h"
#include "policy/value.h"

void exemption_line_print_medium(FILE *to, const struct exemption_medium *medium)
{
	char serial[MEDIUM_SERIAL_ENCODED_MAX + 1];

	switch (medium->kind) {
	case EXEMPTION_MEDIUM_REGISTERED: fprintf(to, "%s", medium->number); break;
	case EXEMPTION_MEDIUM_DEVICE:
		if (medium_serial_encode(medium->identity.serial, serial) < 0)
			serial[0] = '\0';
		fprintf(to, "%04x:%04x %s", medium->identity.vendor, medium->identity.product,
			serial);
		break;
	case EXEMPTION_MEDIUM_CLASS:
		fprintf(to, "any %s", device_class_name(medium->device_class));
		break;
	case EXEMPTION_MEDIUM_NONE: fprintf(to, "no medium"); break;
	}
}

void exemption_line_print_use(FILE *to, const struct exemption_use *use)
{
	const char *direction = exemption_direction_name(use->access);
	char duration[DURATION_TEXT_MAX];

	fprintf(to, "%s, %s from first use", direction ? direction : "nothing",
		duration_format(use->duration_s, duration));
	if (use->insertions > 0)
		fprintf(to, ", at most %u insertion%s", (unsigned)use->insertions,
			use->insertions == 1 ? "" : "s");
	if (use->until & EXEMPTION_UNTIL_UNPLUG)
		fprintf(to, ", until unplugged");
	if (use->survives & EXEMPTION_SURVIVES_REBOOT)
		fprintf(to, ", survives a reboot");
	if (use->survives & EXEMPTION_SURVIVES_LOGOUT)
		fprintf(to, ", survives a logout");
	if (use->is_online)
		fprintf(to, ", online");
}

void exemption_line_print_period(FILE *to, int64_t from_s, int64_t until_s, int offset_minutes)
{
	char from[MOMENT_TEXT_SIZE], until[MOMENT_TEXT_SIZE];
	size_t day = strlen("2026-11-23");
	bool is_same_day;

	moment_format(from_s, offset_minutes, from);
	moment_format(until_s, offset_minutes, until);
	is_same_day = memcmp(from, until, day) == 0;
	fprintf(to, "%s to %s", from, is_same_day ? until + day + 1 : until);
}

/* "personal data, 120 items": what an approver must not overlook. Begins with ", "; may be empty.
 */
static void print_data(FILE *to, const struct exemption_form *form)
{
	if (form->specific_personal_data == FORM_YES)
		fprintf(to, ", specific personal data (特定個人情報)");
	else if (form->personal_data == FORM_YES)
		fprintf(to, ", personal data (個人情報)");
	if (form->has_items)
		fprintf(to, ", %" PRIu32 " items", form->items);
	if (form->destination[0] != '\0')
		fprintf(to, ", to %s", form->destination);
}

static void print_users(FILE *to, const struct exemption *exemption)
{
	if (exemption->n_users == 0)
		fprintf(to, "whoever has the code");
	for (size_t i = 0; i < exemption->n_users; i++)
		fprintf(to, "%s%s", i == 0 ? "" : " ", exemption->users[i]);
}

void exemption_line_print(FILE *to, const struct exemption *exemption, int offset_minutes)
{
	fprintf(to, "%s  ", exemption->id);
	print_users(to, exemption);
	fprintf(to, " at %s: ", exemption->terminal);
	exemption_line_print_medium(to, &exemption->medium);
	fprintf(to, ", ");
	exemption_line_print_use(to, &exemption->use);
	fprintf(to, ", ");
	exemption_line_print_period(
		to, exemption->header.not_before, exemption->header.not_after, offset_minutes);
	if (exemption->extends[0] != '\0')
		fprintf(to, ", after %s", exemption->extends);
	if (exemption->code_hash[0] != '\0')
		fprintf(to, ", with a code");
	fprintf(to, "; %s", exemption->form.purpose);
	print_data(to, &exemption->form);
}

/* "(3 min ago)": long ago is told by its date. */
static void print_since(FILE *to, int64_t issued, int64_t now_s, int offset_minutes)
{
	char when[MOMENT_TEXT_SIZE];
	int64_t since_s = now_s - issued;

	fprintf(to, "%s", moment_format(issued, offset_minutes, when));
	if (since_s >= 0 && since_s < HOUR_S)
		fprintf(to, " (%d min ago)", (int)(since_s / MINUTE_S));
	else if (since_s >= 0 && since_s < DAY_S)
		fprintf(to, " (%d h ago)", (int)(since_s / HOUR_S));
}

void exemption_line_print_request(
	FILE *to, const struct exemption_request *request, int64_t now_s, int offset_minutes)
{
	char from[MOMENT_TEXT_SIZE];

	fprintf(to, "%s  ", request->id);
	print_since(to, request->header.issued, now_s, offset_minutes);
	fprintf(to, "  %s at %s: ", request->requester, request->terminal);
	exemption_line_print_medium(to, &request->medium);
	if (request->maker[0] != '\0' || request->model[0] != '\0')
		fprintf(to, " \"%s%s%s\"", request->maker,
			request->maker[0] != '\0' && request->model[0] != '\0' ? " " : "",
			request->model);
	fprintf(to, ", ");
	exemption_line_print_use(to, &request->use);
	if (request->from > 0)
		fprintf(to, ", from %s", moment_format(request->from, offset_minutes, from));
	fprintf(to, "; %s", request->form.purpose);
	print_data(to, &request->form);
}
