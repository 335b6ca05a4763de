/* Raw USB descriptors: what is read from them, what is merely sloppy, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "policy/usb_facts.h"
#include "tests/unit/usb_builder.h"

#define CONFIGURATION 18 /* offsets in a device of one configuration */
#define INTERFACE     27

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

/* "1.0.0 keyboard, 1.1.0 …": configuration, interface, alternate, class. */
static void facts_text(const struct usb_facts *facts, char *buffer, size_t size)
{
	size_t length = 0;

	buffer[0] = '\0';
	for (size_t i = 0; i < facts->n_alternates && length < size; i++) {
		const struct usb_alternate *one = &facts->alternates[i];

		length += (size_t)snprintf(buffer + length, size - length, "%s%u.%u.%u %s",
			i > 0 ? ", " : "", one->configuration, one->interface, one->alternate,
			device_class_name(one->device_class));
	}
}

static const struct reading_row {
	const char *name, *device, *expected;
} reading_rows[] = {
	{"stick", "0951:1666 08/06/50", "1.0.0 usb-storage"},
	{"two interfaces", "046d:c31c 03/01/01 03/01/02", "1.0.0 keyboard, 1.1.0 pointer"},
	{"two alternates", "152d:0578 08/06/50 +08/06/62", "1.0.0 usb-storage, 1.0.1 usb-storage"},
	{"a second configuration", "1234:5678 c1 ff/00/00 c2 08/06/50",
		"1.0.0 vendor, 2.0.0 usb-storage"},
	{"configurations in no order", "1234:5678 c7 ff/00/00 c3 08/06/50",
		"7.0.0 vendor, 3.0.0 usb-storage"},
	{"no interface", "1234:5678 c1", ""},
	{"data of a modem", "1234:5678 02/02/01 0a/00/00", "1.0.0 modem, 1.1.0 modem"},
	{"data of a terminal", "1234:5678 02/02/00 0a/00/00", "1.0.0 serial, 1.1.0 serial"},
	{"data before its network", "1234:5678 0a/00/00 +0a/00/01 02/06/00",
		"1.0.0 usb-network, 1.0.1 usb-network, 1.1.0 usb-network"},
	{"data of RNDIS", "1234:5678 e0/01/03 0a/00/00", "1.0.0 usb-network, 1.1.0 usb-network"},
	{"data alone", "1234:5678 0a/00/00", "1.0.0 serial"},
	{"data beside a network of another configuration",
		"1234:5678 c1 02/02/00 0a/00/00 c2 02/06/00 0a/00/00",
		"1.0.0 serial, 1.1.0 serial, 2.0.0 usb-network, 2.1.0 usb-network"},
	{"a device that calls itself Bluetooth", "1234:5678 d=e0/01/01 e0/01/01 ff/00/00 03/01/01",
		"1.0.0 bluetooth, 1.1.0 bluetooth, 1.2.0 bluetooth"},
	{"and holds something worse", "1234:5678 d=e0/01/01 08/06/50", "1.0.0 usb-storage"},
	{"a device that calls itself miscellaneous", "1234:5678 d=ef/02/01 03/01/01",
		"1.0.0 keyboard"},
	{"a device that calls itself a disk", "1234:5678 d=08/06/50 03/01/01", "1.0.0 keyboard"},
};

static void every_alternate_of_every_configuration_is_read(void **state)
{
	for (size_t i = 0; i < sizeof(reading_rows) / sizeof(reading_rows[0]); i++) {
		const struct reading_row *row = &reading_rows[i];
		struct usb_facts *facts;
		char found[512];

		usb_builder_text(&builder, row->device);
		facts = parse();
		facts_text(facts, found, sizeof(found));
		if (facts->is_malformed)
			fail_msg("%s: %s", row->name, facts->malformed_why);
		if (strcmp(found, row->expected) != 0)
			fail_msg("%s\n     found %s\n  expected %s", row->name, found,
				row->expected);
		usb_facts_free(facts);
	}
}

