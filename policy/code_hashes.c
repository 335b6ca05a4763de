#include "policy/code_hashes.h"

#include <stdio.h>
#include <string.h>

#include "policy/characters.h"
#include "policy/schema.h"

static bool is_crypt_letter(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
	       c == '/';
}

static bool are_crypt_letters(const char *text, size_t min, size_t max)
{
	size_t n = 0;

	while (is_crypt_letter(text[n]))
		n++;
	return text[n] == '\0' && n >= min && n <= max;
}

bool code_salt_is_valid(const char *salt)
{
	/* "j", the binary logarithm of how many blocks, and of how many bytes each; crypt(5). */
	return strncmp(salt, "$y$j", 4) == 0 && salt[4] != '\0' && strchr("6789AB", salt[4]) &&
	       (salt[5] == '5' || salt[5] == 'T') && salt[6] == '$' &&
	       are_crypt_letters(salt + 7, 16, CODE_SALT_TEXT_MAX - 7);
}

bool code_hash_is_valid(const char *hash)
{
	const char *end = strrchr(hash, '$');
	char salt[CODE_SALT_TEXT_MAX + 1];
	size_t size = end ? (size_t)(end - hash) : 0;

	if (size == 0 || size >= sizeof(salt) ||
		!are_crypt_letters(end + 1, CODE_HASH_LETTERS, CODE_HASH_LETTERS))
		return false;
	memcpy(salt, hash, size);
	salt[size] = '\0';
	return code_salt_is_valid(salt);
}

static const struct ini_entry *find_numbered(
	const struct ini_section *section, const char *prefix, unsigned number)
{
	char key[32];

	snprintf(key, sizeof(key), "%s%u", prefix, number);
	return ini_section_find(section, key);
}

static const char *read_salt(
	const struct ini_section *section, const struct code_keys *keys, struct problems *problems)
{
	const struct ini_entry *salt = ini_section_find(section, keys->salt);
	unsigned line, column;

	if (!salt) {
		ini_section_end(section, &line, &column);
		problems_add_missing(problems, line, column, "the key \"%s\" beside \"%s1\"",
			keys->salt, keys->prefix);
		return NULL;
	}
	if (!salt->is_damaged && code_salt_is_valid(salt->value))
		return salt->value;
	if (!salt->is_damaged)
		value_problem(problems, salt, "a salt of yescrypt such as $y$j9T$ and 22 letters");
	return NULL;
}

void code_hashes_read(const struct ini_section *section, const struct code_keys *keys,
	struct problems *problems, char (*ret)[CODE_HASH_TEXT_SIZE], size_t *ret_n)
{
	const struct ini_entry *alone = ini_section_find(section, keys->salt);
	const char *salt = NULL;
	unsigned n = 0;

	for (unsigned i = 1; i <= keys->max; i++) {
		const struct ini_entry *entry = find_numbered(section, keys->prefix, i);

		if (!entry)
			continue;
		if (n == 0)
			salt = read_salt(section, keys, problems);
		if (++n != i)
			value_problem(problems, entry, "the key \"%s%u\" before this one",
				keys->prefix, n);
		if (entry->is_damaged)
			continue;
		if (!are_crypt_letters(entry->value, CODE_HASH_LETTERS, CODE_HASH_LETTERS))
			value_problem(problems, entry, "%d letters of ./0-9A-Za-z: a hash",
				CODE_HASH_LETTERS);
		else if (salt)
			snprintf(ret[i - 1], CODE_HASH_TEXT_SIZE, "%s$%s", salt, entry->value);
	}
	if (n == 0 && alone)
		value_problem(problems, alone, "the key \"%s1\" beside it", keys->prefix);
	*ret_n = n;
}
