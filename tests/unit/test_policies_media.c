/* The list of registered media on a terminal. */
#include <fcntl.h>
#include <openssl/sha.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/fixture.h"

#include "tests/unit/terminal.h"

static struct list three, four, forty;

static int setup(void **state)
{
	if (terminal_setup(state) < 0)
		return -1;
	three = make_list(&(struct wish){.serial = 7}, 1, 3);
	four = make_list(&(struct wish){.serial = 8}, 1, 4);
	forty = make_list(&(struct wish){.serial = 9}, 1, 40);
	return 0;
}

static size_t n_files(void)
{
	struct temporary folder = {
		.fd = openat(terminal.state->fd, "media", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
	size_t n = temporary_count(&folder);

	close(folder.fd);
	return n;
}

static void name_of(struct made shard, char ret[80])
{
	uint8_t sha256[SHA256_SIZE];

	assert_non_null(SHA256((const unsigned char *)shard.bytes, shard.size, sha256));
	snprintf(ret, 80, "media/");
	for (size_t i = 0; i < SHA256_SIZE; i++)
		snprintf(ret + 6 + 2 * i, 3, "%02x", sha256[i]);
}

static bool knows(unsigned medium)
{
	struct medium_identity identity = {.vendor = 0x0951, .product = 0x1666};

	snprintf(identity.serial, sizeof(identity.serial), "S%u", medium);
	return media_find(policies_media(terminal.policies, &terminal.clock), &identity);
}

/* --- taking one --- */

static void without_a_list_nothing_is_registered(void **state)
{
	assert_null(policies_media(terminal.policies, &terminal.clock));
	assert_null(policies_media_header(terminal.policies));
	assert_false(policies_is_media_lost(terminal.policies));
}

static void a_list_counts_at_once_and_after_a_start(void **state)
{
	struct policies_answer answer = offer_list(&three);

	assert_int_equal(answer.outcome, POLICIES_TAKEN);
	assert_int_equal(answer.serial, 7);
	assert_int_equal(n_registered(), 3);
	assert_true(knows(1));
	assert_false(knows(4));
	assert_int_equal(ratchet(DOCUMENT_MEDIA, 1).serial, 7);
	terminal_start_anew();
	assert_int_equal(n_registered(), 3);
	assert_true(knows(3));
	assert_int_equal(offer_list(&three).outcome, POLICIES_UNCHANGED);
}

static void the_next_list_takes_its_place_and_the_litter_goes(void **state)
{
	const struct media *old;

	take_list(&forty);
	assert_int_equal(n_files(), forty.n_shards);
	four = make_list(&(struct wish){.serial = 10}, 1, 4);
	old = policies_media(terminal.policies, &terminal.clock);
	take_list(&four);
	assert_int_equal(n_registered(), 4);
	assert_int_equal(n_files(), four.n_shards);
	/* The core goes on pointing to the old one until it is told. */
	assert_int_equal(media_count(old), 40);
}

/* One new stick moves two small files. */
static void shards_that_did_not_change_need_not_come(void **state)
{
	struct list moved = four;

	take_list(&three);
	moved.n_shards = 0;
	for (size_t i = 0; i < four.n_shards; i++) {
		bool is_old = false;

		for (size_t j = 0; j < three.n_shards; j++)
			is_old |= strcmp(four.texts[i].bytes, three.texts[j].bytes) == 0;
		if (!is_old)
			moved.shards[moved.n_shards++] = four.shards[i];
	}
	assert_int_equal(moved.n_shards, 1);
	take_list(&moved);
	terminal_start_anew();
	assert_int_equal(n_registered(), 4);
}

static void an_empty_list_registers_nothing(void **state)
{
	struct list none = {};
	struct edit no_03 = {"03 = BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n", ""};
	struct edit no_0f = {"0f = CAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n", ""};

	none.index = make(DOCUMENT_MEDIA,
		&(struct wish){.serial = 8, .edits = {{"media = 3", "media = 0"}, no_03, no_0f}});
	take_list(&three);
	take_list(&none);
	assert_int_equal(n_registered(), 0);
	assert_int_equal(n_files(), 0);
	terminal_start_anew();
	assert_non_null(policies_media_header(terminal.policies));
	assert_false(policies_is_media_lost(terminal.policies));
}

/* --- refusing one --- */

static void a_list_whose_shard_is_missing_is_refused(void **state)
{
	struct list cut = four;
	struct policies_answer answer;

	take_list(&three);
	cut.n_shards = 0;
	answer = offer_list(&cut);
	assert_refused(answer, "shard");
	assert_non_null(strstr(answer.detail, "media/"));
	assert_int_equal(n_registered(), 3);
	assert_int_equal(ratchet(DOCUMENT_MEDIA, 1).serial, 7);
	take_list(&four);
}

static void a_list_with_another_shard_is_refused(void **state)
{
	struct list wrong = three;
	char *text = strdup(three.texts[0].bytes);

	text[strlen(text) - 2] ^= 1;
	wrong.shards[0].bytes = text;
	assert_refused(offer_list(&wrong), "shard");
	assert_int_equal(n_registered(), 0);
	free(text);
	take_list(&three);
}

static void a_list_that_names_more_media_than_there_are_is_refused(void **state)
{
	struct list bad = three;
	const char *numbers = strstr(three.index.bytes, "media = 3");
	char *is = strndup(numbers, (size_t)(strstr(numbers, "-----BEGIN") - numbers));
	char *says = text_edited(is, "media = 3", "media = 9");
	struct policies_answer answer;

	bad.index = make(DOCUMENT_MEDIA,
		&(struct wish){.serial = 7, .edits = {{strstr(text_media, "media = 3"), says}}});
	answer = offer_list(&bad);
	assert_refused(answer, "shard");
	assert_non_null(strstr(answer.detail, "fewer media"));
	free(is);
	free(says);
}

static void a_list_is_judged_as_every_document(void **state)
{
	struct list list = three;

	take_list(&four);
	assert_refused(offer_list(&three), "serial");
	list.index = make(DOCUMENT_MEDIA, &(struct wish){.serial = 9, .keys = "suzuki"});
	assert_refused(offer_list(&list), "threshold");
	list.index = make(DOCUMENT_MEDIA, &(struct wish){.serial = 9, .epoch = 2});
	assert_refused(offer_list(&list), "epoch");
	list.index = make(DOCUMENT_POLICY, &(struct wish){.serial = 9});
	assert_refused(offer_list(&list), "namespace");
	list.index = make(DOCUMENT_MEDIA,
		&(struct wish){.serial = 9, .not_before = "2026-06-02T00:00:00+00:00"});
	assert_int_equal(offer_list(&list).outcome, POLICIES_NEXT);
	assert_int_equal(n_registered(), 4);
}

/* --- epochs --- */

/* A stick that a stolen key registered must not outlive the epoch that was to be its end. */
static void a_list_of_an_older_epoch_ends_with_the_policy_of_that_epoch(void **state)
{
	struct made policy_1 = make(DOCUMENT_POLICY, &(struct wish){.serial = 1, .epoch = 2});
	struct list anew = make_list(&(struct wish){.serial = 1, .epoch = 2}, 1, 2);

	apply_and_keep(make(DOCUMENT_POLICY, &(struct wish){}));
	take_list(&three);
	take(make(DOCUMENT_ROOT, &(struct wish){.serial = 2, .epoch = 2}));
	assert_int_equal(n_registered(), 3);
	take(policy_1);
	assert_int_equal(n_registered(), 0);
	assert_int_equal(policies_revert(terminal.policies), 0);
	assert_int_equal(n_registered(), 3);
	take_list(&anew);
	assert_int_equal(n_registered(), 2);
	terminal_start_anew();
	assert_int_equal(n_registered(), 2);
}

/* --- what is damaged or gone --- */

static void a_shard_that_is_damaged_loses_the_list_which_can_be_put_back(void **state)
{
	char name[80];

	take_list(&three);
	name_of(three.texts[0], name);
	damage(name);
	terminal_start_anew();
	assert_true(policies_is_media_lost(terminal.policies));
	assert_int_equal(n_registered(), 0);
	take_list(&three);
	assert_false(policies_is_media_lost(terminal.policies));
	terminal_start_anew();
	assert_int_equal(n_registered(), 3);
}

static void files_of_the_list_that_are_cut_or_gone_lose_it(void **state)
{
	char shard[80];
	const char *const names[] = {"media.ini", shard};

	name_of(three.texts[0], shard);
	for (size_t i = 0; i < 2 * COUNT(names); i++) {
		take_list(&three);
		if (i % 2)
			cut_in_half(names[i / 2]);
		else
			remove_file(names[i / 2]);
		terminal_start_anew();
		assert_true(policies_is_media_lost(terminal.policies));
		assert_null(policies_media(terminal.policies, &terminal.clock));
		assert_refused(offer_list(&(struct list){
				       .index = make(DOCUMENT_MEDIA, &(struct wish){.serial = 6})}),
			"serial");
	}
	take_list(&three);
}

static void only_the_list_that_is_lost_is_put_back(void **state)
{
	struct list other = make_list(&(struct wish){.serial = 7}, 1, 2);

	take_list(&three);
	remove_file("media.ini");
	terminal_start_anew();
	assert_refused(offer_list(&other), "serial");
	take_list(&three);
}

static void a_cut_between_the_list_and_the_ratchet_is_made_good(void **state)
{
	take_list(&three);
	remove_file("serials");
	terminal_start_anew();
	assert_int_equal(ratchet(DOCUMENT_MEDIA, 1).serial, 7);
	assert_int_equal(n_registered(), 3);
}

static void litter_among_the_shards_does_no_harm(void **state)
{
	take_list(&three);
	temporary_write(terminal.state, "media/half-a-shard", "x", 1);
	terminal_start_anew();
	assert_int_equal(n_registered(), 3);
	take_list(&four);
	assert_int_equal(n_files(), four.n_shards);
}

static void a_link_laid_out_for_us_is_not_written_through(void **state)
{
	char name[80];

	name_of(three.texts[0], name);
	assert_int_equal(mkdirat(terminal.state->fd, "media", 0700), 0);
	temporary_write(terminal.state, "victim", "mine", 4);
	assert_int_equal(symlinkat("../victim", terminal.state->fd, name), 0);
	take_list(&three);
	assert_file("victim", (struct made){.bytes = (char[]){"mine"}, .size = 4});
	terminal_start_anew();
	assert_int_equal(n_registered(), 3);
}

static void a_full_disk_leaves_the_old_list(void **state)
{
	struct policies_answer answer;

	take_list(&three);
	limit_file_size(50);
	answer = offer_list(&four);
	limit_file_size(SIZE_MAX);
	assert_refused(answer, "not-stored");
	assert_false(answer.is_known);
	assert_int_equal(n_registered(), 3);
	assert_int_equal(ratchet(DOCUMENT_MEDIA, 1).serial, 7);
	terminal_start_anew();
	assert_int_equal(n_registered(), 3);
	take_list(&four);
}

/* What the failure left behind has the right name and the wrong bytes. */
static void a_shard_that_was_written_by_halves_is_written_again(void **state)
{
	char name[80];

	name_of(three.texts[0], name);
	assert_int_equal(mkdirat(terminal.state->fd, "media", 0700), 0);
	temporary_write(terminal.state, name, three.texts[0].bytes, three.texts[0].size / 2);
	take_list(&three);
	assert_file(name, three.texts[0]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, terminal_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_a_list_nothing_is_registered),
		TEST(a_list_counts_at_once_and_after_a_start),
		TEST(the_next_list_takes_its_place_and_the_litter_goes),
		TEST(shards_that_did_not_change_need_not_come),
		TEST(an_empty_list_registers_nothing),
		TEST(a_list_whose_shard_is_missing_is_refused),
		TEST(a_list_with_another_shard_is_refused),
		TEST(a_list_that_names_more_media_than_there_are_is_refused),
		TEST(a_list_is_judged_as_every_document),
		TEST(a_list_of_an_older_epoch_ends_with_the_policy_of_that_epoch),
		TEST(a_shard_that_is_damaged_loses_the_list_which_can_be_put_back),
		TEST(files_of_the_list_that_are_cut_or_gone_lose_it),
		TEST(only_the_list_that_is_lost_is_put_back),
		TEST(a_cut_between_the_list_and_the_ratchet_is_made_good),
		TEST(litter_among_the_shards_does_no_harm),
		TEST(a_link_laid_out_for_us_is_not_written_through),
		TEST(a_full_disk_leaves_the_old_list),
		TEST(a_shard_that_was_written_by_halves_is_written_again),
	};

	return cmocka_run_group_tests_name("registered media", tests, NULL, NULL);
}
