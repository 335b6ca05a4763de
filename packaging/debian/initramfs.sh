# The initramfs, for the maintainer scripts. It is made again for every kernel, which
# the trigger of initramfs-tools would not do: an older kernel in the boot menu would
# be a way round, or stay closed after a removal.

made="$DPKG_ROOT/var/lib/sekisho/initramfs-made"

remake_initramfs() {
	if [ -z "$DPKG_ROOT" ] && command -v update-initramfs >/dev/null; then
		update-initramfs -u -k all
	fi
}

# Most upgrades change nothing in it.
remake_initramfs_if_changed() {
	sum=$(cat "$DPKG_ROOT/lib/udev/rules.d/60-sekisho.rules" \
		"$DPKG_ROOT/lib/modprobe.d/sekisho.conf" \
		"$DPKG_ROOT/usr/share/initramfs-tools/hooks/sekisho" | sha256sum)
	if [ ! -e "$made" ] || [ "$(cat "$made")" != "$sum" ]; then
		remake_initramfs
		echo "$sum" >"$made"
	fi
}
