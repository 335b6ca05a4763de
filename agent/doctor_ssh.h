/*
 * sshd's settings: who gets in there without being asked by PAM, and whether it can ask twice. What
 * stands behind "Match" is told and not looked at.
 */
#pragma once

#include "agent/doctor.h"

void doctor_look_at_ssh(struct doctor *doctor);
