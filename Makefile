# Every target is one line that you can also type yourself; `make setup` comes first by itself.

UV_HOME := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/relance/uv
UV := $(or $(shell command -v uv),$(UV_HOME)/bin/uv)
PYTHON := .venv/bin/python

.PHONY: demo setup test servers check server worker web clean

demo: setup
	$(PYTHON) starter.py demo

setup: $(UV)
	$(UV) sync --locked --all-groups --quiet

$(UV):
	python3 -m pip install --quiet --target $(UV_HOME) uv

test: setup servers
	$(PYTHON) -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile

servers: setup
	$(PYTHON) -m embedded.obtain

check: setup
	.venv/bin/ruff check && .venv/bin/ruff format --check && .venv/bin/mypy && .venv/bin/lint-imports

server: setup
	$(PYTHON) -m embedded.single_machine --state var/temporal.sqlite

worker: setup
	$(PYTHON) worker.py

web: setup
	$(PYTHON) starter.py web

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
