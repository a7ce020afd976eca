"""The network: deepseek2 (MLA attention, routed and shared experts), for training and for stepping.

One flat float32 vector holds all parameters (shared between the two training processes). Documents are packed end to end and attention runs document by document, so no mask and
no padding exist. Names and shapes of the parameters are those of the GGUF tensors (rows = outputs).
"""
import dataclasses, math
import torch
import torch.nn.functional as F


@dataclasses.dataclass
class Shape:
    vocab: int = 1024
    d: int = 256
    layers: int = 6
    heads: int = 4
    kv: int = 64
    nope: int = 32
    rope: int = 16
    v: int = 48
    dense: int = 768
    experts: int = 16
    used: int = 2
    ff: int = 96
    shared: int = 96
    eps: float = 1e-6
    base: float = 10000.0
    context: int = 4096

    def tensors(self):
        """name -> (shape, kind); kind: muon, experts, embed, norm."""
        s, out = self, {}
        qk = s.nope + s.rope
        out["token_embd.weight"] = ((s.vocab, s.d), "embed")
        for l in range(s.layers):
            p = f"blk.{l}."
            out[p + "attn_norm.weight"] = ((s.d,), "norm")
            out[p + "attn_q.weight"] = ((s.heads * qk, s.d), "muon")
            out[p + "attn_kv_a_mqa.weight"] = ((s.kv + s.rope, s.d), "muon")
            out[p + "attn_kv_a_norm.weight"] = ((s.kv,), "norm")
            out[p + "attn_k_b.weight"] = ((s.heads, s.kv, s.nope), "experts")
            out[p + "attn_v_b.weight"] = ((s.heads, s.v, s.kv), "experts")
            out[p + "attn_output.weight"] = ((s.d, s.heads * s.v), "muon")
            out[p + "ffn_norm.weight"] = ((s.d,), "norm")
            if l == 0:
                out[p + "ffn_gate.weight"] = ((s.dense, s.d), "muon")
                out[p + "ffn_up.weight"] = ((s.dense, s.d), "muon")
                out[p + "ffn_down.weight"] = ((s.d, s.dense), "muon")
            else:
                out[p + "ffn_gate_inp.weight"] = ((s.experts, s.d), "norm")
                out[p + "ffn_gate_exps.weight"] = ((s.experts, s.ff, s.d), "experts")
                out[p + "ffn_up_exps.weight"] = ((s.experts, s.ff, s.d), "experts")
                out[p + "ffn_down_exps.weight"] = ((s.experts, s.d, s.ff), "experts")
                out[p + "ffn_gate_shexp.weight"] = ((s.shared, s.d), "muon")
                out[p + "ffn_up_shexp.weight"] = ((s.shared, s.d), "muon")
                out[p + "ffn_down_shexp.weight"] = ((s.d, s.shared), "muon")
        out["output_norm.weight"] = ((s.d,), "norm")
        out["output.weight"] = ((s.vocab, s.d), "embed")
        return out

    def count(self):
        return sum(math.prod(shape) for shape, _ in self.tensors().values())


def views(flat, shape):
    out, at = {}, 0
    for name, (dims, _) in shape.tensors().items():
        n = math.prod(dims)
        out[name] = flat[at:at + n].view(dims)
        at += n
    return out


def init_params(flat, shape, seed):
    g = torch.Generator().manual_seed(seed)
    for name, w in views(flat, shape).items():
        if name.endswith("norm.weight"):
            w.fill_(1.0)
        elif name.startswith("token_embd"):
            w.normal_(0, 0.5, generator=g)
        elif "output" in name and "attn" not in name or "_inp" in name:
            w.normal_(0, 0.02, generator=g)
        else:
            std = 1 / math.sqrt(w.shape[-1])
            if "down" in name or "attn_output" in name:
                std *= 0.3
            w.normal_(0, std, generator=g)


