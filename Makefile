# The commands of the project. `make run` serves the course, `make test` proves everything.
# Everything that a target needs is installed by it, or named with the command that installs it.

export CARGO_TARGET_DIR ?= $(HOME)/.cache/sandbar/target
LISTEN  ?= 127.0.0.1:8080
DATA    ?= data
SANDBAR  = $(CARGO_TARGET_DIR)/debug/sandbar

.PHONY: run build release web test test-rust test-web test-browser test-interop test-differential test-formats fuzz prove prove-seeds lint bench docs nextest chromium

run: build
	$(SANDBAR) serve --demo --listen $(LISTEN) --data $(DATA)

build: web
	.ci/build

# The optimised binary that a class is served with. It compiles the whole tree once more.
release: web
	cargo build --locked --workspace --bin sandbar --release
	@echo "$(CARGO_TARGET_DIR)/release/sandbar is all that is needed: copy it and run \`sandbar serve\`"

# The pages' bundle. Rebuilt when a source of it is newer.
web: web/ui/dist/manifest.json

web/ui/dist/manifest.json: web/node_modules/.package-lock.json $(shell find web/ui \( -name dist -o -name node_modules \) -prune -o -type f -print)
	npm --prefix web run build

web/node_modules/.package-lock.json: web/package-lock.json
	npm --prefix web ci --ignore-scripts --no-audit --no-fund
	@touch $@

test: test-rust prove test-interop test-differential test-formats test-web test-browser

test-rust: web nextest
	.ci/build
	cargo nextest run --locked --workspace --no-fail-fast

# The course proves itself: starters, references, wrong solutions, snippets. So does the example with a check of its own.
prove: build
	$(SANDBAR) check --jobs 2
	$(SANDBAR) check content/examples/own-check

# No score depends on the seed: every solution under many seeds.
SEEDS ?= 200

prove-seeds: build
	$(SANDBAR) check --seeds $(SEEDS) --jobs 2

test-web: web
	npm --prefix web run check
	npm --prefix web test

# The pages in a real Chromium: the whole path, accessibility in both themes and two widths, bundle sizes.
test-browser: build chromium
	npm --prefix web run browser

# Tables written here and read by Python deltalake and DuckDB, and the other way round. Skipped without Python 3.
test-interop: build
	tests/python/run interop $(SANDBAR)

# The same statements here and in Sail, which answers as Spark. Skipped without Python 3; ended after ten minutes, most of
# which the first run needs for its packages.
test-differential: build
	timeout --verbose 600 tests/python/run differential $(SANDBAR)

# Reports, schemas and examples read by Python's own readers of JSON Schema, JUnit and YAML. Skipped without Python 3.
test-formats: build
	tests/python/run formats $(SANDBAR)

# The parser under many more mutated statements than `make test` gives it, and the printer under many more trees, for at
# most FUZZ_SECONDS. They are property tests: cargo-fuzz would need a nightly compiler.
FUZZ_CASES   ?= 200000
FUZZ_SECONDS ?= 300

fuzz: web nextest
	@cargo nextest run --locked --workspace --no-run
	SANDBAR_FUZZ_CASES=$(FUZZ_CASES) timeout $(FUZZ_SECONDS) cargo nextest run --locked --workspace \
	  -E 'test(mutated_statements_are_read_to_their_end) | test(a_printed_statement_reads_back_as_the_same_tree)' \
	  || [ $$? = 124 ]

lint: web
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	npm --prefix web run check
	.ci/dependencies

# The pages of docs/ that are made from the sources.
docs: nextest
	SANDBAR_WRITE_DOCS=1 cargo nextest run --locked --workspace -E 'test(functions_page)'

bench: build
	python3 tests/bench/run.py --sandbar $(SANDBAR)

nextest:
	@cargo nextest --version >/dev/null 2>&1 || cargo install --locked cargo-nextest

chromium:
	@if ! command -v chromium >/dev/null 2>&1; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	    apt-get update -q && apt-get install -qy --no-install-recommends chromium; \
	  else \
	    echo "The browser tests need Chromium. Install it with: sudo apt-get install chromium" >&2; exit 1; \
	  fi; \
	fi
