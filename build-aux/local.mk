# SPDX-License-Identifier: Apache-2.0
# The developer's loop is `dev`; here are its helpers, and the checks behind `make lint`: check-*.

lint:
	$(srcdir)/%D%/lint
.PHONY: lint
