#include "agent/cli_enrol_page.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "agent/cli_text.h"

struct page {
	char *text;
	size_t used;
};

__attribute__((format(printf, 2, 3))) static void add(struct page *page, const char *format, ...)
{
	va_list arguments;
	int n;

	if (page->used >= ENROL_PAGE_SIZE - 2)
		return;
	va_start(arguments, format);
	n = vsnprintf(page->text + page->used, ENROL_PAGE_SIZE - 1 - page->used, format, arguments);
	va_end(arguments);
	page->used += n > 0 ? (size_t)n : 0;
	if (page->used > ENROL_PAGE_SIZE - 2)
		page->used = ENROL_PAGE_SIZE - 2;
}

void enrol_page_write(const struct enrol_line *line, const char *user, const char *terminal,
	char ret[ENROL_PAGE_SIZE])
{
	struct page page = {.text = ret};
	time_t now = time(NULL);
	char day[16] = "", code[CODE_TEXT_SIZE];
	struct tm local;

	if (localtime_r(&now, &local))
		(void)strftime(day, sizeof(day), "%Y-%m-%d", &local);
	add(&page, "\n\n\n");
	add(&page, "      %s\n\n", _("Recovery codes for the login"));
	add(&page, "      %s %s\n", _("Account: "), user);
	if (terminal[0])
		add(&page, "      %s %s\n", _("Made at: "), terminal);
	add(&page, "      %s %s\n\n\n", _("Date:    "), day);
	for (size_t i = 0; i < line->n_recovery; i++) {
		code_text_group(line->recovery[i], code);
		add(&page, "        %2zu   %s\n\n", i + 1, code);
	}
	explicit_bzero(code, sizeof(code));
	add(&page, "\n%s",
		_("      Each counts once, in place of the one-time code, when your phone\n"
		  "      or token is not at hand. Cross out what you have used.\n\n"
		  "      Keep this page locked away, not beside the terminal. Whoever finds\n"
		  "      it still needs your password. If it is lost, tell the IT staff.\n"));
	page.text[page.used++] = '\f';
	page.text[page.used] = '\0';
}
