/*
 * Prints random lives for reference.py to judge.
 *
 *	lives FIRST_SEED COUNT
 */
#include "tests/lives/lives.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EVENTS 40

static void plug(struct lives *lives, size_t i)
{
	if (lives->devices[i].is_plugged)
		return;
	model_plug(&lives->devices[i], lives->next_id++);
	lives->is_busy[i] = false;
	lives->workers[i] = (struct worker){.answer_ms = UINT64_MAX};
	/* Another card in the reader, or the stick formatted anew. */
	if (dice(lives, 8) == 0)
		lives->capacities[i] += 7;
	say(lives, "plug %zu %u %llu", i, ++lives->plugs[i],
		(unsigned long long)lives->capacities[i]);
	observe(lives, i, OBSERVED_PRESENT);
}

static void unplug(struct lives *lives, size_t i)
{
	struct core_event event = {.kind = EVENT_DEVICE_REMOVED};

	if (!lives->devices[i].is_plugged)
		return;
	event.device_id = lives->devices[i].id;
	model_unplug(&lives->devices[i]);
	lives->workers[i] = (struct worker){.answer_ms = UINT64_MAX};
	say_ports(lives);
	say(lives, "unplug %zu", i);
	hand_in(lives, &event);
}

static void people(struct lives *lives)
{
	size_t i = dice(lives, 3);

	if (i < lives->n_sessions && dice(lives, 2)) {
		say(lives, "logout %s", lives->sessions[i].id);
		lives->sessions[i] = lives->sessions[--lives->n_sessions];
	} else if (lives->n_sessions < 3) {
		struct core_session *new = &lives->sessions[lives->n_sessions++];
		bool is_tanaka = dice(lives, 3);

		*new = (struct core_session){.uid = is_tanaka ? 1000 : 1001};
		snprintf(new->user, sizeof(new->user), "%s", is_tanaka ? "tanaka" : "sato");
		snprintf(new->id, sizeof(new->id), "%u", ++lives->n_logins);
		say(lives, "login %s %s", new->id, new->user);
		i = lives->n_sessions - 1;
	}
	for (size_t n = 0; n < lives->n_sessions; n++)
		lives->sessions[n].is_active = n == i;
	say(lives, "active %s", i < lives->n_sessions ? lives->sessions[i].id : "-");
	world_sessions(lives);
}

static void paper(struct lives *lives, size_t i)
{
	static const enum exemption_fault faults[] = {EXEMPTION_FAULT_NONE, EXEMPTION_FAULT_NONE,
		EXEMPTION_FAULT_NO_EXEMPTIONS, EXEMPTION_FAULT_REVOKED};

	if (dice(lives, 3) == 0) {
		lives->is_here[i] = !lives->is_here[i];
		say(lives, "%s %s", lives->is_here[i] ? "here" : "gone", lives->exemptions[i].id);
	} else {
		enum exemption_fault fault = faults[dice(lives, 4)];

		/* What was revoked stays so, as the shell has it. */
		if (lives->documents[i].fault != EXEMPTION_FAULT_REVOKED)
			lives->documents[i].fault = fault;
		say(lives, "fault %s %s", lives->exemptions[i].id,
			exemption_fault_name(lives->documents[i].fault));
	}
	world_exemptions(lives);
}

static void command(struct lives *lives, size_t i)
{
	static const char *const words[] = {[EXEMPTION_REDEEMED] = "redeemed",
		[EXEMPTION_EJECT] = "eject",
		[EXEMPTION_RETURN] = "return"};
	struct core_event event = {.kind = EVENT_EXEMPTION_COMMAND};

	event.command.command = (enum exemption_command)(1 + dice(lives, 3));
	if (event.command.command == EXEMPTION_RETURN && dice(lives, 2))
		return;
	event.command.id = lives->exemptions[i].id;
	event.command.user = dice(lives, 3) ? "tanaka" : "sato";
	event.command.keeps = dice(lives, 2);
	/* Nobody but a named user may type the code: the shell asks. */
	if (event.command.command == EXEMPTION_REDEEMED &&
		(!lives->exemptions[i].code_hash[0] ||
			(lives->exemptions[i].n_users &&
				strcmp(lives->exemptions[i].users[0], event.command.user) != 0)))
		return;
	say(lives, "%s %s %s", words[event.command.command], event.command.id,
		event.command.command == EXEMPTION_EJECT ? event.command.keeps ? "keep" : "end"
							 : event.command.user);
	hand_in(lives, &event);
}

