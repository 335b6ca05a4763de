#include "agent/document_places.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "agent/descriptor.h"
#include "policy/characters.h"
#include "policy/cleanup.h"

/* A word that names a site, a tier, a terminal. */
#define WORD_SIZE 64

/* A folder below another. Its fd, or -1 where there is none, or its name is none. */
static int open_named(int folder_fd, const char *path, const char *word)
{
	char below[2 * WORD_SIZE];

	for (const char *at = word; *at; at++)
		if (!is_word_character(*at))
			word = "";
	if (!*word || strlen(word) >= WORD_SIZE)
		return -1;
	snprintf(below, sizeof(below), "%s%s", path, word);
	return openat(folder_fd, below, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* The other itself. */
static int open_itself(int folder_fd)
{
	int fd = fcntl(folder_fd, F_DUPFD_CLOEXEC, 0);

	return fd < 0 ? -errno : fd;
}

static int open_site(int folder_fd, const char *site)
{
	int fd = open_named(folder_fd, "sekisho/", site);

	if (fd < 0)
		fd = open_named(folder_fd, "", site);
	return fd < 0 ? open_itself(folder_fd) : fd;
}

static int open_tier(int site_fd, const char *tier)
{
	int fd = open_named(site_fd, "", tier);

	return fd < 0 ? open_itself(site_fd) : fd;
}

int document_places_open(
	const char *path, const struct document_place *place, struct document_places *ret)
{
	CLEANUP(cleanup_close) int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CLEANUP(cleanup_close) int site_fd = -1;
	int tier_fd;

	if (fd < 0)
		return -errno;
	site_fd = open_site(fd, place->site);
	if (site_fd < 0)
		return site_fd;
	tier_fd = open_tier(site_fd, place->tier);
	if (tier_fd < 0)
		return tier_fd;
	*ret = (struct document_places){
		.tier_fd = tier_fd,
		.of_tier_fd = open_named(tier_fd, "terminals/", place->terminal),
		.of_site_fd = open_named(site_fd, "terminals/", place->terminal),
	};
	/* Not above: in which order the members of an initializer are computed nobody says. */
	ret->site_fd = take_fd(&site_fd);
	return 0;
}

void document_places_close(struct document_places *places)
{
	int *const fds[] = {
		&places->site_fd, &places->tier_fd, &places->of_tier_fd, &places->of_site_fd};

	for (size_t i = 0; i < DOCUMENT_FOLDERS_MAX; i++)
		if (*fds[i] > 0)
			cleanup_close(fds[i]);
	*places = (struct document_places){};
}

static bool is_of_terminal(const char *name)
{
	static const char *const names[] = {"exemptions.ini", "tokens.ini", "desks.ini"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

static bool is_of_site(const char *name)
{
	return strcmp(name, "root") == 0 || strncmp(name, "root/", 5) == 0;
}

size_t document_places_of(
	const struct document_places *places, const char *name, int ret[DOCUMENT_FOLDERS_MAX])
{
	const int of_terminal[] = {
		places->of_tier_fd, places->of_site_fd, places->tier_fd, places->site_fd};
	size_t n = 0;

	if (is_of_terminal(name)) {
		for (size_t i = 0; i < DOCUMENT_FOLDERS_MAX; i++)
			if (of_terminal[i] >= 0)
				ret[n++] = of_terminal[i];
		return n;
	}
	if (!is_of_site(name))
		ret[n++] = places->tier_fd;
	/* Of all tiers there is one. */
	if (is_of_site(name) || strcmp(name, "revocations.ini") == 0)
		ret[n++] = places->site_fd;
	return n;
}
