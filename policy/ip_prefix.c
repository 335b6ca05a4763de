#include "policy/ip_prefix.h"

#include <stdint.h>
#include <string.h>

#include "policy/characters.h"

#define IPV4_SIZE 4
#define IPV6_SIZE 16

/* Reads a decimal number without leading zero, at most max. */
static bool read_number(const char **text, unsigned max, unsigned *ret)
{
	unsigned value = 0;
	const char *start = *text;

	while (is_digit(**text) && *text - start < 4)
		value = value * 10 + (unsigned)(*(*text)++ - '0');
	*ret = value;
	return *text > start && value <= max && (*start != '0' || *text - start == 1);
}

static bool read_ipv4(const char **text, uint8_t address[IPV4_SIZE])
{
	for (int i = 0; i < IPV4_SIZE; i++) {
		unsigned value;

		if (i > 0 && *(*text)++ != '.')
			return false;
		if (!read_number(text, 255, &value))
			return false;
		address[i] = (uint8_t)value;
	}
	return true;
}

/* Reads one group of one to four lower-case hexadecimal digits without leading zero. */
static bool read_group(const char **text, unsigned *ret)
{
	const char *start = *text;
	unsigned value = 0;

	while (is_lower_hex_digit(**text) && *text - start < 4)
		value = value << 4 | (unsigned)hex_digit_value(*(*text)++);
	*ret = value;
	return *text > start && (*start != '0' || *text - start == 1);
}

/* Reads groups up to the end of the address; *ret_gap is where "::" stood, or -1. */
static bool read_groups(const char **text, uint16_t groups[8], int *ret_n, int *ret_gap)
{
	int n = 0, gap = -1;
	unsigned value;

	if (strncmp(*text, "::", 2) == 0) {
		gap = 0;
		*text += 2;
	}
	while (is_lower_hex_digit(**text)) {
		if (n == 8 || !read_group(text, &value))
			return false;
		groups[n++] = (uint16_t)value;
		if (**text != ':')
			break;
		*text += 1;
		if (**text != ':') {
			if (!is_lower_hex_digit(**text))
				return false;
			continue;
		}
		if (gap >= 0)
			return false;
		gap = n;
		*text += 1;
	}
	*ret_n = n;
	*ret_gap = gap;
	return true;
}

static bool read_ipv6(const char **text, uint8_t address[IPV6_SIZE])
{
	uint16_t groups[8] = {0};
	int n, gap;

	if (!read_groups(text, groups, &n, &gap))
		return false;
	if (gap < 0 ? n != 8 : n > 7)
		return false;
	for (int i = 0; i < n; i++) {
		int at = gap >= 0 && i >= gap ? 8 - n + i : i;

		address[2 * at] = (uint8_t)(groups[i] >> 8);
		address[2 * at + 1] = (uint8_t)groups[i];
	}
	return true;
}

static bool is_zero_behind(const uint8_t *address, unsigned bits, unsigned prefix)
{
	for (unsigned i = prefix; i < bits; i++)
		if (address[i / 8] & (0x80u >> (i % 8)))
			return false;
	return true;
}

bool ip_prefix_is_valid(const char *text)
{
	uint8_t address[IPV6_SIZE] = {0};
	bool is_ipv6 = strchr(text, ':') != NULL;
	unsigned bits = is_ipv6 ? 8 * IPV6_SIZE : 8 * IPV4_SIZE, prefix = bits;

	if (is_ipv6 ? !read_ipv6(&text, address) : !read_ipv4(&text, address))
		return false;
	if (*text == '/') {
		text++;
		if (!read_number(&text, bits, &prefix))
			return false;
	}
	return *text == '\0' && is_zero_behind(address, bits, prefix);
}
