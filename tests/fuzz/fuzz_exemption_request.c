/* Any text as a request, which nobody signed: either problems, or a form that an approver can be
 * shown and that is written as it is read. */
#include "tests/fuzz/fuzzed_text.h"

#include "policy/characters.h"
#include "policy/exemption_text.h"

static void check_writing(const struct exemption_request *request)
{
	struct problems problems = {0};
	struct exemption_request *again = NULL;
	char *text = NULL, *twice = NULL;
	int r = exemption_request_write(request, &problems, &text);

	if (r == -EBADMSG) { /* too long for one line, as percent-encoded */
		problems_clear(&problems);
		return;
	}
	assert(r == 0);
	assert(exemption_request_parse(text, strlen(text), &problems, &again) == 0);
	assert(exemption_request_write(again, &problems, &twice) == 0 && strcmp(text, twice) == 0);
	exemption_request_free(again);
	free(text);
	free(twice);
}

static void check_text(const char *text, size_t size)
{
	struct exemption_request *request = fuzz_read(&exemption_request_reader, text, size);

	if (!request)
		return;
	assert(exemption_id_is_valid(request->id) && request->requester[0] != '\0');
	assert(request->medium.kind == EXEMPTION_MEDIUM_REGISTERED ||
		request->medium.kind == EXEMPTION_MEDIUM_DEVICE);
	assert(exemption_direction_name(request->use.access));
	/* It is shown on a terminal. */
	assert(utf8_is_plain(request->form.purpose) && utf8_is_plain(request->model));
	assert(utf8_is_plain(request->maker) && utf8_is_plain(request->form.destination));
	check_writing(request);
	exemption_request_free(request);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_text(data, size, check_text);
}
