# The commands of this project. `make` alone lists them; what they do is in deploy/run.py.
#
# PORT=8001      another port for `run` and `dev`
# PYTHON=…       the Python to use (3.11 or newer); without it the newest that is found
# ARGS="-k menu" further arguments for pytest; for `lock` the packages to take to their newest version

# Any Python will do to start: run.py chooses the right one, or says in one sentence what is missing.
START := $(shell for python in python3 python3.13 python3.12 python3.11; do $$python -c '' 2>/dev/null && echo $$python && break; done)
NO_PYTHON := echo "Python 3.11 or newer is needed: install python3 and python3-venv." >&2; exit 1;
RUN := @$(if $(START),$(START),$(NO_PYTHON)) deploy/run.py
BIN := .venv/bin

.PHONY: help run dev test torture-donations bench test-next lint format lock outdated licences ci audit contact-sheet handbook clean

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*##/  make \1 \t/p' Makefile

run:  ## the whole site at http://localhost:8000, as in production
	$(RUN) run

dev:  ## the auto-reloading server with the debug tools
	$(RUN) dev

test:  ## all tests; installs what they need
	$(RUN) test $(ARGS)

test-next:  ## all tests without a browser, on the next Wagtail
	$(RUN) test-next $(ARGS)

torture-donations:  ## a thousand gifts while everything goes wrong: the ledger must be the providers' books
	$(RUN) install
	$(BIN)/python benchmarks/torture.py $(ARGS)

bench:  ## what a page costs, and how that grows: a dated table in benchmarks/results/ (takes half an hour)
	$(RUN) install
	$(BIN)/python benchmarks/bench.py $(ARGS)

lint:  ## what CI checks before the tests
	$(RUN) install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint templates --lint --quiet
	PYTHONPATH=site:. $(BIN)/lint-imports --cache-dir var/import-linter

format:  ## bring the Python files into form
	$(RUN) install
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

lock:  ## requirements*.txt, with hashes, of the requirements*.in
	$(RUN) install
	$(BIN)/python deploy/packages.py lock $(ARGS)

outdated:  ## which packages are outdated, and which have had no release for two years
	$(RUN) install
	$(BIN)/python deploy/packages.py outdated

licences:  ## docs/licences.md, from what is installed
	$(RUN) install
	$(BIN)/python deploy/packages.py licences

ci:  ## everything that must pass before a change lands
	@bash .ci/run

contact-sheet:  ## pictures of every page type, to docs/design/
	$(RUN) install
	$(BIN)/python deploy/contact_sheet.py

handbook:  ## the pictures of the handbook, by doing its tasks in a browser
	$(RUN) install
	HANDBOOK=write $(BIN)/python -m pytest -q -s tests/browser/test_tasks.py

audit:  ## axe everywhere, Lighthouse, times on a slow line, to docs/design/audit.md
	$(RUN) install
	$(BIN)/python deploy/audit.py

clean:  ## remove .venv, .venv-next and var: the packages, and THE DATABASE, pictures and mail of `make run`
	@rm -rf .venv .venv-next var .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
