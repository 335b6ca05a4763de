/* Which lines of which files make a service's stack. tests/login/test_doctor.py compares what comes
 * of them with libpam. */
#include "tests/unit/pam_files.h"

#define F PAM_FOLDER "/"
#define V PAM_VENDOR_FOLDER "/"

struct row {
	const char *name;
	struct pam_file files[PAM_FILES_MAX];
	bool is_elsewhere;    /* not Debian */
	const char *handlers; /* "FILE:LINE LEVEL MODULE|…" */
	enum pam_stack_fault fault;
};

static const struct row rows[] = {
	{"its own lines, and auth alone",
		{{F "login", "account required a.so\nauth required b.so\n"}},
		.handlers = "login:2 0 b.so|"},
	{"the folder of the distributor", {{V "login", "auth required a.so\n"}},
		.handlers = "login:1 0 a.so|"},
	{"the administrator's comes first",
		{{F "login", "auth required a.so\n"}, {V "login", "auth required b.so\n"}},
		.handlers = "login:1 0 a.so|"},
	{"other, where there is no file", {{F "other", "auth required o.so\n"}},
		.handlers = "other:1 0 o.so|"},
	{"other, where it has no such lines",
		{{F "login", "account required a.so\n"}, {F "other", "auth required o.so\n"}},
		.handlers = "other:1 0 o.so|"},
	{"neither", {{F "sudo", "auth required a.so\n"}}, .handlers = "",
		.fault = PAM_STACK_ABORTED},
	{"@include takes every type",
		{{F "login", "@include c\n"},
			{F "c", "session required s.so\nauth required a.so\n"}},
		.handlers = "c:2 0 a.so|"},
	{"include takes its own type",
		{{F "login", "session include c\nauth include c\n"},
			{F "c", "session required s.so\nauth required a.so\n"}},
		.handlers = "c:2 0 a.so|"},
	{"a substack is a level deeper",
		{{F "login", "auth substack c\nauth required b.so\n"},
			{F "c", "auth required a.so\n"}},
		.handlers = "login:1 0 (c)|c:1 1 a.so|login:2 0 b.so|"},
	{"Debian includes from one folder only",
		{{F "login", "auth include c\n"}, {V "c", "auth required a.so\n"}},
		.handlers = "login:1 0 !|"},
	{"others from both", {{F "login", "auth include c\n"}, {V "c", "auth required a.so\n"}},
		.is_elsewhere = true, .handlers = "c:1 0 a.so|"},
	{"others do not know @include",
		{{F "login", "@include c\n"}, {F "c", "auth required a.so\n"}},
		.is_elsewhere = true, .handlers = "login:1 0 !|"},
	{"a whole name", {{F "login", "auth include /x/c\n"}, {"/x/c", "auth required a.so\n"}},
		.handlers = "/x/c:1 0 a.so|"},
	{"@include of nothing ends it all", {{F "login", "auth required a.so\n@include c\n"}},
		.handlers = "login:1 0 a.so|", .fault = PAM_STACK_ABORTED},
	{"include of nothing fails", {{F "login", "auth required a.so\nauth include c\n"}},
		.handlers = "login:1 0 a.so|login:2 0 !|"},
	{"a file that breaks off fails where it is included",
		{{F "login", "auth include c\nauth required b.so\n"},
			{F "c", "auth required a.so\nauth \\\n"}},
		.handlers = "c:1 0 a.so|login:1 0 !|login:2 0 b.so|"},
	{"one that breaks off by itself", {{F "login", "auth required a.so\nauth \\\n"}},
		.handlers = "login:1 0 a.so|", .fault = PAM_STACK_ABORTED},
	{"other that breaks off ends the service, too",
		{{F "login", "auth required a.so\n"}, {F "other", "auth \\\n"}},
		.handlers = "login:1 0 a.so|", .fault = PAM_STACK_ABORTED},
	{"a session line without a name ends it all",
		{{F "login", "auth required a.so\nsession required []\n"}},
		.handlers = "login:1 0 a.so|", .fault = PAM_STACK_ABORTED},
	{"a name that is none but its end", {{F "login", "auth required /lib/.so\n"}},
		.handlers = "", .fault = PAM_STACK_ABORTED},
	{"no name at all", {{F "login", "auth required\n"}}, .handlers = "login:1 0 !|"},
	{"a file that nobody may read",
		{{F "login", "auth required a.so\nauth include c\n"}, {F "c", NULL}},
		.handlers = "login:1 0 a.so|", .fault = PAM_STACK_UNREAD},
	{"words in brackets are one", {{F "login", "auth required a.so [x y] z # r\n"}},
		.handlers = "login:1 0 a.so,x y,z|"},
};

