#include "tests/unit/document_signer.h"
#include "tests/unit/fixture.h"
#include "tests/unit/reader_rows.h"

#include <errno.h>

#include "policy/media_index.h"

#define DIGEST "BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

static const struct reader_row rows[] = {
	{"as it is", "[media]", "[media]", 0, NULL},
	{"another kind", "kind = media", "kind = fresh", 2, "media"},
	{"all tiers", "tier = my-number", "tier = all", 5, "the name of one tier"},
	{"no number of media", "media = 3\n", "", 10, "the key \"media\""},
	{"as many media as shards", "media = 3", "media = 2", 0, NULL},
	{"fewer media than shards", "media = 3", "media = 1", 11, "at least 2"},
	{"no media in two shards", "media = 3", "media = 0", 11, "at least 2"},
	{"a million media", "media = 3", "media = 1000000", 0, NULL},
	{"a medium more", "media = 3", "media = 1000001", 11, "a number from 0 to 1000000"},
	{"256 shards", "count = 16", "count = 256", 0, NULL},
	{"one shard, and others named", "count = 16", "count = 1", 14, "a shard from 00 to 00"},
	{"two shards", "count = 16", "count = 2", 13, "1, 16 or 256"},
	{"no shards", "count = 16", "count = 0", 13, "1, 16 or 256"},
	{"512 shards", "count = 16", "count = 512", 13, "1, 16 or 256"},
	{"sixteen in words", "count = 16", "count = 016", 13, "1, 16 or 256"},
	{"no count", "count = 16\n", "", 14, "the key \"count\""},
	{"the count behind the shards", "count = 16\n03 = " DIGEST, "03 = " DIGEST "\ncount = 16",
		0, NULL},
	{"the seventeenth shard of sixteen", "0f =", "10 =", 15, "a shard from 00 to 0f"},
	{"the last shard of 256", "count = 16\n03", "count = 256\nff", 0, NULL},
	{"a shard with one digit", "0f =", "f =", 15, "one of the keys count 00 to ff"},
	{"a shard with three digits", "0f =", "00f =", 15, "one of the keys count 00 to ff"},
	{"a shard in large letters", "0f =", "0F =", 15, ""},
	{"a shard that is no number", "0f =", "0g =", 15, "one of the keys count 00 to ff"},
	{"a shard whose first digit is none", "0f =", "gf =", 15, "one of the keys count 00 to ff"},
	{"a shard twice", "0f =", "03 =", 15, "each key once"},
	{"a short hash", "03 = BA", "03 = B", 14, "a SHA-256"},
	{"a hash with bits behind its end", "03 = " DIGEST,
		"03 = BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAC", 14, "a SHA-256"},
	{"no shards at all", "[shards]\ncount = 16\n03", "[other]\n03", 14, "a section [shards]"},
	{"the sections exchanged", "[media]", "[shards]", 1, "[media] above these keys"},
};

static void each_rule_of_a_media_index_is_checked(void **state)
{
	reader_check_rows(&media_index_reader, text_media, rows, COUNT(rows));
}

static void a_media_index_becomes_typed_values(void **state)
{
	struct media_index *index = reader_value(&media_index_reader, text_media);

	assert_int_equal(index->header.kind, DOCUMENT_MEDIA);
	assert_string_equal(index->header.tier, "my-number");
	assert_int_equal(index->n_media, 3);
	assert_int_equal(index->n_shards, 16);
	for (unsigned i = 0; i < MEDIA_SHARDS_MAX; i++)
		assert_int_equal(index->has_shard[i], i == 3 || i == 15);
	assert_int_equal(index->sha256[3][0], FIRST_BYTE('B'));
	assert_int_equal(index->sha256[15][0], FIRST_BYTE('C'));
	assert_int_equal(index->sha256[15][31], 0);
	media_index_free(index);
}

static void an_index_may_name_no_media(void **state)
{
	char *text = text_edited(text_media, "media = 3", "media = 0");
	struct problems problems = {0};
	struct media_index *index = NULL;

	*strstr(text, "03 = ") = '\0';
	index = reader_value(&media_index_reader, text);
	assert_int_equal(index->n_media, 0);
	media_index_free(index);
	index = NULL;
	memcpy(strstr(text, "media = 0"), "media = 1", 9);
	assert_int_equal(media_index_parse(text, strlen(text), &problems, &index), -EBADMSG);
	assert_true(has_problem(&problems, 11, "0, because no shard is named"));
	problems_clear(&problems);
	free(text);
}

/* The largest index that there can be goes out with the signatures of four persons. */
static void all_256_shards_fit(void **state)
{
	char *start = text_edited(text_media, "media = 3", "media = 1000000");
	char text[MEDIA_SIZE_MAX];
	struct media_index *index;
	size_t used;
	char *document;

	*strstr(start, "count = 16") = '\0';
	used = (size_t)snprintf(text, sizeof(text), "%scount = 256\n", start);
	for (unsigned i = 0; i < MEDIA_SHARDS_MAX; i++)
		used += (size_t)snprintf(
			text + used, sizeof(text) - used, "%02x = " DIGEST "\n", i);
	index = reader_value(&media_index_reader, text);
	for (unsigned i = 0; i < MEDIA_SHARDS_MAX; i++)
		assert_true(index->has_shard[i]);
	document = document_signed(text, "media@sekisho", "a-sk b-sk c-sk d-sk");
	assert_true(strlen(document) <= MEDIA_SIZE_MAX);
	media_index_free(index);
	free(document);
	free(start);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_of_a_media_index_is_checked),
		cmocka_unit_test(a_media_index_becomes_typed_values),
		cmocka_unit_test(an_index_may_name_no_media),
		cmocka_unit_test(all_256_shards_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
