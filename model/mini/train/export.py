"""Writes a checkpoint as GGUF (Q8_0 matrices), and reads a GGUF of ours back.

Usage: export.py CKPT.pt TOKENIZER.json OUT.gguf [--golden DIR]
The golden file holds the ids of one episode prefix and the float32 logits of the dequantized file,
as computed by the reference forward pass here: what an engine is checked against.
"""
import hashlib, json, os, struct, sys
import numpy as np
import torch
import model as M
import tok as T

HERE = os.path.dirname(os.path.abspath(__file__))
F32, Q8_0 = 0, 8
TEMPLATE = """{# drover-mini #}<|begin|>{% for m in messages %}{% if m.role == 'assistant' %}<|assistant|>{{ m.content or '' }}\
{% for c in m.tool_calls or [] %}<|call|>{"name":"{{ c.function.name }}","arguments":{{ c.function.arguments | tojson(separators=(',', ':')) }}}\
<|endcall|>{% endfor %}{% else %}<|{{ m.role }}|>{{ m.content }}{% endif %}<|end|>{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}"""


def quantize(w):
    """Q8_0 blocks of a float array whose last dimension is a multiple of 32 -> bytes."""
    b = w.reshape(-1, 32).astype(np.float32)
    d = (np.abs(b).max(1) / 127).astype(np.float16)
    f = d.astype(np.float32)
    q = np.where(f[:, None] > 0, np.rint(b / np.where(f > 0, f, 1)[:, None]), 0).clip(-127, 127).astype(np.int8)
    out = np.empty((b.shape[0], 34), np.uint8)
    out[:, :2] = d.view(np.uint8).reshape(-1, 2)
    out[:, 2:] = q.view(np.uint8)
    return out.tobytes()


