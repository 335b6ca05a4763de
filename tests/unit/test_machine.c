/* What tells one machine from another, and what does not. */
#include "agent/machine.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "tests/unit/fixture.h"

#include "agent/machine_facts.h"
#include "tests/unit/temporary.h"

#define UUID  "4c4c4544-0034-5a10-8047-b7c04f4d3532"
#define BOARD "/5ZGM52/CN7220085E00A5/"

static const struct {
	const char *name;
	struct machine_facts facts;
	enum machine_source source;
} rows[] = {
	{"firmware", {UUID, BOARD, "S3R", "0af1"}, MACHINE_FIRMWARE},
	{"no board serial", {UUID, "", "S3R", "0af1"}, MACHINE_FIRMWARE},
	{"no UUID", {"", BOARD, "S3R", "0af1"}, MACHINE_FIRMWARE},
	{"zeros", {"00000000-0000-0000-0000-000000000000", "", "S3RX", "0af1"}, MACHINE_DISK},
	{"ones", {"FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF", "Default string", "S3RX", "0af1"},
		MACHINE_DISK},
	{"a maker's own",
		{"03000200-0400-0500-0006-000700080009", "To Be Filled By O.E.M.", "S3RX", "0af1"},
		MACHINE_DISK},
	{"too short", {"", "1", "S3RX", "0af1"}, MACHINE_DISK},
	{"neither", {"", "", "", "9b2e31"}, MACHINE_INSTALLATION},
	{"disk without", {"", "", "0000000000", "9b2e31"}, MACHINE_INSTALLATION},
	{"never started", {"", "", "", "uninitialized"}, MACHINE_NONE},
	{"nothing", {"", "", "", ""}, MACHINE_NONE},
};

static void a_machine_is_told_by_the_first_that_tells(void **state)
{
	char hash[MACHINE_SIZE];

	for (size_t i = 0; i < COUNT(rows); i++) {
		enum machine_source source = machine_hash(&rows[i].facts, hash);

		if (source != rows[i].source)
			fail_msg("%s: %d", rows[i].name, source);
		assert_int_equal(strlen(hash), source == MACHINE_NONE ? 0 : 16);
		assert_int_equal(strspn(hash, "0123456789abcdef"), strlen(hash));
	}
}

/* Of these each is another machine than all others. */
static void no_two_machines_are_one(void **state)
{
	static const struct machine_facts machines[] = {
		{UUID, BOARD, "", ""},
		{UUID, "", "", ""},
		{"", UUID, "", ""},
		{"", "", UUID, ""},
		{"", "", "", UUID},
		{"4c4c4544-0034-5a10-8047-b7c04f4d3533", BOARD, "", ""},
	};
	char hashes[COUNT(machines)][MACHINE_SIZE];

	for (size_t i = 0; i < COUNT(machines); i++) {
		machine_hash(&machines[i], hashes[i]);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(hashes[i], hashes[j]);
	}
}

/* Another disk, another installation: the firmware says it is the same PC. */
static void what_comes_after_changes_nothing(void **state)
{
	struct machine_facts one = {UUID, BOARD, "S3RX", "9b2e31"},
			     other = {UUID, BOARD, "WD-7", "77aa31"};
	char hash[MACHINE_SIZE], again[MACHINE_SIZE];

	machine_hash(&one, hash);
	machine_hash(&other, again);
	assert_string_equal(hash, again);
}

/* --- from files --- */

static void make_folders(const struct temporary *temporary, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s", name);
	for (char *at = strchr(path, '/'); at; at = strchr(at + 1, '/')) {
		*at = '\0';
		(void)mkdirat(temporary->fd, path, 0755);
		*at = '/';
	}
}

static void put(const struct temporary *temporary, const char *name, const char *text)
{
	make_folders(temporary, name);
	temporary_write(temporary, name, text, strlen(text));
}

static void link_to(const struct temporary *temporary, const char *target, const char *name)
{
	make_folders(temporary, name);
	assert_int_equal(symlinkat(target, temporary->fd, name), 0);
}

static struct machine_facts facts_of(const struct temporary *temporary, unsigned disk_minor)
{
	struct machine_facts facts = {};
	char id[256];
	struct machine_places places = {
		.sys = temporary->path, .machine_id = id, .disk = makedev(8, disk_minor)};

