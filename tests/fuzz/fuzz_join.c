/* Any text as what joining reads: terminal.ini and tickets.ini are refused with problems or written
 * again as they are read; a ticket is formatted as it is read again; a request that is believed is
 * of its key. */
#include "tests/fuzz/fuzzed_text.h"

#include "policy/join_request.h"
#include "policy/join_tickets.h"

static void check_entry(const char *text, size_t size)
{
	struct terminal_entry entry = {0}, again = {0};
	struct problems problems = {0};
	char *written = NULL;
	int r = terminal_entry_parse(text, size, &problems, &entry);

	assert((r == 0) != problems_any(&problems));
	problems_clear(&problems);
	if (r < 0)
		return;
	assert(entry.state != TERMINAL_NONE && terminal_entry_write(&entry, &written) == 0);
	assert(terminal_entry_parse(written, strlen(written), &problems, &again) == 0);
	assert(memcmp(&entry, &again, sizeof(entry)) == 0);
	free(written);
}

static void check_tickets(const char *text, size_t size)
{
	struct join_tickets *tickets = NULL, *again = NULL;
	struct problems problems = {0};
	char *written = NULL;
	int r = join_tickets_parse(text, size, &problems, &tickets);

	assert((r == 0) != problems_any(&problems) && (r == 0) == (tickets != NULL));
	problems_clear(&problems);
	if (r < 0)
		return;
	if (join_tickets_write(tickets, &written) == 0) {
		assert(join_tickets_parse(written, strlen(written), &problems, &again) == 0);
		assert(memcmp(tickets, again, sizeof(*tickets)) == 0);
	}
	free(written);
	join_tickets_free(again);
	join_tickets_free(tickets);
}

static void check_ticket(const char *text, size_t size)
{
	struct join_ticket ticket = {0}, again = {0};
	char *string = strndup(text, size), written[TICKET_TEXT_SIZE];

	if (string && join_ticket_parse(string, &ticket) == 0) {
		join_ticket_format(&ticket, written);
		assert(join_ticket_parse(written, &again) == 0);
		assert(memcmp(&ticket, &again, sizeof(ticket)) == 0);
	}
	free(string);
}

static void check_request(const char *text, size_t size)
{
	static const uint8_t ticket_key[TICKET_KEY_SIZE] = {7};
	struct join_request request = {0};
	struct problems problems = {0};
	char key[FINGERPRINT_LENGTH + 1], own[FINGERPRINT_LENGTH + 1];
	int r = join_request_read(text, size, &problems, &request, key);

	assert((r == 0) != problems_any(&problems));
	problems_clear(&problems);
	(void)join_request_is_from(text, size, ticket_key);
	if (r < 0)
		return;
	assert(ed25519_fingerprint(request.key, own) == 0 && strcmp(key, own) == 0);
	assert(request.terminal[0] && !strchr(request.terminal, '/'));
}

static void check(const char *text, size_t size)
{
	check_entry(text, size);
	check_tickets(text, size);
	check_ticket(text, size);
	check_request(text, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_text(data, size, check);
}
