"""Checks of the network: hand-written gradients against numbers, packed forward against stepping."""
import torch
import model as M


def main():
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
    main()
