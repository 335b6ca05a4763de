#include "tests/unit/policy_signer.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/fixture.h"

#define DOCUMENTS           "documents/policy.ini"
#define POLICIES_SIGNED_MAX 32

static const char *const signers[] = {"suzuki", "tanaka"};

static char folder[64];
static struct signed_policy kept[POLICIES_SIGNED_MAX];
static size_t n_kept;

static void write_file(const char *name, const char *bytes, size_t size)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), size);
	close(fd);
}

int policy_signer_setup(void **state)
{
	snprintf(folder, sizeof(folder), "/tmp/sekisho-signer-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	for (size_t i = 0; i < COUNT(signers); i++) {
		char name[96];
		struct fixture key;

		snprintf(name, sizeof(name), "documents/test-only-keys/test-only-%s", signers[i]);
		key = fixture_read(name);
		write_file(signers[i], key.bytes, key.size);
		free(key.bytes);
	}
	return 0;
}

static void remove_file(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	unlink(path);
}

int policy_signer_teardown(void **state)
{
	for (size_t i = 0; i < n_kept; i++)
		free(kept[i].bytes);
	n_kept = 0;
	for (size_t i = 0; i < COUNT(signers); i++)
		remove_file(signers[i]);
	remove_file("text");
	remove_file("text.sig");
	return rmdir(folder);
}

static void run_ssh_keygen(const char *signer)
{
	char key[128], text[128];
	const char *arguments[] = {
		"ssh-keygen", "-q", "-Y", "sign", "-n", "policy@sekisho", "-f", key, text, NULL};
	extern char **environ;
	pid_t child;
	int status;

	remove_file("text.sig");
	snprintf(key, sizeof(key), "%s/%s", folder, signer);
	snprintf(text, sizeof(text), "%s/text", folder);
	assert_int_equal(posix_spawnp(&child, arguments[0], NULL, NULL,
				 (char *const *)(uintptr_t)arguments, environ),
		0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void append_signature(struct signed_policy *policy)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/text.sig", folder);
	file = fopen(path, "re");
	assert_non_null(file);
	policy->bytes = realloc(policy->bytes, policy->size + 4096);
	assert_non_null(policy->bytes);
	policy->size += fread(policy->bytes + policy->size, 1, 4095, file);
	policy->bytes[policy->size] = '\0';
	fclose(file);
}

/* text, which is freed, with one place changed. */
static char *edited(char *text, const char *old, const char *new)
{
	char *after = text_edited(text, old, new);

	free(text);
	return after;
}

/* text, which is freed, with "key = VALUE" set to another value. */
static char *with_value(char *text, const char *key, const char *value)
{
	char old[128], new[128];
	const char *line = strstr(text, key);

	if (!value)
		return text;
	assert_non_null(line);
	snprintf(old, sizeof(old), "%.*s", (int)strcspn(line, "\n"), line);
	snprintf(new, sizeof(new), "%s = %s", key, value);
	return edited(text, old, new);
}

static char *text_of(const struct policy_wish *wish)
{
	struct fixture document = fixture_read(DOCUMENTS);
	char serial[16], *text = document.bytes;

	*strstr(text, "-----BEGIN SSH SIGNATURE-----") = '\0';
	snprintf(serial, sizeof(serial), "%u", wish->serial);
	text = with_value(text, "serial", wish->serial ? serial : NULL);
	text = with_value(text, "issued", wish->issued);
	text = with_value(text, "not-before", wish->not_before);
	text = with_value(text, "not-after", wish->not_after);
	return wish->old ? edited(text, wish->old, wish->new) : text;
}

struct signed_policy policy_signed(const struct policy_wish *wish)
{
	struct signed_policy policy = {.bytes = text_of(wish)};

	policy.size = strlen(policy.bytes);
	write_file("text", policy.bytes, policy.size);
	for (size_t i = 0; i < COUNT(signers); i++) {
		run_ssh_keygen(signers[i]);
		append_signature(&policy);
	}
	assert_true(n_kept < POLICIES_SIGNED_MAX);
	kept[n_kept++] = policy;
	return policy;
}
