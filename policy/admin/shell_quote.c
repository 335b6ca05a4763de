#include "policy/admin/shell_quote.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_plain(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789._/+-";

	return name[0] != '\0' && name[strspn(name, letters)] == '\0';
}

/* What stands for a quote inside of quotes. */
static const char *inner_quote(enum shell shell)
{
	switch (shell) {
	case SHELL_POSIX: return "'\\''";
	case SHELL_POWERSHELL: return "''";
	case SHELL_CMD: break;
	}
	return "'";
}

char *shell_quote(enum shell shell, const char *name)
{
	const char *quote = shell == SHELL_CMD ? "\"" : "'";
	const char *front = name[0] == '-' ? "./" : "";
	char *text = NULL;
	size_t size = 0;
	FILE *to;

	if (is_plain(name))
		return asprintf(&text, "%s%s", front, name) < 0 ? NULL : text;
	to = open_memstream(&text, &size);
	if (!to)
		return NULL;
	fprintf(to, "%s%s", quote, front);
	for (; *name; name++)
		if (*name == '\'')
			fputs(inner_quote(shell), to);
		else
			fputc(*name, to);
	fputs(quote, to);
	if (fclose(to) == 0)
		return text;
	free(text);
	return NULL;
}
