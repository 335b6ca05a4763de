/* USB descriptors that two readers could read in two ways: refused, and the place is named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "policy/reason.h"
#include "policy/usb_facts.h"
#include "tests/unit/usb_builder.h"

#define CONFIGURATION 18 /* offsets in a device of one configuration */
#define INTERFACE     27
#define END           52 /* of the keyboard that each row spoils */

static struct usb_builder builder;

static struct usb_facts *parse(void)
{
	/* An exact copy, so that a sanitizer sees a read beyond the end. */
	uint8_t *bytes = malloc(builder.size + 1);
	struct usb_facts *facts;

	assert_non_null(bytes);
	memcpy(bytes + 1, builder.bytes, builder.size);
	assert_int_equal(usb_facts_parse(bytes + 1, builder.size, &facts), 0);
	free(bytes);
	return facts;
}

typedef void spoil(void);

static void add(const char *bytes, size_t size)
{
	usb_builder_raw(&builder, (const uint8_t *)bytes, size);
}

#define ADD(bytes) add(bytes, sizeof(bytes) - 1)

static void nothing(void)
{
	builder.size = 0;
}

static void seventeen_bytes(void)
{
	builder.size = 17;
}

static void device_alone(void)
{
	builder.size = 18;
}

static void device_length_other(void)
{
	builder.bytes[0] = 19;
}

static void device_type_other(void)
{
	builder.bytes[1] = 2;
}

static void no_configuration_announced(void)
{
	builder.bytes[17] = 0;
}

static void nine_configurations(void)
{
	usb_builder_start(&builder, 1, 2);
	for (uint8_t i = 1; i <= 9; i++)
		usb_builder_configuration(&builder, i);
}

static void eight_configurations(void)
{
	usb_builder_start(&builder, 1, 2);
	for (uint8_t i = 1; i <= 8; i++)
		usb_builder_configuration(&builder, i);
}

static void one_configuration_missing(void)
{
	builder.bytes[17] = 2;
}

static void configuration_inside_one_of_two(void)
{
	usb_builder_configuration(&builder, 2);
	ADD("\x09\x02\x09\x00\x01\x03\x00\xa0\x32");
}

static void two_configurations(void)
{
	usb_builder_configuration(&builder, 2);
}

static void two_of_one_value(void)
{
	usb_builder_configuration(&builder, 1);
}

static void value_zero(void)
{
	builder.bytes[CONFIGURATION + 5] = 0;
}

static void something_before_the_configuration(void)
{
	usb_builder_start(&builder, 1, 2);
	builder.bytes[17] = 1;
	ADD("\x02\xff\x09\x02\x09\x00\x00\x01\x00\xa0\x32");
}

static void interface_before_the_configuration(void)
{
	usb_builder_start(&builder, 1, 2);
	builder.bytes[17] = 1;
	ADD("\x09\x04\x00\x00\x00\x08\x06\x50\x00\x09\x02\x09\x00\x00\x01\x00\xa0\x32");
}

static void configuration_of_eight_bytes(void)
{
	usb_builder_start(&builder, 1, 2);
	builder.bytes[17] = 1;
	ADD("\x08\x02\x08\x00\x00\x01\x00\xa0");
}

static void total_length_before_the_end(void)
{
	builder.bytes[CONFIGURATION + 2]--;
}

static void total_length_of_a_first_before_its_end(void)
{
	usb_builder_configuration(&builder, 2);
	builder.bytes[CONFIGURATION + 2]--;
}

static void byte_left_over(void)
{
	ADD("\x09");
}

static void descriptor_of_one_byte(void)
{
	ADD("\x01\x04\x09\x04");
}

static void descriptor_of_no_bytes(void)
{
	ADD("\x00\x04\x09\x04");
}

static void descriptor_longer_than_the_rest(void)
{
	ADD("\x05\x24\x00\x00");
}

static void descriptor_as_long_as_the_rest(void)
{
	ADD("\x04\x24\x00\x00");
}

static void interface_cut_off(void)
{
	ADD("\x09\x04\x01\x00\x00\x08\x06\x50");
}

