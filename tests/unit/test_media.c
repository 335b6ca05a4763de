/* The table of registered media: who is found, which shards are refused, and that a refused shard
 * leaves no trace. */
#include "tests/unit/fixture.h"

#include <errno.h>

#include "policy/media.h"
#include "policy/media_shard.h"
#include "tests/unit/media_builder.h"

#define HEAD \
	"[shard]\nkind = media-shard\nformat = 1\nsite = tosu\ntier = my-number\nshard = 00\n" \
	"[media]\n"

/* printf '0951:1666:001A92053B6A' | sha256sum */
static void the_identity_hash_is_of_ids_and_serial(void **state)
{
	static const uint8_t expected[SHA256_SIZE] = {0xa3, 0x87, 0xb7, 0x97, 0xe6, 0xc0, 0x81,
		0x81, 0xb6, 0xe8, 0x23, 0x15, 0xd5, 0x33, 0xe0, 0xcd, 0x63, 0x81, 0x2f, 0x29, 0x0c,
		0xe1, 0x06, 0x93, 0x0c, 0x33, 0xfc, 0xea, 0x9c, 0x2b, 0x59, 0x58};
	const struct medium medium = media_builder_medium("M-1 0951:1666 001A92053B6A");
	uint8_t sha256[SHA256_SIZE];

	assert_true(medium_identity_hash(&medium.identity, sha256));
	assert_memory_equal(sha256, expected, sizeof(expected));
}

static void the_first_bits_of_the_hash_name_the_shard(void **state)
{
	static const struct {
		uint8_t first;
		unsigned n_shards, shard;
	} shards[] = {{0x00, 256, 0}, {0x3f, 256, 0x3f}, {0xff, 256, 0xff}, {0x00, 16, 0},
		{0x3f, 16, 3}, {0x40, 16, 4}, {0xff, 16, 15}, {0x00, 1, 0}, {0xff, 1, 0}};

	for (size_t i = 0; i < COUNT(shards); i++) {
		const uint8_t sha256[SHA256_SIZE] = {shards[i].first, 0xff};

		assert_int_equal(media_shard_of(sha256, shards[i].n_shards), shards[i].shard);
	}
}

static void only_exactly_what_is_registered_is_found(void **state)
{
	static const struct {
		const char *medium, *number;
	} asked[] = {
		{"? 0951:1666 001A92053B6A", "M-1"},
		{"? 0951:1667 001A92053B6A", "M-1"},
		{"? 0951:1666 A B", "M-2"},
		{"? 0951:1668 001A92053B6A", NULL},
		{"? 0950:1666 001A92053B6A", NULL},
		{"? 1666:0951 001A92053B6A", NULL},
		{"? 0951:1666 001a92053b6a", NULL},
		{"? 0951:1666 001A92053B6", NULL},
		{"? 0951:1666 001A92053B6A0", NULL},
		{"? 0951:1666 A", NULL},
		{"? 0951:1666 A%20B", NULL},
		{"? 0951:1666 ", NULL},
	};
	const struct medium media[] = {media_builder_medium("M-1 0951:1666 001A92053B6A"),
		media_builder_medium("M-1 0951:1667 001A92053B6A"),
		media_builder_medium("M-2 0951:1666 A B")};
	static const unsigned counts[] = {1, 16, 256};

	for (size_t c = 0; c < 3; c++) {
		struct media_builder builder;
		struct media *table;

		media_builder_start(&builder, counts[c], media, 3);
		table = media_builder_load(&builder);
		assert_int_equal(media_count(table), 3);
		for (size_t i = 0; i < COUNT(asked); i++) {
			const struct medium one = media_builder_medium(asked[i].medium);
			const struct medium *found = media_find(table, &one.identity);

			if (!found != !asked[i].number)
				fail_msg("%s is %sfound", asked[i].medium, found ? "" : "not ");
			if (found)
				assert_string_equal(found->number, asked[i].number);
		}
		media_free(table);
		media_builder_clear(&builder);
	}
}

/* The table keeps media only up to the end of their serials. */
static void whoever_copies_a_medium_stays_inside_the_table(void **state)
{
	const struct medium media[] = {
		media_builder_medium("M-1 0951:1666 A"), media_builder_medium("M-2 0951:1666 B")};
	struct media_builder builder;
	struct media *table;

	media_builder_start(&builder, 1, media, 2);
	table = media_builder_load(&builder);
	for (size_t i = 0; i < 2; i++) {
		struct medium copy = *media_at(table, i);

		assert_string_equal(copy.number, media[i].number);
		assert_string_equal(copy.identity.serial, media[i].identity.serial);
	}
	media_free(table);
	media_builder_clear(&builder);
}

