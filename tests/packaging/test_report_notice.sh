#!/bin/sh
# What the desktop of somebody who owes a report is asked to show, by programs that stand in for
# sekisho and busctl.  Needs no root.  TAP.
set -u

here=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number=0
failed=0
PATH="$work:$PATH"

stand_in() { # NAME, the script on standard input
	{ echo '#!/bin/sh'; cat; } >"$work/$1"
	chmod +x "$work/$1"
}

check() { # NAME CONDITION…
	number=$((number + 1))
	name=$1
	shift
	if "$@"; then
		echo "ok $number - $name"
	else
		echo "not ok $number - $name"
		sed 's/^/# /' "$work/called" 2>/dev/null
		failed=1
	fi
}

start() {
	rm -f "$work/called" "$work/slept"
	sh "$here/packaging/login/sekisho-report-notice"
	echo "$?" >"$work/status"
}

# shellcheck disable=SC2317  # check() calls them
ended() { [ "$(cat "$work/status")" = "$1" ]; }
# shellcheck disable=SC2317
called() { grep -q -- "$1" "$work/called" 2>/dev/null; }
# shellcheck disable=SC2317
called_times() { [ "$(grep -c "^--user" "$work/$1" 2>/dev/null)" = "$2" ]; }

stand_in sleep <<END
echo "--user \$*" >>"$work/slept"
END
stand_in busctl <<END
echo "\$*" >>"$work/called"
[ ! -e "$work/nobody" ]
END

stand_in sekisho <<END
[ "\$*" = "exemptions --if-due" ] && printf 'report E-00000004\nreport E-00000005\n'
END
start
check "what is due is shown" called ' Notify susssasa{sv}i sekisho 0 dialog-information sekisho report E-00000004$'
check "all of it, until it is closed" called '^report E-00000005 0 1 urgency y 2 0$'
check "once" called_times called 1
check "and that is all" ended 0

: >"$work/nobody"
start
check "a desktop that is not ready yet is asked again" called_times called 6
check "with time in between" called_times slept 6
check "but not for ever" ended 1
rm "$work/nobody"

stand_in sekisho </dev/null
start
check "where nothing is due nothing is shown" test ! -e "$work/called"
check "which is no failure" ended 0

stand_in sekisho <<END
echo nonsense
exit 2
END
start
check "nor where sekishod does not answer" test ! -e "$work/called"
check "which is none, either" ended 0

program=$(sed -n 's/^Exec=//p' "$here/packaging/login/sekisho-report.desktop")
check "the desktop starts the program that is installed" \
	grep -q "login/sekisho-report-notice \$(DESTDIR)\$(LIBEXECDIR)/${program##*/}\$" "$here/packaging/install.mk"
check "and it is in the package" grep -qx "${program#/}" "$here/packaging/debian/sekisho-agent.install"

echo "1..$number"
exit "$failed"
