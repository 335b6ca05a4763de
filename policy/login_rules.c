#include "policy/login_rules.h"

#include <string.h>

#define STRICT_LOCK_AFTER 5
/* How often a token may be pressed in a bag. Each costs a microsecond at every login with one. */
#define SEARCH 500

void login_rules_strict(struct login_rules *ret)
{
	*ret = (struct login_rules){
		.mode = SECOND_FACTOR_REQUIRED,
		.from_s = LOGIN_ALWAYS,
		.rehearse_until_s = LOGIN_ALWAYS,
		.methods = LOGIN_METHODS,
		.lock_after = STRICT_LOCK_AFTER,
		.lock_for_s = LOGIN_LOCK_FOR_S,
		.window = LOGIN_WINDOW,
		.drift = LOGIN_DRIFT,
		.look_ahead = LOGIN_LOOK_AHEAD,
		.search = SEARCH,
	};
}

static void take_services(const struct policy *policy, struct login_rules *ret)
{
	for (size_t i = 0; i < policy->n_services; i++) {
		const struct service_rule *rule = &policy->services[i];
		struct login_service *service = &ret->services[ret->n_services++];

		memcpy(service->name, rule->name, sizeof(service->name));
		service->has_mode = rule->has_mode;
		service->mode = rule->mode;
		service->boxes = rule->boxes;
	}
}

static void take_names(const struct policy *policy, struct login_rules *ret)
{
	for (size_t i = 0; i < policy->n_groups; i++) {
		const struct group_rule *rule = &policy->groups[i];
		struct login_group *group = &ret->groups[ret->n_groups++];

		memcpy(group->name, rule->name, sizeof(group->name));
		group->mode = rule->mode;
		group->from_s = rule->from;
	}
	for (size_t i = 0; i < policy->n_exempt; i++) {
		struct login_exempt *exempt = &ret->exempt[ret->n_exempt++];

		memcpy(exempt->name, policy->exempt[i].name, sizeof(exempt->name));
		exempt->until_s = policy->exempt[i].until;
	}
}

void login_rules_from_policy(const struct policy *policy, struct login_rules *ret)
{
	login_rules_strict(ret);
	ret->policy_serial = policy->header.serial;
	if (!policy->has_login) {
		ret->mode = SECOND_FACTOR_OFF;
		return;
	}
	ret->mode = policy->second_factor;
	ret->from_s = policy->login_from;
	if (policy->mode == POLICY_REHEARSE)
		ret->rehearse_until_s = policy->until;
	ret->methods = policy->login_methods;
	ret->lock_after = policy->login_lock_after;
	ret->lock_for_s = policy->login_lock_for_s;
	ret->window = policy->login_window;
	ret->drift = policy->login_drift;
	ret->look_ahead = policy->login_look_ahead;
	take_services(policy, ret);
	take_names(policy, ret);
}

/* Those that show a single box, or answer every question with what was typed into the first. */
static enum login_boxes boxes_of_service(const char *service)
{
	static const char *const one_box[] = {"swaylock", "i3lock", "gtklock", "sddm", "kde",
		"kscreensaver", "mate-screensaver", "cinnamon-screensaver", "xfce4-screensaver",
		"xrdp-sesman", "cups"};

	for (size_t i = 0; i < sizeof(one_box) / sizeof(one_box[0]); i++)
		if (strcmp(service, one_box[i]) == 0)
			return LOGIN_ONE_BOX;
	return LOGIN_TWO_BOXES;
}

static const struct login_service *find_service(const struct login_rules *rules, const char *name)
{
	for (size_t i = 0; i < rules->n_services; i++)
		if (strcmp(rules->services[i].name, name) == 0)
			return &rules->services[i];
	return NULL;
}

static bool is_exempt(const struct login_rules *rules, const char *user, int64_t now_s)
{
	for (size_t i = 0; i < rules->n_exempt; i++)
		if (strcmp(rules->exempt[i].name, user) == 0)
			return now_s < rules->exempt[i].until_s;
	return false;
}

static bool is_one_of(const char *name, const char *const *names, size_t n_names)
{
	for (size_t i = 0; i < n_names; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

/* Zero of a date is 1970, so zeroed rules have begun. */
static bool has_come(int64_t from_s, int64_t now_s)
{
	return from_s <= 0 || now_s >= from_s;
}

/* False when no group speaks. The smallest value of the enum is the strictest. */
static bool find_strictest(const struct login_rules *rules, const char *const *groups,
	size_t n_groups, int64_t now_s, enum second_factor *ret)
{
	bool is_found = false;

	for (size_t i = 0; i < rules->n_groups; i++) {
		const struct login_group *group = &rules->groups[i];

		if (!has_come(group->from_s, now_s) || !is_one_of(group->name, groups, n_groups))
			continue;
		if (!is_found || group->mode < *ret)
			*ret = group->mode;
		is_found = true;
	}
	return is_found;
}

void login_rules_decide(const struct login_rules *rules, const char *service, const char *user,
	const char *const *groups, size_t n_groups, int64_t now_s, struct login_decision *ret)
{
	const struct login_service *rule = find_service(rules, service);
	enum login_boxes boxes = rule ? rule->boxes : LOGIN_BOXES_OF_SERVICE;
	struct login_decision decision = {.mode = SECOND_FACTOR_REQUIRED};

	decision.boxes = boxes == LOGIN_BOXES_OF_SERVICE ? boxes_of_service(service) : boxes;
	if (is_exempt(rules, user, now_s)) {
		decision.mode = SECOND_FACTOR_OFF;
		decision.source = LOGIN_BY_EXEMPTION;
	} else if (!has_come(rules->from_s, now_s)) {
		decision.mode = SECOND_FACTOR_OFF;
		decision.source = LOGIN_BY_DATE;
	} else if (rule && rule->has_mode) {
		decision.mode = rule->mode;
		decision.source = LOGIN_BY_SERVICE;
	} else if (find_strictest(rules, groups, n_groups, now_s, &decision.mode)) {
		decision.source = LOGIN_BY_GROUP;
	} else {
		decision.mode = rules->mode;
		decision.source = LOGIN_BY_DEFAULT;
	}
	if (decision.mode == SECOND_FACTOR_REQUIRED && !has_come(rules->rehearse_until_s, now_s))
		decision.mode = SECOND_FACTOR_REHEARSE;
	*ret = decision;
}
