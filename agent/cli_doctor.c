/*
 * sekisho doctor login: who gets in at this terminal without a code? Asks no agent: it reads what
 * the login programs read.
 */
#include "agent/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "agent/cli_doctor_json.h"
#include "agent/cli_doctor_words.h"
#include "agent/cli_json.h"
#include "agent/cli_page.h"
#include "agent/cli_text.h"
#include "agent/cli_time.h"
#include "agent/cli_wrap.h"
#include "agent/doctor.h"
#include "policy/cleanup.h"

#define LINE_SIZE 1024
#define INDENT    4

static void end_page(struct cli_page *page, int heading, struct doctor *doctor)
{
	if (page->result == 0)
		cli_table_print(&page->table, heading);
	else
		doctor->is_out_of_memory = true;
	cli_table_clear(&page->table);
}

static const char *mode_words(const struct doctor *doctor, const struct doctor_service *service)
{
	if (doctor->rules_found == DOCTOR_RULES_NEVER)
		return _("not asked for");
	switch (service->mode) {
	case SECOND_FACTOR_REQUIRED: return _("required");
	case SECOND_FACTOR_REHEARSE: return _("rehearsed");
	case SECOND_FACTOR_OFF: break;
	}
	return service->is_wanted ? _("of some groups") : _("not asked for");
}

static void print_services(struct doctor *doctor)
{
	struct cli_page page = {.table = {.n_columns = 4}};

	cli_page_add(&page, (const char *const[]){_("SERVICE"), _("WHAT IS ENOUGH"),
				    _("CODE BY POLICY"), _("BOXES")});
	for (size_t i = 0; i < doctor->n_services; i++) {
		const struct doctor_service *service = &doctor->services[i];

		cli_page_add(&page,
			(const char *const[]){service->name, cli_verdict_words(service->verdict),
				mode_words(doctor, service),
				service->boxes == LOGIN_ONE_BOX ? "1" : "2"});
	}
	end_page(&page, true, doctor);
}

static void print_rules(struct cli_page *page, const struct doctor *doctor)
{
	char from[CLI_TIME_SIZE], until[CLI_TIME_SIZE];

	switch (doctor->rules_found) {
	case DOCTOR_RULES_NOT_HERE:
		cli_page_say(page, _("Rules"), "%s", _("lost: everybody is asked for a code"));
		break;
	case DOCTOR_RULES_OF_POLICY:
	case DOCTOR_RULES_LAST_GOOD:
		cli_page_say(page, _("Rules"), _("of the policy with serial %" PRIu64),
			doctor->rules.policy_serial);
		break;
	case DOCTOR_RULES_NEVER:
		cli_page_say(page, _("Rules"), "%s", _("none: no policy was ever here"));
		break;
	}
	if (doctor->policy_ends_s >= 0)
		cli_page_say(page, _("Policy"), _("issued %s, valid until %s"),
			cli_time_words(doctor->policy_issued_s, from),
			cli_time_words(doctor->policy_ends_s, until));
	if (doctor->tokens_ends_s >= 0)
		cli_page_say(page, _("Tokens"), _("serial %" PRIu64 ", valid until %s"),
			doctor->tokens_serial, cli_time_words(doctor->tokens_ends_s, until));
}

static void print_people(struct cli_page *page, const struct doctor *doctor)
{
	char time[CLI_TIME_SIZE];

	if (doctor->n_people >= 0)
		cli_page_say(page, _("Enrolled"),
			ngettext("%" PRId64 " person", "%" PRId64 " people",
				(unsigned long)doctor->n_people),
			doctor->n_people);
	if (doctor->enrolled_s >= 0)
		cli_page_say(page, "", _("the latest record was written %s"),
			cli_time_words(doctor->enrolled_s, time));
	if (doctor->n_open >= 0)
		cli_page_say(page, _("Secrets"), _("%" PRId64 " open"), doctor->n_open);
}

static void print_state(struct doctor *doctor)
{
	static const char *const seals[] = {[DOCTOR_SEAL_UNSEEN] = N_("not seen"),
		[DOCTOR_SEAL_NONE] = N_("none"),
		[DOCTOR_SEAL_TPM] = N_("sealed by the TPM"),
		[DOCTOR_SEAL_FILE] = N_("sealed by a file of this disk")};
	struct cli_page page = {.table = {.n_columns = 2}};
	char time[CLI_TIME_SIZE];

	cli_page_say(&page, _("Clock"), "%s", cli_time_words(doctor->now_s, time));
	if (doctor->floor_s >= 0)
		cli_page_say(&page, "", _("the documents say that it is later than %s"),
			cli_time_words(doctor->floor_s, time));
	print_rules(&page, doctor);
	cli_page_say(&page, _("Key"), "%s", _(seals[doctor->seal]));
	print_people(&page, doctor);
	end_page(&page, false, doctor);
}

