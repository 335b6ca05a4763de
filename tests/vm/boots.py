"""The kinds of virtual PC that the scenarios share."""
from image import ENCRYPTED_ROOT
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
# Where people log in: by consoles, over the network, at screens that are locked.
LOGIN_PACKAGES = """
    openssh-server sudo liboath0 i3lock xvfb xdotool sway swaylock wtype
    libtss2-esys-3.0.2-0 libtss2-rc0 libtss2-mu0 libtss2-tcti-device0 tpm2-tools
""".split()
LOGIN = Boot("login", more=LOGIN_PACKAGES, login=True)
# The same, each with a machine of its own: its TPM, its key, its packages.
LOGIN_BOOTS = Boot("login boots", more=LOGIN_PACKAGES, login=True, by_itself=True)
# The same for make demo, without screens.
DEMO_LOGIN = Boot("demo login", more=["liboath0"], login=True, by_itself=True)
# Scenarios that boot several PCs by themselves.
MANY_BOOTS = Boot("many boots", by_itself=True)


def _desk_with_sticks(pc):
    """A keyboard that is a hub as well, a stick in it, another stick in the PC."""
    pc.plug_hub(port=4)
    pc.plug_keyboard(port="4.1")
    pc.plug_stick(port="4.2")
    pc.plug_stick(port=1)
    pc.plug_ccid(port=2)


# The disk asks for a passphrase, on the screen; there is no PS/2 keyboard.
_ASKS = dict(by_itself=True, encrypted=True, ps2=False, screen=True,
             boot_args="root=%s quiet" % ENCRYPTED_ROOT, before=_desk_with_sticks)
ENCRYPTED = Boot("encrypted disk", **_ASKS)
ENCRYPTED_BEFORE_INSTALLATION = Boot("encrypted disk before installation",
                                     installed=False, **_ASKS)
# A counter PC that fetches from a share, and where people sit down.
_COUNTER = dict(share=True, login=True, more=["liboath0"])
COUNTER = Boot("counter", **_COUNTER)
# The same for make demo.
DEMO_COUNTER = Boot("demo counter", by_itself=True, **_COUNTER)
COUNTER_BOOTS = Boot("counter boots", by_itself=True, **_COUNTER)

# Where nothing comes but by CD, and people sit down.
OFFLINE = Boot("offline", cd=True, login=True, more=["liboath0"])

# A PC on a network that is to become a terminal; the packages lie in /opt/t. Its disk alone tells
# which machine it is.
JOINING = Boot("joining", installed=False, network=True, disk_serial="TOSU-DISK-17",
               more=["liboath0"])

# Where media are let in by policy, for the worker that mounts them.
MEDIUM = Boot("medium", policy={"media.usb-storage": "allow"}, more=["exfatprogs"])
