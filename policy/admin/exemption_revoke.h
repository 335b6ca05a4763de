/* sekisho-admin exemption refuse, revoke: what is not granted, and what is to count no more. */
#pragma once

#define EXEMPTION_REFUSE_USAGE \
	"exemption refuse ID --reason TEXT {--key KEY | --print | --add SIGNATURE} " \
	"[--folder FOLDER] [--root ROOT] [--yes]"
#define EXEMPTION_REVOKE_USAGE \
	"exemption revoke {ID | --medium NUMBER} --reason TEXT " \
	"{--key KEY | --print | --add SIGNATURE} [--folder FOLDER] [--root ROOT] [--yes]"

int admin_exemption_refuse(int argc, char **argv);
int admin_exemption_revoke(int argc, char **argv);
