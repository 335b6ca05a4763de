/* sekisho exemptions: one's own requests and permissions. */
#include "agent/cli.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "agent/cli_bus.h"
#include "agent/cli_exemption.h"
#include "agent/cli_exemption_words.h"
#include "agent/cli_exemptions_watch.h"
#include "agent/cli_json.h"
#include "agent/cli_text.h"
#include "agent/cli_wrap.h"
#include "policy/cleanup.h"

#define INDENT 4

/* Each sentence begins on a line of its own. */
static void print_indented(const char *text, int indent)
{
	while (*text) {
		char sentence[CLI_EXEMPTION_WORDS_SIZE];
		size_t size = strcspn(text, "\n");

		snprintf(sentence, sizeof(sentence), "%.*s", (int)size, text);
		printf("%*s", indent, "");
		cli_wrap_print(
			stdout, sentence, (size_t)indent, (size_t)indent, cli_screen_width());
		putchar('\n');
		text += size + (text[size] == '\n');
	}
}

void cli_exemption_print(const struct cli_exemption *exemption, int indent)
{
	char words[CLI_EXEMPTION_WORDS_SIZE];

	printf("%s  %s\n", exemption->id, cli_phase_words(exemption));
	cli_exemption_what(exemption, words);
	print_indented(words, indent);
	cli_exemption_words(exemption, (int64_t)time(NULL), words);
	print_indented(words, indent);
}

static int print_all(sd_bus_message *reply)
{
	struct cli_exemption exemption;
	bool has_any = false;
	int r;

	while ((r = cli_exemption_read(reply, &exemption)) > 0) {
		if (has_any)
			putchar('\n');
		has_any = true;
		cli_exemption_print(&exemption, INDENT);
	}
	if (r == 0 && !has_any)
		puts(_("You have no requests and no permissions."));
	return r;
}

static int print_json(sd_bus_message *reply)
{
	struct json_object *array = json_object_new_array();
	struct cli_exemption exemption;
	int r;

	while ((r = cli_exemption_read(reply, &exemption)) > 0)
		cli_json_append(array, cli_exemption_json(&exemption));
	if (r < 0)
		json_object_put(array);
	else
		cli_json_print(array);
	return r;
}

/* For whoever just logged in: nothing where nothing is due. */
static int print_due(sd_bus_message *reply)
{
	struct cli_exemption exemption;
	char words[CLI_EXEMPTION_WORDS_SIZE];
	int r;

	while ((r = cli_exemption_read(reply, &exemption)) > 0) {
		if (!exemption.is_report_due)
			continue;
		cli_exemption_report_words(&exemption, words);
		print_indented(words, 0);
	}
	return r;
}

static int tell(int (*print)(sd_bus_message *reply))
{
	CLEANUP(cli_message_cleanup) sd_bus_message *reply = NULL;
	int r;

	if (cli_exemptions_ask(&reply) < 0)
		return CLI_UNKNOWN;
	r = print(reply);
	if (r < 0)
		cli_tell_bad_answer(r);
	return r < 0 ? CLI_UNKNOWN : CLI_DONE;
}

int cli_exemptions_list(bool is_json)
{
	return tell(is_json ? print_json : print_all);
}

int cli_exemptions(const struct cli_request *request)
{
	if (request->if_due)
		return tell(print_due);
	if (request->watches)
		return cli_exemptions_watch(request->is_json);
	return cli_exemptions_list(request->is_json);
}
