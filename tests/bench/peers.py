#!/usr/bin/env python3
"""Goal: Drover's engine beside llama.cpp and ik_llama.cpp on one model file, as ratios.
Method: the peers' own bench programs (from builds that are on the machine already: this builds
nothing), with two threads or as said; engines take turns (A B C, A B C, ...), each with the files it
reads in the page cache; medians; ik_llama.cpp with its plain and with its best settings, the
better of which counts. On a shared machine the memory's bandwidth may be another one minutes later
(two cores of a Zen 4 server: 35 or 60 GB/s), so it is read before and after every run of decoding
(tests/bench/kernels -l), and each engine's share of it is given beside the tokens/s. Prints a
Markdown table, and a line for each run while it works.

    tests/bench/peers.py MODEL.gguf --llama DIR --ik DIR [--rounds 3] [--figures prefill,decode,...]

DIR holds llama-bench and llama-batched-bench. Figures: prefill (512 tokens), decode (one sequence),
batch8, batch32 (sequences decoding together), depth (decoding at 8192 positions as a share of 512).
"""
import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
IK_BEST = ["-rtr", "1", "-fmoe", "1", "-mla", "3", "-fa", "1"]
IK_BATCHED = ["-mla", "3", "-fa", "on"]
FIGURES = ["prefill", "decode", "batch8", "batch32", "depth"]


def run(command, timeout=1800, both=False):
    with tempfile.TemporaryDirectory() as scratch:  # llama-bench leaves a llama.log where it runs
        r = subprocess.run(command, capture_output=True, text=True, timeout=timeout, cwd=scratch)
    if r.returncode != 0:
        sys.exit(f"error: {' '.join(command)}: exit {r.returncode}\n{r.stderr[-2000:]}")
    return r.stdout + r.stderr if both else r.stdout


