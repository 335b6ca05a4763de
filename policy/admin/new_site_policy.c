/* The sample policies: one for each of the three tiers that most bodies have, and the strict one
 * for every other name. Each line of them says why it is there. */
#include "policy/admin/new_site.h"

#include <string.h>

#include "policy/enforced.h"
#include "policy/timestamp.h"

#define POLICY_LASTS_S (400 * (int64_t)DAY_S) /* a year and time to renew */

struct sample {
	const char *part; /* of the tier's name */
	const char *display;
	const char *optical;
	const char *storage_comment;
	const char *registered_comment; /* empty: nothing is said of registered media */
};

static const struct sample samples[] = {
	{"number", "マイナンバー利用事務系", "block",
		"# Storage of every kind. On this tier no information may be taken out\n"
		"# (端末からの情報持ち出し不可設定), so nothing that holds files is let in.\n",
		""},
	{"lgwan", "LGWAN接続系", "read-only",
		"# Storage of every kind is refused, but CDs and DVDs, on which documents come,\n"
		"# are for reading only.\n",
		""},
	{"internet", "インターネット接続系", "read-only",
		"# Storage of every kind is refused, but for the registered media below. CDs and\n"
		"# DVDs are for reading only.\n",
		"# Media with a control-number sticker (管理番号) that stand in the signed list "
		"of\n"
		"# registered media are for reading only.\n"},
};

static const struct sample strict = {
	"", "", "block", "# Storage of every kind: nothing that holds files is let in.\n", ""};

static const struct sample *sample_of(const char *tier)
{
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++)
		if (strstr(tier, samples[i].part))
			return &samples[i];
	return &strict;
}

const char *new_site_display_of(const char *tier)
{
	return sample_of(tier)->display;
}

static void write_header(const struct new_site *site, const struct new_tier *tier, FILE *to)
{
	fprintf(to,
		"# What the terminals of one tier let in. After a change of any line:\n"
		"# \"sekisho-admin sign --raise\" raises the serial, and all sign anew.\n"
		"[policy]\n"
		"kind = policy\n"
		"format = 1\n"
		"# Whose terminals: both must be as in their site.ini.\n"
		"site = %s\n"
		"tier = %s\n",
		site->site, tier->name);
	if (tier->display[0] != '\0')
		fprintf(to, "# How people call the tier.\ntier-name = %s\n", tier->display);
	fprintf(to,
		"# The epoch of the root that names who may sign this.\n"
		"epoch = 1\n"
		"# Terminals never go back to a lower serial.\n"
		"serial = 1\n"
		"# When it was written, and from when to when it holds. After the end terminals\n"
		"# keep refusing what it refuses, but take nothing new.\n");
	new_site_write_validity(site, to, POLICY_LASTS_S);
	fprintf(to,
		"# \"enforce\" means it; \"rehearse\" only records, and needs a line \"until\".\n"
		"mode = enforce\n"
		"# How old the timer's word on what is newest may be, for what is allowed online\n"
		"# only; \"none\" where documents come by CD.\n"
		"max-age = %s\n",
		site->fresh_key[0] != '\0' ? "72h" : "none");
}

/* A sample promises nothing that this version does not do. */
static void write_read_only(const char *what, enum device_class device_class, FILE *to)
{
	if (!enforced_read_only(device_class))
		fprintf(to,
			"# Version " SEKISHO_VERSION
			" does not enforce read-only for %s yet: it blocks them.\n",
			what);
}

static void write_classes(const struct sample *sample, FILE *to)
{
	fprintf(to,
		"\n"
		"# What is let in, by class of device: allow, block, or read-only for storage. A\n"
		"# class that is not named is blocked.\n"
		"[media]\n"
		"# What people type and point with, and the hubs in between.\n"
		"hub = allow\n"
		"keyboard = allow\n"
		"pointer = allow\n"
		"# Readers for My Number cards and staff cards, and printers: the counter needs\n"
		"# them.\n"
		"card-reader = allow\n"
		"printer = allow\n"
		"%s",
		sample->storage_comment);
	if (strcmp(sample->optical, "read-only") == 0)
		write_read_only("CDs and DVDs", CLASS_OPTICAL, to);
	fprintf(to,
		"usb-storage = block\n"
		"sd-card = block\n"
		"optical = %s\n"
		"floppy = block\n"
		"nvme = block\n"
		"sata-external = block\n"
		"# Telephones hold files too, and can bring a network.\n"
		"phone = block\n"
		"# Second networks past the firewall.\n"
		"usb-network = block\n"
		"wireless = block\n"
		"bluetooth = block\n"
		"modem = block\n"
		"serial = block\n"
		"# Buses with a way into the memory.\n"
		"firewire = block\n"
		"thunderbolt = block\n"
		"# Headsets and cameras: allow them where meetings are held at the desk.\n"
		"audio = block\n"
		"camera = block\n"
		"# What does not say what it is. Open single ones by a [device] section.\n"
		"vendor = block\n"
		"unknown = block\n",
		sample->optical);
}

static void write_registered(const struct sample *sample, FILE *to)
{
	if (sample->registered_comment[0] == '\0')
		return;
	fprintf(to, "\n%s", sample->registered_comment);
	fprintf(to, "[medium]\nregistered = read-only\n");
}

/* As comments: before the root names approvers nobody could approve anything. */
static void write_exemption(FILE *to)
{
	fprintf(to,
		"\n"
		"# What may be approved for one person, terminal, medium and time, once the root\n"
		"# names approvers (\"root rotate --add-to-role approver=NAME\"): take the # "
		"away.\n"
		"# Version " SEKISHO_VERSION
		" cannot check for viruses: with scan = required nothing could be\n"
		"# approved.\n"
		"# [exemption]\n"
		"# longest = 8h\n"
		"# approvals-read-only = 1\n"
		"# approvals-read-write = 2\n"
		"# scan = off\n");
}

void new_site_write_policy(const struct new_site *site, const struct new_tier *tier, FILE *to)
{
	const struct sample *sample = sample_of(tier->name);

	write_header(site, tier, to);
	write_classes(sample, to);
	write_registered(sample, to);
	fprintf(to,
		"\n"
		"# One device by its number, as lsusb prints it. interfaces lists the classes of\n"
		"# interface that it opens: ff is \"vendor specific\", as this card reader has.\n"
		"[device pasori-rc-s380]\n"
		"id = 054c:06c3\n"
		"interfaces = ff\n"
		"access = allow\n");
	write_exemption(to);
}
