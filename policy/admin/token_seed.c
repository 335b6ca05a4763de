#include "policy/admin/token_seed.h"

#include <string.h>

#include "policy/characters.h"

static bool is_hex(const char *seed)
{
	size_t n = 0;

	while (hex_digit_value(seed[n]) >= 0)
		n++;
	return seed[n] == '\0' && n % 2 == 0;
}

static int base32_value(char c)
{
	if (c >= 'a' && c <= 'z')
		return c - 'a';
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

/* Of n symbols the last may hold bits that are none of a byte: they must be zero. */
bool token_seed_from_base32(const char *seed, uint8_t ret[CODE_SECRET_MAX], size_t *ret_size)
{
	unsigned held = 0, n_bits = 0;
	size_t n = strcspn(seed, "="), used = 0;

	if (seed[n] != '\0' && (strspn(seed + n, "=") != strlen(seed + n) || strlen(seed) % 8 != 0))
		return false;
	for (size_t i = 0; i < n; i++) {
		int value = base32_value(seed[i]);

		if (value < 0)
			return false;
		held = (held << 5 | (unsigned)value) & 0xfff;
		n_bits += 5;
		if (n_bits < 8)
			continue;
		if (used == CODE_SECRET_MAX)
			return false;
		n_bits -= 8;
		ret[used++] = (uint8_t)(held >> n_bits);
	}
	*ret_size = used;
	return n_bits < 5 && (held & ((1u << n_bits) - 1)) == 0;
}

bool token_seed_from_hex(const char *seed, uint8_t ret[CODE_SECRET_MAX], size_t *ret_size)
{
	size_t size = strlen(seed) / 2;

	if (!is_hex(seed) || size > CODE_SECRET_MAX)
		return false;
	for (size_t i = 0; i < size; i++)
		ret[i] = (uint8_t)(hex_digit_value(seed[2 * i]) << 4 |
				   hex_digit_value(seed[2 * i + 1]));
	*ret_size = size;
	return true;
}
