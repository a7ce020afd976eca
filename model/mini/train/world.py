"""The world of drover-mini: function templates, one-line bugs, test cases, names.

Owns the data before it becomes tokens. `python3 world.py OUT.pkl` reads templates.txt, proposes
every one-line mutation, compiles canonical and mutated functions in batches with gcc, runs them on
random test cases, and keeps a mutation only if it compiles, terminates, changes one line and fails
at least one case. The split into trained and held-out (template, bug) pairs and names is by hash,
so it is frozen before training and the same for every seed.
"""
import collections, multiprocessing, os, pickle, random, re, subprocess, sys, tempfile, zlib

HERE = os.path.dirname(os.path.abspath(__file__))
TOKEN = re.compile(r"@\{\w[+-]\d+\}|@\w+|[A-Za-z_]\w*|\d+|'(?:\\.|[^'])'|<<=|>>=|&&|\|\||[<>=!+\-*/%&|^]=|"
                   r"<<|>>|\+\+|--|\s+|.")


def crc(text):
    return zlib.crc32(text.encode())


# ---------------------------------------------------------------- templates

class Template:
    def __init__(self, block):
        lines = [l for l in block.rstrip().split("\n")]
        head = lines[0][3:].split()
        self.name = head[0]
        self.domains = [h for h in head[1:] if "=" not in h]
        self.consts = {}
        for h in head[1:]:
            if "=" in h:
                key, span = h.split("=")
                self.consts[key] = tuple(int(x) for x in span.split(".."))
        self.docs = [l[3:] for l in lines if l.startswith("-- ")]
        code = [l for l in lines[1:] if not l.startswith("-- ")]
        self.sig, self.body = code[0], code[1:]
        self.lines = [self.sig, "{"] + self.body + ["}"]
        self.idents = []
        for word in re.findall(r"@([a-z]\w*)", " ".join(self.docs + self.lines)):
            if word not in self.idents:
                self.idents.append(word)
        args = self.sig[self.sig.index("(") + 1:-1].split(", ")
        self.ctypes = [re.sub(r"@\w+", "", a).strip() for a in args]
        self.pointers = set(re.findall(r"\*@(\w+)", self.sig))


def load_templates():
    text = open(os.path.join(HERE, "templates.txt")).read()
    blocks = re.split(r"\n(?=== )", "\n" + re.sub(r"(?m)^#.*\n", "", text))
    return [Template(b.strip("\n")) for b in blocks if b.startswith("== ")]


# ---------------------------------------------------------------- mutations

SWAPS = {
    "<": ["<=", ">"], "<=": ["<", ">="], ">": [">=", "<"], ">=": [">", "<="], "==": ["!="], "!=": ["=="],
    "+": ["-"], "-": ["+"], "*": ["+"], "/": ["*", "%"], "%": ["/"], "+=": ["-=", "="], "-=": ["+=", "="],
    "*=": ["+="], "/=": ["-="], "<<": [">>"], ">>": ["<<"], "&": ["|"], "|": ["&", "^"], "^": ["&", "|"],
    "&&": ["||"], "||": ["&&"], "^=": ["&=", "|="], ">>=": ["<<="], "++": ["--"], "!": [""], "~": [""],
}


