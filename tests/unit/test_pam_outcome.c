/* What comes of a stack, by its codes. tests/login/test_doctor.py compares the same with libpam. */
#include "tests/unit/pam_files.h"

#define ANY_MAX 16

struct row {
	const char *name, *text;
	int codes[6];
	int end;
};

static const struct row rows[] = {
	{"nothing", "", {0}, PAM_ABORT},
	{"required", "auth required a.so\n", {PAM_SUCCESS}, PAM_SUCCESS},
	{"required refuses", "auth required a.so\nauth required b.so\n",
		{PAM_MAXTRIES, PAM_SUCCESS}, PAM_MAXTRIES},
	{"the first refusal is told", "auth required a.so\nauth required b.so\n",
		{PAM_MAXTRIES, PAM_AUTH_ERR}, PAM_MAXTRIES},
	{"requisite ends it", "auth requisite a.so\nauth required b.so\n",
		{PAM_AUTH_ERR, PAM_MAXTRIES}, PAM_AUTH_ERR},
	{"sufficient ends it", "auth sufficient a.so\nauth required b.so\n",
		{PAM_SUCCESS, PAM_AUTH_ERR}, PAM_SUCCESS},
	{"but not behind a refusal", "auth required a.so\nauth sufficient b.so\n",
		{PAM_AUTH_ERR, PAM_SUCCESS}, PAM_AUTH_ERR},
	{"optional alone counts", "auth optional a.so\n", {PAM_SUCCESS}, PAM_SUCCESS},
	{"optional that fails is nothing", "auth optional a.so\n", {PAM_AUTH_ERR}, PAM_PERM_DENIED},
	{"ignored is nothing", "auth required a.so\n", {PAM_IGNORE}, PAM_PERM_DENIED},
	{"a password that has to be changed is no success",
		"auth required a.so\nauth required b.so\n", {PAM_NEW_AUTHTOK_REQD, PAM_SUCCESS},
		PAM_NEW_AUTHTOK_REQD},
	{"a jump", "auth [success=1] a.so\nauth requisite b.so\nauth required c.so\n",
		{PAM_SUCCESS, PAM_AUTH_ERR, PAM_SUCCESS}, PAM_SUCCESS},
	{"a jump counts as nothing", "auth [success=1] a.so\nauth requisite b.so\n",
		{PAM_SUCCESS, PAM_AUTH_ERR}, PAM_PERM_DENIED},
	{"done does not end it behind a refusal",
		"auth required a.so\nauth [success=done] b.so\nauth [default=reset] c.so\n"
		"auth required d.so\n",
		{PAM_AUTH_ERR, PAM_SUCCESS, PAM_SUCCESS, PAM_SUCCESS}, PAM_SUCCESS},
	{"a jump over the end", "auth required z.so\nauth [success=2] a.so\nauth required b.so\n",
		{PAM_SUCCESS, PAM_SUCCESS, PAM_SUCCESS}, PAM_PERM_DENIED},
	{"reset forgets", "auth required a.so\nauth [default=reset] b.so\nauth required c.so\n",
		{PAM_AUTH_ERR, PAM_SUCCESS, PAM_SUCCESS}, PAM_SUCCESS},
	{"incomplete is the end", "auth optional a.so\nauth required b.so\n",
		{PAM_INCOMPLETE, PAM_SUCCESS}, PAM_INCOMPLETE},
	{"a code that is none", "auth optional a.so\nauth required b.so\n", {99, PAM_SUCCESS},
		PAM_PERM_DENIED},
	{"a line that makes no sense", "auth required a.so\nauth required\n",
		{PAM_SUCCESS, PAM_SUCCESS}, PAM_PERM_DENIED},
};

static void each_stack_comes_to_what_libpam_makes_of_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct pam_stack stack = pam_stack_of(rows[i].text);
		int end;

		if (!rows[i].text[0])
			stack.fault = PAM_STACK_ABORTED;
		end = pam_outcome(&stack, rows[i].codes);
		if (end != rows[i].end)
			fail_msg("%s: %d", rows[i].name, end);
		pam_stack_clear(&stack);
	}
}

static void a_substack_keeps_its_ends_to_itself(void **state)
{
	static const struct {
		const char *inner;
		int codes[5]; /* the first line, where c begins, two in it, one behind it */
		int end;
	} cases[] = {
		{"auth sufficient a.so\nauth requisite b.so\n",
			{PAM_SUCCESS, 0, PAM_SUCCESS, PAM_AUTH_ERR, PAM_SUCCESS}, PAM_SUCCESS},
		{"auth sufficient a.so\nauth requisite b.so\n",
			{PAM_SUCCESS, 0, PAM_SUCCESS, PAM_AUTH_ERR, PAM_MAXTRIES}, PAM_MAXTRIES},
		{"auth requisite a.so\nauth sufficient b.so\n",
			{PAM_SUCCESS, 0, PAM_AUTH_ERR, PAM_SUCCESS, PAM_SUCCESS}, PAM_AUTH_ERR},
		{"auth required a.so\nauth [default=reset] b.so\n",
			{PAM_SUCCESS, 0, PAM_AUTH_ERR, PAM_SUCCESS, PAM_SUCCESS}, PAM_SUCCESS},
		{"auth required a.so\nauth [default=reset] b.so\n",
			{PAM_MAXTRIES, 0, PAM_SUCCESS, PAM_SUCCESS, PAM_SUCCESS}, PAM_MAXTRIES},
		{"auth [success=9] a.so\nauth required b.so\n",
			{PAM_SUCCESS, 0, PAM_SUCCESS, PAM_SUCCESS, PAM_SUCCESS}, PAM_PERM_DENIED},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct pam_file files[PAM_FILES_MAX] = {
			{PAM_FOLDER "/login",
				"auth required z.so\nauth substack c\nauth required d.so\n"},
			{PAM_FOLDER "/c", cases[i].inner}};
		struct pam_stack stack = pam_files_stack(files, true);

		assert_int_equal(stack.n, 5);
		if (pam_outcome(&stack, cases[i].codes) != cases[i].end)
			fail_msg("%s: %d", cases[i].inner, pam_outcome(&stack, cases[i].codes));
		pam_stack_clear(&stack);
	}
}