static bool is_same_matter(const struct doctor_finding *a, const struct doctor_finding *b)
{
	return a->word == b->word && a->weight == b->weight && a->line == b->line &&
	       strcmp(a->file, b->file) == 0 && strcmp(a->detail, b->detail) == 0;
}

/* What several services have in common is told once. */
static bool was_told(const struct doctor *doctor, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (is_same_matter(&doctor->findings[i], &doctor->findings[index]))
			return true;
	return false;
}

__attribute__((format(printf, 2, 3))) static void append(
	char text[LINE_SIZE], const char *format, ...)
{
	size_t length = strlen(text);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text + length, LINE_SIZE - length, format, arguments);
	va_end(arguments);
}

static void print_finding(const struct doctor *doctor, size_t index)
{
	const struct doctor_finding *finding = &doctor->findings[index];
	const char *remedy = cli_doctor_remedy(finding->word);
	char text[LINE_SIZE] = "";

	for (size_t i = index; i < doctor->n_findings; i++)
		if (doctor->findings[i].service[0] && is_same_matter(&doctor->findings[i], finding))
			append(text, "%s%s", text[0] ? ", " : "", doctor->findings[i].service);
	append(text, "%s%s", text[0] ? ": " : "", cli_doctor_words(finding->word));
	if (finding->detail[0])
		append(text, " (%s)", finding->detail);
	if (finding->line)
		printf("%s:%u\n", finding->file, finding->line);
	else if (finding->file[0])
		printf("%s\n", finding->file);
	else
		printf("%s\n", finding->service);
	printf("%*s", INDENT, "");
	cli_wrap_print(stdout, text, INDENT, INDENT, cli_screen_width());
	if (*remedy) {
		printf("\n%*s", INDENT, "");
		cli_wrap_print(stdout, remedy, INDENT, INDENT, cli_screen_width());
	}
	putchar('\n');
}

static size_t count_of(const struct doctor *doctor, enum doctor_weight weight)
{
	size_t n = 0;

	for (size_t i = 0; i < doctor->n_findings; i++)
		n += doctor->findings[i].weight == weight;
	return n;
}

static void print_findings(
	const struct doctor *doctor, enum doctor_weight weight, const char *heading)
{
	if (count_of(doctor, weight) == 0)
		return;
	printf("\n%s\n", heading);
	for (size_t i = 0; i < doctor->n_findings; i++)
		if (doctor->findings[i].weight == weight && !was_told(doctor, i))
			print_finding(doctor, i);
}

static int status_of(const struct doctor *doctor)
{
	if (doctor->is_out_of_memory)
		return CLI_UNKNOWN;
	if (count_of(doctor, DOCTOR_WRONG) > 0)
		return CLI_NO;
	return count_of(doctor, DOCTOR_UNSEEN) > 0 ? CLI_UNKNOWN : CLI_DONE;
}

static void print(struct doctor *doctor)
{
	print_state(doctor);
	putchar('\n');
	print_services(doctor);
	print_findings(doctor, DOCTOR_WRONG, _("To be put right:"));
	print_findings(doctor, DOCTOR_UNSEEN, _("What could not be seen:"));
	print_findings(doctor, DOCTOR_REMARK, _("To be known:"));
	if (count_of(doctor, DOCTOR_WRONG) == 0 && count_of(doctor, DOCTOR_UNSEEN) == 0)
		printf("\n%s\n", _("Nothing was found that has to be put right."));
}

int cli_doctor_login(const struct cli_request *request)
{
	const char *root = request->root ? request->root : "/";
	struct doctor doctor = {.now_s = (int64_t)time(NULL)};
	int status;

	doctor.root_fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (doctor.root_fd < 0) {
		fprintf(stderr, "sekisho: %s: %s\n", root, strerror(errno));
		return CLI_UNKNOWN;
	}
	doctor_look_at_state(&doctor);
	doctor_look_at_ways_round(&doctor);
	doctor_look_at_services(&doctor);
	if (request->is_json)
		cli_json_print(cli_doctor_json(&doctor));
	else
		print(&doctor);
	if (doctor.is_out_of_memory)
		fprintf(stderr, "sekisho: %s\n", strerror(ENOMEM));
	status = status_of(&doctor);
	doctor_clear(&doctor);
	close(doctor.root_fd);
	return status;
}