static void an_empty_table_knows_nothing(void **state)
{
	const struct medium medium = media_builder_medium("M-1 0951:1666 A");
	struct media *table;

	assert_int_equal(media_new(MEDIA_MAX + 1, &table), -ENOMEM);
	assert_int_equal(media_new(0, &table), 0);
	assert_null(media_find(table, &medium.identity));
	assert_null(media_at(table, 0));
	assert_int_equal(media_count(table), 0);
	media_free(table);
	media_free(NULL);
}

/* Enough that every slot has neighbours. */
static void many_media_are_all_found_and_others_are_not(void **state)
{
	enum { MANY = 20000 };
	static struct medium media[MANY];
	struct media_builder builder;
	struct media *table;

	for (unsigned i = 0; i < MANY; i++) {
		snprintf(media[i].number, sizeof(media[i].number), "M-%u", i);
		media[i].identity.vendor = (uint16_t)(i % 7);
		media[i].identity.product = (uint16_t)(i % 11);
		snprintf(media[i].identity.serial, sizeof(media[i].identity.serial), "%u", i);
	}
	media_builder_start(&builder, 256, media, MANY);
	table = media_builder_load(&builder);
	assert_int_equal(media_count(table), MANY);
	for (unsigned i = 0; i < MANY; i++) {
		struct medium_identity other = media[i].identity;
		const struct medium *found = media_find(table, &other);

		assert_non_null(found);
		assert_string_equal(found->number, media[i].number);
		other.product += 100;
		assert_null(media_find(table, &other));
	}
	assert_non_null(media_at(table, MANY - 1));
	assert_null(media_at(table, MANY));
	media_free(table);
	media_builder_clear(&builder);
}

static const struct refused_row {
	const char *name, *bytes; /* of the only shard */
	const char *problem;
} refused_rows[] = {
	{"one identity twice in a shard", HEAD "1 = M-1 0951:1666 A\n2 = M-2 0951:1666 A\n",
		"9:1 each identity once; M-1 has this one already"},
	{"one medium twice in a shard", HEAD "1 = M-1 0951:1666 A\n2 = M-1 0951:1666 A\n",
		"9:1 each identity once; M-1 has this one already"},
	{"another site",
		"[shard]\nkind = media-shard\nformat = 1\nsite = saga\ntier = my-number\n"
		"shard = 00\n[media]\n1 = M-1 0951:1666 A\n",
		"0:0 the site of the index, tosu"},
	{"another tier",
		"[shard]\nkind = media-shard\nformat = 1\nsite = tosu\ntier = lgwan\n"
		"shard = 00\n[media]\n1 = M-1 0951:1666 A\n",
		"0:0 the tier of the index, my-number"},
	{"the text of another shard",
		"[shard]\nkind = media-shard\nformat = 1\nsite = tosu\ntier = my-number\n"
		"shard = 01\n[media]\n1 = M-1 0951:1666 A\n",
		"0:0 shard = 00, as the index names it, not 01"},
	{"a text that is not canonical", HEAD "1 = M-1  0951:1666 A\n", "8:5 a number"},
};

static void a_shard_with_a_mistake_adds_nothing(void **state)
{
	const struct medium first = media_builder_medium("M-1 0951:1666 A");
	struct media_builder builder;

	media_builder_start(&builder, 1, &first, 1);
	builder.index.n_media = 9;
	for (size_t i = 0; i < COUNT(refused_rows); i++) {
		const struct refused_row *row = &refused_rows[i];
		struct problems problems = {0};
		char found[PROBLEM_TEXT_MAX + 32];
		struct media *table;
		int r;

		assert_int_equal(media_new(9, &table), 0);
		media_builder_replace(&builder, 0, row->bytes, strlen(row->bytes));
		r = media_builder_add(&builder, 0, table, &problems);
		first_problem(&problems, found);
		if (r != -EBADMSG || strncmp(found, row->problem, strlen(row->problem)) != 0)
			fail_msg(
				"%s\n     found %s\n  expected %s", row->name, found, row->problem);
		assert_int_equal(media_count(table), 0);
		assert_null(media_find(table, &first.identity));
		problems_clear(&problems);
		media_free(table);
	}
	media_builder_clear(&builder);
}

