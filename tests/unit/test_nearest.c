#include "tests/unit/fixture.h"

#include "policy/nearest.h"

static void distances_count_wrong_missing_extra_and_swapped_letters(void **state)
{
	static const struct {
		const char *left, *right;
		size_t distance;
	} rows[] = {
		{"", "", 0},
		{"", "abc", 3},
		{"allow", "allow", 0},
		{"allow", "alow", 1},
		{"allow", "alllow", 1},
		{"allow", "aliow", 1},
		{"allow", "alolw", 1},
		{"allow", "block", 4},
		{"ab", "ba", 1},
		{"ca", "abc", 3}, /* 2 without the restriction */
		{"usb-storage", "usb-strage", 1},
		{"usb-storage", "usb_storage", 1},
		{"usb-storage", "storage", 4},
		{"kitten", "sitting", 3},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		if (nearest_distance(rows[i].left, rows[i].right) != rows[i].distance)
			fail_msg("%s %s", rows[i].left, rows[i].right);
		assert_int_equal(nearest_distance(rows[i].right, rows[i].left), rows[i].distance);
	}
}

static void the_nearest_of_the_known_words_is_found_or_none(void **state)
{
	static const char *const known[] = {"hub", "keyboard", "pointer", "card-reader",
		"usb-storage", "usb-network", "floppy", "bluetooth", "allow", "off", "on", "id"};
	static const struct {
		const char *word, *nearest; /* NULL: none */
	} rows[] = {
		{"keybord", "keyboard"},
		{"keybaord", "keyboard"},
		{"Keyboard", "keyboard"},
		{"KEYBOARD", "keyboard"},
		{"keyboards", "keyboard"},
		{"kybrd", NULL}, /* three of eight letters */
		{"usb-strage", "usb-storage"},
		{"usb_storage", "usb-storage"},
		{"usbstrage", "usb-storage"},
		{"usb-netwrk", "usb-network"},
		{"usb-", NULL},
		{"cardreader", "card-reader"},
		{"hubs", "hub"},
		{"bus", NULL},
		{"alow", "allow"},
		{"alo", NULL}, /* two of five */
		{"al", NULL},
		{"flpy", "floppy"}, /* two of six */
		{"flp", NULL},
		{"bletoth", "bluetooth"}, /* two of nine */
		{"bletth", NULL},
		{"crdreder", "card-reader"}, /* three of eleven */
		{"crdrder", NULL},
		{"of", "off"},
		{"in", NULL}, /* "on" and "id" are too short for a likeness */
		{"ON", "on"},
		{"teapot", NULL},
		{"", NULL},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct nearest nearest;

		nearest_begin(&nearest, rows[i].word, strlen(rows[i].word));
		for (size_t k = 0; k < COUNT(known); k++)
			nearest_offer(&nearest, known[k]);
		if (!nearest.best != !rows[i].nearest ||
			(nearest.best && strcmp(nearest.best, rows[i].nearest) != 0))
			fail_msg("%s: %s", rows[i].word, nearest.best ? nearest.best : "none");
	}
}

static void the_first_of_two_equally_near_stays(void **state)
{
	struct nearest nearest;

	nearest_begin(&nearest, "cat", 3);
	nearest_offer(&nearest, "bat");
	nearest_offer(&nearest, "car");
	assert_string_equal(nearest.best, "bat");
	nearest_offer(&nearest, "cat");
	assert_string_equal(nearest.best, "cat");
}

static void a_word_of_any_length_is_measured_within_its_bounds(void **state)
{
	char word[NEAREST_WORD_MAX + 2];
	struct nearest nearest;

	memset(word, 'a', sizeof(word));
	word[NEAREST_WORD_MAX] = '\0';
	nearest_begin(&nearest, word, NEAREST_WORD_MAX);
	nearest_offer(&nearest, word + 1);
	assert_ptr_equal(nearest.best, word + 1);
	word[NEAREST_WORD_MAX] = 'a';
	word[NEAREST_WORD_MAX + 1] = '\0';
	nearest_begin(&nearest, word, NEAREST_WORD_MAX + 1);
	nearest_offer(&nearest, word + 1);
	assert_null(nearest.best);
	nearest_begin(&nearest, "b", 1);
	nearest_offer(&nearest, word); /* a known word that is too long is no match either */
	assert_null(nearest.best);
	assert_int_equal(nearest_distance("b", word), NEAREST_WORD_MAX + 1);
	assert_int_equal(nearest_distance(word, "b"), NEAREST_WORD_MAX + 1);
}

static void the_phrase_asks_or_is_empty(void **state)
{
	char buffer[NEAREST_PHRASE_MAX] = "before";
	struct nearest nearest;

	nearest_begin(&nearest, "medai", 5);
	assert_string_equal(nearest_phrase(&nearest, "[", "]", buffer), "");
	nearest_offer(&nearest, "media");
	assert_string_equal(nearest_phrase(&nearest, "[", "]", buffer), "; did you mean [media]?");
	/* Bytes behind size belong to the next word of a list. */
	nearest_begin(&nearest, "alow block", 4);
	nearest_offer(&nearest, "allow");
	assert_string_equal(nearest_phrase(&nearest, "", "", buffer), "; did you mean allow?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(distances_count_wrong_missing_extra_and_swapped_letters),
		cmocka_unit_test(the_nearest_of_the_known_words_is_found_or_none),
		cmocka_unit_test(the_first_of_two_equally_near_stays),
		cmocka_unit_test(a_word_of_any_length_is_measured_within_its_bounds),
		cmocka_unit_test(the_phrase_asks_or_is_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
