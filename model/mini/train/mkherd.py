"""Writes examples/herd: some hundred small C modules with tests, some of them broken.

Usage: mkherd.py --train DATA.pkl --data FRESH.pkl --out DIR [--modules 324] [--broken 48] [--seed 5]
DATA.pkl is what the model was trained on (it holds the split), FRESH.pkl has instances made with
another seed. All names are held out. Two thirds of the broken modules have a (template, bug) pair
that is held out too, from the half that was not looked at while training. Every broken module is
built with the address and undefined-behaviour sanitizers, and a bug that they report is not used:
the output of a test must be the same on every run.
"""
import argparse, os, pickle, random, re, shutil, subprocess, tempfile
import tok as T
from episodes import Maker
from world import split_like

TEST_HEAD = """/* Tests of src/{name}.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

{prototypes}

static const char *running;

static void stopped(int number)
{{
    printf("FAIL src/{name}.c: %s %s\\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}}

#define CHECK(text, call, want) \\
    do {{ \\
        running = text; \\
        int got = call; \\
        if (got != want) {{ \\
            printf("FAIL src/{name}.c: %s = %d, expected %d\\n", text, got, want); \\
            return 1; \\
        }} \\
    }} while (0)

int main(void)
{{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
{checks}
    puts("ok src/{name}.c");
    return 0;
}}
"""

MAKEFILE = r"""# src/NAME.c is a module, tests/NAME_test.c its test.
#   make test           runs every test         make test M=NAME    runs one
#   make failing        names the modules whose test fails
CC      = gcc
CFLAGS  = -std=gnu11 -O0 -fwrapv -w
MODULES = $(patsubst src/%.c,%,$(sort $(wildcard src/*.c)))
RESULTS = $(MODULES:%=build/%.txt)
MAKEFLAGS += -j2

ifdef M
test: build/$(M).txt
	@cat $<
	@grep -q '^ok ' $<
else
test: $(RESULTS)
	@cat $^ | grep '^FAIL ' || true
	@cat $^ | awk '/^ok / {p++} /^FAIL / {f++} END {printf "%d passed, %d failed\n", p, f; exit (f > 0)}'
endif

failing: $(RESULTS)
	@grep -L '^ok ' $^ | sed 's|^build/\(.*\)\.txt$$|\1|'

# One result file for each module: the line "ok src/NAME.c", or what went wrong.
build/%.txt: src/%.c tests/%_test.c
	@mkdir -p build
	@if $(CC) $(CFLAGS) -o build/$*.run $^ 2>build/$*.err; then build/$*.run; \
	 else echo "FAIL src/$*.c: does not compile"; head -n 3 build/$*.err; fi >$@.new || true
	@rm -f build/$*.run build/$*.err; mv $@.new $@

clean:
	rm -rf build

.PHONY: test failing clean
"""


def test_text(file):
    checks, protos = [], []
    for f in file.funcs:
        protos.append(f.render(f.t.sig) + ";")
        for (shown, code), want in zip(f.inst["cases"], f.inst["want"]):
            text = f"{f.names['f']}({shown})".replace("\\", "\\\\").replace('"', '\\"')
            code = re.sub(r"ARR\(77, (.*?)77\)", r"(const int[]){\g<1>77}", code)
            checks.append(f'    CHECK("{text}", {f.names["f"]}({code}), {want});')
    return TEST_HEAD.format(name=file.name, prototypes="\n".join(protos), checks="\n".join(checks))


def run(file, test, flags):
    with tempfile.TemporaryDirectory(prefix="herd") as d:
        a, b, exe = (os.path.join(d, n) for n in ("a.c", "b.c", "t"))
        open(a, "w").write("\n".join(file.lines()) + "\n")
        open(b, "w").write(test)
        subprocess.run(["gcc", "-std=gnu11", "-fwrapv", "-w", *flags, "-o", exe, a, b], check=True)
        r = subprocess.run([exe], capture_output=True, text=True)
        return r.stdout.strip(), r.stderr


def sound(file):
    """The file's test says what the data says, under the sanitizers as well."""
    f = file.failing()
    want = f"FAIL src/{file.name}.c: {f.failure()}" if f else f"ok src/{file.name}.c"
    test = test_text(file)
    for flags in (["-O0"], ["-O1", "-fsanitize=address,undefined", "-fno-sanitize=signed-integer-overflow"]):
        out, err = run(file, test, flags)
        if out != want or err:
            return False
    return True


def main():
    ap = argparse.ArgumentParser()
    for name, kind, value in (("train", str, None), ("data", str, None), ("out", str, None), ("modules", int, 324),
                              ("broken", int, 48), ("seed", int, 5)):
        ap.add_argument("--" + name, type=kind, default=value, required=value is None)
    args = ap.parse_args()
    trained = pickle.load(open(args.train, "rb"))
    fresh = split_like(pickle.load(open(args.data, "rb")), trained)
    rng = random.Random(args.seed)
    tk = T.Tokenizer([])
    makers = {"trained": Maker(fresh, tk, rng, "train", True), "seen": Maker(fresh, tk, rng, "seen", True, 1),
              "site": Maker(fresh, tk, rng, "site", True, 1)}
    files, facts, names = [], [], set()
    kinds = ["site", "seen", "trained"] * (args.broken // 3 + 1)
    while len(files) < args.modules:
        k = len(files)
        broken = k < args.broken
        kind = kinds[k] if broken else "trained"
        file = makers[kind].draw_file(2 if rng.random() < 0.08 else 1)
        bug = [(f.t.name, f.bugs[0]) for f in file.funcs if f.bugs][0]
        if not broken:
            for f in file.funcs:
                f.bugs = []
        if file.name in names or any(fact[1:] == [*bug] for fact in facts) or not sound(file):
            continue
        names.add(file.name)
        files.append(file)
        if broken:
            facts.append([kind, *bug])
    for sub in ("src", "tests"):
        shutil.rmtree(os.path.join(args.out, sub), ignore_errors=True)
        os.makedirs(os.path.join(args.out, sub))
    put = lambda path, text: open(os.path.join(args.out, path), "w").write(text)
    for file in files:
        put(f"src/{file.name}.c", "\n".join(file.lines()) + "\n")
        put(f"tests/{file.name}_test.c", test_text(file))
    put("Makefile", MAKEFILE)
    put(".gitignore", "/build/\n")
    rows = sorted((file.name, *fact) for file, fact in zip(files, facts))
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "herd.csv"), "w") as f:
        f.write("module,pair,template,bug\n" + "".join(f'{a},{b},{c},"{d}"\n' for a, b, c, d in rows))
    print(len(files), "modules,", len(rows), "broken:", {k: sum(r[1] == k for r in rows) for k in makers})


if __name__ == "__main__":
    main()
