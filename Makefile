# Afterglow. Two commands do everything: `make run` and `make test`.
.DEFAULT_GOAL := help
PYTHON ?= python3
PORT ?= 8000
DATA ?= .afterglow
VENV := .venv
BIN := $(VENV)/bin
OURS := shared services/intake services/sessions services/integration services/notify deploy

export PYTHONUNBUFFERED := 1

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

run: $(VENV)/.run ## start the whole platform on this machine (PORT=8000, DATA=.afterglow)
	@exec $(BIN)/afterglow run --port "$(PORT)" --data "$(DATA)"

test: $(VENV)/.dev lint audit-dependencies ## run every linter and every test, against real PostgreSQL and RabbitMQ
	$(BIN)/python -m pytest $(ARGS)

lint: $(VENV)/.dev ## run the linters alone
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@# It has a warning for each line of a statement in which a finding is put aside: shown only where it fails.
	$(BIN)/bandit -q -c pyproject.toml -r $(OURS:%=%/src) 2>$(VENV)/bandit.log || { cat $(VENV)/bandit.log; exit 1; }
	$(BIN)/mypy
	$(BIN)/lint-imports

audit-dependencies: $(VENV)/.dev ## ask what is known against the locked packages, where the advisory service can be reached
	@$(BIN)/python -m stack.advisories requirements/dev.txt requirements/bench.txt

fuzz: $(VENV)/.dev ## hold every door to its OpenAPI document for longer (FUZZ_EXAMPLES=200 FUZZ_SEED=7)
	FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-200} $(BIN)/python -m pytest --timeout 7200 services/*/tests/test_contract.py $(ARGS)

screens: $(VENV)/.dev ## look at every page at every width, by day and by night, in each language; pictures go to docs/screens/
	AFTERGLOW_GALLERY="$(CURDIR)/docs/screens/every" $(BIN)/python -m pytest --timeout 3600 tests/e2e/screens $(ARGS)

format: $(VENV)/.dev ## let the formatter have its way
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

drill: $(VENV)/.dev ## storm the event backbone: kill everything under load, count every effect (ARGS="--seed 7 --seconds 120")
	$(BIN)/python -m stack.drills.storm $(ARGS)

drill-pressure: $(VENV)/.dev ## keep a consumer away for 200,000 events, then let it return
	$(BIN)/python -m stack.drills.pressure $(ARGS)

drill-failover: $(VENV)/.dev ## kill the leader of a three-node RabbitMQ under load and count (ARGS="--seconds 20 --seed 7")
	$(BIN)/python -m stack.drills.failover $(ARGS)

bench: .venv-bench/.made ## measure the event backbone beside what could do the same work (ARGS="--quick")
	.venv-bench/bin/python -m stack.bench.run $(ARGS)

docs: $(VENV)/.dev ## write the documents that are generated from the code
	$(BIN)/afterglow docs

# There is no OIDC provider in the containers: whoever has the key that `keys` makes is whom they like.
TRY_OUT := AFTERGLOW_TRY_OUT=/jwks/jwks.json

compose-up: ## try the deployed platform out in containers, behind http://127.0.0.1:8080
	@deploy/make-secrets
	$(TRY_OUT) docker compose up --detach --build --wait

compose-demo: ## run the journey against the containers
	$(TRY_OUT) docker compose run --rm demo

compose-down: ## stop the containers; the volumes stay
	docker compose --profile demo down

lock: ## resolve the dependencies anew into requirements/*.txt (needs uv)
	for set in service analytics stack dev bench; do \
	  uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	    requirements/$$set.in -o requirements/$$set.txt || exit 1; \
	done

clean: ## remove the environment (the data folder stays)
	rm -rf "$(VENV)" .venv-bench

# An environment is made once and remade when a lock or one of our own project files changes.
$(VENV)/.run: requirements/stack.txt $(OURS:%=%/pyproject.toml)
	@deploy/make-env "$(PYTHON)" "$(VENV)" stack
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(OURS:%=%/pyproject.toml)
	@deploy/make-env "$(PYTHON)" "$(VENV)" dev
	@touch $@ $(VENV)/.run

# Celery and FastStream are there to be compared with, and nowhere else.
.venv-bench/.made: requirements/bench.txt $(OURS:%=%/pyproject.toml)
	@deploy/make-env "$(PYTHON)" .venv-bench bench
	@touch $@

.PHONY: help run test lint audit-dependencies fuzz screens format drill drill-pressure drill-failover bench docs compose-up compose-demo compose-down lock clean