	snprintf(id, sizeof(id), "%s/machine-id", temporary->path);
	assert_int_equal(machine_facts_read(&places, &facts), 0);
	return facts;
}

static void files_that_are_not_there_are_empty(void **state)
{
	struct machine_facts facts = facts_of(*state, 1), none = {};

	assert_memory_equal(&facts, &none, sizeof(none));
}

static void facts_are_read_without_what_stands_around_them(void **state)
{
	struct machine_facts facts;

	put(*state, "class/dmi/id/product_uuid", UUID "\n");
	put(*state, "class/dmi/id/board_serial",
		"  A7\x01\xff"
		"B \t\n");
	put(*state, "machine-id", "9b2e31\n");
	facts = facts_of(*state, 1);
	assert_string_equal(facts.product_uuid, UUID);
	assert_string_equal(facts.board_serial, "A7B");
	assert_string_equal(facts.machine_id, "9b2e31");
}

/* dm-0 on sda2, which is a partition of sda. */
static void the_disk_lies_below_partitions_and_encryption(void **state)
{
	put(*state, "devices/sda/device/wwid", "naa.5002538e40b2\n");
	put(*state, "devices/sda/sda2/partition", "2\n");
	put(*state, "devices/dm-0/slaves/.keep", "");
	link_to(*state, "../../devices/dm-0", "dev/block/8:7");
	link_to(*state, "../../devices/sda/sda2", "dev/block/8:2");
	link_to(*state, "../../sda/sda2", "devices/dm-0/slaves/sda2");
	assert_string_equal(facts_of(*state, 7).disk_serial, "naa.5002538e40b2");
	assert_string_equal(facts_of(*state, 2).disk_serial, "naa.5002538e40b2");
	assert_string_equal(facts_of(*state, 3).disk_serial, "");
	put(*state, "devices/sda/serial", "S3RX\n");
	assert_string_equal(facts_of(*state, 2).disk_serial, "S3RX");
}

/* A RAID of two disks, whose names the kernel gives as they come. */
static void disks_that_change_their_names_are_the_same_machine(void **state)
{
	put(*state, "devices/sda/serial", "Z9\n");
	put(*state, "devices/sda/sda1/partition", "1\n");
	put(*state, "devices/sdb/serial", "A1\n");
	put(*state, "devices/sdb/sdb1/partition", "1\n");
	put(*state, "devices/md0/slaves/.keep", "");
	link_to(*state, "../../devices/md0", "dev/block/8:9");
	link_to(*state, "../../sda/sda1", "devices/md0/slaves/sda1");
	link_to(*state, "../../sdb/sdb1", "devices/md0/slaves/sdb1");
	assert_string_equal(facts_of(*state, 9).disk_serial, "A1");
	put(*state, "devices/sda/serial", "A1\n");
	put(*state, "devices/sdb/serial", "Z9\n");
	assert_string_equal(facts_of(*state, 9).disk_serial, "A1");
}

static void what_is_there_and_cannot_be_read_is_no_answer(void **state)
{
	const struct temporary *temporary = *state;
	struct machine_facts facts = {.machine_id = "untouched"};
	struct machine_places places = {
		.sys = temporary->path, .machine_id = temporary->path, .disk = 0};

	/* A folder where a file should be. */
	assert_int_equal(machine_facts_read(&places, &facts), -EISDIR);
	assert_string_equal(facts.machine_id, "untouched");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_machine_is_told_by_the_first_that_tells),
		cmocka_unit_test(no_two_machines_are_one),
		cmocka_unit_test(what_comes_after_changes_nothing),
		cmocka_unit_test_setup_teardown(
			files_that_are_not_there_are_empty, temporary_setup, temporary_teardown),
		cmocka_unit_test_setup_teardown(facts_are_read_without_what_stands_around_them,
			temporary_setup, temporary_teardown),
		cmocka_unit_test_setup_teardown(the_disk_lies_below_partitions_and_encryption,
			temporary_setup, temporary_teardown),
		cmocka_unit_test_setup_teardown(disks_that_change_their_names_are_the_same_machine,
			temporary_setup, temporary_teardown),
		cmocka_unit_test_setup_teardown(what_is_there_and_cannot_be_read_is_no_answer,
			temporary_setup, temporary_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
