"""Episodes: what the model is trained on, as lists of (token ids, loss weights).

An episode is a real course of the loop in contract.json's rendering. The policy it teaches: run the
test, read the file, and then, while the test fails, recite the file as it should be into diff, edit
each hunk that diff prints, test again. Reciting and copying a hunk are easy for a small model;
comparing its recitation with the file is not, so a tool does that.

Wrong turns (a wrong recitation; an edit that is not what diff said) are shown but carry no loss;
what carries loss is the way out of them: the next recitation is compared with the file as it is now,
so that diff also names the healthy line that was broken.
"""
import json, os, random, re
import tok as T
from world import apply_muts, crc, draw_names, fill_consts, fill_names, load_templates, random_module, random_word

HERE = os.path.dirname(os.path.abspath(__file__))
CONTRACT = json.load(open(os.path.join(HERE, "..", "contract.json")))
PROMPTS = CONTRACT["prompts"]
GOALS = ["Make the failing tests pass.", "Make the failing tests pass.", "Make all tests pass.", "Fix the failing tests.",
         "Fix the failing modules.", "Make the test suite pass.", "Repair the broken modules.",
         "Some tests fail. Fix them.", "Fix every module whose test fails.", "Get all tests to pass.",
         "The tests fail. Please fix the code.", "Find the failing modules and fix them."]
REASONS = ["max_turns", "budget", "loop", "gave_up", "check_failed", "failure", "error", "timeout", "conflict"]
ROUNDS = 4  # comparisons after which the model gives up
LOOP_TELL = 3  # LOOP_TELL_COUNT of runtime/base/limits.h
# The characters of a recitation that differ from the file weigh more, less so in the last part (a weighted
# choice is a biased one); a comment and a function that is right anyway are plain copying. What tools print
# is learnt a little at first. EARLY and LATE are shares of training: Maker.progress().
W_COPY = 1.0
EARLY_W_CONTEXT, EARLY = 0.1, 0.3
EARLY_W_DIFF, LATE_W_DIFF, LATE = 3.0, 1.5, 0.65
W_DIFF, W_CONTEXT = EARLY_W_DIFF, EARLY_W_CONTEXT


def call_json(name, **arguments):
    return json.dumps({"name": name, "arguments": arguments}, separators=(",", ":"), ensure_ascii=False)


class Writer:
    """Collects token ids and their loss weights."""

    def __init__(self, tk):
        self.tk, self.ids, self.w, self.text = tk, [], [], []
        self.last, self.seen = "", {}

    def control(self, c, w=0.0):
        self.ids.append(c)
        self.w.append(w)
        self.text.append(T.CONTROL[c])

    def put(self, text, w=None, spans=()):
        """spans: (start, end, weight) character ranges that weigh otherwise."""
        w = W_CONTEXT if w is None else w
        ids = self.tk.encode(text)
        ws, at = [w] * len(ids), 0
        for i, t in enumerate(ids if spans else []):
            end = at + len(self.tk.bytes[t])
            for a, b, x in spans:
                if end > a and at < b:
                    ws[i] = x
            at = end
        self.ids += ids
        self.w += ws
        self.text.append(text)

    def open(self, role, brief):
        self.control(T.BEGIN)
        self.control(T.SYSTEM)
        self.put(PROMPTS[role], 0.0)
        self.control(T.END)
        self.control(T.USER)
        self.put(brief, 0.0)
        self.control(T.END)
        self.control(T.ASSISTANT)

    def call(self, call, w=1.0, spans=()):
        self.control(T.CALL, w)
        self.put(call, w, spans)
        self.control(T.ENDCALL, w)
        self.control(T.END, w)
        self.last = call

    def result(self, text):
        """The result of the last call, with the note that Drover adds to one that keeps coming back."""
        key = (self.last, text)
        self.seen[key] = n = self.seen.get(key, 0) + 1
        if n >= LOOP_TELL:
            text += CONTRACT["results"]["loop_note"] % n
        self.control(T.TOOL)
        self.put(text)
        self.control(T.END)
        self.control(T.ASSISTANT)


def changed_part(new, old):
    """Characters of the new line that differ from the old one (never empty)."""
    a = 0
    while a < min(len(new), len(old)) and new[a] == old[a]:
        a += 1
    b = 0
    while b < min(len(new), len(old)) - a and new[-1 - b] == old[-1 - b]:
        b += 1
    return a, max(a + 1, len(new) - b)


