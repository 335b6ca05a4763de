/* What a helper may say to the module: another program may stand in its place. */
#include <assert.h>
#include <string.h>

#include "pam/answer.h"
#include "pam/session_answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	char again[ANSWER_SIZE];
	struct answer_judge judged;
	struct session_answer session;
	struct answer_ask asked;

	if (answer_read_ask(text, size, &asked) == 0) {
		assert(asked.boxes <= 2 && asked.digits >= 6 && asked.digits <= 8);
		/* Leading zeros are forgiven, so only what was understood is compared. */
		assert(answer_read_ask(again, answer_write_ask(&asked, again), &asked) == 0);
	}
	if (answer_read_judge(text, size, &judged) == 0) {
		assert(!judged.is_let_in || login_reason_lets_in(judged.reason));
		assert(judged.date_s >= 0);
		assert(judged.wait_s >= 0 && judged.n_envelopes <= ANSWER_ENVELOPES_MAX);
		assert(memchr(judged.reference, '\0', sizeof(judged.reference)));
		assert(answer_read_judge(again, answer_write_judge(&judged, again), &judged) == 0);
	}
	if (session_answer_read(text, size, &session) == 0) {
		assert(session.last.time_s >= 0 && session.until_s >= 0);
		assert(session.wrong <= LAST_LOGIN_WRONG_MAX);
		assert(memchr(session.last.host, '\0', sizeof(session.last.host)));
		assert(session_answer_read(
			       again, session_answer_write(&session, again), &session) == 0);
	}
	return 0;
}
