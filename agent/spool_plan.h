/*
 * Which documents of the spool are judged, and when: what changed, once, and not more often than
 * whoever fills the spool may cost. Pure: knows neither files nor documents.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "policy/document.h"

/* Refusals that are recorded at once, and how long each of them takes to be earned again. */
#define SPOOL_REFUSALS_MAX     60
#define SPOOL_REFUSAL_EVERY_MS 10000
/* What was refused or waits is judged again after this, doubled each time. */
#define SPOOL_RETRY_MS     60000
#define SPOOL_RETRY_MAX_MS (64 * 60000)
/* The part of the time that looks may take is one in so many. */
#define SPOOL_SHARE 20
/* More may come at once. */
#define SPOOL_SOON_MS 100

/* Documents that are judged together; all zeros: never seen. */
struct spool_group {
	bool was_judged, is_bad;
	uint8_t seen[SHA256_SIZE];  /* of what its files were like */
	uint8_t bytes[SHA256_SIZE]; /* of what they held */
	unsigned n_retries;
	uint64_t retry_ms;
};

/* Whether its files are to be read: they are not as they were, or it is time again. */
bool spool_group_is_due(
	const struct spool_group *group, const uint8_t seen[SHA256_SIZE], uint64_t now_ms);

/* Whether what was read is to be judged: the same bytes again are not, unless it is time. */
bool spool_group_wants(struct spool_group *group, const uint8_t seen[SHA256_SIZE],
	const uint8_t bytes[SHA256_SIZE], uint64_t now_ms);

/* It was judged. is_bad: some of it is not in force. */
void spool_group_judged(struct spool_group *group, bool is_bad, uint64_t now_ms);

/* Somebody who may sign came: judged again, whatever it is. */
void spool_group_forget(struct spool_group *group);

/* When to look again for its sake; UINT64_MAX: not. */
uint64_t spool_group_next_ms(const struct spool_group *group);

/* How much may be refused. */
struct spool_budget {
	unsigned n; /* that may be refused now */
	uint64_t since_ms;
};

void spool_budget_begin(struct spool_budget *budget, uint64_t now_ms);
/* Earns what is due. Whether anything may be judged now. */
bool spool_budget_allows(struct spool_budget *budget, uint64_t now_ms);
void spool_budget_spend(struct spool_budget *budget, unsigned n);
