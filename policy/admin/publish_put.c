/*
 * Publishing by PUT, to an object store or a server that takes it, by curl(1): one process reads
 * what is there, a second one writes, file by file in their order, and stops at the first that is
 * refused. Who may write is said in a file of curl's own, never by us.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/publish_order.h"
#include "policy/admin/publish_process.h"
#include "policy/admin/publish_target.h"
#include "policy/cleanup.h"

#define STATUS_OK        200
#define STATUS_NOT_FOUND 404
#define STATUS_LAST_GOOD 299
#define EXIT_REFUSED     22 /* of curl: a status of 400 or more */

/* Text for curl --config, which grows. */
struct script {
	FILE *to;
	char *text;
	size_t size;
};

static void script_clear(struct script *script)
{
	if (script->to)
		fclose(script->to);
	free(script->text);
}

/* What holds for every transfer; EXIT_DONE or EXIT_UNKNOWN after complaining. */
static int script_open(struct publish_target *target, const char *more, struct script *script)
{
	if (!publish_scratch(target))
		return EXIT_UNKNOWN;
	script->to = open_memstream(&script->text, &script->size);
	if (!script->to)
		return admin_no_memory();
	fprintf(script->to,
		"silent\nshow-error\ngloboff\nproto = \"=https\"\nconnect-timeout = 20\n"
		"speed-limit = 100\nspeed-time = 30\nfail-early\n"
		"write-out = \"%%{http_code}\\n\"\n%s",
		more);
	return EXIT_DONE;
}

/* A line "key = path", where path is folder/name. */
static void script_add(struct script *script, const char *key, const char *folder, const char *name)
{
	const char *const parts[] = {folder, "/", name};

	fprintf(script->to, "%s = \"", key);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		for (const char *at = parts[i]; *at; at++)
			fprintf(script->to, strchr("\"\\", *at) ? "\\%c" : "%c", *at);
	fprintf(script->to, "\"\n");
}

/* Each transfer prints its status in a line; curl's own exit status, or negative, after
 * complaining. */
static int script_run(struct publish_target *target, struct script *script, char **ret)
{
	const char *words[] = {"curl", "--disable", "--config", "-",
		target->curl_config ? "--config" : NULL, target->curl_config, NULL};
	int status;

	status = fclose(script->to);
	script->to = NULL;
	if (status != 0)
		return admin_no_memory();
	status = publish_process_run(words, script->text, script->size, ret);
	if (status > 0 && status != EXIT_REFUSED)
		admin_complain(
			"curl ended with %d: %s could not be reached", status, target->place);
	return status;
}

static long next_status(const char **at)
{
	char *end;
	long status = strtol(*at, &end, 10);

	*at = end;
	return status;
}

static int complain_refused(
	const struct publish_target *target, const char *name, const char *method, long status)
{
	admin_complain("%s/%s: the server answers %ld to %s%s", target->place, name, status, method,
		status == 401 || status == 403 || status == 405
			? ": who may write is said in a file for --curl-config"
			: "");
	return EXIT_UNKNOWN;
}

/* Where it was found, the file that curl wrote; an answer that is no document is written, too. */
static int take_answers(struct publish_target *target, const char *folder, const char *output,
	struct site_file *const files[], size_t n, struct publish_found ret[])
{
	CLEANUP(cleanup_free) char *place = strdup(folder);
	struct publish_target local = {.place = place};
	int code = place ? EXIT_DONE : admin_no_memory();

	for (size_t i = 0; code == EXIT_DONE && i < n; i++) {
		long status = next_status(&output);

		if (status == STATUS_OK)
			code = publish_folder.read(&local, files + i, 1, ret + i);
		else if (status != STATUS_NOT_FOUND)
			code = complain_refused(target, files[i]->name, "GET", status);
	}
	return code;
}

static int read_there(struct publish_target *target, struct site_file *const files[], size_t n,
	struct publish_found ret[])
{
	CLEANUP(cleanup_free) char *output = NULL;
	CLEANUP(cleanup_free) char *folder = NULL;
	CLEANUP(script_clear) struct script script = {0};
	int code = script_open(target, "create-dirs\nmax-filesize = 1048576\n", &script);

