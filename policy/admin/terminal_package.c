#include "policy/admin/terminal_package.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/deb_file.h"
#include "policy/admin/descriptor.h"
#include "policy/admin/options.h"
#include "policy/admin/ticket_file.h"
#include "policy/cleanup.h"
#include "policy/join_ticket.h"
#include "policy/sha256_text.h"
#include "policy/site_write.h"
#include "policy/verify.h"

#define CA_SIZE_MAX  (64 * 1024)
#define CA_MARK      "-----BEGIN CERTIFICATE-----"
#define TICKET_PLACE "usr/share/sekisho/join-ticket"
#define DATA_MAX     8
#define DATA_FOLDERS 5

struct options {
	const char *source, *ca, *pin, *proxy, *ticket, *folder, *root, *out;
};

/* What goes into it. */
struct package {
	struct site site;
	char *site_text;
	struct admin_file root, ca;
	char ticket[TICKET_TEXT_SIZE + 1]; /* with LF; empty: none */
	uint8_t root_sha256[SHA256_SIZE];
	int64_t now_s;
};

static const char postinst[] = "#!/bin/sh\n"
			       "set -e\n"
			       "if [ \"$1\" = configure ]; then\n"
			       "\tif [ -e /" TICKET_PLACE " ]; then\n"
			       "\t\tmv /" TICKET_PLACE " /etc/sekisho/join-ticket\n"
			       "\tfi\n"
			       "\tif [ -d /run/systemd/system ]; then\n"
			       "\t\tsystemctl try-restart sekishod.service || true\n"
			       "\tfi\n"
			       "fi\n";

static void print_help(void)
{
	printf("usage: sekisho-admin " TERMINAL_PACKAGE_USAGE "\n\n"
	       "Makes a Debian package with which PCs become terminals of a tier, without a visit: "
	       "the\n"
	       "first root, site.ini with the server, its CA, and a ticket. Each takes the name of "
	       "its\n"
	       "PC, and asks to join when sekisho-agent is there. Compare the SHA-256 of the root "
	       "with\n"
	       "paper once, here: whoever can change the package can change whom terminals trust, "
	       "so\n"
	       "hand it out as you do sekisho-agent itself.\n"
	       "  --source URL     the server: https://HOST; or file:// and a folder\n"
	       "  --ca FILE        the CA that its certificate is of\n"
	       "  --pin KEY        the SHA-256 of its key instead, or as well\n"
	       "  --proxy URL      the proxy before it\n"
	       "  --ticket FILE    made by \"terminal ticket --count N --out FILE\"; without one "
	       "terminals\n"
	       "                   take documents and do not ask to join\n"
	       "  --folder FOLDER  of the tier; this one if not given\n"
	       "  --root ROOT      the first root, if it is not root/1.ini there\n"
	       "Exit status: 0 made, 1 refused, 2 could not be tried.\n");
}

static int read_options(int argc, char **argv, struct options *ret)
{
	const struct admin_option table[] = {
		{"source", &ret->source, NULL},
		{"ca", &ret->ca, NULL},
		{"pin", &ret->pin, NULL},
		{"proxy", &ret->proxy, NULL},
		{"ticket", &ret->ticket, NULL},
		{"folder", &ret->folder, NULL},
		{"root", &ret->root, NULL},
	};
	int code = admin_read_options(argc, argv, table, sizeof(table) / sizeof(table[0]),
		TERMINAL_PACKAGE_USAGE, print_help);
	size_t length;

	if (code != EXIT_DONE)
		return code;
	if (argc - optind != 1)
		return admin_misused(TERMINAL_PACKAGE_USAGE, "where to? Say the file");
	ret->out = argv[optind];
	length = strlen(ret->out);
	if (length < 5 || strcmp(ret->out + length - 4, ".deb") != 0)
		return admin_misused(TERMINAL_PACKAGE_USAGE, "the file's name ends in .deb");
	if (!ret->source)
		return admin_misused(TERMINAL_PACKAGE_USAGE, "which server? Say --source");
	if (!ret->folder)
		ret->folder = ".";
	return admin_check_path(ret->out) < 0 ? EXIT_UNKNOWN : EXIT_DONE;
}

/* --- what goes into it --- */

