/* What [login] of a policy opens, or closes on people who should get in. */
#include "policy/admin/lint_login.h"

#include <stdio.h>
#include <string.h>

#include "policy/admin/lint.h"
#include "policy/login_rules.h"
#include "policy/nearest.h"
#include "policy/timestamp.h"

#define COUNT(array)      (sizeof(array) / sizeof((array)[0]))
#define STEP_S            30 /* of most tokens */
#define WINDOW_WIDE       5
#define LOCK_AFTER_NARROW 3

#define ONLY_PASSWORD "a password alone is enough to log in"

/* What Debian's packages have in /etc/pam.d and people log in by. */
static const char *const known_services[] = {"login", "su", "su-l", "sudo", "sudo-i", "sshd",
	"gdm-password", "lightdm", "sddm", "kde", "polkit-1", "xscreensaver", "i3lock", "swaylock",
	"gtklock", "physlock", "vlock", "mate-screensaver", "cinnamon-screensaver",
	"xfce4-screensaver", "xrdp-sesman", "cups", "cockpit", "runuser"};

static const char *format_time(int64_t time_s, char buffer[TIMESTAMP_SIZE])
{
	timestamp_format(time_s, JAPAN_MINUTES, buffer);
	return buffer;
}

static void warn_mode(const char *path, const struct policy *policy, unsigned line)
{
	const char *others =
		policy->n_services + policy->n_groups > 0 ? ", but for what stands below" : "";

	if (policy->second_factor == SECOND_FACTOR_OFF)
		lint_warn(path, line, ONLY_PASSWORD "%s", others);
	if (policy->second_factor == SECOND_FACTOR_REHEARSE)
		lint_warn(path, line,
			ONLY_PASSWORD "%s: a rehearsal asks for nothing, and has no end here",
			others);
}

static void warn_from(const char *path, const struct policy *policy, unsigned line)
{
	char time[TIMESTAMP_SIZE];

	if (policy->login_from == LOGIN_ALWAYS)
		return;
	if (policy->login_from >= policy->header.not_after)
		lint_warn(path, line,
			"the policy ends before: until %s it asks nobody, and after that only "
			"because terminals go on by a policy that has ended",
			format_time(policy->login_from, time));
	else if (policy->login_from > policy->header.not_before)
		lint_note(path, line, ONLY_PASSWORD " until %s",
			format_time(policy->login_from, time));
}

static void warn_numbers(const char *path, const struct policy *policy, const unsigned lines[3])
{
	if (policy->login_window == 0)
		lint_warn(path, lines[0],
			"window = 0: a code typed in the second after it changed is refused");
	if (policy->login_window >= WINDOW_WIDE)
		lint_warn(path, lines[0],
			"window = %u: %u codes count at any time, and one that was seen counts for "
			"%u minutes",
			policy->login_window, 2u * policy->login_window + 1,
			(2u * policy->login_window + 1) * STEP_S / MINUTE_S);
	if (policy->login_drift <= policy->login_window)
		lint_warn(path, lines[1],
			"drift = %u: where no network sets the clock, a whole office is refused "
			"once it is %u seconds wrong",
			policy->login_drift,
			(policy->login_drift + policy->login_window + 1u) * STEP_S);
	if (policy->login_lock_after == LOCK_AFTER_NARROW)
		lint_note(path, lines[2], "lock-after = %u: who mistypes %u times waits",
			LOCK_AFTER_NARROW, LOCK_AFTER_NARROW);
}

/* The service that was probably meant; NULL: it is known, or like none. */
static const char *meant_service(const char *name)
{
	size_t size = strlen(name);
	struct nearest nearest;

	nearest_begin(&nearest, name, size);
	for (size_t i = 0; i < COUNT(known_services); i++) {
		if (strcmp(known_services[i], name) == 0)
			return NULL;
		if (strncmp(known_services[i], name, size) == 0 && known_services[i][size] == '-')
			return known_services[i]; /* gdm */
		nearest_offer(&nearest, known_services[i]);
	}
	return nearest.best;
}

