"""Checks of the network and the episodes: hand-written gradients against numbers, packed forward against
stepping, our diff against the real one.

Usage: check.py [DATA.pkl]
"""
import pickle, random, subprocess, sys
import torch
import model as M
import tok as T
from episodes import Maker, diff_text


def diffs(data, count=150):
    """What episodes say diff prints is what it prints, for the recitations that they contain."""
    maker, asked = Maker(pickle.load(open(data, "rb")), T.Tokenizer([]), random.Random(2)), []
    import episodes
    episodes.diff_text = lambda now, said: asked.append((now, said)) or diff_text(now, said)
    for _ in range(count):
        maker.episode(maker.rng.choice(["recover", "twobug", "giveup"]))
    episodes.diff_text = diff_text
    wrong = 0
    for now, said in asked:
        open("/tmp/mini.now", "w").write("\n".join(now) + "\n")
        r = subprocess.run(["diff", "/tmp/mini.now", "-"], input="\n".join(said) + "\n", capture_output=True, text=True)
        got = r.stdout.rstrip("\n") + ("\n[exit 1]" if r.returncode else "") if r.stdout else "[no output]"
        wrong += got != diff_text(now, said)
    print(f"diffs: {wrong} of {len(asked)} differ from the real one")


def network():
    torch.manual_seed(1)
    s = M.Shape(vocab=64, d=64, layers=3, heads=2, kv=32, dense=64, experts=4, ff=32, shared=32)
    flat = torch.zeros(s.count())
    M.init_params(flat, s, 3)
    bias = torch.randn(s.layers, s.experts) * 0.01
    lens = [320, 64, 128]
    ids = torch.randint(0, 64, (sum(lens),))
    table = M.rope_table(s, torch.arange(512))
    flat64 = flat.double()

    def loss(f):
        W = M.views(f, s)
        logits, _ = M.forward(s, W, bias, ids, lens, table)
        return torch.nn.functional.cross_entropy(logits, ids.roll(-1))

    f = flat.clone().requires_grad_()
    loss(f).backward()
    worst = 0.0
    for name, g in M.views(f.grad, s).items():
        if name.endswith("_inp.weight"):
            continue
        d = torch.randn_like(g)
        d /= d.norm()
        at = flat.clone()
        eps = 2e-2
        up, dn = flat.clone(), flat.clone()
        M.views(up, s)[name].add_(d, alpha=eps)
        M.views(dn, s)[name].add_(d, alpha=-eps)
        num = (loss(up).item() - loss(dn).item()) / (2 * eps)
        ana = (g * d).sum().item()
        err = abs(num - ana)
        worst = max(worst, err)
        if err > 2e-3 + 0.05 * abs(ana):
            print("MISMATCH", name, num, ana)
    print("gradients: worst difference", worst)
    W = M.views(flat, s)
    with torch.no_grad():
        logits, _ = M.forward(s, W, bias, ids, lens, table)
    st = M.Stepper(s, W, bias, 1, 512)
    got = torch.cat([st.step(ids[i:i + 1], torch.tensor([0])) for i in range(320)])
    print("stepping against packed: worst difference", (got - logits[:320]).abs().max().item(),
          "of", logits.abs().max().item())


if __name__ == "__main__":
    network()
    if len(sys.argv) > 1:
        diffs(sys.argv[1])
