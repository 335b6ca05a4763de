/* What scenarios, random events and lives are made of: policies by their names, media that are
 * registered. */
#pragma once

#include <stddef.h>

#include "policy/media.h"
#include "policy/policy.h"

/* tests/scenarios/policies/NAME.ini, for policy_free(). NULL: it cannot be used, and why. */
struct policy *material_policy(const char *name, char *why, size_t why_size);
/* The same for who cannot go on without. */
struct policy *material_policy_needed(const char *name);

/* A table of one shard, for media_free(). NULL: they cannot be registered. */
struct media *material_media(const struct medium *const *media, size_t n_media);
