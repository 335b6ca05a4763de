# make bench: what it costs, into tests/bench/RESULTS.md. bench-media: 100,000 registered media, the
# start with them, 10,000 recorded insertions. bench-vm, as root: sekishod beside other guards in a
# virtual PC (ROUNDS=5 for a first look). bench-login, as root: logins beside other modules. No test: nothing fails because of time.

GLIB_CFLAGS = $(subst -I,-isystem ,$(shell pkg-config --cflags glib-2.0))
GLIB_LIBS   = $(shell pkg-config --libs glib-2.0)
BENCH       := $(B)/tests/bench/bench_media $(B)/tests/bench/measure
BENCH_START := $(B)/tests/bench/bench_start
BENCH_GUEST := build/bench/floor build/bench/stopwatch

$(B)/tests/bench/bench_media.o: ALL_CFLAGS += $(GLIB_CFLAGS)
$(B)/tests/bench/bench_media: $(B)/tests/bench/bench_load.o $(POLICY_LIB)
$(BENCH): %: %.o
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(GLIB_LIBS) $(CRYPTO_LIBS)

$(BENCH_START): $(BENCH_START).o $(call obj,$(addprefix tests/usb/,fake_kernel.c kernel_bus.c daemon.c)) \
		$(HELP_LIB) $(AGENT_LIB) $(POLICY_LIB)
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka $(AGENT_LIBS) $(CRYPTO_LIBS)

# Whole in one file each, because the virtual PC is not this machine.
$(BENCH_GUEST): build/bench/%: tests/bench/guest/%.c tests/bench/guest/uevent.c tests/bench/guest/uevent.h
	@mkdir -p $(@D)
	$(call say,CC $@)
	$(Q)$(CC) -std=gnu17 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -static -o $@ $(filter %.c,$^)

# From the approval to a usable medium, from the deadline to a closed one; an hour's quarter.
.PHONY: bench-exemption
bench-exemption: deb
	@$(call as_root,tests/bench/run_exemption)

.PHONY: bench bench-media bench-vm bench-login
bench: bench-media bench-register
	@if [ "$$(id -u)" -eq 0 ]; then $(MAKE) --no-print-directory bench-login bench-vm; \
	    else echo "not root: no login, no virtual PC; their parts of RESULTS.md stay as they are"; fi

bench-login: $(PROGRAMS) $(LOGIN_TESTS)
	@tests/bench/run_login $(B)

bench-media: $(B)/sekisho-admin $(B)/sekishod $(BENCH) $(BENCH_START) $(USB_HOOK) $(MAKE_RECORDS)
	@tests/bench/run $(B) $(B)/sekisho-admin $(BENCH) $(MAKE_RECORDS)

bench-vm: deb $(B)/sekisho-admin $(BENCH_GUEST)
	@$(call as_root,tests/bench/run_vm build/bench $(B)/sekisho-admin)

# 1 April: 4,000 people, 1,700 terminals; compared with a reference on the way.
.PHONY: bench-register
bench-register: $(B)/sekisho-admin $(B)/tests/bench/measure
	@tests/bench/run_register $(B)/sekisho-admin $(B)/tests/bench/measure
include tests/bench/fleet/fleet.mk
