/*
 * Who may call what. The bus says who calls, polkit whether they may; both are asked without
 * waiting, and the call waits instead.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/bus_internal.h"
#include "agent/bus_polkit.h"

#define ACTION_VIEW       "org.sekisho.agent1.view"
#define ACTION_EXEMPTIONS "org.sekisho.agent1.exemptions"

struct bus_check {
	struct bus_check **place;
	struct bus *bus;
	sd_bus_message *call;
	enum bus_right right;
	bus_answer answer;
	sd_bus_slot *question; /* under way */
	bool is_with_polkit;
	struct bus_caller by; /* once the bus has told it */
	sd_bus_slot *caller;  /* watched: gone is gone */
	char cancellation[24];
};

static void check_free(struct bus_check *check)
{
	*check->place = NULL;
	sd_bus_slot_unref(check->question);
	sd_bus_slot_unref(check->caller);
	sd_bus_message_unref(check->call);
	free(check);
}

void bus_access_forget(struct bus *bus)
{
	for (size_t i = 0; i < sizeof(bus->checks) / sizeof(bus->checks[0]); i++)
		if (bus->checks[i])
			check_free(bus->checks[i]);
}

/* Ends the check with what became of it: the reply was sent where result is not negative. */
static void finish(struct bus_check *check, int result, sd_bus_error *error)
{
	if (result < 0 && sd_bus_error_is_set(error))
		(void)sd_bus_reply_method_error(check->call, error);
	else if (result < 0)
		(void)sd_bus_reply_method_errno(check->call, result, NULL);
	sd_bus_error_free(error);
	check_free(check);
}

static void carry_out(struct bus_check *check)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	int r;

	check->bus->caller = check->by;
	r = check->answer(check->bus, check->call, &error);
	finish(check, r, &error);
}

static void refuse(struct bus_check *check, const char *name, const char *why)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	int r = sd_bus_error_set(&error, name, why);

	finish(check, r, &error);
}

static const char *refusal(enum bus_right right, enum polkit_answer answer)
{
	switch (answer) {
	case POLKIT_CHALLENGE:
		return "This needs an administrator's password, for which nobody could be asked "
		       "here";
	case POLKIT_ABSENT:
		return "Only root may look: polkit, which knows who else may, is not installed";
	case POLKIT_SILENT:
		return "Only root may look: polkit, which knows who else may, gave no answer";
	case POLKIT_NO:
	case POLKIT_YES: break;
	}
	return right == BUS_EXEMPTIONS
		       ? "You are not permitted to look at other people's exemptions"
		       : "You are not permitted to look at the devices of this terminal";
}

static int on_polkit(sd_bus_message *reply, void *userdata, sd_bus_error *ret_error)
{
	struct bus_check *check = userdata;
	enum polkit_answer answer = polkit_read(reply);

	if (answer == POLKIT_YES) {
		carry_out(check);
		return 0;
	}
	if (answer == POLKIT_SILENT)
		polkit_cancel(check->bus->connection, check->cancellation);
	refuse(check, BUS_ERROR_NOT_PERMITTED, refusal(check->right, answer));
	return 0;
}

static int on_owner_changed(sd_bus_message *signal, void *userdata, sd_bus_error *ret_error)
{
	struct bus_check *check = userdata;

	polkit_cancel(check->bus->connection, check->cancellation);
	check_free(check);
	return 0;
}

/* A unique name never gets another owner, so any change means that the caller is gone. */
static int watch_caller(struct bus_check *check, const char *sender)
{
	char match[512];

	snprintf(match, sizeof(match),
		"type='signal',sender='org.freedesktop.DBus',path='/org/freedesktop/DBus',"
		"interface='org.freedesktop.DBus',member='NameOwnerChanged',arg0='%s'",
		sender);
	return sd_bus_add_match_async(
		check->bus->connection, &check->caller, match, on_owner_changed, NULL, check);
}

static size_t count_of_user(const struct bus *bus, uint32_t uid)
{
	size_t n = 0;

	for (size_t i = 0; i < sizeof(bus->checks) / sizeof(bus->checks[0]); i++)
		n += bus->checks[i] && bus->checks[i]->is_with_polkit &&
		     bus->checks[i]->by.uid == uid;
	return n;
}

