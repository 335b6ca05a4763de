/* What a stack is worth, and which line is to blame. tests/login/test_doctor.py has many more, and
 * compares them with libpam. */
#include "tests/unit/pam_files.h"

#define ASK "auth [ignore=ignore default=die] pam_sekisho.so ask\n"
#define PRIMARY \
	"auth [success=1 default=ignore] pam_unix.so\nauth requisite pam_deny.so\n" \
	"auth required pam_permit.so\n"
#define JUDGE "auth [success=ok default=die] pam_sekisho.so judge\n"

static bool is_named(void *context, const char *name)
{
	return context && strcmp(context, name) == 0;
}

static bool is_never(void *context, const char *name)
{
	return false;
}

/* missing: a module without a file; NULL: none. */
static struct pam_judged judge_with(const char *text, const char *missing)
{
	char name[32];
	const struct pam_facts facts = {.is_missing = is_named,
		.is_nobodys_group = is_never,
		.context = missing ? name : NULL};
	struct pam_stack stack = pam_stack_of(text);
	struct pam_judged judged;

	snprintf(name, sizeof(name), "%s", missing ? missing : "");
	assert_int_equal(pam_stack_judge(&stack, &facts, &judged), 0);
	pam_stack_clear(&stack);
	return judged;
}

struct row {
	const char *name, *text;
	enum pam_verdict verdict;
	enum pam_leak leak;
	size_t culprit;
};

static const struct row rows[] = {
	{"as shipped", ASK PRIMARY JUDGE, PAM_VERDICT_HOLDS, PAM_LEAK_NONE, PAM_NO_HANDLER},
	{"without ours", PRIMARY, PAM_VERDICT_PASSWORD, PAM_LEAK_NO_JUDGE, 0},
	{"ours is optional", ASK PRIMARY "auth optional pam_sekisho.so judge\n",
		PAM_VERDICT_PASSWORD, PAM_LEAK_PASSED_OVER, 4},
	{"the password is sufficient", ASK "auth sufficient pam_unix.so\n" JUDGE,
		PAM_VERDICT_PASSWORD, PAM_LEAK_SKIPPED, 1},
	{"the password is required", ASK "auth required pam_unix.so\n" JUDGE, PAM_VERDICT_HOLDS,
		PAM_LEAK_NONE, PAM_NO_HANDLER},
	{"a refusal is taken back",
		ASK PRIMARY "auth required pam_sekisho.so judge\n"
			    "auth [default=reset] pam_env.so\n"
			    "auth required pam_permit.so\n",
		PAM_VERDICT_PASSWORD, PAM_LEAK_TAKEN_BACK, 5},
	{"ours is sufficient",
		ASK "auth sufficient pam_sekisho.so judge\n"
		    "auth requisite pam_deny.so\n",
		PAM_VERDICT_CODE, PAM_LEAK_BY_ITSELF, 1},
	{"an unknown module is sufficient", "auth sufficient pam_fprintd.so\n" ASK PRIMARY JUDGE,
		PAM_VERDICT_OPEN, PAM_LEAK_BY_ITSELF, 0},
	{"an unknown module is required", "auth required pam_strange.so\n" ASK PRIMARY JUDGE,
		PAM_VERDICT_HOLDS, PAM_LEAK_NONE, PAM_NO_HANDLER},
	{"a condition about root lets nobody in",
		"auth sufficient pam_succeed_if.so user = root\n" ASK PRIMARY JUDGE,
		PAM_VERDICT_HOLDS, PAM_LEAK_NONE, PAM_NO_HANDLER},
	{"a condition about a number may",
		"auth sufficient pam_succeed_if.so uid < 9\n" ASK PRIMARY JUDGE, PAM_VERDICT_OPEN,
		PAM_LEAK_BY_ITSELF, 0},
	{"wheel lets in who is trusted", "auth sufficient pam_wheel.so trust\n" ASK PRIMARY JUDGE,
		PAM_VERDICT_OPEN, PAM_LEAK_BY_ITSELF, 0},
	{"wheel alone does not", "auth sufficient pam_wheel.so\n" ASK PRIMARY JUDGE,
		PAM_VERDICT_HOLDS, PAM_LEAK_NONE, PAM_NO_HANDLER},
	{"who is of the domain jumps too far",
		ASK "auth [success=2 default=ignore] pam_unix.so\n"
		    "auth [success=2 default=ignore] pam_sss.so\n"
		    "auth requisite pam_deny.so\n" JUDGE "auth required pam_permit.so\n",
		PAM_VERDICT_PASSWORD, PAM_LEAK_SKIPPED, 2},
	{"an endless jump", ASK "auth [success=7 default=die] pam_unix.so\n" JUDGE,
		PAM_VERDICT_NOBODY, PAM_LEAK_NONE, PAM_NO_HANDLER},
	{"nothing", "", PAM_VERDICT_NOBODY, PAM_LEAK_NONE, PAM_NO_HANDLER},
};