static int take_site(
	const struct options *options, const struct join_tickets *place, struct package *package)
{
	CLEANUP(problems_clear) struct problems problems = {};
	struct site *site = &package->site;
	int r;

	*site = (struct site){.ring = SITE_RING_LAST};
	memcpy(site->site, place->site, sizeof(site->site));
	memcpy(site->tier, place->tier, sizeof(site->tier));
	/* What does not fit is too long for a line, too: site_write() says so of what is left. */
	snprintf(site->source, sizeof(site->source), "%s", options->source);
	snprintf(site->proxy, sizeof(site->proxy), "%s", options->proxy ? options->proxy : "");
	if (options->pin && strlen(options->pin) > SITE_PIN_LENGTH)
		return admin_misused(TERMINAL_PACKAGE_USAGE, "--pin needs 43 letters of base64");
	snprintf(site->pin, sizeof(site->pin), "%s", options->pin ? options->pin : "");
	r = site_write(site, &problems, &package->site_text);
	if (r == -ENOMEM)
		return admin_no_memory();
	admin_print_problems("site.ini", &problems);
	if (r == 0 && strcmp(site->source, options->source) != 0) {
		admin_complain("--source has at most %d letters", SITE_SOURCE_MAX);
		return EXIT_UNKNOWN;
	}
	return r < 0 ? EXIT_UNKNOWN : EXIT_DONE;
}

static int take_root(const struct options *options, const struct exemption_folder *folder,
	struct package *package, char **path)
{
	const struct verify_request request = {.site = package->site.site, .now_s = package->now_s};
	CLEANUP(problems_clear) struct problems problems = {};
	struct verification verification = {};
	struct root *root = NULL;
	int r;

	*path = options->root ? strdup(options->root) : admin_format("%s/root/1.ini", folder->site);
	if (!*path)
		return admin_no_memory();
	if (admin_read(*path, ROOT_SIZE_MAX, &package->root) < 0)
		return EXIT_UNKNOWN;
	r = verify_first_root(
		&request, package->root.bytes, package->root.size, &problems, &verification, &root);
	if (r < 0)
		return admin_no_memory();
	if (!root) {
		admin_complain("%s: %s", *path, verification.detail);
		return EXIT_NO;
	}
	root_free(root);
	memcpy(package->root_sha256, verification.text_sha256, SHA256_SIZE);
	return EXIT_DONE;
}

static int take_ca(const struct options *options, struct package *package)
{
	if (!options->ca) {
		if (site_source_kind(package->site.source) != SITE_SOURCE_HTTPS || options->pin)
			return EXIT_DONE;
		return admin_misused(TERMINAL_PACKAGE_USAGE,
			"which server is the right one? Say --ca, or --pin");
	}
	if (admin_read(options->ca, CA_SIZE_MAX, &package->ca) < 0)
		return EXIT_UNKNOWN;
	if (strstr(package->ca.bytes, CA_MARK))
		return EXIT_DONE;
	admin_complain("%s holds no certificate (PEM)", options->ca);
	return EXIT_NO;
}

/* One of this tier that still counts; else 300 PCs would ask in vain. */
static int take_ticket(
	const struct options *options, struct join_tickets *tickets, struct package *package)
{
	struct admin_file file = {0};
	struct join_ticket ticket;
	int r, code = EXIT_DONE;

	if (!options->ticket)
		return EXIT_DONE;
	if (admin_read(options->ticket, TICKET_FILE_MAX, &file) < 0)
		return EXIT_UNKNOWN;
	r = strlen(file.bytes) == file.size ? join_ticket_parse(file.bytes, &ticket) : -EINVAL;
	explicit_bzero(file.bytes, file.size);
	admin_file_free(&file);
	if (r < 0) {
		admin_complain("%s holds no ticket", options->ticket);
		return EXIT_NO;
	}
	if (ticket_standing(join_tickets_find(tickets, ticket.id), package->now_s) !=
		TICKET_COUNTS) {
		admin_complain("the ticket %s does not count here; \"terminal tickets\" says why",
			ticket.id);
		code = EXIT_NO;
	}
	join_ticket_format(&ticket, package->ticket);
	package->ticket[strlen(package->ticket)] = '\n'; /* zeros follow */
	explicit_bzero(&ticket, sizeof(ticket));
	return code;
}

/* --- the package --- */

static size_t list_data(const struct package *package, struct deb_member ret[])
{
	size_t n = 0;

	ret[n++] = (struct deb_member){.path = "./", .mode = 0755};
	ret[n++] = (struct deb_member){.path = "./etc/", .mode = 0755};
	ret[n++] = (struct deb_member){.path = "./etc/sekisho/", .mode = 0755};
	ret[n++] = (struct deb_member){
		"./etc/sekisho/root.ini", package->root.bytes, package->root.size, 0644};
	ret[n++] = (struct deb_member){
		"./etc/sekisho/site.ini", package->site_text, strlen(package->site_text), 0644};
	if (package->ca.bytes)
		ret[n++] = (struct deb_member){
			"./etc/sekisho/server-ca.pem", package->ca.bytes, package->ca.size, 0644};
	if (!package->ticket[0])
		return n;
	ret[n++] = (struct deb_member){.path = "./usr/", .mode = 0755};
	ret[n++] = (struct deb_member){.path = "./usr/share/", .mode = 0755};
	ret[n++] = (struct deb_member){.path = "./usr/share/sekisho/", .mode = 0755};
	ret[n++] = (struct deb_member){
		"./" TICKET_PLACE, package->ticket, strlen(package->ticket), 0600};
	return n;
}