/* The slots must be as before, also where the refused media had pushed each other along. */
static void a_refused_shard_leaves_no_trace_in_the_table(void **state)
{
	enum { MANY = 300 };
	static struct medium media[MANY];
	static char text[MEDIA_SHARD_SIZE_MAX];
	struct problems problems = {0};
	struct media_builder builder;
	struct media *table;
	size_t size;

	for (unsigned i = 0; i < MANY; i++) {
		snprintf(media[i].number, sizeof(media[i].number), "M-%u", i);
		snprintf(media[i].identity.serial, sizeof(media[i].identity.serial), "%u", i);
	}
	media_builder_start(&builder, 1, media, MANY);
	size = builder.sizes[0];
	memcpy(text, builder.bytes[0], size);
	/* The same media, and at their end the first one again. */
	size += (size_t)snprintf(
		text + size, sizeof(text) - size, "%d = M-X 0000:0000 0\n", MANY + 1);
	assert_int_equal(media_new(MANY, &table), 0);
	builder.index.n_media = MANY + 1;
	media_builder_replace(&builder, 0, text, size);
	assert_int_equal(
		media_add_shard(table, &builder.index, 0, text, size, &problems), -EOVERFLOW);
	media_free(table);
	assert_int_equal(media_new(MANY + 1, &table), 0);
	/* As often as would use all room up, if a refusal used any. */
	for (unsigned i = 0; i < 8; i++) {
		assert_int_equal(
			media_add_shard(table, &builder.index, 0, text, size, &problems), -EBADMSG);
		assert_int_equal(problems.count, 1);
		problems_clear(&problems);
	}
	media_builder_clear(&builder);
	media_builder_start(&builder, 1, media, MANY);
	assert_int_equal(media_count(table), 0);
	for (unsigned i = 0; i < MANY; i++)
		assert_null(media_find(table, &media[i].identity));
	assert_int_equal(media_builder_add(&builder, 0, table, &problems), 0);
	for (unsigned i = 0; i < MANY; i++)
		assert_non_null(media_find(table, &media[i].identity));
	media_free(table);
	media_builder_clear(&builder);
}

static void a_medium_in_the_wrong_shard_is_refused(void **state)
{
	const struct medium medium = media_builder_medium("M-1 0951:1666 001A92053B6A");
	struct problems problems = {0};
	struct media_builder builder;
	struct media *table;
	uint8_t sha256[SHA256_SIZE];
	unsigned right, wrong;
	char *at;

	assert_true(medium_identity_hash(&medium.identity, sha256));
	right = media_shard_of(sha256, 16);
	wrong = (right + 1) % 16;
	media_builder_start(&builder, 16, &medium, 1);
	at = strstr(builder.bytes[right], "shard = ");
	assert_non_null(at);
	at[9] = "0123456789abcdef"[wrong];
	media_builder_replace(&builder, wrong, builder.bytes[right], builder.sizes[right]);
	assert_int_equal(media_new(1, &table), 0);
	assert_int_equal(media_builder_add(&builder, wrong, table, &problems), -EBADMSG);
	assert_int_equal(problems.count, 1);
	assert_int_equal(problems.items[0].line, 8);
	assert_null(media_find(table, &medium.identity));
	problems_clear(&problems);
	media_free(table);
	media_builder_clear(&builder);
}

static void bytes_with_another_hash_are_not_even_read(void **state)
{
	const struct medium medium = media_builder_medium("M-1 0951:1666 A");
	struct problems problems = {0};
	struct media_builder builder;
	struct media *table;

	media_builder_start(&builder, 1, &medium, 1);
	assert_int_equal(media_new(1, &table), 0);
	/* Without its last byte, the shard is not canonical either. */
	assert_int_equal(media_add_shard(table, &builder.index, 0, builder.bytes[0],
				 builder.sizes[0] - 1, &problems),
		-ESTALE);
	builder.index.sha256[0][31] ^= 1;
	assert_int_equal(media_builder_add(&builder, 0, table, &problems), -ESTALE);
	builder.index.sha256[0][31] ^= 1;
	builder.index.has_shard[0] = false;
	assert_int_equal(media_builder_add(&builder, 0, table, &problems), -ESTALE);
	builder.index.has_shard[0] = true;
	assert_int_equal(media_add_shard(table, &builder.index, 1, builder.bytes[0],
				 builder.sizes[0], &problems),
		-ESTALE);
	assert_int_equal(media_add_shard(table, &builder.index, MEDIA_SHARDS_MAX, builder.bytes[0],
				 builder.sizes[0], &problems),
		-ESTALE);
	assert_false(problems_any(&problems));
	assert_int_equal(media_count(table), 0);
	assert_int_equal(media_builder_add(&builder, 0, table, &problems), 0);
	media_free(table);
	media_builder_clear(&builder);
}

