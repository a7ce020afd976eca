"""Training: two single-threaded processes, shared flat parameters, Muon for matrices.

Each process draws its own episodes, computes gradients into a shared buffer, meets the other at a
barrier, and updates its half of the tensors in place. The schedule follows the time that was spent
training (progress = spent / budget): a machine that is shared with others still ends on time, and time
in which the processes are stopped (WORK/pids names them) does not count.
Usage: train.py --minutes 70 --work DIR [--resume] [--start MODEL.gguf] [--tokens N] [--opt muon|adamw]
--start goes on from a model's weights and tokenizer, with half the rates and the mix of the last part.
"""
import argparse, math, os, pickle, random, sys, time
import torch
import torch.multiprocessing as mp
import export
import tok as T
import model as M
from episodes import Maker
from world import use_tokens

HERE = os.path.dirname(os.path.abspath(__file__))
ADAM_LR, WD = 2e-3, 0.02
BIAS_STEP = 1e-3
START_RATE = 0.5
STEP_SECONDS = 4.0  # a step that took longer was stopped meanwhile, and counts as this


def newton_schulz(g, steps=5):
    """The nearest (semi-)orthogonal matrix, roughly; g: [batch, rows, cols]."""
    x = g
    flip = x.shape[-2] > x.shape[-1]
    if flip:
        x = x.transpose(-2, -1)
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(steps):
        a = torch.bmm(x, x.transpose(-2, -1))
        b = torch.baddbmm(a, a, a, beta=-4.7750, alpha=2.0315)
        x = torch.baddbmm(x, b, x, beta=3.4445)
    return x.transpose(-2, -1) if flip else x


class Optimizer:
    """Updates the tensors of one process; momentum lives in the process."""

    def __init__(self, params, kinds, mine, opt):
        self.params, self.kinds, self.mine, self.opt = params, kinds, mine, opt
        self.m = {n: torch.zeros_like(params[n]) for n in mine}
        self.v = {n: torch.zeros_like(params[n]) for n in mine if not self.is_muon(n)}
        self.t = 0

    def is_muon(self, n):
        return self.opt == "muon" and self.kinds[n] in ("muon", "experts")

    def step(self, grads, lr, adam_lr):
        self.t += 1
        groups = {}
        for n in self.mine:
            w, g = self.params[n], grads[n]
            if self.is_muon(n):
                m = self.m[n].mul_(0.95).add_(g)
                u = (g + 0.95 * m).view(-1, *w.shape[-2:])
                groups.setdefault(tuple(u.shape[-2:]), []).append((n, u))
                continue
            self.m[n].lerp_(g, 0.1)
            self.v[n].lerp_(g * g, 0.02)
            mh = self.m[n] / (1 - 0.9 ** self.t)
            vh = self.v[n] / (1 - 0.98 ** self.t)
            if w.dim() > 1:
                w.mul_(1 - adam_lr * WD)
            w.add_(mh / (vh.sqrt() + 1e-8), alpha=-adam_lr)
        for (r, c), items in groups.items():
            o = newton_schulz(torch.cat([u for _, u in items]))
            at = 0
            for n, u in items:
                w = self.params[n]
                w.mul_(1 - lr * WD)
                w.add_(o[at:at + u.shape[0]].view(w.shape), alpha=-lr * 0.2 * math.sqrt(max(r, c)))
                at += u.shape[0]


def schedule(progress):
    """Warm up over 1 %, hold, decay to 2 % from 45 % of the budget on."""
    up = min(1.0, progress / 0.01 + 0.02)
    down = 1.0 if progress < 0.45 else 0.02 + 0.98 * max(0.0, (1 - progress) / 0.55)
    return up * down


def save(path, obj):
    torch.save(obj, path + ".tmp")
    os.replace(path + ".tmp", path)


