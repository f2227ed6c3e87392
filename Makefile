# The front door. The work is done by keiko/launcher/, which needs nothing but Python 3.11 to begin.
PYTHON ?= python3

define launch
@command -v $(PYTHON) >/dev/null 2>&1 || { \
	echo "No $(PYTHON) here. Install Python 3.11 or later, or name one: make $@ PYTHON=/path/to/python3.11" >&2; exit 1; }
@exec $(PYTHON) -I keiko/launcher/bootstrap.py $@ $(ARGS)
endef

.DEFAULT_GOAL := help
.PHONY: help install run test check bench requirements messages clean

help: ## List the targets
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile

install: ## Make .venv and install what Keiko runs with
	$(launch)

run: ## Start Keiko with everything that it needs; Ctrl-C stops it (PORT=8000)
	$(launch)

test: ## Run the whole suite, browser tests included (ARGS="-k words" is passed on to pytest)
	$(launch)

check: ## Lint, format, types, import contracts, migrations, licences, pins
	$(launch)

bench: ## Measure product and limits in one run, about 10 minutes (ARGS=--full: a million statements)
	$(launch)

requirements: ## Resolve requirements*.in into pinned requirements*.txt
	$(launch)

messages: ## Collect and compile the translations
	$(launch)

clean: ## Remove .venv, node_modules and caches; the data under var/ stays
	rm -rf .venv chain/devnet/node_modules .coverage .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
