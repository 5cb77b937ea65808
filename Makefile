# GNU make 3.81 or newer, on Linux or macOS. README.md gives the same commands without make.

PYTHON ?= python3
JOBS ?= 2
TESTS ?= tests
PAPER ?= a4

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PYTEST := $(BIN)/python -m pytest -n $(JOBS) --dist loadgroup --no-loadscope-reorder --durations 20

# Compiled modules are kept, where the environment says otherwise too: hundreds of processes would compile them anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help book check test test-all faults lint javascript bench lab notebooks zip epub pdf wheel links clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

book: $(READY) ## run the chapters and build the book in _build/html
	$(BIN)/jupyter-book build . -W -n --keep-going
	@echo 'The book is built: open _build/html/index.html in a browser.'

check: $(READY) ## check what has changed since the main branch, and the tests that it can reach
	$(BIN)/python tools/affected.py --run

test: $(READY) ## check the code, build the book and run the tests (TESTS=tests/models for a part)
	$(MAKE) -j 2 lint book
	$(PYTEST) $(TESTS)

test-all: $(READY) ## as make test, and what runs weekly, with generated input at random
	$(MAKE) -j 2 lint book
	$(PYTEST) --weekly $(TESTS)

faults: book ## put faults into the code, one after the other: does a test find each (tools/faults.toml)
	$(BIN)/python tools/try_faults.py

lint: $(READY) ## check style, types, that every test asserts, and that notebooks match their chapters
	$(BIN)/ruff check --no-cache .
	$(BIN)/ruff format --no-cache --check .
	$(BIN)/mypy
	$(BIN)/python tools/check_assertions.py tests
	$(BIN)/python tools/pair_notebooks.py --check
	@if command -v npm >/dev/null; then $(MAKE) javascript; \
	elif [ "$(CI)" = true ]; then echo 'npm is needed: install Node.js' >&2; exit 1; \
	else echo 'The scripts of the pages were not checked: there is no npm.'; fi

javascript: ## check types and likely mistakes in the scripts of the pages (needs Node.js)
	npm ci --prefix tools/javascript --no-audit --no-fund --loglevel error
	npm run --prefix tools/javascript --silent check

bench: $(READY) ## measure speed, size and memory on this machine
	$(BIN)/lstm-lab bench

lab: $(READY) ## open the chapters in JupyterLab
	$(BIN)/jupyter lab chapters

notebooks: $(READY) ## write the notebook beside each chapter, and those of the assignments
	$(BIN)/python tools/pair_notebooks.py
	for name in coursework/*-*/; do LSTM_LAB_TERM= LSTM_LAB_OVERLAY= \
	  $(BIN)/lstm-grade release "$$(basename "$$name")" --book --out _build/handout || exit 1; done

zip: book ## pack the built book as one zip that opens from a memory stick
	$(BIN)/python tools/zip_book.py

epub: $(READY) ## build the book as an e-book and check it
	$(BIN)/jupyter-book build . --builder custom --custom-builder epub -W -n --keep-going
	$(BIN)/python tools/check_ebook.py _build/epub/from-perceptron-to-lstm.epub

pdf: book ## print the book as one PDF with Chromium and check it (PAPER=letter for the American size)
	$(BIN)/python tools/print_pdf.py --paper $(PAPER)

wheel: $(READY) ## build the package, with the recorded results, in dist
	rm -rf build
	$(BIN)/python -m pip wheel --no-deps --no-build-isolation --wheel-dir dist .

links: $(READY) ## look whether the links of the book to other sites still lead somewhere
	$(BIN)/jupyter-book build . --builder linkcheck -n --keep-going

clean: ## remove everything that was built, except .venv
	rm -rf _build build dist *.egg-info .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +

# Made once, and again when what is to be installed has changed.
$(READY): requirements.txt pyproject.toml $(wildcard coursework/grader/pyproject.toml)
	@test -x $(BIN)/pip || $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo 'Python 3.11 or newer is needed, but $(PYTHON) is:' "$$($(PYTHON) --version 2>&1)" >&2; \
		echo 'Name another one, for example: make book PYTHON=python3.13' >&2; \
		exit 1; }
	test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --requirement requirements.txt
	$(BIN)/python -m pip install --no-deps --editable .
	$(BIN)/python -m pip install --no-deps --editable coursework/grader
	@touch $@
