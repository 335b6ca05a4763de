#include "policy/admin/new_site_options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/ssh_keygen.h"
#include "policy/characters.h"
#include "policy/cleanup.h"
#include "policy/value.h"

#define PUBLIC_KEY_SIZE_MAX (16 * 1024)
#define ANSWER_MAX          1024

/* Takes a word as documents have it. */
static int set_word(const char *what, const char *word, char *ret, size_t size)
{
	size_t length = strlen(word);
	bool is_right = length > 0 && length < size && word[0] != '-';

	for (size_t i = 0; i < length; i++)
		is_right = is_right && is_word_character(word[i]);
	if (!is_right || strcmp(word, TIER_OF_ALL) == 0) {
		admin_complain(
			"%s is 1 to %zu letters of a-z 0-9 - (not \"%s\")", what, size - 1, word);
		return EXIT_UNKNOWN;
	}
	memcpy(ret, word, length + 1);
	return EXIT_DONE;
}

int new_site_set_site(struct new_site *site, const char *name)
{
	return set_word("a site", name, site->site, sizeof(site->site));
}

int new_site_set_tier(struct new_site *site, const char *name)
{
	return set_word("a tier", name, site->tier, sizeof(site->tier));
}

int new_site_set_tier_name(struct new_site *site, const char *text)
{
	char encoded[sizeof(site->tier_name)], decoded[sizeof(site->tier_name)];
	const char *why;
	size_t at;

	if (percent_encode(text, encoded, sizeof(encoded)) < 0 ||
		percent_decode(encoded, decoded, sizeof(decoded), &at, &why) < 0) {
		admin_complain("the tier's name is at most %zu bytes of visible UTF-8 text",
			sizeof(encoded) - 1);
		return EXIT_UNKNOWN;
	}
	memcpy(site->tier_name, encoded, sizeof(encoded));
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

/* Whether the person or the key was given before. */
static const char *find_double(const struct new_site *site, const struct new_person *person)
{
	for (unsigned i = 0; i < site->n_persons; i++) {
		if (strcmp(site->persons[i].id, person->id) == 0)
			return "this person was given already";
		if (strcmp(site->persons[i].fingerprint, person->fingerprint) == 0)
			return "another person was given the same key";
	}
	return site->n_persons == PERSONS_MAX ? "there are too many persons" : NULL;
}

static int read_fingerprint(const char *path, char ret[FINGERPRINT_LENGTH + 1])
{
	CLEANUP(admin_file_free) struct admin_file file = {0};

	if (admin_read(path, PUBLIC_KEY_SIZE_MAX, &file) < 0)
		return EXIT_UNKNOWN;
	switch (public_key_fingerprint(file.bytes, ret)) {
	case 0: return EXIT_DONE;
	case -EOPNOTSUPP:
		admin_complain(
			"%s: terminals accept ed25519, ed25519-sk and ecdsa-sk keys; make one "
			"with \"ssh-keygen -t ed25519\"",
			path);
		return EXIT_UNKNOWN;
	default:
		admin_complain(
			"%s is no public key file; it should begin with \"ssh-ed25519 AAAA\"",
			path);
		return EXIT_UNKNOWN;
	}
}

static int add_person(struct new_site *site, const char *id, const char *path)
{
	struct new_person person = {0};
	const char *trouble;

	if (set_word("a person's name", id, person.id, sizeof(person.id)) != EXIT_DONE ||
		read_fingerprint(path, person.fingerprint) != EXIT_DONE)
		return EXIT_UNKNOWN;
	trouble = find_double(site, &person);
	if (trouble) {
		admin_complain("%s: %s", id, trouble);
		return EXIT_UNKNOWN;
	}
	site->persons[site->n_persons++] = person;
	return EXIT_DONE;
}

int new_site_add_person(struct new_site *site, const char *text)
{
	CLEANUP(cleanup_free) char *copy = strdup(text);
	char *equals = copy ? strchr(copy, '=') : NULL;

	if (!equals) {
		admin_complain("--person needs ID=KEYFILE, such as suzuki=suzuki.pub");
		return EXIT_UNKNOWN;
	}
	*equals = '\0';
	return add_person(site, copy, equals + 1);
}

/* Reads one line; false at the end of the input or for an empty line. */
static bool ask(const char *question, char answer[ANSWER_MAX])
{
	printf("%s: ", question);
	fflush(stdout);
	if (!fgets(answer, ANSWER_MAX, stdin))
		return false;
	answer[strcspn(answer, "\n")] = '\0';
	return answer[0] != '\0';
}

/* Asks until the answer is taken; an empty one gives up. */
static int ask_for(struct new_site *site, const char *question,
	int (*set)(struct new_site *site, const char *text))
{
	char answer[ANSWER_MAX];

	while (ask(question, answer))
		if (set(site, answer) == EXIT_DONE)
			return EXIT_DONE;
	return EXIT_UNKNOWN;
}

static void ask_for_persons(struct new_site *site)
{
	char id[ANSWER_MAX], path[ANSWER_MAX];

	while (ask("An administrator, such as suzuki (empty: no more)", id))
		if (ask("Their public key file", path))
			add_person(site, id, path);
}

static void ask_for_missing(struct new_site *site)
{
	if (site->site[0] == '\0')
		ask_for(site, "Name of the body (a-z 0-9 -), such as tosu", new_site_set_site);
	if (site->tier[0] == '\0') {
		ask_for(site, "Name of the network tier (a-z 0-9 -), such as my-number",
			new_site_set_tier);
		if (site->tier_name[0] == '\0')
			ask_for(site, "How people call the tier (may be empty)",
				new_site_set_tier_name);
	}
	if (site->n_persons == 0)
		ask_for_persons(site);
}

int new_site_complete(struct new_site *site)
{
	if (admin_is_interactive())
		ask_for_missing(site);
	if (site->site[0] == '\0')
		admin_complain("--site is missing");
	if (site->tier[0] == '\0')
		admin_complain("--tier is missing");
	if (site->n_persons == 0)
		admin_complain("--person is missing: at least one administrator");
	if (site->site[0] == '\0' || site->tier[0] == '\0' || site->n_persons == 0)
		return EXIT_UNKNOWN;
	if (site->threshold == 0)
		site->threshold = site->n_persons >= 2 ? 2 : 1;
	if (site->threshold <= site->n_persons)
		return EXIT_DONE;
	admin_complain("a threshold of %u cannot be met by %u person%s", site->threshold,
		site->n_persons, site->n_persons == 1 ? "" : "s");
	return EXIT_UNKNOWN;
}
