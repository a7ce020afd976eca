"""The loop for real: the model drives calls in a small world whose tests are compiled by gcc.

Usage: evaluate.py MODEL.gguf|CKPT.pt --data DATA.pkl [--split TRAINED.pkl] [--tokenizer T.json] [--count N]
       [--half 0|1] [--sets names,seen,site] [--modes guard-0,guard-0.7x3,plain-0,spoil-0,...] [--failures N]
A mode is guard|plain|spoil - temperature [x attempts]. The guard is what Drover's grammar does: calls
are well-formed, file_path was read, old_string occurs exactly once in the file as the agent knows it,
new_string differs from it. `plain` lets the model write anything. `spoil` is guarded, and the model's
first edit is replaced by a random wrong one: what is measured is recovery.
Solved = the real test passes and the model called Finish with success.
"""
import argparse, collections, json, multiprocessing, os, pickle, random, re, subprocess, sys, tempfile, time
import torch
import model as M
import tok as T
from episodes import CONTRACT, LOOP_TELL, Maker, Writer, call_json, edit_strings
from world import split_like

TURNS, LIMIT, LOOP_END = 24, 2400, 6
_cache = {}


def test_source(file, module):
    """The test program's C text after the code: a check for each case of each function.

    Two seconds of its own time stop a function that does not return, however slow the machine is.
    """
    out = ["#include <stdio.h>", "#include <sys/time.h>", "#include <unistd.h>",
           "#define ARR(...) ((const int[]){__VA_ARGS__} + 1)"]
    checks = []
    for f in file.funcs:
        for (shown, code), want in zip(f.inst["cases"], f.inst["want"]):
            call = f"{f.names['f']}({shown})".replace("\\", "\\\\").replace('"', '\\"')
            checks.append(f'    check("{call}", {f.names["f"]}({code}), {want});')
    out += ["static void check(const char *call, int got, int want)", "{", "    if (got == want)", "        return;",
            f'    printf("FAIL src/{module}.c: %s = %d, expected %d\\n", call, got, want);', "    fflush(stdout);",
            "    _exit(1);", "}", "int main(void)", "{",
            "    setitimer(ITIMER_PROF, &(struct itimerval){{0, 0}, {2, 0}}, 0);", *checks,
            f'    puts("ok src/{module}.c");', "    return 0;", "}"]
    return "\n".join(out)


def run_test(file, lines):
    """The result text of `make -s test M=NAME` and whether it passed."""
    key = (file.name, "\n".join(lines))
    if key not in _cache:
        with tempfile.TemporaryDirectory(prefix="mini") as d:
            src, exe = os.path.join(d, "a.c"), os.path.join(d, "a")
            open(src, "w").write("\n".join(lines) + "\n" + test_source(file, file.name))
            cc = subprocess.run(["gcc", "-std=gnu11", "-O0", "-w", "-o", exe, src], capture_output=True, text=True)
            if cc.returncode:
                said = cc.stderr.replace(src, f"src/{file.name}.c").split("\n")[:3]
                text = "\n".join([f"FAIL src/{file.name}.c: does not compile"] + said)
                _cache[key] = (text + "\nmake: *** [Makefile:12: test] Error 1\n[exit 2]", False)
            else:
                r = subprocess.run([exe], capture_output=True, text=True)
                text = r.stdout.strip() or f"FAIL src/{file.name}.c: did not return"
                ok = r.returncode == 0
                _cache[key] = (text if ok else text + "\nmake: *** [Makefile:12: test] Error 1\n[exit 2]", ok)
    return _cache[key]


def run_diff(now, said):
    """What the Bash tool gives for `diff FILE -`."""
    with tempfile.NamedTemporaryFile("w", prefix="mini") as f:
        f.write(now)
        f.flush()
        out = subprocess.run(["diff", f.name, "-"], input=said, capture_output=True, text=True).stdout
    return out.rstrip("\n") + "\n[exit 1]" if out else "[no output]"


def wrong_edit(file, lines, rng):
    """A call that edits one line as a bug would (any of the template's, trained or not), and is no repair."""
    f = file.failing()
    bugs = {f.line_of(m) for m in f.bugs}
    at = lines.index(f.lines([])[0])
    pool = [m for m in f.by_id if m not in f.bugs]
    rng.shuffle(pool)
    if rng.random() < 0.5:  # half of them on the wrong line, when it offers one
        pool.sort(key=lambda m: f.line_of(m) not in bugs)
    for m in pool:
        i = at + f.line_of(m)
        said = list(lines)
        said[i] = f.lines([m])[f.line_of(m)]
        if said[i] != lines[i] and not run_test(file, said)[1]:
            old, new = edit_strings(lines, said, i, i + 1)
            return call_json("Edit", file_path=file.path, old_string=old, new_string=new)


