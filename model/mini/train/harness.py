"""What the tools say of a file: its test compiled by gcc and run, and diff."""
import os, re, subprocess, tempfile


def test_source(file, module):
    """The test program's C text after the code: a check for each case of each function.

    A function that does not return is stopped after two seconds of its own time, however slow the machine is.
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


def test(file, lines):
    """What the test says of these lines, without make's own line, and whether it passes."""
    with tempfile.TemporaryDirectory(prefix="mini") as d:
        src, exe = os.path.join(d, "a.c"), os.path.join(d, "a")
        open(src, "w").write("\n".join(lines) + "\n" + test_source(file, file.name))
        cc = subprocess.run(["gcc", "-std=gnu11", "-O0", "-w", "-o", exe, src], capture_output=True, text=True)
        if cc.returncode:
            said = cc.stderr.replace(src, f"src/{file.name}.c").split("\n")[:3]
            return "\n".join([f"FAIL src/{file.name}.c: does not compile"] + said), False
        r = subprocess.run([exe], capture_output=True, text=True, errors="replace")
        return r.stdout.strip() or f"FAIL src/{file.name}.c: did not return", r.returncode == 0


def diff(now, said):
    """What the Bash tool gives for `diff FILE -`; both are texts that end with a newline."""
    with tempfile.NamedTemporaryFile("w", prefix="mini") as f:
        f.write(now)
        f.flush()
        out = subprocess.run(["diff", f.name, "-"], input=said, capture_output=True, text=True).stdout
    return out.rstrip("\n") + "\n[exit 1]" if out else "[no output]"


def diff_hunks(out):
    """The hunks of diff's answer: (first line, last + 1) before and after, counted from 0."""
    hunks = []
    for m in re.finditer(r"(?m)^(\d+)(?:,(\d+))?([acd])(\d+)(?:,(\d+))?$", out):
        i, k = int(m[1]) - 1, int(m[4]) - 1
        j, l = int(m[2] or m[1]), int(m[5] or m[4])
        hunks.append((j if m[3] == "a" else i, j, l if m[3] == "d" else k, l))
    return hunks
