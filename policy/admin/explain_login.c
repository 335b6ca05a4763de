#include "policy/admin/explain_login.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "policy/admin/admin.h"
#include "policy/admin/options.h"
#include "policy/admin/parse.h"
#include "policy/admin/token_period.h"
#include "policy/cleanup.h"
#include "policy/login_rules.h"
#include "policy/timestamp.h"

#define USAGE \
	"explain --login SERVICE --user NAME [--groups GROUP,...]\n" \
	"                             [--tokens TOKENS] [--now TIME] POLICY"
#define GROUPS_MAX 64

/* Somebody who logs in. */
struct login {
	const char *service, *user;
	const char *tokens_path; /* NULL: policy alone */
	char names[1024];        /* of the groups */
	const char *groups[GROUPS_MAX];
	size_t n_groups;
	int64_t now_s;
};

static void print_help(void)
{
	printf("usage: sekisho-admin " USAGE "\n\n"
	       "Says what a policy asks of somebody who logs in, by the same function as the "
	       "terminal, and\n"
	       "what each other rule of [login] says to it.\n"
	       "  --login SERVICE     what of PAM asks: sshd, sudo, gdm-password, a file in "
	       "/etc/pam.d\n"
	       "  --user NAME         the account\n"
	       "  --groups GROUP,...  its groups, as \"id -Gn NAME\" names them\n"
	       "  --tokens TOKENS     the tokens.ini of a terminal: whether the account's token "
	       "counts then\n"
	       "  --now TIME          as if it were that time, such as "
	       "2026-04-01T00:00:00+09:00\n"
	       "Signatures of POLICY are not looked at.\n"
	       "Exit status: 0 by password alone, 1 a code is asked for, 2 could not tell.\n");
}

bool explain_is_login(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--login") == 0 || strncmp(argv[i], "--login=", 8) == 0)
			return true;
	return false;
}

/* "kaikei,video": false when they are too many. */
static bool take_groups(const char *list, struct login *login)
{
	char *name = login->names;

	if (strlen(list) >= sizeof(login->names))
		return false;
	memcpy(login->names, list, strlen(list) + 1);
	while (name) {
		char *comma = strchr(name, ',');

		if (login->n_groups == GROUPS_MAX)
			return false;
		if (comma)
			*comma++ = '\0';
		login->groups[login->n_groups++] = name;
		name = comma;
	}
	return true;
}

static int parse_options(int argc, char **argv, struct login *ret, const char **ret_path)
{
	const char *groups = NULL, *now = NULL;
	const struct admin_option table[] = {
		{"login", &ret->service, NULL},
		{"user", &ret->user, NULL},
		{"groups", &groups, NULL},
		{"tokens", &ret->tokens_path, NULL},
		{"now", &now, NULL},
	};
	int code = admin_read_options(
		argc, argv, table, sizeof(table) / sizeof(table[0]), USAGE, print_help);

	if (code != EXIT_DONE)
		return code;
	if (!ret->service || !ret->user || argc - optind != 1)
		return admin_usage(USAGE);
	if (groups && !take_groups(groups, ret))
		return admin_usage(USAGE);
	if (now && timestamp_parse(now, &ret->now_s) < 0)
		return admin_usage(USAGE);
	*ret_path = argv[optind];
	return EXIT_DONE;
}

static bool is_member(const struct login *login, const char *group)
{
	for (size_t i = 0; i < login->n_groups; i++)
		if (strcmp(login->groups[i], group) == 0)
			return true;
	return false;
}

static const char *mode_words(enum second_factor mode)
{
	switch (mode) {
	case SECOND_FACTOR_OFF: return "no code is asked for";
	case SECOND_FACTOR_REHEARSE: return "no code is asked for, only recorded who would be";
	case SECOND_FACTOR_REQUIRED: break;
	}
	return "a code is required";
}

static void print_time(const char *before, int64_t time_s)
{
	char time[TIMESTAMP_SIZE];

	timestamp_format(time_s, JAPAN_MINUTES, time);
	printf("%s%s\n", before, time);
}

static void print_accounts(const struct policy *policy, const struct login *login)
{
	for (size_t i = 0; i < policy->n_exempt; i++) {
		const struct exempt_account *account = &policy->exempt[i];

		printf("  exempt account %s (line %u): ", account->name, account->line);
		if (strcmp(account->name, login->user) != 0)
			printf("another account\n");
		else if (login->now_s < account->until)
			printf("this one, so nothing else speaks\n");
		else
			print_time("no more since ", account->until);
	}
}

static void print_date(const struct policy *policy, const struct login *login)
{
	if (policy->login_from == LOGIN_ALWAYS)
		return;
	print_time(login->now_s < policy->login_from ? "  from: nobody is asked before "
						     : "  from: that has come, on ",
		policy->login_from);
}

static void print_services(const struct policy *policy, const struct login *login)
{
	for (size_t i = 0; i < policy->n_services; i++) {
		const struct service_rule *rule = &policy->services[i];

		printf("  service %s (line %u): %s\n", rule->name, rule->line,
			strcmp(rule->name, login->service) != 0 ? "another service"
			: rule->has_mode                        ? mode_words(rule->mode)
								: "says only how it asks");
	}
}

