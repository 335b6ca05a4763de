#include "policy/login_name.h"

#include <stddef.h>
#include <string.h>

#include "policy/characters.h"

bool account_name_is_valid(const char *name)
{
	size_t size = strnlen(name, ACCOUNT_NAME_MAX + 1);

	if (size == 0 || size > ACCOUNT_NAME_MAX || is_digit(name[0]) || name[0] == '-')
		return false;
	for (size_t i = 0; i < size; i++)
		if (!is_word_character(name[i]) && name[i] != '_')
			return false;
	return true;
}

bool service_name_is_valid(const char *name)
{
	size_t size = strnlen(name, ACCOUNT_NAME_MAX + 1);

	if (size == 0 || size > ACCOUNT_NAME_MAX || !is_word_character(name[0]) || name[0] == '-')
		return false;
	for (size_t i = 0; i < size; i++)
		if (!is_word_character(name[i]) && name[i] != '_' && name[i] != '.')
			return false;
	return true;
}
