#include "policy/exemption_asked.h"

#include "tests/unit/fixture.h"

#define WHY_SIZE 200

static struct exemption_request request;
static struct exemption exemption;
static char why[WHY_SIZE];

/* tanaka asked to read the stick, which has a number, and is granted it as a device. */
static int setup(void **state)
{
	const struct exemption_medium stick = {.kind = EXEMPTION_MEDIUM_DEVICE,
		.identity = {0x0951, 0x1666, "S1"},
		.descriptors_sha256 = {1}};

	request = (struct exemption_request){
		.id = "E-7K3M9Q2X", .requester = "tanaka", .use.access = VERDICT_READ_ONLY};
	request.medium = stick;
	exemption = (struct exemption){.id = "E-7K3M9Q2X",
		.requester = "tanaka",
		.users = {"tanaka"},
		.n_users = 1,
		.use.access = VERDICT_READ_ONLY};
	exemption.medium = stick;
	return 0;
}

static enum exemption_fault judge(
	const struct exemption_request *asked, const struct exemption *extended)
{
	why[0] = '\0';
	return exemption_asked(&exemption, asked, extended, why, sizeof(why));
}

#define assert_other(says) \
	do { \
		assert_int_equal(judge(&request, NULL), EXEMPTION_FAULT_OTHER_REQUEST); \
		assert_non_null(strstr(why, says)); \
		setup(NULL); \
	} while (false)

static void what_was_asked_for_is_granted_or_less(void **state)
{
	assert_int_equal(judge(&request, NULL), EXEMPTION_FAULT_NONE);
	request.use.access = VERDICT_ALLOW;
	assert_int_equal(judge(&request, NULL), EXEMPTION_FAULT_NONE);
	/* A registered one is asked for by its number and as the device that is there. */
	request.medium.kind = EXEMPTION_MEDIUM_REGISTERED;
	snprintf(request.medium.number, sizeof(request.medium.number), "M-1");
	assert_int_equal(judge(&request, NULL), EXEMPTION_FAULT_NONE);
	exemption.medium =
		(struct exemption_medium){.kind = EXEMPTION_MEDIUM_REGISTERED, .number = "M-1"};
	assert_int_equal(judge(&request, NULL), EXEMPTION_FAULT_NONE);
}

static void another_person_medium_or_direction_is_refused(void **state)
{
	snprintf(exemption.requester, sizeof(exemption.requester), "sato");
	assert_other("tanaka asked for it here, and it says sato");
	exemption.requester[0] = '\0';
	assert_other("tanaka asked for it here, and it says nobody");
	snprintf(exemption.users[0], sizeof(exemption.users[0]), "sato");
	assert_other("and sato is to use it");
	snprintf(exemption.users[exemption.n_users++], sizeof(exemption.users[0]), "sato");
	assert_other("and somebody else, too, is to use it");
	exemption.n_users = 0;
	assert_other("and whoever has its code is to use it");
	exemption.use.access = VERDICT_ALLOW;
	assert_other("read-only was asked for here, and it grants read-write");
	exemption.medium.identity.product++;
	assert_other("another medium");
	exemption.medium.identity.serial[1] = '2';
	assert_other("another medium");
	exemption.medium.descriptors_sha256[0] = 2;
	assert_other("another medium");
	exemption.medium =
		(struct exemption_medium){.kind = EXEMPTION_MEDIUM_REGISTERED, .number = "M-1"};
	assert_other("another medium");
	exemption.medium = (struct exemption_medium){.kind = EXEMPTION_MEDIUM_CLASS};
	assert_other("another medium");
	exemption.medium = (struct exemption_medium){.kind = EXEMPTION_MEDIUM_NONE};
	assert_other("another medium");
}

static void what_nobody_asked_for_here_is_refused_unless_it_was_prepared(void **state)
{
	assert_int_equal(judge(NULL, NULL), EXEMPTION_FAULT_NO_REQUEST);
	assert_non_null(
		strstr(why, "tanaka asked for it, and nobody did so here under E-7K3M9Q2X"));
	exemption.requester[0] = '\0';
	assert_int_equal(judge(NULL, NULL), EXEMPTION_FAULT_NONE);
}

static void what_extends_another_one_is_for_the_same_people_and_medium(void **state)
{
	struct exemption extended = exemption;

	snprintf(exemption.id, sizeof(exemption.id), "E-2B4D6F8H");
	snprintf(exemption.extends, sizeof(exemption.extends), "E-7K3M9Q2X");
	assert_int_equal(judge(NULL, &extended), EXEMPTION_FAULT_NONE);
	snprintf(extended.users[0], sizeof(extended.users[0]), "sato");
	assert_int_equal(judge(NULL, &extended), EXEMPTION_FAULT_OTHER_REQUEST);
	assert_non_null(strstr(why, "is for other people"));
	extended = exemption;
	extended.medium.identity.vendor++;
	assert_int_equal(judge(NULL, &extended), EXEMPTION_FAULT_OTHER_REQUEST);
	extended = exemption;
	exemption.use.access = VERDICT_ALLOW;
	assert_int_equal(judge(NULL, &extended), EXEMPTION_FAULT_OTHER_REQUEST);
	exemption = extended;
	extended.requester[0] = '\0';
	assert_int_equal(judge(NULL, &extended), EXEMPTION_FAULT_OTHER_REQUEST);
	assert_int_equal(judge(NULL, NULL), EXEMPTION_FAULT_NO_REQUEST);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_asked_for_is_granted_or_less),
		TEST(another_person_medium_or_direction_is_refused),
		TEST(what_nobody_asked_for_here_is_refused_unless_it_was_prepared),
		TEST(what_extends_another_one_is_for_the_same_people_and_medium),
	};

	return cmocka_run_group_tests_name("whether it was asked for", tests, NULL, NULL);
}