def hunks(old, new):
    """Runs of differing lines, (first, last + 1); both texts have the same number of lines."""
    out = []
    for i, (a, b) in enumerate(zip(old, new)):
        if a != b:
            if out and out[-1][1] == i:
                out[-1] = (out[-1][0], i + 1)
            else:
                out.append((i, i + 1))
    return out


def diff_text(old, new):
    """What `diff FILE -` prints, as the Bash tool gives it."""
    out = []
    for i, j in hunks(old, new):
        at = f"{i + 1},{j}" if j > i + 1 else f"{j}"
        out += [f"{at}c{at}"] + ["< " + l for l in old[i:j]] + ["---"] + ["> " + l for l in new[i:j]]
    return "\n".join(out + ["[exit 1]"]) if out else CONTRACT["results"]["bash_empty"]


def edit_strings(old, new, i, j):
    """old_string and new_string for lines i to j: more lines only when the text is not unique."""
    text = "\n".join(old)
    first, last = i, j
    while True:
        a, b = "\n".join(old[first:last]).lstrip(), "\n".join(old[first:i] + new[i:j] + old[j:last]).lstrip()
        if text.count(a) == 1 or (first == 0 and last == len(old)):
            return a, b
        if last < len(old):
            last += 1
        else:
            first -= 1


class Func:
    """One function of a file: an instance of a template with names, and the bugs that are in it now."""

    def __init__(self, t, data, inst, names):
        self.t, self.by_id, self.inst, self.names = t, data["muts"], inst, names
        self.bugs, self.typo = [], {}

    def render(self, text):
        return fill_names(fill_consts(text, self.inst["consts"]), self.names)

    def lines(self, bugs=None):
        """The text now (with its bugs and misspelt lines), or with other bugs."""
        out = [self.render(l) for l in apply_muts(self.t, self.by_id, self.bugs if bugs is None else bugs)]
        return [self.typo.get(i, l) if bugs is None else l for i, l in enumerate(out)]

    def line_of(self, mid):
        return self.by_id[mid][0]

    def failure(self, bugs=None):
        """The message's tail, None when right, KeyError when this state was never run."""
        bugs = self.bugs if bugs is None else bugs
        if not bugs:
            return None
        table = self.inst["single"] if len(bugs) == 1 else self.inst["double"]
        key = bugs[0] if len(bugs) == 1 else tuple(bugs)
        if len(bugs) == 2 and key not in table:
            key = (key[1], key[0])
        i, got = table[key]
        return f"{self.names['f']}({self.inst['cases'][i][0]}) = {got}, expected {self.inst['want'][i]}"


class File:
    def __init__(self, name, funcs, docs):
        self.name, self.funcs, self.docs = name, funcs, docs
        self.path = f"src/{name}.c"

    def lines(self, of=None, bugs=None):
        """The text now, or with other bugs in one function."""
        out = []
        for f, d in zip(self.funcs, self.docs):
            if out:
                out.append("")
            out += [f"/* {f.render(d)} */"] + f.lines(bugs if f is of else None)
        return out

    def failing(self):
        for f in self.funcs:
            if f.bugs:
                return f
        return None


