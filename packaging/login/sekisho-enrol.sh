# Whoever came in by a ticket of the desk enrols in this session: see sekisho(1). pam_sekisho sets
# the variable; it asks nothing of anybody else's login.
if [ -n "${SEKISHO_ENROL:-}" ] && [ -t 0 ] && [ -t 1 ]; then
	unset SEKISHO_ENROL
	sekisho enrol --if-due || :
fi
