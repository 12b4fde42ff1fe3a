# make            the single header orm.h and the examples
# make storefront a web service, examples/storefront/, on http://127.0.0.1:8080/
# make demo       runs some of them: the first steps, a blog on a real database file with its SQL shown, a shop, a tool over this clone's history, and the blog's migrations
# make test       every test, under both compilers, the sanitizers and valgrind; ends with "N passed, N failed"
# make help       the other targets
#
# Everything that is built goes to build/. Test programs are found by name:
#   tests/conformance/*_test.c  what every engine must do alike, on each of them: orm.h and all of dialects/
#   tests/pitfalls/*_test.c     the known mistakes with databases, by number, on each engine as well
#   tests/hostile/*_test.c      bad input: hostile texts in every call that takes one, the known attacks by number, on each engine
#   tests/core/*_test.c         what concerns SQLite or no engine: orm.h and dialects/sqlite.h, as users do
#   tests/faults/*_test.c       what happens when connections are cut, servers stop and poolers stand between: orm.h and dialects/postgres.h
#   tests/unit/*_test.c         the parts in src/, and the adapters
#   tests/fuzz/*_fuzz.c         what libFuzzer feeds with bytes
# and tests/storefront/ asks the web service, by curl and a browser
# tests/docs/run.sh looks at README.md and docs/: their blocks, links and names; docs/site/ makes a site of them

FLAGS  = -std=c11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wcast-qual -Wundef -Werror
POSIX  = -D_POSIX_C_SOURCE=200809L
LIBS   = -lsqlite3 -lpthread -lm
POSTGRES_FLAGS = -I$$(pg_config --includedir)
POSTGRES_LIBS  = -lpq
# billions of instructions that models may cost to compile (tests/compile/budget.sh): 20 models of 10 columns, 10 of 30, ten nested conditions
export BUDGET_SMALL = 2.3
export BUDGET_WIDE = 3.1
export BUDGET_NESTED = 1.5

# variants: compiler and flags of build/VARIANT/
CC_gcc      = gcc -O2 -g
CC_asan     = clang -O0 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
CC_tsan     = clang -O1 -g -fsanitize=thread
CC_valgrind = gcc -O1 -g
VARIANTS    = gcc asan tsan valgrind

