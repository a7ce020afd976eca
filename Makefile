# Drover: `make` builds build/drover, `make demo` sets up and runs the main job, `make test` passes
# every test. Variants: BUILD=dir SAN=address,undefined|thread. V=1 shows the commands.

BUILD ?= build
CC := $(if $(filter default,$(origin CC)),gcc,$(CC))
PKG_CONFIG ?= pkg-config
PREFIX ?= /usr/local
OPT ?= -O2 -g
LIBRARIES := libuv sqlite3 libcjson libgit2 libseccomp libpcre2-8 libutf8proc libzstd libxxhash \
             libcrypto

WARN := -Wall -Wextra -Wshadow -Wvla -Wwrite-strings -Wstrict-prototypes -Wmissing-prototypes \
        -Wformat=2 -Wundef -Werror
# libgit2's *_INIT macros leave fields out; snprintf into a bounded array is meant to cut
WARN += -Wno-missing-field-initializers $(if $(findstring clang,$(CC)),,-Wno-format-truncation)
# -ffp-contract=off: a fused multiply-add would make results depend on the compiler (G3).
# no-psabi: vector types only pass between inlined functions.
BASE_CFLAGS := -std=gnu11 -Wno-psabi -D_GNU_SOURCE -ffp-contract=off -fno-strict-aliasing -fPIE $(WARN) -I. \
        -I$(BUILD) -include runtime/base/banned.h
SANITIZE = $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all)
# asked once, and only when something is compiled: `make deps` must work before pkg-config is there
PKG_CFLAGS = $(eval PKG_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(LIBRARIES)))$(PKG_CFLAGS)
PKG_LIBS = $(eval PKG_LIBS := $(shell $(PKG_CONFIG) --libs $(LIBRARIES)))$(PKG_LIBS)
LDFLAGS += -pie $(if $(SAN),-fsanitize=$(SAN)) -Wl,-z,noexecstack -Wl,-z,relro,-z,now
COMPILE = $(CC) $(OPT) $(BASE_CFLAGS) $(SANITIZE) $(PKG_CFLAGS) $(CFLAGS) $(KERNEL_CFLAGS) -MMD -MP

Q := $(if $(filter 1,$(V)),,@)
say = @$(if $(filter 1,$(V)),:,printf '  %-6s %s\n')

# A folder is a module is an archive; NEEDS_x is what module x may look at.
FOLDERS := base model store sandbox tools agents runtime
DIR_base := runtime/base
NEEDS_base := base
NEEDS_model := model base
NEEDS_store := store base
NEEDS_sandbox := sandbox base
NEEDS_tools := tools model store sandbox base
NEEDS_agents := agents tools model store sandbox base
NEEDS_runtime := runtime agents tools model store sandbox base

# Files of their own type that the binary carries: prompts, schemas, SQL, help texts.
ASSETS := $(wildcard store/*.sql store/migrations/*.sql agents/*.json agents/*.md tools/*.json \
          tools/*.md runtime/*.txt model/dialects/*.txt)
folder = $(or $(DIR_$(1)),$(1))
sources = $(filter-out runtime/main.c,$(wildcard $(call folder,$(1))/*.c)) \
          $(if $(filter model,$(1)),$(wildcard model/dialects/*.c))
objects = $(patsubst %.c,$(BUILD)/%.o,$(call sources,$(1))) \
          $(patsubst %,$(BUILD)/%.o,$(filter $(call folder,$(1))/%,$(ASSETS)))
archive = $(BUILD)/lib$(1).a
archives = $(foreach f,$(NEEDS_$(1)),$(call archive,$(f)))
UNIT_SOURCES := $(wildcard tests/unit/*/test_*.c)
UNIT_ALL := $(patsubst %.c,$(BUILD)/%,$(UNIT_SOURCES))
# TESTS=words: those whose path has one of the words; the binary only if other than unit tests are
UNIT_TESTS := $(if $(TESTS),$(foreach t,$(UNIT_ALL),$(if $(strip \
              $(foreach w,$(TESTS),$(findstring $(w),$(t)))),$(t))),$(UNIT_ALL))
TEST_GOALS := $(if $(TESTS),$(if $(filter-out unit/%,$(TESTS)),all),all) units

.DEFAULT_GOAL := all
.PHONY: all units test demo deps asan tsan torture fuzz lint format man install uninstall clean help FORCE
all: $(BUILD)/drover ## build build/drover

$(BUILD)/drover: $(BUILD)/runtime/main.o $(call archives,runtime)
	$(say) LINK $@
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) -lm -lpthread

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(say) CC $<
	$(Q)$(COMPILE) -c -o $@ $<

# kernels are compiled for their instruction set and chosen at start by cpuid
$(BUILD)/model/%_avx2.o: KERNEL_CFLAGS := -mavx2 -mfma -mf16c
$(BUILD)/model/%_avx512.o: KERNEL_CFLAGS := -mavx2 -mfma -mf16c -mavx512f -mavx512bw -mavx512vl \
        -mavx512dq -mavx512vnni