static void the_device_descriptor_is_read(void **state)
{
	/* SHA-256 of the 27 bytes of this device, by another program. */
	static const uint8_t sha256[SHA256_SIZE] = {0x05, 0xe3, 0xe8, 0xa0, 0x6d, 0xe6, 0x35, 0x68,
		0x8d, 0x38, 0xb8, 0x58, 0xf3, 0xff, 0x13, 0x13, 0x21, 0x48, 0x73, 0x62, 0xc4, 0x28,
		0xc6, 0xb1, 0x10, 0xd5, 0x9c, 0x9b, 0xd4, 0x5a, 0x99, 0x8b};
	struct usb_facts *facts;

	usb_builder_text(&builder, "054c:06c3 d=01/02/03 c9");
	facts = parse();
	assert_int_equal(facts->vendor, 0x054c);
	assert_int_equal(facts->product, 0x06c3);
	assert_int_equal(facts->release, 0x0110);
	assert_int_equal(facts->class, 1);
	assert_int_equal(facts->subclass, 2);
	assert_int_equal(facts->protocol, 3);
	assert_int_equal(facts->n_configurations, 1);
	assert_int_equal(facts->configurations[0], 9);
	assert_memory_equal(facts->sha256, sha256, SHA256_SIZE);
	assert_null(facts->malformed_why);
	usb_facts_free(facts);
}

/* Changes a well-formed device, or builds another. */
typedef void spoil(void);

static void add(const char *bytes, size_t size)
{
	usb_builder_raw(&builder, (const uint8_t *)bytes, size);
}

#define ADD(bytes) add(bytes, sizeof(bytes) - 1)

static void numbers_start_at_three(void)
{
	builder.bytes[INTERFACE + 2] = 3;
}

static void more_interfaces_announced(void)
{
	builder.bytes[CONFIGURATION + 4] = 200;
}

static void fewer_interfaces_announced(void)
{
	builder.bytes[CONFIGURATION + 4] = 0;
}

static void more_endpoints_announced(void)
{
	builder.bytes[INTERFACE + 4] = 30;
}

static void one_alternate_twice(void)
{
	usb_builder_interface(&builder, 0, 0, 0x08, 0x06, 0x50);
}

static void alternate_before_its_first(void)
{
	builder.bytes[INTERFACE + 3] = 1;
	usb_builder_interface(&builder, 0, 0, 0x08, 0x06, 0x50);
}

static void total_length_beyond_the_end(void)
{
	builder.bytes[CONFIGURATION + 2] += 2;
}

static void total_length_of_a_first_configuration_beyond_its_end(void)
{
	builder.bytes[CONFIGURATION + 2] += 9;
	usb_builder_configuration(&builder, 2);
	usb_builder_interface(&builder, 0, 0, 0x08, 0x06, 0x50);
}

static void descriptor_of_two_bytes(void)
{
	ADD("\x02\xff");
	usb_builder_interface(&builder, 1, 0, 0x08, 0x06, 0x50);
}

static void association_around_a_disk(void)
{
	ADD("\x08\x0b\x01\x01\x0e\x03\x00\x00");
	usb_builder_interface(&builder, 1, 0, 0x08, 0x06, 0x50);
}

static void association_cut_short(void)
{
	ADD("\x03\x0b\x01");
	usb_builder_interface(&builder, 1, 0, 0x08, 0x06, 0x50);
}

static void endpoint_cut_short(void)
{
	ADD("\x03\x05\x81");
	usb_builder_interface(&builder, 1, 0, 0x08, 0x06, 0x50);
}

static void audio_endpoint_of_nine_bytes(void)
{
	ADD("\x09\x05\x81\x0d\x40\x00\x01\x00\x00\x07\x25\x01\x01\x00\x00\x00");
	usb_builder_interface(&builder, 1, 0, 0x08, 0x06, 0x50);
}

static void interface_of_ten_bytes(void)
{
	ADD("\x0a\x04\x01\x00\x00\x08\x06\x50\x00\x00");
}

static void device_descriptor_inside(void)
{
	ADD("\x12\x01\x00\x02\x03\x01\x01\x40\x4c\x05\xc3\x06\x00\x01\x00\x00\x00\x01");
	usb_builder_interface(&builder, 1, 0, 0x08, 0x06, 0x50);
}

