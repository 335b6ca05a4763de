/* sekisho: the program that people type. Reads the command line, and no more. */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "agent/cli.h"
#include "agent/cli_text.h"
#include "policy/option.h"

struct command {
	const char *name; /* one word or two */
	int (*run)(const struct cli_request *request);
	int n_words_min, n_words_max; /* -1: ever so many */
	bool may_json, may_watch, may_last, may_since, may_alerts, may_reference, may_why, may_root,
		may_enrol, may_operator, may_if_due, may_phone, may_keep, may_ledger, may_join,
		may_be_sure;
	unsigned form; /* FIELD_OF_…: whose options it has */
	const char *synopsis;
	const char *help; /* lines, to be translated */
};

static const struct command commands[] = {
	{"status", cli_status, .may_json = true, .synopsis = "status",
		.help = N_("what holds on this terminal, and whether all is well")},
	{"devices", cli_devices, .may_json = true, .may_watch = true, .synopsis = "devices",
		.help = N_("the USB devices that are connected, and what became of each;\n"
			   "--watch: and what becomes of those that come")},
	{"explain", cli_explain, 1, 1, .may_json = true, .synopsis = "explain DEVICE",
		.help = N_("why: each interface, its verdict, and the rule that spoke")},
	{"policy show", cli_policy_show, .may_json = true, .may_why = true,
		.synopsis = "policy show",
		.help = N_(
			"the policy in force, setting by setting: its value, its line, and what\n"
			"this version enforces; --why KEY: where one value comes from")},
	{"propose-policy", cli_propose_policy, .synopsis = "propose-policy",
		.help = N_("a draft of rules for what is connected now, to be judged by\n"
			   "sekisho-admin policy lint")},
	{"records show", cli_records_show, .may_json = true, .may_last = true, .may_since = true,
		.may_alerts = true, .may_reference = true, .synopsis = "records show",
		.help = N_("what happened on this terminal: the last 50 records, or those\n"
			   "that the options name")},
	{"records verify", cli_records_verify, 0, -1, .may_json = true,
		.synopsis = "records verify [FILE...]",
		.help = N_("whether the records are whole, each line of them; of copies\n"
			   "elsewhere, name the files")},
	{"update-from", cli_update_from, 1, -1, .synopsis = "update-from DIR",
		.help = N_("hand the documents in DIR to the agent (as root): root/2.ini and so\n"
			   "on, policy.ini, media.ini with media/, fresh.ini, tokens.ini,\n"
			   "desks.ini, revocations.ini, exemptions.ini. They\n"
			   "may lie in DIR/sekisho/SITE, and all but the roots in a folder\n"
			   "named as the tier; a terminal's own in terminals/TERMINAL. Files\n"
			   "may be named instead of DIR.")},
	{"join", cli_join, 1, 1, .may_root = true, .may_join = true, .may_be_sure = true,
		.synopsis = "join URL",
		.help = N_(
			"makes this PC a terminal of a site (as root): URL is its server, or\n"
			"file:// and a folder; --ticket FILE: what the administrators gave you")},
	{"decommission", cli_decommission, .may_root = true, .may_be_sure = true,
		.synopsis = "decommission",
		.help = N_("takes this terminal out of service (as root): wipes its keys, second\n"
			   "factors and documents, and prints a signed certificate of it")},
	{"doctor login", cli_doctor_login, .may_json = true, .may_root = true,
		.synopsis = "doctor login",
		.help = N_("who gets in here without a code, by which line of which file, and\n"
			   "what to change; see more as root")},
	{"operator", cli_operator, 0, 1, .may_root = true, .may_operator = true,
		.synopsis = "operator [USER]",
		.help = N_(
			"at a counter PC: by your one-time code, records carry your number from\n"
			"now on")},
	{"enrol", cli_enrol, .may_root = true, .may_enrol = true, .synopsis = "enrol",
		.help = N_("after a login by a ticket: take the one-time codes over into your\n"
			   "phone by a QR code, and get recovery codes; --print: on a page for\n"
			   "a printer, as in sekisho enrol --print | lp; --ascii: a QR code\n"
			   "without Unicode; --if-due: nothing where there is nothing to enrol")},
	{"request", cli_request, 0, 1, .may_phone = true, .form = FIELD_OF_REQUEST,
		.synopsis = "request [DEVICE]",
		.help = N_("asks for permission to use a medium, and only for what is missing;\n"
			   "--phone: of a desk, by telephone")},
	{"exemptions", cli_exemptions, .may_json = true, .may_watch = true, .may_if_due = true,
		.synopsis = "exemptions",
		.help = N_("your requests and permissions, and until when;\n"
			   "--watch: what becomes of them, with the warnings before the end;\n"
			   "--if-due: only the reports that are missing")},
	{"redeem", cli_redeem, 0, 2, .synopsis = "redeem [ID] [CODE]",
		.help = N_("types the number that a desk gave by telephone, or a sealed code")},
	{"eject", cli_eject, 0, 1, .may_keep = true, .synopsis = "eject [ID|DEVICE]",
		.help = N_("when you are done with a medium; --keep: to plug it in again later")},
	{"return", cli_return, 0, 1, .form = FIELD_OF_RETURN, .synopsis = "return [ID]",
		.help = N_("writes down where the medium was put back")},
	{"report-after", cli_report_after, 0, 1, .form = FIELD_OF_REPORT,
		.synopsis = "report-after [ID]",
		.help = N_("files the report after a permission by telephone")},
	{"ledger exemptions", cli_ledger_exemptions, 0, -1, .may_ledger = true,
		.form = FIELD_OF_LEDGER, .synopsis = "ledger exemptions [FILE...]",
		.help = N_("the ledger of the use of media, from the records; of copies\n"
			   "elsewhere, name the files; --csv: for a spreadsheet")},
	{"sha256", cli_sha256, 1, -1, .synopsis = "sha256 FILE",
		.help = N_("the SHA-256 of a document, to be compared with paper: that of its\n"
			   "text, without the signatures")},
};

