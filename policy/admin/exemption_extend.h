/* sekisho-admin exemption extend: an exemption that takes over when another one ends. */
#pragma once

#define EXEMPTION_EXTEND_USAGE \
	"exemption extend ID --for DURATION {--key KEY | --print | --add SIGNATURE} " \
	"[--until TIME] [--read-only] [--insertions N] [--until-unplug] [--survives WORDS] " \
	"[--folder FOLDER] [--root ROOT] [--yes]"

int admin_exemption_extend(int argc, char **argv);
