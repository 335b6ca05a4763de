# How long the fleet commands take: make bench-fleet. Never decides a test.

MAKE_FLEET := $(B)/tests/bench/fleet/make_fleet
$(MAKE_FLEET): $(B)/tests/bench/fleet/make_fleet.o $(POLICY_LIB)
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(CRYPTO_LIBS)

.PHONY: bench-fleet
bench-fleet: $(MAKE_FLEET) $(B)/sekisho-admin
	@tests/bench/fleet/run $(B) 2300 2300+192 100000