parts    = $(patsubst src/%.c,%,$(wildcard src/*.c))
headers  = $(wildcard src/*.h)
adapters = $(wildcard dialects/*.h)
examples = $(patsubst examples/%.c,build/%,$(wildcard examples/*.c))
# those that show one capability each: small, read from top to bottom, and with what they print in tests/examples/
small    = $(patsubst tests/examples/%.txt,build/%,$(wildcard tests/examples/*.txt))
# what their tests link with
archives = $(patsubst %,build/%/engines.a,gcc asan tsan)
# folders whose programs are made of orm.h and all of dialects/
engines  = conformance pitfalls hostile faults
sources  = $(sort $(wildcard $(patsubst %,tests/%/*_test.c,unit core $(engines))))
# a test that cannot run in a variant says so in its first line: /* test: no-valgrind */
fit_for  = $(if $(sources),$(shell awk 'FNR == 1 && !/^\/\* test:.*no-$(1)/ { print FILENAME }' $(sources)))
programs = $(patsubst tests/%.c,build/$(1)/%,$(call fit_for,$(1)))
threaded = $(shell grep -ls pthread_create $(sources) /dev/null)

all: orm.h $(examples)

help:
	@echo 'make                    orm.h and the examples'
	@echo 'make orm.h              the single header, from src/'
	@echo 'make demo               build and run the examples'
	@echo 'make test               all of the following'
	@echo '  make check-orm.h      is the committed orm.h the one that src/ makes?'
	@echo '  make test-conformance  the same cases on every engine, gcc -O2; PostgreSQL on a server of its own'
	@echo '  make test-pitfalls    the known mistakes with databases: each is refused, cannot happen, or is loud'
	@echo '  make test-hostile     bad input: no text changes the SQL, no known attack gets through'
	@echo '  make test-unit        unit, core, conformance, pitfall and hostile tests, gcc -O2'
	@echo '  make test-asan        the same, clang with address and undefined behaviour sanitizers'
	@echo '  make test-valgrind    the same, valgrind'
	@echo '  make test-tsan        tests with threads, thread sanitizer'
	@echo '  make test-nightly     a million random values of every type, to each engine and back'
	@echo '  make test-threads     the same for a minute of mixed load on each engine; make test has a few seconds of it'
	@echo '  make test-oom         tests that let every allocation fail once'
	@echo '  make test-examples    the examples, on each engine and under the sanitizers'
	@echo '  make test-compile     programs as users build them: C and C++, several files, libraries'
	@echo '  make test-compile-fail  slips that the compiler must refuse, and what it must say'
	@echo '  make compile-budget   what models cost to compile'
	@echo '  make test-docs        the blocks, links and names of README.md and docs/; PAGE=reading narrows it down'
	@echo '  make fuzz             bytes as JSON from outside, for FUZZ_SECONDS (60); make test has 20 seconds of it'
	@echo '  make test-faults      connections that are cut, servers that stop, replicas, PgBouncer'
	@echo 'make storefront         builds and runs the web service of examples/storefront: PORT (8080), DATABASE_URL (a file of SQLite in build/)'
	@echo '  make test-storefront  asks it, on each engine, under the sanitizers and valgrind, and by a browser'
	@echo '  make storefront-load  asks it from 64 connections for half a minute on each engine, and looks at what became of it'
	@echo 'make bench              ours beside C by hand, in time; make bench-instructions counts instructions instead'
	@echo '  make bench-memory     what rows take in memory'
	@echo '  make bench-compile    what orm.h and models cost to compile'
	@echo '  make bench-plot       cost by rows, threads and models: docs/scaling.csv and its charts, ten minutes'
	@echo 'make docs               the pages and a reference of all names as a site, build/docs/index.html'
	@echo 'make install            headers, pkg-config files and a CMake package, into PREFIX (/usr/local), below DESTDIR if that is set; make uninstall'
	@echo 'make dist               the release: build/orm-VERSION.tar.gz, the header with its adapters'
	@echo 'make portability        other compilers, C libraries and processors, see docs/portability.md; downloads what they need into build/'
	@echo 'make deps               installs what the examples need where it is missing: gcc, git, SQLite'
	@echo 'make deps-storefront    and what the web service needs: libmicrohttpd, libpq'
	@echo 'make deps-test          and what the tests need besides: g++, clang, valgrind, libpq, a PostgreSQL server, PgBouncer, Python, libmicrohttpd, curl, Chromium'
	@echo 'make deps-plot          and gnuplot'
	@echo 'make deps-docs          what make docs needs: Python with its package markdown'
	@echo 'make clean              removes build/'

# ---- the single header ------------------------------------------------------------------------------------------------
orm.h: src/amalgamate.sh LICENSE $(headers) $(wildcard src/*.c)
	@mkdir -p build
	src/amalgamate.sh > build/orm.h.new
	mv build/orm.h.new $@

check-orm.h: orm.h | build/deps-test
	@tests/run.sh tests/compile/single_header.sh

# ---- examples ---------------------------------------------------------------------------------------------------------
build/%: examples/%.c $(wildcard examples/*.h) orm.h dialects/sqlite.h | build/deps
	@echo '$@'
	@gcc $(EXAMPLE) -g $(FLAGS) -I. $< -o $@ $(LIBS)
EXAMPLE = -O2
# as their comments say; each has the whole library in it, which takes a tenth of the time like this
$(small): EXAMPLE = -O0

demo: build/quickstart build/relations build/transactions build/blog build/shop build/gitlog build/migrate
	@rm -f build/blog.db* build/migrated.db*
	build/quickstart
	build/relations
	build/transactions
	cd build && ORM_LOG=1 ./blog
	build/shop
	build/gitlog
	cd examples && ../build/migrate migrate --url sqlite:../build/migrated.db
	cd examples && ../build/migrate status --url sqlite:../build/migrated.db
	cd examples && ../build/migrate verify --url sqlite:../build/migrated.db

# ---- the web service --------------------------------------------------------------------------------------------------
STOREFRONT_LIBS = -lmicrohttpd -lcrypt $(POSTGRES_LIBS) $(LIBS)
storefront_headers = $(wildcard examples/storefront/*.h) orm.h $(adapters)
# but for the implementation of the ORM
storefront_sources = $(filter-out %/orm.c,$(wildcard examples/storefront/*.c))
build/storefront/orm.o: examples/storefront/orm.c orm.h $(adapters) | build/deps-storefront
	@mkdir -p $(@D)
	@echo '$@'
	@gcc -O2 -g $(FLAGS) $(POSTGRES_FLAGS) -c $< -o $@
build/storefront/storefront: $(storefront_sources) build/storefront/orm.o $(storefront_headers)
	@echo '$@'
	@gcc -O2 -g $(FLAGS) $(POSIX) $(POSTGRES_FLAGS) $(storefront_sources) build/storefront/orm.o -o $@ $(STOREFRONT_LIBS)
storefront: build/storefront/storefront
	@cd examples/storefront && DATABASE_URL="$${DATABASE_URL:-sqlite:../../build/storefront/storefront.db}" ../../build/storefront/storefront
storefront-load: build/storefront/storefront | build/deps-load
	@tests/server.sh tests/storefront/load.sh

# ---- tests ------------------------------------------------------------------------------------------------------------
# per variant: the parts as one archive for unit tests; the single header's implementation as one for core tests, and with all adapters
# as one for conformance
define VARIANT
build/$(1)/src/%.o: src/%.c $(headers) | build/deps-test
	@mkdir -p $$(@D)
	@echo '$(1): $$<'
	@$$(CC_$(1)) $$(FLAGS) $$(POSIX) -Isrc -c $$< -o $$@
build/$(1)/parts.a: $(parts:%=build/$(1)/src/%.o)
	@rm -f $$@
	@ar rc $$@ $$^
build/$(1)/orm.o: tests/implementation.c orm.h dialects/sqlite.h | build/deps-test
	@mkdir -p $$(@D)
	@echo '$(1): $$<'
	@$$(CC_$(1)) $$(FLAGS) -I. -c $$< -o $$@
build/$(1)/engines.o: tests/conformance/implementation.c orm.h $(adapters) | build/deps-test
	@mkdir -p $$(@D)
	@echo '$(1): $$<'
	@$$(CC_$(1)) $$(FLAGS) -I. $$(POSTGRES_FLAGS) -c $$< -o $$@
build/$(1)/storefront: $(storefront_sources) build/$(1)/engines.a $(storefront_headers)
	@echo '$(1): examples/storefront'
	@$$(CC_$(1)) $$(FLAGS) $$(POSIX) $$(POSTGRES_FLAGS) $(storefront_sources) build/$(1)/engines.a -o $$@ $$(STOREFRONT_LIBS)
build/$(1)/%.a: build/$(1)/%.o
	@rm -f $$@
	@ar rc $$@ $$^
build/$(1)/unit/%: tests/unit/%.c build/$(1)/parts.a $(wildcard tests/*.h tests/unit/*.h) dialects/sqlite.h
	@mkdir -p $$(@D)
	@echo '$(1): $$<'
	@$$(CC_$(1)) $$(FLAGS) $$(POSIX) -Isrc -I. -Itests $$< build/$(1)/parts.a -o $$@ $$(LIBS)
build/$(1)/unit/postgres%: tests/unit/postgres%.c build/$(1)/parts.a $(wildcard tests/*.h tests/unit/*.h) dialects/postgres.h
	@mkdir -p $$(@D)
	@echo '$(1): $$<'
	@$$(CC_$(1)) $$(FLAGS) $$(POSIX) -Isrc -I. -Itests $$(POSTGRES_FLAGS) $$< build/$(1)/parts.a -o $$@ $$(POSTGRES_LIBS) $$(LIBS)
build/$(1)/core/%: tests/core/%.c build/$(1)/orm.a $(wildcard tests/*.h tests/core/*.h) orm.h dialects/sqlite.h
	@mkdir -p $$(@D)
	@echo '$(1): $$<'
	@$$(CC_$(1)) $$(FLAGS) $$(POSIX) -I. -Itests $$< build/$(1)/orm.a -o $$@ $$(LIBS)
endef
define ON_ENGINES
build/$(1)/$(2)/%: tests/$(2)/%.c build/$(1)/engines.a $(wildcard tests/*.h tests/conformance/*.h tests/$(2)/*.h) orm.h $(adapters)
	@mkdir -p $$(@D)
	@echo '$(1): $$<'
	@$$(CC_$(1)) $$(FLAGS) $$(POSIX) -I. -Itests $$(POSTGRES_FLAGS) $$< build/$(1)/engines.a -o $$@ $$(POSTGRES_LIBS) $$(LIBS)
endef
$(foreach v,$(VARIANTS),$(eval $(call VARIANT,$(v))) $(foreach f,$(engines),$(eval $(call ON_ENGINES,$(v),$(f)))))
.SECONDARY:

unit     = $(call programs,gcc)
asan     = $(call programs,asan)
# valgrind adds uninitialised memory to what the sanitizers see: the tests that only repeat its paths many times are left to them, and
# the ones whose forked children end without freeing what their parent has, and that look at the clock while a server works
repeated = conditions property values random_values stream bulk aggregate schema order_page cost error contention
valgrind = $(filter-out $(foreach d,core conformance,$(repeated:%=build/valgrind/$(d)/%_test)) build/valgrind/unit/sqlite_test build/valgrind/unit/postgres_test,$(call programs,valgrind))
tsan     = $(filter $(threaded:tests/%.c=build/tsan/%),$(call programs,tsan))
storefronts = $(VARIANTS:%=build/%/storefront) build/gcc/hold_sqlite
build/gcc/hold_sqlite: tests/storefront/hold_sqlite.c | build/deps-test
	@mkdir -p $(@D)
	@gcc -O1 -g $(FLAGS) $(POSIX) $< -o $@ $(LIBS)
fuzzers  = $(patsubst tests/%.c,build/%,$(wildcard tests/fuzz/*_fuzz.c))
FUZZ_SECONDS ?= 60
compile  = tests/compile/single_header.sh tests/compile/run.sh tests/compile/pull.sh tests/compile/budget.sh tests/compile_fail/run.sh \
    tests/pitfalls/numbers.sh tests/hostile/numbers.sh tests/conformance/members.sh tests/conformance/numbers.sh \
    tests/examples/programs.sh tests/examples/run.sh \
    tests/packaging/run.sh \
    tests/docs/run.sh tests/docs/outputs.py

test: orm.h $(examples) $(archives) $(storefronts) $(unit) $(asan) $(valgrind) $(tsan) $(fuzzers)
	@tests/server.sh tests/run.sh $(compile) tests/fuzz/run.sh tests/storefront/run.sh $(unit) $(asan) $(valgrind) $(tsan)
test-conformance: $(filter build/gcc/conformance/%,$(unit))
	@tests/server.sh tests/run.sh tests/conformance/members.sh $^
test-pitfalls: $(filter build/gcc/pitfalls/%,$(unit))
	@tests/server.sh tests/run.sh tests/pitfalls/numbers.sh $^
test-hostile: $(filter build/gcc/hostile/%,$(unit))
	@tests/server.sh tests/run.sh tests/hostile/numbers.sh $^
test-faults: $(filter build/gcc/faults/%,$(unit))
	@tests/run.sh $^
test-storefront: $(storefronts)
	@tests/run.sh tests/storefront/run.sh
test-unit: $(unit)
	@tests/server.sh tests/run.sh $^
test-asan: $(asan)
	@tests/server.sh tests/run.sh $^
test-valgrind: $(valgrind)
	@tests/run.sh $^
test-tsan: $(tsan)
	@tests/server.sh tests/run.sh $^
# texts that libFuzzer makes, each of which is looked at by the address and undefined behaviour sanitizers
build/fuzz/%: tests/fuzz/%.c $(wildcard tests/*.h) orm.h | build/deps-test
	@mkdir -p $(@D)
	@echo 'fuzz: $<'
	@clang -O1 -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer $(FLAGS) $(POSIX) -I. -Itests $< -o $@ -lpthread -lm
fuzz: $(fuzzers)
	@FUZZ_SECONDS=$(FUZZ_SECONDS) tests/run.sh -v tests/fuzz/run.sh
# many threads, mixed work, a minute on each engine
test-threads: build/tsan/core/threads_test build/tsan/conformance/pool_postgres_test
	@ORM_TEST_SECONDS=60 tests/server.sh tests/run.sh -v $^
# a million random values of every type, on each engine
test-nightly: build/gcc/conformance/random_values_test
	@ORM_TEST_VALUES=1000000 tests/server.sh tests/run.sh -v $^
test-oom: $(foreach p,$(unit) $(asan),$(if $(findstring oom,$(p)),$(p)))
	@tests/run.sh $^
# the examples: what they print, and what they say when it goes wrong
test-examples: $(examples) $(archives)
	@tests/server.sh tests/run.sh tests/examples/programs.sh tests/examples/run.sh
test-compile: orm.h | build/deps-test
	@tests/run.sh tests/compile/run.sh
test-compile-fail: orm.h | build/deps-test
	@tests/run.sh tests/compile_fail/run.sh
compile-budget: orm.h | build/deps-test
	@tests/run.sh -v tests/compile/budget.sh
test-docs: orm.h | build/deps-test
	@tests/docs/run.sh $(PAGE)
	@$(if $(PAGE),,tests/docs/outputs.py)

# ---- documentation ----------------------------------------------------------------------------------------------------
# the first Python that has the package: one of one's own may stand before Debian's
markdown = $(firstword $(foreach p,python3 /usr/bin/python3,$(shell $(p) -c 'import markdown' 2>/dev/null && echo $(p))))
docs: | build/deps-docs
	@$(markdown) docs/site/build.py build/docs

# ---- benchmarks -------------------------------------------------------------------------------------------------------
build/bench/%: bench/%.c $(wildcard bench/*.h) orm.h dialects/sqlite.h | build/deps
	@mkdir -p $(@D)
	@echo '$@'
	@gcc -O2 -g $(FLAGS) $(POSIX) -I. $< -o $@ $(LIBS)
build/bench/%_postgres: bench/%_postgres.c $(wildcard bench/*.h) orm.h dialects/postgres.h | build/deps
	@mkdir -p $(@D)
	@echo '$@'
	@gcc -O2 -g $(FLAGS) $(POSIX) -I. -I"$$(pg_config --includedir)" $< -o $@ -lpq -lpthread -lm
# those of PostgreSQL where its client library is installed
benches = $(patsubst bench/%.c,build/bench/%,$(filter-out $(if $(shell command -v pg_config),,%_postgres.c),$(wildcard bench/*.c)))
bench: $(benches)
	@bench/run.sh
bench-instructions: $(benches)
	@bench/run.sh instructions
# what needs no time of its own: linked with the core and all adapters as the conformance tests have them
build/bench/scale/%: bench/scale/%.c $(wildcard bench/*.h bench/scale/*.h) build/gcc/engines.a
	@mkdir -p $(@D)
	@echo '$@'
	@gcc -O2 -g $(FLAGS) $(POSIX) -I. -Itests $(POSTGRES_FLAGS) $< build/gcc/engines.a -o $@ $(POSTGRES_LIBS) $(LIBS)
scales = $(patsubst bench/%.c,build/bench/%,$(wildcard bench/scale/*.c))
bench-memory: $(benches) build/bench/scale/arena
	@bench/run.sh memory
bench-compile: orm.h | build/deps-test
	@bench/compile.sh
# SIZES="1000 10000" THREADS="1 4" MODELS="1 100" narrow it down
bench-plot: $(scales) | build/deps-plot
	bench/scale.sh measure >build/scaling.csv
	mv build/scaling.csv docs/scaling.csv
	bench/scale.sh draw docs/scaling.csv docs

# ---- packaging --------------------------------------------------------------------------------------------------------
# the version stands in src/config.h alone
VERSION := $(shell awk '/define ORM_VERSION_(MAJOR|MINOR|PATCH)/ { v = v "." $$3 } END { print substr(v, 2) }' src/config.h)
PREFIX ?= /usr/local
installed_headers   = $(DESTDIR)$(PREFIX)/include/orm
installed_pkgconfig = $(DESTDIR)$(PREFIX)/share/pkgconfig
installed_cmake     = $(DESTDIR)$(PREFIX)/share/cmake/orm
fill = sed 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(VERSION)|'

install: orm.h $(adapters)
	install -d $(installed_headers)/dialects $(installed_pkgconfig) $(installed_cmake)
	install -m 644 orm.h $(installed_headers)
	install -m 644 $(adapters) $(installed_headers)/dialects
	for pc in orm orm-sqlite orm-postgres; do $(fill) packaging/$$pc.pc.in >$(installed_pkgconfig)/$$pc.pc || exit 1; done
	install -m 644 packaging/ormConfig.cmake $(installed_cmake)
	$(fill) packaging/ormConfigVersion.cmake.in >$(installed_cmake)/ormConfigVersion.cmake
uninstall:
	rm -f $(installed_headers)/orm.h $(adapters:%=$(installed_headers)/%) $(installed_pkgconfig)/orm.pc $(installed_pkgconfig)/orm-sqlite.pc $(installed_pkgconfig)/orm-postgres.pc
	rm -f $(installed_cmake)/ormConfig.cmake $(installed_cmake)/ormConfigVersion.cmake
	-rmdir $(installed_headers)/dialects $(installed_headers) $(installed_cmake)

# the same bytes from the same sources, whenever and by whomever it is made
dist: orm.h $(adapters)
	@mkdir -p build
	tar --sort=name --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX --mtime=@0 --transform='s|^|orm-$(VERSION)/|' -cf - orm.h dialects LICENSE README.md CHANGELOG.md | gzip -n9 >build/orm-$(VERSION).tar.gz
	cd build && sha256sum orm-$(VERSION).tar.gz

portability: orm.h | build/deps-test
	@tests/portability/run.sh

# ---- tools ------------------------------------------------------------------------------------------------------------
# Debian's names of what is missing: for the examples, and for the tests besides. A program that uses SQLite needs nothing of PostgreSQL.
missing      = $(shell command -v $(1) >/dev/null || echo $(or $(2),$(1)))
missing_file = $(shell echo '\#include <$(1)>' | gcc -E $(3) - >/dev/null 2>&1 || echo $(2))
needed       = $(strip $(call missing,gcc,gcc libc6-dev) $(call missing,git) $(call missing_file,sqlite3.h,libsqlite3-dev))
# what the web service is made of, beside these
needed_storefront = $(strip $(call missing_file,microhttpd.h,libmicrohttpd-dev) $(call missing_file,crypt.h,libcrypt-dev) $(call missing_file,libpq-fe.h,libpq-dev,$(POSTGRES_FLAGS)))
# the sanitizers and the fuzzer are a package beside clang's, of its version
runtime      = $(shell echo 'int LLVMFuzzerTestOneInput(void); int LLVMFuzzerTestOneInput(void) { return 0; }' | clang -fsanitize=fuzzer,address -x c - -o /dev/null >/dev/null 2>&1 || \
    echo libclang-rt-$$(clang -dumpversion 2>/dev/null | grep -o '^[0-9]*' || echo 14)-dev)
needed_test  = $(strip $(call missing,g++) $(call missing,clang) $(runtime) $(call missing,valgrind) $(call missing,pgbouncer) $(call missing,pkg-config,pkgconf) $(call missing,cmake) $(call missing,python3) \
    $(call missing,curl) $(call missing,chromium) $(needed_storefront) \
    $(shell tests/server.sh --there || echo postgresql))
# $(1): the packages. Their server may start a cluster of its own: the tests neither need nor touch it.
define INSTALL
	@mkdir -p build
	@set -e; packages="$(1)"; if [ -n "$$packages" ]; then \
	    root=; [ "$$(id -u)" = 0 ] || root="sudo -n"; \
	    { command -v apt-get >/dev/null && $$root true 2>/dev/null; } || { echo "please install what these packages of Debian hold: $$packages"; exit 1; }; \
	    $$root apt-get update -q && $$root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $$packages; \
	fi
	@touch $@
endef
deps: build/deps
deps-storefront: build/deps-storefront
deps-test: build/deps-test
deps-plot: build/deps-plot
deps-docs: build/deps-docs
build/deps:
	$(call INSTALL,$(needed))
build/deps-storefront: | build/deps
	$(call INSTALL,$(needed_storefront))
build/deps-load: | build/deps-test
	$(call INSTALL,$(call missing,wrk))
build/deps-test: | build/deps
	$(call INSTALL,$(needed_test))
build/deps-plot: | build/deps-test
	$(call INSTALL,$(call missing,gnuplot,gnuplot-nox))
build/deps-docs:
	$(call INSTALL,$(if $(markdown),,python3-markdown))

clean:
	rm -rf build

# as many compilers at once as there are processors, where -j does not say otherwise
MAKEFLAGS += --no-builtin-rules -j$(shell nproc 2>/dev/null || echo 2)
.DELETE_ON_ERROR:
.PHONY: all help check-orm.h demo test test-unit test-asan test-valgrind test-tsan test-threads test-nightly test-oom test-examples test-compile test-compile-fail compile-budget \
    test-conformance test-pitfalls test-hostile test-faults test-storefront storefront storefront-load fuzz bench bench-instructions bench-memory bench-compile bench-plot install uninstall dist portability docs test-docs \
    deps deps-storefront deps-test deps-plot deps-docs clean