#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))
/* The column where the explanations begin. */
#define HELP_COLUMN 19

/* A message of several lines, each in its column. */
static void print_help_of(const char *synopsis, const char *lines)
{
	bool fits = strlen(synopsis) < HELP_COLUMN - 2;

	printf(fits ? "  %-*s" : "  %-*s\n", HELP_COLUMN - 2, synopsis);
	for (const char *line = lines; *line;) {
		int length = (int)strcspn(line, "\n");

		printf("%*s%.*s\n", line == lines && fits ? 0 : HELP_COLUMN, "", length, line);
		line += length + (line[length] == '\n');
	}
}

static void print_help_of_field(enum cli_form_field field)
{
	char option[80];

	if (!cli_form_has_option(field))
		return;
	snprintf(option, sizeof(option), "--%s %s", cli_form_option(field),
		cli_form_argument(field));
	print_help_of(option, _(cli_form_help(field)));
}

static void print_usage(void)
{
	puts(_("Usage: sekisho COMMAND\n"));
	for (size_t i = 0; i < N_COMMANDS; i++)
		print_help_of(commands[i].synopsis, _(commands[i].help));
	putchar('\n');
	print_help_of("--json", _("the answer for programs, where the command has one"));
	print_help_of("--last N", _("records show: the last N of them"));
	print_help_of("--since TIME",
		_("records show: those since a time, such as 2026-04-01, \"2026-04-01 08:30\",\n"
		  "08:30 (today) or 2h (so long ago)"));
	print_help_of("--alerts", _("records show: alerts alone"));
	print_help_of("--reference N",
		_("records show: of the login whose screen showed this reference number"));
	print_help_of("--why KEY", _("policy show: a class, a rule's name, or a key"));
	print_help_of("--root DIR",
		_("doctor login, operator, join, decommission: looks below another folder\n"
		  "than /"));
	print_help_of("--ticket FILE", _("join: the ticket; it is asked for if not given"));
	print_help_of("--ca FILE", _("join: the CA that the server's certificate is of"));
	print_help_of("--pin KEY", _("join: the SHA-256 of the server's key instead, or as well"));
	print_help_of("--proxy URL", _("join: the proxy before the server"));
	print_help_of("--trust FILE", _("join: the first root, where the terminal has none yet"));
	print_help_of("--tier TIER", _("join: the tier, where site.ini does not say it"));
	print_help_of("--terminal NAME", _("join: another name than that of the PC"));
	print_help_of("--yes", _("join, decommission: does not ask"));
	print_help_of("--show", _("operator: whose number the records carry"));
	print_help_of("--end", _("operator: nobody's from now on"));
	print_help_of("--phone", _("request: by telephone"));
	print_help_of("--withdraw ID", _("request: takes a request back"));
	print_help_of("--keep", _("eject: the permission stays"));
	print_help_of("--csv", _("ledger: for a spreadsheet"));
	print_help_of("--until TIME", _("ledger: of requests until then"));
	print_help_of("--file FILE", _("ledger: a copy of the records, as behind the command"));
	print_help_of("--if-due", _("exemptions, enrol: nothing where nothing is to be done"));
	for (int field = 0; field < FIELD_COUNT; field++)
		print_help_of_field((enum cli_form_field)field);
	print_help_of("--help", _("this text"));
	print_help_of("--version", _("the version of this program"));
	fputs(_("\n"
		"DEVICE is a name as `sekisho devices` prints it, such as 1-2.\n"
		"\n"
		"Exit status: 0 done, or the answer is yes; 1 the answer is no: a problem "
		"(status), a\n"
		"refused device (explain), a refused document (update-from), records that are "
		"not whole\n"
		"(records verify, ledger), a way in without a code (doctor login), a request or a "
		"code\n"
		"that was not accepted; 2 it could not be told: no agent, no bus, not permitted, "
		"no "
		"such\n"
		"device, or a wrong command line.\n"),
		stdout);
}

