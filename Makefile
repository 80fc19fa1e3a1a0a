# 后勤 houqin. Every target installs what it needs first; `make help` lists them.

PYTHON ?= python3
VENV := .venv/bin/python
WITH_TEST_DATABASE := $(VENV) -m houqin.starting.with_database --purpose test --
LOCKING := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --custom-compile-command "make lock"
# Tests that drive a browser need Debian's chromium; without it the others still run.
CHROMIUM := $(firstword $(wildcard /usr/bin/chromium /usr/bin/chromium-browser /snap/bin/chromium))
EVERY_TEST := $(if $(CHROMIUM),not long,not long and not browser)

.DEFAULT_GOAL := help
.PHONY: help run school backup restore install stop-db development test test-long lint holes tour bench lock clean
.NOTPARALLEL:

help: ## 列出所有命令 · list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(firstword $(MAKEFILE_LIST)) \
		| while IFS='|' read -r name text; do printf '  make %-10s %s\n' "$$name" "$$text"; done

python:
	@command -v $(PYTHON) >/dev/null || { \
		echo '缺少 python3。请输入下面一行，然后再运行 make run：'; \
		echo '  sudo apt install python3 python3-venv'; exit 1; }

run: python ## 安装（第一次）并启动，打印网址和账号；Ctrl-C 停止 · install and start
	@$(PYTHON) -m houqin.starting.bootstrap

school: install ## 建立真正的学校（没有演示数据）· set up a real school, no demonstration
	@$(VENV) manage.py setup_school $(if $(REPLACE_DEMONSTRATION),--replace-demonstration)

backup: install ## 马上备份数据库和全部文件，并恢复一次来核对 · back up now, proved by restoring
	@$(VENV) manage.py back_up

restore: install ## 恢复一份备份：make restore FROM=备份文件夹 · bring a backup back
	@$(VENV) manage.py restore_backup $(if $(FROM),"$(FROM)")

install: python ## 只安装，不启动 · install only
	@$(PYTHON) -m houqin.starting.bootstrap --install-only

development: python
	@$(PYTHON) -m houqin.starting.bootstrap --development

test: development ## 全部行为测试（CI 用）· the tests of CI
	@$(WITH_TEST_DATABASE) $(VENV) -m pytest -n 2 -m "$(EVERY_TEST)" $(TESTS)

test-long: development ## 长测试：成千上万个例子、故障、浸泡 · thousands of examples, faults, soak
	@$(WITH_TEST_DATABASE) $(VENV) -m pytest -n 2 $(TESTS)

lint: development ## 格式、类型、房间之间的进口、模板、迁移、安全 · every static check
	@$(WITH_TEST_DATABASE) bash .ci/lint

holes: development ## 锁定的软件包有没有已知漏洞（要能上网）· known holes in the locked packages, by OSV
	@$(VENV) .ci/holes.py requirements.lock .ci/requirements.lock

tour: development ## 用浏览器走一遍演示学校，图存到 build/tour/ · screenshots of the demo school
	@$(WITH_TEST_DATABASE) $(VENV) -m tests.tour

bench: development ## 与极限之比的速度表（BENCH=lists 只测一部分）· speed as ratios to the bare limit
	@$(WITH_TEST_DATABASE) $(VENV) -m tests.bench

lock: development ## 重新锁定依赖（带哈希）· lock the dependencies with hashes
	@$(LOCKING) $(UPGRADE) pyproject.toml .ci/installer.in -o requirements.lock
	@$(LOCKING) $(UPGRADE) pyproject.toml .ci/installer.in --group dev -c requirements.lock -o .ci/requirements.lock

stop-db: ## 停止测试留下的数据库 · stop a test database that was left running
	@[ ! -x $(VENV) ] || $(VENV) -m houqin.starting.with_database --purpose test --stop

clean: ## 删除构建产物，不动数据 · remove what was built, keep the data
	@rm -rf build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
