#include "agent/fetch_reply.h"

#include <stdio.h>
#include <string.h>

#include "policy/characters.h"
#include "policy/timestamp.h"
#include "policy/value.h"

#define SECONDS_DIGITS_MAX 9
#define SURE_S             2
#define DATE_LENGTH        29 /* "Sun, 06 Nov 1994 08:49:37 GMT": RFC 9110, 5.6.7, IMF-fixdate */

static bool is_named(const char *line, size_t size, const char *name)
{
	size_t length = strlen(name);

	if (size <= length || line[length] != ':')
		return false;
	for (size_t i = 0; i < length; i++)
		if (to_lower(line[i]) != name[i])
			return false;
	return true;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* What stands behind the colon, without the space round it. */
static const char *value_of(const char *line, size_t *size)
{
	const char *colon = memchr(line, ':', *size), *value = colon + 1;
	const char *end = line + *size;

	while (value < end && is_space(*value))
		value++;
	while (end > value && is_space(end[-1]))
		end--;
	*size = (size_t)(end - value);
	return value;
}

bool fetch_etag_is_valid(const char *text, size_t size)
{
	size_t at = size > 2 && text[0] == 'W' && text[1] == '/' ? 2 : 0;

	if (size > FETCH_ETAG_MAX || size < at + 2 || text[at] != '"' || text[size - 1] != '"')
		return false;
	for (at++; at < size - 1; at++)
		if (text[at] < 0x21 || text[at] > 0x7e || text[at] == '"')
			return false;
	return true;
}

static void take_etag(struct fetch_reply *reply, const char *value, size_t size)
{
	reply->etag[0] = '\0';
	if (!fetch_etag_is_valid(value, size))
		return;
	memcpy(reply->etag, value, size);
	reply->etag[size] = '\0';
}

static void take_retry_after(struct fetch_reply *reply, const char *value, size_t size)
{
	char digits[SECONDS_DIGITS_MAX + 1];
	uint64_t seconds;

	if (size == 0 || size > SECONDS_DIGITS_MAX)
		return;
	memcpy(digits, value, size);
	digits[size] = '\0';
	if (strlen(digits) == size && number_parse(digits, 0, UINT32_MAX, &seconds) == 0)
		reply->retry_after_s = (uint32_t)seconds;
}

/* 1 to 12 by its three letters; 0: it is none. */
static int month_of(const char *letters)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (int i = 0; i < 12; i++)
		if (memcmp(names + (size_t)3 * i, letters, 3) == 0)
			return i + 1;
	return 0;
}

static void take_date(const char *value, size_t size, int64_t *ret)
{
	char text[TIMESTAMP_SIZE];
	int month, n;

	if (size != DATE_LENGTH || memchr(value, '\0', size) ||
		memcmp(value + DATE_LENGTH - 4, " GMT", 4) != 0)
		return;
	month = month_of(value + 8);
	n = snprintf(text, sizeof(text), "%.4s-%02d-%.2sT%.8sZ", value + 12, month, value + 5,
		value + 17);
	if (month > 0 && n > 0 && (size_t)n < sizeof(text))
		(void)timestamp_parse(text, ret);
}

/* The one word that it may be, in letters of any case. */
static bool is_word(const char *value, size_t size, const char *word)
{
	if (size != strlen(word))
		return false;
	for (size_t i = 0; i < size; i++)
		if (to_lower(value[i]) != word[i])
			return false;
	return true;
}

bool fetch_reply_take(struct fetch_reply *reply, const char *line, size_t size)
{
	size_t before = reply->size, value_size = size;
	const char *value;

	if (size > FETCH_REPLY_HEADERS_MAX - before) {
		*reply = (struct fetch_reply){.size = FETCH_REPLY_HEADERS_MAX};
		return false;
	}
	if (size >= 5 && memcmp(line, "HTTP/", 5) == 0)
		*reply = (struct fetch_reply){};
	reply->size = before + size;
	if (!memchr(line, ':', size))
		return true;
	value = value_of(line, &value_size);
	if (is_named(line, size, "etag"))
		take_etag(reply, value, value_size);
	else if (is_named(line, size, "retry-after"))
		take_retry_after(reply, value, value_size);
	else if (is_named(line, size, "date"))
		take_date(value, value_size, &reply->date_s);
	else if (is_named(line, size, "last-modified"))
		take_date(value, value_size, &reply->modified_s);
	else if (is_named(line, size, "content-encoding"))
		reply->is_encoded |= !is_word(value, value_size, "identity");
	else if (is_named(line, size, "transfer-encoding"))
		reply->is_encoded |= !is_word(value, value_size, "chunked");
	return true;
}

const char *fetch_reply_etag(const struct fetch_reply *reply)
{
	int64_t age_s = reply->date_s - reply->modified_s;
	bool is_sure =
		reply->date_s == 0 || reply->modified_s == 0 || age_s >= SURE_S || age_s <= -SURE_S;

	return is_sure ? reply->etag : "";
}
