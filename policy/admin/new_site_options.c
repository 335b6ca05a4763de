#include "policy/admin/new_site_options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/public_key.h"
#include "policy/characters.h"
#include "policy/cleanup.h"
#include "policy/value.h"

/* Takes a word as documents have it. */
static int set_word(const char *what, const char *word, char *ret, size_t size)
{
	int code = admin_check_name(what, word, size - 1);

	if (code == EXIT_DONE)
		memcpy(ret, word, strlen(word) + 1);
	return code;
}

int new_site_set_site(struct new_site *site, const char *name)
{
	return set_word("site", name, site->site, sizeof(site->site));
}

/* Cuts "NAME=VALUE" in two; *ret_value is NULL without "=". The name is for free(). */
static char *cut(const char *text, const char **ret_value)
{
	const char *equals = strchr(text, '=');

	*ret_value = equals ? equals + 1 : NULL;
	return equals ? strndup(text, (size_t)(equals - text)) : strdup(text);
}

static int set_display(struct new_tier *tier, const char *text)
{
	char encoded[sizeof(tier->display)], decoded[sizeof(tier->display)];
	const char *why;
	size_t at;

	if (percent_encode(text, encoded, sizeof(encoded)) < 0 ||
		percent_decode(encoded, decoded, sizeof(decoded), &at, &why) < 0) {
		admin_complain("the tier's name is at most %zu bytes of visible UTF-8 text",
			sizeof(encoded) - 1);
		return EXIT_UNKNOWN;
	}
	memcpy(tier->display, encoded, sizeof(encoded));
	return EXIT_DONE;
}

int new_site_check_tier(const struct new_site *site, const char *name)
{
	char word[sizeof(site->tiers[0].name)];

	if (set_word("tier", name, word, sizeof(word)) != EXIT_DONE)
		return EXIT_UNKNOWN;
	if (strcmp(name, "root") == 0) {
		admin_complain("a tier cannot be called root: its folder would be the root's");
		return EXIT_UNKNOWN;
	}
	for (unsigned i = 0; i < site->n_tiers; i++)
		if (strcmp(site->tiers[i].name, name) == 0) {
			admin_complain("the tier %s was given already", name);
			return EXIT_UNKNOWN;
		}
	if (site->n_tiers == NEW_SITE_TIERS_MAX) {
		admin_complain("there are more than %d tiers", NEW_SITE_TIERS_MAX);
		return EXIT_UNKNOWN;
	}
	return EXIT_DONE;
}

int new_site_add_tier(struct new_site *site, const char *text)
{
	const char *display;
	CLEANUP(cleanup_free) char *name = cut(text, &display);
	struct new_tier tier = {0};

	if (!name || new_site_check_tier(site, name) != EXIT_DONE ||
		set_display(&tier, display ? display : new_site_display_of(name)) != EXIT_DONE)
		return EXIT_UNKNOWN;
	memcpy(tier.name, name, strlen(name) + 1);
	site->tiers[site->n_tiers++] = tier;
	return EXIT_DONE;
}

int new_site_set_threshold(struct new_site *site, const char *number)
{
	uint64_t threshold;

	if (number_parse(number, 1, PERSONS_MAX, &threshold) < 0) {
		admin_complain("a threshold is a number from 1 to %d", PERSONS_MAX);
		return EXIT_UNKNOWN;
	}
	site->threshold = (unsigned)threshold;
	return EXIT_DONE;
}

/* Whether somebody has the key already: the person, by their index, or -1. */
static int find_key(const struct new_site *site, const char *fingerprint)
{
	for (unsigned i = 0; i < site->n_persons; i++)
		for (unsigned k = 0; k < site->persons[i].n_keys; k++)
			if (strcmp(site->persons[i].keys[k], fingerprint) == 0)
				return (int)i;
	return -1;
}

static int find_person(const struct new_site *site, const char *id)
{
	for (unsigned i = 0; i < site->n_persons; i++)
		if (strcmp(site->persons[i].id, id) == 0)
			return (int)i;
	return -1;
}

