/* Which terminals a token command is for: those that are named, or all below a folder. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct token_places {
	char **paths; /* of folders, or of terminal-key.ini */
	size_t n, room;
	bool is_everywhere; /* found below a folder: not each has what is looked for */
};

/* One more, as it was said. EXIT_DONE, or EXIT_UNKNOWN after complaining. */
int token_places_add(struct token_places *places, const char *path);

/*
 * All folders below folder that have a tokens.ini, in the order of their names: that of a site, of
 * a tier, or of its terminals. EXIT_DONE, or EXIT_UNKNOWN after complaining, also where there is
 * none.
 */
int token_places_find(struct token_places *places, const char *folder);

void token_places_clear(struct token_places *places);
