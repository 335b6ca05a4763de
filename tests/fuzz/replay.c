/*
 * Hands a fuzzer its seeds, and nothing at all, once each and without libFuzzer: what was ever
 * found stays found. Prints TAP; a seed that ends the process is the one named last.
 * usage: replay_X FOLDER
 */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEED_SIZE_MAX (1024 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int is_seed(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* Exactly as large as the seed, so that a sanitizer sees a look beyond. */
static void hand_over(const uint8_t *bytes, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);

	if (!copy)
		abort();
	memcpy(copy, bytes, size);
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

static int replay(const char *folder, const char *name)
{
	static uint8_t bytes[SEED_SIZE_MAX];
	char path[512];
	size_t size;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "re");
	if (!file) {
		printf("# %s: %s\n", path, strerror(errno));
		return -1;
	}
	size = fread(bytes, 1, sizeof(bytes), file);
	if (ferror(file) || size == sizeof(bytes)) {
		printf("# %s cannot be read, or is too large\n", path);
		fclose(file);
		return -1;
	}
	fclose(file);
	printf("# %s\n", path);
	fflush(stdout);
	hand_over(bytes, size);
	return 0;
}

int main(int argc, char **argv)
{
	struct dirent **seeds;
	int n_seeds, failed = 0;

	if (argc != 2)
		return 2;
	n_seeds = scandir(argv[1], &seeds, is_seed, alphasort);
	if (n_seeds <= 0) {
		printf("1..1\nnot ok 1 - %s has seeds\n", argv[1]);
		return 1;
	}
	printf("1..%d\n", n_seeds + 1);
	fflush(stdout);
	hand_over((const uint8_t *)"", 0);
	printf("ok 1 - nothing at all\n");
	for (int i = 0; i < n_seeds; i++) {
		int r = replay(argv[1], seeds[i]->d_name);

		failed |= r < 0;
		printf("%s %d - %s\n", r < 0 ? "not ok" : "ok", i + 2, seeds[i]->d_name);
		free(seeds[i]);
	}
	free(seeds);
	return failed;
}
