/*
 * A site with many terminals that joined and reported, for measuring what reads them: each has a
 * key of its own and signs its report, one in a hundred is silent, behind or in trouble.
 *
 * usage: make_fleet FOLDER N [OLDER]
 *
 * OLDER: so many names of older reports lie beside each. Nobody reads those, so they are the same
 * file.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "policy/cleanup.h"
#include "policy/report.h"
#include "policy/sshsig_write.h"
#include "policy/terminal_entry.h"
#include "policy/up_file.h"

static const char policy_text[] =
	"[policy]\nkind = policy\nformat = 1\nsite = tosu\ntier = my-number\n"
	"tier-name = マイナンバー利用事務系\nepoch = 1\nserial = 42\n"
	"issued = 2026-03-20T10:00:00+09:00\nnot-before = 2026-04-01T00:00:00+09:00\n"
	"not-after = 2027-04-30T23:59:59+09:00\nmode = enforce\n";

static const char *top;
static unsigned long n_older;

__attribute__((noreturn)) static void fail(const char *what)
{
	fprintf(stderr, "make_fleet: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void put(const char *folder, const char *name, const char *bytes, size_t size)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s/%s", top, folder, name);
	file = fopen(path, "we");
	if (!file || fwrite(bytes, 1, size, file) != size || fclose(file) != 0)
		fail(path);
}

static void make_folder(const char *folder)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", top, folder);
	if (mkdir(path, 0755) < 0 && errno != EEXIST)
		fail(path);
}

static void make_entry(
	unsigned number, const uint8_t public_key[ED25519_KEY_SIZE], struct terminal_entry *ret)
{
	uint8_t sha1[20];

	*ret = (struct terminal_entry){
		.state = TERMINAL_ACTIVE, .joined = 1790000000, .changed = 1790000000};
	snprintf(ret->terminal, sizeof(ret->terminal), "desk-%06u", number);
	snprintf(ret->machine, sizeof(ret->machine), "%016x", number);
	snprintf(ret->ticket, sizeof(ret->ticket), "T-7K3M9Q2X");
	if (ed25519_fingerprint(public_key, ret->key) < 0 ||
		EVP_Digest(public_key, ED25519_KEY_SIZE, sha1, NULL, EVP_sha1(), NULL) != 1)
		fail("key");
	for (size_t i = 0; i < sizeof(sha1); i++)
		snprintf(ret->certificate + 2 * i, 3, "%02x", sha1[i]);
}

static void fill_report(unsigned number, const struct terminal_entry *entry, struct report *ret)
{
	int64_t now = time(NULL);

	*ret = (struct report){
		.issued = now - (number % 100 == 1 ? 5 * 86400 : number % 3600),
		.number = 1000 + number % 50,
		.mode = REPORT_ENFORCE,
		.root = {true, 1, {1}},
		.policy = {true, number % 100 == 2 ? 41 : 42, {0}},
		.factor = number % 1000 == 3 ? REPORT_FACTOR_OFF : REPORT_FACTOR_ON,
		.since = now - (now + 9 * 3600) % 86400,
		.blocked = number % 20 == 0,
		.sequence = 5000 + number,
		.n_exemptions = number % 50 == 0,
		.n_open = number % 50 == 0,
		.n_problems = number % 200 == 4,
	};
	EVP_Digest(policy_text, strlen(policy_text), ret->policy.text_sha256, NULL, EVP_sha256(),
		NULL);
	memcpy(ret->site, "tosu", sizeof("tosu"));
	memcpy(ret->tier, "my-number", sizeof("my-number"));
	memcpy(ret->terminal, entry->terminal, sizeof(ret->terminal));
	memcpy(ret->agent, "0.1.0", sizeof("0.1.0"));
	memcpy(ret->boot, "6f1d3c1e-0b52-4c7e-9c55-0a4b7d1c2e3f", REPORT_BOOT_ID_SIZE);
	memcpy(ret->problems[0], "clock-behind", sizeof("clock-behind"));
	memcpy(ret->open[0].id, "E-7K3M9Q2X", sizeof("E-7K3M9Q2X"));
	memcpy(ret->open[0].user, "tanaka", sizeof("tanaka"));
	memcpy(ret->open[0].phase, "active", sizeof("active"));
	ret->open[0].until = now + 3600;
}

static void make_older(const char *folder, const char *newest, uint64_t number)
{
	char from[512], to[512];

	snprintf(from, sizeof(from), "%s/%s/%s", top, folder, newest);
	for (unsigned long i = 1; i <= n_older && i < number; i++) {
		snprintf(to, sizeof(to), "%s/%s/status-%012" PRIu64 "-%016lx.ini", top, folder,
			number - i, i);
		if (link(from, to) < 0)
			fail(to);
	}
}

static void make_report(const struct terminal_entry *entry, const struct report *report,
	const uint8_t private_key[ED25519_KEY_SIZE])
{
	CLEANUP(cleanup_free) char *text = NULL;
	struct problems problems = {0};
	char armour[SSHSIG_ARMOUR_SIZE], name[UP_NAME_SIZE], folder[64], file[REPORT_SIZE_MAX];
	int size;

	if (report_write(report, &problems, &text) < 0 ||
		sshsig_write(private_key, REPORT_NAMESPACE, text, strlen(text), armour) < 0)
		fail("report");
	size = snprintf(file, sizeof(file), "%s%s", text, armour);
	if (up_name_make(UP_STATUS, report->number, file, (size_t)size, name) < 0)
		fail("name");
	snprintf(folder, sizeof(folder), "site/up/%s", entry->certificate);
	make_folder(folder);
	put(folder, name, file, (size_t)size);
	make_older(folder, name, report->number);
}

static void make_terminal(unsigned number)
{
	CLEANUP(cleanup_free) char *text = NULL;
	uint8_t private_key[ED25519_KEY_SIZE], public_key[ED25519_KEY_SIZE];
	struct terminal_entry entry;
	struct report report;
	char folder[128];

	if (ed25519_make_key(private_key, public_key) < 0)
		fail("key");
	make_entry(number, public_key, &entry);
	if (terminal_entry_write(&entry, &text) < 0)
		fail("entry");
	snprintf(folder, sizeof(folder), "site/my-number/terminals/%s", entry.terminal);
	make_folder(folder);
	put(folder, "terminal.ini", text, strlen(text));
	fill_report(number, &entry, &report);
	make_report(&entry, &report, private_key);
}

int main(int argc, char **argv)
{
	unsigned long n = argc == 3 || argc == 4 ? strtoul(argv[2], NULL, 10) : 0;

	if (n == 0) {
		fprintf(stderr, "usage: make_fleet FOLDER N [OLDER]\n");
		return 2;
	}
	top = argv[1];
	n_older = argc == 4 ? strtoul(argv[3], NULL, 10) : 0;
	make_folder("");
	make_folder("site");
	make_folder("site/up");
	make_folder("site/my-number");
	make_folder("site/my-number/terminals");
	put("site/my-number", "policy.ini", policy_text, strlen(policy_text));
	for (unsigned i = 0; i < n; i++)
		make_terminal(i);
	return 0;
}