class RmsNorm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, w, eps):
        r = torch.rsqrt(x.square().mean(-1, keepdim=True) + eps)
        n = x * r
        ctx.save_for_backward(n, r, w)
        return n * w

    @staticmethod
    def backward(ctx, g):
        n, r, w = ctx.saved_tensors
        gw = (g * n).flatten(0, -2).sum(0)
        g = g * w
        return (g - n * (g * n).mean(-1, keepdim=True)) * r, gw, None


ALIGN = 64  # lengths of documents and rows of experts are padded to multiples of it


def attention(q, k, v, lens):
    """Causal attention document by document. q, k, v: [heads, n, dim] (of one dim); q is scaled."""
    parts = zip(q.split(lens, 1), k.split(lens, 1), v.split(lens, 1))
    return torch.cat([F.scaled_dot_product_attention(a[None], b[None], c[None], is_causal=True, scale=1.0)[0]
                      for a, b, c in parts], 1)


class Experts(torch.autograd.Function):
    """Sum over the used experts of weight * down(silu(gate x) * up x).

    token, pw: rows sorted by expert, each expert padded to a multiple of ALIGN rows of weight 0;
    spans: (expert, first row, last row + 1); slot: where each (token, choice) landed.
    """

    @staticmethod
    def forward(ctx, x, pw, token, slot, spans, wg, wu, wd):
        xs = x[token]
        m, ff = xs.shape[0], wg.shape[1]
        g, u = xs.new_empty(m, ff), xs.new_empty(m, ff)
        y = xs.new_empty(m, x.shape[1])
        for e, i, j in spans:
            torch.mm(xs[i:j], wg[e].t(), out=g[i:j])
            torch.mm(xs[i:j], wu[e].t(), out=u[i:j])
        s = torch.sigmoid(g)
        h = g * s
        a = h * u
        for e, i, j in spans:
            torch.mm(a[i:j], wd[e].t(), out=y[i:j])
        ctx.save_for_backward(xs, pw, token, slot, wg, wu, wd, g, u, s, h, a, y)
        ctx.spans = spans
        yw = y * pw[:, None].to(y.dtype)
        return yw[slot[:, 0]] + yw[slot[:, 1]]

    @staticmethod
    def backward(ctx, go):
        xs, pw, token, slot, wg, wu, wd, g, u, s, h, a, y = ctx.saved_tensors
        gs = go[token]
        gpw = (gs * y).sum(-1).float()
        gy = gs * pw[:, None].to(gs.dtype)
        ga = torch.empty_like(a)
        gwg, gwu, gwd = torch.zeros_like(wg), torch.zeros_like(wu), torch.zeros_like(wd)
        for e, i, j in ctx.spans:
            torch.mm(gy[i:j], wd[e], out=ga[i:j])
            torch.mm(gy[i:j].t(), a[i:j], out=gwd[e])
        gu = ga * h
        gg = ga.mul_(u).mul_(s + h * (1 - s))
        gx = torch.empty_like(xs)
        for e, i, j in ctx.spans:
            torch.mm(gg[i:j], wg[e], out=gx[i:j])
            gx[i:j].addmm_(gu[i:j], wu[e])
            torch.mm(gg[i:j].t(), xs[i:j], out=gwg[e])
            torch.mm(gu[i:j].t(), xs[i:j], out=gwu[e])
        return gx[slot[:, 0]] + gx[slot[:, 1]], gpw, None, None, None, gwg, gwu, gwd


def sort_by_expert(eids, ew, experts):
    """Rows of all (token, choice) pairs sorted by expert and padded: what Experts wants."""
    n, used = eids.shape
    flat = eids.flatten()
    order = torch.argsort(flat, stable=True)
    counts = torch.bincount(flat, minlength=experts)
    padded = (counts + ALIGN - 1) // ALIGN * ALIGN
    first, pfirst = counts.cumsum(0) - counts, padded.cumsum(0) - padded
    row = torch.arange(n * used) - first[flat[order]] + pfirst[flat[order]]
    total = int(padded.sum())
    token = torch.zeros(total, dtype=torch.long)
    token[row] = order // used
    slot = torch.empty(n * used, dtype=torch.long)
    slot[order] = row
    slot = slot.view(n, used)
    pw = torch.zeros(total).index_put((slot,), ew)
    spans = [(e, a, a + c) for e, (a, c) in enumerate(zip(pfirst.tolist(), padded.tolist())) if c]
    return token, slot, pw, spans, counts