static int ask_polkit(struct bus_check *check)
{
	struct bus *bus = check->bus;
	const char *sender = sd_bus_message_get_sender(check->call);
	bool is_interactive = sd_bus_message_get_allow_interactive_authorization(check->call) > 0;
	int r = is_interactive ? watch_caller(check, sender) : 0;

	if (r < 0)
		return r;
	snprintf(check->cancellation, sizeof(check->cancellation), "%" PRIu64,
		++bus->last_cancellation);
	check->is_with_polkit = true;
	check->question = sd_bus_slot_unref(check->question);
	return polkit_ask(bus->connection, sender,
		check->right == BUS_EXEMPTIONS ? ACTION_EXEMPTIONS : ACTION_VIEW, is_interactive,
		check->cancellation, on_polkit, check, &check->question);
}

/* One a{sv} entry of the answer. 1, 0: there is none any more, or a negative errno. */
static int read_credential(sd_bus_message *reply, struct bus_caller *ret, bool *ret_has_uid)
{
	const char *key, *type;
	int r = sd_bus_message_enter_container(reply, 'e', "sv");

	if (r <= 0)
		return r;
	if ((r = sd_bus_message_read(reply, "s", &key)) < 0 ||
		(r = sd_bus_message_peek_type(reply, NULL, &type)) < 0)
		return r;
	if (strcmp(key, "UnixUserID") == 0 && strcmp(type, "u") == 0) {
		r = sd_bus_message_read(reply, "v", "u", &ret->uid);
		*ret_has_uid = r > 0;
	} else if (strcmp(key, "ProcessID") == 0 && strcmp(type, "u") == 0) {
		r = sd_bus_message_read(reply, "v", "u", &ret->pid);
	} else {
		r = sd_bus_message_skip(reply, "v");
	}
	if (r >= 0)
		r = sd_bus_message_exit_container(reply);
	return r < 0 ? r : 1;
}

/* The answer to GetConnectionCredentials. Without a user it is nobody's. */
static int read_caller(sd_bus_message *reply, struct bus_caller *ret)
{
	struct bus_caller caller = {.uid = UINT32_MAX};
	bool has_uid = false;
	int r = sd_bus_message_is_method_error(reply, NULL) > 0
			? -EACCES
			: sd_bus_message_enter_container(reply, 'a', "{sv}");

	while (r > 0)
		r = read_credential(reply, &caller, &has_uid);
	if (r == 0)
		r = sd_bus_message_exit_container(reply);
	if (r < 0)
		return r;
	if (!has_uid)
		return -EACCES;
	*ret = caller;
	return 0;
}

static int on_caller(sd_bus_message *reply, void *userdata, sd_bus_error *ret_error)
{
	struct bus_check *check = userdata;
	sd_bus_error none = SD_BUS_ERROR_NULL;
	int r;

	if (read_caller(reply, &check->by) < 0) {
		refuse(check, BUS_ERROR_NOT_PERMITTED, "It cannot be found out who calls");
		return 0;
	}
	if (check->by.uid == 0 || check->right == BUS_SELF) {
		carry_out(check);
		return 0;
	}
	if (check->right == BUS_ROOT) {
		refuse(check, BUS_ERROR_NOT_PERMITTED, "Only root may hand in documents");
		return 0;
	}
	if (count_of_user(check->bus, check->by.uid) >= BUS_CHECKS_PER_USER) {
		refuse(check, BUS_ERROR_BUSY,
			"Too many of your questions wait for an answer; try again");
		return 0;
	}
	r = ask_polkit(check);
	if (r < 0)
		finish(check, r, &none);
	return 0;
}

/* The next free place of those for this right, or NULL. */
static struct bus_check **find_place(struct bus *bus, enum bus_right right)
{
	size_t first = right == BUS_ROOT ? BUS_CHECKS_MAX : 0;
	size_t n = right == BUS_ROOT ? BUS_UPDATES_MAX : BUS_CHECKS_MAX;

	for (size_t i = first; i < first + n; i++)
		if (!bus->checks[i])
			return &bus->checks[i];
	return NULL;
}

int bus_access_check(struct bus *bus, sd_bus_message *call, enum bus_right right, bus_answer answer,
	sd_bus_error *ret_error)
{
	struct bus_check **place = find_place(bus, right), *check;
	int r;

	if (!place)
		return sd_bus_error_set(
			ret_error, BUS_ERROR_BUSY, "Too many ask at once; try again");
	check = calloc(1, sizeof(*check));
	if (!check)
		return -ENOMEM;
	check->place = place;
	check->bus = bus;
	check->call = sd_bus_message_ref(call);
	check->right = right;
	check->answer = answer;
	*place = check;
	r = sd_bus_call_method_async(bus->connection, &check->question, "org.freedesktop.DBus",
		"/org/freedesktop/DBus", "org.freedesktop.DBus", "GetConnectionCredentials",
		on_caller, check, "s", sd_bus_message_get_sender(call));
	if (r < 0) {
		check_free(check);
		return r;
	}
	return 1;
}
