#include "tests/bench/server/load_result.h"

#include <stdio.h>

void load_result_wait(struct load_result *result, uint64_t us)
{
	unsigned bucket = 0;

	for (uint64_t bound = 100; us > bound && bucket < LOAD_BUCKETS - 1; bound += bound / 4)
		bucket++;
	result->waits[bucket]++;
}

void load_result_count(struct load_result *result, const struct load_counts *counts)
{
	struct load_counts *all = &result->counts;

	all->questions += counts->questions;
	all->bytes += counts->bytes;
	all->handshakes += counts->handshakes;
	all->full_answers += counts->full_answers;
	all->reports += counts->reports;
	all->refused += counts->refused;
}

void load_result_add(struct load_result *sum, const struct load_result *one)
{
	sum->looks += one->looks;
	sum->failures += one->failures;
	sum->cpu_us += one->cpu_us;
	sum->served += one->served;
	if (one->last_served_us > sum->last_served_us)
		sum->last_served_us = one->last_served_us;
	load_result_count(sum, &one->counts);
	for (unsigned i = 0; i < LOAD_BUCKETS; i++)
		sum->waits[i] += one->waits[i];
	for (unsigned i = 0; i < LOAD_SECONDS_MAX; i++)
		sum->per_second[i] += one->per_second[i];
}

static double wait_ms(const struct load_result *result, unsigned percent)
{
	uint64_t wanted = result->looks * percent / 100, seen = 0;
	double bound_us = 100;

	for (unsigned i = 0; i < LOAD_BUCKETS; i++, bound_us += bound_us / 4) {
		seen += result->waits[i];
		if (seen > wanted)
			break;
	}
	return bound_us / 1000;
}

static void print_number(const char *key, uint64_t value)
{
	printf("%s %llu\n", key, (unsigned long long)value);
}

void load_result_print(const struct load_result *sum, unsigned warm, unsigned seconds)
{
	uint32_t peak = 0;

	for (unsigned i = warm; i < warm + seconds && i < LOAD_SECONDS_MAX; i++)
		peak = sum->per_second[i] > peak ? sum->per_second[i] : peak;
	print_number("seconds", seconds);
	print_number("looks", sum->looks);
	print_number("failures", sum->failures);
	print_number("questions", sum->counts.questions);
	print_number("bytes", sum->counts.bytes);
	print_number("handshakes", sum->counts.handshakes);
	print_number("full-answers", sum->counts.full_answers);
	print_number("reports", sum->counts.reports);
	print_number("refused", sum->counts.refused);
	print_number("peak-looks", peak);
	print_number("served", sum->served);
	print_number("last-served-s", sum->last_served_us / 1000000);
	printf("median-ms %.2f\np99-ms %.2f\nclient-cpu-s %.2f\n", wait_ms(sum, 50),
		wait_ms(sum, 99), (double)sum->cpu_us / 1e6);
}