class Maker:
    """Draws episodes. split: which pairs may occur; held: names the model never sees in training.

    half: of the held-out pairs, 0 for looking at while training, 1 for the final figures.
    """

    def __init__(self, data, tk, rng, split="train", held=False, half=None):
        self.ts = {t.name: t for t in load_templates()}
        self.data, self.tk, self.rng, self.held = data, tk, rng, held
        self.want, self.half = {split}, half
        self.mix = self.MIX
        self.names = [n for n in sorted(data) if any(s in self.want for s in data[n]["split"].values())]

    def draw_func(self, fname=None, taken=(), name=None):
        name = name or self.rng.choice(self.names)
        t, d = self.ts[name], self.data[name]
        inst = self.rng.choice(d["instances"])
        return Func(t, d, inst, draw_names(t, self.rng, self.held, fname, taken, self.tk))

    def bugs_of(self, f):
        split = self.data[f.t.name]["split"]
        return [m for m in f.inst["single"] if split[m] in self.want
                and (self.half is None or crc(f"half {f.t.name} {m}") % 2 == self.half)]

    def trained(self, f, bugs):
        """Bugs that may be shown as wrong turns: held-out ones are never seen, not even there."""
        return all(self.data[f.t.name]["split"][m] == "train" for m in bugs)

    def draw_file(self, functions=1, bugs=1):
        """A file with a bug in one of its functions."""
        while True:
            name = random_module(self.rng, self.held, self.tk)
            funcs, taken = [], [name]
            target = self.rng.randrange(functions)
            for k in range(functions):
                fname = name if k == 0 else name + "_" + random_word(self.rng, self.held, 1, 2, self.tk)
                f = self.draw_func(fname, taken)
                funcs.append(f)
                taken.append(fname)
            f = funcs[target]
            file = File(name, funcs, [self.rng.choice(g.t.docs) for g in funcs])
            right = file.lines()
            if bugs == 2:
                pool = [d for d in f.inst["double"] if self.trained(f, d) and all(m in f.inst["single"] for m in d)]
                if not pool:
                    continue
                f.bugs = list(self.rng.choice(pool))
            else:
                by_line = {}
                for m in self.bugs_of(f):
                    by_line.setdefault(f.line_of(m), []).append(m)
                if not by_line:
                    continue
                f.bugs = [self.rng.choice(by_line[self.rng.choice(sorted(by_line))])]
            if file.lines() != right:
                return file

    # ---- the turns

    def make_error(self):
        return f"make: *** [Makefile:{self.rng.randint(4, 45)}: test] Error 1\n[exit 2]"

    def fail_result(self, file, others=None):
        f = file.failing()
        lines = [f"FAIL {file.path}: {f.failure()}"]
        if others is not None:
            lines += [f"FAIL {o.path}: {o.failing().failure()}" for o in others[1] if o is not file and o.failing()]
            lines.append(f"{others[0] - len(lines)} passed, {len(lines)} failed")
        return "\n".join(lines + [self.make_error()])

    def test(self, w, file):
        f = file.failing()
        w.call(call_json("Bash", command=f"make -s test M={file.name}"))
        w.result(self.fail_result(file) if f else f"ok {file.path}")

    def odd_result(self, w, file, f):
        """After a wrong edit the test may also hang or crash; which is all the same here."""
        case = f"{f.names['f']}({self.rng.choice(f.inst['cases'])[0]})"
        w.call(call_json("Bash", command=f"make -s test M={file.name}"))
        w.result(f"FAIL {file.path}: {case} {self.rng.choice(['did not return', 'crashed'])}\n{self.make_error()}")

    def misspell(self, word):
        cut = word[:self.rng.randint(1, len(word) - 1)]
        return self.rng.choice([cut, cut, random_word(self.rng, self.held), cut + random_word(self.rng, self.held, 1, 1)])

    def typo_round(self, w, file, f):
        """A name misspelt in the recitation; what it says is edited in, and does not compile."""
        said = file.lines(f, [])
        at = said.index(f.lines([])[0])
        places = [(i, m) for i, l in enumerate(f.lines([])) if i >= 2 for m in re.finditer(r"[A-Za-z_]\w*", l)
                  if m.group() in f.names.values() and len(m.group()) > 1]
        if not places:
            return False
        i, m = self.rng.choice(places)
        word = self.misspell(m.group())
        if word in f.names.values():
            return False
        said[at + i] = said[at + i][:m.start()] + word + said[at + i][m.end():]
        now, said = self.compare(w, file, f, said, 0.0)
        self.apply(w, file, now, said)
        f.bugs, f.typo = [], {i: said[at + i]}
        w.call(call_json("Bash", command=f"make -s test M={file.name}"))
        w.result(f"FAIL {file.path}: does not compile\n{file.path}: In function ‘{f.names['f']}’:\n"
                 f"{file.path}:{at + i + 1}:{m.start() + 1}: error: ‘{word}’ undeclared (first use in this function)"
                 + (f"; did you mean ‘{m.group()}’?" if self.rng.random() < 0.5 else "")
                 + f"\n    {at + i + 1} | {said[at + i]}\n{self.make_error()}")
        return True

    def read(self, w, file):
        w.call(call_json("Read", file_path=file.path))
        w.result("\n".join(f"{i}\t{l}" for i, l in enumerate(file.lines(), 1)))

    def compare(self, w, file, f, said, weight):
        """What is said of the file, recited into diff; returns the lines before and as recited."""
        now = file.lines()
        command = f"diff {file.path} - <<'E'\n"
        spans, at = [], len(call_json("Bash", command=command)) - 3
        healthy = [g for g in file.funcs if g is not f]
        copied = {l for g in healthy for l in g.lines()} - set(f.lines())
        for a, b in zip(now, said):
            a, b = json.dumps(a, ensure_ascii=False)[1:-1], json.dumps(b, ensure_ascii=False)[1:-1]
            if a != b:
                i, j = changed_part(b, a)
                spans.append((at + i, at + j, W_DIFF * weight))
            elif b.startswith("/*") or b in copied:
                spans.append((at, at + len(b), W_COPY * weight))
            at += len(b) + 2
        w.call(call_json("Bash", command=command + "\n".join(said) + "\nE"), weight, spans if weight else ())
        w.result(diff_text(now, said))
        return now, said

    def edit(self, w, file, now, said, i, j, weight=1.0):
        old, new = edit_strings(now, said, i, j)
        w.call(call_json("Edit", file_path=file.path, old_string=old, new_string=new), weight)
        w.result(f"edited {file.path}")

    def apply(self, w, file, now, said):
        """An edit for each hunk; which is right even when what was recited is not."""
        text = list(now)
        for i, j in hunks(now, said):
            self.edit(w, file, text, said, i, j)
            text[i:j] = said[i:j]

    def right_round(self, w, file, f, test=True):
        now, said = self.compare(w, file, f, file.lines(f, []), 1.0)
        self.apply(w, file, now, said)
        f.bugs, f.typo = [], {}

    def wrong_turns(self, f):
        """What can go wrong now: (kind, the bugs recited, the bugs afterwards)."""
        out = [("blind", f.bugs, f.bugs)]
        singles = [m for m in f.inst["single"] if self.trained(f, [m])]
        lines = {f.line_of(m) for m in f.bugs}
        for m in singles:
            if len(f.bugs) == 1 and f.line_of(m) in lines and m not in f.bugs:
                out += [("recited", [m], [m]), ("edited", [], [m])]
        for pair in f.inst["double"]:
            more = [m for m in pair if m not in f.bugs]
            if len(f.bugs) == 1 and len(more) == 1 and self.trained(f, more):
                out += [("recited", f.bugs + more, f.bugs + more), ("edited", [], f.bugs + more)]
                if more[0] in f.inst["single"]:
                    out.append(("recited", more, more))
        if len(f.bugs) == 2:
            out += [("recited", [m], [m]) for m in f.bugs if m in singles]
        return out

    def wrong_round(self, w, file, f):
        """A wrong turn without loss; the edits that follow what diff said have theirs."""
        turns = self.wrong_turns(f)
        kinds = {k for k, _, _ in turns}
        kind = self.rng.choices(*zip(*[(k, n) for k, n in (("blind", 2), ("recited", 5), ("edited", 3)) if k in kinds]))[0]
        _, bugs, after = self.rng.choice([t for t in turns if t[0] == kind])
        f.failure(after)
        if kind != "edited":
            now, said = self.compare(w, file, f, file.lines(f, bugs), 0.0)
            self.apply(w, file, now, said)
        else:
            now, said = self.compare(w, file, f, file.lines(f, []), 1.0)
            want = file.lines(f, after)
            i, j = hunks(now, want)[0]
            self.edit(w, file, now, want, i, j, 0.0)
        f.bugs = list(after)
        if kind != "blind":
            self.odd_result(w, file, f) if self.rng.random() < 0.06 else self.test(w, file)

    def fixer(self, kind):
        while True:
            try:
                return self._fixer(kind)
            except KeyError:  # a state whose test was never run
                continue

    def _fixer(self, kind):
        """kind: recite (ends with diff's answer), short (with the edit), plain, recover, twobug, twofunc, already, giveup."""
        w = Writer(self.tk)
        functions = 2 if kind == "twofunc" or (kind not in ("plain", "short", "recite") and self.rng.random() < 0.1) else 1
        file = self.draw_file(functions, 2 if kind == "twobug" else 1)
        f = file.failing()
        w.open("fixer", CONTRACT["briefs"]["item"].replace("{{item}}", file.name))
        if kind == "already":
            f.bugs = []
            self.test(w, file)
            w.call(call_json("Finish", status="success", result=f"{file.name} already passes"))
            return w
        self.test(w, file)
        self.read(w, file)
        if kind == "recite":
            self.compare(w, file, f, file.lines(f, []), 1.0)
            return w
        wrong = {"recover": self.rng.choice([1, 1, 1, 2, 2, 3]), "giveup": ROUNDS}.get(kind, 0)
        for k in range(wrong):
            if k < wrong - 1 or self.rng.random() < 0.6 or not self.typo_round(w, file, f):
                self.wrong_round(w, file, f)
        if kind == "giveup":
            w.call(call_json("Finish", status="failure", result=f"could not fix {file.name}"))
            return w
        self.right_round(w, file, f)
        if kind != "short":
            self.test(w, file)
            w.call(call_json("Finish", status="success", result=f"fixed {file.name}"))
        return w

    def repo(self):
        """A fixer alone in a small repository: the whole suite is its test."""
        w = Writer(self.tk)
        total = self.rng.randint(2, 30)
        files = [self.draw_file() for _ in range(self.rng.choice([1, 1, 1, 2]))]
        w.open("fixer", self.rng.choice(GOALS))
        call = call_json("Bash", command=CONTRACT["commands"]["all_tests"])
        w.call(call)
        for file in files:
            w.result(self.fail_result(file, (total, files)))
            self.read(w, file)
            self.right_round(w, file, file.failing())
            w.call(call)
        w.result(f"{total} passed, 0 failed")
        w.call(call_json("Finish", status="success", result="all tests pass"))
        return w

    def lead(self):
        w, rng = Writer(self.tk), self.rng
        w.open("lead", rng.choice(GOALS))
        total = rng.choice([rng.randint(2, 40), rng.randint(40, 400), 324])
        bad = 0 if rng.random() < 0.06 else rng.randint(1, min(total, 80))
        if rng.random() < 0.2:
            bad = min(total, rng.randint(24, 60))
        tail = lambda n: (f"make: *** [Makefile:{rng.randint(4, 45)}: test] Error 1\n" if n and rng.random() < 0.5 else "") \
            + f"{total - n} passed, {n} failed"
        summary = call_json("Bash", command=CONTRACT["commands"]["summary"])
        w.call(summary)
        w.result(tail(bad))
        if bad:
            w.call(call_json("Bash", command=CONTRACT["commands"]["list"]))
            w.result("[no output]")
            w.call(call_json("Swarm", subagent_type="fixer", prompt_template=CONTRACT["briefs"]["item"],
                             items_from=CONTRACT["commands"]["items_from"]))
            left = 0 if rng.random() < 0.4 else rng.randint(1, min(bad, 20))
            out = [f"{bad} agents: {bad - left} succeeded, {left} failed"]
            out += [f"failed: {random_module(rng, self.held)}: {rng.choice(REASONS)}" for _ in range(left)]
            out.append(f"merged {bad - left} files, {0 if rng.random() < 0.9 else 1} conflicts")
            w.result("\n".join(out))
            left = rng.randint(0, left) if rng.random() < 0.2 else left
            w.call(summary)
            w.result(tail(left))
            bad = left
        if bad:
            w.call(call_json("Finish", status="failure", result=f"{bad} tests still fail"))
        else:
            w.call(call_json("Finish", status="success", result="all tests pass"))
        return w

    def canon(self):
        """Right code, spelled as in a call: what the recitation draws on. A new name cannot be foreseen: no loss."""
        w = Writer(self.tk)
        f = self.draw_func()
        spell = lambda text: json.dumps(text, ensure_ascii=False)[1:-1]
        w.control(T.BEGIN)
        doc = spell(f"/* {f.render(self.rng.choice(f.t.docs))} */\n")
        code = spell("\n".join(f.lines([])))
        seen, spans = set(re.findall(r"[A-Za-z_]\w*", doc)) - {f.names["f"]}, []
        for m in re.finditer(r"(?<![\\A-Za-z_])[A-Za-z_]\w*", re.sub(r"\\n", "\\\\ ", code)):
            if m.group() in f.names.values() and m.group() not in seen:
                seen.add(m.group())
                spans.append((m.start(), m.end(), 0.0))
        w.put(doc)
        w.put(code, 1.0, spans)
        w.control(T.END, 1.0)
        return w

    MIX = [("canon", 70), ("recite", 40), ("short", 20), ("plain", 10), ("recover", 11), ("twofunc", 5), ("twobug", 5),
           ("already", 2), ("giveup", 1), ("repo", 3), ("lead", 5)]
    LATE_MIX = [("canon", 6), ("recite", 15), ("short", 15), ("plain", 24), ("recover", 32), ("twofunc", 8), ("twobug", 5),
                ("already", 2), ("giveup", 3), ("repo", 4), ("lead", 6)]

    def progress(self, done):
        """The mix and the weights follow the share of training that is done."""
        global W_DIFF, W_CONTEXT
        W_DIFF = LATE_W_DIFF if done > LATE else EARLY_W_DIFF
        W_CONTEXT = EARLY_W_CONTEXT if done < EARLY else 0.0
        self.mix = self.LATE_MIX if done > LATE else self.MIX

    def episode(self, kind=None):
        kind = kind or self.rng.choices([k for k, _ in self.mix], [n for _, n in self.mix])[0]
        if kind in ("repo", "lead", "canon"):
            return getattr(self, kind)()
        return self.fixer(kind)
