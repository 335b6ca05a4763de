/* sekisho-admin exemption desk-issue: which desks approve by telephone at a terminal. */
#pragma once

#define DESK_ISSUE_USAGE \
	"exemption desk-issue --for TERMINAL... [--key FILE]... [--login DESK]... " \
	"[--remove DESK]... [--tier TIER] [--not-after DATE]"

int admin_desk_issue(int argc, char **argv);
