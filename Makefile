# 安网 Anwang. Needs python3 (3.11 or later) with venv and pip, and make.

VENV := .venv
RUN := $(VENV)/bin/python
ifndef PYTHON
PYTHON := $(if $(wildcard $(RUN)),$(RUN),$(shell \
	for p in python3 python3.14 python3.13 python3.12 python3.11; do \
		$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; \
	done))
endif
PIP_INSTALL := -m pip install --disable-pip-version-check --require-hashes --quiet

.PHONY: help up test lint bench scenario shell manage clean
.DELETE_ON_ERROR:

help:
	@echo 'make up      启动整个平台(含演示县) / start everything, with a demo county'
	@echo 'make test    全部检查与测试 / every check and test'
	@echo 'make lint    除测试外的检查 / every check but the tests'
	@echo 'make bench   性能测量 / measure the speed'
	@echo 'make scenario NAME=taihe   载入真实规模的县(taihe quanshan quanzhou haining;YEARS=1 FRESH=1) / a place at its real size'
	@echo 'make shell   Django 交互环境 / a shell of Django'
	@echo 'make manage ARGS="verify_journal"   管理命令 / a command of Django'
	@echo 'make clean   清除缓存;CONFIRM=1 时连同 var/ 的数据 / caches; with CONFIRM=1 also var/'

up: $(VENV)/.installed
	@exec $(RUN) -m config.up --with-parent

test: $(VENV)/.installed-dev
	@exec $(RUN) -m config.checks test

lint: $(VENV)/.installed-dev
	@exec $(RUN) -m config.checks lint

bench: $(VENV)/.installed-dev
	@exec $(RUN) -m benchmarks $(ARGS)

scenario: $(VENV)/.installed
	@exec $(RUN) -m config.scenario $(NAME) --years $(or $(YEARS),1) $(if $(filter 1,$(FRESH)),--fresh)

shell: $(VENV)/.installed
	@exec $(RUN) -m config.embedded $(RUN) manage.py shell

manage: $(VENV)/.installed
	@exec $(RUN) -m config.embedded $(RUN) manage.py $(ARGS)

clean:
	@find . -path ./$(VENV) -prune -o -path ./var -prune -o -name __pycache__ -type d \
		-exec rm -rf {} +
	@rm -rf .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis
ifeq ($(CONFIRM),1)
	@rm -rf $(VENV) var
else
	@echo '$(VENV) 和 var/ 已保留;全部删除请用 make clean CONFIRM=1。 / $(VENV) and var/ were kept; make clean CONFIRM=1 removes them.'
endif

# The stamps are newer than the lock exactly when the lock is installed.
$(VENV)/.installed: requirements.lock | $(RUN)
	@echo '安装依赖… / Installing the requirements…'
	@$(RUN) $(PIP_INSTALL) --requirement $<
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock | $(RUN)
	@echo '安装开发依赖… / Installing the requirements of development…'
	@$(RUN) $(PIP_INSTALL) --requirement $<
	@touch $@

$(RUN):
ifeq ($(PYTHON),)
	@echo '需要 Python 3.11 或更高版本，本机没有找到。 / Python 3.11 or later is needed, and none was found.' >&2; exit 1
else
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo '需要 Python 3.11 或更高版本,$(PYTHON) 不是。 / Python 3.11 or later is needed; $(PYTHON) is not.' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo '$(PYTHON) 缺少 venv 或 ensurepip,请先安装(Debian 和 Ubuntu:apt install python3-venv)。 / $(PYTHON) lacks venv or ensurepip: install them first (Debian and Ubuntu: apt install python3-venv).' >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)
endif
