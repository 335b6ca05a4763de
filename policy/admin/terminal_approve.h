/* sekisho-admin terminal approve, move: terminals join, or take the place of others. */
#pragma once

#define TERMINAL_APPROVE_USAGE "terminal approve {NAME... | --all} [--key KEY] [--folder FOLDER]"
#define TERMINAL_MOVE_USAGE    "terminal move NAME [--key KEY] [--folder FOLDER]"

int admin_terminal_approve(int argc, char **argv);
int admin_terminal_move(int argc, char **argv);
