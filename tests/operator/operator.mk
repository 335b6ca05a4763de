# The change of operator: the built programs over a real bus, with a fake kernel and a fake logind.

CHECK_NEEDS += $(USB_HOOK) $(LOGIN_TESTS)
CHECK_RUNS  += "operator=python3 tests/operator/test_operator.py $(B)"