/* How the service asks where no policy says it. */
static enum login_boxes usual_boxes(const char *service)
{
	struct login_decision decision;
	struct login_rules rules;

	login_rules_strict(&rules);
	login_rules_decide(&rules, service, "", NULL, 0, 0, &decision);
	return decision.boxes;
}

static void warn_service(const char *path, const struct service_rule *rule)
{
	const char *meant = meant_service(rule->name);

	if (meant)
		lint_warn(path, rule->line, "no service is known as %s; did you mean %s?",
			rule->name, meant);
	if (rule->has_mode && rule->mode == SECOND_FACTOR_OFF)
		lint_warn(path, rule->line, "%s: " ONLY_PASSWORD, rule->name);
	if (rule->has_mode && rule->mode == SECOND_FACTOR_REHEARSE)
		lint_warn(path, rule->line, "%s: " ONLY_PASSWORD "; it is only rehearsed",
			rule->name);
	if (rule->boxes == LOGIN_TWO_BOXES && usual_boxes(rule->name) == LOGIN_ONE_BOX)
		lint_warn(path, rule->line,
			"%s shows one box, as far as is known: try it with two, or nobody gets in",
			rule->name);
}

static void warn_group(const char *path, const struct policy *policy, const struct group_rule *rule)
{
	char time[TIMESTAMP_SIZE];

	if (rule->from != LOGIN_ALWAYS && rule->from >= policy->header.not_after) {
		lint_warn(path, rule->line,
			"the policy ends before %s: it holds for %s only because terminals go on "
			"by "
			"a policy that has ended",
			format_time(rule->from, time), rule->name);
		return;
	}
	if (rule->mode == SECOND_FACTOR_OFF)
		lint_warn(path, rule->line, "group %s: " ONLY_PASSWORD, rule->name);
	if (rule->mode == SECOND_FACTOR_REHEARSE)
		lint_warn(path, rule->line, "group %s: " ONLY_PASSWORD "; it is only rehearsed",
			rule->name);
	if (rule->mode == SECOND_FACTOR_REQUIRED && rule->from > policy->header.not_before)
		lint_note(path, rule->line, "group %s: as all others until %s", rule->name,
			format_time(rule->from, time));
}

static void warn_exempt(
	const char *path, const struct policy *policy, const struct exempt_account *account)
{
	char time[TIMESTAMP_SIZE];

	if (strcmp(account->name, "root") == 0)
		lint_warn(path, account->line, "root logs in with a password alone");
	if (account->until == LOGIN_NO_END)
		lint_warn(path, account->line,
			"%s needs no code, and that has no end; end it by \"%s until DATE\"",
			account->name, account->name);
	else if (account->until <= policy->header.not_before)
		lint_warn(path, account->line, "it ends on %s, before the policy begins",
			format_time(account->until, time));
	else if (account->until > policy->header.not_after)
		lint_warn(path, account->line,
			"it ends on %s, after the policy: the next one has to repeat it",
			format_time(account->until, time));
}

static unsigned line_of(const struct ini_section *section, const char *key)
{
	const struct ini_entry *entry = ini_section_find(section, key);

	return entry ? entry->line : 0;
}

void lint_login(const char *path, const struct policy *policy, const struct ini_section *section)
{
	const unsigned lines[] = {line_of(section, "window"), line_of(section, "drift"),
		line_of(section, "lock-after")};

	warn_mode(path, policy, line_of(section, "second-factor"));
	warn_from(path, policy, line_of(section, "from"));
	warn_numbers(path, policy, lines);
	for (size_t i = 0; i < policy->n_services; i++)
		warn_service(path, &policy->services[i]);
	for (size_t i = 0; i < policy->n_groups; i++)
		warn_group(path, policy, &policy->groups[i]);
	for (size_t i = 0; i < policy->n_exempt; i++)
		warn_exempt(path, policy, &policy->exempt[i]);
}
