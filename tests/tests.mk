# What make check runs beside the unit tests. CHECK_RUNS: name=command; CHECK_NEEDS: what they need.

CHECK_NEEDS :=
CHECK_RUNS  :=

ifneq ($(wildcard tests/scenarios/run_scenarios.c),)
CHECK_NEEDS += $(B)/tests/scenarios/run_scenarios
CHECK_RUNS  += "scenarios=$(B)/tests/scenarios/run_scenarios tests/scenarios"
endif

include tests/dbus/dbus.mk

CHECK_RUNS += "packaging-manuals=python3 tests/packaging/test_manuals.py $(B)"
CHECK_RUNS += "packaging-translations=python3 tests/packaging/test_translations.py"
CHECK_RUNS += "packaging-completion=tests/packaging/completion $(B)"
CHECK_RUNS += "packaging-files=python3 tests/packaging/test_files.py" "packaging-pages=python3 tests/packaging/test_pages.py" "packaging-ports=sh tests/packaging/test_ports.sh"
CHECK_RUNS += "vm-lanes=python3 tests/vm/test_lanes.py"
CHECK_RUNS += "packaging-login-stack=sh tests/packaging/test_login_stack.sh" "packaging-report-notice=sh tests/packaging/test_report_notice.sh"

include tests/admin/admin.mk tests/admin/pskc.mk tests/admin/exemption.mk

include tests/usb/usb.mk
include tests/usb/exemption.mk tests/usb/terminal.mk tests/usb/report.mk

include tests/time/time.mk

include tests/lives/lives.mk

include tests/replay/replay.mk

include tests/login/login.mk

include tests/operator/operator.mk

include tests/fetch/fetch.mk

include tests/server/server.mk

# disk_faults.c stands between these and the C library in one test only.
DISK_CALLS := renameat,--wrap=unlinkat,--wrap=mkdirat,--wrap=fsync,--wrap=syncfs,--wrap=write
$(B)/tests/unit/test_policies_cut: override LDFLAGS += -Wl,--wrap=$(DISK_CALLS)

# Likewise kill_at.h.
KILL_CALLS := pwrite,--wrap=fdatasync,--wrap=fsync,--wrap=renameat
KILLED := $(addprefix $(B)/tests/unit/test_,envelopes login_clock judge_phone)
$(KILLED): override LDFLAGS += -Wl,--wrap=$(KILL_CALLS)

$(B)/tests/unit/test_agent_exemption $(B)/tests/unit/test_agent_phone $(B)/tests/unit/test_login_spool $(B)/tests/unit/test_login_rules_file: override LDFLAGS += \
    -Wl,--wrap=$(DISK_CALLS)

$(B)/tests/unit/test_agent_login: override LDFLAGS += -Wl,--wrap=fdatasync
$(B)/tests/unit/test_medium_closing: override LDFLAGS += -Wl,--wrap=medium_mount_open,--wrap=gate_set_read_only,--wrap=medium_disk_check,--wrap=medium_disk_put_offline,--wrap=unmount_here,--wrap=unmount_elsewhere

# Likewise failing_allocator.c.
ALLOCATOR_CALLS := malloc,--wrap=calloc,--wrap=realloc,--wrap=reallocarray,--wrap=strdup,--wrap=strndup,--wrap=free,--wrap=ini_parse_string
$(B)/tests/unit/test_allocation: override LDFLAGS += -Wl,--wrap=$(ALLOCATOR_CALLS)
$(B)/tests/unit/test_policies_memory: override LDFLAGS += \
    -Wl,--wrap=$(ALLOCATOR_CALLS),--wrap=fsync,--wrap=syncfs

$(B)/tests/unit/test_cli_notice $(B)/tests/unit/test_cli_may_request: CRYPTO_LIBS := $(CRYPTO_LIBS) $(JSON_LIBS)

# What sekisho-verify uses of the policy starts at every login: it links no cryptography and no parser.
$(addprefix $(B)/tests/unit/test_,login_rules login_floor login_run login_event login_name): AGENT_LIBS :=
$(addprefix $(B)/tests/unit/test_,login_rules login_floor login_run login_event login_name): CRYPTO_LIBS :=
$(addprefix $(B)/tests/unit/test_,login_rules login_floor login_run login_event login_name): OATH_LIBS :=

# Parts of sekisho-admin, which are in no archive.
REPLAY := $(B)/policy/admin/replay_record.o $(B)/policy/admin/replay_judge.o
USE_REPLAY := $(B)/tests/unit/test_replay_record $(B)/tests/fuzz/replay_replay_record build/fuzz/fuzz_replay_record
$(USE_REPLAY): $(REPLAY) $(JSON_LIB)
$(USE_REPLAY): CRYPTO_LIBS := $(POLICY_LIB) $(JSON_LIB) $(JSON_LIBS) $(CRYPTO_LIBS)

$(B)/tests/unit/test_day: $(addprefix $(B)/policy/admin/,day.o eras.o)
$(B)/tests/unit/test_day: CRYPTO_LIBS := $(POLICY_LIB) $(CRYPTO_LIBS)
$(B)/tests/unit/test_moment: $(addprefix $(B)/policy/admin/,moment.o day.o eras.o)
$(B)/tests/unit/test_moment: CRYPTO_LIBS := $(POLICY_LIB) $(CRYPTO_LIBS)