class Packer:
    """Batches of exactly `tokens` tokens: whole episodes end to end, each padded to a multiple of ALIGN.

    A small pool waits; a batch begins with the oldest and is filled with the longest that fit.
    """

    def __init__(self, maker, tokens):
        self.maker, self.tokens, self.pool = maker, tokens, []

    def next(self):
        while len(self.pool) < 40:
            w = self.maker.episode()
            if len(w.ids) <= self.tokens:
                self.pool.append((len(w.ids) + -len(w.ids) % M.ALIGN, w))
        ids, ws, lens = [], [], []
        pick = 0
        while pick is not None:
            length, w = self.pool.pop(pick)
            pad = length - len(w.ids)
            ids += w.ids + [T.PAD] * pad
            ws += w.w[1:] + [0.0] * (pad + 1)
            lens.append(length)
            room = self.tokens - len(ids)
            fit = [(n, -i) for i, (n, _) in enumerate(self.pool) if n <= room]
            pick = -max(fit)[1] if fit else None
        if len(ids) < self.tokens:
            lens.append(self.tokens - len(ids))
            ws += [0.0] * lens[-1]
            ids += [T.PAD] * lens[-1]
        return torch.tensor(ids), torch.tensor(ws), lens


def rows_of(ws):
    """Rows that carry loss, padded with row 0 to a multiple of 512 (its weight is 0 there)."""
    rows = (ws > 0).nonzero()[:, 0]
    w = torch.cat((ws[rows], torch.zeros(-len(rows) % 512)))
    return torch.cat((rows, torch.zeros(-len(rows) % 512, dtype=torch.long))), w