$(BUILD)/model/%.o: OPT := $(subst -O2,-O3,$(OPT))
# clang takes many minutes over instrumented kernels, which no fuzz target reaches
$(BUILD)/model/mat_%.o: SANITIZE := $(if $(findstring fuzzer,$(SAN)),,$(SANITIZE))

define embed
$(BUILD)/$(1).o: $(1)
	@mkdir -p $$(@D)
	$(Q)printf '.section .rodata\n.global asset_%s\n.global asset_%s_end\nasset_%s:\n.incbin "$(1)"\nasset_%s_end:\n.byte 0\n.section .note.GNU-stack,"",@progbits\n' \
	  $(foreach i,1 2 3 4,$(subst /,_,$(subst .,_,$(subst -,_,$(1))))) | $(CC) -x assembler -c -o $$@ -
endef
$(foreach a,$(ASSETS),$(eval $(call embed,$(a))))

define module
$(call archive,$(1)): $(call objects,$(1))
	@mkdir -p $$(@D)
	$(Q)rm -f $$@ && ar rcsD $$@ $$^
$(BUILD)/tests/unit/$(1)/%: tests/unit/$(1)/%.c $(call archives,$(1))
	@mkdir -p $$(@D)
	$(say) TEST $$@
	$(Q)$$(COMPILE) -Wno-unused-parameter -o $$@ $$< $$(LDFLAGS) $(call archives,$(1)) $$(PKG_LIBS) -lcmocka -lm -lpthread
endef
$(foreach f,$(FOLDERS),$(eval $(call module,$(f))))
$(BUILD)/tests/bench/%: tests/bench/%.c $(call archives,runtime)
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -o $@ $< $(LDFLAGS) $(call archives,runtime) $(PKG_LIBS) -lm -lpthread

$(BUILD)/runtime/version.o: $(BUILD)/commit.h
$(BUILD)/commit.h: FORCE
	@mkdir -p $(@D)
	@c=$$(git rev-parse --short HEAD 2>/dev/null || echo unknown); d="#define DROVER_COMMIT \"$$c\""; \
	  [ "$$(cat $@ 2>/dev/null)" = "$$d" ] || echo "$$d" >$@

units: $(UNIT_TESTS) ## build the unit tests
deps: ## list missing Debian packages and install them (DEV=1: those of lint and fuzz too)
	@DEV=$(DEV) .ci/deps

test: deps ## build everything and pass every test (TESTS=words: only those)
	@$(MAKE) --no-print-directory $(TEST_GOALS)
	@BUILD=$(BUILD) tests/run.sh $(TESTS)
demo: deps ## set up, build, and let the shipped model repair examples/herd
	@$(MAKE) --no-print-directory all
	@BUILD=$(BUILD) examples/demo.sh
asan: ## the full test set under address and undefined-behaviour sanitizers
	@$(MAKE) --no-print-directory test BUILD=$(BUILD)-asan SAN=address,undefined OPT='-O1 -g'
tsan: ## the tests with threads under the thread sanitizer
	@$(MAKE) --no-print-directory test BUILD=$(BUILD)-tsan SAN=thread OPT='-O1 -g' \
	  TESTS='unit/base/test_queue unit/store unit/model/test_engine'
torture: all ## kill -9 a run KILLS=20 times and compare with one that was left alone
	@BUILD=$(BUILD) KILLS=$(or $(KILLS),20) tests/torture/kill.sh
fuzz: ## fuzz one target with libFuzzer: FUZZ=toolcall TIME=60
	@BUILD=$(BUILD)-fuzz tests/fuzz/run.sh $(FUZZ) $(TIME)
lint: ## everything a machine can check
	@BUILD=$(BUILD) tests/lint.sh
format: ## clang-format over all sources
	@git ls-files '*.c' '*.h' | grep -v ^examples/ | xargs clang-format-14 -i
man: $(BUILD)/drover.1 ## the man page
$(BUILD)/drover.1: $(BUILD)/drover
	$(Q)$< man >$@

SHARE := $(DESTDIR)$(PREFIX)/share
COMPLETIONS := bash:bash-completion/completions/drover zsh:zsh/site-functions/_drover \
               fish:fish/vendor_completions.d/drover.fish
install: all man ## into DESTDIR/PREFIX
	install -D -m 755 $(BUILD)/drover $(DESTDIR)$(PREFIX)/bin/drover
	install -D -m 644 $(BUILD)/drover.1 $(SHARE)/man/man1/drover.1
	install -D -m 644 model/mini/drover-mini.gguf $(SHARE)/drover/drover-mini.gguf
	for c in $(COMPLETIONS); do mkdir -p $(SHARE)/$$(dirname $${c#*:}) && \
	  $(BUILD)/drover completion $${c%%:*} >$(SHARE)/$${c#*:} || exit 1; done
uninstall: ## what install put there
	rm -f $(DESTDIR)$(PREFIX)/bin/drover $(SHARE)/man/man1/drover.1 \
	  $(SHARE)/drover/drover-mini.gguf $(foreach c,$(COMPLETIONS),$(SHARE)/$(lastword $(subst :, ,$c)))
clean: ## remove what make made
	rm -rf $(BUILD) $(BUILD)-asan $(BUILD)-tsan $(BUILD)-fuzz
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
