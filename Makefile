# make                    the programs, in build/release/
# make demo               see it work, end to end, on this machine
# make check              every test, in every flavour
# make torture            five minutes of rotations, kills and outages
# make chaos              five minutes of kills, cuts and outages (root)
# make bench              our speed beside the peers' on the same input
# make bench-prefixes     look-ups of addresses among 100,000 networks
# make bench-matcher      names among 1,000 to 10,000,000, beside other ways
# make bench-delivery     hits from a log to records: how many, how soon
# make bench-live         the sensor beside tcpdump on an interface (root)
# make fuzz               libFuzzer programs (clang), in build/fuzz/
# make SANITIZE=address,undefined     the programs, instrumented
# make install            programs and man pages under DESTDIR and PREFIX
# Every flavour has its own build folder, so no object is ever stale.  V=1
# shows the commands.

NAME     = querywatch
VERSION  = 0.1.0
PROGRAMS = sensor logreader incidents console
PREFIX   = /usr/local
SANITIZE =
comma   := ,
FLAVOUR  = $(if $(SANITIZE),$(subst $(comma),-,$(SANITIZE)),release)
BUILD    = build/$(if $(filter clang,$(CC)),clang-)$(FLAVOUR)
CFLAGS  ?= -O2 -g
PKG_CONFIG ?= pkg-config
PYTHON  ?= /usr/bin/python3

WARN    = -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wundef \
          -Wmissing-prototypes -Wcast-qual -Wwrite-strings -Wformat=2 -Wvla \
          -Werror
HARDEN  = -fPIE -fstack-protector-strong -fno-strict-overflow \
          $(if $(SANITIZE),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
SAN     = $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all -DLEAK_CHECK)
COMPILE = $(CC) -std=c11 -D_GNU_SOURCE -DVERSION='"$(VERSION)"' -Ishared \
          $(WARN) $(HARDEN) $(SAN) -pthread -MMD -MP $(CPPFLAGS) $(CFLAGS)
LINK    = $(CC) -pie -Wl,-z,relro,-z,now,-z,noexecstack $(SAN) -pthread \
          $(LDFLAGS)

# Third-party libraries, by the folder that uses them.
LIBS_shared = ldns hiredis libconfuse libcap-ng libseccomp zlib libzstd liblzma \
              libpsl libidn2 libhs jansson liburcu-qsbr libssl libcrypto
LIBS_sensor = libpcap
libs = $(shell $(PKG_CONFIG) --libs $(LIBS_$(1)) $(LIBS_shared)) -lm

Q   = $(if $(V),,@)
say = @$(if $(V),true,printf '  %-4s %s\n' $(1) $@)

.PHONY: all demo check torture chaos bench bench-live bench-delivery bench-prefixes bench-matcher fuzz fuzzers tests install clean tools
.SECONDARY:
.DELETE_ON_ERROR:

# The operator's program has the name alone.
program = $(BUILD)/$(NAME)$(if $(filter-out console,$(1)),-$(1))
BINARIES = $(foreach f,$(PROGRAMS),$(call program,$(f)))
all: $(BINARIES)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(COMPILE) -c -o $@ $<

# The twin of bind9_look.c, run where the machine has these.
ifneq (,$(findstring x86_64,$(shell $(CC) -dumpmachine)))
$(BUILD)/logreader/formats/bind9_look_wide.o: CPPFLAGS += -mavx2 -mbmi -mbmi2
endif

# A file built into the program that uses it, a Lua library or a list: x.lua
# gives the symbols _binary_<path with underscores>_lua_start and _end.
embed = @mkdir -p $(@D); $(if $(V),,printf '  %-4s %s\n' FILE $@;) \
        $(LD) -r -b binary -z noexecstack -o $@ $<
$(BUILD)/%.lua.o: %.lua
	$(embed)
$(BUILD)/%.txt.o: %.txt
	$(embed)

