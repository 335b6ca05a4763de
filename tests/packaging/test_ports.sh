#!/bin/sh
# What the maintainer scripts do to the ports of a PC, on a made-up /sys: needs no
# root and no dpkg. Run from the top folder; TAP.
set -eu

scripts=packaging/debian
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
usb=$root/sys/bus/usb
parameter=$root/sys/module/usbcore/parameters/authorized_default
before=$root/var/lib/sekisho/ports-before
count=0
failed=0

for name in preinst postinst postrm; do
	sed -e "/^#PORTS#\$/{r $scripts/ports.sh" -e 'd}' \
		-e "/^#INITRAMFS#\$/{r $scripts/initramfs.sh" -e 'd}' \
		"$scripts/sekisho-agent.$name.in" >"$work/$name"
done

put() {
	mkdir -p "${1%/*}"
	echo "$2" >"$1"
}

# A PC before the installation: two controllers with two root hubs in all.
new_pc() {
	rm -rf "$root"
	mkdir -p "$root/run/systemd/system" "$usb/devices" "$root/var/lib" "$root/etc"
	put "$parameter" -1
	put "$usb/drivers_probe" ''
	add_controller usb1 0000:00:14.0 480 1 1
	add_controller usb2 0000:00:14.0 5000 1 1
}

add_controller() { # name, PCI address, speed, default for devices, for interfaces
	put "$root/sys/devices/$2/$1/speed" "$3"
	put "$root/sys/devices/$2/$1/authorized_default" "$4"
	put "$root/sys/devices/$2/$1/interface_authorized_default" "$5"
	ln -s "../../../devices/$2/$1" "$usb/devices/$1"
}

add() { # device or interface, authorized
	put "$usb/devices/$1/authorized" "$2"
}

script() { # name, arguments
	name=$1
	shift
	said=$(DPKG_ROOT=$root sh "$work/$name" "$@" 2>&1)
}

install_fresh() {
	script preinst install
	for file in lib/udev/rules.d/60-sekisho.rules lib/modprobe.d/sekisho.conf \
		usr/share/initramfs-tools/hooks/sekisho; do
		put "$root/$file" "installed"
	done
	put "$root/usr/lib/sysusers.d/sekisho-fetch.conf" "$(cat packaging/fetch/sysusers.conf)"
	script postinst configure ''
}

# Every port value of the PC, in one line.
ports() {
	cat "$parameter" "$usb"/devices/usb*/authorized_default \
		"$usb"/devices/usb*/interface_authorized_default | tr '\n' ' '
}

is() { # what is meant, what was found, what was expected
	count=$((count + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $count - $1"
	else
		echo "not ok $count - $1"
		echo "# found: $2"
		echo "# expected: $3"
		failed=$((failed + 1))
	fi
}

new_pc
install_fresh
is "an installation closes every port at once" "$(ports)" "0 0 0 0 0 "
is "and keeps what they were" "$(tr '\n' ' ' <"$before")" \
	"usbcore -1 1 0000:00:14.0/480 1 1 0000:00:14.0/5000 1 1 "
kept=$(cat "$before")
script postinst configure 0.1.0
is "an upgrade keeps them closed" "$(ports)" "0 0 0 0 0 "
is "and does not take the closed ports for the old ones" "$(cat "$before")" "$kept"
script preinst install 0.1.0
is "nor does an installation after a removal that was cut short" "$(cat "$before")" "$kept"
script postrm remove
is "a removal restores them" "$(ports)" "-1 1 1 1 1 "
is "and says so" "$said" "sekisho: USB ports are open again."
is "and forgets the old ones" "$(ls "$root/var/lib/sekisho")" ""

new_pc
rmdir "$root/run/systemd/system"
install_fresh
is "an installation in a chroot leaves the ports of this machine alone" \
	"$(ports)$(ls "$root/var/lib/sekisho")" "-1 1 1 1 1 initramfs-made"
script postrm remove
is "a removal in a chroot does so too" "$(ports)$said" "-1 1 1 1 1 "

new_pc
put "$usb/devices/usb1/authorized_default" 0
put "$usb/devices/usb2/interface_authorized_default" 0
install_fresh
add 1-1 0
add 2-1:1.0 0
add_controller usb3 0000:05:00.0 480 0 0
add 3-1 0
add 3-2 1
add 3-2:1.0 1
add 3-2:1.1 0
mkdir "$usb/devices/3-2:1.0/driver"
script postrm remove
is "a controller that was closed before is closed again" "$(ports)" "-1 0 1 1 1 0 1 "
is "and this is said" "$said" \
	"sekisho: USB ports are as they were before the installation: not all of them are open."
is "what hangs on it stays refused" "$(cat "$usb/devices/1-1/authorized")" 0
is "an interface too" "$(cat "$usb/devices/2-1:1.0/authorized")" 0
is "a controller that came later opens, and the device on it" \
	"$(cat "$usb/devices/3-1/authorized")" 1
is "and the refused interface of a device in use" \
	"$(cat "$usb/devices/3-2:1.1/authorized")" 1
is "which gets its driver" "$(cat "$usb/drivers_probe")" "3-2:1.1"

new_pc
put "$parameter" 0
install_fresh
add_controller usb3 0000:05:00.0 480 0 0
script postrm remove
is "a PC whose parameter was 0 keeps later controllers closed" "$(ports)" "0 1 1 0 1 1 1 "

new_pc
install_fresh
rm "$before"
script postrm remove
is "with nothing kept (an image), the kernel's own defaults come back" "$(ports)" "-1 1 1 1 1 "

new_pc
install_fresh
add 1-1 0
rm "$usb/drivers_probe"
ln -s /dev/full "$usb/drivers_probe"
add 1-1:1.0 1
script postrm remove
is "a write that fails does not stop a removal" "$said $(ports)" \
	"sekisho: USB ports are open again. -1 1 1 1 1 "

new_pc
rm -r "$root/sys/module" "$usb"
install_fresh
script postrm remove
is "a PC without USB can install and remove" "$said" "sekisho: USB ports are open again."

put "$root/var/log/sekisho/records-1.jsonl" '{}'
put "$root/var/lib/sekisho/serials" 1
script postrm purge
is "a purge keeps the records and says where" "$said" \
	"sekisho: the records stay in $root/var/log/sekisho."
is "and removes the state" "$(ls "$root/var/lib")" ""

echo "1..$count"
[ "$failed" = 0 ]
