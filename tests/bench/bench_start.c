/*
 * Times the real sekishod from its start until it says READY, over a fake kernel with the devices
 * of a desk. Prints "WALL_MS CPU_MS" lines. Nothing fails because of time.
 *
 * usage: bench_start BUILD_DIR RUNS ROOT SITE DISC    DISC: a folder with policy.ini, and media.ini
 *                                                     with its shards or no media
 */
#include <err.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/cli_documents.h"
#include "agent/policies.h"
#include "tests/unit/fake_sysfs.h"
#include "tests/usb/daemon.h"
#include "tests/usb/fake_kernel.h"

#define FILE_MAX 16384

static struct cli_documents documents;
static struct policies_shard shards[256];
static size_t n_shards;
static const struct cli_document *policy, *media;

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void copy_to_etc(const char *path, const char *name)
{
	static char bytes[FILE_MAX];
	FILE *file = fopen(path, "re");
	size_t size;

	if (!file)
		err(1, "%s", path);
	size = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	daemon_put("etc", name, bytes, size);
}

static void read_disc(const char *path)
{
	if (cli_documents_add_folder(&documents, path, &(struct document_place){}) < 0)
		errx(1, "%s", path);
	for (size_t i = 0; i < documents.n; i++) {
		const struct cli_document *document = &documents.items[i];
		struct document_name name = document_name_parse(document->name);

		if (name.is_shard)
			shards[n_shards++] = (struct policies_shard){
				.number = (unsigned)name.number,
				.bytes = document->bytes,
				.size = document->size,
			};
		else if (name.kind == DOCUMENT_POLICY)
			policy = document;
		else if (name.kind == DOCUMENT_MEDIA)
			media = document;
	}
	if (!policy || !policy->bytes)
		errx(1, "%s: no policy", path);
}

static void expect(
	const char *what, enum policies_outcome outcome, const struct policies_answer *answer)
{
	if (answer->outcome != outcome)
		errx(1, "%s: %s", what, answer->detail);
}

/* What the terminal was given in earlier days. */
static void fill_state(void)
{
	struct policies_config config = {
		.etc_fd = open(daemon_folder("etc"), O_RDONLY | O_DIRECTORY | O_CLOEXEC),
		.state_fd = open(daemon_folder("state"), O_RDONLY | O_DIRECTORY | O_CLOEXEC),
		.clock = {.realtime_s = time(NULL), .boottime_ms = 1000},
	};
	struct policies_answer answer;
	struct policies *policies;

	if (policies_open(&config, &policies) < 0 ||
		policies_offer(policies, policy->bytes, policy->size, &config.clock, &answer) < 0)
		errx(1, "memory");
	expect("policy.ini", POLICIES_APPLIED, &answer);
	if (policies_keep(policies) < 0)
		errx(1, "the policy cannot be kept");
	if (media) {
		if (policies_offer_media(policies, media->bytes, media->size, shards, n_shards,
			    &config.clock, &answer) < 0)
			errx(1, "memory");
		expect("media.ini", POLICIES_TAKEN, &answer);
	}
	policies_close(policies);
	close(config.etc_fd);
	close(config.state_fd);
}

static void plug_desk(void)
{
	kernel_add_controller("usb1");
	kernel_add_controller("usb2");
	kernel_plug_keyboard("1-1");
	kernel_plug(&(struct kernel_device){.name = "1-2", .descriptors = "046d:c077 03/01/02"});
	kernel_plug(&(struct kernel_device){.name = "1-3", .descriptors = "04e6:5116 0b/00/00"});
	kernel_plug_stick("2-1");
}

int main(int argc, char **argv)
{
	void *state = NULL;

	fake_sysfs_start(argv);
	if (argc != 6)
		errx(2, "usage: bench_start BUILD_DIR RUNS ROOT SITE DISC");
	daemon_is_in(argv[1]);
	if (kernel_setup(&state) < 0 || daemon_setup(&state) < 0)
		errx(1, "no fake kernel");
	copy_to_etc(argv[3], "root.ini");
	copy_to_etc(argv[4], "site.ini");
	read_disc(argv[5]);
	fill_state();
	plug_desk();
	for (long i = 0, n = strtol(argv[2], NULL, 10); i < n; i++) {
		double began_ms = now_ms();

		daemon_start();
		began_ms = now_ms() - began_ms;
		printf("%.1f %.1f\n", began_ms, daemon_cpu_ms());
		daemon_stop();
	}
	cli_documents_clear(&documents);
	return daemon_teardown(&state) | kernel_teardown(&state) ? 1 : 0;
}
