#include "agent/terminal_name.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "agent/store.h"
#include "policy/characters.h"
#include "policy/cleanup.h"
#include "policy/value.h"

#define FILE_SIZE_MAX 1024

bool terminal_name_of_host(const char *host, char ret[TERMINAL_NAME_MAX + 1])
{
	char name[TERMINAL_NAME_MAX + 1] = "";
	size_t length = strcspn(host, ". \t\r\n");

	if (length > TERMINAL_NAME_MAX)
		return false;
	for (size_t i = 0; i < length; i++)
		name[i] = to_lower(host[i]);
	if (!word_is_valid(name) || strcmp(name, "localhost") == 0)
		return false;
	memcpy(ret, name, sizeof(name));
	return true;
}

void terminal_name_settle(const char *path, struct site *site)
{
	CLEANUP(cleanup_free) char *text = NULL;
	size_t size;

	if (!site->source[0] || site->terminal[0] ||
		store_read(AT_FDCWD, path, FILE_SIZE_MAX, &text, &size) < 0)
		return;
	(void)terminal_name_of_host(text, site->terminal);
}