static void clock_is_set(struct lives *lives)
{
	static const int64_t steps_s[] = {-3600, 3600, 31536000, -31536000, 60, -60};
	struct core_event event = {.kind = EVENT_RESUMED};

	lives->clock_ms += steps_s[dice(lives, 6)] * 1000;
	say(lives, "clock");
	hand_in(lives, &event);
}

static void worker_dies(struct lives *lives, size_t i)
{
	struct worker *worker = &lives->workers[i];

	if (!worker->is_there || worker->is_last)
		return;
	worker->answer = (struct medium_answer){
		.kind = MEDIUM_ANSWER_ENDED, .end = MEDIUM_END_FORCED, .word = "worker"};
	if (dice(lives, 2))
		worker->answer.kind = MEDIUM_ANSWER_GONE; /* the card was taken out */
	worker->answer_ms = lives->now_ms;
	worker->is_last = true;
}

static void news(struct lives *lives)
{
	struct core_event event = {.kind = EVENT_NEWS};

	say(lives, "news");
	hand_in(lives, &event);
}

/* The disk shows a keyboard all of a sudden, or is itself again. */
static void change(struct lives *lives, size_t i)
{
	if (!lives->devices[i].is_plugged || lives->is_busy[i] || i == 3)
		return;
	model_change(&lives->devices[i],
		dice(lives, 2) ? "0951:1666 08/06/62" : "0951:1666 08/06/50 03/01/01");
	say(lives, "changes %zu", i);
	observe(lives, i, OBSERVED_PRESENT);
	pass(lives, 5000);
	unplug(lives, i);
	model_change(&lives->devices[i], i == 2 ? "1234:0001 08/06/50" : "0951:1666 08/06/50");
}

static void happen(struct lives *lives)
{
	size_t i = dice(lives, DEVICES), e;

	if (lives->n_exemptions < EXEMPTIONS && dice(lives, 6) == 0)
		return world_approve(lives);
	e = lives->n_exemptions ? dice(lives, lives->n_exemptions) : 0;
	/* The first stick is the one that most of it is about. */
	i = dice(lives, 2) ? 0 : i;
	if (dice(lives, 12) == 0)
		lives->cut = (int)dice(lives, 6);
	switch (dice(lives, 20)) {
	case 0:
	case 1:
	case 2:
	case 3:
	case 4: plug(lives, i); break;
	case 5:
	case 6: unplug(lives, i); break;
	case 7:
	case 8: people(lives); break;
	case 9: clock_is_set(lives); break;
	case 10: world_restart(lives); break;
	case 11:
		if (dice(lives, 3) == 0)
			world_reboot(lives);
		break;
	case 12: worker_dies(lives, i); break;
	case 13:
	case 14: news(lives); break;
	case 15:
		lives->policy = dice(lives, 2) ? 0 : dice(lives, POLICIES);
		world_policy(lives);
		break;
	case 16:
		if (dice(lives, 3) == 0)
			change(lives, i);
		break;
	default:
		if (lives->n_exemptions && dice(lives, 3))
			command(lives, e);
		else if (lives->n_exemptions)
			paper(lives, e);
	}
}

static void wait(struct lives *lives)
{
	static const unsigned long longest_ms[] = {1000, 10000, 60000, 600000, 1800000};

	pass(lives, 1 + dice(lives, longest_ms[dice(lives, 5)]));
	say(lives, "tick");
	/* Long enough for what is under way, and nothing else: what is due stands open by then. */
	if (dice(lives, 3) == 0) {
		lives->cut = -1;
		pass(lives, 30000);
		say(lives, "quiet");
	}
}

int main(int argc, char **argv)
{
	static struct lives lives;
	unsigned long first = argc == 3 ? strtoul(argv[1], NULL, 10) : 0;
	unsigned long count = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;

	if (count == 0)
		return 2;
	for (unsigned long seed = first; seed < first + count; seed++) {
		world_begin(&lives, seed);
		people(&lives);
		for (unsigned i = 0; i < EVENTS; i++) {
			happen(&lives);
			wait(&lives);
		}
		world_end(&lives);
	}
	return 0;
}