def half_escape(content):
    """Ends with a backslash that begins an escape."""
    return (len(content) - len(content.rstrip("\\"))) % 2 == 1


class Guard:
    """Prefixes of valid calls, given what the agent has read."""

    def __init__(self, agent):
        self.agent = agent

    def parts(self):
        a = self.agent
        return {
            "Bash": ['{"name":"Bash","arguments":{"command":"', ("free",), '"}}'],
            "Read": ['{"name":"Read","arguments":{"file_path":"', ("enum", [a.path]), '"}}'],
            "Edit": ['{"name":"Edit","arguments":{"file_path":"', ("enum", [a.path] if a.read else []), '","old_string":"', ("old",),
                     '","new_string":"', ("new",), '"}}'],
            "Finish": ['{"name":"Finish","arguments":{"status":"', ("enum", ["success", "failure"]), '","result":"', ("free",),
                       '"}}'],
        }

    def match(self, parts, s):
        """0 no prefix, 1 prefix, 2 complete."""
        pos, old = 0, None
        for part in parts:
            if isinstance(part, str):
                rest = s[pos:pos + len(part)]
                if not part.startswith(rest):
                    return 0
                if len(rest) < len(part):
                    return 1
                pos += len(part)
                continue
            m = re.compile(r'(?:[^"\\\n\t]|\\["\\nt])*').match(s, pos)
            content, ended = m.group(), m.end() < len(s) and s[m.end()] == '"'
            if not ended:
                if s[m.end():] not in ("", "\\"):
                    return 0
                return int(self.partial(part, s[pos:]))
            if not self.complete(part, content, old):
                return 0
            if part[0] == "old":
                old = content
            pos = m.end()
        return 2 if pos == len(s) else 0

    def partial(self, part, content):
        if part[0] == "enum":
            return any(e.startswith(content) for e in part[1])
        if part[0] == "old":
            try:
                whole = json.loads(f'"{content[:-1] if half_escape(content) else content}"')
            except ValueError:  # a control character as it is
                return False
            ends = ('"', "\\", "\n", "\t") if half_escape(content) else ("",)
            return any(whole + e in self.agent.read for e in ends)
        return len(content) < 3000

    def complete(self, part, content, old):
        if part[0] == "enum":
            return content in part[1]
        if part[0] == "old":
            return bool(content) and self.agent.read.count(json.loads(f'"{content}"')) == 1
        if part[0] == "new":
            return content != old
        return True

    def allowed(self, s):
        return max(self.match(p, s) for p in self.parts().values())


