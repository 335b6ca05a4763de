#include "agent/pam_stack.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/pam_entry.h"
#include "policy/cleanup.h"

/* libpam goes on until it has no descriptor left, then fails the line, as happens here. */
#define DEPTH_MAX 32
#define FILES_MAX 256
#define PATH_ROOM 512

struct list {
	struct pam_handler *items;
	size_t n;
};

struct reading {
	const struct pam_source *source;
	const char *service;
	struct list own, other;
	struct pam_stack *stack; /* its files and its fault */
};

/* Where a file is read, and for what. */
struct place {
	const char *file;
	const char *known;     /* the service that all its lines are for; NULL: they say it */
	enum pam_type type;    /* that is asked for, or ANY */
	unsigned level, depth; /* of substacks; of files in files */
	unsigned line;
};

static int read_file(struct reading *reading, const char *path, struct place *place);

/* The first one stays. */
static int give_up(struct reading *reading, const struct place *place, enum pam_stack_fault fault)
{
	struct pam_stack *stack = reading->stack;

	if (stack->fault == PAM_STACK_WHOLE || fault > PAM_STACK_ABORTED) {
		stack->fault = fault;
		stack->fault_file = place->file;
		stack->fault_line = place->line;
	}
	return fault == PAM_STACK_ABORTED ? -EBADMSG : -ECANCELED;
}

static const char *keep_name(struct pam_stack *stack, const char *path)
{
	char **more;

	for (size_t i = 0; i < stack->n_files; i++)
		if (strcmp(stack->files[i], path) == 0)
			return stack->files[i];
	more = reallocarray(stack->files, stack->n_files + 1, sizeof(*more));
	if (!more)
		return NULL;
	stack->files = more;
	more[stack->n_files] = strdup(path);
	return more[stack->n_files] ? more[stack->n_files++] : NULL;
}

/* What libpam calls the module in its journal; without one it gives up. */
static bool has_name(const char *module)
{
	const char *base = strrchr(module, '/'), *dot;
	size_t length;

	base = base ? base + 1 : module;
	dot = strrchr(base, '.');
	length = dot ? (size_t)(dot - base) : strlen(base);
	return length > 0 && !(length == 1 && base[0] == '?');
}

/* rest is cut up. */
static int keep_arguments(char *rest, struct pam_handler *handler)
{
	size_t size = 0;
	char *word;

	if (!rest)
		return 0;
	handler->arguments = malloc(strlen(rest) + 2);
	if (!handler->arguments)
		return -ENOMEM;
	while ((word = pam_line_word(&rest))) {
		size_t length = strlen(word) + 1;

		memmove(handler->arguments + size, word, length);
		size += length;
		handler->n_arguments++;
	}
	return 0;
}

static int add(struct list *list, const struct pam_entry *said, enum pam_kind kind,
	const struct place *place)
{
	struct pam_handler *more, *handler;

	more = reallocarray(list->items, list->n + 1, sizeof(*more));
	if (!more)
		return -ENOMEM;
	list->items = more;
	handler = &more[list->n];
	*handler = (struct pam_handler){.kind = kind,
		.level = place->level,
		.file = place->file,
		.line = place->line,
		.is_silent = said->is_silent};
	list->n++;
	memcpy(handler->actions, said->actions, sizeof(handler->actions));
	if (said->module && !(handler->module = strdup(said->module)))
		return -ENOMEM;
	return kind == PAM_SUBSTACK ? 0 : keep_arguments(said->rest, handler);
}

/* libpam follows a pointer to nowhere: the login program ends, or at best lets nobody in. */
static int crash(struct reading *reading, const struct place *place)
{
	(void)give_up(reading, place, PAM_STACK_ABORTED);
	return -ECANCELED;
}

static int add_line(struct reading *reading, const struct pam_entry *said, enum pam_kind kind,
	const struct place *place)
{
	struct list *list = said->is_other ? &reading->other : &reading->own;

	if (said->type == PAM_TYPE_ANY)
		return give_up(reading, place, PAM_STACK_ABORTED);
	if (said->module && !has_name(said->module))
		return crash(reading, place);
	if (said->type != PAM_TYPE_AUTH)
		return 0;
	if (list->n >= PAM_HANDLERS_MAX)
		return give_up(reading, place, PAM_STACK_LARGE);
	return add(list, said, kind, place);
}

/* 0; -ENOENT, -EBADMSG: the line fails; or the end of all reading. */
static int include(struct reading *reading, const struct pam_entry *said, const struct place *from)
{
	struct place place = {.known = from->known ? from->known : reading->service,
		.type = said->type,
		.level = from->level + said->is_substack,
		.depth = from->depth + 1,
		.line = from->line,
		.file = from->file};
	const char *folders[] = {PAM_FOLDER, PAM_VENDOR_FOLDER};
	char path[PATH_ROOM];
	int r = -ENOENT;

	if (place.level >= PAM_LEVELS_MAX || place.depth >= DEPTH_MAX)
		return -ENOENT;
	if (said->module[0] == '/')
		return read_file(reading, said->module, &place);
	for (size_t i = 0; r == -ENOENT && i < (reading->source->is_debian ? 1 : 2); i++) {
		int size = snprintf(path, sizeof(path), "%s/%s", folders[i], said->module);

		if (size < (int)sizeof(path))
			r = read_file(reading, path, &place);
	}
	return r;
}

/* Of an include: 0; or as libpam does, which fails the line where the file is missing. */
static int take_include(struct reading *reading, struct pam_entry *said, const struct place *place)
{
	if (!said->module)
		return reading->source->is_debian ? crash(reading, place) : -ENOENT;
	if (said->is_substack) {
		int r = add_line(reading, said, PAM_SUBSTACK, place);

		if (r < 0)
			return r;
	}
	return include(reading, said, place);
}