def worker(rank, args, shape, flat, grad, bias, load, meta, barrier):
    torch.set_num_threads(1)
    os.nice(args.nice)
    data = pickle.load(open(args.data, "rb"))
    tk = use_tokens(T.Tokenizer.load(os.path.join(args.work, "tokenizer.json")))
    start_step = int(meta[0])
    maker = Maker(data, tk, random.Random(args.seed * 7919 + rank * 104729 + start_step))
    packer = Packer(maker, args.batch)
    params, grads = M.views(flat, shape), [M.views(g, shape) for g in grad]
    kinds = {n: k for n, (_, k) in shape.tensors().items()}
    order = sorted(params, key=lambda n: -params[n].numel())
    mine, load_of = [], [0, 0]
    for n in order:
        r = 0 if load_of[0] <= load_of[1] else 1
        load_of[r] += params[n].numel()
        if r == rank:
            mine.append(n)
    opt = Optimizer(params, kinds, mine, args.opt)
    state = os.path.join(args.work, f"opt{rank}.pt")
    if args.resume and os.path.exists(state):
        saved = torch.load(state)
        opt.m, opt.v, opt.t = saved["m"], saved["v"], saved["t"]
    table = M.rope_table(shape, torch.arange(shape.context))
    log = open(os.path.join(args.work, "curve.csv"), "a") if rank == 0 else None
    if rank == 0 and log.tell() == 0:
        log.write("minutes,step,tokens,loss,accuracy,lr,tokens_per_s\n")
    last = last_save = last_log = time.monotonic()
    spent, tokens = float(meta[2]), int(meta[1])
    step, acc = start_step, [0.0, 0.0, 0.0]
    log_tokens = tokens
    while True:
        progress = spent / (args.minutes * 60) if not args.tokens else tokens / args.tokens
        if rank == 0:
            meta[3] = 1.0 if progress >= 1 else 0.0
            meta[4] = progress
        maker.progress(1.0 if args.start else progress)
        ids, ws, lens = packer.next()
        W = {n: p.detach().clone().requires_grad_() for n, p in params.items()}
        rows, w = rows_of(ws)
        logits, loads = M.forward(shape, W, bias, ids, lens, table, rows)
        target = ids[rows + 1]
        lossv = torch.nn.functional.cross_entropy(logits, target, reduction="none")
        loss = (lossv * w).sum() / w.sum()
        loss.backward()
        for n, g in grads[rank].items():
            g.copy_(W[n].grad)
        load[rank].copy_(torch.stack(loads))
        meta[6 + rank] = len(ids)
        full = w >= 1
        if rank == 0:
            acc[0] += float(lossv[full].detach().mean())
            acc[1] += float((logits.detach().argmax(-1) == target)[full].float().mean())
            acc[2] += 1
        barrier.wait()
        progress, stop = float(meta[4]), bool(meta[3] > 0)
        tokens += int(meta[6]) + int(meta[7])
        lr = schedule(progress) * (START_RATE if args.start else 1.0)
        mean = {n: (grads[0][n] + grads[1][n]) * 0.5 for n in mine}
        opt.step(mean, args.lr * lr, ADAM_LR * lr)
        if rank == 0:
            total = load.sum(0).float()
            bias[1:] += BIAS_STEP * torch.sign(total.mean(1, keepdim=True) - total)
        step += 1
        barrier.wait()
        now = time.monotonic()
        spent, last = spent + min(now - last, STEP_SECONDS), now
        if rank == 0 and (now - last_log > 20 or stop):
            rate = (tokens - log_tokens) / (now - last_log)
            line = f"{spent / 60:.2f},{step},{tokens},{acc[0] / acc[2]:.4f},{acc[1] / acc[2]:.4f},{args.lr * lr:.5f},{rate:.0f}"
            log.write(line + "\n")
            log.flush()
            print(line, flush=True)
            acc, last_log, log_tokens = [0.0, 0.0, 0.0], now, tokens
        if rank == 0:
            meta[5] = 1.0 if now - last_save > args.save_seconds or stop else 0.0
        barrier.wait()
        if meta[5] > 0:
            last_save = now
            save(state, dict(m=opt.m, v=opt.v, t=opt.t))
            if rank == 0:
                save(os.path.join(args.work, "ckpt.pt"), dict(shape=shape.__dict__, flat=flat.clone(), bias=bias.clone(), step=step,
                     tokens=tokens, seconds=spent))
            barrier.wait()
        if stop:
            return


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--minutes", type=float, default=70)
    ap.add_argument("--tokens", type=int, default=0)
    ap.add_argument("--batch", type=int, default=2560, help="tokens a process and step")
    ap.add_argument("--lr", type=float, default=4e-3)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--nice", type=int, default=0)
    ap.add_argument("--opt", default="muon")
    ap.add_argument("--work", default="/tmp/mini")
    ap.add_argument("--data", default="")
    ap.add_argument("--save-seconds", type=float, default=90)
    ap.add_argument("--resume", action="store_true")
    ap.add_argument("--start", default="", help="a model of ours to go on from, instead of random weights")
    args = ap.parse_args()
    os.environ.update(MALLOC_MMAP_MAX_="0", MALLOC_TRIM_THRESHOLD_="8000000000", MALLOC_TOP_PAD_="67108864")
    args.data = args.data or os.path.join(args.work, "data.pkl")
    tpath = os.path.join(args.work, "tokenizer.json")
    if args.start:
        shape, weights, start_bias, tk = export.read(args.start)
        tk.save(tpath)
    elif not os.path.exists(tpath):
        data = pickle.load(open(args.data, "rb"))
        maker = Maker(data, T.Tokenizer([]), random.Random(args.seed))
        T.train(["".join(maker.episode().text) for _ in range(1500)]).save(tpath)
    shape = shape if args.start else M.Shape()
    flat = torch.zeros(shape.count()).share_memory_()
    grad = [torch.zeros(shape.count()).share_memory_() for _ in range(2)]
    bias = torch.zeros(shape.layers, shape.experts).share_memory_()
    load = torch.zeros(2, shape.layers - 1, shape.experts).share_memory_()
    meta = torch.zeros(8, dtype=torch.float64).share_memory_()
    M.init_params(flat, shape, args.seed)
    if args.start:
        for name, w in M.views(flat, shape).items():
            w.copy_(weights[name])
        bias.copy_(start_bias)
    if args.resume and os.path.exists(os.path.join(args.work, "ckpt.pt")):
        ck = torch.load(os.path.join(args.work, "ckpt.pt"))
        flat.copy_(ck["flat"])
        bias.copy_(ck["bias"])
        meta[0], meta[1], meta[2] = ck["step"], ck["tokens"], ck["seconds"]
    print(f"{shape.count()} parameters", flush=True)
    ctx = mp.get_context("spawn")
    barrier = ctx.Barrier(2)
    procs = [ctx.Process(target=worker, args=(r, args, shape, flat, grad, bias, load, meta, barrier)) for r in range(2)]
    for p in procs:
        p.start()
    open(os.path.join(args.work, "pids"), "w").write("".join(f"{p.pid}\n" for p in procs))
    for p in procs:
        p.join()
    sys.exit(max(p.exitcode or 0 for p in procs))


if __name__ == "__main__":
    main()