class Agent:
    """One attempt at one file. spoil: the first edit is not the model's but a random wrong one."""

    def __init__(self, tk, file, guard, temperature, rng, spoil=False):
        self.tk, self.file, self.guarded, self.temperature, self.rng = tk, file, guard, temperature, rng
        self.path, self.lines, self.read = f"src/{file.name}.c", file.lines(), ""
        self.guard, self.spoil, self.seen = Guard(self), spoil, {}
        w = Writer(tk)
        w.open("fixer", CONTRACT["briefs"]["item"].replace("{{item}}", file.name))
        self.queue, self.count, self.turns = list(w.ids), 0, 0
        self.call, self.done, self.why, self.trace = None, False, "", "".join(w.text)
        self.call_tokens = self.rewind = 0
        self.edits = self.bad_edits = self.bad_calls = self.blind = 0
        self.edit_lines, self.edit_changed = [], []  # of each edit: lines of old_string, lines that changed
        self.first_wrong = None  # did the test fail after the first edits

    def choose(self, logits):
        if self.temperature:
            logits = logits / self.temperature
            logits = logits - torch.log(-torch.log(torch.tensor([self.rng.random() for _ in range(len(logits))]).clamp(1e-9, 1 - 1e-9)))
        order = torch.argsort(logits, descending=True).tolist()
        if not self.guarded:
            return order[0]
        for t in order:
            if self.call is None:
                if t >= 9 or t == T.CALL:
                    return t
            elif t == T.ENDCALL:
                if self.guard.allowed(self.call) == 2:
                    return t
            elif t >= 9:
                text = self.tk.bytes[t].decode("utf-8", "replace")
                if self.guard.allowed(self.call + text):
                    return t
        raise RuntimeError("no token is allowed after " + repr(self.call))

    def accept(self, t):
        """Take a token the model wrote; act when a call is complete."""
        self.trace += self.tk.bytes[t].decode("utf-8", "replace")
        self.call_tokens += 1
        if t == T.CALL:
            self.call, self.call_tokens = "", 0
        elif t == T.ENDCALL and self.call is not None:
            if self.spoil and self.call.startswith('{"name":"Edit"'):
                self.spoil_edit()
            self.queue.append(T.END)
            self.act()
            self.call = None
        elif t == T.END:
            self.finish("ended without a call")
        elif self.call is not None:
            self.call += self.tk.bytes[t].decode("utf-8", "replace")

    def spoil_edit(self):
        """Takes back the call that was just written and puts a wrong edit in its place."""
        self.spoil = False
        call = wrong_edit(self.file, self.lines, self.rng)
        if call is None:
            return
        self.rewind = self.call_tokens - 1  # all of its tokens but the last have gone through the network
        self.queue = self.tk.encode(call) + [T.ENDCALL]
        self.trace = self.trace[:self.trace.rindex("<|call|>")] + "<|call|>(forced)" + call
        self.call = call

    def finish(self, why):
        self.done, self.why = True, why

    def act(self):
        self.turns += 1
        try:
            c = json.loads(self.call)
            name, args = c["name"], c["arguments"]
            text = getattr(self, "do_" + name.lower())(**args)
        except (ValueError, KeyError, TypeError, AttributeError):
            self.bad_calls += 1
            return self.finish("bad call")
        if self.done:
            return
        if self.turns >= TURNS:
            return self.finish("turns")
        n = self.seen[self.call, text] = self.seen.get((self.call, text), 0) + 1
        if n >= LOOP_TELL:
            text += CONTRACT["results"]["loop_note"] % n
        if n >= LOOP_END:
            return self.finish("loop")
        self.queue += [T.TOOL] + self.tk.encode(text) + [T.END, T.ASSISTANT]
        self.trace += "<|end|><|tool|>" + text + "<|end|><|assistant|>"

    def do_bash(self, command):
        if command == f"make -s test M={self.file.name}":
            text, ok = run_test(self.file, self.lines)
            if self.edits > self.bad_edits and self.first_wrong is None:
                self.first_wrong = not ok
            return text
        m = re.fullmatch(r"diff (\S+) - <<'E'\n(.*\n)E", command, re.S)
        if m and m[1] == self.path and "\nE\n" not in m[2]:
            text = run_diff("\n".join(self.lines) + "\n", m[2])
            self.blind += text == "[no output]"
            return text
        return "sh: 1: not found\n[exit 127]"

    def do_read(self, file_path):
        if file_path != self.path:
            return f"'{file_path}' does not exist"
        self.read = "\n".join(self.lines)
        return "\n".join(f"{i}\t{l}" for i, l in enumerate(self.lines, 1))

    def do_edit(self, file_path, old_string, new_string):
        self.edits += 1
        text = "\n".join(self.lines)
        if file_path != self.path or text.count(old_string) != 1 or old_string == new_string:
            self.bad_edits += 1
            return f"old_string is in '{file_path}' {text.count(old_string)} times"
        lines = text.replace(old_string, new_string).split("\n")
        self.edit_lines.append(old_string.count("\n") + 1)
        self.edit_changed.append(sum(a != b for a, b in zip(self.lines, lines)) if len(lines) == len(self.lines) else 2)
        self.lines = lines
        self.read = "\n".join(self.lines)
        return f"edited {self.path}"

    def do_finish(self, status, result):
        self.finish(status)
        return ""

    def solved(self):
        return self.why == "success" and run_test(self.file, self.lines)[1]


def run(model, agents, batch=100):
    """Step all agents together; new ones take the rows of those that are done."""
    shape, W, bias = model
    for lo in range(0, len(agents), batch):
        group = agents[lo:lo + batch]
        st = M.Stepper(shape, W, bias, len(group), LIMIT + 64)
        live = list(range(len(group)))
        while live:
            ids = [group[i].queue.pop(0) for i in live]
            logits = st.step(torch.tensor(ids), torch.tensor(live))
            still = []
            for k, i in enumerate(live):
                a = group[i]
                a.count += 1
                if not a.queue and not a.done:
                    t = a.choose(logits[k])
                    a.queue.append(t)
                    a.accept(t)
                    st.pos[i] -= a.rewind
                    a.rewind = 0
                if a.count >= LIMIT:
                    a.finish("context")
                if not a.done:
                    still.append(i)
            live = still


