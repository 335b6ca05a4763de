# What the tests of this folder share: a private bus, the real bus code behind tests/dbus/server.c,
# and TAP. Sourced, with BUILD_DIR as the first argument. Touches neither the system bus nor
# anything outside of one temporary folder.
# shellcheck shell=bash
set -u
export LC_ALL=C.UTF-8 TZ=UTC

build=${1:?usage: $0 BUILD_DIR}
server=$build/tests/dbus/server
sekisho=$build/sekisho
if ! command -v dbus-daemon >/dev/null; then
	echo "1..0 # SKIP dbus-daemon is not installed"
	exit 0
fi

for needed in "$sekisho" "$server" "$build/tests/dbus/fake_polkit"; do
	[ -x "$needed" ] && continue
	echo "Bail out! $needed is not built: make $needed"
	exit 1
done

top=$(mktemp -d) || exit 1
chmod 755 "$top"
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=$top/bus
bus_pid= server_pid= polkit_pid= n=0 failed=0

cleanup() {
	[ -n "$server_pid" ] && kill "$server_pid" 2>/dev/null
	[ -n "$polkit_pid" ] && kill "$polkit_pid" 2>/dev/null
	[ -n "$bus_pid" ] && kill -CONT "$bus_pid" 2>/dev/null && kill "$bus_pid" 2>/dev/null
	wait
	rm -rf "$top"
}
trap cleanup EXIT

# ok NAME CONDITION…: one line of TAP; CONDITION is a command.
ok() {
	local name=$1
	shift
	n=$((n + 1))
	if "$@"; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
		echo "# $*"
		[ -s "$top/out" ] && sed 's/^/# out: /' "$top/out"
		[ -s "$top/err" ] && sed 's/^/# err: /' "$top/err"
		failed=1
	fi
}

skip() {
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

# until_true SECONDS COMMAND…
until_true() {
	local tries=$(($1 * 20))
	shift
	while ! "$@"; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || return 1
		sleep 0.05
	done
}

# start_bus [FILE]: everybody may send everything; or, with a file of policies, only what it allows,
# as on the system bus.
start_bus() {
	local rules='<allow own="*"/> <allow send_type="method_call"/>'
	[ $# = 0 ] || rules='<deny own="*"/> <deny send_type="method_call"/>
		<allow send_destination="org.freedesktop.DBus"/>'
	cat >"$top/bus.conf" <<-END
		<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
		  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
		<busconfig>
		  <listen>unix:path=$top/bus</listen>
		  <auth>EXTERNAL</auth>
		  <policy context="default">
		    <allow user="*"/>
		    $rules
		    <allow send_type="signal"/>
		    <allow send_requested_reply="true" send_type="method_return"/>
		    <allow send_requested_reply="true" send_type="error"/>
		    <allow receive_type="method_call"/>
		    <allow receive_type="method_return"/>
		    <allow receive_type="error"/>
		    <allow receive_type="signal"/>
		  </policy>
		  <policy user="root">
		    <allow own="org.freedesktop.PolicyKit1"/>
		    <allow send_destination="org.freedesktop.PolicyKit1"/>
		  </policy>
		  ${1:+<include>$1</include>}
		</busconfig>
	END
	dbus-daemon --config-file="$top/bus.conf" --nofork --nopidfile --nosyslog 2>"$top/bus.err" &
	bus_pid=$!
	until_true 10 test -S "$top/bus"
}

stop_bus() {
	kill "$bus_pid"
	wait "$bus_pid" 2>/dev/null
	bus_pid=
	rm -f "$top/bus"
}

start_server() {
	: >"$top/server.out" # before the child does: the "ready" of the last one is none
	"$server" "$@" >"$top/server.out" 2>&1 &
	server_pid=$!
	until_true 10 grep -qs '^ready' "$top/server.out"
}

stop_server() {
	kill -TERM "$server_pid"
	wait "$server_pid"
	local status=$?
	server_pid=
	return "$status"
}

# run COMMAND…: leaves $status, and the files out and err.
run() {
	"$@" >"$top/out" 2>"$top/err"
	status=$?
}

answers() { run "$sekisho" status && [ "$status" != 2 ]; }
exits() { [ "$status" = "$1" ]; }
prints() { grep -qF -- "$1" "$top/out"; }
prints_not() { ! grep -qF -- "$1" "$top/out"; }
says() { grep -qF -- "$1" "$top/err"; }
says_not() { ! says "$1"; }
heard() { grep -qF -- "$1" "$top/server.out"; }
heard_not() { ! heard "$1"; }
# call METHOD SIGNATURE ARGUMENT…, call_on INTERFACE METHOD …: at this log level busctl tells the
# names of errors.
call_on() {
	run ${as-} env SYSTEMD_LOG_LEVEL=debug busctl --address="$DBUS_SYSTEM_BUS_ADDRESS" \
		--allow-interactive-authorization=no --timeout=60 call \
		org.sekisho.Agent1 /org/sekisho/Agent1 "$@"
}
call() { call_on org.sekisho.Agent1 "$@"; }

# What is not root runs as nobody, where the tests themselves are root.
nobody=()
[ "$(id -u)" != 0 ] || nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
as_nobody() { "${nobody[@]}" "$@"; }

# start_polkit ANSWER
start_polkit() {
	: >"$top/polkit.out"
	"$build/tests/dbus/fake_polkit" "$1" >"$top/polkit.out" 2>&1 &
	polkit_pid=$!
	until_true 10 grep -qs '^ready' "$top/polkit.out"
}

stop_polkit() {
	kill "$polkit_pid"
	wait "$polkit_pid"
	polkit_pid=
}

finish() {
	echo "1..$n"
	exit "$failed"
}
