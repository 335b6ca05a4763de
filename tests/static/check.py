#!/usr/bin/python3
"""Promises about the source that a compiler does not check: headers compile alone, folders use each
other in one direction only, the pure core calls nothing impure, the archive has no administrator's
code. Each check is also run against a planted fault, and must find it.

usage: check.py BUILD_DIR CC
"""
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FLAGS = "-std=gnu17 -D_GNU_SOURCE -Wall -Wextra -Werror -Wno-unused-function -I/usr/include/libxml2".split()

# Who may include whom: a folder's own files, and these.
MAY_USE = {"policy/": [], "policy/json/": [], "policy/pskc/": ["policy/"],
            "policy/admin/": ["policy/", "policy/json/", "policy/pskc/"],
           "agent/": ["policy/", "policy/json/"], "pam/": ["policy/"],
           "tests/": ["policy/", "policy/json/", "policy/pskc/", "agent/", "pam/", "tests/"]}

# What the pure objects may call: memory, strings, sorting, formatting into memory, cryptography of
# libcrypto, liboath with a given time, inih on a string. No file, clock, environment, log or locale.
PURE_CALLS = re.compile(
    r"^(malloc|calloc|realloc|reallocarray|free|mem(cpy|move|set|cmp|chr|ccpy|rchr|mem)|bcmp|"
    r"str(len|nlen|cmp|ncmp|chr|rchr|spn|cspn|chrnul|str|dup|errordesc_np|errorname_np|ndup|ncpy|to(ul|ull|l|ll|umax))|"
    r"stpcpy|qsort|bsearch|(__)?explicit_bzero(_chk)?|oath_totp_generate2|"
    r"v?snprintf|__errno_location|ini_parse_string|(EVP|BN|EC|ECDSA|OSSL_PARAM|OSSL_PARAM_BLD|CRYPTO|ERR|"
    r"SHA256|d2i|i2d)_\w+|"
    r"__(mem\w+|str\w+|stp\w+|v?snprintf|sprintf|printf)_chk|__isoc23_strto\w+|__stack_chk_fail|"
    r"_GLOBAL_OFFSET_TABLE_|__(asan|ubsan|gcov)_\w+|__sanitizer_\w+)$")

PURE_AGENT = ["core", "core_device", "core_findings", "core_flap", "core_input", "core_judge",
              "core_rehearse", "fetch_names", "fetch_pace", "fetch_seen", "fetch_reply", "fetch_kept", "fetch_url", "fetch_server", "spool_plan",
              "core_exemption", "core_exemption_bar", "core_exemption_end", "core_exemption_fit",
              "core_exemption_medium", "core_exemption_record", "core_exemption_room", "core_exemption_use",
              "exemption_time", "record", "record_format", "record_document", "record_judged",
              "record_login", "record_ocsf", "report_state", "report_due", "record_exemption", "exemption_state", "json", "checked_lines", "rehearse_line", "pam_line",
              "pam_entry", "pam_stack", "pam_outcome", "pam_module", "pam_verdict",
              "medium_label", "medium_line", "medium_mounts", "medium_options", "medium_state",
              "revoked", "machine", "session_list"]
PURE_PAM = ["answer", "attempt", "code", "envelope_set", "learned_clock", "slots", "typed", "login_desks",
            "user_head", "answer_reader", "last_login", "session_answer", "enrolment"]


def files(root, folder, ending):
    for directory, _, names in os.walk(os.path.join(root, folder)):
        for name in sorted(names):
            if name.endswith(ending):
                yield os.path.relpath(os.path.join(directory, name), root)


def bad_headers(root, cc):
    """Headers that do not compile as the only include of a file."""
    bad = []
    for folder in ("policy", "agent", "pam"):
        for header in files(root, folder, ".h"):
            source = f'#include "{header}"\n#include "{header}"\n'
            done = subprocess.run([cc, *FLAGS, f"-I{root}", "-include", f"{ROOT}/banned.h",
                                   "-fsyntax-only", "-x", "c", "-"], input=source, text=True,
                                  capture_output=True)
            if done.returncode:
                bad.append(f"{header}: {done.stderr.splitlines()[0]}")
    return bad


def bad_options(root):
    """Programs that take options cut short: getopt_long() does, policy/option.h does not."""
    bad = []
    for folder in ("policy", "agent", "pam"):
        for path in files(root, folder, ".c"):
            with open(os.path.join(root, path), encoding="utf-8") as source:
                if "getopt_long(" in source.read():
                    bad.append(f"{path} calls getopt_long() itself, not option_next()")
    return bad


