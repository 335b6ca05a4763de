#include "agent/cli_join_plan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "agent/cli_ask.h"
#include "agent/cli_text.h"
#include "agent/descriptor.h"
#include "agent/store.h"
#include "policy/cleanup.h"
#include "policy/site_write.h"
#include "policy/verify.h"

#define CERTIFICATE_MARK "-----BEGIN CERTIFICATE-----"
#define STDIN_WORD       "-"

__attribute__((format(printf, 1, 2))) static int complain(const char *format, ...)
{
	va_list arguments;

	fputs("sekisho: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	return CLI_UNKNOWN;
}

static int complain_of_problems(const char *name, struct problems *problems)
{
	char line[512];

	for (size_t i = 0; i < problems->count; i++) {
		problem_format(&problems->items[i], name, line, sizeof(line));
		complain("%s", line);
	}
	return CLI_UNKNOWN;
}

/* --- /etc/sekisho as it is --- */

static int open_etc(const char *root, int *ret)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/etc/sekisho", root ? root : "");
	*ret = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*ret < 0)
		return complain("%s: %s", path, strerror(errno));
	return CLI_DONE;
}

/* Where there is none, an empty one; a mistake is somebody's to put right. */
static int read_site(struct join_plan *plan)
{
	CLEANUP(cleanup_free) char *text = NULL;
	CLEANUP(problems_clear) struct problems problems = {};
	size_t size;
	int r = store_read(plan->etc_fd, "site.ini", SITE_SIZE_MAX, &text, &size);

	plan->site = (struct site){.ring = SITE_RING_LAST};
	if (r == -ENOENT)
		return CLI_DONE;
	if (r == 0)
		r = site_parse(text, size, &problems, &plan->site);
	if (problems_any(&problems))
		return complain_of_problems("site.ini", &problems);
	return r < 0 ? complain("site.ini: %s", strerror(-r)) : CLI_DONE;
}

/* --- the first root --- */

static int judge_root(struct join_plan *plan, const char *name, const char *bytes, size_t size)
{
	const struct verify_request request = {.now_s = time(NULL)};
	CLEANUP(problems_clear) struct problems problems = {};
	struct verification verification = {};
	struct root *root = NULL;
	int r = verify_first_root(&request, bytes, size, &problems, &verification, &root);

	if (r < 0)
		return complain("%s: %s", name, strerror(-r));
	if (!root)
		return complain("%s: %s", name, verification.detail);
	memcpy(plan->root_sha256, verification.text_sha256, sizeof(plan->root_sha256));
	snprintf(plan->site.site, sizeof(plan->site.site), "%s", root->header.site);
	root_free(root);
	return CLI_DONE;
}

/* The one that is there was compared with paper by whoever put it there. */
static int settle_root(const struct cli_request *request, struct join_plan *plan)
{
	CLEANUP(cleanup_free) char *mine = NULL;
	size_t size;
	int r = store_read(plan->etc_fd, "root.ini", ROOT_SIZE_MAX, &mine, &size);

	if (r < 0 && r != -ENOENT)
		return complain("root.ini: %s", strerror(-r));
	if (!request->trust)
		return r == 0 ? judge_root(plan, "root.ini", mine, size)
			      : complain("%s", _("this terminal trusts nobody yet: name the first "
						 "root of the site by --trust FILE"));
	if (store_read(AT_FDCWD, request->trust, ROOT_SIZE_MAX, &plan->root, &plan->root_size) < 0)
		return complain(_("%s cannot be read"), request->trust);
	if (r == 0 && (size != plan->root_size || memcmp(mine, plan->root, size) != 0))
		return complain("%s", _("this terminal trusts another root already; nothing was "
					"changed"));
	plan->is_root_new = r == -ENOENT;
	return judge_root(plan, request->trust, plan->root, plan->root_size);
}

/* --- the server --- */

static int copy(const char *option, const char *word, char *ret, size_t size)
{
	if (!word)
		return CLI_DONE;
	if ((size_t)snprintf(ret, size, "%s", word) >= size)
		return complain(_("%s is too long"), option);
	return CLI_DONE;
}

