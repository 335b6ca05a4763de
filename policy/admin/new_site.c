#include "policy/admin/new_site.h"

#include "policy/admin/document_write.h"
#include "policy/timestamp.h"

#define ROOT_LASTS_S (3 * 365 * (int64_t)DAY_S)

void new_site_write_validity(const struct new_site *site, FILE *to, int64_t lasts_s)
{
	document_write_time(to, "issued", site->now_s, site->offset_minutes);
	document_write_time(to, "not-before", site->now_s, site->offset_minutes);
	document_write_time(to, "not-after", site->now_s + lasts_s, site->offset_minutes);
}

/* A threshold of N is safe where N persons are left after any one key is gone. */
bool new_site_hangs_on_one_key(const struct new_site *site)
{
	if (site->n_persons > site->threshold)
		return false;
	for (unsigned i = 0; i < site->n_persons; i++)
		if (site->persons[i].n_keys == 1)
			return true;
	return false;
}

static void write_person(const struct new_person *person, FILE *to)
{
	fprintf(to, "\n[person %s]\n", person->id);
	for (unsigned i = 0; i < person->n_keys; i++)
		fprintf(to, "key-%u = %s\n", i + 1, person->keys[i]);
}

static void write_persons(const struct new_site *site, FILE *to)
{
	fprintf(to,
		"\n"
		"# The administrators and their keys, as \"ssh-keygen -l -f FILE.pub\" prints "
		"them.\n"
		"# A person may have up to eight: key-1 for every day, key-2 locked away for the\n"
		"# day on which the first is lost.");
	for (unsigned i = 0; i < site->n_persons; i++)
		write_person(&site->persons[i], to);
	if (site->fresh_key[0] != '\0')
		fprintf(to,
			"\n"
			"# No person: the key of the timer that says what is the newest. It may "
			"do\n"
			"# nothing else.\n"
			"[person " NEW_SITE_FRESH_ID "]\n"
			"key-1 = %s\n",
			site->fresh_key);
}

static void write_role(const struct new_site *site, const char *comment, const char *role, FILE *to)
{
	fprintf(to, "\n# %s\n[role %s]\npersons =", comment, role);
	for (unsigned i = 0; i < site->n_persons; i++)
		fprintf(to, " %s", site->persons[i].id);
	fprintf(to, "\nthreshold = %u\n", site->threshold);
}

void new_site_write_root(const struct new_site *site, const struct new_tier *tier, FILE *to)
{
	fprintf(to,
		"# Who the administrators are and what they may sign. Terminals trust this file\n"
		"# first; keep its SHA-256 on paper. It is never changed: \"sekisho-admin root\n"
		"# rotate\" makes the next one.\n"
		"[root]\n"
		"kind = root\n"
		"format = 1\n"
		"site = %s\n"
		"# A root speaks for all tiers.\n"
		"tier = all\n"
		"# The epoch rises only to make every document of before worthless.\n"
		"epoch = 1\n"
		"# The number of this root in the chain 1, 2, 3.\n"
		"serial = 1\n"
		"# When it was written, and from when to when it holds. Make the next one before\n"
		"# it ends.\n",
		site->site);
	new_site_write_validity(site, to, ROOT_LASTS_S);
	write_persons(site, to);
	fprintf(to,
		"\n"
		"# Who may sign what, and how many must. A threshold counts persons, not keys.");
	write_role(site, "Who makes the next root: the administrators themselves.", "root", to);
	write_role(site, "Who decides what terminals let in: policies and registered media.",
		"policy", to);
	if (site->fresh_key[0] != '\0')
		fprintf(to, "\n"
			    "# Who says every day what is the newest: a timer, never a person.\n"
			    "[role fresh]\n"
			    "persons = " NEW_SITE_FRESH_ID "\n"
			    "threshold = 1\n");
}

void new_site_write_site(const struct new_site *site, const struct new_tier *tier, FILE *to)
{
	fprintf(to,
		"# Which site and tier a terminal belongs to: becomes /etc/sekisho/site.ini\n"
		"# there. It is not signed.\n"
		"[site]\n"
		"site = %s\n"
		"tier = %s\n",
		site->site, tier->name);
}