def dequantize(data, count):
    b = np.frombuffer(data, np.uint8).reshape(count // 32, 34)
    d = b[:, :2].copy().view(np.float16).astype(np.float32)
    return (b[:, 2:].copy().view(np.int8).astype(np.float32) * d).reshape(-1)


def kv_bytes(key, value):
    def s(x):
        x = x if isinstance(x, bytes) else x.encode()
        return struct.pack("<Q", len(x)) + x
    out = s(key)
    if isinstance(value, bool):
        return out + struct.pack("<i?", 7, value)
    if isinstance(value, int):
        return out + struct.pack("<iI", 4, value)
    if isinstance(value, float):
        return out + struct.pack("<if", 6, value)
    if isinstance(value, (str, bytes)):
        return out + struct.pack("<i", 8) + s(value)
    if isinstance(value[0], str):
        return out + struct.pack("<iiQ", 9, 8, len(value)) + b"".join(map(s, value))
    return out + struct.pack("<iiQ", 9, 5, len(value)) + struct.pack(f"<{len(value)}i", *value)


def metadata(s, tk, contract):
    a = "deepseek2."
    return {
        "general.architecture": "deepseek2", "general.name": "drover-mini", "general.file_type": 7,
        "general.quantization_version": 2, "general.alignment": 32,
        a + "vocab_size": s.vocab, a + "block_count": s.layers, a + "context_length": s.context, a + "embedding_length": s.d,
        a + "feed_forward_length": s.dense, a + "attention.head_count": s.heads, a + "attention.head_count_kv": 1,
        a + "attention.layer_norm_rms_epsilon": s.eps, a + "attention.kv_lora_rank": s.kv,
        a + "attention.key_length": s.kv + s.rope, a + "attention.value_length": s.kv,
        a + "attention.key_length_mla": s.nope + s.rope, a + "attention.value_length_mla": s.v,
        a + "rope.dimension_count": s.rope, a + "rope.freq_base": s.base,
        a + "expert_count": s.experts, a + "expert_used_count": s.used, a + "expert_shared_count": s.shared // s.ff,
        a + "expert_feed_forward_length": s.ff, a + "expert_weights_scale": 1.0, a + "expert_weights_norm": True,
        a + "expert_gating_func": 2, a + "leading_dense_block_count": 1,
        "tokenizer.ggml.model": "gpt2", "tokenizer.ggml.pre": T.PRE, "tokenizer.ggml.tokens": tk.tokens,
        "tokenizer.ggml.token_type": tk.types, "tokenizer.ggml.merges": [" ".join(m) for m in tk.merges],
        "tokenizer.ggml.bos_token_id": T.BEGIN, "tokenizer.ggml.eos_token_id": T.END,
        "tokenizer.ggml.padding_token_id": T.PAD, "tokenizer.ggml.add_bos_token": False,
        "tokenizer.chat_template": TEMPLATE,
        "drover.contract": contract, "drover.contract.sha256": hashlib.sha256(contract).hexdigest(),
    }


def write(path, s, flat, bias, tk, contract):
    tensors = []
    for name, w in M.views(flat, s).items():
        w = w.detach().float().contiguous().numpy()
        full = w.ndim == 1 or "_inp" in name
        tensors.append((name, w.shape[::-1], F32 if full else Q8_0, w.astype("<f4").tobytes() if full else quantize(w)))
    for l in range(1, s.layers):
        tensors.append((f"blk.{l}.exp_probs_b.bias", (s.experts,), F32, bias[l].numpy().astype("<f4").tobytes()))
    meta = metadata(s, tk, contract)
    head = b"GGUF" + struct.pack("<Iqq", 3, len(tensors), len(meta))
    head += b"".join(kv_bytes(k, v) for k, v in meta.items())
    at = 0
    for name, dims, kind, data in tensors:
        n = name.encode()
        head += struct.pack("<Q", len(n)) + n + struct.pack("<I", len(dims)) + struct.pack(f"<{len(dims)}q", *dims)
        head += struct.pack("<iQ", kind, at)
        at += len(data) + -len(data) % 32
    with open(path + ".tmp", "wb") as f:
        f.write(head + b"\0" * (-len(head) % 32))
        for _, _, _, data in tensors:
            f.write(data + b"\0" * (-len(data) % 32))
    os.replace(path + ".tmp", path)


def read(path):
    """Shape, parameters by name (float32, torch), router bias, tokenizer, of a file written above."""
    buf, at = open(path, "rb").read(), 0

    def take(fmt):
        nonlocal at
        v = struct.unpack_from("<" + fmt, buf, at)
        at += struct.calcsize("<" + fmt)
        return v[0] if len(v) == 1 else v

    def string():
        nonlocal at
        n = take("Q")
        at += n
        return buf[at - n:at].decode()

    assert buf[:4] == b"GGUF"
    at = 4
    version, nt, nk = take("Iqq")
    assert version == 3
    one = {4: lambda: take("I"), 5: lambda: take("i"), 6: lambda: take("f"), 7: lambda: take("?"), 8: string}
    meta = {}
    for _ in range(nk):
        key, kind = string(), take("i")
        if kind == 9:
            et, n = take("iQ")
            meta[key] = [one[et]() for _ in range(n)]
        else:
            meta[key] = one[kind]()
    infos = []
    for _ in range(nt):
        name = string()
        dims = [take("q") for _ in range(take("I"))]
        infos.append((name, dims, *take("iQ")))
    at += -at % 32
    W = {}
    for name, dims, kind, off in infos:
        n = int(np.prod(dims))
        data = buf[at + off:at + off + (n * 4 if kind == F32 else n // 32 * 34)]
        w = np.frombuffer(data, "<f4").copy() if kind == F32 else dequantize(data, n)
        W[name] = torch.from_numpy(w.reshape(dims[::-1]))
    g = lambda k: meta["deepseek2." + k]
    s = M.Shape(vocab=g("vocab_size"), d=g("embedding_length"), layers=g("block_count"), heads=g("attention.head_count"),
                kv=g("attention.kv_lora_rank"), nope=g("attention.key_length_mla") - g("rope.dimension_count"),
                rope=g("rope.dimension_count"), v=g("attention.value_length_mla"), dense=g("feed_forward_length"),
                experts=g("expert_count"), used=g("expert_used_count"), ff=g("expert_feed_forward_length"),
                shared=g("expert_feed_forward_length") * g("expert_shared_count"), eps=g("attention.layer_norm_rms_epsilon"),
                base=g("rope.freq_base"), context=g("context_length"))
    bias = torch.zeros(s.layers, s.experts)
    for l in range(1, s.layers):
        bias[l] = W.pop(f"blk.{l}.exp_probs_b.bias")
    tk = T.Tokenizer([m.split(" ") for m in meta["tokenizer.ggml.merges"]])
    assert tk.tokens == meta["tokenizer.ggml.tokens"]
    return s, W, bias, tk


GOLDEN_TEXT = ("fixer", "Fix module tovi_rask.")


def golden(path, out):
    """ids.json and logits.f32 of the first 48 tokens of an episode, from the file itself."""
    from episodes import Writer
    s, W, bias, tk = read(path)
    w = Writer(tk)
    w.open(*GOLDEN_TEXT)
    w.call('{"name":"Bash","arguments":{"command":"make -s test M=tovi_rask"}}')
    w.result("FAIL src/tovi_rask.c: tovi_rask(3, 7) = 3, expected 7")
    ids = (w.ids[:20] + w.ids[62:])[:48]
    st = M.Stepper(s, W, bias, 1, len(ids))
    rows = [st.step(torch.tensor([i]), torch.tensor([0]))[0] for i in ids]
    os.makedirs(out, exist_ok=True)
    torch.stack(rows).numpy().astype("<f4").tofile(os.path.join(out, "logits.f32"))
    sha = hashlib.sha256(open(path, "rb").read()).hexdigest()
    json.dump({"gguf_sha256": sha, "ids": ids, "vocab": s.vocab, "logits": "logits.f32: float32 little-endian, row by row"},
              open(os.path.join(out, "ids.json"), "w"), indent=1)


def main():
    ck = torch.load(sys.argv[1])
    s = M.Shape(**ck["shape"])
    tk = T.Tokenizer.load(sys.argv[2])
    contract = open(os.path.join(HERE, "..", "contract.json"), "rb").read()
    out = sys.argv[3]
    write(out, s, ck["flat"], ck["bias"], tk, contract)
    s2, W, bias, tk2 = read(out)
    worst = max((W[n] - w).abs().max().item() / (w.abs().max().item() + 1e-9) for n, w in M.views(ck["flat"], s).items())
    print(f"{out}: {os.path.getsize(out)} bytes, step {ck['step']}, {ck['tokens']} tokens, "
          f"worst relative rounding {worst:.5f}, tokenizer equal {tk2.merges == tk.merges}")
    if "--golden" in sys.argv:
        golden(out, sys.argv[sys.argv.index("--golden") + 1])


if __name__ == "__main__":
    main()