__attribute__((format(printf, 1, 2))) static int complain(const char *message, ...)
{
	va_list arguments;

	fputs("sekisho: ", stderr);
	va_start(arguments, message);
	vfprintf(stderr, message, arguments);
	va_end(arguments);
	fprintf(stderr, "\n%s\n", _("Try: sekisho --help"));
	return CLI_UNKNOWN;
}

/* How many of the words are the name of a command, and which; 0: of none. */
static int find_command(int n_words, char **words, const struct command **ret)
{
	for (size_t i = 0; i < N_COMMANDS; i++) {
		const char *name = commands[i].name, *space = strchr(name, ' ');
		size_t length = space ? (size_t)(space - name) : strlen(name);

		if (strncmp(words[0], name, length) != 0 || words[0][length] ||
			(space && (n_words < 2 || strcmp(words[1], space + 1) != 0)))
			continue;
		*ret = &commands[i];
		return space ? 2 : 1;
	}
	return 0;
}

#define GO_ON (-1)

/* With the number of a field behind it, an option of the form. */
#define OPTION_OF_FORM 256

static bool may(const struct command *command, int option)
{
	switch (option) {
	case 'j': return command->may_json;
	case 'w': return command->may_watch;
	case 'l': return command->may_last;
	case 's': return command->may_since;
	case 'a': return command->may_alerts;
	case 'r': return command->may_reference;
	case 'y': return command->may_why;
	case 'o': return command->may_root;
	case 'S':
	case 'E': return command->may_operator;
	case 'p':
	case 'A': return command->may_enrol;
	case 'D': return command->may_enrol || command->may_if_due;
	case 'P':
	case 'W': return command->may_phone;
	case 'k': return command->may_keep;
	case 'c':
	case 'u':
	case 'f': return command->may_ledger;
	case 'C':
	case 'T':
	case 'R':
	case 't':
	case 'n':
	case 'x':
	case 'i': return command->may_join;
	case 'Y': return command->may_be_sure;
	default:
		return option < OPTION_OF_FORM ||
		       cli_form_commands((enum cli_form_field)(option - OPTION_OF_FORM)) &
			       command->form;
	}
}

static void take_option_of_join(int option, struct cli_request *request)
{
	if (option == 'C')
		request->ca = optarg;
	if (option == 'T')
		request->ticket = optarg;
	if (option == 'R')
		request->trust = optarg;
	if (option == 't')
		request->tier = optarg;
	if (option == 'n')
		request->terminal = optarg;
	if (option == 'x')
		request->proxy = optarg;
	if (option == 'i')
		request->pin = optarg;
}

static void take_option(int option, struct cli_request *request)
{
	request->is_json |= option == 'j';
	request->shows |= option == 'S';
	request->ends |= option == 'E';
	request->watches |= option == 'w';
	request->alerts_only |= option == 'a';
	request->prints |= option == 'p';
	request->is_ascii |= option == 'A';
	request->if_due |= option == 'D';
	request->is_by_phone |= option == 'P';
	request->keeps |= option == 'k';
	request->is_csv |= option == 'c';
	request->is_sure |= option == 'Y';
	if (option == 'l')
		request->last = optarg;
	if (option == 's')
		request->since = optarg;
	if (option == 'y')
		request->why = optarg;
	if (option == 'r')
		request->reference = optarg;
	if (option == 'o')
		request->root = optarg;
	if (option == 'u')
		request->until = optarg;
	if (option == 'W')
		request->withdraw = optarg;
	if (option == 'f')
		request->file = optarg;
	take_option_of_join(option, request);
	if (option >= OPTION_OF_FORM)
		request->form[option - OPTION_OF_FORM] = optarg;
}

#define FIXED_OPTIONS_MAX 48

