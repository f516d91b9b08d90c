# The verbs of the project; `make` alone lists them.
#
# Everything is installed into .venv, nothing into the system. ARGS passes arguments on: make run ARGS="--port 9000".
# Each verb installs what it needs: the mock alone, the checker too, the tools of the tests, or those of the checks.

VENV := .venv
PYTHON := $(VENV)/bin/python
MOCK := $(VENV)/.mock
CHECKER := $(VENV)/.checker
TEST := $(VENV)/.test
DEV := $(VENV)/.dev
SITE := $(VENV)/.site
# Percent of the lines and branches of the mock that the tests reach. The checker has none: faults measure it (make score).
COVERAGE_FLOOR := 97
CANDIDATES ?= python3.13 python3.12 python3.11 python3 python
SUITABLE := import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))
PIP := -m pip --disable-pip-version-check --quiet
REDOCLY := @redocly/cli@2.77.0
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run test check coverage format lint types layers openapi contracts proof hostile bench soak score fidelity \
  documents schemas docs lock

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

run: $(MOCK) ## start the mock on http://127.0.0.1:8000
	@exec $(PYTHON) -m mockserver $(ARGS)

# More processes than cores: some tests wait for servers and limits.
test: $(TEST) ## run the tests
	@$(PYTHON) -m pytest -n 4 --dist worksteal $(ARGS)

# Most of these tests wait: for limits of real seconds, and for runs in processes of their own.
proof: $(TEST) ## run the tests that take long: all mutants, whole runs (ARGS="-k slash" for a part, "--thorough" for hours)
	@$(PYTHON) -m pytest -m proof -n 4 --dist worksteal $(ARGS)

coverage: $(TEST) ## run the tests and list what they do not reach (ARGS="tests/mockserver" for a part)
	@$(PYTHON) -m coverage erase
	@$(PYTHON) -m coverage run -m pytest -n auto --maxprocesses 4 --dist worksteal $(ARGS)
	@$(PYTHON) -m coverage combine --quiet
	@$(PYTHON) -m coverage report
	@$(PYTHON) -m coverage report --format total --include 'mockserver/*,specdouble/*' \
	  --fail-under $(if $(ARGS),0,$(COVERAGE_FLOOR))

check: format lint types layers openapi ## check format, lint, types, layers and the OpenAPI document

format: $(DEV)
	@$(PYTHON) -m ruff format --check .

lint: $(DEV)
	@$(PYTHON) -m ruff check .

types: $(DEV)
	@$(PYTHON) -m mypy

layers: $(DEV)
	@$(VENV)/bin/lint-imports

openapi:
	@if command -v npx >/dev/null 2>&1; then \
	  REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true \
	    npx --yes $(REDOCLY) lint --config spec/redocly.yaml spec/openapi.yaml; \
	else \
	  echo "OpenAPI lint skipped: it needs npx, which comes with Node.js (https://nodejs.org)."; \
	fi

# The mock says its address in its first line, as soon as it answers.
contracts: $(CHECKER) ## check the contract: on a mock of its own, or on another backend with URL=https://…
	@set -eu; url='$(URL)'; \
	if [ -z "$$url" ]; then \
	  folder=$$(mktemp -d); mkfifo "$$folder/said"; \
	  $(PYTHON) -m mockserver --port 0 >"$$folder/said" & mock=$$!; \
	  trap 'kill "$$mock" 2>/dev/null || true; rm -r "$$folder"' EXIT; \
	  trap 'exit 130' INT TERM; \
	  exec 3<"$$folder/said"; read -r _ url <&3 || exit 2; \
	fi; \
	$(VENV)/bin/contracts check --url "$$url" $(ARGS)

hostile: $(TEST) ## print what the checker does to backends with dangerous habits (ARGS="--list", "--proof", "job-ids --details")
	@$(PYTHON) -m tests.hostile $(ARGS)

bench: $(TEST) ## measure speed, start and memory beside a bare server (about a minute; ARGS="--operations --sizes" for more)
	@$(PYTHON) -m benchmarks.load $(ARGS)

soak: $(TEST) ## send a hundred thousand requests, good and bad, and watch answers, log and memory (about a minute)
	@$(PYTHON) -m benchmarks.soak $(ARGS)

score: $(TEST) ## score the checker by the faults that it finds (hours; ARGS="--faults 1,5-9 --seeds 1" for a part)
	@$(PYTHON) -m benchmarks.detection $(ARGS)

fidelity: $(TEST) ## compare the mock with an independent backend, and explain where they differ (about a minute)
	@$(PYTHON) -m benchmarks.fidelity $(ARGS)

docs: $(SITE) ## build the documentation site into site/; a warning is an error
	@$(VENV)/bin/zensical build --strict --clean

documents: $(TEST) ## measure how far the mock serves the documents in a folder (DOCS=folder; ARGS="--only prefer --limit 9")
	@$(PYTHON) -m benchmarks.documents $(DOCS) $(ARGS)

schemas: $(TEST) ## hold validation and generated values against the JSON Schema Test Suite (SUITE=folder; ARGS="--documents folder")
	@$(PYTHON) -m benchmarks.json_schema $(SUITE) $(ARGS)

lock: ## pin the newest versions that pyproject.toml lets in
	@$(call find-python); folder=$$(mktemp -d); trap 'rm -r "$$folder"' EXIT; \
	"$$python" -m venv "$$folder" && "$$folder/bin/python" $(PIP) install --editable '.[dev,docs]' && \
	{ echo '# Every version that the project is developed and tested with. Written by: make lock'; \
	  "$$folder/bin/python" $(PIP) freeze --exclude-editable; } >"$$folder/constraints.txt" && \
	mv "$$folder/constraints.txt" constraints.txt

# Each level includes the ones before it, so that a smaller verb after a larger one installs nothing.
$(MOCK): LEVELS := $(MOCK)
$(CHECKER): LEVELS := $(MOCK) $(CHECKER)
$(CHECKER): EXTRA := [contracts]
$(TEST): LEVELS := $(MOCK) $(CHECKER) $(TEST)
$(TEST): EXTRA := [test]
$(DEV): LEVELS := $(MOCK) $(CHECKER) $(TEST) $(DEV)
$(DEV): EXTRA := [dev]
$(SITE): LEVELS := $(MOCK) $(SITE)
$(SITE): EXTRA := [docs]

$(MOCK) $(CHECKER) $(TEST) $(DEV) $(SITE): pyproject.toml constraints.txt
	@if ! $(PYTHON) -m pip --version >/dev/null 2>&1; then \
	  $(call find-python); echo "Making $(VENV) with $$("$$python" --version), once."; \
	  "$$python" -m venv --clear $(VENV); \
	fi
	@echo "Installing specdouble$(EXTRA) into $(VENV)."
	@$(PYTHON) $(PIP) install --constraint constraints.txt --editable '.$(EXTRA)'
	@touch $(LEVELS)

# Sets the shell variable `python` to the first interpreter that is new enough and can make virtual environments.
define find-python
for python in $(CANDIDATES) ''; do \
  if [ -n "$$python" ] && "$$python" -c '$(SUITABLE)' >/dev/null 2>&1; then break; fi; \
done; \
if [ -z "$$python" ]; then \
  echo "No Python 3.11 or newer with venv was found as one of: $(CANDIDATES)." >&2; \
  echo "Install one (Debian, Ubuntu: apt install python3 python3-venv) and run make again." >&2; \
  exit 2; \
fi
endef
