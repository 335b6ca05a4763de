# sekisho. One plain makefile, not recursive: every target can be read here.
#
#   make              the programs
#   make check        every test that needs no root and no network (daily)
#   make check SAN=address,undefined      the same, sanitized; CC=clang: by another compiler
#   make check-unit   the unit tests alone
#   make demo         as root: a virtual PC, and sticks refused before your eyes
#   make check-login  as root: the login as it is installed, in a mount namespace
#   make check-vm     as root: tests on a real kernel in a virtual PC
#   make check-all    as root: installs what is missing, builds, runs everything
#   make check-long   as root: what takes long, in full
#   make deb          packages in build/deb; make check-deb: by lintian
#   make fuzz format analyze coverage bench   as they say

VERSION ?= 0.1.0
comma   := ,
ifeq ($(origin CC),default)
CC := gcc
endif
SAN ?=
B   ?= build/$(CC)$(if $(SAN),-$(subst $(comma),-,$(SAN)))
# -s and V=1 as usual; a quiet build says one word a file.
Q := $(if $(V),,@)
say = $(if $(V),,@echo "  $(1)")
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc)
endif

PREFIX   ?= /usr
CPPFLAGS += -I. -D_GNU_SOURCE -DSEKISHO_VERSION='"$(VERSION)"' \
            -DSEKISHO_LOCALEDIR='"$(PREFIX)/share/locale"' \
            -DSEKISHO_VERIFY='"/usr/libexec/sekisho/sekisho-verify"' \
            -DSEKISHO_ENROL='"/usr/libexec/sekisho/sekisho-enrol"' -include banned.h
CFLAGS   ?= -O2 -g
STRICT   := -std=gnu17 -Wall -Wextra -Werror -Wshadow -Wundef -Wvla -Wcast-qual -Wpointer-arith \
            -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wwrite-strings \
            -Wswitch-enum -Wimplicit-fallthrough -Wformat=2 -Wnull-dereference \
            -Wno-unused-parameter -fvisibility=hidden -fno-common -fno-strict-aliasing -fPIC
HARDEN   := -fstack-protector-strong -fstack-clash-protection -fcf-protection
LDFLAGS  += -Wl,-z,relro,-z,now -Wl,--as-needed -pie
ifeq ($(SAN),)
HARDEN   += -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
else
STRICT   += -fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer
LDFLAGS  += -fsanitize=$(SAN)
endif
ALL_CFLAGS = $(STRICT) $(HARDEN) $(CFLAGS)

