# 岳阳民生工程一张图 (OneMap). `make help` says what there is.
SHELL := /bin/bash
PYTHON3 ?= python3
OPS := $(PYTHON3) -m ops
BIN := .venv/bin
# Two test processes suit two cores; every process has test databases of its own.
TESTS ?= tests
PYTEST_OPTIONS ?= -n 2 --dist loadfile --no-loadscope-reorder -p tests.longest_first

.DEFAULT_GOAL := help
.PHONY: help run run-check test lint format prove bench stop clean install install-for-tests install-for-bench lock messages

help: ## 显示本帮助 · this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{ printf "  make %-18s %s\n", $$1, $$2 }'

run: ## 安装、建库、导入示例城市并启动网站 http://127.0.0.1:8000 · install, set up and serve
	@$(OPS) run

run-check: ## 启动网站，逐页检查后退出（全新机器的验收） · start, look at the main pages, stop
	@$(OPS) run-check

test: install-for-tests ## 运行全部测试；TESTS=tests/geodata 只运行一部分 · the whole suite
	@$(BIN)/python -m pytest -m "not heavy" $(PYTEST_OPTIONS) $(TESTS)

lint: install-for-tests ## 静态检查：ruff、mypy、导入规则、迁移、译文 · static checks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	./manage.py makemigrations --check --dry-run
	./manage.py check --fail-level WARNING

format: install-for-tests ## 自动整理代码格式 · format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

prove: install-for-tests ## 全规模的耗时验证 · the heavy proofs at full size
	@$(BIN)/python -m pytest -p no:randomly -s -m heavy tests

bench: install-for-bench ## 性能对比（比值） · benchmarks against a peer, as ratios
	@$(BIN)/python -m pytest -p no:randomly -s -o norecursedirs=__pycache__ tests/benchmarks

install: ## 只安装运行所需 · install what a run needs
	@$(OPS) install

install-for-tests:
	@$(OPS) install-for-tests

install-for-bench:
	@$(OPS) install-for-bench

messages: ## 编译译文 · compile the translations
	@$(OPS) messages

lock: ## 重新生成依赖锁文件 · lock the dependencies anew
	@$(OPS) lock

stop: ## 停止本项目的数据库（数据保留） · stop the database, keep its data
	@$(OPS) stop

clean: ## 删除安装与生成的一切，包括数据库中的数据 · remove all that was made, the data too
	@$(OPS) clean
