# The commands of this project. `make demo` and `make test` need Python 3.11+ and a package index.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
SERVE  ?= 1

.PHONY: demo test check bench lock clean

demo: .make/run
	$(BIN)/ledger demo arles --into demo/arles $(if $(filter 0,$(SERVE)),--no-serve,)

test: .make/dev .make/browser
	$(BIN)/python -m pytest -n 2 -q

check: .make/dev
	$(BIN)/ruff format --check src tests benchmarks
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m ledger.documentation --check

bench: .make/dev
	$(BIN)/python -m benchmarks

lock: | $(BIN)/python
	$(BIN)/python -m pip install -q pip-tools
	$(BIN)/pip-compile -q --generate-hashes --no-emit-index-url --no-emit-find-links --strip-extras --allow-unsafe -o requirements.lock pyproject.toml
	$(BIN)/pip-compile -q --generate-hashes --no-emit-index-url --no-emit-find-links --strip-extras --allow-unsafe --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml

clean:
	rm -rf .make $(VENV) demo

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

.make/run: requirements.lock pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	@mkdir -p .make && touch $@

.make/dev: requirements-dev.lock pyproject.toml .make/run
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@mkdir -p .make && touch $@

# Pages are tested in a real browser: installed where this user may, and missed loudly where not.
.make/browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
	  { command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq chromium; } || \
	  echo "!! Chromium is not installed: the browser tests will be SKIPPED. Install it to run them."
	@mkdir -p .make && touch $@
