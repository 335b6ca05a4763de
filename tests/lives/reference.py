#!/usr/bin/python3
"""Reads random lives of exemptions and says whether a port was ever open that must not be.

A second mind: written from the rules and not from the code, straightforward and slow. It believes
of the core only which exemption it says it opened a port by ("claim"), and judges that from what
happened. It also expects that what is due does stand open when all is quiet.  TAP.

usage: reference.py LIVES FIRST_SEED COUNT     one seed again: reference.py LIVES SEED 1
"""
import subprocess
import sys
import time

# The worker has 10 s for who holds a medium, and 10 more are waited for it; then the port is shut,
# and an act takes up to 0.4 s. The hand-over before an end takes 3.
CLOSING_MS = 21_000
ACT_MS = 500
RESTART_MS = CLOSING_MS  # who is killed while he ends one begins to end it anew
WRONGS_SHOWN = 50
PASSING = ("not-after", "policy", "withdrawn")
PURE = (0, 1, 2)
REGISTERED = (0, 1, 3)
TWINS = {0: (0, 1), 1: (0, 1), 2: (2,), 3: (3,)}  # the same ids, serial and descriptors


class Wrong(Exception):
    pass


class Exemption:
    def __init__(self, words):
        self.id, self.kind, self.device, self.users, self.direction, duration = words[:6]
        self.duration = int(duration) * 1000
        terms = dict(word.split("=") for word in words[6:])
        self.start, self.last = int(terms["from"]) * 1000, (int(terms["to"]) + 1) * 1000
        self.insertions = int(terms["insertions"])
        self.unplug, self.reboot, self.logout, self.online, self.code, self.phone = (
            terms[word] == "1" for word in ("unplug", "reboot", "logout", "online", "code", "phone"))
        self.is_here, self.fault = True, "none"
        self.redeemed_by = set()
        self.redeemed_at = None
        self.is_unsure = False  # killed in that moment: it may be written down or not
        self.dead = None      # since when it is over for good
        self.deadline = None  # of its duration, since its first use
        self.first_trusted = None
        self.user = self.session = None
        self.plugs = set()    # (device, plug): its insertions
        self.medium = None
        self.at = self.left_at = None  # (device, plug) that it opens; where it did until when
        self.shown = None
        self.unfit = self.past = self.unheard = self.lost_session = None  # since when
        self.is_over = False           # the core has said so

    def fits(self, device):
        if self.kind == "registered":
            return device in REGISTERED
        if self.kind == "device":
            return device in TWINS[int(self.device)]
        return True


class Port:
    def __init__(self):
        self.is_plugged = self.is_open = False
        self.plug, self.capacity = 0, 0
        self.claim = None
        self.barred = {}     # exemption: since when it must not open this plug any more
        self.passing = set()  # of these: those whose bar is their own end, and goes with it
        self.unsure = set()  # these may open this plug, or not
        self.let_go = -10**9  # when its card went
        self.bad_since = None
        self.is_changed = self.is_odd = False
        self.was = None      # whose claim ended when


