/* sekisho-admin terminal package: what many terminals of a tier need to join, as one package. */
#pragma once

#define TERMINAL_PACKAGE_USAGE \
	"terminal package --source URL [--ca FILE] [--pin KEY] [--proxy URL] [--ticket FILE] " \
	"[--folder FOLDER] [--root ROOT] OUT.deb"

int admin_terminal_package(int argc, char **argv);