static int settle_site(const struct cli_request *request, struct join_plan *plan)
{
	CLEANUP(problems_clear) struct problems problems = {};
	struct site *site = &plan->site;
	int r;

	if (copy("URL", request->words[0], site->source, sizeof(site->source)) != CLI_DONE ||
		copy("--tier", request->tier, site->tier, sizeof(site->tier)) != CLI_DONE ||
		copy("--terminal", request->terminal, site->terminal, sizeof(site->terminal)) !=
			CLI_DONE ||
		copy("--proxy", request->proxy, site->proxy, sizeof(site->proxy)) != CLI_DONE ||
		copy("--pin", request->pin, site->pin, sizeof(site->pin)) != CLI_DONE)
		return CLI_UNKNOWN;
	if (!site->tier[0])
		return complain("%s", _("which tier does this terminal belong to? Say --tier"));
	r = site_write(site, &problems, &plan->site_text);
	if (r == -EBADMSG)
		return complain_of_problems("site.ini", &problems);
	return r < 0 ? complain("%s", strerror(-r)) : CLI_DONE;
}

static int settle_ca(const struct cli_request *request, struct join_plan *plan)
{
	bool is_https = site_source_kind(plan->site.source) == SITE_SOURCE_HTTPS;

	if (request->ca &&
		store_read(AT_FDCWD, request->ca, CA_SIZE_MAX, &plan->ca, &plan->ca_size) < 0)
		return complain(_("%s cannot be read"), request->ca);
	if (request->ca && !strstr(plan->ca, CERTIFICATE_MARK))
		return complain(_("%s holds no certificate (PEM)"), request->ca);
	if (is_https && !plan->ca && !plan->site.pin[0] &&
		faccessat(plan->etc_fd, "server-ca.pem", F_OK, 0) < 0)
		return complain(
			"%s", _("nothing says which server is the right one: name its CA by "
				"--ca FILE, or its key by --pin"));
	return CLI_DONE;
}

/* --- the ticket --- */

static int read_ticket(const char *name, char text[TICKET_FILE_MAX + 1])
{
	char *bytes = NULL;
	size_t size = 0;
	int r;

	if (!name || strcmp(name, STDIN_WORD) == 0)
		return cli_ask(_("Ticket: "), false, text, TICKET_FILE_MAX);
	r = store_read(AT_FDCWD, name, TICKET_FILE_MAX, &bytes, &size);
	if (r == 0)
		memcpy(text, bytes, size + 1);
	if (bytes)
		explicit_bzero(bytes, size);
	free(bytes);
	return r;
}

static int settle_ticket(const struct cli_request *request, struct join_plan *plan)
{
	char text[TICKET_FILE_MAX + 1] = "";
	int r = read_ticket(request->ticket, text), parsed;

	parsed = r < 0 ? r : join_ticket_parse(text, &plan->ticket);
	explicit_bzero(text, sizeof(text));
	if (r < 0 && r != -EFBIG && r != -EMSGSIZE)
		return complain(_("the ticket cannot be read: %s"), strerror(-r));
	return parsed < 0 ? complain("%s", _("this is no ticket: was it typed right?")) : CLI_DONE;
}

int join_plan_make(const struct cli_request *request, struct join_plan *ret)
{
	int code;

	*ret = (struct join_plan){.etc_fd = -1};
	code = open_etc(request->root, &ret->etc_fd);
	if (code == CLI_DONE)
		code = read_site(ret);
	if (code == CLI_DONE)
		code = settle_root(request, ret);
	if (code == CLI_DONE)
		code = settle_site(request, ret);
	if (code == CLI_DONE)
		code = settle_ca(request, ret);
	return code == CLI_DONE ? settle_ticket(request, ret) : code;
}

void join_plan_clear(struct join_plan *plan)
{
	cleanup_close(&plan->etc_fd);
	free(plan->site_text);
	free(plan->ca);
	free(plan->root);
	explicit_bzero(plan, sizeof(*plan));
	plan->etc_fd = -1;
}

int join_plan_write(const struct join_plan *plan, const char **ret_name)
{
	char ticket[TICKET_TEXT_SIZE + 1];
	size_t used;
	int r = 0;

	*ret_name = "root.ini";
	if (plan->root)
		r = store_write_public(plan->etc_fd, *ret_name, plan->root, plan->root_size);
	if (r == 0 && plan->ca) {
		*ret_name = "server-ca.pem";
		r = store_write_public(plan->etc_fd, *ret_name, plan->ca, plan->ca_size);
	}
	if (r == 0) {
		*ret_name = "site.ini";
		r = store_write_public(
			plan->etc_fd, *ret_name, plan->site_text, strlen(plan->site_text));
	}
	if (r < 0)
		return r;
	*ret_name = "join-ticket";
	join_ticket_format(&plan->ticket, ticket);
	used = strlen(ticket);
	ticket[used++] = '\n';
	r = store_write(plan->etc_fd, *ret_name, ticket, used);
	explicit_bzero(ticket, sizeof(ticket));
	return r;
}