def warm(wanted, others):
    """Reads the files wanted once, so that the runs measured read them from memory, after letting go
    of the others: two copies of a large model's weights need not fit."""
    for path in set(others) - set(wanted):
        with open(path, "rb") as f:
            os.posix_fadvise(f.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    for path in wanted:
        with open(path, "rb", buffering=0) as f:
            while f.read(1 << 24):
                pass


class Drover:
    def __init__(self, args, *options):
        self.args, self.options = args, list(options)

    def files(self):
        """The packed weights, made by the first run; of the model itself little is read."""
        home = os.environ.get("DROVER_HOME")
        cache = os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache"))
        directory = os.path.join(home, "cache", "weights") if home else os.path.join(cache, "drover", "weights")
        info = json.loads(run([self.args.drover, "model", "info", "--json", self.args.model]))
        found = []
        if os.path.isdir(directory):
            found = [os.path.join(directory, n) for n in os.listdir(directory) if n.startswith(info["hash"][:32])]
        return found

    def bench(self, prompt, decode, batch, more=()):
        command = [self.args.drover, "model", "bench", self.args.model, "-p", str(prompt), "-n", str(decode),
                   "-b", str(batch), "-t", str(self.args.threads), "--json"] + self.options + list(more)
        return json.loads(run(command))

    def measure(self, figure):
        if figure == "prefill":
            return self.bench(512, 1, 1)["prefill_tokens_per_s"]
        if figure == "decode":
            b = self.bench(16, 24, 1)
            self.args.bytes_per_token = b["bytes_per_token"]
            return b["decode_tokens_per_s"]
        if figure == "depth":
            b = self.bench(512, 60, 1, ("-d", "512", "--against", "8192"))
            return b["step_ms"][1] / b["against_step_ms"][1]
        return self.bench(16, 8, int(figure[5:]))["decode_tokens_per_s"]


class Peer:
    def __init__(self, args, directory, bench=(), batched=()):
        self.args, self.directory = args, directory
        self.bench_options, self.batched_options = list(bench), list(batched)

    def files(self):
        return [self.args.model]

    def bench(self, *options):
        out = run([os.path.join(self.directory, "llama-bench"), "-m", self.args.model, "-t", str(self.args.threads),
                   "-r", "1", "-o", "json", *self.bench_options, *options])
        return [row["avg_ts"] for row in json.loads(out)]

    def measure(self, figure):
        if figure == "prefill":
            return self.bench("-p", "512", "-n", "0")[0]
        if figure == "decode":
            return self.bench("-p", "0", "-n", "24")[0]
        if figure == "depth":
            return None
        batch = figure[5:]
        out = run([os.path.join(self.directory, "llama-batched-bench"), "-m", self.args.model, "-c", "4096", "-b",
                   "512", "-ub", "512", "-npp", "16", "-ntg", "8", "-npl", batch, "-t", str(self.args.threads),
                   *self.batched_options], both=True)
        return self.table_value(out, "S_TG t/s", "B", batch)

    @staticmethod
    def table_value(text, column, key, value):
        rows = [[c.strip() for c in line.strip().strip("|").split("|")]
                for line in text.splitlines() if line.lstrip().startswith("|")]
        head = next(r for r in rows if column in r)
        return next(float(r[head.index(column)]) for r in rows
                    if len(r) == len(head) and r[head.index(key)] == value)


def limits(args):
    """The read bandwidth (GB/s) and the integer dot product's peak (GMAC/s), of tests/bench/kernels."""
    program = os.path.join(os.path.dirname(args.drover), "tests", "bench", "kernels")
    if not os.path.exists(program):
        sys.exit(f"error: no {program}\nhint: make {os.path.relpath(program, TOP)}")
    found = re.search(r"bandwidth ([\d.]+) GB/s, VPDPBUSD peak (\d+) GMAC",
                      run([program, "-t", str(args.threads), "-m", "512", "-l"]))
    return float(found.group(1)), float(found.group(2))


def engines_of(args):
    engines = {"drover": Drover(args), "drover q8": Drover(args, "--cache", "q8")}
    if args.llama:
        engines["llama.cpp"] = Peer(args, args.llama)
    if args.ik:
        engines["ik plain"] = Peer(args, args.ik)
        engines["ik best"] = Peer(args, args.ik, IK_BEST, IK_BATCHED)
    unknown = [n for n in args.engines or [] if n not in engines]
    if unknown:
        sys.exit(f"error: no engine '{unknown[0]}'\nhint: {', '.join(engines)}; --llama and --ik bring the peers")
    return {n: e for n, e in engines.items() if not args.engines or n in args.engines}


def cell(values):
    return "-" if not values else f"{statistics.median(values):.3g} ({min(values):.3g}..{max(values):.3g})"


def ratio(mine, theirs):
    return f"{statistics.median(mine) / statistics.median(theirs):.2f}" if mine and theirs else "-"


def share(args, name):
    values = [100 * v * args.bytes_per_token / 1e9 / bandwidth for v, bandwidth in args.shares[name]]
    return (f"{statistics.median(values):.0f} % ({', '.join(f'{v:.1f} at {b:.0f} GB/s' for v, b in args.shares[name])})"
            if values else "-")


def report(args, names, got):
    print(f"\n| tokens/s, median (least..most) of {args.rounds} | " + " | ".join(names) +
          " | / llama.cpp | / ik (better) |")
    print("|---|" + "---|" * (len(names) + 2))
    for figure in args.figures:
        values = {n: got[figure, n] for n in names}
        ik = max((values.get(n, []) for n in ("ik plain", "ik best")),
                 key=lambda v: statistics.median(v) if v else 0)
        mine = max((values.get(n, []) for n in ("drover", "drover q8")),
                   key=lambda v: statistics.median(v) if v else 0)
        print(f"| {figure} | " + " | ".join(cell(values[n]) for n in names) +
              f" | {ratio(mine, values.get('llama.cpp', []))} | {ratio(mine, ik)} |")
    if "decode" in args.figures and args.bytes_per_token:
        print(f"\ndecode, share of the bandwidth read before and after each run, at {args.bytes_per_token / 1e9:.2f} GB"
              f" a token: " + "; ".join(f"{n} {share(args, n)}" for n in names))
    if max(args.peak) and args.macs and got.get(("prefill", "drover")):
        rate = max(statistics.median(got["prefill", n]) for n in names if n.startswith("drover")) * args.macs / 1e9
        print(f"prefill: {rate:.0f} GMAC/s in the layers' weights, {100 * rate / max(args.peak):.0f} % of the integer peak"
              f" ({max(args.peak):.0f} GMAC/s)")


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("model")
    ap.add_argument("--llama", help="directory of llama.cpp's programs")
    ap.add_argument("--ik", help="directory of ik_llama.cpp's programs")
    ap.add_argument("--drover", default=os.path.join(TOP, "build", "drover"))
    ap.add_argument("--threads", type=int, default=os.cpu_count())
    ap.add_argument("--rounds", type=int, default=3)
    ap.add_argument("--figures", default=",".join(FIGURES))
    ap.add_argument("--engines", help="only these, comma-separated: drover,drover q8,llama.cpp,ik plain,ik best")
    args = ap.parse_args()
    args.model, args.drover = os.path.abspath(args.model), os.path.abspath(args.drover)
    args.llama, args.ik = (d and os.path.abspath(d) for d in (args.llama, args.ik))
    args.figures = args.figures.split(",")
    args.engines = args.engines.split(",") if args.engines else None
    args.peak, args.bytes_per_token = [], 0
    unknown = [f for f in args.figures if f not in FIGURES]
    if unknown:
        sys.exit(f"error: no figure '{unknown[0]}'\nhint: {' '.join(FIGURES)}")
    info = json.loads(run([args.drover, "model", "info", "--json", args.model]))
    # a prompt's tokens go through the layers; the head is for the last one, the embedding is a look-up
    args.macs = info["parameters_active"] - 2 * info["vocabulary"] * info["embedding"]
    engines = engines_of(args)
    got = {(f, n): [] for f in FIGURES for n in engines}
    args.shares = {n: [] for n in engines}
    for r in range(args.rounds):
        args.peak.append(limits(args)[1])
        for name, engine in engines.items():
            warm(engine.files(), [path for e in engines.values() for path in e.files()])
            for figure in args.figures:
                before = limits(args)[0] if figure == "decode" else 0
                value = engine.measure(figure)
                if figure == "decode":
                    args.shares[name].append((value, (before + limits(args)[0]) / 2))
                if value is not None:
                    got[figure, name].append(value)
                    print(f"round {r + 1}  {figure:8} {name:10} {value:.3f}", file=sys.stderr, flush=True)
    report(args, list(engines), got)


main()
