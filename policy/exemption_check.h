/*
 * Does an exemption that is well signed count here and now? By the policy in force, the persons
 * behind its signatures, the terminal and the time. Pure; what was revoked is not its matter.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/exemption.h"
#include "policy/exemption_fault.h"
#include "policy/policy.h"
#include "policy/root.h"

struct exemption_case {
	const struct policy *policy; /* in force; NULL: none */
	const struct root *root;     /* that its signatures were judged by */
	const char *terminal;        /* this one; NULL: any, for tools of an administrator */
	int64_t now_s;               /* trusted time */
	bool is_silent;              /* nothing was heard of the source for longer than the policy's
					lease; only what is online depends on it */
};

/*
 * signers: bit i is root->persons[i], who signed well for the role approver of its tier, as
 * struct verification has it. What does not change with time comes first.
 */
enum exemption_fault exemption_check(
	const struct exemption_case *at, const struct exemption *exemption, uint64_t signers);

/* Why, in a sentence without its full stop, with what was read and what is allowed; as
 * exemption_fault_sentence() where there is nothing more to say. */
void exemption_explain(const struct exemption_case *at, const struct exemption *exemption,
	uint64_t signers, enum exemption_fault fault, char *buffer, size_t size);

/* How many persons the policy asks for in that direction. */
unsigned exemption_approvals(const struct policy *policy, enum verdict access);

/* Whether it ends when nothing is heard: because it says so, or because the policy does. */
bool exemption_is_online(const struct policy *policy, const struct exemption *exemption);

/* Whether the account is this person's: by its id, or one of its accounts. */
bool person_has_account(const struct person *person, const char *account);

/* Whether it is the account of one of these persons: who types the code of an exemption for anybody
 * is none of its approvers. */
bool exemption_is_approver(const struct root *root, uint64_t signers, const char *account);

/* "近藤太郎 (kondo), yoshida": as the root names them, for people; likewise. */
#define EXEMPTION_APPROVER_NAMES_SIZE 256
const char *exemption_approver_names(
	const struct root *root, uint64_t signers, char buffer[EXEMPTION_APPROVER_NAMES_SIZE]);

/* "kondo yoshida": the ids of the persons, in the root's order, as many as fit. Returns buffer. */
#define EXEMPTION_APPROVERS_SIZE 128
const char *exemption_approvers(
	const struct root *root, uint64_t signers, char buffer[EXEMPTION_APPROVERS_SIZE]);
