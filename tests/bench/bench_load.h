/* What a terminal has in memory before it can decide: root, policy and media, from files that were
 * verified one after the other. */
#pragma once

#include "policy/media.h"
#include "policy/policy.h"
#include "policy/root.h"

struct bench_documents {
	struct root *root;
	struct policy *policy;
	struct media *media;
};

/* Ends the program with a message where anything is refused. */
void bench_load_policy(const char *root_path, const char *policy_path, struct bench_documents *ret);
/* FOLDER/media.ini and FOLDER/media/. */
void bench_load_media(const char *folder, struct bench_documents *documents);
void bench_documents_free(struct bench_documents *documents);
