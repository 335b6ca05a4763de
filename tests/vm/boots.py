"""The kinds of virtual PC that the scenarios share."""
from scenario import Boot

# No document was ever seen: the built-in policy.
FRESH = Boot("fresh")
# A PC of a site, with the sample policy.
DESK = Boot("desk", policy={})
# Where sticks may be read and not be written to.
READ_ONLY = Boot("read-only", policy={"media.usb-storage": "read-only"})
# The stick is in when the power comes on.
STICK_AT_BOOT = Boot("stick at boot", before=lambda pc: pc.plug_stick())
# No keyboard but what is plugged into USB: who could type, if not that one?
ONLY_USB = Boot("only usb", policy={}, ps2=False,
                before=lambda pc: pc.plug_keyboard(port=1))
# Before installation; the packages lie in /opt/t/debs.
BEFORE_INSTALLATION = Boot("before installation", installed=False)
# A PC that the package is taken from again.
REMOVAL = Boot("removal")
# Scenarios that boot several PCs by themselves.
MANY_BOOTS = Boot("many boots", by_itself=True)
