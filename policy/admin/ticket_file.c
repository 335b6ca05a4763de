#include "policy/admin/ticket_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/file_lock.h"
#include "policy/admin/descriptor.h"
#include "policy/admin/parse.h"
#include "policy/admin/shared_folder.h"
#include "policy/cleanup.h"

int ticket_folder_find(const char *folder, struct exemption_folders *ret)
{
	int code = exemption_folders_find(folder, ret);

	if (code == EXIT_DONE && ret->n > 1) {
		admin_complain("%s holds several tiers: say --folder, of one tier", folder);
		return EXIT_UNKNOWN;
	}
	return code;
}

/* Of the policy, which somebody signed; what joins is compared with it. */
static int find_place(const struct exemption_folder *folder, struct join_tickets *ret)
{
	CLEANUP(cleanup_free) char *path = admin_format("%s/policy.ini", folder->tier);
	CLEANUP(admin_document_clear)
	struct admin_document document = {.kind = DOCUMENT_POLICY};

	if (!path)
		return admin_no_memory();
	if (admin_read_document(path, &document.file) < 0)
		return EXIT_UNKNOWN;
	if (!admin_parse_silently(&document)) {
		admin_complain("%s has mistakes, so that site and tier are not known; \"sekisho-"
			       "admin policy lint\" names them",
			path);
		return EXIT_NO;
	}
	memcpy(ret->site, document.policy->header.site, sizeof(ret->site));
	memcpy(ret->tier, document.policy->header.tier, sizeof(ret->tier));
	return EXIT_DONE;
}

/* Of the owner alone, or of those who share the folder and could put another file in its place. */
static int check_mode(const char *path)
{
	CLEANUP(admin_close) int descriptor = open(path, O_PATH | O_CLOEXEC);
	struct stat facts;

	if (descriptor < 0 || fstat(descriptor, &facts) < 0 || !(facts.st_mode & 077) ||
		(!(facts.st_mode & 07) && shared_folder_has(path, descriptor)))
		return EXIT_DONE;
	admin_complain("%s holds what lets terminals join, and others may read it: chmod 600 %s",
		path, path);
	return EXIT_NO;
}

static int parse(const char *path, const struct join_tickets *place, struct join_tickets **ret)
{
	CLEANUP(join_tickets_cleanup) struct join_tickets *tickets = NULL;
	CLEANUP(problems_clear) struct problems problems = {};
	struct admin_file file = {0};
	int r;

	if (admin_read(path, TICKETS_SIZE_MAX, &file) < 0)
		return EXIT_UNKNOWN;
	r = join_tickets_parse(file.bytes, file.size, &problems, &tickets);
	explicit_bzero(file.bytes, file.size);
	admin_file_free(&file);
	if (r == -ENOMEM)
		return admin_no_memory();
	if (r < 0) {
		admin_print_problems(path, &problems);
		return EXIT_NO;
	}
	if (strcmp(tickets->site, place->site) != 0 || strcmp(tickets->tier, place->tier) != 0) {
		admin_complain("%s is of the tier %s of %s, and policy.ini beside it of %s of %s",
			path, tickets->tier, tickets->site, place->tier, place->site);
		return EXIT_NO;
	}
	*ret = TAKE(tickets);
	return EXIT_DONE;
}

static int load(const struct exemption_folder *folder, struct ticket_file *ret)
{
	CLEANUP(join_tickets_cleanup) struct join_tickets *place = calloc(1, sizeof(*place));
	int code;

	if (!place)
		return admin_no_memory();
	code = find_place(folder, place);
	if (code != EXIT_DONE)
		return code;
	if (access(ret->path, F_OK) < 0 && errno == ENOENT) {
		ret->tickets = TAKE(place);
		return EXIT_DONE;
	}
	code = check_mode(ret->path);
	return code == EXIT_DONE ? parse(ret->path, place, &ret->tickets) : code;
}

static int begin(const struct exemption_folder *folder, struct ticket_file *ret)
{
	*ret = (struct ticket_file){
		.path = admin_format("%s/" TICKETS_FILE, folder->tier), .lock = -1};
	return ret->path ? EXIT_DONE : admin_no_memory();
}

int ticket_file_read(const struct exemption_folder *folder, struct ticket_file *ret)
{
	int code = begin(folder, ret);

	return code == EXIT_DONE ? load(folder, ret) : code;
}

int ticket_file_open(const struct exemption_folder *folder, struct ticket_file *ret)
{
	int code = begin(folder, ret);

	if (code == EXIT_DONE)
		code = file_lock(ret->path, &ret->lock);
	return code == EXIT_DONE ? load(folder, ret) : code;
}

/* For its owner alone from the first moment on, then for who shares the folder; what takes its
 * place keeps that. */
static int create(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0 && errno != EEXIST) {
		admin_complain("%s cannot be written: %s", path, strerror(errno));
		return EXIT_UNKNOWN;
	}
	if (fd >= 0 && shared_folder_has(path, fd))
		fchmod(fd, 0660);
	if (fd >= 0)
		close(fd);
	return EXIT_DONE;
}

int ticket_file_write(const struct ticket_file *file)
{
	char *text = NULL;
	int r = join_tickets_write(file->tickets, &text), code;

	if (r == -ENOMEM)
		return admin_no_memory();
	if (r < 0) {
		admin_complain("%s: what would be written cannot be read again", file->path);
		return EXIT_UNKNOWN;
	}
	code = create(file->path);
	if (code == EXIT_DONE && admin_replace(file->path, text, strlen(text)) < 0)
		code = EXIT_UNKNOWN;
	explicit_bzero(text, strlen(text));
	free(text);
	return code;
}

void ticket_file_close(struct ticket_file *file)
{
	file_unlock(&file->lock);
	join_tickets_free(file->tickets);
	free(file->path);
	*file = (struct ticket_file){.lock = -1};
}