static void interface_of_eight_bytes(void)
{
	ADD("\x08\x04\x01\x00\x00\x08\x06\x50");
}

static void interface_of_two_bytes(void)
{
	ADD("\x02\x04");
}

static void thirty_three_interfaces(void)
{
	for (uint8_t i = 1; i < 33; i++)
		usb_builder_interface(&builder, i, 0, 0x03, 0, 0);
}

static void interfaces_of(uint8_t configuration, uint8_t count)
{
	usb_builder_configuration(&builder, configuration);
	for (uint8_t i = 0; i < count; i++)
		usb_builder_interface(&builder, i, 0, 0x03, 0, 0);
}

static void sixty_five_interfaces(void)
{
	interfaces_of(2, 32);
	interfaces_of(3, 32);
}

static void sixty_four_interfaces(void)
{
	interfaces_of(2, 32);
	interfaces_of(3, 31);
}

static void alternates(unsigned count)
{
	for (unsigned i = 1; i < count; i++)
		usb_builder_interface(&builder, 0, (uint8_t)i, 0x03, 0, 0);
}

static void five_hundred_and_thirteen_alternates(void)
{
	alternates(513);
}

static void five_hundred_and_twelve_alternates(void)
{
	alternates(512);
}

static void fill_to(size_t size)
{
	static const uint8_t filling[255] = {255, 0xff};

	while (builder.size + 257 <= size)
		usb_builder_raw(&builder, filling, sizeof(filling));
	while (builder.size < size)
		usb_builder_raw(&builder,
			size - builder.size == 3 ? (const uint8_t *)"\3\xff"
						 : (const uint8_t *)"\2\xff",
			size - builder.size == 3 ? 3 : 2);
	/* wTotalLength has no room for more */
	builder.bytes[CONFIGURATION + 2] = builder.bytes[CONFIGURATION + 3] = 0xff;
}

static void as_much_as_the_kernel_shows(void)
{
	fill_to(18 + 65535);
}

static void almost_as_much_as_the_kernel_shows(void)
{
	fill_to(18 + 65534);
}

static const struct row {
	const char *name;
	spoil *spoil;
	const char *why; /* NULL: the accepted neighbour */
	size_t at;
} rows[] = {
	{"nothing at all", nothing, "shorter than a device descriptor", 0},
	{"17 bytes", seventeen_bytes, "shorter than a device descriptor", 17},
	{"only a device descriptor", device_alone, "fewer configurations than announced", 18},
	{"a device descriptor of another length", device_length_other,
		"the device descriptor is not 18 bytes long", 0},
	{"something else first", device_type_other, "does not begin with a device descriptor", 1},
	{"no configuration announced", no_configuration_announced, "not 1 to 8 configurations", 17},
	{"nine configurations", nine_configurations, "not 1 to 8 configurations", 17},
	{"eight configurations", eight_configurations, NULL, 0},
	{"fewer configurations than announced", one_configuration_missing,
		"fewer configurations than announced", END},
	{"two configurations", two_configurations, NULL, 0},
	{"a configuration inside one of two", configuration_inside_one_of_two,
		"more configuration descriptors than announced", 17},
	{"two configurations of one value", two_of_one_value,
		"two configurations with the same value", END + 5},
	{"a configuration of value 0", value_zero, "a configuration whose value is 0",
		CONFIGURATION + 5},
	{"something before the configuration", something_before_the_configuration,
		"no configuration descriptor after the device's", 18},
	{"an interface before the configuration", interface_before_the_configuration,
		"no configuration descriptor after the device's", 18},
	{"a configuration descriptor cut short", configuration_of_eight_bytes,
		"a configuration descriptor shorter than 9 bytes", 18},
	{"a total length before the end", total_length_before_the_end,
		"a configuration longer than its total length", CONFIGURATION + 2},
	{"the same before another configuration", total_length_of_a_first_before_its_end,
		"a configuration longer than its total length", CONFIGURATION + 2},
	{"a byte left over", byte_left_over, "one byte left over", END},
	{"a descriptor of one byte", descriptor_of_one_byte, "a descriptor shorter than its header",
		END},
	{"a descriptor of no bytes", descriptor_of_no_bytes, "a descriptor shorter than its header",
		END},
	{"a descriptor longer than the rest", descriptor_longer_than_the_rest,
		"a descriptor longer than the rest", END},
	{"a descriptor as long as the rest", descriptor_as_long_as_the_rest, NULL, 0},
	{"an interface cut off", interface_cut_off, "a descriptor longer than the rest", END},
	{"an interface of eight bytes", interface_of_eight_bytes,
		"an interface descriptor shorter than 9 bytes", END},
	{"an interface of two bytes", interface_of_two_bytes,
		"an interface descriptor shorter than 9 bytes", END},
	{"33 interfaces in a configuration", thirty_three_interfaces,
		"more than 32 interfaces in a configuration", END + 31 * 9},
	{"65 interfaces", sixty_five_interfaces, "more than 64 interfaces",
		END + 9 + 32 * 9 + 9 + 31 * 9},
	{"64 interfaces", sixty_four_interfaces, NULL, 0},
	{"513 alternates", five_hundred_and_thirteen_alternates,
		"more than 512 interface descriptors", END + 512 * 9},
	{"512 alternates", five_hundred_and_twelve_alternates, NULL, 0},
	{"as much as the kernel shows", as_much_as_the_kernel_shows,
		"more than the kernel can show", 18 + 65535},
	{"almost as much", almost_as_much_as_the_kernel_shows, NULL, 0},
};

