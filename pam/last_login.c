#include "pam/last_login.h"

#include <endian.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "policy/checksum.h"

static const uint8_t magic[4] = "SKN\1";

/* Little endian; what is not named is zero. */
struct __attribute__((packed)) bytes {
	uint8_t magic[4];
	uint32_t checksum; /* of all that follows */
	int64_t time_s;
	char service[LOGIN_EVENT_TEXT];
	char terminal[LOGIN_EVENT_TEXT];
	char host[LOGIN_EVENT_TEXT];
	uint8_t zeros[LAST_LOGIN_SIZE - 16 - 3 * LOGIN_EVENT_TEXT];
};

_Static_assert(sizeof(struct bytes) == LAST_LOGIN_SIZE, "the wrong codes stand behind it");

static bool is_shown(char letter)
{
	return letter > ' ' && letter < 127;
}

static void take(const char *text, char ret[LOGIN_EVENT_TEXT])
{
	size_t size = strnlen(text, LOGIN_EVENT_TEXT - 1);

	memset(ret, 0, LOGIN_EVENT_TEXT);
	for (size_t i = 0; i < size; i++)
		ret[i] = is_shown(text[i]) ? text[i] : '?';
}

void last_login_describe(
	struct last_login *login, const char *service, const char *terminal, const char *host)
{
	take(service, login->service);
	take(terminal, login->terminal);
	take(host, login->host);
}

static uint32_t checksum_of(const struct bytes *bytes)
{
	return checksum((const uint8_t *)bytes + offsetof(struct bytes, time_s),
		sizeof(*bytes) - offsetof(struct bytes, time_s));
}

void last_login_encode(const struct last_login *login, uint8_t ret[LAST_LOGIN_SIZE])
{
	struct bytes bytes = {.time_s = (int64_t)htole64((uint64_t)login->time_s)};

	memcpy(bytes.magic, magic, sizeof(magic));
	take(login->service, bytes.service);
	take(login->terminal, bytes.terminal);
	take(login->host, bytes.host);
	bytes.checksum = htole32(checksum_of(&bytes));
	memcpy(ret, &bytes, sizeof(bytes));
}

/* It is what take() would have made of itself. */
static bool is_text(const char text[LOGIN_EVENT_TEXT])
{
	char again[LOGIN_EVENT_TEXT];

	take(text, again);
	return memcmp(text, again, sizeof(again)) == 0;
}

int last_login_decode(const uint8_t from[LAST_LOGIN_SIZE], struct last_login *ret)
{
	static const uint8_t zeros[sizeof(((struct bytes *)0)->zeros)];
	struct bytes bytes;
	int64_t time_s;

	memcpy(&bytes, from, sizeof(bytes));
	time_s = (int64_t)le64toh((uint64_t)bytes.time_s);
	if (memcmp(bytes.magic, magic, sizeof(magic)) != 0 ||
		le32toh(bytes.checksum) != checksum_of(&bytes) || time_s < 0 ||
		memcmp(bytes.zeros, zeros, sizeof(zeros)) != 0 || !is_text(bytes.service) ||
		!is_text(bytes.terminal) || !is_text(bytes.host))
		return -EBADMSG;
	ret->time_s = time_s;
	memcpy(ret->service, bytes.service, sizeof(ret->service));
	memcpy(ret->terminal, bytes.terminal, sizeof(ret->terminal));
	memcpy(ret->host, bytes.host, sizeof(ret->host));
	return 0;
}
