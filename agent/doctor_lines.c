#include "agent/doctor_lines.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/below.h"

#define FILE_MAX (256 * 1024)

bool doctor_path(const char *folder, const char *name, char ret[DOCTOR_PATH_SIZE])
{
	bool is_whole = name[0] == '/';
	int size = snprintf(
		ret, DOCTOR_PATH_SIZE, "%s%s%s", is_whole ? "" : folder, is_whole ? "" : "/", name);

	return size > 0 && size < DOCTOR_PATH_SIZE;
}

void doctor_lines_clear(struct doctor_lines *lines)
{
	free(lines->text);
}

bool doctor_lines_open(struct doctor *doctor, const char *path, struct doctor_lines *ret)
{
	size_t size;
	int r = below_read(doctor->root_fd, path, FILE_MAX, &ret->text, &size);

	if (r < 0 && r != -ENOENT && r != -ENOTDIR)
		doctor_find_unread(doctor, path, r);
	ret->rest = r == 0 ? ret->text : NULL;
	ret->file = path;
	return r == 0;
}

char *doctor_lines_next(struct doctor_lines *lines)
{
	char *line = strsep(&lines->rest, "\n");
	size_t length;

	if (!line)
		return NULL;
	lines->number++;
	line += strspn(line, DOCTOR_BLANKS);
	length = strlen(line);
	while (length > 0 && strchr(DOCTOR_BLANKS, line[length - 1]))
		line[--length] = '\0';
	return line;
}

enum doctor_weight doctor_weight_of(const struct doctor *doctor, const char *service)
{
	struct login_decision decision;
	bool is_wanted;

	doctor_decide(doctor, service, &decision, &is_wanted);
	return is_wanted ? DOCTOR_WRONG : DOCTOR_REMARK;
}

void doctor_lines_found(struct doctor *doctor, enum doctor_word word, const char *service,
	const struct doctor_lines *lines, const char *detail)
{
	const struct doctor_place place = {
		.service = service, .file = lines->file, .line = lines->number};

	doctor_find(doctor, word, doctor_weight_of(doctor, service), &place, "%s", detail);
}
