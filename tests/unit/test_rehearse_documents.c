/* The documents of a rehearsal: what is taken without a signature, and what is not. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/fixture.h"

#include "agent/rehearse_documents.h"
#include "tests/unit/terminal.h"

static struct temporary *folder;
static struct list list;
static char policy_path[96];

static int setup(void **state)
{
	struct made policy;

	if (terminal_setup(state) < 0)
		return -1;
	folder = terminal.state;
	policy = make(DOCUMENT_POLICY, &(struct wish){.serial = 42});
	list = make_list(&(struct wish){.serial = 7}, 1, 40);
	temporary_write(folder, "policy.ini", policy.bytes, policy.size);
	temporary_write(folder, "media.ini", list.index.bytes, list.index.size);
	snprintf(policy_path, sizeof(policy_path), "%.60s/policy.ini", folder->path);
	assert_int_equal(mkdirat(folder->fd, "media", 0700), 0);
	for (size_t i = 0; i < list.n_shards; i++) {
		char name[16];

		snprintf(name, sizeof(name), "media/%02x", list.shards[i].number);
		temporary_write(folder, name, list.shards[i].bytes, list.shards[i].size);
	}
	return 0;
}

/* What is told of mistakes is looked at by tests/usb. */
static int read_quietly(const char *media, struct rehearse_documents *ret)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC), kept = dup(STDERR_FILENO), r;

	assert_true(null >= 0 && kept >= 0);
	dup2(null, STDERR_FILENO);
	r = rehearse_documents_read(policy_path, media, ret);
	dup2(kept, STDERR_FILENO);
	close(null);
	close(kept);
	return r;
}

static int read_them(const char *media)
{
	struct rehearse_documents documents = {};
	int r = read_quietly(media, &documents);

	assert_true((r == 0) == (documents.policy != NULL));
	rehearse_documents_clear(&documents);
	return r;
}

static void edit_policy(const char *old, const char *new)
{
	size_t size;
	char *before = temporary_read(folder, "policy.ini", &size);
	char *after = text_edited(before, old, new);

	temporary_write(folder, "policy.ini", after, strlen(after));
	free(before);
	free(after);
}

static void a_policy_and_its_media_are_read(void **state)
{
	struct rehearse_documents documents = {};

	assert_int_equal(rehearse_documents_read(policy_path, folder->path, &documents), 0);
	assert_int_equal(documents.policy->header.serial, 42);
	assert_int_equal(documents.n_signatures, 2);
	assert_int_equal(media_count(documents.media), 40);
	rehearse_documents_clear(&documents);
	assert_null(documents.policy);
}

static void without_a_folder_no_medium_is_registered(void **state)
{
	struct rehearse_documents documents = {};

	assert_int_equal(rehearse_documents_read(policy_path, NULL, &documents), 0);
	assert_null(documents.media);
	rehearse_documents_clear(&documents);
}

static void an_edited_policy_is_as_good_as_a_signed_one(void **state)
{
	edit_policy("keyboard = allow", "keyboard = block");
	assert_int_equal(read_them(NULL), 0);
}

static void a_policy_with_a_mistake_is_none(void **state)
{
	edit_policy("keyboard = allow", "keyboard = perhaps");
	assert_int_equal(read_them(NULL), -EBADMSG);
	assert_int_equal(unlinkat(folder->fd, "policy.ini", 0), 0);
	assert_int_equal(read_them(NULL), -ENOENT);
	assert_int_equal(mkdirat(folder->fd, "policy.ini", 0700), 0);
	assert_int_equal(read_them(NULL), -EISDIR);
	assert_int_equal(unlinkat(folder->fd, "policy.ini", AT_REMOVEDIR), 0);
}

static void a_link_to_a_policy_is_followed(void **state)
{
	assert_int_equal(renameat(folder->fd, "policy.ini", folder->fd, "other.ini"), 0);
	assert_int_equal(symlinkat("other.ini", folder->fd, "policy.ini"), 0);
	assert_int_equal(read_them(NULL), 0);
}

/* A shard changed, gone, or of another list. */
static void media_count_only_as_a_whole(void **state)
{
	char name[16];

	assert_int_equal(read_them(folder->path), 0);
	snprintf(name, sizeof(name), "media/%02x", list.shards[0].number);
	temporary_write(folder, name, list.shards[1].bytes, list.shards[1].size);
	assert_int_equal(read_them(folder->path), -EBADMSG);
	assert_int_equal(unlinkat(folder->fd, name, 0), 0);
	assert_int_equal(read_them(folder->path), -ENOENT);
	temporary_write(folder, name, list.shards[0].bytes, list.shards[0].size);
	assert_int_equal(read_them(folder->path), 0);
	temporary_write(folder, "media.ini", "rubbish\n", 8);
	assert_int_equal(read_them(folder->path), -EBADMSG);
	assert_int_equal(read_them("/nowhere"), -ENOENT);
}

static void media_of_another_place_do_not_count(void **state)
{
	edit_policy("tier = my-number", "tier = lgwan");
	assert_int_equal(read_them(NULL), 0);
	assert_int_equal(read_them(folder->path), -EBADMSG);
	edit_policy("tier = lgwan", "tier = my-number");
	edit_policy("epoch = 1", "epoch = 2");
	assert_int_equal(read_them(folder->path), -EBADMSG);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, terminal_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_policy_and_its_media_are_read),
		TEST(without_a_folder_no_medium_is_registered),
		TEST(an_edited_policy_is_as_good_as_a_signed_one),
		TEST(a_policy_with_a_mistake_is_none),
		TEST(a_link_to_a_policy_is_followed),
		TEST(media_count_only_as_a_whole),
		TEST(media_of_another_place_do_not_count),
	};

	return cmocka_run_group_tests_name("rehearse documents", tests, NULL, NULL);
}