def load_model(path, tokenizer=None):
    if path.endswith(".gguf"):
        from export import read
        s, W, bias, tk = read(path)
        return (s, W, bias), tk
    ck = torch.load(path)
    s = M.Shape(**ck["shape"])
    return (s, M.views(ck["flat"].float(), s), ck["bias"]), T.Tokenizer.load(tokenizer)


def make_set(data, tk, name, count, half, seed):
    rng = random.Random(f"{seed} {name} {half}")
    split = "train" if name == "names" else name
    maker = Maker(data, tk, rng, split, True, half if split != "train" else None)
    return [maker.draw_file() for _ in range(count)]


def evaluate(model, tk, files, mode, seed=0):
    kind, rest = mode.split("-")
    temp, attempts = (rest.split("x") + ["1"])[:2]
    solved, agents_all, todo = [False] * len(files), [], list(range(len(files)))
    first = 0
    for attempt in range(int(attempts)):
        agents = [Agent(tk, files[i], kind != "plain", float(temp), random.Random(f"{seed} {attempt} {i}"), kind == "spoil")
                  for i in todo]
        run(model, agents)
        agents_all += agents
        for i, a in zip(todo, agents):
            solved[i] = a.solved()
        if attempt == 0:
            first = sum(solved)
        todo = [i for i in todo if not solved[i]]
    return sum(solved), first, agents_all


def report(name, mode, solved, first, count, agents, seconds):
    lines = [n for a in agents for n in a.edit_lines]
    wrong = [a for a in agents if a.first_wrong]
    ends = collections.Counter(a.why for a in agents if not a.solved())
    return (f"{name:6} {mode:12} solved {solved}/{count} = {100 * solved / count:.1f} %  first attempt {first}  "
          f"first edit wrong: solved {sum(a.solved() for a in wrong)}/{len(wrong)}  "
          f"edits {sum(a.edits for a in agents)}, rejected {sum(a.bad_edits for a in agents)}, "
          f"changing one line {sum(n == 1 for a in agents for n in a.edit_changed)}, "
          f"old_string one line {sum(n == 1 for n in lines)} of {len(lines)}  empty diffs {sum(a.blind for a in agents)}  "
          f"bad calls {sum(a.bad_calls for a in agents)}  tokens {sum(a.count for a in agents)}  "
          f"not solved {dict(ends)}  {seconds:.0f} s")


def job(args):
    """One set in one mode: what is printed for it."""
    args, name, mode = args
    torch.set_num_threads(1)
    model, tk = load_model(args.model, args.tokenizer)
    data = pickle.load(open(args.data, "rb"))
    if args.split:
        split_like(data, pickle.load(open(args.split, "rb")))
    files, t = make_set(data, tk, name, args.count, args.half, args.seed), time.time()
    n, first, agents = evaluate(model, tk, files, mode, args.seed)
    out = [report(name, mode, n, first, len(files), agents, time.time() - t)]
    for a in [a for a in agents if not a.solved()][:args.failures]:
        out += ["----", a.why, a.trace[-args.trace:]]
    return "\n".join(out)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("model")
    ap.add_argument("--data", required=True)
    ap.add_argument("--split")
    ap.add_argument("--tokenizer")
    ap.add_argument("--count", type=int, default=40)
    ap.add_argument("--half", type=int, default=0)
    ap.add_argument("--seed", default="dev")
    ap.add_argument("--sets", default="names,seen,site")
    ap.add_argument("--modes", default="guard-0")
    ap.add_argument("--processes", type=int, default=2)
    ap.add_argument("--failures", type=int, default=0, help="print so many failed episodes")
    ap.add_argument("--trace", type=int, default=3000, help="characters of a failed episode that are printed")
    args = ap.parse_args()
    jobs = [(args, name, mode) for mode in args.modes.split(",") for name in args.sets.split(",")]
    with multiprocessing.get_context("spawn").Pool(args.processes) as pool:
        for text in pool.imap(job, jobs):
            print(text, flush=True)


if __name__ == "__main__":
    main()
