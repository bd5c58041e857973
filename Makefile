# huashu: `make run` and `make test` need Python 3.11+ and make, nothing else.
#
# TORCH_INDEX: an index of PyTorch's CPU wheels. Empty by default; on ordinary x86 Linux pip then
# takes the CUDA build, several GB, which works as well but is not used.

PYTHON ?= python3
VENV ?= .venv
TORCH_INDEX ?=
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
TORCH := $(if $(TORCH_INDEX),$(PIP) --index-url $(TORCH_INDEX) 'torch>=2.6$(comma)<2.14' &&,)
comma := ,

.PHONY: run test lint bench soak train clean help

help:            ## show the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST)

run: $(VENV)/.installed ## install into .venv and serve with the demo library
	$(BIN)/huashu serve $(ARGS)

test: $(VENV)/.installed-test lint ## install, lint and run all tests
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest $(ARGS)

lint: $(VENV)/.installed-test ## ruff, mypy and the layer contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.installed-test ## measure speed, memory and quality (docs/benchmarks.md)
	OMP_NUM_THREADS=1 $(BIN)/python -m bench.run $(ARGS)

soak: $(VENV)/.installed-test ## kill a desk at work 200 times and look what is left (docs/soak.md)
	$(BIN)/python -m tests.soak.crash $(ARGS)

train: $(VENV)/.installed-test ## train everything that ships again: encoder, bands, reader, choice of kinds, tone
	$(BIN)/python -m embeddings.train
	$(BIN)/python -m kb.calibrate
	$(BIN)/python -m bot.nlu.train
	$(BIN)/python -m bot.desk.train_kinds
	$(BIN)/python -m bot.quality.train_tone

clean:           ## remove the environment and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo 'huashu needs Python 3.11 or newer: make run PYTHON=python3.12'; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	@echo 'Installing huashu into $(VENV); the first time takes a minute or two.'
	$(TORCH) $(PIP) -e .
	@touch $@

$(VENV)/.installed-test: pyproject.toml | $(VENV)/bin/python
	@echo 'Installing huashu and its test tools into $(VENV); the first time takes a few minutes.'
	$(TORCH) $(PIP) -e '.[test]'
	@touch $(VENV)/.installed $@
