#!/bin/sh
# When sekisho-login-stack calls pam-auth-update, and when the removal of the package is refused.
# Needs no root.  TAP.
set -u

here=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number=0
failed=0

mkdir -p "$work/bin" "$work/records" "$work/root/etc/pam.d"
cat >"$work/bin/pam-auth-update" <<EOF
#!/bin/sh
echo "\$*" >>"$work/called"
# Of a stack with local modifications it says so, does nothing, and its status is 0.
case \$* in *--enable*) [ "\${DEBIAN_FRONTEND-}" = noninteractive ] || exit 1; [ -e "$work/edited" ] || cat "$work/lines" >>"$work/root/etc/pam.d/common-auth" ;; esac
EOF
chmod +x "$work/bin/pam-auth-update"
PATH="$work/bin:$PATH"
stack="$work/root/etc/pam.d/common-auth"

ask='auth	[ignore=ignore default=die]	pam_sekisho.so ask'
unix='auth	[success=1 default=ignore]	pam_unix.so nullok try_first_pass'
judge='auth	[success=ok default=die]	pam_sekisho.so judge'
printf '%s\n' "$ask" "$judge" >"$work/lines"
enable='--package --enable sekisho-ask sekisho-judge sekisho-session'

# result NAME GOT WANTED
result() {
	number=$((number + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $number - $1"
	else
		failed=1
		printf 'not ok %s - %s\n# got "%s", wanted "%s"\n' "$number" "$1" "$2" "$3"
	fi
}

# calls_with LINE…: what pam-auth-update is told with such a stack
calls_with() {
	: >"$work/called"
	printf '%s\n' "$@" >"$stack"
	"$here/packaging/login/sekisho-login-stack" "$work/records" "$stack" || echo failed
	cat "$work/called"
}

# remove: status of the prerm script; the stack is as it leaves it
remove() {
	sed '/^#DEBHELPER#$/d' "$here/packaging/debian/libpam-sekisho.prerm" >"$work/prerm"
	: >"$work/called"
	status=0
	DPKG_ROOT="$work/root" sh "$work/prerm" "$1" >/dev/null 2>&1 || status=$?
	echo "$status $(cat "$work/called")"
}

result "nobody is enrolled: the stack stays as it is" "$(calls_with "$unix")" ""
touch "$work/records/.decoy" "$work/records/.retired-tanaka" "$work/records/.sato.new"
result "what is no record of a person enables nothing" "$(calls_with "$unix")" ""
touch "$work/records/tanaka"
result "somebody is enrolled: both lines are put in" "$(calls_with "$unix")" "$enable"
result "both are there: nothing is done" "$(calls_with "$ask" "$unix" "$judge")" ""
result "one is gone: it comes back" "$(calls_with "$ask" "$unix")" "$enable"
result "the other is gone: it comes back" "$(calls_with "$unix" "$judge")" "$enable"
result "a line in a remark is none" "$(calls_with "#$ask" "$unix" "$judge")" "$enable"
result "a line of another verb is none" "$(calls_with "$ask" "$unix" "${judge}s")" "$enable"
result "lines with options and remarks, as the manual shows them, are there" \
	"$(calls_with "$ask     # first" "$unix" "$judge nodelay # last")" ""
touch "$work/edited"
result "a stack that pam-auth-update leaves alone is a failure" "$(calls_with "$unix")" "failed
$enable"
rm "$work/edited"

printf '%s\n' "$ask" "auth required pam_own.so" "$unix" "$judge" >"$stack"
result "a removal takes the profiles out" "$(remove remove)" \
	"0 --package --remove sekisho-ask sekisho-judge sekisho-session"
result "and what pam-auth-update left there" "$(cat "$stack")" \
	"auth required pam_own.so
$unix"
printf '%s\n' "$ask     # first" "$unix" "$judge nodelay # last" >"$stack"
result "lines that were added by hand go too" "$(remove remove; cat "$stack")" \
	"0 --package --remove sekisho-ask sekisho-judge sekisho-session
$unix"
printf '%s\n' "session optional pam_sekisho.so" "session required pam_unix.so" \
	>"$work/root/etc/pam.d/common-session"
result "the line of the session goes as well" \
	"$(remove remove; cat "$work/root/etc/pam.d/common-session")" \
	"0 --package --remove sekisho-ask sekisho-judge sekisho-session
session required pam_unix.so"
printf '%s\n' "$ask" "$unix" "$judge" >"$stack"
result "an upgrade takes nothing out" "$(remove upgrade) $(grep -c sekisho "$stack")" "0  2"
echo "auth required pam_sekisho.so judge" >"$work/root/etc/pam.d/door"
result "a removal is refused where another service names the module" \
	"$(remove remove) $(grep -c sekisho "$stack")" "1  2"
mv "$work/root/etc/pam.d/door" "$work/root/etc/pam.d/door.dpkg-old"
result "what PAM does not read counts for nothing" "$(remove remove)" \
	"0 --package --remove sekisho-ask sekisho-judge sekisho-session"

echo "1..$number"
exit $failed
