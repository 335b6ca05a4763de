# The USB ports of this PC, for the maintainer scripts: debian/rules puts this text
# into each of them, because after a removal there is no file of ours left to call.
# $DPKG_ROOT is dpkg's own variable, empty on a PC; the tests put a made-up /sys there.

usb="$DPKG_ROOT/sys/bus/usb"
parameter="$DPKG_ROOT/sys/module/usbcore/parameters/authorized_default"
before="$DPKG_ROOT/var/lib/sekisho/ports-before"

# A chroot, or an image that is being built, has no ports of its own.
is_running_system() {
	[ -d "$DPKG_ROOT/run/systemd/system" ]
}

# A device that does not answer must not break an installation.
put() {
	if [ -e "$2" ]; then
		{ echo "$1" >"$2"; } 2>/dev/null || true
	fi
}

controllers() {
	for controller in "$usb"/devices/usb*; do
		[ ! -e "$controller/authorized_default" ] || echo "$controller"
	done
}

# Bus numbers change from boot to boot; this does not: PCI address and speed.
controller_name() {
	parent=$(readlink -f "$1/..")
	echo "${parent##*/}/$(cat "$1/speed")"
}

# One line for the parameter and one for each controller: name, the default for
# devices, the default for interfaces.
save_ports() {
	install -d -m 0700 "${before%/*}"
	{
		[ ! -e "$parameter" ] || echo "usbcore $(cat "$parameter") 1"
		controllers | while read -r controller; do
			echo "$(controller_name "$controller")" \
				"$(cat "$controller/authorized_default")" \
				"$(cat "$controller/interface_authorized_default")"
		done
	} >"$before.new"
	mv "$before.new" "$before"
}

close_ports() {
	put 0 "$parameter"
	controllers | while read -r controller; do
		put 0 "$controller/interface_authorized_default"
		put 0 "$controller/authorized_default"
	done
}

saved() {
	[ ! -e "$before" ] || awk -v name="$1" '$1 == name { print $2, $3; exit }' "$before"
}

# What was not there before the installation gets what the kernel would have given it.
restore_defaults() {
	for_new=$(saved usbcore)
	for_new=${for_new%% *}
	put "${for_new:=-1}" "$parameter"
	[ "$for_new" != -1 ] || for_new=1
	controllers | while read -r controller; do
		values=$(saved "$(controller_name "$controller")")
		: "${values:=$for_new 1}"
		put "${values#* }" "$controller/interface_authorized_default"
		put "${values% *}" "$controller/authorized_default"
	done
}

# Its bus, restored, says that it lets devices (or interfaces) in.
is_let_in_by() {
	bus=${2##*/}
	[ "$(cat "$usb/devices/usb${bus%%-*}/$1")" != 0 ]
}

# First whole devices, which may bring interfaces, then interfaces, then drivers.
open_blocked() {
	for device in "$usb"/devices/*-*; do
		case "$device" in *:*) continue ;; esac
		[ "$(cat "$device/authorized" 2>/dev/null)" = 0 ] || continue
		! is_let_in_by authorized_default "$device" || put 1 "$device/authorized"
	done
	for interface in "$usb"/devices/*-*:*; do
		[ "$(cat "$interface/authorized" 2>/dev/null)" = 0 ] || continue
		! is_let_in_by interface_authorized_default "$interface" ||
			put 1 "$interface/authorized"
	done
	for interface in "$usb"/devices/*-*:*; do
		[ ! -e "$interface" ] || [ -e "$interface/driver" ] ||
			put "${interface##*/}" "$usb/drivers_probe"
	done
}