# What is read with json-c.
USE_JSON := $(B)/tests/unit/test_json_line $(B)/tests/unit/test_cli_record_chain
$(USE_JSON): $(JSON_LIB)
$(USE_JSON): CRYPTO_LIBS := $(JSON_LIB) $(JSON_LIBS) $(CRYPTO_LIBS)
USE_RECORDS := $(B)/tests/fuzz/replay_cli_records build/fuzz/fuzz_cli_records
$(USE_RECORDS): $(AGENT_LIB) $(JSON_LIB)
$(USE_RECORDS): CRYPTO_LIBS := $(AGENT_LIB) $(POLICY_LIB) $(JSON_LIB) $(JSON_LIBS) $(CRYPTO_LIBS)

$(B)/tests/unit/test_second_reader: override LDFLAGS += -Wl,--wrap=ini_parse_string

# The same tests with files that give one byte at a time, and signals.
SHORT_READS := $(addprefix $(B)/tests/unit/short_reads/,test_store test_store_serials test_store_time test_sysfs)
$(SHORT_READS): $(B)/tests/unit/short_reads/%: $(B)/tests/unit/%.o $(B)/tests/unit/short_reads.o \
		$(B)/tests/unit/short_reads_tried.o $(HELP_LIB) $(AGENT_LIB) $(POLICY_LIB)
	@mkdir -p $(@D)
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -Wl,--wrap=read -o $@ $^ -lcmocka $(AGENT_LIBS) $(CRYPTO_LIBS)
ADMIN_SHORT := $(B)/tests/admin/short_reads/sekisho-admin
$(ADMIN_SHORT): $(call obj,$(ADMIN_SRC)) $(B)/tests/unit/short_reads.o $(POLICY_LIB) $(JSON_LIB)
	@mkdir -p $(@D)
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -Wl,--wrap=read -o $@ $^ $(CRYPTO_LIBS) $(CSV_LIBS) $(JSON_LIBS) $(CRYPT_LIBS)
CHECK_NEEDS += $(SHORT_READS) $(ADMIN_SHORT)
CHECK_RUNS  += $(foreach t,$(SHORT_READS),"short-reads-$(notdir $(t))=$(t)")
CHECK_RUNS  += "short-reads-admin=tests/admin/test_verify.py $(ADMIN_SHORT) $(SK_PROVIDER)"

# The seeds of each fuzzer, without libFuzzer, so by each compiler.
REPLAYS := $(patsubst tests/fuzz/fuzz_%.c,$(B)/tests/fuzz/replay_%,$(FUZZ_SRC))
$(REPLAYS): $(B)/tests/fuzz/replay_%: $(B)/tests/fuzz/replay.o $(B)/tests/fuzz/fuzz_%.o $(HELP_LIB) $(POLICY_LIB)
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(CRYPTO_LIBS)
USE_STACK := $(foreach f,fetch_reply,$(B)/tests/fuzz/replay_$f build/fuzz/fuzz_$f) $(B)/tests/fuzz/replay_pam_stack build/fuzz/fuzz_pam_stack $(B)/tests/fuzz/replay_medium_line build/fuzz/fuzz_medium_line
$(USE_STACK): $(AGENT_LIB)
$(USE_STACK): CRYPTO_LIBS := $(AGENT_LIB) $(POLICY_LIB) $(CRYPTO_LIBS)
USE_LOGIN := $(foreach f,user_file envelopes typed answer,$(B)/tests/fuzz/replay_$f build/fuzz/fuzz_$f)
$(USE_LOGIN): $(LOGIN_LIB)
$(USE_LOGIN): CRYPTO_LIBS := $(LOGIN_LIB) $(POLICY_LIB) $(OATH_LIBS) $(CRYPTO_LIBS)
USE_REVOKED := $(foreach f,revocation bundle,$(B)/tests/fuzz/replay_$f build/fuzz/fuzz_$f)
$(USE_REVOKED): $(AGENT_LIB)
$(USE_REVOKED): CRYPTO_LIBS := $(AGENT_LIB) $(POLICY_LIB) $(CRYPTO_LIBS)
include tests/fuzz/pskc.mk tests/fuzz/fleet.mk
CHECK_NEEDS += $(REPLAYS)
CHECK_RUNS  += $(foreach f,$(REPLAYS:$(B)/tests/fuzz/replay_%=%),\
    "fuzz-$(f)=$(B)/tests/fuzz/replay_$(f) tests/fuzz/corpus/$(f)")

include tests/bench/bench.mk
include tests/bench/server/server.mk

$(addprefix $(B)/tests/unit/test_medium_,loop closing force): CRYPTO_LIBS := $(CRYPTO_LIBS) -lblkid
$(B)/tests/unit/test_medium_force: override LDFLAGS += -Wl,--wrap=syncfs,--wrap=gate_set_read_only,--wrap=medium_disk_transfers
