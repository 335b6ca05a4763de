# make bench-server: 100,000 simulated terminals, with the agent's own pace, against one nginx with the packaged
# configuration; some ten minutes, best where nothing else runs. BENCH_TERMINALS=5000 for a first look, which is not
# written down.
BENCH_TERMINALS ?= 100000
BENCH_LOAD := $(B)/tests/bench/server/load

$(BENCH_LOAD): $(call obj,$(addprefix tests/bench/server/,load.c load_crowd.c load_heap.c load_identity.c load_look.c load_pace.c load_result.c)) $(AGENT_LIB) $(POLICY_LIB)
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ -lssl -lcrypto $(AGENT_LIBS)

.PHONY: bench-server
bench-server: $(BENCH_LOAD)
	@python3 tests/bench/server/run $(B) $(BENCH_TERMINALS)