POLICY_SRC := $(sort $(wildcard policy/*.c))
JSON_SRC   := $(sort $(wildcard policy/json/*.c))
ADMIN_SRC  := $(sort $(wildcard policy/admin/*.c))
AGENT_MAIN := agent/sekishod.c agent/sekisho.c agent/sekisho-gate.c agent/sekisho-fetch.c agent/sekisho-medium.c
AGENT_SRC  := $(filter-out $(AGENT_MAIN),$(sort $(wildcard agent/*.c)))
PAM_MAIN   := pam/sekisho-verify.c pam/sekisho-unseal.c pam/sekisho-enrol.c pam/sekisho-operator.c
PAM_MODULE := pam/pam_sekisho.c pam/login_ask.c pam/login_judge.c pam/helper.c pam/messages.c \
              pam/login_session.c pam/messages_session.c
PAM_SRC    := $(filter-out $(PAM_MAIN) $(PAM_MODULE),$(sort $(wildcard pam/*.c)))
UNIT_SRC   := $(sort $(wildcard tests/unit/test_*.c))
UNIT_HELP  := $(filter-out $(UNIT_SRC),$(sort $(wildcard tests/unit/*.c)))
FUZZ_SRC   := $(sort $(wildcard tests/fuzz/fuzz_*.c))

obj = $(patsubst %.c,$(B)/%.o,$(1))
POLICY_LIB := $(B)/libpolicy.a
JSON_LIB   := $(B)/libpolicyjson.a
AGENT_LIB  := $(B)/libagent.a
LOGIN_LIB  := $(B)/liblogin.a
HELP_LIB   := $(B)/libtesthelp.a
PROGRAMS   := $(B)/sekishod $(B)/sekisho $(B)/sekisho-gate $(B)/sekisho-fetch $(B)/sekisho-medium $(B)/sekisho-admin $(B)/sekisho-verify \
              $(B)/sekisho-unseal $(B)/sekisho-enrol $(B)/sekisho-operator $(B)/sekisho-pskc \
              $(B)/pam_sekisho.so
MESSAGES   := $(patsubst packaging/translations/%.po,$(B)/locale/%/LC_MESSAGES/sekisho.mo,\
	$(wildcard packaging/translations/*.po))
UNIT_TESTS := $(patsubst tests/unit/%.c,$(B)/tests/unit/%,$(UNIT_SRC))

CRYPTO_LIBS := $(shell pkg-config --libs libcrypto inih 2>/dev/null)
# Sanitizers bring a crypt_r() that calls libcrypt's, so that the linker sees no need of that.
CRYPT_LIBS  := $(if $(SAN),-Wl$(comma)--no-as-needed -lcrypt -Wl$(comma)--as-needed,-lcrypt)
OATH_LIBS   := $(shell pkg-config --libs liboath 2>/dev/null) $(CRYPT_LIBS)
CSV_LIBS    := -lcsv
CURL_LIBS   := $(shell pkg-config --libs libcurl libssl 2>/dev/null)
JSON_LIBS   := $(shell pkg-config --libs json-c 2>/dev/null)
AGENT_LIBS  := $(shell pkg-config --libs libudev libsystemd 2>/dev/null) -pthread

# Objects stay, so that the next make has less to do.
.SECONDARY:

.PHONY: all
all: $(PROGRAMS) $(MESSAGES)

# --- programs ---------------------------------------------------------------------------------

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC $<)
	$(Q)$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(POLICY_LIB): $(call obj,$(POLICY_SRC))
$(JSON_LIB): $(call obj,$(JSON_SRC))
$(AGENT_LIB): $(call obj,$(AGENT_SRC))
$(LOGIN_LIB): $(call obj,$(PAM_SRC))
$(HELP_LIB): $(call obj,$(UNIT_HELP))
$(POLICY_LIB) $(JSON_LIB) $(AGENT_LIB) $(LOGIN_LIB) $(HELP_LIB):
	@rm -f $@
	$(Q)ar rcsD $@ $^

$(B)/sekisho: $(JSON_LIB)
$(B)/sekisho: EXTRA_LIBS = $(JSON_LIB) $(JSON_LIBS) -lqrencode
$(B)/sekisho-medium: EXTRA_LIBS = -lblkid
$(B)/sekishod: EXTRA_LIBS = $(CRYPT_LIBS)
$(B)/sekisho-fetch: EXTRA_LIBS = $(CURL_LIBS)
$(B)/sekishod $(B)/sekisho $(B)/sekisho-gate $(B)/sekisho-fetch $(B)/sekisho-medium: $(B)/%: $(B)/agent/%.o $(AGENT_LIB) $(POLICY_LIB)
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(AGENT_LIBS) $(CRYPTO_LIBS) $(EXTRA_LIBS)

$(B)/sekisho-admin: $(call obj,$(ADMIN_SRC)) $(POLICY_LIB) $(JSON_LIB)
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(CRYPTO_LIBS) $(CSV_LIBS) $(JSON_LIBS) $(CRYPT_LIBS)

# It starts at each login: liboath and what the C library brings, no libcrypto.
$(B)/sekisho-verify: $(B)/pam/sekisho-verify.o $(LOGIN_LIB) $(POLICY_LIB)
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(OATH_LIBS) -lcrypt

$(B)/sekisho-unseal $(B)/sekisho-enrol: $(B)/%: $(B)/pam/%.o $(LOGIN_LIB) $(POLICY_LIB)
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(CRYPTO_LIBS) $(OATH_LIBS)

$(B)/sekisho-operator: $(B)/pam/sekisho-operator.o $(LOGIN_LIB) $(POLICY_LIB)
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(AGENT_LIBS) $(OATH_LIBS) -lcrypt

# Into login programs goes what it needs, and nothing is exported but what PAM calls.
$(B)/pam_sekisho.so: $(call obj,$(PAM_MODULE)) $(LOGIN_LIB) $(POLICY_LIB)
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(filter-out -pie,$(LDFLAGS)) -shared -Wl,-z,defs \
	    -Wl,--exclude-libs,ALL -o $@ $^ -lpam

$(B)/locale/%/LC_MESSAGES/sekisho.mo: packaging/translations/%.po
	@mkdir -p $(@D)
	$(call say,MO $<)
	$(Q)msgfmt --check -o $@ $<

-include $(shell find $(B) -name '*.d' 2>/dev/null)
include policy/pskc/pskc.mk
include packaging/install.mk

# --- tests ------------------------------------------------------------------------------------

$(B)/tests/unit/test_%: $(B)/tests/unit/test_%.o $(HELP_LIB) $(AGENT_LIB) $(LOGIN_LIB) $(POLICY_LIB)
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka $(AGENT_LIBS) $(CRYPTO_LIBS) $(OATH_LIBS)

$(B)/tests/scenarios/run_scenarios: $(call obj,$(wildcard tests/scenarios/*.c)) $(HELP_LIB) \
		$(AGENT_LIB) $(POLICY_LIB)
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(AGENT_LIBS) $(CRYPTO_LIBS)

include tests/tests.mk

UNIT_RUNS := $(foreach t,$(UNIT_TESTS),$(notdir $(t))=$(t))

.PHONY: check check-unit check-needs
check check-unit check-needs: $(PROGRAMS) $(MESSAGES) $(UNIT_TESTS) $(CHECK_NEEDS)
check:
	@tests/run_tests.py "static=tests/static/check.py $(B) $(CC)" $(UNIT_RUNS) $(CHECK_RUNS)
# For another compiler: what is tested through whole programs says nothing more about it.
check-unit:
	@tests/run_tests.py "static=tests/static/check.py $(B) $(CC)" $(UNIT_RUNS)

# --- virtual PC: needs root -------------------------------------------------------------------

LIAR := build/liar
$(LIAR): $(wildcard tests/vm/guest/liar*.c tests/vm/guest/*.h)
	@mkdir -p $(@D)
	$(call say,CC $@)
	$(Q)$(CC) -std=gnu17 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -static -o $@ $(filter %.c,$^)

# Runs what root runs, and leaves what was built to whoever called sudo: their own make goes on with it.
as_root = status=0; $(1) || status=$$?; \
	[ -z "$$SUDO_UID" ] || [ ! -d build ] || chown -R "$$SUDO_UID:$$SUDO_GID" build; exit $$status

.PHONY: vm-needs check-vm check-long demo check-all deps
vm-needs: deb $(LIAR) $(SK_PROVIDER)
check-vm: vm-needs
	@$(call as_root,tests/run_tests.py --verbose "vm=tests/vm/run.py --lanes 2 $(VM_ARGS)")

check-long: vm-needs
	@OPERATOR_CHANGES=1000 $(MAKE) --no-print-directory check-operator
	@$(MAKE) --no-print-directory check-lives
	@LONG=1 $(MAKE) --no-print-directory check-login
	@$(MAKE) --no-print-directory check-site
	@$(call as_root,TEST_TIMEOUT=10800 tests/run_tests.py --verbose "vm=tests/vm/run.py --lanes 2 --long $(VM_ARGS)")

demo: deps
	@$(call as_root,{ $(MAKE) --no-print-directory deb && tests/vm/demo.py; })

check-all: deps
	@$(call as_root,tests/check_all)

# What a bare Debian 12 lacks. Nothing is asked of the network when all of it is there.
deps:
	@packaging/install-build-deps

# --- now and then -----------------------------------------------------------------------------

FUZZ_SECONDS ?= 60
FUZZERS := $(patsubst tests/fuzz/%.c,build/fuzz/%,$(FUZZ_SRC))
build/fuzz/fuzz_%: build/fuzz/tests/fuzz/fuzz_%.o build/fuzz/libtesthelp.a build/fuzz/libpolicy.a
	$(call say,LD $@)
	$(Q)clang -fsanitize=fuzzer,address,undefined -o $@ $^ $(CRYPTO_LIBS)

# The objects of B=build/fuzz are made by a make of their own, for their compiler and sanitizers.
.PHONY: fuzz fuzzers format format-check analyze coverage clean
fuzzers: $(FUZZERS)
fuzz:
	@$(MAKE) --no-print-directory B=build/fuzz CC=clang SAN=fuzzer-no-link,address,undefined fuzzers
	@tests/run_tests.py "fuzz=tests/fuzz/run $(FUZZ_SECONDS) $(FUZZERS)"

C_FILES = $(shell git ls-files '*.c' '*.h')
format:
	clang-format -i $(C_FILES)
format-check:
	clang-format --dry-run -Werror $(C_FILES)

# Left out: what these two do not understand (scope clean-up, va_list), what would have memcpy banned,
# and the order of fields, which is for readers.
TIDY := -*,clang-analyzer-*,bugprone-*,-bugprone-easily-swappable-parameters, \
	-bugprone-reserved-identifier,-bugprone-assignment-in-if-condition,-bugprone-narrowing-conversions, \
	-bugprone-implicit-widening-of-multiplication-result,-bugprone-not-null-terminated-result, \
	-bugprone-sizeof-expression,-clang-analyzer-unix.Malloc,-clang-analyzer-valist.Uninitialized, \
	-clang-analyzer-deadcode.DeadStores,-clang-analyzer-optin.performance.Padding, \
	-clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling
empty :=
analyze:
	clang-tidy --quiet --warnings-as-errors='*' --checks='$(subst $(empty) ,,$(TIDY))' \
	    $(POLICY_SRC) $(JSON_SRC) $(ADMIN_SRC) $(AGENT_SRC) $(AGENT_MAIN) -- $(CPPFLAGS) -std=gnu17
	cppcheck --quiet --enable=warning,portability --error-exitcode=1 --inline-suppr -I. \
	    --suppress=memleak --suppress=memleakOnRealloc policy agent

# Without optimization gcc sees truncations that are not there. The pure core must stay over 95 %.
GCOVR := gcovr --root . --object-directory build/coverage --branches --exclude-throw-branches \
	--exclude-unreachable-branches --print-summary
coverage:
	@mkdir -p build/coverage && find build/coverage -name '*.gcda' -delete
	@$(MAKE) --no-print-directory check B=build/coverage LDFLAGS=--coverage \
	    CFLAGS='-O0 -g --coverage -Wno-format-truncation'
	$(GCOVR) --filter policy/json/ --filter policy/admin/ --filter agent/
	$(GCOVR) --filter 'policy/[^/]*$$' --fail-under-branch 95

clean:
	rm -rf build
