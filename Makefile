# Two commands matter: `make run` and `make test`. `make help` lists the others.
SHELL := /bin/sh
PYTHON := .venv/bin/python
.DEFAULT_GOAL := help

# The first Python of at least 3.11 on the PATH; an entry that does not run is passed over.
FIND_PYTHON = for one in python3.11 python3.12 python3.13 python3 python3.14 python; do \
	if "$$one" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
	echo "$$one"; exit 0; fi; done; \
	echo "需要 Python 3.11 或更新的版本，但 PATH 中没有找到。 Python 3.11 or newer is needed." >&2; exit 1

.PHONY: help setup setup-test setup-bench run demo test simulate hosts chaos bench format check words

help: ## List the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-12s %s\n", $$1, $$2}'

setup: ## Make .venv with what the program needs
	@python=$$($(FIND_PYTHON)) && "$$python" scripts/setup.py app

setup-test: ## Make .venv with what the tests need too
	@python=$$($(FIND_PYTHON)) && "$$python" scripts/setup.py test

run: setup ## Start everything, load the demo city and settle its month; Ctrl-C stops
	@exec $(PYTHON) -m scripts.serve $(ARGS)

demo: setup ## Settle the demo city's month, check the books and end
	@exec $(PYTHON) -m scripts.serve --once $(ARGS)

test: setup-test ## Run all tests on private servers (ARGS="tests/rules -x" for some)
	@exec $(PYTHON) -m pytest -n logical --maxprocesses 8 --dist worksteal $(ARGS)

simulate: setup-test ## Play forty months of a bad bank: nobody paid twice, nobody forgotten (ARGS="4 100")
	@exec $(PYTHON) -m tests.simulation $(ARGS)

chaos: setup-test ## Play months while everything breaks, and write docs/reliability.md (SEED=17 ROUNDS=1)
	@exec $(PYTHON) -m tests.chaos --seed $(or $(SEED),0) --rounds $(or $(ROUNDS),10) --lanes $(or $(LANES),2) $(ARGS)

hosts: setup-test ## Let two hosts play the demo city's months and end as one host does
	@HOSTS=2 exec $(PYTHON) -m pytest -n0 tests/hosts/test_two_hosts.py $(ARGS)

setup-bench: ## Make .venv with the peers of the benchmark too
	@python=$$($(FIND_PYTHON)) && "$$python" scripts/setup.py bench

bench: setup-bench ## Measure beside the floors and write docs/benchmarks.md (SIZE=100000 for one size, ARGS="--only jobs" for one piece)
	@exec $(PYTHON) -m scripts.bench $(SIZE) $(ARGS)

format: setup-test ## Format the code
	@$(PYTHON) -m ruff format .
	@$(PYTHON) -m ruff check --fix --quiet .

check: setup-test ## Format, lint, types, import contracts, security, templates, changing nothing
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m mypy
	@.venv/bin/lint-imports
	@.venv/bin/bandit --quiet -ll -c pyproject.toml -r models web workers scripts
	@$(PYTHON) -m scripts.advisories
	@.venv/bin/djlint web/templates --lint --quiet

words: setup ## Collect the strings of the pages and list what has no English yet
	@$(PYTHON) -m scripts.words
