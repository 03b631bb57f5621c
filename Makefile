# Vanguard: the two commands are `make run` and `make test`.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
# The demonstration has a database and files of its own, and takes nothing from .env.
DEMO := env -u DATABASE_URL -u MEDIA_ROOT -u SECRET_KEY ENV_FILE= DEBUG=on DEMO_TODAY=2026-10-27

.PHONY: run free-port test check budgets bench screenshots messages lock clean

run: free-port .venv/.run  ## Install, migrate, load the demonstration, serve.
	@echo "Preparing the database ..."
	@$(DEMO) $(BIN)/python manage.py migrate -v 0
	@$(DEMO) $(BIN)/python manage.py demo --if-empty --serve --port $(PORT)

free-port:
	@$(PYTHON) -c "import socket, sys; sys.exit('Port $(PORT) is in use. Choose another: PORT=8001 make run' if not \
	    socket.socket().connect_ex(('127.0.0.1', $(PORT))) else 0)"

test: .venv/.dev  ## Every test: SQLite, PostgreSQL where its server is, the browser where Chromium is.
	@tests/run.sh

check: .venv/.dev  ## Format, lint, types, import contracts, migrations, deployment, translations: seconds.
	@tests/check.sh

budgets: .venv/.dev  ## Write tests/query_budgets.json anew: how many queries each page and verb asks.
	@DEBUG=on $(BIN)/pytest -q -p no:cacheprovider --write-budgets

bench: .venv/.dev  ## Speed as ratios measured in one run.
	@DEBUG=off ALLOWED_HOSTS=testserver SECRET_KEY=only-for-the-bench-only-for-the-bench-only-for-the-bench $(BIN)/python -m tests.bench

screenshots: .venv/.dev  ## Every screen, both languages, both widths, into build/screenshots.
	@$(BIN)/pytest tests/browser/test_screens.py -q --screens

messages: .venv/.dev  ## Collect and compile the words of the interface.
	@DEBUG=on $(BIN)/python manage.py makemessages -l zh_Hans --no-location --no-wrap --no-obsolete --ignore '.venv/*' --ignore 'tests/*' --ignore 'build/*'
	@DEBUG=on $(BIN)/python manage.py compilemessages -v 0 --ignore .venv

lock: .venv/.dev  ## Pin every dependency with its hashes; the files name no host.
	@$(BIN)/pip install -q uv
	@$(BIN)/uv pip compile -q pyproject.toml --generate-hashes --no-header --universal -o requirements.txt
	@$(BIN)/uv pip compile -q pyproject.toml --group dev --generate-hashes --no-header --universal -o requirements-dev.txt

clean:  ## Forget the demonstration.
	@rm -rf demo.sqlite3 demo.sqlite3-shm demo.sqlite3-wal demo-media build

.venv/bin/python:
	@echo "Creating .venv ..."
	@$(PYTHON) -m venv .venv

.venv/.run: requirements.txt | .venv/bin/python
	@echo "Installing what Vanguard needs into .venv (about a minute) ..."
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/.dev: requirements-dev.txt | .venv/bin/python
	@echo "Installing what Vanguard and its tests need into .venv ..."
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ .venv/.run