static void configuration_inside_the_only_one(void)
{
	ADD("\x09\x02\x09\x00\x01\x02\x00\xa0\x32");
	usb_builder_interface(&builder, 1, 0, 0x08, 0x06, 0x50);
}

static void configuration_of_eleven_bytes(void)
{
	usb_builder_start(&builder, 1, 2);
	builder.bytes[17] = 1;
	ADD("\x0b\x02\x14\x00\x01\x01\x00\xa0\x32\x00\x00");
	ADD("\x09\x04\x00\x00\x00\x08\x06\x50\x00");
}

static void thirty_two_interfaces(void)
{
	for (uint8_t i = 1; i < 32; i++)
		usb_builder_interface(&builder, i, 0, 0x03, 0, 0);
}

static const struct sloppy_row {
	const char *name;
	spoil *spoil;
	const char *expected; /* what the descriptors of a keyboard become; NULL: too long to say */
} sloppy_rows[] = {
	{"an interface number with nothing below it", numbers_start_at_three, "1.3.0 keyboard"},
	{"more interfaces announced than there are", more_interfaces_announced, "1.0.0 keyboard"},
	{"fewer interfaces announced than there are", fewer_interfaces_announced, "1.0.0 keyboard"},
	{"more endpoints announced than there are", more_endpoints_announced, "1.0.0 keyboard"},
	{"one alternate twice: both count", one_alternate_twice,
		"1.0.0 keyboard, 1.0.0 usb-storage"},
	{"an alternate before its first", alternate_before_its_first,
		"1.0.1 keyboard, 1.0.0 usb-storage"},
	{"a total length beyond the end", total_length_beyond_the_end, "1.0.0 keyboard"},
	{"the same before another configuration",
		total_length_of_a_first_configuration_beyond_its_end,
		"1.0.0 keyboard, 2.0.0 usb-storage"},
	{"a descriptor of two bytes", descriptor_of_two_bytes, "1.0.0 keyboard, 1.1.0 usb-storage"},
	{"an association that says camera", association_around_a_disk,
		"1.0.0 keyboard, 1.1.0 usb-storage"},
	{"an association cut short", association_cut_short, "1.0.0 keyboard, 1.1.0 usb-storage"},
	{"an endpoint cut short", endpoint_cut_short, "1.0.0 keyboard, 1.1.0 usb-storage"},
	{"an audio endpoint", audio_endpoint_of_nine_bytes, "1.0.0 keyboard, 1.1.0 usb-storage"},
	{"an interface descriptor of ten bytes", interface_of_ten_bytes,
		"1.0.0 keyboard, 1.1.0 usb-storage"},
	{"a device descriptor inside", device_descriptor_inside,
		"1.0.0 keyboard, 1.1.0 usb-storage"},
	{"a configuration inside the only one", configuration_inside_the_only_one,
		"1.0.0 keyboard, 1.1.0 usb-storage"},
	{"a longer configuration descriptor", configuration_of_eleven_bytes, "1.0.0 usb-storage"},
	{"32 interfaces", thirty_two_interfaces, NULL},
};

static void a_sloppy_device_is_read_whole_and_not_refused(void **state)
{
	for (size_t i = 0; i < sizeof(sloppy_rows) / sizeof(sloppy_rows[0]); i++) {
		const struct sloppy_row *row = &sloppy_rows[i];
		struct usb_facts *facts;
		char found[1024];

		usb_builder_text(&builder, "046d:c31c 03/01/01");
		row->spoil();
		facts = parse();
		facts_text(facts, found, sizeof(found));
		if (facts->is_malformed)
			fail_msg("%s: %s", row->name, facts->malformed_why);
		if (row->expected && strcmp(found, row->expected) != 0)
			fail_msg("%s\n     found %s\n  expected %s", row->name, found,
				row->expected);
		usb_facts_free(facts);
	}
}

static void freeing_nothing_is_fine(void **state)
{
	usb_facts_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_alternate_of_every_configuration_is_read),
		cmocka_unit_test(the_device_descriptor_is_read),
		cmocka_unit_test(a_sloppy_device_is_read_whole_and_not_refused),
		cmocka_unit_test(freeing_nothing_is_fine),
	};

	return cmocka_run_group_tests_name("usb_facts", tests, NULL, NULL);
}