static void print_groups(const struct policy *policy, const struct login *login)
{
	for (size_t i = 0; i < policy->n_groups; i++) {
		const struct group_rule *rule = &policy->groups[i];

		printf("  group %s (line %u): ", rule->name, rule->line);
		if (!is_member(login, rule->name))
			printf("the account is not in it\n");
		else if (rule->from != LOGIN_ALWAYS && login->now_s < rule->from)
			print_time("says nothing before ", rule->from);
		else
			printf("%s\n", mode_words(rule->mode));
	}
}

static const char *source_words(enum login_source source)
{
	switch (source) {
	case LOGIN_BY_SERVICE: return "what is said of the service speaks";
	case LOGIN_BY_GROUP: return "the strictest of the account's groups speaks";
	case LOGIN_BY_DATE: return "the date has not come";
	case LOGIN_BY_EXEMPTION: return "the account is exempt";
	case LOGIN_BY_DEFAULT: break;
	}
	return "no rule speaks, so second-factor does";
}

/* Whoever has it in force goes on by it; nobody takes it any more. */
static void print_end(const struct policy *policy, const struct login *login)
{
	if (login->now_s < policy->header.not_before)
		print_time("    the policy begins on ", policy->header.not_before);
	if (login->now_s > policy->header.not_after)
		print_time("    the policy ended, and terminals that have it go on by it; it ended "
			   "on ",
			policy->header.not_after);
}

static int explain(const struct policy *policy, const struct login *login)
{
	struct login_decision decision;
	struct login_rules rules;

	login_rules_from_policy(policy, &rules);
	login_rules_decide(&rules, login->service, login->user, login->groups, login->n_groups,
		login->now_s, &decision);
	printf("%s by %s: %s", login->user, login->service, mode_words(decision.mode));
	if (decision.mode == SECOND_FACTOR_REQUIRED)
		printf(", in %s", decision.boxes == LOGIN_ONE_BOX ? "one box, behind the password"
								  : "a second box");
	printf("\n    %s\n",
		policy->has_login ? source_words(decision.source) : "the policy has no [login]");
	print_end(policy, login);
	if (policy->mode == POLICY_REHEARSE && login->now_s < policy->until)
		print_time("    the whole policy is a rehearsal until ", policy->until);
	if (policy->has_login) {
		print_accounts(policy, login);
		print_date(policy, login);
		print_services(policy, login);
		print_groups(policy, login);
		printf("  all others: %s\n", mode_words(policy->second_factor));
	}
	return decision.mode == SECOND_FACTOR_REQUIRED ? EXIT_NO : EXIT_DONE;
}

static const char *day_words(enum token_day day)
{
	switch (day) {
	case TOKEN_COUNTS: return "it counts";
	case TOKEN_EXPIRED: return "its time is over, a right code is refused (expired)";
	case TOKEN_NOT_YET: break;
	}
	return "its time has not come, a right code is refused (not-yet)";
}

static void print_token(const struct tokens *tokens, const struct login *login)
{
	for (size_t i = 0; i < tokens->n_entries; i++) {
		const struct token_entry *entry = &tokens->entries[i];
		char period[TOKEN_PERIOD_TEXT_MAX];

		if (strcmp(entry->user, login->user) != 0)
			continue;
		token_period_words(&entry->dates, period);
		printf("  token %s (line %u)%s: %s\n", entry->number, entry->line, period,
			day_words(token_dates_judge(&entry->dates, login->now_s, login->now_s)));
		return;
	}
	printf("  token: the account has none there, and no code of it counts (not-enrolled)\n");
}

/* The terminal judges the code; the policy only whether there is to be one. */
static int explain_token(const struct login *login)
{
	CLEANUP(admin_document_clear) struct admin_document document = {0};
	int code = admin_parse(login->tokens_path, &document);

	if (code == EXIT_DONE && document.tokens) {
		print_token(document.tokens, login);
		return EXIT_DONE;
	}
	if (code == EXIT_DONE)
		admin_complain("%s is no tokens document", login->tokens_path);
	return EXIT_UNKNOWN;
}

int explain_login(int argc, char **argv)
{
	CLEANUP(admin_document_clear) struct admin_document document = {0};
	struct login login = {.now_s = time(NULL)};
	const char *path = NULL;
	int code = parse_options(argc, argv, &login, &path);

	if (code != EXIT_DONE)
		return code == ADMIN_HELPED ? EXIT_DONE : code;
	code = admin_parse(path, &document);
	if (code == EXIT_DONE && document.policy) {
		code = explain(document.policy, &login);
		return login.tokens_path && explain_token(&login) != EXIT_DONE ? EXIT_UNKNOWN
									       : code;
	}
	if (code == EXIT_DONE)
		admin_complain("%s is no policy", path);
	else if (code == EXIT_NO)
		admin_complain("%s has mistakes, so it decides nothing", path);
	return EXIT_UNKNOWN;
}
