#include "policy/site_source.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "policy/characters.h"
#include "policy/value.h"

#define HOST_MAX        253 /* bytes of a name: RFC 1035 */
#define PORT_DIGITS_MAX 5
#define PORT_MAX        65535

static bool is_letter_or_digit(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Empty parts, "." and "..": a name that means itself only. */
static bool is_plain_path(const char *path)
{
	if (path[0] != '/' || path[1] == '\0')
		return false;
	while (*path) {
		size_t length = strcspn(path + 1, "/");

		if (length == 0 || (length == 1 && path[1] == '.') ||
			(length == 2 && path[1] == '.' && path[2] == '.'))
			return false;
		path += 1 + length;
	}
	return true;
}

/* What need not be encoded in a URL: RFC 3986, unreserved. */
static bool is_plain_url_path(const char *path)
{
	for (const char *at = path; *at; at++)
		if (!is_letter_or_digit(*at) && !strchr("-._~/", *at))
			return false;
	return is_plain_path(path);
}

/* What stands behind the prefix, or NULL. */
static const char *skip(const char *text, const char *prefix)
{
	size_t size = strlen(prefix);

	return strncmp(text, prefix, size) == 0 ? text + size : NULL;
}

/* Skips a name, an address or one in brackets. NULL: there is none. */
static const char *skip_host(const char *text)
{
	const char *at = text, *end;

	if (*at == '[') {
		at++;
		end = at + strspn(at, "0123456789abcdefABCDEF:.");
		return end > at + 1 && *end == ']' ? end + 1 : NULL;
	}
	if (!is_letter_or_digit(*at))
		return NULL;
	while (is_letter_or_digit(*at) || (*at == '.' && is_letter_or_digit(at[1])) || *at == '-')
		at++;
	return at - text <= HOST_MAX ? at : NULL;
}

/* Skips ":443" of 1 to 65535. NULL: there is none. */
static const char *skip_port(const char *text)
{
	char digits[PORT_DIGITS_MAX + 1] = "";
	size_t n = 0;
	uint64_t port;

	if (*text++ != ':')
		return NULL;
	while (is_digit(text[n])) {
		if (n == PORT_DIGITS_MAX)
			return NULL;
		digits[n] = text[n];
		n++;
	}
	return number_parse(digits, 1, PORT_MAX, &port) == 0 ? text + n : NULL;
}

static bool is_https(const char *source)
{
	const char *at = skip(source, "https://");

	at = at ? skip_host(at) : NULL;
	if (at && *at == ':')
		at = skip_port(at);
	return at && (*at == '\0' || is_plain_url_path(at));
}

const char *site_source_folder(const char *source)
{
	const char *path = skip(source, "file://");

	return path && is_plain_path(path) ? path : NULL;
}

enum site_source site_source_kind(const char *source)
{
	if (site_source_folder(source))
		return SITE_SOURCE_FOLDER;
	return is_https(source) ? SITE_SOURCE_HTTPS : SITE_SOURCE_NONE;
}

bool site_proxy_is_valid(const char *proxy)
{
	const char *at = skip(proxy, "http://");

	at = at ? skip_host(at) : NULL;
	at = at ? skip_port(at) : NULL;
	return at && *at == '\0';
}
