#include "policy/admin/new_site.h"

#include "policy/timestamp.h"

#define DAY_S          86400
#define POLICY_LASTS_S (400 * (int64_t)DAY_S) /* a year and time to renew */
#define ROOT_LASTS_S   (3 * 365 * (int64_t)DAY_S)

static void write_time(const struct new_site *site, FILE *to, const char *key, int64_t time_s)
{
	char time[TIMESTAMP_SIZE];

	timestamp_format(time_s, site->offset_minutes, time);
	fprintf(to, "%s = %s\n", key, time);
}

static void write_validity(const struct new_site *site, FILE *to, int64_t lasts_s)
{
	write_time(site, to, "issued", site->now_s);
	write_time(site, to, "not-before", site->now_s);
	write_time(site, to, "not-after", site->now_s + lasts_s);
}

static void write_role(const struct new_site *site, FILE *to, const char *role)
{
	fprintf(to, "\n[role %s]\npersons =", role);
	for (unsigned i = 0; i < site->n_persons; i++)
		fprintf(to, " %s", site->persons[i].id);
	fprintf(to, "\nthreshold = %u\n", site->threshold);
}

void new_site_write_root(const struct new_site *site, FILE *to)
{
	fprintf(to,
		"# Who the administrators are and what they may sign.\n"
		"# Terminals trust this file first; keep its SHA-256 on paper.\n"
		"[root]\n"
		"kind = root\n"
		"format = 1\n"
		"site = %s\n"
		"tier = all\n"
		"epoch = 1\n"
		"serial = 1\n",
		site->site);
	write_validity(site, to, ROOT_LASTS_S);
	fprintf(to, "\n# Keys as \"ssh-keygen -l -f FILE.pub\" prints them, up to key-8.\n");
	for (unsigned i = 0; i < site->n_persons; i++)
		fprintf(to, "%s[person %s]\nkey-1 = %s\n", i > 0 ? "\n" : "", site->persons[i].id,
			site->persons[i].fingerprint);
	fprintf(to, "\n# A threshold counts persons, not keys.");
	write_role(site, to, "root");
	write_role(site, to, "policy");
}

void new_site_write_site(const struct new_site *site, FILE *to)
{
	fprintf(to,
		"# Which site and tier this terminal belongs to: /etc/sekisho/site.ini\n"
		"[site]\n"
		"site = %s\n"
		"tier = %s\n",
		site->site, site->tier);
}

void new_site_write_policy(const struct new_site *site, FILE *to)
{
	fprintf(to,
		"# What the terminals of one tier let in. After a change: raise serial, set\n"
		"# issued, and sign anew.\n"
		"[policy]\n"
		"kind = policy\n"
		"format = 1\n"
		"site = %s\n"
		"tier = %s\n",
		site->site, site->tier);
	if (site->tier_name[0] != '\0')
		fprintf(to, "tier-name = %s\n", site->tier_name);
	fprintf(to, "epoch = 1\nserial = 1\n");
	write_validity(site, to, POLICY_LASTS_S);
	fprintf(to, "mode = enforce\n"
		    "\n"
		    "# Device classes: allow or block. A class that is not named is blocked.\n"
		    "[media]\n"
		    "hub = allow\n"
		    "keyboard = allow\n"
		    "pointer = allow\n"
		    "card-reader = allow\n"
		    "printer = allow\n"
		    "audio = block\n"
		    "camera = block\n"
		    "usb-storage = block\n"
		    "phone = block\n"
		    "usb-network = block\n"
		    "wireless = block\n"
		    "bluetooth = block\n"
		    "serial = block\n"
		    "modem = block\n"
		    "sd-card = block\n"
		    "optical = block\n"
		    "floppy = block\n"
		    "nvme = block\n"
		    "sata-external = block\n"
		    "firewire = block\n"
		    "thunderbolt = block\n"
		    "vendor = block\n"
		    "unknown = block\n"
		    "\n"
		    "# One device by its number, as lsusb prints it. interfaces lists the classes\n"
		    "# that it opens: ff is \"vendor specific\", as this card reader has.\n"
		    "[device pasori-rc-s380]\n"
		    "id = 054c:06c3\n"
		    "interfaces = ff\n"
		    "access = allow\n");
}

static void write_signing(const struct new_site *site, FILE *to)
{
	fprintf(to,
		"2. Sign. %u of the administrators do this at their own desk, each with their own\n"
		"   key, and pass the two files on:\n"
		"       sekisho-admin sign --key ~/.ssh/id_ed25519 root.ini\n"
		"       sekisho-admin sign --key ~/.ssh/id_ed25519 policy.ini\n"
		"   KEY may be a file, a hardware key's file, or the .pub file of a key in "
		"ssh-agent.\n"
		"   After a change of the text, the first one to sign says --anew.\n"
		"\n"
		"3. See that terminals will believe them:\n"
		"       sekisho-admin verify root.ini\n"
		"       sekisho-admin verify policy.ini\n"
		"   Write the SHA-256 of root.ini on paper and keep it apart.\n"
		"\n",
		site->threshold);
}

void new_site_write_readme(const struct new_site *site, FILE *to)
{
	fprintf(to,
		"The first documents of the site %s, tier %s.\n"
		"\n"
		"root.ini    who the administrators are, and how many must sign\n"
		"policy.ini  what the terminals of this tier let in\n"
		"site.ini    tells a terminal its site and tier; it is not signed\n"
		"\n"
		"What to do next:\n"
		"\n"
		"1. Read root.ini and policy.ini, change what is not right, and check:\n"
		"       sekisho-admin policy lint root.ini policy.ini site.ini\n"
		"   See what a device would meet:\n"
		"       sekisho-admin explain --device 0951:1666:080650 policy.ini\n"
		"\n",
		site->site, site->tier);
	write_signing(site, to);
	fprintf(to, "4. On each terminal with sekisho-agent installed, as root:\n"
		    "       cp root.ini site.ini /etc/sekisho/\n"
		    "       systemctl restart sekishod\n"
		    "       sekisho update-from .     (the folder that holds policy.ini)\n"
		    "       sekisho status\n"
		    "\n"
		    "Later changes: raise serial in policy.ini, set issued, sign again with "
		    "--anew, and\n"
		    "bring the file to the terminals with \"sekisho update-from FOLDER\".\n"
		    "Another tier: a site.ini and a policy.ini of its own; root.ini is the same "
		    "for all.\n");
}
