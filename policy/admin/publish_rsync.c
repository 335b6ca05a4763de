/*
 * Publishing by rsync(1): to another machine over ssh, or to its daemon. rsync compares by itself;
 * each call puts its files in place together at its end, so that what must be there before others
 * has a call of its own. All of them share one connection of ssh, so that a key is asked for once.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/publish_order.h"
#include "policy/admin/publish_process.h"
#include "policy/admin/publish_target.h"
#include "policy/admin/publish_write.h"
#include "policy/cleanup.h"

#define EXIT_PARTIAL  23 /* of rsync: some files were not there */
#define EXIT_VANISHED 24 /* the same, of one that was to be there */
#define WORDS_MAX     24
/* As sekisho-fetch sends them. */
#define UP_SIZE_MAX "64k"

/* The shell for rsync to reach another machine by; NULL where it is to use its own, or none. */
static char *shell_of(const struct publish_target *target)
{
	if (getenv("RSYNC_RSH") || target->kind != &publish_rsync ||
		strncmp(target->place, "rsync://", strlen("rsync://")) == 0)
		return NULL;
	return admin_format("--rsh=ssh -o ControlMaster=auto -o ControlPersist=5 -o "
			    "ControlPath=%s/ssh",
		target->scratch);
}

/* Runs it with options, which end in NULL, and with list for the one that reads a list. Its exit
 * status, or negative after complaining. */
static int rsync(struct publish_target *target, const char *const options[], const char *list,
	const char *from, const char *to, char **ret_output)
{
	const char *words[WORDS_MAX] = {"rsync"};
	CLEANUP(cleanup_free) char *shell = NULL;
	size_t n = 1;

	if (!from || !to) {
		(void)admin_no_memory();
		return -ENOMEM;
	}
	if (!publish_scratch(target))
		return -ENOENT;
	shell = shell_of(target);
	if (shell)
		words[n++] = shell;
	while (*options && n < WORDS_MAX - 4)
		words[n++] = *options++;
	words[n++] = "--";
	words[n++] = from;
	words[n] = to;
	return publish_process_run(words, list, list ? strlen(list) : 0, ret_output);
}

static int complain(const struct publish_target *target, int status)
{
	if (status > 0)
		admin_complain("rsync ended with %d: not all of %s could be reached or written",
			status, target->place);
	return EXIT_UNKNOWN;
}

/* Lines "FOLDERpolicy.ini", for free(). */
static char *join(const char *folder, const char *const names[], size_t n)
{
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		return NULL;
	for (size_t i = 0; i < n; i++)
		fprintf(to, "%s%s\n", folder, names[i]);
	if (fclose(to) == 0)
		return text;
	free(text);
	return NULL;
}

/* A folder of the scratch, with a slash behind it; for free(). */
static char *scratch_folder(struct publish_target *target, const char *name)
{
	const char *scratch = publish_scratch(target);

	return scratch ? admin_format("%s/%s/", scratch, name) : NULL;
}

/* Ours, as they lie below the folder that "--to" says; for free(). */
static char *place_of_ours(struct publish_target *target)
{
	const char *scratch = publish_scratch(target);

	return scratch ? admin_format("%s/here/%s/", scratch, target->below) : NULL;
}

static int fill_ours(struct publish_target *target, struct site_file *const files[], size_t n)
{
	CLEANUP(cleanup_free) char *folder = admin_format("here/%s", target->below);

	return folder ? publish_scratch_fill(target, folder, files, n) : admin_no_memory();
}

static char *join_files(const char *folder, struct site_file *const files[], size_t n)
{
	CLEANUP(cleanup_free) const char **names = calloc(n + 1, sizeof(*names));

	for (size_t i = 0; names && i < n; i++)
		names[i] = files[i]->name;
	return names ? join(folder, names, n) : NULL;
}

/* Brings what is another file than ours into folder, which ends in a slash. Asked of the folder
 * that must be there: before the first time there is nothing below it. */
static int bring(struct publish_target *target, const char *list, const char *folder)
{
	CLEANUP(cleanup_free) char *ours = admin_format("--compare-dest=%s/here", target->scratch);
	CLEANUP(cleanup_free) char *from = admin_format("%s/", target->base);
	CLEANUP(cleanup_free) char *output = NULL;
	const char *const options[] = {"--files-from=-", "--quiet", "--checksum", "--max-size=1m",
		"--ignore-missing-args", ours, NULL};
	int status = ours && list ? rsync(target, options, list, from, folder, &output) : -ENOMEM;

	return status == 0 || status == EXIT_PARTIAL || status == EXIT_VANISHED
		       ? EXIT_DONE
		       : complain(target, status);
}

static int read_there(struct publish_target *target, struct site_file *const files[], size_t n,
	struct publish_found ret[])
{
	CLEANUP(cleanup_free) char *below = admin_format("%s/", target->below);
	CLEANUP(cleanup_free) char *list = below ? join_files(below, files, n) : NULL;
	CLEANUP(cleanup_free) char *name = admin_format("there-%u", target->n_reads++);
	CLEANUP(cleanup_free) char *to = name ? scratch_folder(target, name) : NULL;
	CLEANUP(cleanup_free) char *place = to ? admin_format("%s%s", to, target->below) : NULL;
	struct publish_target local = {.place = place};
	int code = place ? fill_ours(target, files, n) : admin_no_memory();

