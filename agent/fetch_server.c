#include "agent/fetch_server.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "policy/names.h"
#include "policy/value.h"

#define STATUS_MAX 999

static const char *const states[FETCH_SERVER_STATE_COUNT] = {
	[FETCH_SERVER_UNKNOWN] = "unknown",
	[FETCH_SERVER_OK] = "ok",
	[FETCH_SERVER_NO_ANSWER] = "no-answer",
	[FETCH_SERVER_CERTIFICATE] = "certificate",
	[FETCH_SERVER_REFUSED] = "refused",
	[FETCH_SERVER_PROXY] = "proxy",
	[FETCH_SERVER_PARTLY] = "partly",
	[FETCH_SERVER_NOT_CONFIGURED] = "not-configured",
};

const char *fetch_server_state_name(enum fetch_server_state state)
{
	return names_get(states, FETCH_SERVER_STATE_COUNT, state);
}

int fetch_server_state_from_name(const char *name, enum fetch_server_state *ret)
{
	int index = names_find(states, FETCH_SERVER_STATE_COUNT, name);

	if (index < 0)
		return -EINVAL;
	*ret = (enum fetch_server_state)index;
	return 0;
}

void fetch_server_format(const struct fetch_server *server, char ret[FETCH_SERVER_SIZE])
{
	snprintf(ret, FETCH_SERVER_SIZE, "%s %" PRId64 " %u\n",
		fetch_server_state_name(server->state), server->heard_s, server->status);
}

/* Ends the word at at, and returns what comes behind it; NULL: nothing does. */
static char *cut(char *at, char end)
{
	char *found = strchr(at, end);

	if (!found)
		return NULL;
	*found = '\0';
	return found + 1;
}

int fetch_server_parse(const char *text, size_t size, struct fetch_server *ret)
{
	struct fetch_server server = {};
	char line[FETCH_SERVER_SIZE], *seconds, *status, *end;
	uint64_t heard, number;

	if (size >= sizeof(line))
		return -EBADMSG;
	memcpy(line, text, size);
	line[size] = '\0';
	seconds = cut(line, ' ');
	status = seconds ? cut(seconds, ' ') : NULL;
	end = status ? cut(status, '\n') : NULL;
	if (!end || end != line + size || fetch_server_state_from_name(line, &server.state) < 0 ||
		number_parse(seconds, 0, INT64_MAX, &heard) < 0 ||
		number_parse(status, 0, STATUS_MAX, &number) < 0)
		return -EBADMSG;
	server.heard_s = (int64_t)heard;
	server.status = (unsigned)number;
	*ret = server;
	return 0;
}
