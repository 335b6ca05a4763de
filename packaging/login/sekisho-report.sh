# Whoever owes a report after a permission by telephone is reminded at each login until it is filed:
# see sekisho(1). Says nothing where none is due, and never holds up a login.
if [ -t 1 ] && command -v sekisho >/dev/null 2>&1; then
	timeout 3 sekisho exemptions --if-due 2>/dev/null || :
fi