static void what_two_readers_could_read_differently_is_malformed(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		struct usb_facts *facts;

		usb_builder_text(&builder, "046d:c31c 03/01/01");
		assert_int_equal(builder.size, END);
		row->spoil();
		facts = parse();
		if (facts->is_malformed != (row->why != NULL))
			fail_msg("%s: %s", row->name,
				facts->is_malformed ? facts->malformed_why : "accepted");
		if (row->why && strcmp(facts->malformed_why, row->why) != 0)
			fail_msg("%s: %s", row->name, facts->malformed_why);
		if (row->why && facts->malformed_at != row->at)
			fail_msg("%s: at %zu", row->name, facts->malformed_at);
		if (row->why)
			assert_true(strlen(row->why) < REASON_TEXT_MAX);
		usb_facts_free(facts);
	}
}

/* Where the three interface descriptors of the device below end. */
static const size_t interface_ends[] = {36, 61, 95};

static void a_device_cut_off_shows_whole_interfaces_or_is_malformed(void **state)
{
	usb_builder_text(&builder, "1234:5678 c1 03/01/01 +03/01/02 c2 08/06/50");
	for (builder.size -= 1; builder.size > 0; builder.size--) {
		struct usb_facts *facts = parse();
		size_t whole = 0;

		for (size_t i = 0; i < 3; i++)
			whole += builder.size >= interface_ends[i];
		/* Cut between descriptors it is a short read, as the kernel accepts it too. */
		if (!facts->is_malformed && facts->n_alternates != whole)
			fail_msg("%zu interfaces in %zu bytes", facts->n_alternates, builder.size);
		if (!facts->is_malformed && facts->n_configurations != 2)
			fail_msg("a configuration is missing in %zu bytes", builder.size);
		usb_facts_free(facts);
	}
}

static void what_was_read_before_the_odd_byte_is_kept(void **state)
{
	struct usb_facts *facts;

	usb_builder_text(&builder, "1234:5678 08/06/50");
	interface_of_two_bytes();
	facts = parse();
	assert_true(facts->is_malformed);
	assert_int_equal(facts->vendor, 0x1234);
	assert_int_equal(facts->n_alternates, 1);
	assert_int_equal(facts->alternates[0].device_class, CLASS_USB_STORAGE);
	usb_facts_free(facts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_two_readers_could_read_differently_is_malformed),
		cmocka_unit_test(a_device_cut_off_shows_whole_interfaces_or_is_malformed),
		cmocka_unit_test(what_was_read_before_the_odd_byte_is_kept),
	};

	return cmocka_run_group_tests_name("usb_facts_malformed", tests, NULL, NULL);
}