/* Room for one more key: the person's, who may be new. NULL after complaining. */
static struct new_person *person_with_room(struct new_site *site, const char *id)
{
	int known = find_person(site, id);
	struct new_person *person;

	if (known >= 0) {
		person = &site->persons[known];
		if (person->n_keys < PERSON_KEYS_MAX)
			return person;
		admin_complain("%s has %d keys already", id, PERSON_KEYS_MAX);
		return NULL;
	}
	if (site->n_persons == PERSONS_MAX - 1) { /* one is left for the timer */
		admin_complain("there are more than %d persons", PERSONS_MAX - 1);
		return NULL;
	}
	person = &site->persons[site->n_persons++];
	memcpy(person->id, id, strlen(id) + 1);
	return person;
}

int new_site_check_person(const char *id)
{
	char word[PERSON_NAME_MAX + 1];

	if (set_word("person's name", id, word, sizeof(word)) != EXIT_DONE)
		return EXIT_UNKNOWN;
	if (strcmp(word, NEW_SITE_FRESH_ID) != 0)
		return EXIT_DONE;
	admin_complain("\"%s\" is the timer: give its key by --fresh-key", word);
	return EXIT_UNKNOWN;
}

static int add_key(struct new_site *site, const char *id, const char *path)
{
	char fingerprint[FINGERPRINT_LENGTH + 1];
	struct new_person *person;
	int holder;

	if (new_site_check_person(id) != EXIT_DONE ||
		public_key_file_fingerprint(path, fingerprint) != EXIT_DONE)
		return EXIT_UNKNOWN;
	holder = find_key(site, fingerprint);
	if (holder >= 0 || strcmp(site->fresh_key, fingerprint) == 0) {
		admin_complain("%s: the same key was given for %s already", path,
			holder >= 0 ? site->persons[holder].id : "the timer");
		return EXIT_UNKNOWN;
	}
	person = person_with_room(site, id);
	if (!person)
		return EXIT_UNKNOWN;
	memcpy(person->keys[person->n_keys++], fingerprint, sizeof(fingerprint));
	return EXIT_DONE;
}

int new_site_add_person(struct new_site *site, const char *text)
{
	const char *path;
	CLEANUP(cleanup_free) char *id = cut(text, &path);

	if (!id || !path || path[0] == '\0') {
		admin_complain("--person %s: the key file is missing; it needs ID=KEYFILE, such as "
			       "suzuki=suzuki.pub",
			text);
		return EXIT_UNKNOWN;
	}
	return add_key(site, id, path);
}

int new_site_set_fresh_key(struct new_site *site, const char *path)
{
	char fingerprint[FINGERPRINT_LENGTH + 1];

	if (public_key_file_fingerprint(path, fingerprint) != EXIT_DONE)
		return EXIT_UNKNOWN;
	if (find_key(site, fingerprint) >= 0) {
		admin_complain("%s: an administrator has this key; the timer needs one that may do "
			       "nothing else",
			path);
		return EXIT_UNKNOWN;
	}
	memcpy(site->fresh_key, fingerprint, sizeof(fingerprint));
	return EXIT_DONE;
}

int new_site_complete(struct new_site *site)
{
	if (site->site[0] == '\0')
		admin_complain("--site is missing");
	if (site->n_tiers == 0)
		admin_complain("--tier is missing: at least one network tier");
	if (site->n_persons == 0)
		admin_complain("--person is missing: at least one administrator");
	if (site->site[0] == '\0' || site->n_tiers == 0 || site->n_persons == 0)
		return EXIT_UNKNOWN;
	if (site->threshold == 0)
		site->threshold = site->n_persons >= 2 ? 2 : 1;
	if (site->threshold <= site->n_persons)
		return EXIT_DONE;
	admin_complain("a threshold of %u cannot be met by %u person%s", site->threshold,
		site->n_persons, site->n_persons == 1 ? "" : "s");
	return EXIT_UNKNOWN;
}
