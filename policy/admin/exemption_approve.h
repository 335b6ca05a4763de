/* sekisho-admin exemption approve: grants what was asked for, or adds a second approver. */
#pragma once

#define EXEMPTION_APPROVE_USAGE \
	"exemption approve {ID | FILE} {--key KEY | --print | --add SIGNATURE} [--for DURATION] " \
	"[--until TIME] [--read-only] [--insertions N] [--until-unplug] [--survives WORDS] " \
	"[--folder FOLDER] [--root ROOT] [--yes]"

int admin_exemption_approve(int argc, char **argv);