class Life:
    def __init__(self, counts):
        self.counts = counts
        self.exemptions = {}
        self.ports = [Port() for _ in range(4)]
        self.sessions, self.active = {}, None
        self.blocks = self.has_exemptions = False
        self.lease = self.blocks_since = 0
        self.news = self.heard = None  # heard: since sekishod started
        self.boot_began = 0
        self.restarted = -10**9
        self.now = self.trusted = 0

    # --- whether an exemption counts at this moment; since when it does not ---

    def over(self, e):
        """Why a used exemption is over, and since when; the first reason that there is."""
        reasons = []
        if e.dead is not None:
            reasons.append((e.dead, "it was over for good"))
        if e.deadline is not None and self.now >= e.deadline:
            reasons.append((e.deadline, "its duration had run out"))
        if e.unfit is not None:
            reasons.append((e.unfit, "it is not valid"))
        if e.lost_session is not None:
            reasons.append((e.lost_session, "its session has ended"))
        if e.past is not None:
            reasons.append((e.past, "its last day is over"))
        if e.unheard is not None:
            reasons.append((e.unheard, "nothing was heard for too long"))
        return min(reasons) if reasons else None

    def is_heard(self, e):
        # A restart gives a lease to what was in use.
        lent = e.deadline is not None and self.restarted if self.heard is None else None
        news = max(at for at in (self.heard, lent, -10**12) if at is not None)
        return not e.online or e.phone or self.now < news + self.lease

    def note(self):
        """What is not as it should be, is so since now, unless it was already."""
        for e in self.exemptions.values():
            is_fit = e.is_here and e.fault == "none" and self.has_exemptions
            e.unfit = None if is_fit else self.now if e.unfit is None else e.unfit
            e.past = None if self.trusted < e.last else self.now if e.past is None else e.past
            # These do not come back.
            if e.unheard is None and is_fit and e.deadline is not None and not self.is_heard(e):
                e.unheard = self.now
            if e.lost_session is None and e.session is not None and not e.logout \
                    and e.session not in self.sessions:
                e.lost_session = self.now

    def check_ports(self):
        for i, port in enumerate(self.ports):
            if not port.is_open or not self.blocks:
                port.bad_since = None
                continue
            if port.claim is None:
                since, why = port.bad_since or self.now, "no exemption opens it"
                port.bad_since = since
                limit = 2_000
            else:
                e, port.bad_since = self.exemptions[port.claim], None
                found = self.over(e)
                if port.claim in port.barred:
                    found = min(found or (port.barred[port.claim], ""),
                                (port.barred[port.claim], "its medium was taken away"))
                if not found:
                    continue
                since, why = found
                limit = CLOSING_MS
            since = max(since, self.blocks_since)
            since = max(since, self.restarted) if self.now - self.restarted < RESTART_MS else since
            if self.now - since > limit:
                raise Wrong(f"port {i} stands open by {port.claim}: {why} for "
                            f"{self.now - since} ms")

    # --- what a claim must be ---

    def rivals(self, e, device, is_sure=False):
        """Of one for a class, what was taken away may be counted or not, but for what is_sure."""
        return [i for i, port in enumerate(self.ports)
                if i != device and port.is_plugged and i in PURE and e.fits(i)
                and not port.is_changed and (is_sure or not port.is_odd)
                and (is_sure or not (
                    e.kind == "class" and (port.barred or port.unsure or port.was)))]

    def why_not(self, e, device, session):
        """Why this exemption must not begin to open that port for that session; None: it may."""
        port = self.ports[device]
        if not self.has_exemptions:
            return "the policy has none"
        if not e.is_here or e.fault != "none":
            return f"it is {'not here' if not e.is_here else e.fault}"
        if device not in PURE or port.is_changed or not e.fits(device):
            return "it is not for that device"
        found = self.over(e)
        if found:
            return found[1]
        if e.deadline is None and self.trusted < e.start:
            return "its time has not come"
        if e.code and not e.redeemed_by:
            return "its code was not typed"
        if session is None:
            return "nobody is at the screen"
        user = self.sessions[session]
        if e.user or e.redeemed_by:
            if user not in ({e.user} if e.user else e.redeemed_by):
                return f"it is {e.user or e.redeemed_by}'s, and {user} is there"
        elif user != e.users:
            return f"it is for {e.users}, and {user} is there"
        if e.session is not None and not e.logout and session != e.session:
            return "it is bound to another session"
        if not self.is_heard(e):
            return "nothing is heard"
        if e.insertions and len(e.plugs | {(device, port.plug)}) > e.insertions:
            return "its insertions are used up"
        if e.id in port.barred:
            return "its medium was taken away from there"
        return None

    def claim(self, device, name):
        port, e = self.ports[device], self.exemptions[name]
        if port.claim == name:
            return
        taken_over = self.exemptions.get(port.claim) if port.is_open else None
        if port.is_open and port.was and port.was[1] == self.now:
            taken_over = self.exemptions[port.was[0]]
        if taken_over and taken_over.id in port.barred:
            taken_over = None
        # A restart finds again what it had.
        if (device, port.plug) == e.at and self.now - self.restarted < 1:
            port.claim = name
            return
        session = taken_over.session if taken_over else self.active
        if taken_over and session not in self.sessions:
            session = self.active
        why = self.why_not(e, device, session)
        if why:
            raise Wrong(f"{name} is claimed for port {device}: {why}")
        for i, other in enumerate(self.ports):
            if i != device and other.claim == name and other.is_plugged and \
                    name not in other.barred:
                raise Wrong(f"{name} is claimed for port {device} and has {i}")
        rivals = self.rivals(e, device)
        if rivals:
            raise Wrong(f"{name} is claimed for port {device}, and {rivals} would do as well")
        if taken_over and taken_over.direction != e.direction:
            raise Wrong(f"{name} takes over for another direction")
        e.user, e.session = self.sessions[session], session
        e.plugs.add((device, port.plug))
        e.at = (device, port.plug)
        # Whoever had this plug before gets another one, or none.
        port.unsure |= {other.id for other in self.exemptions.values()
                        if other is not e and other.at == e.at}
        # Used first with other descriptors than the stick has else, it is bound to those.
        e.is_unsure |= port.is_odd
        if e.deadline is None:
            e.deadline, e.first_trusted, e.first = self.now + e.duration, self.trusted, self.now
        port.claim, port.bad_since = name, None
        self.counts["opened"] += 1

    # --- what happens ---

    def forget_moment(self):
        """Killed before it was written down: what came in this moment did not happen for it."""
        for port in self.ports:
            port.barred = {name: at for name, at in port.barred.items() if at < self.now}
            # The act that was under way may be done all the same.
            port.let_go = max(port.let_go, port.was[1] if port.was else port.let_go)
            port.was = None
            # It is looked at anew: these are its descriptors now.
            port.is_odd |= port.is_changed
            port.is_changed = False
        for e in self.exemptions.values():
            e.is_unsure |= e.redeemed_at == self.now
            if e.dead == self.now and e.fault != "revoked" and not e.is_over:
                e.dead = None
            if e.left_at and e.left_at[1] == self.now and e.dead is None:
                e.at = e.left_at[0]
        self.forget_plugs()

    def forget_plugs(self):
        """What is written down is who had it last, and the last plug of each."""
        for i, port in enumerate(self.ports):
            for name in list(port.barred):
                if self.exemptions[name].at != (i, port.plug):
                    del port.barred[name]
                    port.unsure.add(name)

    def bar(self, device, why=None):
        port = self.ports[device]
        if port.claim is None:
            return
        if port.claim not in port.barred and why in PASSING:
            port.passing.add(port.claim)
        port.barred.setdefault(port.claim, self.now)

    def pulled_out(self, device):
        port = self.ports[device]
        for e in self.exemptions.values():
            if e.at == (device, port.plug):
                if (e.unplug or (e.insertions and len(e.plugs) >= e.insertions)) and not e.dead:
                    e.dead = self.now
                e.at, e.left_at = None, (e.at, self.now)
        port.claim, port.let_go = None, self.now

    def reboot(self):
        for e in self.exemptions.values():
            if e.deadline is None:
                continue
            e.session = None
            e.lost_session = e.unheard = None
            e.at = None
            if not e.reboot and e.dead is None:
                e.dead = self.now
        for port in self.ports:
            port.is_open = False
        self.sessions, self.active, self.news = {}, None, None
        self.heard = None
        self.is_rebooting = True

    def carry_over(self):
        """After the first moment of the new boot is known: what is left of each duration."""
        self.is_rebooting = False
        for e in self.exemptions.values():
            if e.deadline is None or e.dead is not None:
                continue
            left = e.deadline - self.reboot_at
            # Whatever the clock says now: what was spent in the boots before is spent.
            spent = max(self.trusted - e.first_trusted, e.duration - left - 1_000)
            e.deadline = self.now + max(0, e.duration - spent) + 2_000

    is_rebooting = False

    def take(self, words):
        verb, rest = words[0], words[1:]
        if verb == "exemption":
            e = Exemption(rest)
            self.exemptions[e.id] = e
        elif verb == "policy":
            if not self.blocks:
                self.blocks_since = self.now
            self.blocks, self.has_exemptions = rest[0] == "block", rest[1] == "exemptions"
            self.lease = int(rest[2]) * 1000
        elif verb in ("here", "gone"):
            self.exemptions[rest[0]].is_here = verb == "here"
        elif verb == "fault":
            e = self.exemptions[rest[0]]
            e.fault = rest[1]
            if e.fault == "revoked" and e.dead is None and e.is_here:
                e.dead = self.now
        elif verb == "login":
            self.sessions[rest[0]] = rest[1]
        elif verb == "logout":
            del self.sessions[rest[0]]
        elif verb == "active":
            self.active = None if rest[0] == "-" else rest[0]
        elif verb == "plug":
            port = self.ports[int(rest[0])]
            port.is_plugged, port.plug, port.capacity = True, int(rest[1]), int(rest[2])
            port.claim, port.barred, port.was = None, {}, None
            port.passing, port.unsure = set(), set()
            port.is_changed = port.is_odd = False
        elif verb == "unplug":
            self.pulled_out(int(rest[0]))
            self.ports[int(rest[0])].is_plugged = False
            self.ports[int(rest[0])].barred = {}
        elif verb == "changes":
            self.ports[int(rest[0])].is_changed = True
            self.bar(int(rest[0]))
            self.pulled_out(int(rest[0]))
        elif verb == "claim":
            self.claim(int(rest[0]), rest[1])
        elif verb == "open":
            port = self.ports[int(rest[0])]
            port.is_open, port.bad_since = True, None
            # An act that was under way when it ended is followed by one that shuts.
            is_late = (port.was and self.now - port.was[1] <= ACT_MS) or \
                self.now - port.let_go <= ACT_MS or self.now - self.blocks_since <= ACT_MS
            if self.blocks and port.claim is None and not is_late:
                raise Wrong(f"port {rest[0]} is opened by nothing")
            if self.blocks and port.claim and self.over(self.exemptions[port.claim]) and \
                    self.now - self.over(self.exemptions[port.claim])[0] > 1000 and \
                    self.now - self.restarted > 1000:
                raise Wrong(f"port {rest[0]} is opened by {port.claim}, which is over")
        elif verb == "shut":
            port = self.ports[int(rest[0])]
            port.is_open, port.bad_since = False, None
        elif verb == "show":
            self.show(int(rest[0]), rest[1], rest[2], rest[3])
        elif verb == "end":
            self.bar(int(rest[0]), rest[1])
        elif verb == "answer":
            if len(rest) < 4 or rest[3] in (self.ports[int(rest[0])].claim, None):
                self.answer(int(rest[0]), rest[1], int(rest[2]))
        elif verb == "news":
            self.news = self.heard = self.now
        elif verb == "redeemed":
            e = self.exemptions[rest[0]]
            if e.deadline is None and (not e.redeemed_by or e.is_unsure) and e.dead is None:
                self.try_redeem(e, rest[1])
        elif verb == "eject":
            self.eject(self.exemptions[rest[0]], rest[1] == "keep")
        elif verb == "return":
            e = self.exemptions[rest[0]]
            if e.deadline is not None and e.dead is None:
                e.dead = self.now
        elif verb == "over":
            self.ended(self.exemptions[rest[0]], rest[1])
        elif verb == "reboot":
            self.reboot()
            self.reboot_at = self.now
        elif verb == "restart":
            self.restarted, self.heard = self.now, None
            self.forget_moment()
            if self.news is not None:
                self.news = self.now
        elif verb == "loop":
            raise Wrong("the core does not come to rest")

    def try_redeem(self, e, user):
        # One that is over for now may refuse it.
        e.is_unsure |= bool(self.over(e))
        e.redeemed_by.add(user)
        e.redeemed_at = self.now

    def eject(self, e, keeps):
        if e.deadline is None or e.dead is not None:
            return
        # What is over just now is not the person's to end: it may come back, or not.
        if self.over(e):
            e.is_unsure = True
        elif not keeps:
            e.dead = self.now

    def ended(self, e, why):
        """The core says that it is over: then nothing of it may open again, but for what passes."""
        e.is_over = why not in PASSING
        if e.is_over:
            e.dead = min(e.dead, self.now) if e.dead is not None else self.now
        for port in self.ports:
            # What may pass may come back without another plug, unless it was taken away before.
            is_its_own = e.id in port.passing or port.barred.get(e.id) == self.now
            if not e.is_over and is_its_own:
                port.barred.pop(e.id, None)
                port.passing.discard(e.id)
            if port.claim == e.id:
                port.bad_since = self.now
                port.claim, port.was = None, (e.id, self.now)

    def show(self, device, name, user, direction):
        port, e = self.ports[device], self.exemptions[name]
        if port.claim != name:
            raise Wrong(f"{name} is shown at port {device}, which is {port.claim}'s")
        if user != e.user or (direction == "write" and e.direction == "read"):
            raise Wrong(f"{name} is shown to {user}, {direction}")

    def answer(self, device, what, capacity):
        port = self.ports[device]
        if what in ("failed", "ended", "gone"):
            self.bar(device)
            e = self.exemptions.get(port.claim)
            # A plug that showed nothing is no insertion.
            if what == "failed" and e and e.shown != (device, port.plug):
                e.plugs.discard((device, port.plug))
            if what == "gone" and e and e.unplug:
                self.pulled_out(device)
        if what == "shown" and port.claim is not None:
            e = self.exemptions[port.claim]
            e.shown = (device, port.plug)
            if e.kind != "class" and e.medium not in (None, capacity):
                self.bar(device)
            elif e.kind != "class":
                e.medium = capacity

    # --- what is due ---

    def check_quiet(self):
        for device in PURE:
            port = self.ports[device]
            if not port.is_plugged or port.is_open or not self.blocks or \
                    port.barred or port.unsure or port.is_odd:
                continue
            for e in self.exemptions.values():
                if e.is_unsure or e.dead is not None or self.why_not(e, device, self.active):
                    continue
                if e.online and not e.phone and (
                        self.heard is None or self.now >= self.heard + self.lease):
                    continue
                if self.rivals(e, device, True) or any(p.claim == e.id for p in self.ports):
                    continue
                if e.at not in (None, (device, port.plug)):
                    continue
                raise Wrong(f"port {device} is shut, and {e.id} should open it")


