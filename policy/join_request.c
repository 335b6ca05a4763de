#include "policy/join_request.h"

#include <errno.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "policy/base64.h"
#include "policy/cleanup.h"
#include "policy/document_header.h"
#include "policy/ini_document.h"
#include "policy/ini_text.h"
#include "policy/schema.h"
#include "policy/sshsig.h"
#include "policy/terminal_words.h"
#include "policy/value.h"

#define MAC_SIZE 32
/* "mac = ", base64 and LF. */
#define MAC_KEY       "mac = "
#define MAC_LINE_SIZE (sizeof(MAC_KEY) - 1 + BASE64_SIZE(MAC_SIZE) + 1)
#define FIELD(field) \
	.offset = offsetof(struct join_request, field), \
	.size = sizeof(((struct join_request *)0)->field)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void read_key(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	if (ed25519_parse(entry->value, ret) < 0)
		value_problem(problems, entry, "an ssh-ed25519 key in base64");
}

static bool is_32_bytes(const struct ini_entry *entry, uint8_t bytes[32])
{
	size_t size;

	return base64_decode(entry->value, strlen(entry->value), bytes, 32, &size) == 0 &&
	       size == 32;
}

static void read_seal_key(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	uint8_t bytes[SEAL_KEY_SIZE];

	if (is_32_bytes(entry, bytes))
		memcpy(ret, bytes, sizeof(bytes));
	else
		value_problem(problems, entry, "%d bytes in base64", SEAL_KEY_SIZE);
}

/* Its value is judged by who has the ticket. */
static void read_mac(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	uint8_t bytes[MAC_SIZE];

	if (!is_32_bytes(entry, bytes))
		value_problem(problems, entry, "%d bytes in base64", MAC_SIZE);
}

static const struct schema_key keys[] = {
	{.key = "kind", .read = value_read_constant, .constant = "join", .is_required = true},
	{.key = "format",
		.read = value_read_constant,
		.constant = DOCUMENT_FORMAT,
		.is_required = true},
	{.key = "site", .read = value_read_word, .is_required = true, FIELD(site)},
	{.key = "tier", .read = value_read_tier, .is_required = true, FIELD(tier)},
	{.key = "terminal", .read = value_read_word, .is_required = true, FIELD(terminal)},
	{.key = "issued", .read = value_read_time, .is_required = true, FIELD(issued)},
	{.key = "machine", .read = terminal_read_machine, .is_required = true, FIELD(machine)},
	{.key = "key", .read = read_key, .is_required = true, FIELD(key)},
	{.key = "seal-key", .read = read_seal_key, FIELD(seal_key)},
	{.key = "certificate", .read = terminal_read_certificate, FIELD(certificate)},
	{.key = "agent", .read = value_read_text, .is_required = true, FIELD(agent)},
	{.key = "ticket", .read = terminal_read_ticket, .is_required = true, FIELD(ticket)},
	{.key = "mac", .read = read_mac, .is_required = true},
};

static const struct schema_section sections[] = {
	{.type = "join", .is_required = true, .keys = keys, .n_keys = COUNT(keys)},
};

static int parse(
	const struct document_slice *text, struct problems *problems, struct join_request *ret)
{
	CLEANUP(ini_document_cleanup) struct ini_document *document = NULL;
	size_t found_before = problems_found(problems);
	struct join_request request = {0};
	int r = ini_document_read(text->bytes, text->size, problems, &document);

	if (r < 0)
		return r;
	schema_read(document, sections, COUNT(sections), problems, &request);
	if (problems_found(problems) != found_before)
		return -EBADMSG;
	request.has_seal_key = ini_section_find(&document->sections[0], "seal-key") != NULL;
	*ret = request;
	return 0;
}

static int complain(struct problems *problems, const char *expected)
{
	problems_add(problems, 0, 0, "", 0, "%s", expected);
	return -EBADMSG;
}

static int check_signature(
	const struct signed_document *document, const char *key, struct problems *problems)
{
	struct sshsig signature;

	if (document->n_signatures != 1)
		return complain(problems, "one signature, by the key in it");
	sshsig_verify(document->signatures[0].bytes, document->signatures[0].size,
		JOIN_REQUEST_SPACE, document->text.bytes, document->text.size, &signature);
	if (signature.fault == SSHSIG_NO_MEMORY)
		return -ENOMEM;
	if (signature.fault != SSHSIG_GOOD || strcmp(signature.fingerprint, key) != 0)
		return complain(problems, "a signature by the key in it");
	return 0;
}

