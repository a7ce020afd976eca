"""Episodes: what the model is trained on, as lists of (token ids, loss weights).

An episode is a real course of the loop in contract.json's rendering. The policy it teaches is one
loop: while the test fails, read the file, edit, test again. Wrong turns (a healthy line edited, a wrong
replacement) are shown but carry no loss; what carries loss is the way out of them.

The edit has two forms. In the first stage of training the model recites the function as it should be
up to the first line that differs from the file, then replaces that line. That taught it the right
code, but not to compare: it went past wrong lines and stopped at healthy ones. In the second stage
the edit replaces the function as it is by the function as it should be, and nothing is compared.
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
# Corrections and the call after them weigh more at first; in the last quarter the weights come down, since
# a weighted choice is a biased one (the model stopped at healthy lines).
W_DIFF, W_CALL, W_CONTEXT = 4.0, 3.0, 0.1
LATE_W_DIFF, LATE_W_CALL, LATE_W_CONTEXT = 2.0, 1.0, 0.0
# In the second stage: the copied old text is easy, the corrected characters are what matters.
W_COPY, WHOLE_W_DIFF = 0.3, 3.0


def call_json(name, **arguments):
    return json.dumps({"name": name, "arguments": arguments}, separators=(",", ":"), ensure_ascii=False)


class Writer:
    """Collects token ids and their loss weights."""

    def __init__(self, tk):
        self.tk, self.ids, self.w, self.text = tk, [], [], []

    def control(self, c, w=0.0):
        self.ids.append(c)
        self.w.append(w)
        self.text.append(T.CONTROL[c])

    def put(self, text, w=None, heavy=None):
        """heavy: (start, end) character range whose tokens weigh W_DIFF."""
        w = W_CONTEXT if w is None else w
        ids = self.tk.encode(text)
        ws = [w] * len(ids)
        if heavy and w:
            at = 0
            for i, t in enumerate(ids):
                end = at + len(self.tk.bytes[t])
                if end > heavy[0] and at < heavy[1]:
                    ws[i] = W_DIFF
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

    def call(self, call, w=1.0, text="", heavy=None, marker=1.0):
        if text:
            self.put(text, w, heavy)
        self.control(T.CALL, w and marker)
        self.put(call, w)
        self.control(T.ENDCALL, w)
        self.control(T.END, w)

    def result(self, text):
        self.control(T.TOOL)
        self.put(text)
        self.control(T.END)
        self.control(T.ASSISTANT)


def diff_range(right, wrong):
    """Characters of the right line that differ from the wrong one (never empty)."""
    a = 0
    while a < min(len(right), len(wrong)) and right[a] == wrong[a]:
        a += 1
    b = 0
    while b < min(len(right), len(wrong)) - a and right[-1 - b] == wrong[-1 - b]:
        b += 1
    return a, max(a + 1, len(right) - b)


class Func:
    """One function of a file: an instance of a template with names, and the bugs that are in it now."""

    def __init__(self, t, data, inst, names):
        self.t, self.by_id, self.inst, self.names = t, data["muts"], inst, names
        self.bugs = []

    def render(self, text):
        return fill_names(fill_consts(text, self.inst["consts"]), self.names)

    def right(self):
        return [self.render(l) for l in self.t.lines]

    def lines(self):
        return [self.render(l) for l in apply_muts(self.t, self.by_id, self.bugs)]

    def failure(self):
        """The message's tail, None when right, KeyError when this state was never run."""
        if not self.bugs:
            return None
        key = self.bugs[0] if len(self.bugs) == 1 else tuple(self.bugs)
        table = self.inst["single"] if len(self.bugs) == 1 else self.inst["double"]
        if len(self.bugs) == 2 and key not in table:
            key = (key[1], key[0])
        i, got = table[key]
        return f"{self.names['f']}({self.inst['cases'][i][0]}) = {got}, expected {self.inst['want'][i]}"


