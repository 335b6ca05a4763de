#include "policy/pskc/value.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/base64.h"
#include "policy/characters.h"
#include "policy/cleanup.h"
#include "policy/pskc/node.h"
#include "policy/timestamp.h"
#include "policy/value.h"

#define TEXT_MAX 256 /* bytes */

int pskc_value_text(const xmlNode *node, struct problems *problems, char **ret)
{
	CLEANUP(cleanup_free) char *text = pskc_node_text(node);

	if (!text)
		return -ENOMEM;
	if (text[0] == '\0')
		return -ENOENT;
	if (strlen(text) > TEXT_MAX || !utf8_is_plain(text)) {
		pskc_node_problem(
			node, text, "a text of up to 256 bytes that can be shown", problems);
		return -EBADMSG;
	}
	*ret = TAKE(text);
	return 0;
}

/* The form that libpskc takes, of the dates that RFC 6030 allows. */
int pskc_value_date(const xmlNode *node, struct problems *problems, char **ret)
{
	static const char form[] = "dddd-dd-ddTdd:dd:ddZ";
	CLEANUP(cleanup_free) char *text = NULL;
	int64_t time_s;
	size_t at = 0;
	int r = pskc_value_text(node, problems, &text);

	if (r < 0)
		return r;
	while (form[at] != '\0' && (form[at] == 'd' ? is_digit(text[at]) : text[at] == form[at]))
		at++;
	/* A day that no month has is none to libpskc either. */
	if (form[at] != '\0' || text[at] != '\0' || timestamp_parse(text, &time_s) < 0) {
		pskc_node_problem(
			node, text, "a time in UTC such as 2027-04-01T00:00:00Z", problems);
		return -EBADMSG;
	}
	*ret = TAKE(text);
	return 0;
}

/* One of PlainValue and EncryptedValue. 0 and *ret_plain, which is NULL where it is encrypted. */
static int find_value(const xmlNode *node, struct problems *problems, const xmlNode **ret_plain)
{
	const xmlNode *plain = pskc_node_child(node, "PlainValue");
	const xmlNode *encrypted = pskc_node_child(node, "EncryptedValue");

	if (!plain == !encrypted) {
		pskc_node_missing(node, "one PlainValue or one EncryptedValue", problems);
		return -EBADMSG;
	}
	for (const xmlNode *child = pskc_node_child(node, NULL); child;
		child = pskc_node_next(child)) {
		bool is_value = child == plain || child == encrypted;

		if (is_value || (encrypted && pskc_node_is(child, NULL, "ValueMAC")))
			continue;
		pskc_node_problem(child, pskc_node_name(child),
			"one PlainValue, or one EncryptedValue and its ValueMAC", problems);
		return -EBADMSG;
	}
	*ret_plain = plain;
	return 0;
}

/* RFC 6030 encrypts numbers as 4 or 8 bytes, the highest first; others encrypt their digits. Eight
 * digits are no counter that a token of plastic ever reached. */
static int decode_number(const uint8_t *bytes, size_t size, uint64_t max, uint64_t *ret)
{
	char text[21] = "";
	uint64_t number = 0;

	if (size < sizeof(text))
		memcpy(text, bytes, size);
	if (size < sizeof(text) && number_parse(text, 0, max, ret) == 0)
		return 0;
	if (size != 4 && size != 8)
		return -EINVAL;
	for (size_t i = 0; i < size; i++)
		number = number << 8 | bytes[i];
	if (number > max)
		return -EINVAL;
	*ret = number;
	return 0;
}

static int open_number(const xmlNode *node, const struct pskc_lock *lock, uint64_t max,
	struct problems *problems, uint64_t *ret)
{
	uint8_t *bytes = NULL;
	size_t size = 0;
	int r = pskc_lock_open(lock, node, problems, &bytes, &size);

	if (r == 0 && decode_number(bytes, size, max, ret) < 0) {
		problems_add(problems, pskc_node_line(node), 0, "", 0,
			"an encrypted number up to %" PRIu64, max);
		r = -EBADMSG;
	}
	if (bytes)
		explicit_bzero(bytes, size);
	free(bytes);
	return r;
}

int pskc_value_number(const xmlNode *node, const struct pskc_lock *lock, uint64_t max,
	struct problems *problems, char **ret)
{
	const xmlNode *plain = NULL;
	CLEANUP(cleanup_free) char *text = NULL;
	uint64_t number = 0;
	char digits[24];
	int r = find_value(node, problems, &plain);

	if (r == 0 && !plain)
		r = open_number(node, lock, max, problems, &number);
	if (r == 0 && plain) {
		text = pskc_node_text(plain);
		if (!text)
			return -ENOMEM;
		if (number_parse(text, 0, max, &number) < 0) {
			problems_add(problems, pskc_node_line(plain), 0, text, strlen(text),
				"a number up to %" PRIu64, max);
			r = -EBADMSG;
		}
	}
	if (r < 0)
		return r;
	snprintf(digits, sizeof(digits), "%" PRIu64, number);
	*ret = strdup(digits);
	return *ret ? 0 : -ENOMEM;
}

int pskc_value_secret(
	const xmlNode *node, const struct pskc_lock *lock, struct problems *problems, char **ret)
{
	const xmlNode *plain = NULL;
	uint8_t *bytes = NULL;
	size_t size = 0;
	char *text = NULL;
	int r = find_value(node, problems, &plain);

	if (r == 0)
		r = plain ? pskc_node_bytes(plain, &bytes, &size)
			  : pskc_lock_open(lock, node, problems, &bytes, &size);
	if (r == -EINVAL || (r == 0 && size == 0)) {
		pskc_node_problem(plain ? plain : node, NULL, "a secret in base64", problems);
		r = -EBADMSG;
	}
	if (r == 0) {
		text = malloc(BASE64_SIZE(size) + 1);
		r = text ? 0 : -ENOMEM;
	}
	if (r == 0) {
		base64_encode(bytes, size, text);
		*ret = text;
	}
	if (bytes)
		explicit_bzero(bytes, size);
	free(bytes);
	return r;
}
