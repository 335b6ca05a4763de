#include "pam/login_desks.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "policy/characters.h"
#include "policy/checksum.h"

#define HEADING "sekisho login desks 1"
#define HEX     (2 * PHONE_KEY_SIZE)

size_t login_desks_format(const struct login_desks *desks, char ret[LOGIN_DESKS_SIZE])
{
	size_t n = (size_t)snprintf(ret, LOGIN_DESKS_SIZE,
		HEADING "\nsite %s\nterminal %s\nuntil %" PRId64 "\n", desks->site, desks->terminal,
		desks->until_s);

	_Static_assert(256 + POLICY_DESKS_MAX * (DESK_NAME_MAX + HEX + 16) < LOGIN_DESKS_SIZE,
		"all desks fit");
	for (size_t i = 0; i < desks->n; i++) {
		n += (size_t)snprintf(
			ret + n, LOGIN_DESKS_SIZE - n, "desk %s ", desks->items[i].name);
		for (size_t j = 0; j < PHONE_KEY_SIZE; j++)
			n += (size_t)snprintf(
				ret + n, LOGIN_DESKS_SIZE - n, "%02x", desks->items[i].key[j]);
		n += (size_t)snprintf(ret + n, LOGIN_DESKS_SIZE - n, "\n");
	}
	return n + (size_t)snprintf(ret + n, LOGIN_DESKS_SIZE - n, "checksum %08" PRIx32 "\n",
			   checksum((const uint8_t *)ret, n));
}

static bool take(const char **at, const char *word)
{
	size_t size = strlen(word);

	if (strncmp(*at, word, size) != 0)
		return false;
	*at += size;
	return true;
}

/* What stands before end, which is taken too. */
static bool take_until(const char **at, char end, char *ret, size_t size_max)
{
	size_t size = strcspn(*at, " \n");

	if ((*at)[size] != end || size == 0 || size >= size_max)
		return false;
	memcpy(ret, *at, size);
	ret[size] = '\0';
	*at += size + 1;
	return true;
}

static bool take_time(const char **at, int64_t *ret)
{
	int64_t number = 0;

	if (!is_digit(**at))
		return false;
	for (; is_digit(**at); (*at)++) {
		if (number > INT64_MAX / 10 - 1)
			return false;
		number = number * 10 + (**at - '0');
	}
	*ret = number;
	return take(at, "\n");
}

static bool take_key(const char **at, uint8_t ret[PHONE_KEY_SIZE])
{
	for (size_t i = 0; i < PHONE_KEY_SIZE; i++) {
		int high = hex_digit_value((*at)[0]);
		int low = high < 0 ? -1 : hex_digit_value((*at)[1]);

		if (low < 0)
			return false;
		ret[i] = (uint8_t)(high << 4 | low);
		*at += 2;
	}
	return take(at, "\n");
}

static bool take_all(const char *at, struct login_desks *ret)
{
	if (!take(&at, HEADING "\nsite ") || !take_until(&at, '\n', ret->site, sizeof(ret->site)) ||
		!take(&at, "terminal ") ||
		!take_until(&at, '\n', ret->terminal, sizeof(ret->terminal)) ||
		!take(&at, "until ") || !take_time(&at, &ret->until_s))
		return false;
	while (take(&at, "desk ")) {
		struct login_desk *desk = &ret->items[ret->n];

		if (ret->n == POLICY_DESKS_MAX ||
			!take_until(&at, ' ', desk->name, sizeof(desk->name)) ||
			!take_key(&at, desk->key))
			return false;
		ret->n++;
	}
	return true;
}

/* What would be written anew is the same, byte by byte: so the checksum and all that was passed
 * over. */
int login_desks_parse(const char *text, size_t size, struct login_desks *ret)
{
	char copy[LOGIN_DESKS_SIZE + 1], again[LOGIN_DESKS_SIZE];
	struct login_desks desks = {};
	int r = -EBADMSG;

	if (size > LOGIN_DESKS_SIZE || memchr(text, '\0', size))
		return -EBADMSG;
	memcpy(copy, text, size);
	copy[size] = '\0';
	if (take_all(copy, &desks) && login_desks_format(&desks, again) == size &&
		memcmp(again, text, size) == 0)
		r = 0;
	if (r == 0)
		*ret = desks;
	explicit_bzero(copy, sizeof(copy));
	explicit_bzero(again, sizeof(again));
	explicit_bzero(&desks, sizeof(desks));
	return r;
}
