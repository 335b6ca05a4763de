#include "agent/seat.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <systemd/sd-login.h>

#include "policy/cleanup.h"
#include "policy/operator.h"

int seat_active(char ret_session[OPERATOR_SESSION_SIZE], uint32_t *ret_uid)
{
	CLEANUP(cleanup_free) char *session = NULL;
	uid_t uid = 0;
	int r = sd_seat_get_active(OPERATOR_SEAT, &session, &uid);

	if (r == -ENODATA || r == -ENXIO || r == -ENOENT)
		return 0;
	if (r < 0)
		return r;
	if (!session || strlen(session) >= OPERATOR_SESSION_SIZE)
		return -EOVERFLOW;
	memcpy(ret_session, session, strlen(session) + 1);
	*ret_uid = uid;
	return 1;
}

bool seat_has_session(const char *session, uint32_t uid)
{
	CLEANUP(cleanup_free) char *state = NULL;
	uid_t found = 0;

	return sd_session_get_uid(session, &found) >= 0 && found == uid &&
	       sd_session_get_state(session, &state) >= 0 && strcmp(state, "closing") != 0;
}
