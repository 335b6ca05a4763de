"""Stacks as nobody would write them: from a seed, so that each run has the same ones. Every line
names the stand-in and the code that it returns."""
import os
import random

ACTIONS = ["ignore", "ok", "done", "bad", "die", "reset", "1", "2", "3", "7"]
NAMES = ["success", "open_err", "service_err", "system_err", "buf_err", "perm_denied", "auth_err",
         "user_unknown", "authinfo_unavail", "new_authtok_reqd", "ignore", "abort",
         "module_unknown", "conv_err", "try_again"]
CODES = [0, 0, 0, 0, 0, 3, 4, 5, 6, 7, 7, 9, 10, 12, 25, 25, 26, 28, 30, 31, 32, 99, -1]
WORDS = ["required", "requisite", "sufficient", "optional", "Required", "SUFFICIENT"]


class Stacks:
    """Writes services and the files that they include into a folder."""

    def __init__(self, folder, module, seed):
        self.folder, self.module, self.random = folder, module, random.Random(seed)
        self.n_files = 0

    def control(self):
        pick = self.random
        if pick.random() < 0.5:
            return pick.choice(WORDS)
        pairs = ["%s=%s" % (pick.choice(NAMES), pick.choice(ACTIONS))
                 for _ in range(pick.randint(0, 4))]
        if pick.random() < 0.6:
            pairs.insert(pick.randint(0, len(pairs)), "default=" + pick.choice(ACTIONS))
        if pick.random() < 0.06:
            pairs.append(pick.choice(["nonsense", "success", "success=", "success=0", "=ok",
                                      "success=nonsense", "success=ok,default=die"]))
        text = pick.choice([" ", " ", "  ", "\t"]).join(pairs)
        return "[%s]" % text.replace("=", pick.choice(["=", "=", " = "]))

    def words(self, depth):
        """One line, as words."""
        pick = self.random
        kind = pick.choice(["auth"] * 8 + ["-auth", "AUTH", "account", "session"])
        chance = pick.random()
        if chance < 0.20 and depth < 3:
            name = self.file(depth + 1) if pick.random() < 0.95 else self.folder + "/missing"
            # Of one that fails inside of another libpam leaves to chance what is done.
            if chance < 0.06 and depth == 0:
                return ["@include", name]
            return [kind, pick.choice(["include", "substack", "substack"]), name]
        if chance < 0.22:
            return pick.choice([["nonsense", "required", self.module], [kind], [kind, "required"],
                                [kind, "include"][:1], ["[auth]", "optional", self.module]])
        module = self.module if pick.random() < 0.95 else "/nonexistent/pam_missing.so"
        return [kind, self.control(), module, "code=%d" % pick.choice(CODES)]

    def line(self, depth):
        pick = self.random
        words = self.words(depth)
        text = pick.choice([" ", "\t", "   "]).join(words)
        if pick.random() < 0.05 and len(words) > 2:
            text = " ".join(words[:2]) + pick.choice([" \\\n", "\\\n  ", " \\ \t\n\n# between\n"]) \
                + " ".join(words[2:])
        if pick.random() < 0.05:
            text += pick.choice([" # a remark", " more words", " [some more] words", " " * 1100])
        if pick.random() < 0.05:
            text = pick.choice(["", "# a remark", "   ", "\t# another \\"]) + "\n" + text
        return pick.choice(["", "", "", " ", "\t"]) + text

    def write(self, name, depth):
        n_lines = self.random.choice([1, 2, 3, 3, 4, 4, 5, 6, 8])
        text = "\n".join(self.line(depth) for _ in range(n_lines))
        text += self.random.choice(["\n"] * 20 + ["", "\\\n", "\n\n#"])
        with open(os.path.join(self.folder, name), "w", encoding="ascii") as file:
            file.write(text)

    def file(self, depth):
        self.n_files += 1
        name = "included-%d" % self.n_files
        self.write(name, depth)
        return os.path.join(self.folder, name)

    def service(self, number):
        name = "service-%d" % number
        self.write(name, 0)
        return name