def rope_table(shape, positions):
    i = torch.arange(shape.rope // 2, dtype=torch.float64)
    theta = positions.double()[:, None] * shape.base ** (-2 * i / shape.rope)
    return theta.cos().float(), theta.sin().float()


def rope(x, cos, sin):
    """NORM layout: elements (2i, 2i+1) are a pair. x: [n, ..., rope]."""
    a, b = x[..., 0::2], x[..., 1::2]
    return torch.stack((a * cos - b * sin, a * sin + b * cos), -1).flatten(-2)


def route(shape, logits, bias):
    p = torch.sigmoid(logits)
    ids = torch.topk(p.detach() + bias, shape.used, dim=-1).indices
    w = p.gather(-1, ids)
    return ids, w / w.sum(-1, keepdim=True).clamp_min(6.1035e-5)


def forward(shape, W, bias, ids, lens, table, head_rows=None):
    """Packed documents: ids [n], lens = lengths of the documents. Returns logits and expert counts.

    W: name -> leaves.
    """
    s = shape
    n = ids.shape[0]
    half = W["output.weight"].dtype
    pos = torch.cat([torch.arange(l) for l in lens])
    cos, sin = table[0][pos], table[1][pos]
    x = F.embedding(ids, W["token_embd.weight"]).float()
    qk, scale, loads = s.nope + s.rope, 1 / math.sqrt(s.nope + s.rope), []
    for l in range(s.layers):
        p = f"blk.{l}."
        h = RmsNorm.apply(x, W[p + "attn_norm.weight"], s.eps).to(half)
        q = F.linear(h, W[p + "attn_q.weight"]).view(n, s.heads, qk)
        t = F.linear(h, W[p + "attn_kv_a_mqa.weight"])
        c = RmsNorm.apply(t[:, :s.kv].float(), W[p + "attn_kv_a_norm.weight"], s.eps).to(half)
        kr = rope(t[:, s.kv:].float(), cos, sin).to(half)
        qr = rope(q[..., s.nope:].float(), cos[:, None], sin[:, None]).to(half)
        q = torch.cat((q[..., :s.nope], qr), -1)
        kn = F.linear(c, W[p + "attn_k_b.weight"].transpose(1, 2).reshape(s.heads * s.nope, s.kv)).view(n, s.heads, s.nope)
        k = torch.cat((kn, kr[:, None].expand(n, s.heads, s.rope)), -1)
        v = F.linear(c, W[p + "attn_v_b.weight"].view(s.heads * s.v, s.kv)).view(n, s.heads, s.v)
        q, k, v = [(z * f if f else z).transpose(0, 1).contiguous() for z, f in ((q, scale), (k, 0), (v, 0))]
        o = attention(q, k, v, lens).transpose(0, 1).reshape(n, s.heads * s.v)
        x = x + F.linear(o, W[p + "attn_output.weight"]).float()
        hf = RmsNorm.apply(x, W[p + "ffn_norm.weight"], s.eps)
        h = hf.to(half)
        if l == 0:
            a = F.silu(F.linear(h, W[p + "ffn_gate.weight"])) * F.linear(h, W[p + "ffn_up.weight"])
            x = x + F.linear(a, W[p + "ffn_down.weight"]).float()
            continue
        eids, ew = route(s, F.linear(hf, W[p + "ffn_gate_inp.weight"]), bias[l])
        token, slot, pw, spans, counts = sort_by_expert(eids, ew, s.experts)
        loads.append(counts)
        y = Experts.apply(h, pw, token, slot, spans, W[p + "ffn_gate_exps.weight"], W[p + "ffn_up_exps.weight"],
                          W[p + "ffn_down_exps.weight"])
        a = F.silu(F.linear(h, W[p + "ffn_gate_shexp.weight"])) * F.linear(h, W[p + "ffn_up_shexp.weight"])
        x = x + y + F.linear(a, W[p + "ffn_down_shexp.weight"]).float()
    if head_rows is not None:
        x = x[head_rows]
    x = RmsNorm.apply(x, W["output_norm.weight"], s.eps).to(half)
    return F.linear(x, W["output.weight"]).float(), loads


class Stepper:
    """Float32 decoding, one token a step for each of a batch of sequences, with a latent cache."""

    def __init__(self, shape, W, bias, batch, length):
        self.s, self.W, self.bias = shape, {k: v.float() for k, v in W.items()}, bias
        self.c = torch.zeros(shape.layers, batch, length, shape.kv)
        self.kr = torch.zeros(shape.layers, batch, length, shape.rope)
        self.table = rope_table(shape, torch.arange(length))
        self.pos = torch.zeros(batch, dtype=torch.long)

    @torch.no_grad()
    def step(self, ids, rows):
        """ids: one token for each sequence of rows. Returns logits [len(rows), vocab]."""
        s, W, B = self.s, self.W, len(rows)
        pos = self.pos[rows]
        cos, sin = self.table[0][pos], self.table[1][pos]
        top = int(pos.max()) + 1
        hide = torch.arange(top)[None] > pos[:, None]
        x = W["token_embd.weight"][ids]
        norm = lambda x, w: x * torch.rsqrt(x.square().mean(-1, keepdim=True) + s.eps) * w
        for l in range(s.layers):
            p = f"blk.{l}."
            h = norm(x, W[p + "attn_norm.weight"])
            q = F.linear(h, W[p + "attn_q.weight"]).view(B, s.heads, -1)
            t = F.linear(h, W[p + "attn_kv_a_mqa.weight"])
            self.c[l, rows, pos] = norm(t[:, :s.kv], W[p + "attn_kv_a_norm.weight"])
            self.kr[l, rows, pos] = rope(t[:, s.kv:], cos, sin)
            c, kr = self.c[l, rows, :top], self.kr[l, rows, :top]
            qr = rope(q[..., s.nope:], cos[:, None], sin[:, None])
            qa = torch.einsum("bhi,hji->bhj", q[..., :s.nope], W[p + "attn_k_b.weight"])
            a = torch.einsum("bhj,btj->bht", qa, c) + torch.einsum("bhj,btj->bht", qr, kr)
            a = (a / math.sqrt(s.nope + s.rope)).masked_fill(hide[:, None], -1e30).softmax(-1)
            o = torch.einsum("bht,btj->bhj", a, c)
            o = torch.einsum("bhj,hvj->bhv", o, W[p + "attn_v_b.weight"]).reshape(B, -1)
            x = x + F.linear(o, W[p + "attn_output.weight"])
            h = norm(x, W[p + "ffn_norm.weight"])
            if l == 0:
                a = F.silu(F.linear(h, W[p + "ffn_gate.weight"])) * F.linear(h, W[p + "ffn_up.weight"])
                x = x + F.linear(a, W[p + "ffn_down.weight"])
                continue
            eids, ew = route(s, F.linear(h, W[p + "ffn_gate_inp.weight"]), self.bias[l])
            y = torch.zeros_like(x)
            for e in eids.unique().tolist():
                r, k = (eids == e).nonzero(as_tuple=True)
                a = F.silu(F.linear(h[r], W[p + "ffn_gate_exps.weight"][e])) * F.linear(h[r], W[p + "ffn_up_exps.weight"][e])
                y[r] += F.linear(a, W[p + "ffn_down_exps.weight"][e]) * ew[r, k][:, None]
            a = F.silu(F.linear(h, W[p + "ffn_gate_shexp.weight"])) * F.linear(h, W[p + "ffn_up_shexp.weight"])
            x = x + y + F.linear(a, W[p + "ffn_down_shexp.weight"])
        self.pos[rows] += 1
        return F.linear(norm(x, W["output_norm.weight"]), W["output.weight"])
