/* The functions for exemptions that the bus asks: nothing but ways to those of the agent. */
#include <systemd/sd-event.h>

#include "agent/agent_internal.h"

static int request(void *userdata, const struct bus_caller *caller, const struct agent_form *form,
	char ret_id[BUS_EXEMPTION_ID_SIZE], struct agent_refusal *ret_refusal)
{
	return agent_exemption_request(userdata, caller, form, ret_id, ret_refusal);
}

static int withdraw(void *userdata, const struct bus_caller *caller, const char *id,
	struct agent_refusal *ret_refusal)
{
	return agent_exemption_withdraw(userdata, caller, id, ret_refusal);
}

static bool list(void *userdata, const struct bus_caller *caller, bool is_all, size_t index,
	struct agent_exemption *ret)
{
	return agent_exemption_list(userdata, caller, is_all, index, ret);
}

static int redeem(void *userdata, const struct bus_caller *caller, const char *id, const char *code,
	const char **ret_phase, struct agent_refusal *ret_refusal)
{
	return agent_exemption_redeem(userdata, caller, id, code, ret_phase, ret_refusal);
}

static int eject(void *userdata, const struct bus_caller *caller, const char *id, bool keep,
	struct agent_refusal *ret_refusal)
{
	return agent_exemption_eject(userdata, caller, id, keep, ret_refusal);
}

static int give_back(void *userdata, const struct bus_caller *caller, const char *id,
	const char *place, struct agent_refusal *ret_refusal)
{
	return agent_exemption_return(userdata, caller, id, place, ret_refusal);
}

static int report_after(void *userdata, const struct bus_caller *caller, const char *id,
	const struct agent_form *form, struct agent_refusal *ret_refusal)
{
	return agent_exemption_report(userdata, caller, id, form, ret_refusal);
}

static int begin_phone(void *userdata, const struct bus_caller *caller,
	const struct agent_form *form, char ret_id[BUS_EXEMPTION_ID_SIZE],
	char ret_challenge[BUS_CHALLENGE_SIZE], struct agent_refusal *ret_refusal)
{
	return agent_telephone_begin(userdata, caller, form, ret_id, ret_challenge, ret_refusal);
}

static bool desk(void *userdata, size_t index, struct agent_phone_desk *ret)
{
	return agent_telephone_desk(userdata, index, ret);
}

const struct agent_exemption_handlers agent_exemption_handlers = {
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

/* An answer of the bus has nobody to hand an error to but the loop. */
static void end_on(struct agent *agent, int result)
{
	if (result < 0)
		(void)sd_event_exit(agent->event, result);
}

void agent_bus_connected(void *userdata)
{
	end_on(userdata, agent_sessions_look(userdata));
}

void agent_bus_sessions(void *userdata, const struct bus_session *items, size_t n)
{
	end_on(userdata, agent_sessions_named(userdata, items, n));
}