sources = $(filter-out $(1)/main.c,$(wildcard $(addprefix $(1)/,*.c */*.c */*/*.c)))
objects = $(patsubst %.c,$(BUILD)/%.o,$(call sources,$(1))) \
          $(patsubst %,$(BUILD)/%.o,$(wildcard $(1)/*.lua $(1)/*/*.lua $(1)/*/*.txt))

# A folder is an archive of its files but main.c.  A program is its main.o,
# its archive and shared.a; a unit test has test_<module>.o in place of
# main.o, a fuzz target fuzz_<module>.o.  tests/unit/ and tests/fuzz/ mirror
# the tree.
define FOLDER
$(BUILD)/$(1).a: $$(call objects,$(1))
	$$(call say,AR)
	$$(Q)rm -f $$@ && $$(AR) rcs $$@ $$^
$(BUILD)/tests/unit/$(1)/% $(BUILD)/tests/fuzz/$(1)/%: CPPFLAGS += -I$(1) -Itests/support
$(BUILD)/$(1)/%: CPPFLAGS += -I$(1)
$$(patsubst %.c,$(BUILD)/%,$$(call under,unit,test,$(1))): \
    $(BUILD)/%: $(BUILD)/%.o $(BUILD)/$(1).a $(BUILD)/shared.a
	$$(call say,LINK)
	$$(Q)$$(LINK) -o $$@ $$< $$(call archives,$(1)) -lcmocka $$(call libs,$(1))
$$(patsubst %.c,$(BUILD)/%,$$(call under,fuzz,fuzz,$(1))): \
    $(BUILD)/%: $(BUILD)/%.o $(FUZZ_MAIN) $(BUILD)/$(1).a $(BUILD)/shared.a
	$$(call say,LINK)
	$$(Q)$$(LINK) $(FUZZ_LINK) -o $$@ $$< $(FUZZ_MAIN) $$(call archives,$(1)) \
	    $$(call libs,$(1))
endef
archives = $(if $(filter-out shared,$(1)),$(BUILD)/$(1).a) $(BUILD)/shared.a
under = $(wildcard $(addprefix tests/$(1)/$(3)/,$(2)_*.c */$(2)_*.c */*/$(2)_*.c))

# With FUZZING set the fuzz targets are libFuzzer programs; else they are
# plain programs that replay the inputs named on their command line.
FUZZ_MAIN = $(if $(FUZZING),,$(BUILD)/tests/fuzz/replay.o)
FUZZ_LINK = $(if $(FUZZING),-fsanitize=fuzzer)

$(foreach f,shared $(PROGRAMS),$(eval $(call FOLDER,$(f))))

# Here the test decides which allocation fails, or counts them.
wrapped = $(foreach f,$(1),-Wl$(comma)--wrap=$(f))
$(BUILD)/tests/unit/shared/match/test_out_of_memory: LDFLAGS += \
    $(call wrapped,malloc calloc realloc aligned_alloc)
$(BUILD)/tests/unit/sensor/test_allocations: LDFLAGS += \
    $(call wrapped,malloc calloc realloc aligned_alloc strdup strndup)

define PROGRAM
$(call program,$(1)): $(BUILD)/$(1)/main.o $(BUILD)/$(1).a $(BUILD)/shared.a
	$$(call say,LINK)
	$$(Q)$$(LINK) -o $$@ $$^ $$(call libs,$(1))
endef
$(foreach f,$(PROGRAMS),$(eval $(call PROGRAM,$(f))))

FOLDERS = shared $(PROGRAMS)
UNIT = $(patsubst %.c,$(BUILD)/%,$(foreach f,$(FOLDERS),$(call under,unit,test,$(f))))
FUZZERS = $(patsubst %.c,$(BUILD)/%,$(foreach f,$(FOLDERS),$(call under,fuzz,fuzz,$(f))))
TOOLS = $(BUILD)/tests/support/flood
tests: all $(UNIT) $(FUZZERS) $(TOOLS)

$(TOOLS): %: %.o
	$(call say,LINK)
	$(Q)$(LINK) -o $@ $<

# tests/tools installs what a target needs and is not there yet.
check:
	tests/tools check
	PYTHON=$(PYTHON) MAKE="$(MAKE)" tests/run

demo:
	tests/tools demo
	$(MAKE) all
	@tests/support/demo $(BUILD) $(if $(PCAP),--pcap "$(PCAP)") \
	    $(if $(LIST),--list "$(LIST)")

torture:
	tests/tools check
	$(MAKE) all
	QW_TORTURE_SECONDS=$${QW_TORTURE_SECONDS:-300} tests/run \
	    --flavour release --only system -k follow_torture

# Not by tests/run, which ends what takes that long.
chaos:
	tests/tools check
	$(MAKE) all
	QW_BIN=$(BUILD) QW_CHAOS_SECONDS=$${QW_CHAOS_SECONDS:-300} \
	    PYTHONDONTWRITEBYTECODE=1 $(PYTHON) -m pytest -q -s \
	    -p no:cacheprovider tests/system/test_chaos*.py

BENCHES = $(addprefix $(BUILD)/tests/bench/,prefixes matcher_speed)

bench:
	tests/tools bench
	$(MAKE) all $(BUILD)/tests/bench/matcher_speed
	$(PYTHON) tests/bench/bench $(BUILD)

bench-live:
	tests/tools bench
	$(MAKE) all
	$(PYTHON) tests/bench/live $(BUILD)

bench-delivery:
	tests/tools bench
	$(MAKE) all
	$(PYTHON) tests/bench/delivery $(BUILD)

$(BENCHES): %: %.o $(BUILD)/shared.a
	$(call say,LINK)
	$(Q)$(LINK) -o $@ $^ $(call libs,shared)

bench-prefixes: $(BUILD)/tests/bench/prefixes
	$<

bench-matcher: $(BUILD)/tests/bench/matcher_speed
	$<

fuzz:
	$(MAKE) CC=clang FUZZING=1 SANITIZE=address,undefined BUILD=build/fuzz \
	    CFLAGS="-O1 -g -fsanitize=fuzzer-no-link" fuzzers
fuzzers: $(FUZZERS)

install: all
	install -D -m 755 -t $(DESTDIR)$(PREFIX)/sbin $(BINARIES)
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/$(NAME) \
	    $(wildcard shared/output/*.lua incidents/*.lua)
	for s in 5 7 8; do install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man$$s \
	    docs/man/*.$$s || exit 1; done

clean:
	rm -rf build

-include $(shell test -d $(BUILD) && find $(BUILD) -name '*.d')