	if (code != EXIT_DONE)
		return code;
	folder = admin_format("%s/there-%u", target->scratch, target->n_reads++);
	if (!folder)
		return admin_no_memory();
	for (size_t i = 0; i < n; i++) {
		script_add(&script, "url", target->place, files[i]->name);
		script_add(&script, "output", folder, files[i]->name);
	}
	if (script_run(target, &script, &output) != 0)
		return EXIT_UNKNOWN;
	return take_answers(target, folder, output, files, n, ret);
}

static int check_answers(const struct publish_target *target, const char *output,
	const char *const names[], size_t n, const char *method)
{
	for (size_t i = 0; i < n; i++) {
		long status = next_status(&output);

		if (status < STATUS_OK || status > STATUS_LAST_GOOD)
			return complain_refused(target, names[i], method, status);
	}
	return EXIT_DONE;
}

static const char **names_of(struct site_file *const files[], size_t n)
{
	const char **names = calloc(n + 1, sizeof(*names));

	for (size_t i = 0; names && i < n; i++)
		names[i] = files[i]->name;
	return names;
}

static int put(struct publish_target *target, struct site_file *const files[], size_t n)
{
	CLEANUP(cleanup_free) const char **names = names_of(files, n);
	CLEANUP(cleanup_free) char *output = NULL;
	CLEANUP(cleanup_free) char *folder = NULL;
	CLEANUP(script_clear) struct script script = {0};
	int code = names ? publish_scratch_fill(target, "here", files, n) : admin_no_memory();

	if (code == EXIT_DONE)
		code = script_open(target, "fail\n", &script);
	if (code != EXIT_DONE)
		return code;
	folder = admin_format("%s/here", target->scratch);
	if (!folder)
		return admin_no_memory();
	for (size_t i = 0; i < n; i++) {
		script_add(&script, "url", target->place, names[i]);
		script_add(&script, "upload-file", folder, names[i]);
		fprintf(script.to, "output = \"/dev/null\"\n");
	}
	code = script_run(target, &script, &output);
	if (code != 0 && code != EXIT_REFUSED)
		return EXIT_UNKNOWN;
	return check_answers(target, output, names, n, "PUT");
}

static int write_there(struct publish_target *target, struct site_file *const files[], size_t n,
	struct publish_result *ret)
{
	int code = n > 0 ? put(target, files, n) : EXIT_DONE;

	if (code == EXIT_DONE)
		ret->n_written += n;
	return code;
}

static int delete_one(struct publish_target *target, const char *name, struct publish_result *ret)
{
	CLEANUP(cleanup_free) char *output = NULL;
	CLEANUP(script_clear) struct script script = {0};
	int code = script_open(target, "request = \"DELETE\"\noutput = \"/dev/null\"\n", &script);

	if (code != EXIT_DONE)
		return code;
	script_add(&script, "url", target->place, name);
	if (script_run(target, &script, &output) != 0)
		return EXIT_UNKNOWN;
	code = check_answers(target, output, &name, 1, "DELETE");
	ret->n_removed += code == EXIT_DONE;
	return code;
}

/* Only what answers is deleted: there is no list of what lies there. */
static int delete_found(struct publish_target *target, struct site_file *const files[], size_t n,
	struct publish_result *ret)
{
	CLEANUP(cleanup_free) struct publish_found *found = calloc(n, sizeof(*found));
	int code = found ? read_there(target, files, n, found) : admin_no_memory();

	for (size_t i = 0; found && i < n; i++) {
		if (code == EXIT_DONE && found[i].other.bytes)
			code = delete_one(target, files[i]->name, ret);
		publish_found_clear(&found[i]);
	}
	return code;
}

/* Nobody asks for each shard that there could be: one that no list names is of no use to anybody.
 */
static int remove_there(
	struct publish_target *target, char *const names[], size_t n, struct publish_result *ret)
{
	CLEANUP(cleanup_free) struct site_file *files = calloc(n + 1, sizeof(*files));
	CLEANUP(cleanup_free) struct site_file **wanted = calloc(n + 1, sizeof(*wanted));
	size_t n_wanted = 0;

	if (!files || !wanted)
		return admin_no_memory();
	for (size_t i = 0; i < n; i++) {
		files[i].name = names[i];
		if (publish_rank(names[i]) != PUBLISH_SHARD)
			wanted[n_wanted++] = &files[i];
	}
	return n_wanted > 0 ? delete_found(target, wanted, n_wanted, ret) : EXIT_DONE;
}

const struct publish_kind publish_put = {
	.read = read_there,
	.write = write_there,
	.remove = remove_there,
};