int join_request_read(const char *bytes, size_t size, struct problems *problems,
	struct join_request *ret, char ret_key[FINGERPRINT_LENGTH + 1])
{
	struct signed_document document;
	struct join_request request;
	char key[FINGERPRINT_LENGTH + 1];
	int r;

	if (size > JOIN_REQUEST_SIZE_MAX) {
		problems_add(problems, 0, 0, "", 0, "at most %d bytes, not %zu",
			JOIN_REQUEST_SIZE_MAX, size);
		return -EBADMSG;
	}
	r = document_split(bytes, size, problems, &document);
	if (r == 0)
		r = parse(&document.text, problems, &request);
	if (r == 0)
		r = ed25519_fingerprint(request.key, key);
	if (r == 0)
		r = check_signature(&document, key, problems);
	if (r < 0)
		return r;
	*ret = request;
	memcpy(ret_key, key, sizeof(key));
	return 0;
}

static int mac_of(const char *text, size_t size, const uint8_t ticket_key[TICKET_KEY_SIZE],
	char ret[BASE64_SIZE(MAC_SIZE) + 1])
{
	uint8_t mac[MAC_SIZE];
	size_t mac_size;

	if (!EVP_Q_mac(NULL, "HMAC", NULL, "SHA256", NULL, ticket_key, TICKET_KEY_SIZE,
		    (const uint8_t *)text, size, mac, sizeof(mac), &mac_size))
		return -EIO;
	base64_encode(mac, sizeof(mac), ret);
	return 0;
}

bool join_request_is_from(const char *bytes, size_t size, const uint8_t ticket_key[TICKET_KEY_SIZE])
{
	CLEANUP(problems_clear) struct problems problems = {};
	char mac[BASE64_SIZE(MAC_SIZE) + 1];
	struct signed_document document;
	const char *line;

	if (document_split(bytes, size, &problems, &document) < 0 ||
		document.text.size < MAC_LINE_SIZE)
		return false;
	line = document.text.bytes + document.text.size - MAC_LINE_SIZE;
	if (memcmp(line, MAC_KEY, strlen(MAC_KEY)) != 0 ||
		mac_of(document.text.bytes, (size_t)(line - document.text.bytes), ticket_key, mac) <
			0)
		return false;
	return CRYPTO_memcmp(line + strlen(MAC_KEY), mac, strlen(mac)) == 0;
}

static void write_lines(struct ini_text *text, const struct join_request *request)
{
	char key[ED25519_TEXT_SIZE], seal_key[BASE64_SIZE(SEAL_KEY_SIZE) + 1];

	ed25519_text(request->key, key);
	base64_encode(request->seal_key, sizeof(request->seal_key), seal_key);
	ini_text_line(text, "[join]");
	ini_text_line(text, "kind = join");
	ini_text_line(text, "format = " DOCUMENT_FORMAT);
	ini_text_value(text, "site", request->site);
	ini_text_value(text, "tier", request->tier);
	ini_text_value(text, "terminal", request->terminal);
	ini_text_time(text, "issued", request->issued);
	ini_text_value(text, "machine", request->machine);
	ini_text_line(text, "key = %s", key);
	if (request->has_seal_key)
		ini_text_line(text, "seal-key = %s", seal_key);
	ini_text_value(text, "certificate", request->certificate);
	ini_text_value(text, "agent", request->agent);
	ini_text_value(text, "ticket", request->ticket);
}

int join_request_write(
	const struct join_request *request, const uint8_t ticket_key[TICKET_KEY_SIZE], char **ret)
{
	CLEANUP(ini_text_clear) struct ini_text text = ini_text_begin(JOIN_REQUEST_SIZE_MAX);
	CLEANUP(problems_clear) struct problems problems = {};
	char mac[BASE64_SIZE(MAC_SIZE) + 1];
	struct document_slice slice;
	struct join_request again;
	int r;

	write_lines(&text, request);
	if (text.has_failed)
		return -ENOMEM;
	r = mac_of(text.bytes, text.used, ticket_key, mac);
	if (r < 0)
		return r;
	ini_text_line(&text, MAC_KEY "%s", mac);
	if (text.has_failed)
		return -ENOMEM;
	slice = (struct document_slice){text.bytes, text.used};
	r = parse(&slice, &problems, &again);
	if (r < 0)
		return r == -EBADMSG ? -EINVAL : r;
	*ret = TAKE(text.bytes);
	return 0;
}
