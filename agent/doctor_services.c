/* The stack of each service: who gets in there, and what is to be changed. */
#include "agent/doctor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/below.h"
#include "agent/doctor_facts.h"
#include "policy/cleanup.h"

#define FILE_MAX (64 * 1024)
#define REFUSALS (PAM_ANY_CODE & ~PAM_CODE_SET(PAM_SUCCESS))

static int read_below(void *context, const char *path, char **ret, size_t *ret_size)
{
	const struct doctor *doctor = context;
	int r = below_read(doctor->root_fd, path, FILE_MAX, ret, ret_size);

	return r == -ENOTDIR || r == -ELOOP ? -ENOENT : r;
}

static bool is_one_of(const char *name, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

#define IS_ONE_OF(name, names) is_one_of(name, names, sizeof(names) / sizeof((names)[0]))

/* Files that only others include, and services at which nobody sits: greeters of their own account,
 * and the automatic logins, which doctor_ways_round.c looks for where they are switched on. */
static bool is_nobodys(const char *name)
{
	static const char *const names[] = {"system-auth", "password-auth", "smartcard-auth",
		"fingerprint-auth", "postlogin", "config-util", "system-login", "system-services",
		"system-local-login", "system-remote-login", "gdm-launch-environment",
		"lightdm-greeter", "sddm-greeter", "gdm-autologin", "lightdm-autologin",
		"sddm-autologin"};

	return strncmp(name, "common-", 7) == 0 || IS_ONE_OF(name, names);
}

/* The dialog of KDE shuts its field with the first answer, and shows a second question without one
 * (polkit-kde-agent-1, AuthDialog::accept()). Whether it is used is each person's session's affair.
 */
static bool has_kde_dialog(const struct doctor *doctor)
{
	static const char *const files[] = {
		"/etc/xdg/autostart/polkit-kde-authentication-agent-1.desktop",
		"/usr/lib/systemd/user/plasma-polkit-agent.service"};
	struct stat there;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (below_stat(doctor->root_fd, files[i], &there) == 0)
			return true;
	return false;
}

/* One field, or every question answered with what was typed into the first. */
static bool has_one_box(const struct doctor *doctor, const char *name)
{
	static const char *const names[] = {"swaylock", "i3lock", "gtklock", "sddm", "kde",
		"kscreensaver", "mate-screensaver", "cinnamon-screensaver", "xfce4-screensaver",
		"xrdp-sesman", "cups", "vsftpd", "proftpd", "dovecot", "samba"};

	return IS_ONE_OF(name, names) || (strcmp(name, "sshd") == 0 && doctor->ssh_has_one_box) ||
	       (strcmp(name, "polkit-1") == 0 && has_kde_dialog(doctor));
}

/* libpam asks for a service in small letters. */
static bool is_service(const char *name)
{
	for (const char *at = name; *at; at++)
		if ((*at >= 'A' && *at <= 'Z') || *at <= ' ' || *at == 0x7f)
			return false;
	return strlen(name) < LOGIN_NAME_SIZE && !is_nobodys(name);
}

static struct doctor_place place_of(
	const struct doctor_service *service, const struct pam_stack *stack, size_t handler)
{
	struct doctor_place place = {.service = service->name};

	if (handler < stack->n) {
		place.file = stack->handlers[handler].file;
		place.line = stack->handlers[handler].line;
	} else if (stack->n > 0) {
		place.file = stack->handlers[0].file;
	}
	return place;
}

static const char *codes_text(uint32_t codes, char *buffer, size_t size)
{
	size_t length = 0;

	buffer[0] = '\0';
	for (int code = 0; code < PAM_CODES && codes != REFUSALS && length < size; code++)
		if (codes & PAM_CODE_SET(code))
			length += (size_t)snprintf(buffer + length, size - length, "%s%s",
				length ? " " : "", pam_code_name(code));
	return buffer;
}

static enum doctor_word word_of(const struct pam_judged *judged)
{
	switch (judged->verdict) {
	case PAM_VERDICT_OPEN: return DOCTOR_OPEN;
	case PAM_VERDICT_CODE: return DOCTOR_CODE_ALONE;
	case PAM_VERDICT_PASSWORD:
		switch (judged->leak) {
		case PAM_LEAK_PASSED_OVER: return DOCTOR_PASSED_OVER;
		case PAM_LEAK_SKIPPED: return DOCTOR_SKIPPED;
		case PAM_LEAK_TAKEN_BACK: return DOCTOR_TAKEN_BACK;
		case PAM_LEAK_NONE:
		case PAM_LEAK_NO_JUDGE:
		case PAM_LEAK_BY_ITSELF: return DOCTOR_NO_JUDGE;
		}
		return DOCTOR_NO_JUDGE;
	case PAM_VERDICT_NOBODY: return DOCTOR_NOBODY;
	case PAM_VERDICT_UNTOLD:
	case PAM_VERDICT_HOLDS:
	case PAM_VERDICT_COUNT: return DOCTOR_NONE;
	}
	return DOCTOR_NONE;
}

static bool is_about_people(const struct pam_judged *judged)
{
	return judged->password != PAM_NO_HANDLER || judged->ask != PAM_NO_HANDLER ||
	       judged->judge != PAM_NO_HANDLER || judged->misspelt != PAM_NO_HANDLER;
}

static void find_verdict(struct doctor *doctor, const struct doctor_service *service,
	const struct pam_stack *stack, const struct pam_judged *judged)
{
	enum doctor_word word = word_of(judged);
	enum doctor_weight weight = service->is_wanted ? DOCTOR_WRONG : DOCTOR_REMARK;
	const struct doctor_place place = place_of(service, stack, judged->culprit);
	char codes[DOCTOR_DETAIL_SIZE];

	/* What only root runs lets nobody else in; what needs no code needs no line of ours. */
	if (word == DOCTOR_NONE || (word == DOCTOR_NOBODY && !is_about_people(judged)) ||
		(word == DOCTOR_NO_JUDGE && !service->is_wanted))
		return;
	if (word == DOCTOR_NOBODY)
		weight = DOCTOR_WRONG;
	doctor_find(doctor, word, weight, &place, "%s",
		word == DOCTOR_PASSED_OVER || word == DOCTOR_TAKEN_BACK
			? codes_text(judged->passes, codes, sizeof(codes))
			: "");
}

static void find_at(struct doctor *doctor, const struct doctor_service *service,
	const struct pam_stack *stack, enum doctor_word word, enum doctor_weight weight,
	size_t handler)
{
	const struct doctor_place place = place_of(service, stack, handler);

	doctor_find(doctor, word, weight, &place, "%s", "");
}

/* Where our lines stand. */
static void find_lines(struct doctor *doctor, const struct doctor_service *service,
	const struct pam_stack *stack, const struct pam_judged *judged)
{
	enum doctor_weight weight = service->is_wanted ? DOCTOR_WRONG : DOCTOR_REMARK;
	bool has_judge = judged->judge != PAM_NO_HANDLER;
	bool has_ask = judged->ask != PAM_NO_HANDLER;

	if (judged->is_missing)
		find_at(doctor, service, stack, DOCTOR_MODULE_MISSING, DOCTOR_WRONG,
			has_ask ? judged->ask : judged->judge);
	if (judged->misspelt != PAM_NO_HANDLER)
		find_at(doctor, service, stack, DOCTOR_MISSPELT, DOCTOR_WRONG, judged->misspelt);
	/* First of all somebody has to get in. */
	if (judged->verdict == PAM_VERDICT_NOBODY)
		return;
	if (has_judge && !has_ask)
		find_at(doctor, service, stack, DOCTOR_NO_ASK, weight, judged->judge);
	if (judged->asks_late)
		find_at(doctor, service, stack, DOCTOR_ASKS_LATE, weight, judged->ask);
	if (judged->judges_early)
		find_at(doctor, service, stack, DOCTOR_JUDGES_EARLY, weight, judged->judge);
	else if (judged->is_charged && judged->password != PAM_NO_HANDLER)
		find_at(doctor, service, stack, DOCTOR_CHARGED, weight, judged->judge);
	if (judged->judges_twice)
		find_at(doctor, service, stack, DOCTOR_JUDGES_TWICE, weight, judged->judge);
}

static void find_boxes(struct doctor *doctor, const struct doctor_service *service)
{
	const struct doctor_place place = {.service = service->name};
	size_t number = doctor->rules.n_services + 1;

	if (!service->is_wanted || !service->has_one_box || service->boxes != LOGIN_TWO_BOXES)
		return;
	for (size_t i = 0; i < doctor->rules.n_services; i++)
		if (strcmp(doctor->rules.services[i].name, service->name) == 0)
			number = i + 1;
	doctor_find(doctor, DOCTOR_ONE_BOX, DOCTOR_WRONG, &place, "service-%zu = %s one-box",
		number, service->name);
}

static void find_fault(
	struct doctor *doctor, const struct doctor_service *service, const struct pam_stack *stack)
{
	const struct doctor_place place = {
		.service = service->name, .file = stack->fault_file, .line = stack->fault_line};

	switch (stack->fault) {
	case PAM_STACK_WHOLE: break;
	case PAM_STACK_ABORTED:
		doctor_find(doctor, DOCTOR_BROKEN_STACK, DOCTOR_WRONG, &place, "%s", "");
		break;
	case PAM_STACK_UNREAD: doctor_find_unread(doctor, stack->fault_file, -EACCES); break;
	case PAM_STACK_LARGE:
		doctor_find(doctor, DOCTOR_TOO_LARGE, DOCTOR_UNSEEN, &place, "%s", "");
		break;
	}
}

static void keep(struct doctor *doctor, const struct doctor_service *service)
{
	struct doctor_service *more =
		reallocarray(doctor->services, doctor->n_services + 1, sizeof(*more));

	if (!more) {
		doctor->is_out_of_memory = true;
		return;
	}
	doctor->services = more;
	more[doctor->n_services++] = *service;
}

static void judge(struct doctor *doctor, const struct pam_facts *facts, const char *name,
	const struct pam_stack *stack)
{
	struct doctor_service service = {.verdict = PAM_VERDICT_UNTOLD};
	struct login_decision decision;
	struct pam_judged judged;

	snprintf(service.name, sizeof(service.name), "%s", name);
	doctor_decide(doctor, name, &decision, &service.is_wanted);
	service.mode = decision.mode;
	service.boxes = decision.boxes;
	service.has_one_box = has_one_box(doctor, name);
	if (pam_stack_judge(stack, facts, &judged) < 0) {
		doctor->is_out_of_memory = true;
		return;
	}
	service.verdict = judged.verdict;
	service.passes = judged.passes;
	keep(doctor, &service);
	find_fault(doctor, &service, stack);
	if (stack->fault != PAM_STACK_WHOLE)
		return;
	if (judged.verdict == PAM_VERDICT_UNTOLD)
		find_at(doctor, &service, stack, DOCTOR_TOO_LARGE, DOCTOR_UNSEEN, PAM_NO_HANDLER);
	find_verdict(doctor, &service, stack, &judged);
	find_lines(doctor, &service, stack, &judged);
	find_boxes(doctor, &service);
}

static void look_at(struct doctor *doctor, const struct pam_source *source,
	const struct pam_facts *facts, const char *name)
{
	CLEANUP(pam_stack_clear) struct pam_stack stack = {.handlers = NULL};

	for (size_t i = 0; i < doctor->n_services; i++)
		if (strcmp(doctor->services[i].name, name) == 0)
			return;
	if (pam_stack_read(source, name, &stack) < 0) {
		doctor->is_out_of_memory = true;
		return;
	}
	/* It only opens sessions, or looks at accounts. */
	if (stack.fault == PAM_STACK_WHOLE && stack.is_of_other && strcmp(name, PAM_OTHER) != 0)
		return;
	judge(doctor, facts, name, &stack);
}

static bool look_at_folder(struct doctor *doctor, const struct pam_source *source,
	const struct pam_facts *facts, const char *folder)
{
	CLEANUP(below_names_clear) struct below_names names = {.n = 0};
	int r = below_list(doctor->root_fd, folder, &names);

	if (r < 0 && r != -ENOENT && r != -ENOTDIR)
		doctor_find_unread(doctor, folder, r);
	for (size_t i = 0; i < names.n; i++)
		if (is_service(names.items[i]))
			look_at(doctor, source, facts, names.items[i]);
	return r == 0;
}

static void look_at_conf(
	struct doctor *doctor, const struct pam_source *source, const struct pam_facts *facts)
{
	CLEANUP(cleanup_free) char *bytes = NULL;
	struct pam_text text = {.at = 0};
	char line[PAM_LINE_SIZE];
	unsigned number;
	int r = read_below(doctor, PAM_CONF, &bytes, &text.size);

	if (r < 0 && r != -ENOENT)
		doctor_find_unread(doctor, PAM_CONF, r);
	text.bytes = bytes;
	while (r == 0 && pam_line_next(&text, line, &number) > 0) {
		char *next = line;
		const char *name = pam_line_word(&next);

		if (name && is_service(name))
			look_at(doctor, source, facts, name);
	}
}

static bool is_folder(const struct doctor *doctor, const char *path)
{
	struct stat found;

	return below_stat(doctor->root_fd, path, &found) == 0 && S_ISDIR(found.st_mode);
}

void doctor_look_at_services(struct doctor *doctor)
{
	const struct doctor_place nowhere = {.file = PAM_FOLDER};
	struct doctor_facts known;
	struct pam_facts facts;
	struct stat debian;
	struct pam_source source = {.read = read_below,
		.context = doctor,
		.has_folder = is_folder(doctor, PAM_FOLDER) || is_folder(doctor, PAM_VENDOR_FOLDER),
		.is_debian = below_stat(doctor->root_fd, "/etc/debian_version", &debian) == 0};

	doctor_facts_find(doctor->root_fd, &known);
	facts = doctor_facts_of(&known);
	look_at_folder(doctor, &source, &facts, PAM_FOLDER);
	look_at_folder(doctor, &source, &facts, PAM_VENDOR_FOLDER);
	if (!source.has_folder)
		look_at_conf(doctor, &source, &facts);
	if (doctor->n_services == 0)
		doctor_find(doctor, DOCTOR_NO_SERVICES, DOCTOR_UNSEEN, &nowhere, "%s", "");
}