def folder_of(path):
    return max((f for f in MAY_USE if path.startswith(f)), key=len, default=None)


def bad_includes(root):
    """Includes that point the wrong way, or are not written from the root."""
    bad = []
    for folder in ("policy", "agent", "pam"):
        for ending in (".c", ".h"):
            for path in files(root, folder, ending):
                with open(os.path.join(root, path), encoding="utf-8") as source:
                    for number, line in enumerate(source, 1):
                        found = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
                        if not found:
                            continue
                        used, mine = folder_of(found.group(1)), folder_of(path)
                        if used is None or (used != mine and used not in MAY_USE[mine]):
                            bad.append(f"{path}:{number}: {line.strip()}")
    return bad


def undefined(objects):
    done = subprocess.run(["nm", "-A", "-u", *objects], text=True, capture_output=True, check=True)
    for line in done.stdout.splitlines():
        place, _, symbol = line.partition(" U ")
        if symbol:
            yield place.strip(" :"), symbol.strip().split("@")[0]


def defined(objects):
    done = subprocess.run(["nm", "--defined-only", *objects], text=True, capture_output=True,
                          check=True)
    return {line.split()[2] for line in done.stdout.splitlines() if len(line.split()) == 3}


def bad_calls(pure, library):
    """Undefined symbols of pure objects that neither they define nor the list above allows."""
    ours = defined(pure + library)
    return [f"{os.path.basename(place)} calls {symbol}" for place, symbol in undefined(pure)
            if symbol not in ours and not PURE_CALLS.match(symbol)]


def pure_objects(build):
    policy = [f"{build}/policy/{name}" for name in sorted(os.listdir(f"{build}/policy"))
              if name.endswith(".o")]
    return (policy + [f"{build}/agent/{name}.o" for name in PURE_AGENT] +
            [f"{build}/pam/{name}.o" for name in PURE_PAM])


def planted(cc):
    """A small tree with one fault of each kind: what each check says of it."""
    with tempfile.TemporaryDirectory() as root:
        for folder in ("policy", "agent"):
            os.mkdir(f"{root}/{folder}")
        with open(f"{root}/policy/needs.h", "w", encoding="ascii") as header:
            header.write("#pragma once\nsize_tt needs(void);\n")
        with open(f"{root}/policy/arrow.c", "w", encoding="ascii") as source:
            source.write('#include "agent/core.h"\n#include "policy/json/json_line.h"\n'
                         "// getopt_long(argc, argv)\n")
        with open(f"{root}/policy/impure.c", "w", encoding="ascii") as source:
            source.write("#include <time.h>\nlong impure(void);\n"
                         "long impure(void) { return (long)time(0); }\n")
        subprocess.run([cc, "-c", "-o", f"{root}/impure.o", f"{root}/policy/impure.c"], check=True)
        return (bad_headers(root, cc), bad_includes(root), bad_calls([f"{root}/impure.o"], []),
                bad_options(root))


def main():
    build, cc = sys.argv[1], sys.argv[2]
    os.chdir(ROOT)
    pure = pure_objects(build)
    planted_headers, planted_includes, planted_calls, planted_options = planted(cc)
    admin = [s for s in defined([f"{build}/libpolicy.a"]) if s.startswith("admin_")]
    tests = [
        ("every header compiles alone", bad_headers(ROOT, cc)),
        ("a header that does not compile alone is found",
         [] if len(planted_headers) == 1 else ["nothing was found"]),
        ("no include points the wrong way", bad_includes(ROOT)),
        ("an include that points the wrong way is found",
         [] if len(planted_includes) == 2 else ["nothing was found"]),
        ("the pure core calls nothing impure", bad_calls(pure, [])),
        ("a call of time() in the pure core is found",
         [] if planted_calls == ["impure.o calls time"] else [f"found {planted_calls}"]),
        ("the archive has no administrator's code", admin),
        ("nobody takes options that are cut short", bad_options(ROOT)),
        ("who calls getopt_long() is found",
         [] if len(planted_options) == 1 else [f"found {planted_options}"]),
    ]
    print(f"1..{len(tests)}")
    for number, (name, faults) in enumerate(tests, 1):
        print(f"{'not ok' if faults else 'ok'} {number} - {name}")
        for fault in faults:
            print(f"# {fault}")
    return any(faults for _, faults in tests)


if __name__ == "__main__":
    sys.exit(main())
