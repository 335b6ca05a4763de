/*
 * What transcripts say of exemptions: documents, sessions, the worker of the medium, people's
 * commands, and a restart of sekishod with what it had written down. README.md says how they read.
 */
#pragma once

#include "tests/scenarios/play.h"

/* Before anything happens, or at a time. */
void take_exemption(struct play *play, char **rest);
void withdraw_exemption(struct play *play, char **rest);
void set_fault(struct play *play, char **rest);
void hear_news(struct play *play, char **rest);

void login(struct play *play, char **rest);
void logout(struct play *play, char **rest);
void switch_session(struct play *play, char **rest);

void shown(struct play *play, char **rest);
void cannot_show(struct play *play, char **rest);
void held(struct play *play, char **rest);
void medium_ended(struct play *play, char **rest);
void medium_gone(struct play *play, char **rest);

void redeem(struct play *play, char **rest);
void eject(struct play *play, char **rest);
void hand_back(struct play *play, char **rest);
void report(struct play *play, char **rest);

void restart(struct play *play, char **rest);
void reboot(struct play *play, char **rest);
/* "slept until 70min" */
void sleep_until(struct play *play, char **rest);
void lose_state(struct play *play, char **rest);

/* What a shell tells the core of them at its start. */
void begin_exemptions(struct play *play);
void send_exemptions(struct play *play);
/* Keeps what the core wants kept. */
void exemptions_take_action(struct play *play, const struct core_action *action);
/* check E-7K3M9Q2X WORD …: its phase, or sealed, user=…, left=12min */
void check_exemption(struct play *play, const char *id, char *rest);
