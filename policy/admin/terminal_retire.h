/* sekisho-admin terminal retire, list: terminals that go, and those that there are. */
#pragma once

#define TERMINAL_RETIRE_USAGE \
	"terminal retire NAME [--key KEY] [--reason TEXT] [--folder FOLDER] [--root ROOT] [--yes]"
#define TERMINAL_LIST_USAGE "terminal list [--retired] [FOLDER]"

int admin_terminal_retire(int argc, char **argv);
int admin_terminal_list(int argc, char **argv);
