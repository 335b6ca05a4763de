#include "agent/cli_page.h"

#include <stdarg.h>

#define LINE_SIZE 1024

void cli_page_add(struct cli_page *page, const char *const *cells)
{
	if (page->result == 0)
		page->result = cli_table_add(&page->table, cells);
}

void cli_page_say(struct cli_page *page, const char *label, const char *format, ...)
{
	char text[LINE_SIZE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	cli_page_add(page, (const char *const[]){label, text});
}
