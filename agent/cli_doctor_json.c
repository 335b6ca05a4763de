#include "agent/cli_doctor_json.h"

#include "agent/cli_json.h"

static const char *mode_name(enum second_factor mode)
{
	switch (mode) {
	case SECOND_FACTOR_REQUIRED: return "required";
	case SECOND_FACTOR_REHEARSE: return "rehearse";
	case SECOND_FACTOR_OFF: return "off";
	}
	return "required";
}

static struct json_object *service_json(const struct doctor_service *service)
{
	struct json_object *object = json_object_new_object();
	struct json_object *passes = json_object_new_array();

	for (int code = 0; code < PAM_CODES; code++)
		if (service->passes & PAM_CODE_SET(code))
			cli_json_append(passes, json_object_new_string(pam_code_name(code)));
	cli_json_add_string(object, "service", service->name);
	cli_json_add_string(object, "verdict", pam_verdict_name(service->verdict));
	cli_json_add(object, "passes", passes);
	cli_json_add_string(object, "mode", mode_name(service->mode));
	cli_json_add_bool(object, "is_wanted", service->is_wanted);
	cli_json_add_unsigned(object, "boxes", service->boxes == LOGIN_ONE_BOX ? 1 : 2);
	cli_json_add_bool(object, "has_one_box", service->has_one_box);
	return object;
}

static struct json_object *finding_json(const struct doctor_finding *finding)
{
	struct json_object *object = json_object_new_object();

	cli_json_add_string(object, "word", doctor_word_name(finding->word));
	cli_json_add_string(object, "weight", doctor_weight_name(finding->weight));
	cli_json_add_string(object, "service", finding->service);
	cli_json_add_string(object, "file", finding->file);
	cli_json_add_unsigned(object, "line", finding->line);
	cli_json_add_string(object, "detail", finding->detail);
	return object;
}

/* -1 is what was not seen, and left out. */
static void add_seen(struct json_object *object, const char *key, int64_t value)
{
	if (value >= 0)
		cli_json_add_time(object, key, value);
}

static struct json_object *state_json(const struct doctor *doctor)
{
	static const char *const rules[] = {[DOCTOR_RULES_NOT_HERE] = "lost",
		[DOCTOR_RULES_OF_POLICY] = "policy",
		[DOCTOR_RULES_LAST_GOOD] = "last-good",
		[DOCTOR_RULES_NEVER] = "never"};
	static const char *const seals[] = {[DOCTOR_SEAL_UNSEEN] = "unseen",
		[DOCTOR_SEAL_NONE] = "none",
		[DOCTOR_SEAL_TPM] = "tpm",
		[DOCTOR_SEAL_FILE] = "file"};
	struct json_object *object = json_object_new_object();

	cli_json_add_string(object, "rules", rules[doctor->rules_found]);
	cli_json_add_string(object, "key", seals[doctor->seal]);
	cli_json_add_time(object, "clock", doctor->now_s);
	add_seen(object, "floor", doctor->floor_s);
	add_seen(object, "policy_issued", doctor->policy_issued_s);
	add_seen(object, "policy_not_after", doctor->policy_ends_s);
	add_seen(object, "tokens_not_after", doctor->tokens_ends_s);
	add_seen(object, "enrolled", doctor->n_people);
	add_seen(object, "last_record", doctor->enrolled_s);
	add_seen(object, "secrets_open", doctor->n_open);
	return object;
}

struct json_object *cli_doctor_json(const struct doctor *doctor)
{
	struct json_object *object = json_object_new_object();
	struct json_object *services = json_object_new_array();
	struct json_object *findings = json_object_new_array();

	for (size_t i = 0; i < doctor->n_services; i++)
		cli_json_append(services, service_json(&doctor->services[i]));
	for (size_t i = 0; i < doctor->n_findings; i++)
		cli_json_append(findings, finding_json(&doctor->findings[i]));
	cli_json_add(object, "state", state_json(doctor));
	cli_json_add(object, "services", services);
	cli_json_add(object, "findings", findings);
	return object;
}