static void a_shard_added_twice_is_refused_and_the_first_stays(void **state)
{
	const struct medium medium = media_builder_medium("M-1 0951:1666 A");
	struct problems problems = {0};
	struct media_builder builder;
	struct media *table;

	media_builder_start(&builder, 1, &medium, 1);
	builder.index.n_media = 2;
	table = media_builder_load(&builder);
	assert_int_equal(media_builder_add(&builder, 0, table, &problems), -EBADMSG);
	assert_int_equal(media_count(table), 1);
	assert_non_null(media_find(table, &medium.identity));
	problems_clear(&problems);
	media_free(table);
	media_builder_clear(&builder);
}

static void more_media_than_the_index_says_are_refused(void **state)
{
	const struct medium media[] = {
		media_builder_medium("M-1 0951:1666 A"), media_builder_medium("M-2 0951:1666 B")};
	struct problems problems = {0};
	struct media_builder builder;
	struct media *table;

	media_builder_start(&builder, 1, media, 2);
	builder.index.n_media = 1;
	assert_int_equal(media_new(2, &table), 0);
	assert_int_equal(media_builder_add(&builder, 0, table, &problems), -EOVERFLOW);
	assert_int_equal(media_count(table), 0);
	media_free(table);
	builder.index.n_media = 2;
	assert_int_equal(media_new(1, &table), 0);
	assert_int_equal(media_builder_add(&builder, 0, table, &problems), -EOVERFLOW);
	assert_int_equal(media_count(table), 0);
	assert_false(problems_any(&problems));
	media_free(table);
	media_builder_clear(&builder);
}

static void a_shard_over_64_KiB_is_refused(void **state)
{
	const struct medium medium = media_builder_medium("M-1 0951:1666 A");
	struct problems problems = {0};
	struct media_builder builder;
	char *text = calloc(1, 2 * MEDIA_SHARD_SIZE_MAX);
	struct media *table;

	assert_non_null(text);
	media_builder_start(&builder, 1, &medium, 1);
	memcpy(text, builder.bytes[0], builder.sizes[0]);
	for (size_t size = builder.sizes[0]; size <= MEDIA_SHARD_SIZE_MAX; size++)
		text[size] = '\n';
	assert_int_equal(media_new(1, &table), 0);
	media_builder_replace(&builder, 0, text, MEDIA_SHARD_SIZE_MAX + 1);
	assert_int_equal(media_builder_add(&builder, 0, table, &problems), -EBADMSG);
	problems_clear(&problems);
	media_builder_replace(&builder, 0, text, MEDIA_SHARD_SIZE_MAX);
	assert_int_equal(media_builder_add(&builder, 0, table, &problems), 0);
	free(text);
	media_free(table);
	media_builder_clear(&builder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_identity_hash_is_of_ids_and_serial),
		cmocka_unit_test(the_first_bits_of_the_hash_name_the_shard),
		cmocka_unit_test(only_exactly_what_is_registered_is_found),
		cmocka_unit_test(whoever_copies_a_medium_stays_inside_the_table),
		cmocka_unit_test(an_empty_table_knows_nothing),
		cmocka_unit_test(many_media_are_all_found_and_others_are_not),
		cmocka_unit_test(a_shard_with_a_mistake_adds_nothing),
		cmocka_unit_test(a_refused_shard_leaves_no_trace_in_the_table),
		cmocka_unit_test(a_medium_in_the_wrong_shard_is_refused),
		cmocka_unit_test(bytes_with_another_hash_are_not_even_read),
		cmocka_unit_test(a_shard_added_twice_is_refused_and_the_first_stays),
		cmocka_unit_test(more_media_than_the_index_says_are_refused),
		cmocka_unit_test(a_shard_over_64_KiB_is_refused),
	};

	return cmocka_run_group_tests_name("media", tests, NULL, NULL);
}
