#include "policy/admin/root_changes.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "policy/timestamp.h"

struct lines {
	const char *indent;
	size_t count, max;
	FILE *to; /* NULL: only count */
};

static void __attribute__((format(printf, 2, 3))) say(struct lines *lines, const char *format, ...)
{
	va_list arguments;

	if (++lines->count > lines->max || !lines->to)
		return;
	fputs(lines->indent, lines->to);
	va_start(arguments, format);
	vfprintf(lines->to, format, arguments);
	va_end(arguments);
	fputc('\n', lines->to);
}

/* The index of the person with that id, or -1. */
static int find_person(const struct root *root, const char *id)
{
	for (size_t i = 0; i < root->n_persons; i++)
		if (strcmp(root->persons[i].id, id) == 0)
			return (int)i;
	return -1;
}

static bool has_key(const struct person *person, const char *fingerprint)
{
	for (size_t i = 0; i < person->n_keys; i++)
		if (strcmp(person->keys[i], fingerprint) == 0)
			return true;
	return false;
}

static void compare_keys(const struct person *old, const struct person *new, struct lines *lines)
{
	for (size_t i = 0; i < old->n_keys; i++)
		if (!has_key(new, old->keys[i]))
			say(lines, "%s loses the key %s", new->id, old->keys[i]);
	for (size_t i = 0; i < new->n_keys; i++)
		if (!has_key(old, new->keys[i]))
			say(lines, "%s gets the key %s", new->id, new->keys[i]);
}

static bool has_account(const struct person *person, const char *account)
{
	for (size_t i = 0; i < person->n_accounts; i++)
		if (strcmp(person->accounts[i], account) == 0)
			return true;
	return false;
}

/* Whose account is not named may approve what he asks for himself. */
static void compare_accounts(
	const struct person *old, const struct person *new, struct lines *lines)
{
	for (size_t i = 0; old && i < old->n_accounts; i++)
		if (!has_account(new, old->accounts[i]))
			say(lines, "%s works no longer as %s at terminals", new->id,
				old->accounts[i]);
	for (size_t i = 0; i < new->n_accounts; i++)
		if (!old || !has_account(old, new->accounts[i]))
			say(lines, "%s works as %s at terminals", new->id, new->accounts[i]);
}

static void compare_persons(const struct root *old, const struct root *new, struct lines *lines)
{
	for (size_t i = 0; i < old->n_persons; i++)
		if (find_person(new, old->persons[i].id) < 0)
			say(lines, "%s goes, with all keys", old->persons[i].id);
	for (size_t i = 0; i < new->n_persons; i++) {
		const struct person *person = &new->persons[i];
		int before = find_person(old, person->id);

		if (before >= 0) {
			compare_keys(&old->persons[before], person, lines);
			compare_accounts(&old->persons[before], person, lines);
			continue;
		}
		say(lines, "%s comes, with %zu key%s: %s%s", person->id, person->n_keys,
			person->n_keys == 1 ? "" : "s", person->keys[0],
			person->n_keys == 1 ? "" : " ...");
		compare_accounts(NULL, person, lines);
	}
}

static bool has_person(const struct root *root, const struct role_grant *grant, const char *id)
{
	int person = find_person(root, id);

	return person >= 0 && (grant->persons & (UINT64_C(1) << person));
}

static const struct role_grant *find_grant(const struct root *root, const char *name)
{
	for (size_t i = 0; i < root->n_grants; i++)
		if (strcmp(root->grants[i].name, name) == 0)
			return &root->grants[i];
	return NULL;
}

static void compare_grant(const struct root *old, const struct role_grant *before,
	const struct root *new, const struct role_grant *after, struct lines *lines)
{
	for (size_t i = 0; i < new->n_persons; i++)
		if (has_person(new, after, new->persons[i].id) &&
			!has_person(old, before, new->persons[i].id))
			say(lines, "%s may sign for the role %s", new->persons[i].id, after->name);
	for (size_t i = 0; i < old->n_persons; i++)
		if (has_person(old, before, old->persons[i].id) &&
			!has_person(new, after, old->persons[i].id))
			say(lines, "%s may not sign for the role %s any more", old->persons[i].id,
				after->name);
	if (before->threshold != after->threshold)
		say(lines, "the role %s needs %u persons, not %u", after->name,
			(unsigned)after->threshold, (unsigned)before->threshold);
	if (before->role != after->role || before->n_tiers != after->n_tiers ||
		memcmp(before->tiers, after->tiers, sizeof(before->tiers)) != 0)
		say(lines, "the role %s is for other documents or tiers", after->name);
	if (before->needs_user_verification != after->needs_user_verification)
		say(lines, "the role %s %s", after->name,
			after->needs_user_verification
				? "asks hardware keys for a PIN or fingerprint now"
				: "does not ask for a PIN or fingerprint any more");
}

/* Who may do what nobody could before is not left to be looked up. */
static void say_new_grant(
	const struct root *root, const struct role_grant *grant, struct lines *lines)
{
	say(lines, "there is a role %s now, which needs %u of %u person%s", grant->name,
		(unsigned)grant->threshold, (unsigned)__builtin_popcountll(grant->persons),
		__builtin_popcountll(grant->persons) == 1 ? "" : "s");
	for (size_t i = 0; i < root->n_persons; i++)
		if (has_person(root, grant, root->persons[i].id))
			say(lines, "%s may sign for the role %s", root->persons[i].id, grant->name);
}

static void compare_grants(const struct root *old, const struct root *new, struct lines *lines)
{
	for (size_t i = 0; i < old->n_grants; i++)
		if (!find_grant(new, old->grants[i].name))
			say(lines, "there is no role %s any more", old->grants[i].name);
	for (size_t i = 0; i < new->n_grants; i++) {
		const struct role_grant *before = find_grant(old, new->grants[i].name);

		if (before)
			compare_grant(old, before, new, &new->grants[i], lines);
		else
			say_new_grant(new, &new->grants[i], lines);
	}
}

static void compare(const struct root *old, const struct root *new, struct lines *lines)
{
	char time[TIMESTAMP_SIZE];

	if (old->header.epoch != new->header.epoch)
		say(lines, "epoch %" PRIu32 ", not %" PRIu32 ": all documents must be signed anew",
			new->header.epoch, old->header.epoch);
	compare_persons(old, new, lines);
	compare_grants(old, new, lines);
	if (old->header.not_after != new->header.not_after) {
		timestamp_format(new->header.not_after, JAPAN_MINUTES, time);
		say(lines, "it ends on %s", time);
	}
}

size_t root_changes_print(const struct root *old, const struct root *new, const char *indent,
	size_t lines_max, FILE *to)
{
	struct lines count = {.indent = indent, .max = lines_max}, lines = count;

	compare(old, new, &count);
	lines.to = to;
	if (count.count > lines_max)
		lines.max = lines_max - 1;
	compare(old, new, &lines);
	if (count.count > lines_max)
		fprintf(to, "%sand %zu changes more\n", indent, count.count - lines.max);
	if (count.count == 0)
		fprintf(to, "%snothing but its number and dates\n", indent);
	return count.count;
}
