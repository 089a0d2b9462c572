# make run: the chat page · make test: the tests · make eval: how good the answers are, on seeds/questions.jsonl
# make lint: ruff and mypy · make clean: remove the environment, and what was made with it
# Variables: PORT=7860, PYTHON=python3.12 (any from 3.11 on), ANY_TORCH=1 (take a CUDA build of torch)

PORT ?= 7860
PYTHON ?=
ANY_TORCH ?=
VENV := .venv
RUN := $(VENV)/bin/python
READY := $(VENV)/ready

.PHONY: help run setup test eval lint clean
.DEFAULT_GOAL := help

help:
	@sed -n 1,3p Makefile

run: setup
	@exec $(RUN) -m qa.cli chat --port $(PORT)

setup: $(READY)

# An empty file, newer than what the environment was made from: when it stands, nothing is asked of pip.
$(READY): pyproject.toml constraints.txt .ci/environment.py
	@for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	    if "$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null; then \
	        "$$python" .ci/environment.py $(if $(ANY_TORCH),--any-torch) || exit 1; \
	        echo '准备模型与索引 (making the model and the index)'; \
	        $(RUN) -m qa.cli index || exit 1; \
	        touch $@; exit 0; \
	    fi; \
	done; \
	echo '找不到 Python 3.11–3.14。请安装后再运行，或指明其位置：make setup PYTHON=/路径/python3.11' >&2; \
	echo 'No Python from 3.11 to 3.14 was found. Install one, or name it: make setup PYTHON=/path/python3.11' >&2; \
	python3 --version 2>/dev/null | sed 's/^/python3: /' >&2; exit 1

test: setup
	@$(RUN) -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile

# The floors are a little under what is reached; the report is $(VENV)/eval/report.html.
eval: setup
	@rm -rf $(VENV)/eval
	@$(RUN) -m qa.cli --home $(VENV)/seeds add seeds/pudong-2024.txt >/dev/null
	@$(RUN) -m qa.cli --home $(VENV)/seeds eval seeds/questions.jsonl --out $(VENV)/eval \
		--min right_strict=0.95 --min right_and_cited=0.95 --min cited=0.97 --min citation_precision=0.88 \
		--min exact_spans=1 --min status=0.97 --min hit@5=0.98

lint: setup
	@$(RUN) -m ruff check
	@$(RUN) -m ruff format --check
	@$(RUN) -m mypy

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis .venv-home