static int take_said(struct reading *reading, struct pam_entry *said, const struct place *place)
{
	int r;

	if (said->is_include) {
		r = take_include(reading, said, place);
		if (r != -ENOENT && r != -EBADMSG)
			return r;
		/* What is wrong in a file that is included ends that file alone. */
		if (reading->stack->fault == PAM_STACK_ABORTED)
			reading->stack->fault = PAM_STACK_WHOLE;
		/* Debian's "@include" leaves to chance what is done then: at worst nothing. */
		pam_entry_set_all(said, said->is_at ? PAM_ACTION_IGNORE : PAM_ACTION_BAD);
		said->module = said->rest = NULL;
		said->must_fail = true;
	}
	return add_line(reading, said,
		said->must_fail || !said->module ? PAM_MUST_FAIL : PAM_MODULE, place);
}

static int take_line(struct reading *reading, char *line, const struct place *place)
{
	const char *service = place->known ? place->known : pam_line_word(&line);
	struct pam_entry said;
	bool is_other;

	if (!service)
		return give_up(reading, place, PAM_STACK_ABORTED);
	is_other = pam_word_is(service, PAM_OTHER);
	if (!is_other && !pam_word_is(service, reading->service))
		return 0;
	if (!pam_entry_read(line, place->type, reading->source->is_debian, &said))
		return 0;
	said.is_other = is_other;
	/* The files of a service's own lines are its own, and those of other's are other's. */
	if (!place->known && said.is_include) {
		struct place known = *place;

		known.known = said.is_other ? PAM_OTHER : reading->service;
		return take_said(reading, &said, &known);
	}
	return take_said(reading, &said, place);
}

static int take_lines(struct reading *reading, struct pam_text *text, struct place *place)
{
	char line[PAM_LINE_SIZE];
	int r;

	while ((r = pam_line_next(text, line, &place->line)) > 0) {
		r = take_line(reading, line, place);
		if (r < 0)
			return r;
	}
	if (r < 0) {
		place->line = text->line;
		return give_up(reading, place, PAM_STACK_ABORTED);
	}
	return 0;
}

/* 0; -ENOENT: no such file; -EBADMSG: libpam gives it up; -ECANCELED: no more can be said. */
static int read_file(struct reading *reading, const char *path, struct place *place)
{
	CLEANUP(cleanup_free) char *bytes = NULL;
	struct pam_text text = {.at = 0};
	int r = reading->source->read(reading->source->context, path, &bytes, &text.size);

	if (r == -ENOENT || r == -ENOMEM)
		return r;
	if (reading->stack->n_files >= FILES_MAX)
		return give_up(reading, place, PAM_STACK_LARGE);
	place->file = keep_name(reading->stack, path);
	if (!place->file)
		return -ENOMEM;
	if (r < 0) {
		place->line = 0;
		return give_up(reading, place, PAM_STACK_UNREAD);
	}
	text.bytes = bytes;
	return take_lines(reading, &text, place);
}

/* The file of a service, from the first folder that has it. */
static int read_service(struct reading *reading, const char *service)
{
	const char *folders[] = {PAM_FOLDER, PAM_VENDOR_FOLDER};
	char path[PATH_ROOM];
	int r = -ENOENT;

	for (size_t i = 0; r == -ENOENT && i < sizeof(folders) / sizeof(folders[0]); i++) {
		struct place place = {.known = service};
		int size = snprintf(path, sizeof(path), "%s/%s", folders[i], service);

		if (size < (int)sizeof(path))
			r = read_file(reading, path, &place);
	}
	return r;
}

static int read_all(struct reading *reading)
{
	struct place conf = {.line = 0};
	int r, other;

	if (!reading->source->has_folder) {
		r = read_file(reading, PAM_CONF, &conf);
		return r == -ENOENT ? give_up(reading, &conf, PAM_STACK_ABORTED) : r;
	}
	r = read_service(reading, reading->service);
	reading->stack->is_missing = r == -ENOENT;
	if (r < 0 && r != -ENOENT)
		return r;
	other = read_service(reading, PAM_OTHER);
	if (r == -ENOENT && other == -ENOENT)
		return give_up(reading, &conf, PAM_STACK_ABORTED);
	return other == -ENOENT ? 0 : other;
}

static void clear_list(struct list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		free(list->items[i].module);
		free(list->items[i].arguments);
	}
	free(list->items);
	*list = (struct list){.items = NULL};
}

int pam_stack_read(const struct pam_source *source, const char *service, struct pam_stack *ret)
{
	struct pam_stack stack = {.handlers = NULL};
	struct reading reading = {.source = source, .service = service, .stack = &stack};
	int r = read_all(&reading);
	struct list *chosen = reading.own.n ? &reading.own : &reading.other;

	if (r == -ENOMEM) {
		clear_list(&reading.own);
		clear_list(&reading.other);
		pam_stack_clear(&stack);
		return r;
	}
	clear_list(reading.own.n ? &reading.other : &reading.own);
	stack.handlers = chosen->items;
	stack.n = chosen->n;
	stack.is_of_other = chosen == &reading.other;
	*ret = stack;
	return 0;
}

void pam_stack_clear(struct pam_stack *stack)
{
	struct list list = {.items = stack->handlers, .n = stack->n};

	clear_list(&list);
	for (size_t i = 0; i < stack->n_files; i++)
		free(stack->files[i]);
	free(stack->files);
	*stack = (struct pam_stack){.handlers = NULL};
}

bool pam_handler_has(const struct pam_handler *handler, const char *argument)
{
	const char *at = handler->arguments;

	for (size_t i = 0; i < handler->n_arguments; i++, at += strlen(at) + 1)
		if (strcmp(at, argument) == 0)
			return true;
	return false;
}
