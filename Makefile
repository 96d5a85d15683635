# What a developer does here. Bare `make` explains; every target can be run again at any time.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run release quick test soak fuzz fuzz-api fuzz-line sanitize bench check docs format deps

# As Debian 12 names them: the libraries, and the programs that the server and its tests start.
PACKAGES := libmicrohttpd-dev libuv1-dev libhiredis-dev libssl-dev libjansson-dev \
	libcurl4-openssl-dev libjemalloc-dev libpq-dev libsqlite3-dev redis-server postgresql-15 \
	pkg-config openssl iproute2 iptables nginx libnginx-mod-stream caddy haproxy
fuzz-api: PACKAGES += curl python3-venv
bench: PACKAGES += libnginx-mod-http-lua lua-nginx-redis wrk

# With Swift's libraries inside: the program runs without a toolchain, and 5 % faster.
BUILD_RELEASE := swift build -c release --static-swift-stdlib --product
# The server, and beside it what `onsale rehearse` becomes.
PROGRAMS := onsale onsale-rehearse
BUILD_PROGRAMS := for program in $(PROGRAMS); do $(BUILD_RELEASE) $$program; done
# The queue in SQL is a package of its own, which depends on this one.
SQL_QUEUE := Benchmarks/sql-queue
SWIFT := Sources Tests Package.swift $(SQL_QUEUE)/Sources $(SQL_QUEUE)/Package.swift

DOCUMENTS = $(shell find . -name '*.md' -not -path '*/.*' -not -path './data/*' | sort)

help: ## Explain the targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 18
	@echo 'ARGS="..." is handed on, as in: make run ARGS="--port 9090"'

run: deps ## Build for release and serve a demo sale on http://127.0.0.1:8080, state in ./data
	$(BUILD_PROGRAMS)
	.build/release/onsale serve --demo --data ./data $(ARGS)

release: deps ## Build for installing: both programs in .build/dist, the symbols of each in NAME.debug
	$(BUILD_PROGRAMS)
	mkdir -p .build/dist
	cd .build/dist && for program in $(PROGRAMS); do \
	  llvm-objcopy --only-keep-debug ../release/$$program $$program.debug; \
	  llvm-objcopy --strip-debug --add-gnu-debuglink=$$program.debug ../release/$$program $$program; \
	done

# The suites in a capability's `Domain` and `Web`.
LIGHT = $(shell grep -rhoE '^(@Suite.* )?struct [A-Za-z]+Tests' Tests/*/Domain Tests/*/Web \
	| sed 's/.* //' | paste -sd '|')
quick: deps ## Run the tests that need no engine: values, models, pages, tidiness
	swift test --filter \
	  '(Values|Crypto|JSON|Logging|EventLoop|Site|Tidy)Tests\.|\.($(LIGHT)|SeatModelTests)/' $(ARGS)

# Several suites at once, and those that freeze servers or need real time one by one after them:
# `Tests/TestBed/Gate`. ONSALE_TEST_SUITES=1 runs one at a time.
test: deps ## Run all tests
	swift test $(ARGS)

# The tests' program itself: `swift test` would hold the minutes' lines back.
MINUTES ?= 30
soak: deps ## Keep thirty busy rooms on two processes for MINUTES=30, and print what they take
	swift build --build-tests
	ONSALE_SOAK_MINUTES=$(MINUTES) .build/debug/onsalePackageTests.xctest \
	  --testing-library swift-testing --filter SoakTests/aLongNightInRealTime

# Prints each seed; ARGS="ONSALE_FUZZ_SEED=7 ONSALE_FUZZ_PROCESSES=1" plays one again.
fuzz-line: deps ## Play the line at random for MINUTES=30 on two processes, against a model
	swift build --build-tests
	ONSALE_FUZZ_MINUTES=$(MINUTES) env $(ARGS) .build/debug/onsalePackageTests.xctest \
	  --testing-library swift-testing --filter LineFuzzTests/theLineKeepsItsPromisesForLong

