# retrograd: what a newcomer, a developer and a continuous integration run. Every target sets up what it needs.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: help setup dot browser demo demos demos-pictures gallery coverage-table test test-deep test-peers test-numpy lint check-gallery bench clean
help:           ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: $(READY) ## the virtual environment, with everything the targets below use

$(READY): pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or later is needed: apt install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed; name it: make PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && apt-get install -y -qq python3-venv && $(PYTHON) -m venv --clear $(VENV); \
	  else echo "the venv module is missing: sudo apt install python3-venv"; exit 1; fi; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

dot:            ## graphviz's layout program, installed if it is missing and we may
	@command -v dot >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq graphviz >/dev/null; \
	  else printf '%s\n' "drawing needs graphviz's program dot. Install it with one of" "  sudo apt install graphviz" "  brew install graphviz" "  conda install graphviz"; exit 1; fi; }
	@echo 'graph {}' | dot -Kneato -Tdot >/dev/null 2>&1 || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq '^libgvplugin-neato-layout[0-9]+$$' >/dev/null; \
	  else echo "dot lacks the layout neato: sudo apt install '^libgvplugin-neato-layout[0-9]+\$$'"; exit 1; fi; }

demo: $(READY) dot ## a network learns handwritten digits: curves, gradient check, a graph, in demos/output
	$(BIN)/python demos/digits.py

demos: $(READY) dot ## every demo in the order of the course, headless; pictures in demos/output
	@for f in demos/[0-9]*.py demos/digits.py; do echo "== $$f"; MPLBACKEND=Agg $(BIN)/python $$f || exit 1; done

demos-pictures: $(READY) dot ## every demo, without real data, and from them the small pictures of demos/README.md
	@RETROGRAD_DATA= $(MAKE) --no-print-directory demos
	$(BIN)/python demos/thumbnails.py

gallery: $(READY) dot ## draw every picture of docs/gallery.md anew
	MPLBACKEND=Agg $(BIN)/python docs/make_gallery.py

coverage-table: $(READY) ## write the tables of docs/numpy.md: what each name of NumPy's is on Tensors
	$(BIN)/python docs/make_tables.py

browser:        ## headless Chromium and its driver for the tests of pages, installed if they are missing and we may
	@command -v chromium >/dev/null && command -v chromedriver >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium chromium-driver >/dev/null; \
	  else echo "tests of pages are skipped without chromium and chromedriver: sudo apt install chromium chromium-driver"; fi; }

test: lint dot browser ## ruff, mypy, and the whole test suite, doctests and the demo included
	$(BIN)/python -m pytest -n auto --dist loadfile

test-deep: $(READY) dot ## the property tests with many more, random examples
	HYPOTHESIS_PROFILE=deep $(BIN)/python -m pytest -n auto

test-numpy: $(READY) dot ## the suite on the oldest supported NumPy and on the newest
	@for v in '1.26.*' '2.*'; do \
	  $(PYTHON) -m venv .venv-numpy && .venv-numpy/bin/python -m pip install -q -e '.[dev]' "numpy==$$v" && \
	  .venv-numpy/bin/python -c 'import numpy; print("NumPy", numpy.__version__)' && \
	  .venv-numpy/bin/python -m pytest -n auto --dist loadfile || exit 1; done

test-peers:     ## the adapters for PyTorch and JAX, in an environment of their own
	@test -x .venv-peers/bin/python || $(PYTHON) -m venv .venv-peers
	@.venv-peers/bin/python -c 'import torch' 2>/dev/null || \
	  .venv-peers/bin/python -m pip install -q torch --index-url https://download.pytorch.org/whl/cpu || \
	  .venv-peers/bin/python -m pip install -q torch
	.venv-peers/bin/python -m pip install -q jax pytest hypothesis -e .
	.venv-peers/bin/python -m pytest -q -o addopts= tests/check/test_adapters.py tests/check/test_adapter_structures.py

lint: $(READY)  ## ruff, and mypy on the public API
	$(BIN)/ruff check .
	$(BIN)/mypy

check-gallery: $(READY) ## planted bugs and nasty correct functions: what our checker says, beside the peers installed
	$(BIN)/python -m tests.check.tables

bench: $(READY) ## speed, as ratios measured side by side in one run
	@$(BIN)/python -c 'import micrograd' 2>/dev/null || $(BIN)/python -m pip install -q micrograd || true
	$(BIN)/python -m benchmarks.bench

clean:          ## remove what the targets above made
	rm -rf $(VENV) .venv-numpy .venv-peers demos/output build dist .pytest_cache .hypothesis .mypy_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	rm -rf *.egg-info
