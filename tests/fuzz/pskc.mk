# Vendors' files, and what the process that reads them answers: parts of programs, which are in no
# archive.
ANSWER := $(addprefix $(B)/policy/admin/,pskc_answer.o token_seed.o delivery.o)
USE_ANSWER := $(B)/tests/fuzz/replay_pskc_answer build/fuzz/fuzz_pskc_answer
$(USE_ANSWER): $(ANSWER)
$(USE_ANSWER): CRYPTO_LIBS := $(POLICY_LIB) $(CRYPTO_LIBS)

PSKC_READER := $(filter-out %/sekisho-pskc.o %/box.o,$(call obj,$(PSKC_SRC)))
USE_PSKC := $(B)/tests/fuzz/replay_pskc build/fuzz/fuzz_pskc
$(USE_PSKC): $(PSKC_READER)
$(USE_PSKC): CRYPTO_LIBS := $(POLICY_LIB) $(PSKC_LIBS) $(CRYPTO_LIBS)
$(B)/tests/fuzz/fuzz_pskc.o: CPPFLAGS += $(shell pkg-config --cflags libxml-2.0 2>/dev/null)