# In folders of their own, so that the usual build stays. A sanitizer brings its own malloc: see
# Package.swift. Leaks are not looked for: what lives as long as the process is none.
SUITES ?= (Engines|Ledger|Rooms|Seats|Points|Payments|Shop|Coupons|Rankings|Server)Tests\.
sanitize: deps ## Run SUITES under the address and the thread sanitizer; 10 minutes of building first
	for kind in address thread; do \
	  export ONSALE_SANITIZE=1 TSAN_OPTIONS=suppressions=$(CURDIR)/Tests/thread-sanitizer.txt \
	    ASAN_OPTIONS=detect_leaks=0:suppressions=$(CURDIR)/Tests/address-sanitizer.txt; \
	  swift test --no-parallel --sanitize $$kind --scratch-path .build/$$kind --filter '$(SUITES)'; \
	done

# Coverage-guided (libFuzzer); inputs that reach new code are kept in .build/fuzz/corpus, those worth
# having in Tests/Fuzz/corpus. A finding leaves its input in .build/fuzz/TARGET-crash-...
TARGETS ?= json jwt key-file ticket text http
fuzz: deps ## Send what strangers may send to each parser, for MINUTES=30 each; TARGETS="json http"
	ONSALE_FUZZ=1 swift build --sanitize fuzzer --scratch-path .build/fuzz --product Fuzz
	for target in $(TARGETS); do \
	  mkdir -p .build/fuzz/corpus/$$target; \
	  FUZZ_TARGET=$$target .build/fuzz/debug/Fuzz -max_total_time=$$(($(MINUTES) * 60)) \
	    -max_len=4096 -timeout=20 -print_final_stats=1 -artifact_prefix=.build/fuzz/$$target- \
	    .build/fuzz/corpus/$$target Tests/Fuzz/corpus/$$target; \
	done

fuzz-api: deps ## Hold a server against its own /openapi.json, with requests made by schemathesis
	swift build --product onsale
	Tests/Schemathesis/run $(ARGS)

bench: deps ## Measure onsale beside its peers
	$(BUILD_PROGRAMS)
	$(BUILD_RELEASE) sql-queue --package-path $(SQL_QUEUE)
	Benchmarks/run $(ARGS)

check: PACKAGES += python3
check: deps docs ## Lint, check the documents and sums, build with warnings and undeclared imports as errors
	Benchmarks/scale --check
	swift format lint --strict --recursive $(SWIFT)
	swift build --quiet --explicit-target-dependency-import-check error
	swift build --quiet --package-path $(SQL_QUEUE)

docs: ## List the documents, check their relative links and what is made from sources
	@docs/redis.sh | diff -u docs/redis.md - || { \
	  echo 'docs/redis.md is stale: run docs/redis.sh > docs/redis.md'; exit 1; }
	@status=0; for document in $(DOCUMENTS); do \
	  echo "$$document"; \
	  for link in $$(sed '/^```/,/^```/d' "$$document" | grep -oE '\]\([^) ]+' | sed 's/^](//; s/#.*//'); do \
	    case $$link in *:*) continue;; esac; \
	    [ -e "$$(dirname "$$document")/$$link" ] || { echo "  leads nowhere: $$link"; status=1; }; \
	  done; \
	done; exit $$status

format: ## Format the code
	swift format --in-place --recursive $(SWIFT)

deps: ## Look for what is needed; as root on Debian, install it
	@command -v swift > /dev/null || { \
	  echo 'swift is missing: install Swift 6.3, see https://www.swift.org/install'; exit 1; }
	@command -v dpkg-query > /dev/null || { \
	  echo 'not a Debian system; if something is missing, find your names for: $(PACKAGES)'; exit 0; }; \
	missing=; for package in $(PACKAGES); do \
	  status=$$(dpkg-query -W -f '$${db:Status-Status}' $$package 2> /dev/null || true); \
	  [ "$$status" = installed ] || missing="$$missing $$package"; \
	done; \
	[ -n "$$missing" ] || exit 0; \
	if [ "$$(id -u)" != 0 ]; then \
	  echo "packages are missing; run: sudo apt-get update && sudo apt-get install -y$$missing"; exit 1; \
	fi; \
	policy=/usr/sbin/policy-rc.d; \
	if [ ! -e $$policy ]; then : 'no system service is started: onsale has a Redis of its own'; \
	  printf '#!/bin/sh\nexit 101\n' > $$policy; chmod 755 $$policy; trap "rm -f $$policy" EXIT; \
	fi; \
	export DEBIAN_FRONTEND=noninteractive; \
	apt-get update -qq; apt-get install -y -qq --no-install-recommends $$missing