def token_edits(t, toks, i):
    """Replacements for token i of a line: (kind, list of tokens that stand in for it)."""
    tok = toks[i]
    out = []
    before = "".join(toks[:i]).rstrip()
    unary = tok in "-+*&" and (not before or before[-1] in "(=<>,?:" or before.endswith("return"))
    if tok in SWAPS and not unary:
        out += [(f"{tok}>{new}", new) for new in SWAPS[tok]]
    elif tok == "-" and unary:
        out.append(("neg", ""))
    elif tok.isdigit():
        n = int(tok)
        news = {n + 1, n - 1} if n else {1}
        if n >= 10:
            news |= {n * 10, n // 10}
        out += [(f"{tok}>{new}", str(new)) for new in sorted(news) if new >= 0]
    elif re.fullmatch(r"@[A-Z]\w*", tok):
        key = tok[1:]
        out += [(f"{key}{d}", "@{%s%s}" % (key, d)) for d in ("+1", "-1")]
        out += [(f"{key}>{o}", "@" + o) for o in t.consts if o != key]
    elif re.fullmatch(r"@[a-z]\w*", tok) and tok != "@f":
        declared = before.endswith(("int", "char", "int *", "char *"))
        if not declared:
            others = [o for o in t.idents if o not in ("f", tok[1:]) and (o in t.pointers) == (tok[1:] in t.pointers)]
            out += [(f"{tok}>{o}", "@" + o) for o in others]
            after = "".join(toks[i + 1:]).lstrip()
            if tok[1:] not in t.pointers and not after.startswith(("++", "--", "=", "+=", "-=", "*=", "/=", "%=", "^=", ">>=", "<<=")) \
                    or after.startswith("=="):
                if tok[1:] not in t.pointers:
                    out += [("plus1", tok + " + 1"), ("minus1", tok + " - 1")]
    elif tok == "else" and i + 2 < len(toks) and toks[i + 2] == "if":
        pass
    elif re.fullmatch(r"'[0-9a-zA-Z]'", tok):
        out += [("chr+", "'%c'" % (ord(tok[1]) + 1)), ("chr-", "'%c'" % (ord(tok[1]) - 1))]
    return out


def line_edits(line):
    """Whole-line shapes: drop a + 1, swap the operands of a subtraction, return something else."""
    out = []
    for tail in (" + 1", " - 1"):
        if tail in line:
            out.append(("drop" + tail, line.replace(tail, "", 1)))
    m = re.search(r"(@\w+(?:\[[^\]]*\])?) ([-/%]) (@\w+(?:\[[^\]]*\])?)", line)
    if m:
        out.append(("swap", line[:m.start()] + f"{m[3]} {m[2]} {m[1]}" + line[m.end():]))
    m = re.fullmatch(r"(\s*return )(-?@[a-z]\w*|-?\d+);", line)
    if m:
        out += [("ret" + v, f"{m[1]}{v};") for v in ("0", "1", "-1") if v != m[2]]
        if not m[2].startswith("-") and m[2] != "0":
            out.append(("retneg", f"{m[1]}-{m[2]};"))
    m = re.fullmatch(r"(\s*return )(.*) \? (.*) : (.*);", line) or re.fullmatch(r"(.* = )(.*) \? (.*) : (.*);", line)
    if m:
        out.append(("arms", f"{m[1]}{m[2]} ? {m[4]} : {m[3]};"))
    m = re.fullmatch(r"(\s*)(else )(\S.*;)", line)
    if m is None and line.strip().endswith("++;"):
        out.append(("twice", line.replace("++;", " += 2;")))
    return out


def candidate_mutations(t):
    """All (id, line index, new line) of a template, before any of them was compiled."""
    out, seen = [], set()
    for li, line in enumerate(t.lines):
        if li < 2 or line.strip() in ("{", "}", "} else {", "else"):
            continue
        toks = TOKEN.findall(line)
        news = []
        for i in range(len(toks)):
            news += [(f"{i}:{kind}", "".join(toks[:i] + [new] + toks[i + 1:])) for kind, new in token_edits(t, toks, i)]
        news += [("L:" + kind, new) for kind, new in line_edits(line)]
        for kind, new in news:
            if new != line and (li, new) not in seen and new.strip() != ";":
                seen.add((li, new))
                out.append((f"{li}:{kind}", li, new))
    return out


def split_of(t, mid, li, mutable_lines):
    """train | seen (held out, other bugs on that line are trained) | site (a line never mutated in training)."""
    if len(mutable_lines) >= 3 and crc(f"site {t.name} {li}") % 100 < 9:
        return "site"
    return "seen" if crc(f"pair {t.name} {mid}") % 100 < 9 else "train"


# ---------------------------------------------------------------- test cases

def draw_arg(rng, dom, consts, previous):
    """One argument: (text for people, C text, python value or None)."""
    near = [c + d for c in consts.values() for d in (-1, 0, 1)] + [p + d for p in previous[-2:] for d in (-1, 0, 0, 1)]
    if dom == "i" or ".." in dom:
        lo, hi = (-14, 14) if dom == "i" else (int(x) for x in re.match(r"(-?\d+)\.\.(-?\d+)", dom).groups())
        fit = [x for x in near if lo <= x <= hi or dom == "i"]
        r = rng.random()
        x = rng.choice(fit) if fit and r < 0.45 else rng.choice([lo, hi, lo + 1]) if r < 0.52 and dom != "i" else \
            rng.randint(lo, hi)
        return str(x), str(x), x
    if dom == "u":
        x = rng.choice([0, 1, 128, 255] + [rng.randint(0, 255) for _ in range(9)])
        return str(x), str(x), None
    if dom in "cC":
        c = rng.choice("abceot 1" if dom == "c" else "azAZ09fgkMQ5 _/:@[`{eb")
        return f"'{c}'", f"'{c}'", None
    if dom in "sd":
        n = rng.choice([0, 1, 2, 3, 4, 5, 6, 7])
        if dom == "d":
            s = "".join(rng.choice("0123456789") for _ in range(min(n, 4))) + rng.choice(["", "", "x", " 2"])
        elif rng.random() < 0.3:
            h = "".join(rng.choice("abco") for _ in range(n // 2))
            s = h + rng.choice(["", "a", "e"]) + h[::-1]
        else:
            s = "".join(rng.choice("abceotiu  190") for _ in range(n))
        return f'"{s}"', f'"{s}"', None
    if dom in "aAS":
        n = rng.randint(0 if dom != "A" else 1, 6)
        v = [rng.choice([rng.randint(-4, 7), rng.randint(-2, 3)]) for _ in range(n)]
        if n > 1 and rng.random() < 0.25:
            v[rng.randrange(1, n):] = [v[0]] * 1
            n = len(v)
        if dom == "S" or rng.random() < 0.2:
            v = sorted(set(rng.randint(-9, 12) for _ in range(n))) if dom == "S" else sorted(v)
            n = len(v)
        body = ", ".join(map(str, v))
        return "{%s}, %d" % (body, n), "ARR(%s), %d" % (", ".join(["77"] + [str(x) for x in v] + ["77"]), n), None
    raise ValueError(dom)


def draw_cases(t, consts, rng, count=10):
    """Distinct calls: (text for people, C arguments)."""
    out, seen = [], set()
    for _ in range(count * 5):
        shown, code, previous = [], [], []
        for dom in t.domains:
            s, c, v = draw_arg(rng, dom, consts, previous)
            shown.append(s)
            code.append(c)
            if v is not None:
                previous.append(v)
        key = ", ".join(shown)
        if t.name in ("strhash",) and " " in key:
            continue
        if key not in seen:
            seen.add(key)
            out.append((key, ", ".join(code)))
        if len(out) == count:
            break
    return out


def draw_consts(t, rng):
    while True:
        c = {k: rng.randint(*span) for k, span in t.consts.items()}
        if len(set(c.values())) == len(c):
            return c


def fill_consts(text, consts):
    text = re.sub(r"@\{(\w)([+-]\d+)\}", lambda m: str(consts[m[1]] + int(m[2])), text)
    return re.sub(r"@([A-Z]\w*)", lambda m: str(consts[m[1]]), text)


def fill_names(text, names):
    return re.sub(r"@([a-z]\w*)", lambda m: names[m[1]], text)


# ---------------------------------------------------------------- running C in batches

DRIVER = r"""
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/time.h>
#define ARR(...) ((const int[]){__VA_ARGS__} + 1)
static sigjmp_buf env;
static long long got[64];
static int ngot;
static void R(long long x) { got[ngot++] = x; }
static void trap(int s) { siglongjmp(env, s); }
static void show(int id, int bad)
{
    printf("%d %d", id, bad);
    for (int i = 0; i < ngot; i++)
        printf(" %lld", got[i]);
    printf("\n");
}
"""

MAIN = r"""
int main(void)
{
    signal(SIGVTALRM, trap);
    signal(SIGSEGV, trap);
    signal(SIGFPE, trap);
    signal(SIGBUS, trap);
    for (int k = 0; k < (int)(sizeof(all) / sizeof(all[0])); k++) {
        struct itimerval tv = {{0, 0}, {0, 8000}};
        ngot = 0;
        setitimer(ITIMER_VIRTUAL, &tv, NULL);
        int bad = sigsetjmp(env, 1);
        if (!bad)
            all[k]();
        setitimer(ITIMER_VIRTUAL, &(struct itimerval){0}, NULL);
        show(k, bad);
    }
    return 0;
}
"""
GCC = ["gcc", "-std=gnu11", "-O0", "-fwrapv", "-w", "-Werror=int-conversion", "-Werror=incompatible-pointer-types"]


class Batch:
    """Many variants of functions in one C file; run() gives (trapped, results) for each."""

    def __init__(self):
        self.parts, self.calls, self.count = [DRIVER], [], 0

    def add(self, t, consts, cases, lines):
        k = self.count
        self.count += 1
        code = fill_consts("\n".join(lines), consts).replace("@f", f"f{k}", 1)
        code = code.replace("@f", f"f{k}")
        code = re.sub(r"@([a-z]\w*)", r"v_\1", code)
        calls = "".join(f"R(f{k}({c[1]}));" for c in cases)
        self.parts.append(f"static {code}\nstatic void c{k}(void) {{ {calls} }}")
        return k

    def run(self):
        if not self.count:
            return []
        table = "static void (*all[])(void) = {%s};" % ",".join(f"c{k}" for k in range(self.count))
        with tempfile.TemporaryDirectory(prefix="mini") as d:
            src, exe = os.path.join(d, "b.c"), os.path.join(d, "b")
            open(src, "w").write("\n".join(self.parts + [table, MAIN]))
            subprocess.run(GCC + ["-o", exe, src], check=True, stderr=subprocess.PIPE)
            out = subprocess.run([exe], stdout=subprocess.PIPE, check=True).stdout.decode().split("\n")
        res = []
        for line in out[:-1]:
            f = line.split()
            res.append((int(f[1]) != 0, [int(x) for x in f[2:]]))
        return res


def compiles(t, muts):
    """The mutations gcc accepts: bisect a failing batch down to the culprits."""
    if not muts:
        return []
    rng = random.Random(1)
    consts = draw_consts(t, rng)
    b = Batch()
    for mid, li, new in muts:
        b.add(t, consts, draw_cases(t, consts, rng, 1), t.lines[:li] + [new] + t.lines[li + 1:])
    with tempfile.TemporaryDirectory(prefix="mini") as d:
        src = os.path.join(d, "b.c")
        open(src, "w").write("\n".join(b.parts))
        if subprocess.run(GCC + ["-fsyntax-only", src], stderr=subprocess.DEVNULL).returncode == 0:
            return muts
    if len(muts) == 1:
        return []
    half = len(muts) // 2
    return compiles(t, muts[:half]) + compiles(t, muts[half:])


def first_failure(want, res):
    trapped, got = res
    if trapped or len(got) != len(want):
        return None
    for i, (w, g) in enumerate(zip(want, got)):
        if w != g:
            return (i, g)
    return None


def apply_muts(t, by_id, mids):
    lines = list(t.lines)
    for mid in mids:
        li, new = by_id[mid]
        lines[li] = new
    return lines


def build_template(job):
    t, instances, seed = job
    rng = random.Random(seed * 1000003 + crc(t.name))
    muts = compiles(t, candidate_mutations(t))
    by_id = {mid: (li, new) for mid, li, new in muts}
    ids = [m[0] for m in muts]
    out, alive = [], collections.Counter()
    for rnd in range(instances):
        consts = draw_consts(t, rng)
        cases = draw_cases(t, consts, rng)
        use = ids if rnd < 3 else [m for m in ids if alive[m] > 0]
        doubles = []
        for _ in range(12 if rnd >= 3 else 0):
            a, b = rng.choice(use), rng.choice(use)
            if by_id[a][0] != by_id[b][0] and (a, b) not in doubles and (b, a) not in doubles:
                doubles.append((a, b))
        b = Batch()
        b.add(t, consts, cases, t.lines)
        keep = [m for m in use if "\n".join(fill_consts(l, consts) for l in apply_muts(t, by_id, [m]))
                != "\n".join(fill_consts(l, consts) for l in t.lines)]
        for m in keep:
            b.add(t, consts, cases, apply_muts(t, by_id, [m]))
        for d in doubles:
            b.add(t, consts, cases, apply_muts(t, by_id, d))
        res = b.run()
        if res[0][0]:
            raise SystemExit(f"template {t.name}: the right function trapped on {cases}")
        want = res[0][1]
        single = {m: first_failure(want, r) for m, r in zip(keep, res[1:])}
        for m in keep:
            if res[1 + keep.index(m)][0]:
                alive[m] -= 100
        double = {d: first_failure(want, r) for d, r in zip(doubles, res[1 + len(keep):])}
        single = {m: f for m, f in single.items() if f}
        for m in single:
            alive[m] += 1
        out.append(dict(consts=consts, cases=cases, want=want, single=single,
                        double={d: f for d, f in double.items() if f}))
    good = {m for m in ids if alive[m] > 0}
    for inst in out:
        inst["single"] = {m: f for m, f in inst["single"].items() if m in good}
        inst["double"] = {d: f for d, f in inst["double"].items() if d[0] in good and d[1] in good}
    mutable = sorted({by_id[m][0] for m in good})
    split = {m: split_of(t, m, by_id[m][0], mutable) for m in good}
    return dict(name=t.name, muts={m: by_id[m] for m in good}, split=split, instances=out)


def build(seed, instances, only=None):
    ts = load_templates()
    jobs = [(t, instances, seed) for t in ts if only is None or t.name in only]
    with multiprocessing.Pool(2) as pool:
        data = pool.map(build_template, jobs, chunksize=1)
    return {d["name"]: d for d in data}


def split_like(fresh, trained):
    """Fresh instances under the split that training used (a pair unknown there belongs to none)."""
    for name, d in fresh.items():
        d["split"] = {m: trained[name]["split"].get(m, "unused") for m in d["muts"]}
    return fresh


# ---------------------------------------------------------------- names

CONS = "bcdfghjklmnprstvwz"
VOWS = "aeiou"
NATURAL = ("count total value left right limit size index sum result best low high num len pos item cur prev next "
           "start stop step base rest part key mark top data word text acc tmp res idx first last amount").split()
RESERVED = set("do if int for char auto else goto long case void main puts abs div exp log pow time rand labs y0 y1 "
               "j0 j1 jn yn sin cos tan gamma index read write open close link pipe dup nice wait fork exec free "
               "getc putc gets remove rename signal raise exit abort atoi atof".split())


def held_out_name(name):
    return crc("name " + name) % 8 == 0


RARE, RARE_SHARE = [], 0.5  # tokens of letters, for training: those that are rare in random words come in half of the names


def use_tokens(tk):
    """Names of training shall contain each of the tokenizer's tokens about as often."""
    RARE[:] = [t for t in tk.tokens if re.fullmatch(r"[a-z]{2,5}", t)]
    return tk


def rare_word(rng, tk):
    syllable = lambda: rng.choice(CONS) + rng.choice(VOWS)
    while True:
        t = rng.choice(RARE)
        w = rng.choice(["", syllable()]) + t + rng.choice(["", syllable(), syllable() + rng.choice(CONS)])
        if t in [tk.tokens[i] for i in tk.encode(w)] and not held_out_name(w) and w not in RESERVED:
            return w


def random_word(rng, held, lo=1, hi=3, tk=None):
    if tk and RARE and not held and rng.random() < RARE_SHARE:
        return rare_word(rng, tk)
    while True:
        w = "".join(rng.choice(CONS) + rng.choice(VOWS) + (rng.choice(CONS) if rng.random() < 0.15 else "")
                    for _ in range(rng.randint(lo, hi)))
        if held_out_name(w) == held and w not in RESERVED:
            return w


def draw_names(t, rng, held=False, fname=None, taken=(), tk=None):
    """A name for every identifier of a template; three quarters of the files get random ones."""
    natural = rng.random() < 0.25
    names, used = {}, set(taken) | RESERVED
    for w in t.idents:
        while True:
            if w == "f":
                n = fname or random_module(rng, held, tk)
            elif natural:
                n = w if rng.random() < 0.5 and w not in ("in",) else rng.choice(NATURAL)
            elif rng.random() < 0.15:
                n = rng.choice("abcdefghijklmnopqrstuvwxyz")
            else:
                n = random_word(rng, held, tk=tk)
            if n not in used or n == fname:
                break
        used.add(n)
        names[w] = n
    return names


def random_module(rng, held=False, tk=None):
    """A module's name: random pieces, in training sometimes with a word from the pool."""
    r = rng.random()
    if r < 0.45:
        return random_word(rng, held, 2, 3, tk)
    if r < 0.8 or held:
        return random_word(rng, held, 1, 2, tk) + "_" + random_word(rng, held, 1, 2, tk)
    return rng.choice([random_word(rng, held, 1, 2, tk) + "_" + rng.choice(NATURAL), rng.choice(NATURAL) + "_" +
                       random_word(rng, held, 1, 2, tk)])


if __name__ == "__main__":
    out = sys.argv[1]
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 30
    data = build(seed, count)
    with open(out, "wb") as f:
        pickle.dump(data, f)
    c = collections.Counter(s for d in data.values() for s in d["split"].values())
    print("templates", len(data), "pairs", sum(c.values()), dict(c))
