#include "agent/cli_record_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/bus.h"
#include "agent/cli_bus.h"
#include "agent/cli_text.h"
#include "agent/descriptor.h"
#include "agent/record_files.h"
#include "policy/cleanup.h"

/* With the descriptor, unless it fails. */
static int add(struct cli_record_files *files, const char *name, int fd)
{
	struct cli_record_file *items =
		reallocarray(files->items, files->n + 1, sizeof(*files->items));
	const char *slash = strrchr(name, '/');
	char *copy;

	if (!items)
		return -ENOMEM;
	files->items = items;
	copy = strdup(name);
	if (!copy)
		return -ENOMEM;
	items[files->n++] = (struct cli_record_file){
		.name = copy,
		.number = record_file_number(slash ? slash + 1 : name),
		.fd = fd,
	};
	return 0;
}

void cli_record_files_clear(struct cli_record_files *files)
{
	for (size_t i = 0; i < files->n; i++) {
		free(files->items[i].name);
		cleanup_close(&files->items[i].fd);
	}
	free(files->items);
	*files = (struct cli_record_files){.items = NULL};
}

/* The descriptors belong to the message, so they are copied. */
static int read_files(sd_bus_message *reply, struct cli_record_files *files)
{
	const char *name;
	int theirs, r = sd_bus_message_enter_container(reply, 'a', "(sh)");

	if (r < 0)
		return r;
	while ((r = sd_bus_message_read(reply, "(sh)", &name, &theirs)) > 0) {
		CLEANUP(cleanup_close) int fd = fcntl(theirs, F_DUPFD_CLOEXEC, 3);

		if (fd < 0)
			return -errno;
		r = add(files, name, fd);
		if (r < 0)
			return r;
		(void)take_fd(&fd);
	}
	return r;
}

/* Those behind the last one, if there are more. */
static int ask_once(struct cli_record_files *files)
{
	CLEANUP(cli_bus_cleanup) sd_bus *bus = NULL;
	CLEANUP(cli_message_cleanup) sd_bus_message *call = NULL;
	CLEANUP(cli_message_cleanup) sd_bus_message *reply = NULL;
	uint64_t after = files->n > 0 ? files->items[files->n - 1].number : 0;
	int r = cli_bus_prepare("OpenRecords", &bus, &call);

	if (r < 0)
		return r;
	/* Fits always, but for memory: then the call fails as well. */
	(void)sd_bus_message_append(call, "t", after);
	r = cli_bus_call(bus, call, &reply);
	if (r < 0)
		return r;
	r = read_files(reply, files);
	/* An answer that goes back would never end. */
	if (r >= 0 && files->n > 0 && files->items[files->n - 1].number < after)
		r = -EBADMSG;
	if (r < 0)
		cli_tell_bad_answer(r);
	return r;
}

int cli_record_files_ask(struct cli_record_files *ret)
{
	CLEANUP(cli_record_files_clear) struct cli_record_files files = {.items = NULL};
	size_t before;
	int r;

	do {
		before = files.n;
		r = ask_once(&files);
	} while (r >= 0 && files.n > before);
	if (r < 0)
		return r;
	*ret = files;
	files = (struct cli_record_files){.items = NULL};
	return 0;
}

static int open_path(struct cli_record_files *files, const char *path)
{
	CLEANUP(cleanup_close) int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat facts;
	int r;

	if (fd < 0 || fstat(fd, &facts) < 0)
		return -errno;
	if (!S_ISREG(facts.st_mode))
		return S_ISDIR(facts.st_mode) ? -EISDIR : -EINVAL;
	r = add(files, path, fd);
	if (r == 0)
		(void)take_fd(&fd);
	return r;
}

static int compare_numbers(const void *left, const void *right)
{
	const struct cli_record_file *a = left, *b = right;

	return a->number < b->number ? -1 : a->number > b->number;
}

/* A shell puts records-10 before records-2. */
static void sort(struct cli_record_files *files)
{
	for (size_t i = 0; i < files->n; i++)
		if (files->items[i].number == 0) {
			for (size_t k = 0; k < files->n; k++)
				files->items[k].number = 0;
			return;
		}
	qsort(files->items, files->n, sizeof(*files->items), compare_numbers);
}

int cli_record_files_open(char **paths, size_t n_paths, struct cli_record_files *ret)
{
	CLEANUP(cli_record_files_clear) struct cli_record_files files = {.items = NULL};

	for (size_t i = 0; i < n_paths; i++) {
		int r = open_path(&files, paths[i]);

		if (r < 0) {
			fprintf(stderr, _("sekisho: %s cannot be read: %s\n"), paths[i],
				strerror(-r));
			return r;
		}
	}
	sort(&files);
	*ret = files;
	files = (struct cli_record_files){.items = NULL};
	return 0;
}