/* Those that are listed here, and those of forms. Returns options. */
static const struct option *make_options(struct option options[FIXED_OPTIONS_MAX + FIELD_COUNT + 1])
{
	static const struct option fixed[] = {
		{"json", no_argument, NULL, 'j'},
		{"watch", no_argument, NULL, 'w'},
		{"last", required_argument, NULL, 'l'},
		{"since", required_argument, NULL, 's'},
		{"alerts", no_argument, NULL, 'a'},
		{"why", required_argument, NULL, 'y'},
		{"reference", required_argument, NULL, 'r'},
		{"root", required_argument, NULL, 'o'},
		{"show", no_argument, NULL, 'S'},
		{"end", no_argument, NULL, 'E'},
		{"print", no_argument, NULL, 'p'},
		{"ascii", no_argument, NULL, 'A'},
		{"if-due", no_argument, NULL, 'D'},
		{"phone", no_argument, NULL, 'P'},
		{"keep", no_argument, NULL, 'k'},
		{"csv", no_argument, NULL, 'c'},
		{"until", required_argument, NULL, 'u'},
		{"withdraw", required_argument, NULL, 'W'},
		{"file", required_argument, NULL, 'f'},
		{"ca", required_argument, NULL, 'C'},
		{"ticket", required_argument, NULL, 'T'},
		{"trust", required_argument, NULL, 'R'},
		{"tier", required_argument, NULL, 't'},
		{"terminal", required_argument, NULL, 'n'},
		{"proxy", required_argument, NULL, 'x'},
		{"pin", required_argument, NULL, 'i'},
		{"yes", no_argument, NULL, 'Y'},
		{"help", no_argument, NULL, 'h'},
	};
	size_t n = sizeof(fixed) / sizeof(fixed[0]);

	memcpy(options, fixed, sizeof(fixed));
	for (int field = 0; field < FIELD_COUNT; field++)
		if (cli_form_has_option((enum cli_form_field)field))
			options[n++] = (struct option){
				.name = cli_form_option((enum cli_form_field)field),
				.has_arg = required_argument,
				.val = OPTION_OF_FORM + field,
			};
	options[n] = (struct option){.name = NULL};
	return options;
}

/* Takes the options out of the words of a command. GO_ON, or the exit status. */
static int read_options(
	int argc, char **argv, const struct command *command, struct cli_request *ret)
{
	struct option table[FIXED_OPTIONS_MAX + FIELD_COUNT + 1];
	const struct option *options = make_options(table);
	int option, index = 0;

	optind = 0; /* begin anew */
	while ((option = option_next(argc, argv, ":", options, &index)) != -1) {
		if (option == '?')
			return complain(
				_("there is no option %s"), optarg ? optarg : argv[optind - 1]);
		if (option == ':')
			return complain(
				_("the option %s needs a word behind it"), argv[optind - 1]);
		if (option == 'h') {
			print_usage();
			return CLI_DONE;
		}
		if (!may(command, option))
			return complain(_("%s does not know the option --%s"), command->name,
				options[index].name);
		take_option(option, ret);
	}
	ret->n_words = argc - optind;
	ret->words = argv + optind;
	return GO_ON;
}

static int run(int n_words, char **words)
{
	const struct command *command = NULL;
	struct cli_request request = {.is_json = false};
	int n_name, r;

	if (n_words == 0)
		return complain(_("a command is missing"));
	n_name = find_command(n_words, words, &command);
	if (n_name == 0)
		return complain(_("there is no command %s"), words[0]);
	/* getopt leaves out the first word, so that is the last of the name. */
	r = read_options(n_words - n_name + 1, words + n_name - 1, command, &request);
	if (r != GO_ON)
		return r;
	if (request.n_words < command->n_words_min)
		return complain(_("this command needs one word more: %s"), command->name);
	if (command->n_words_max >= 0 && request.n_words > command->n_words_max)
		return complain(_("this command takes no such word: %s"),
			request.words[command->n_words_max]);
	return command->run(&request);
}

/* What was printed must have arrived: a full disk is no success. */
static int finish(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	perror("sekisho");
	return CLI_UNKNOWN;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'v'},
		{NULL, 0, NULL, 0},
	};

	cli_text_init();
	opterr = 0;
	switch (option_next(argc, argv, "+h", options, NULL)) {
	case 'h': print_usage(); return finish(CLI_DONE);
	case 'v': puts("sekisho " SEKISHO_VERSION); return finish(CLI_DONE);
	case -1: return finish(run(argc - optind, argv + optind));
	default: return complain(_("there is no option %s"), argv[optind - 1]);
	}
}