static int make(const struct package *package, char **ret, size_t *ret_size)
{
	struct deb_member data[DATA_MAX + DATA_FOLDERS], control[4];
	size_t n_data = list_data(package, data);
	char version[32];
	struct tm now;
	time_t now_s = package->now_s;
	CLEANUP(cleanup_free) char *text = NULL;
	CLEANUP(cleanup_free)
	char *conffiles = admin_format("/etc/sekisho/root.ini\n/etc/sekisho/site.ini\n%s",
		package->ca.bytes ? "/etc/sekisho/server-ca.pem\n" : "");

	strftime(version, sizeof(version), "%Y%m%d.%H%M%S", gmtime_r(&now_s, &now));
	text = admin_format(
		"Package: sekisho-site-%s-%s\n"
		"Version: %s\n"
		"Architecture: all\n"
		"Maintainer: %s\n"
		"Depends: sekisho-agent\n"
		"Section: admin\n"
		"Priority: optional\n"
		"Description: terminals of %s, %s\n"
		" First root, server and ticket: what a PC needs to become one of them.\n",
		package->site.site, package->site.tier, version, package->site.site,
		package->site.site, package->site.tier);
	if (!text || !conffiles)
		return -ENOMEM;
	control[0] = (struct deb_member){.path = "./", .mode = 0755};
	control[1] = (struct deb_member){"./control", text, strlen(text), 0644};
	control[2] = (struct deb_member){"./conffiles", conffiles, strlen(conffiles), 0644};
	control[3] = (struct deb_member){"./postinst", postinst, strlen(postinst), 0755};
	return deb_file_make(control, 4, data, n_data, package->now_s, ret, ret_size);
}

/* With a ticket it is for its owner alone. */
static int write_out(const struct options *options, const struct package *package)
{
	CLEANUP(admin_close) int fd = -1;
	char *bytes = NULL;
	size_t size = 0;
	int r = make(package, &bytes, &size);

	if (r == 0) {
		fd = open(options->out, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
			package->ticket[0] ? 0600 : 0644);
		r = fd < 0 ? -errno : admin_write_whole(fd, bytes, size);
	}
	if (r == 0 && fsync(fd) < 0)
		r = -errno;
	if (bytes)
		explicit_bzero(bytes, size);
	free(bytes);
	if (r == 0)
		return EXIT_DONE;
	if (r == -EEXIST)
		admin_complain("%s is there already, and stays as it is", options->out);
	else
		admin_complain("%s cannot be written: %s", options->out, strerror(-r));
	if (fd >= 0)
		(void)unlink(options->out);
	return EXIT_UNKNOWN;
}

static int run(const struct options *options, struct package *package)
{
	CLEANUP(exemption_folders_clear) struct exemption_folders folders = {0};
	CLEANUP(ticket_file_close) struct ticket_file file = {.lock = -1};
	CLEANUP(cleanup_free) char *root_path = NULL;
	char groups[SHA256_GROUPS_SIZE];
	int code = ticket_folder_find(options->folder, &folders);

	if (code == EXIT_DONE)
		code = ticket_file_read(&folders.items[0], &file);
	if (code == EXIT_DONE)
		code = take_site(options, file.tickets, package);
	if (code == EXIT_DONE)
		code = take_root(options, &folders.items[0], package, &root_path);
	if (code == EXIT_DONE)
		code = take_ca(options, package);
	if (code == EXIT_DONE)
		code = take_ticket(options, file.tickets, package);
	if (code == EXIT_DONE)
		code = write_out(options, package);
	if (code != EXIT_DONE)
		return code;
	sha256_groups(package->root_sha256, groups);
	printf("%s: for terminals of %s (%s), from %s\n", options->out, package->site.tier,
		package->site.site, package->site.source);
	printf("root        SHA-256 %s\n            compare it with paper before you hand it out\n",
		groups);
	if (package->ticket[0])
		printf("ticket      %.10s is in it: keep it from whoever is not to join\n",
			package->ticket);
	return EXIT_DONE;
}

int admin_terminal_package(int argc, char **argv)
{
	struct package package = {0};
	struct options options = {0};
	int offset_minutes, code = read_options(argc, argv, &options);

	if (code != EXIT_DONE)
		return code == ADMIN_HELPED ? EXIT_DONE : code;
	package.now_s = admin_now(&offset_minutes);
	code = run(&options, &package);
	admin_file_free(&package.root);
	admin_file_free(&package.ca);
	free(package.site_text);
	explicit_bzero(&package, sizeof(package));
	return code;
}