static void each_stack_has_its_verdict_and_its_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct pam_judged judged = judge_with(rows[i].text, NULL);

		if (judged.verdict != rows[i].verdict || judged.leak != rows[i].leak ||
			judged.culprit != rows[i].culprit)
			fail_msg("%s: %s, %d at %zu", rows[i].name,
				pam_verdict_name(judged.verdict), (int)judged.leak, judged.culprit);
	}
}

static void the_codes_that_pass_are_told(void **state)
{
	struct pam_judged judged =
		judge_with(ASK PRIMARY "auth required pam_sekisho.so judge\n", NULL);

	(void)state;
	assert_int_equal(judged.passes, PAM_CODE_SET(PAM_IGNORE));
	judged = judge_with(ASK PRIMARY "auth [success=ok abort=ignore user_unknown=ignore] "
					"pam_sekisho.so judge\n",
		NULL);
	assert_int_equal(judged.passes, PAM_CODE_SET(PAM_ABORT) | PAM_CODE_SET(PAM_USER_UNKNOWN));
	assert_int_equal(judge_with(ASK PRIMARY JUDGE, NULL).passes, 0);
}

static void where_the_lines_stand_is_told(void **state)
{
	(void)state;
	assert_true(judge_with(PRIMARY ASK JUDGE, NULL).asks_late);
	assert_false(judge_with(ASK PRIMARY JUDGE, NULL).asks_late);
	assert_true(judge_with(ASK JUDGE PRIMARY, NULL).judges_early);
	assert_false(judge_with(ASK PRIMARY JUDGE, NULL).judges_early);
	assert_true(judge_with(ASK PRIMARY JUDGE JUDGE, NULL).judges_twice);
	assert_false(judge_with(ASK PRIMARY JUDGE, NULL).judges_twice);
	assert_true(judge_with(ASK "auth required pam_unix.so\n" JUDGE, NULL).is_charged);
	assert_false(judge_with(ASK "auth requisite pam_unix.so\n" JUDGE, NULL).is_charged);
	assert_true(judge_with(PRIMARY JUDGE, NULL).ask == PAM_NO_HANDLER);
}

static void a_line_with_other_words_refuses(void **state)
{
	static const char *const wrong[] = {
		"", "jugde", "ask judge", "judge judge", "judge nullok", "judge verify=relative"};
	static const char *const right[] = {"judge", "judge nodelay", "verify=/x judge"};
	char text[512];

	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++) {
		snprintf(text, sizeof(text),
			ASK PRIMARY "auth [success=ok default=die] pam_sekisho.so %s\n", wrong[i]);
		assert_true(judge_with(text, NULL).misspelt == 4);
		assert_int_equal(judge_with(text, NULL).verdict, PAM_VERDICT_NOBODY);
	}
	for (size_t i = 0; i < COUNT(right); i++) {
		snprintf(text, sizeof(text),
			ASK PRIMARY "auth [success=ok default=die] pam_sekisho.so %s\n", right[i]);
		assert_int_equal(judge_with(text, NULL).verdict, PAM_VERDICT_HOLDS);
	}
}

static void a_module_without_a_file_fails(void **state)
{
	(void)state;
	assert_true(judge_with(ASK PRIMARY JUDGE, "pam_sekisho.so").is_missing);
	assert_false(judge_with(ASK PRIMARY JUDGE, "pam_other.so").is_missing);
	assert_int_equal(judge_with(ASK PRIMARY JUDGE, "pam_unix.so").verdict, PAM_VERDICT_NOBODY);
	assert_int_equal(
		judge_with("auth sufficient pam_fprintd.so\n" ASK PRIMARY JUDGE, "pam_fprintd.so")
			.verdict,
		PAM_VERDICT_HOLDS);
}

static void verdicts_have_names(void **state)
{
	(void)state;
	for (unsigned i = 0; i < PAM_VERDICT_COUNT; i++)
		assert_non_null(pam_verdict_name((enum pam_verdict)i));
	assert_null(pam_verdict_name(PAM_VERDICT_COUNT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_stack_has_its_verdict_and_its_line),
		cmocka_unit_test(the_codes_that_pass_are_told),
		cmocka_unit_test(where_the_lines_stand_is_told),
		cmocka_unit_test(a_line_with_other_words_refuses),
		cmocka_unit_test(a_module_without_a_file_fails),
		cmocka_unit_test(verdicts_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