class File:
    def __init__(self, name, funcs, docs):
        self.name, self.funcs, self.docs = name, funcs, docs

    def lines(self):
        out = []
        for f, d in zip(self.funcs, self.docs):
            if out:
                out.append("")
            out += [f"/* {f.render(d)} */"] + f.lines()
        return out

    def sig_line(self, f):
        at = 1
        for g in self.funcs:
            at += 1
            if g is f:
                return at
            at += len(g.t.lines) + 1

    def failing(self):
        for f in self.funcs:
            if f.bugs:
                return f
        return None

    def ok_to_edit(self, line):
        return "\n".join(self.lines()).count(line.strip()) == 1


class Maker:
    """Draws episodes. split: which pairs may occur; held: names the model never sees in training.

    half: of the held-out pairs, 0 for looking at while training, 1 for the final figures.
    """

    def __init__(self, data, tk, rng, split="train", held=False, half=None):
        self.ts = {t.name: t for t in load_templates()}
        self.data, self.tk, self.rng, self.held = data, tk, rng, held
        self.want, self.half = {split}, half
        self.whole = False
        self.names = [n for n in sorted(data) if any(s in self.want for s in data[n]["split"].values())]

    def draw_func(self, fname=None, taken=(), name=None):
        name = name or self.rng.choice(self.names)
        t, d = self.ts[name], self.data[name]
        inst = self.rng.choice(d["instances"])
        return Func(t, d, inst, draw_names(t, self.rng, self.held, fname, taken))

    def bugs_of(self, f):
        split = self.data[f.t.name]["split"]
        return [m for m in f.inst["single"] if split[m] in self.want
                and (self.half is None or crc(f"half {f.t.name} {m}") % 2 == self.half)]

    def draw_file(self, functions=1, bugs=1):
        """A file with a bug in one of its functions, whose edit is unambiguous."""
        while True:
            name = random_module(self.rng, self.held)
            funcs, taken = [], [name]
            target = self.rng.randrange(functions)
            for k in range(functions):
                fname = name if k == 0 else name + "_" + random_word(self.rng, self.held, 1, 2)
                f = self.draw_func(fname, taken)
                funcs.append(f)
                taken.append(fname)
            f = funcs[target]
            file = File(name, funcs, [self.rng.choice(g.t.docs) for g in funcs])
            right = "\n".join(file.lines())
            if bugs == 2:
                split = self.data[f.t.name]["split"]
                pool = [d for d in f.inst["double"] if all(split[m] == "train" and m in f.inst["single"] for m in d)]
                if not pool:
                    continue
                f.bugs = list(self.rng.choice(pool))
            else:
                pool = self.bugs_of(f)
                if not pool:
                    continue
                by_line = {}
                for m in pool:
                    by_line.setdefault(f.by_id[m][0], []).append(m)
                f.bugs = [self.rng.choice(by_line[self.rng.choice(sorted(by_line))])]
            now = f.lines()
            if all(file.ok_to_edit(now[f.by_id[m][0]]) for m in f.bugs) and "\n".join(file.lines()) != right:
                return file

    # ---- the turns

    def fail_result(self, file, command, others=None):
        f = file.failing()
        lines = [f"FAIL src/{file.name}.c: {f.failure()}"]
        if others is not None:
            lines += [f"FAIL src/{o.name}.c: {o.failing().failure()}" for o in others[1] if o is not file and o.failing()]
            lines.append(f"{others[0] - len(lines)} passed, {len(lines)} failed")
        lines.append(f"make: *** [Makefile:{self.rng.randint(4, 45)}: test] Error 1")
        return "\n".join(lines) + "\n[exit 2]"

    def read(self, w, file):
        path = f"src/{file.name}.c"
        w.call(call_json("Read", file_path=path))
        w.result("\n".join(f"{i}\t{l}" for i, l in enumerate(file.lines(), 1)))

    def whole_edit(self, w, file, old, new, weight):
        """Replaces the whole function; weight 0 for a wrong turn."""
        old, new = "\n".join(old), "\n".join(new)
        call = call_json("Edit", file_path=f"src/{file.name}.c", old_string=old, new_string=new)
        in_old, in_new = (json.dumps(x, ensure_ascii=False)[1:-1] for x in (old, new))
        from_old = call.index('"old_string":"') + len('"old_string":"')
        from_new = call.rindex('","new_string":"') + len('","new_string":"')
        a, b = diff_range(in_new, in_old)
        w.control(T.CALL, weight)
        at = 0
        for t in self.tk.encode(call):
            end = at + len(self.tk.bytes[t])
            if end > from_new + a and at < from_new + b:
                x = WHOLE_W_DIFF
            elif end > from_old and at < from_old + len(in_old):
                x = W_COPY
            else:
                x = 1.0
            w.ids.append(t)
            w.w.append(x * weight)
            at = end
        w.text.append(call)
        w.control(T.ENDCALL, weight)
        w.control(T.END, weight)
        w.result(f"edited src/{file.name}.c")

    def fix_turn(self, w, file, f, mid):
        """The right turn: recite up to the first wrong line, then edit it."""
        right, now = f.right(), f.lines()
        if self.whole:
            f.bugs = []
            self.whole_edit(w, file, now, right, 1.0)
            return
        li = f.by_id[mid][0]
        first = file.sig_line(f)
        text = "\n".join(f"{first + i}\t{right[i]}" for i in range(li + 1))
        a, b = diff_range(right[li], now[li])
        base = len(text) - len(right[li])
        w.call(call_json("Edit", file_path=f"src/{file.name}.c", old_string=now[li].strip(), new_string=right[li].strip()),
               text=text, heavy=(base + a, base + b), marker=W_CALL)
        f.bugs = [m for m in f.bugs if m != mid]
        w.result(f"edited src/{file.name}.c")

    def wrong_turn(self, w, file, f):
        """A masked wrong edit; returns False when this instance offers none."""
        now, right = f.lines(), f.right()
        split = self.data[f.t.name]["split"]
        mid = f.bugs[0]
        li = f.by_id[mid][0]
        same = [m for m in f.inst["single"] if split[m] == "train" and m != mid and f.by_id[m][0] == li]
        other = [d[0] if d[1] == mid else d[1] for d in f.inst["double"] if mid in d
                 and all(split[m] == "train" for m in d)]
        if len(f.bugs) > 1:
            other = []
        pick = self.rng.random()
        bugs = list(f.bugs)
        if other and (pick < 0.6 or not same):
            f.bugs = bugs + [self.rng.choice(other)]
            at = f.by_id[f.bugs[-1]][0]
        elif same:
            f.bugs = [self.rng.choice(same)] + bugs[1:]
            at = li
        else:
            return False
        new = f.lines()
        first = file.sig_line(f)
        try:
            f.failure()
            fine = new[at] != now[at] and all(file.ok_to_edit(new[f.by_id[m][0]]) for m in f.bugs)
        except KeyError:
            fine = False
        changed = f.bugs
        f.bugs = bugs
        if not fine or not file.ok_to_edit(now[at]):
            return False
        if self.whole:
            f.bugs = changed
            self.whole_edit(w, file, now, new, 0.0)
            return True
        text = "\n".join(f"{first + i}\t{right[i] if i < at else new[i]}" for i in range(at + 1))
        w.call(call_json("Edit", file_path=f"src/{file.name}.c", old_string=now[at].strip(), new_string=new[at].strip()),
               w=0.0, text=text)
        f.bugs = changed
        w.result(f"edited src/{file.name}.c")
        return True

    def first_bug(self, f):
        return min(f.bugs, key=lambda m: f.by_id[m][0])

    def fixer(self, kind):
        """kind: plain, short (ends with the edit), recover, twobug, twofunc, already, giveup."""
        while True:
            try:
                return self._fixer(kind)
            except KeyError:
                continue

    def _fixer(self, kind):
        w = Writer(self.tk)
        functions = 2 if kind == "twofunc" or (kind not in ("plain", "short") and self.rng.random() < 0.1) else 1
        file = self.draw_file(functions, 2 if kind == "twobug" else 1)
        f = file.failing()
        command = f"make -s test M={file.name}"
        w.open("fixer", CONTRACT["briefs"]["item"].replace("{{item}}", file.name))
        w.call(call_json("Bash", command=command))
        if kind == "already":
            w.result(f"ok src/{file.name}.c")
            w.call(call_json("Finish", status="success", result=f"{file.name} already passes"))
            return w
        w.result(self.fail_result(file, command))
        wrong = {"recover": self.rng.choice([1, 1, 1, 2]), "giveup": 4}.get(kind, 0)
        edits = 0
        while f.bugs:
            if edits == 4:
                w.call(call_json("Finish", status="failure", result=f"could not fix {file.name}"))
                return w
            self.read(w, file)
            if wrong and self.wrong_turn(w, file, f):
                wrong -= 1
            elif kind == "giveup":
                return self._fixer(kind)
            else:
                self.fix_turn(w, file, f, self.first_bug(f))
            if kind == "short":
                return w
            edits += 1
            w.call(call_json("Bash", command=command))
            w.result(self.fail_result(file, command) if f.bugs else f"ok src/{file.name}.c")
        w.call(call_json("Finish", status="success", result=f"fixed {file.name}"))
        return w

    def repo(self):
        """A fixer alone in a small repository: the whole suite is its test."""
        w = Writer(self.tk)
        total = self.rng.randint(2, 30)
        files = [self.draw_file() for _ in range(self.rng.choice([1, 1, 1, 2]))]
        w.open("fixer", self.rng.choice(GOALS))
        call = call_json("Bash", command="make -s test")
        w.call(call)
        for file in files:
            w.result(self.fail_result(file, "make -s test", (total, files)))
            self.read(w, file)
            self.fix_turn(w, file, file.failing(), file.failing().bugs[0])
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
        """Right code as plain text: what the recitation draws on. A new name cannot be foreseen: no loss."""
        w = Writer(self.tk)
        f = self.draw_func()
        w.control(T.BEGIN)
        doc = f"/* {f.render(self.rng.choice(f.t.docs))} */\n"
        w.put(doc)
        code, at = "\n".join(f.right()), 0
        seen = set(re.findall(r"[A-Za-z_]\w*", doc)) - {f.names["f"]}
        for m in re.finditer(r"[A-Za-z_]\w*", code):
            if m.group() in f.names.values() and m.group() not in seen:
                seen.add(m.group())
                w.put(code[at:m.start()], 1.0)
                w.put(m.group(), 0.0)
                at = m.end()
        w.put(code[at:], 1.0)
        w.control(T.END, 1.0)
        return w

    MIX = [("short", 40), ("plain", 16), ("recover", 12), ("twofunc", 5), ("twobug", 4), ("already", 2), ("giveup", 1),
           ("repo", 4), ("lead", 6), ("canon", 30)]

    LATE_MIX = [("short", 55), ("plain", 20), ("recover", 14), ("twofunc", 6), ("twobug", 4), ("already", 2), ("giveup", 1),
                ("repo", 4), ("lead", 6), ("canon", 6)]

    def late(self):
        """The mix and the weights of the last part of training."""
        global W_DIFF, W_CALL, W_CONTEXT
        W_DIFF, W_CALL, W_CONTEXT = LATE_W_DIFF, LATE_W_CALL, LATE_W_CONTEXT
        self.MIX = self.LATE_MIX

    def second_stage(self):
        self.late()
        self.whole = True

    def episode(self, kind=None):
        kind = kind or self.rng.choices([k for k, _ in self.MIX], [n for _, n in self.MIX])[0]
        if kind in ("repo", "lead", "canon"):
            return getattr(self, kind)()
        return self.fixer(kind)