	if (code == EXIT_DONE)
		code = bring(target, list, to);
	return code == EXIT_DONE ? publish_folder.read(&local, files, n, ret) : code;
}

/* Each name that rsync wrote stands in a line; folders end in a slash. */
static size_t count_files(const char *output)
{
	size_t n = 0;

	for (const char *line = output; *line;) {
		size_t length = strcspn(line, "\n");

		n += length > 0 && line[length - 1] != '/' &&
		     strncmp(line, "skipping ", strlen("skipping ")) != 0;
		line += length + (line[length] != '\0');
	}
	return n;
}

static int send_files(struct publish_target *target, struct site_file *const files[], size_t n,
	struct publish_result *ret)
{
	static const char *const options[] = {"--files-from=-", "--checksum", "--delay-updates",
		"--mkpath", "--chmod=D755,F644", "--out-format=%n", NULL};
	CLEANUP(cleanup_free) char *list = join_files("", files, n);
	CLEANUP(cleanup_free) char *from = place_of_ours(target);
	CLEANUP(cleanup_free) char *to = admin_format("%s/", target->place);
	CLEANUP(cleanup_free) char *output = NULL;
	int status = list ? rsync(target, options, list, from, to, &output) : -ENOMEM;

	if (status != 0)
		return complain(target, status);
	ret->n_written += count_files(output);
	return EXIT_DONE;
}

/* Of one call are files that do not rest on each other. */
static int step_of(const struct site_file *file)
{
	switch (publish_rank(file->name)) {
	case PUBLISH_NEVER:
	case PUBLISH_ROOT:
	case PUBLISH_SHARD: return 0;
	case PUBLISH_MEDIA:
	case PUBLISH_DESKS:
	case PUBLISH_TOKENS: return 1;
	case PUBLISH_POLICY: return 2;
	case PUBLISH_EXEMPTIONS: return 3;
	case PUBLISH_REVOCATIONS: return 4;
	case PUBLISH_FRESH: break;
	}
	return 5;
}

static int write_there(struct publish_target *target, struct site_file *const files[], size_t n,
	struct publish_result *ret)
{
	int code = EXIT_DONE;

	for (size_t from = 0, to; code == EXIT_DONE && from < n; from = to) {
		for (to = from + 1; to < n && step_of(files[to]) == step_of(files[from]); to++)
			;
		code = send_files(target, files + from, to - from, ret);
	}
	return code;
}

/* Rules under which rsync deletes these names, the folders of terminals with them, and no others;
 * for free(). */
static char *rules_for(char *const names[], size_t n)
{
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		return NULL;
	fprintf(to, "+ /media/\n+ /terminals/\n");
	for (size_t i = 0; i < n; i++) {
		if (publish_rank(names[i]) != PUBLISH_SHARD)
			fprintf(to, "+ /%.*s\n", (int)(strrchr(names[i], '/') + 1 - names[i]),
				names[i]);
		fprintf(to, "+ /%s\n", names[i]);
	}
	fprintf(to, "- *\n");
	if (fclose(to) == 0)
		return text;
	free(text);
	return NULL;
}

/* It deletes only in folders that it was sent, so both are made where nothing was in them. */
static int make_folders(const char *here)
{
	CLEANUP(cleanup_free) char *media = admin_format("%smedia/", here);
	CLEANUP(cleanup_free) char *terminals = admin_format("%sterminals/", here);
	int r = media && terminals ? publish_make_folders(media, NULL) : -ENOMEM;

	return r < 0 ? r : publish_make_folders(terminals, NULL);
}

static int remove_there(
	struct publish_target *target, char *const names[], size_t n, struct publish_result *ret)
{
	static const char *const options[] = {"--include-from=-", "--recursive", "--delete",
		"--existing", "--ignore-existing", "--out-format=%n", NULL};
	CLEANUP(cleanup_free) char *rules = rules_for(names, n);
	CLEANUP(cleanup_free) char *from = place_of_ours(target);
	CLEANUP(cleanup_free) char *to = admin_format("%s/", target->place);
	CLEANUP(cleanup_free) char *output = NULL;
	int status = rules && from && make_folders(from) == 0
			     ? rsync(target, options, rules, from, to, &output)
			     : -ENOMEM;

	if (status != 0)
		return complain(target, status);
	for (const char *at = output; (at = strstr(at, "deleting ")); at++)
		ret->n_removed += at[strcspn(at, "\n") - 1] != '/';
	return EXIT_DONE;
}

/* Whatever lies there was handed up by anybody: small regular files, and no name twice. */
int publish_collect_by_rsync(struct publish_target *target, const char *up)
{
	static const char *const options[] = {"--recursive", "--times", "--omit-dir-times",
		"--ignore-existing", "--max-size=" UP_SIZE_MAX, "--chmod=D775,F644",
		"--out-format=%n", NULL};
	CLEANUP(cleanup_free) char *from = admin_format("%s/up/", target->place);
	CLEANUP(cleanup_free) char *to = admin_format("%s/", up);
	CLEANUP(cleanup_free) char *output = NULL;
	int status = rsync(target, options, NULL, from, to, &output);

	if (status != 0)
		return complain(target, status);
	printf("collected: %zu files\n", count_files(output));
	return EXIT_DONE;
}

const struct publish_kind publish_rsync = {
	.read = read_there,
	.write = write_there,
	.remove = remove_there,
	.collect = publish_collect_by_rsync,
};
