# What reads the records that terminals handed up.

USE_FLEET := $(B)/tests/fuzz/replay_fleet_lines build/fuzz/fuzz_fleet_lines
$(USE_FLEET): $(addprefix $(B)/policy/admin/,fleet_codes.o fleet_collect.o talk.o) $(JSON_LIB)
$(USE_FLEET): CRYPTO_LIBS := $(POLICY_LIB) $(JSON_LIB) $(JSON_LIBS) $(CRYPTO_LIBS)