def judge(life, line):
    now, trusted, *words = line.split()
    life.now, life.trusted = int(now), int(trusted)
    life.check_ports()
    if life.is_rebooting and words[0] not in ("plug", "shut", "over"):
        life.carry_over()
    if words[0] == "quiet":
        life.note()
        life.check_quiet()
    else:
        life.take(words)
    life.note()
    life.check_ports()


def judge_all(lines, counts):
    """What is wrong, one of each life at most."""
    wrongs, life, seed = [], None, None
    for line in lines:
        words = line.split()
        if words[2] == "life":
            life, seed = Life(counts), words[3]
        if life is None:
            continue
        try:
            judge(life, line)
        except Wrong as wrong:
            wrongs.append(f"seed {seed}, at {words[0]} ms, after '{line.strip()}': {wrong}")
            life = None
        if words[2] == "over":
            counts[words[4]] = counts.get(words[4], 0) + 1
    return wrongs


def main():
    program, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    counts, begun = {"opened": 0}, time.monotonic()
    print("1..1")
    with subprocess.Popen([program, str(first), str(count)], stdout=subprocess.PIPE,
                          text=True) as lives:
        wrongs = judge_all(lives.stdout, counts)
    if lives.returncode != 0:
        wrongs.append(f"the lives ended with {lives.returncode}")
    # The dice must not have gone one way.
    ends = ("time", "not-after", "eject", "returned", "logout", "unplug", "insertions", "reboot",
            "revoked", "policy", "withdrawn", "lease")
    few = [word for word in ends if counts.get(word, 0) < count / 1000]
    if count >= 1000 and (few or counts["opened"] < count):
        wrongs.append(f"too few of {few}, {counts['opened']} opened")
    print("not ok" if wrongs else "ok", "1 - no port is ever open without a live exemption")
    for wrong in wrongs[:WRONGS_SHOWN]:
        print(f"# {wrong}")
    print(f"# {count} lives, {count / (time.monotonic() - begun):.0f} a second, "
          f"{len(wrongs)} wrong: {counts}")
    return 1 if wrongs else 0


if __name__ == "__main__":
    sys.exit(main())
