# What IT staff copy to a server and to its terminals: nothing here is in force by being installed.
EXAMPLES := $(PREFIX)/share/doc

install: install-server
.PHONY: install-server
install-server:
	$(Q)$(INSTALL) -D -m 644 -t $(DESTDIR)$(EXAMPLES)/sekisho-admin/examples/server \
	    packaging/server/README.md packaging/server/README.ja.md packaging/server/GROWING.md packaging/server/tmpfiles.conf
	$(Q)$(INSTALL) -D -m 644 -t $(DESTDIR)$(EXAMPLES)/sekisho-admin/examples/server/nginx \
	    packaging/server/nginx/sekisho.conf packaging/server/nginx/publish.conf
	$(Q)$(INSTALL) -D -m 644 -t $(DESTDIR)$(EXAMPLES)/sekisho-admin/examples/server/timer \
	    packaging/server/timer/sekisho-fresh.service packaging/server/timer/sekisho-publish.service \
	    packaging/server/timer/sekisho-publish.timer
	$(Q)$(INSTALL) -D -m 644 -t $(DESTDIR)$(EXAMPLES)/sekisho-agent/examples/rsyslog \
	    packaging/rsyslog/sekisho.conf packaging/rsyslog/stunnel.conf packaging/rsyslog/collector.conf