static void describe(const struct pam_stack *stack, char *ret, size_t size)
{
	ret[0] = '\0';
	for (size_t i = 0; i < stack->n; i++) {
		const struct pam_handler *handler = &stack->handlers[i];
		const char *name = handler->file, *argument = handler->arguments;
		size_t length = strlen(ret);

		if (strncmp(name, F, strlen(F)) == 0 || strncmp(name, V, strlen(V)) == 0)
			name = strrchr(name, '/') + 1;
		snprintf(ret + length, size - length,
			handler->kind == PAM_SUBSTACK ? "%s:%u %u (%s)" : "%s:%u %u %s", name,
			handler->line, handler->level,
			handler->kind == PAM_MUST_FAIL ? "!" : handler->module);
		for (size_t k = 0; k < handler->n_arguments; k++, argument += strlen(argument) + 1)
			snprintf(ret + strlen(ret), size - strlen(ret), ",%s", argument);
		snprintf(ret + strlen(ret), size - strlen(ret), "|");
	}
}

static void a_stack_has_the_lines_that_libpam_calls(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct pam_stack stack = pam_files_stack(rows[i].files, !rows[i].is_elsewhere);
		char text[512];

		describe(&stack, text, sizeof(text));
		if (strcmp(text, rows[i].handlers) != 0 || stack.fault != rows[i].fault)
			fail_msg("%s: %s, fault %d", rows[i].name, text, (int)stack.fault);
		pam_stack_clear(&stack);
	}
}

static void a_file_that_includes_itself_ends(void **state)
{
	struct pam_stack once = pam_stack_of("auth required a.so\nauth include login\n");
	struct pam_stack twice =
		pam_stack_of("auth include login\nauth required a.so\nauth include login\n");

	(void)state;
	assert_int_equal(once.fault, PAM_STACK_WHOLE);
	assert_true(once.n > 10 && once.handlers[once.n - 1].kind == PAM_MUST_FAIL);
	assert_int_equal(twice.fault, PAM_STACK_LARGE);
	pam_stack_clear(&once);
	pam_stack_clear(&twice);
}

static void substacks_end_at_the_level_at_which_libpam_ends_them(void **state)
{
	struct pam_stack stack = pam_stack_of("auth substack login\n");
	unsigned deepest = 0;

	(void)state;
	for (size_t i = 0; i < stack.n; i++)
		deepest = stack.handlers[i].level > deepest ? stack.handlers[i].level : deepest;
	assert_int_equal(deepest, PAM_LEVELS_MAX - 1);
	pam_stack_clear(&stack);
}

static void one_file_for_all_services_is_read_where_there_are_no_folders(void **state)
{
	struct pam_file files[PAM_FILES_MAX] = {
		{PAM_CONF, "sudo auth required s.so\nLOGIN auth required a.so\n"
			   "other auth required o.so\nlogin auth include c\n"},
		{F "c", "auth required c.so\n"}, {F "login", "auth required wrong.so\n"}};
	const struct pam_source source = {
		.read = pam_files_read, .context = files, .is_debian = true};
	struct pam_stack stack;
	char text[128];

	(void)state;
	assert_int_equal(pam_stack_read(&source, "login", &stack), 0);
	describe(&stack, text, sizeof(text));
	assert_string_equal(text, "/etc/pam.conf:2 0 a.so|c:1 0 c.so|");
	pam_stack_clear(&stack);
	assert_int_equal(pam_stack_read(&source, "su", &stack), 0);
	describe(&stack, text, sizeof(text));
	assert_string_equal(text, "/etc/pam.conf:3 0 o.so|");
	assert_true(stack.is_of_other);
	pam_stack_clear(&stack);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stack_has_the_lines_that_libpam_calls),
		cmocka_unit_test(a_file_that_includes_itself_ends),
		cmocka_unit_test(substacks_end_at_the_level_at_which_libpam_ends_them),
		cmocka_unit_test(one_file_for_all_services_is_read_where_there_are_no_folders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