static unsigned next_random(unsigned *seed)
{
	*seed = *seed * 1103515245 + 12345;
	return *seed >> 16;
}

/* A stack of five lines with one substack, and two codes for each line. */
static struct pam_stack random_stack(unsigned *seed, int codes[][2])
{
	static const char *const words[] = {
		"ignore", "ok", "done", "bad", "die", "reset", "1", "2"};
	char outer[512] = "", inner[512] = "";
	const struct pam_file files[PAM_FILES_MAX] = {
		{PAM_FOLDER "/login", outer}, {PAM_FOLDER "/c", inner}};

	for (int i = 0; i < 6; i++) {
		char *text = i == 2 || i == 3 ? inner : outer;

		snprintf(text + strlen(text), 512 - strlen(text),
			"auth [success=%s auth_err=%s default=%s] m.so\n",
			words[next_random(seed) % COUNT(words)],
			words[next_random(seed) % COUNT(words)],
			words[next_random(seed) % COUNT(words)]);
		if (i == 1)
			snprintf(text + strlen(text), 512 - strlen(text), "auth substack c\n");
	}
	for (int i = 0; i < ANY_MAX; i++) {
		codes[i][0] = next_random(seed) % 2 ? PAM_SUCCESS : PAM_AUTH_ERR;
		codes[i][1] = next_random(seed) % 2 ? PAM_SUCCESS : PAM_IGNORE;
	}
	return pam_files_stack(files, true);
}

/* Each of the 2 to the n rows of codes, one after the other. */
static bool some_row_gets_in(const struct pam_stack *stack, int codes[][2])
{
	int row[ANY_MAX];

	for (unsigned bits = 0; bits < 1U << stack->n; bits++) {
		for (size_t i = 0; i < stack->n; i++)
			row[i] = codes[i][bits >> i & 1];
		if (pam_outcome(stack, row) == PAM_SUCCESS)
			return true;
	}
	return false;
}

static void all_ways_at_once_are_all_rows_of_codes_one_by_one(void **state)
{
	unsigned seed = 20261122, n_in = 0, n_tried = 2000;

	(void)state;
	for (unsigned i = 0; i < n_tried; i++) {
		int codes[ANY_MAX][2];
		struct pam_stack stack = random_stack(&seed, codes);
		uint32_t sets[ANY_MAX];
		struct pam_ways ways;

		for (size_t k = 0; k < stack.n; k++)
			sets[k] = PAM_CODE_SET(codes[k][0]) | PAM_CODE_SET(codes[k][1]);
		assert_int_equal(pam_outcome_ways(&stack, sets, &ways), 0);
		assert_int_equal(ways.gets_in, some_row_gets_in(&stack, codes));
		assert_true(ways.reached[0]);
		n_in += ways.gets_in;
		pam_ways_clear(&ways);
		pam_stack_clear(&stack);
	}
	assert_true(n_in > n_tried / 10 && n_in < n_tried * 9 / 10);
}

static void the_way_that_is_told_leads_in(void **state)
{
	struct pam_stack stack = pam_stack_of("auth [success=1 default=ignore] a.so\n"
					      "auth requisite b.so\n"
					      "auth required c.so\n"
					      "auth optional d.so\n");
	const uint32_t sets[] = {PAM_ANY_CODE, PAM_CODE_SET(PAM_AUTH_ERR),
		PAM_CODE_SET(PAM_SUCCESS), PAM_CODE_SET(PAM_ABORT)};
	struct pam_ways ways;

	(void)state;
	assert_int_equal(pam_outcome_ways(&stack, sets, &ways), 0);
	assert_true(ways.gets_in && ways.n_steps == 3);
	assert_true(ways.steps[0].handler == 0 && ways.steps[0].code == PAM_SUCCESS &&
		    ways.steps[0].next == 2);
	assert_true(ways.steps[1].handler == 2 && ways.steps[2].handler == 3);
	assert_true(ways.reached[1] && ways.reached[3]);
	pam_ways_clear(&ways);
	pam_stack_clear(&stack);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_stack_comes_to_what_libpam_makes_of_it),
		cmocka_unit_test(a_substack_keeps_its_ends_to_itself),
		cmocka_unit_test(all_ways_at_once_are_all_rows_of_codes_one_by_one),
		cmocka_unit_test(the_way_that_is_told_leads_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
