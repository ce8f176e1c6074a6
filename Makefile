# make demo   a practice cluster and fader on it; needs nothing but Go
# make build  bin/fader and bin/practice
# make test   every test of both modules, the end-to-end tests included
# make lint   go vet, staticcheck, gofumpt
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := build

STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOFUMPT := mvdan.cc/gofumpt@v0.12.0
GOTESTSUM := gotest.tools/gotestsum@v1.13.0

# The API server compares the versions of clients with its own.
KUBERNETES := $(shell sed -n 's|^.*k8s.io/kubernetes \(v[0-9.]*\).*|\1|p' practice/go.mod | head -n 1)
PRACTICE_FLAGS := -ldflags "-X k8s.io/component-base/version.gitVersion=$(KUBERNETES)"

export CGO_ENABLED ?= 1

.PHONY: build fader practice demo test unit e2e lint fmt golden readme clean

build: fader practice

fader:
	@mkdir -p bin
	go build -o bin/fader ./cmd/fader
	@ln -sf fader bin/kubectl-fader
	@ln -sf fader bin/kubectl_complete-fader

# -v names each package as it is compiled, so that the first build is seen to move.
practice:
	@mkdir -p bin
	@[ -x bin/practice ] || echo "Building the practice cluster. The first time this compiles Kubernetes: about five minutes on two cores."
	@go build -C practice -v $(PRACTICE_FLAGS) -o ../bin/practice ./cmd/practice 2> >(.ci/progress >&2)

demo: build
	@.ci/demo

test: unit e2e

# Two cores are shared with compilers and a whole control plane. A test that failed is tried
# once more, by itself, and the output names it: a rule that is broken fails both times, and
# what failed once is looked into. Where many fail, none is tried again.
AGAIN := go run $(GOTESTSUM) --rerun-fails=1 --rerun-fails-max-failures=6 --rerun-fails-run-root-test

# What has goroutines is tried for races; pages and the judgement of guards have
# none, and draw thousands of frames.
PURE := /views/|/kube/guard$$
unit:
	$(AGAIN) --format pkgname --packages "$$(go list ./... | grep -vE '/e2e$$|$(PURE)' | xargs)" -- -race -timeout 5m
	$(AGAIN) --format pkgname --packages "$$(go list ./... | grep -E '$(PURE)' | xargs)" -- -timeout 5m

e2e: export FADER_BIN := $(CURDIR)/bin/fader
e2e: export PRACTICE_BIN := $(CURDIR)/bin/practice
e2e: build
	cd practice && $(AGAIN) --format pkgname --packages "$$(go list ./... | grep -v '/e2e$$' | xargs)" -- -timeout 5m
	cd practice && $(AGAIN) --format testname --packages ./e2e -- -count=1 -timeout 15m
	$(AGAIN) --format testname --packages ./e2e -- -count=1 -parallel 3 -timeout 45m

lint:
	go vet ./...
	go vet -C practice ./...
	go run $(STATICCHECK) ./...
	cd practice && go run $(STATICCHECK) ./...
	@unformatted=$$(go run $(GOFUMPT) -l .); [ -z "$$unformatted" ] || { echo "not formatted by gofumpt:"; echo "$$unformatted"; exit 1; }

fmt:
	go run $(GOFUMPT) -w .

# Frames and tables that tests compare with are written anew; look at the difference before it is committed.
golden:
	go test $$(dirname $$(ls -d views/*/testdata) | sed 's|^|./|') -update

readme:
	README_UPDATE=1 go test ./keymap

clean:
	rm -rf bin
