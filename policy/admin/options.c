#include "policy/admin/options.h"

#include "policy/admin/admin.h"
#include "policy/option.h"

#define FIRST_VALUE 256 /* above every letter */

int admin_read_options(int argc, char **argv, const struct admin_option *options, size_t n_options,
	const char *usage, void (*print_help)(void))
{
	struct option table[ADMIN_OPTIONS_MAX + 2] = {{"help", no_argument, NULL, 'h'}};
	int value;

	for (size_t i = 0; i < n_options && i < ADMIN_OPTIONS_MAX; i++)
		table[i + 1] = (struct option){.name = options[i].name,
			.has_arg = options[i].word ? required_argument : no_argument,
			.val = FIRST_VALUE + (int)i};
	while ((value = option_next(argc, argv, "h", table, NULL)) >= 0) {
		const struct admin_option *option;

		if (value == 'h') {
			print_help();
			return ADMIN_HELPED;
		}
		if (value < FIRST_VALUE)
			return admin_usage(usage);
		option = &options[value - FIRST_VALUE];
		if (option->word)
			*option->word = optarg;
		else
			*option->is_given = true;
	}
	return EXIT_DONE;
}
