#!/usr/bin/env python3
"""Writes the committed seeds of the GGUF fuzzer: python3 tests/fuzz/seed_gguf.py tests/fuzz/corpus/gguf

Tiny but whole files: every metadata type, and one model of each of four architectures with one
layer of 32 numbers, so that mutations start behind the reader's front door."""
import os
import struct
import sys

U32, F32, BOOL, STR, ARR = 4, 6, 7, 8, 9


def s(text):
    b = text if isinstance(text, bytes) else text.encode()
    return struct.pack('<Q', len(b)) + b


def value(kind, v):
    if kind == STR:
        return s(v)
    if kind == ARR:
        inner, items = v
        return struct.pack('<IQ', inner, len(items)) + b''.join(value(inner, i) for i in items)
    codes = {0: 'B', 1: 'b', 2: 'H', 3: 'h', 4: 'I', 5: 'i', 6: 'f', 7: '?', 10: 'Q', 11: 'q', 12: 'd'}
    return struct.pack('<' + codes[kind], v)


def gguf(keys, tensors, version=3):
    out = b'GGUF' + struct.pack('<IQQ', version, len(tensors), len(keys))
    for name, kind, v in keys:
        out += s(name) + struct.pack('<I', kind) + value(kind, v)
    offset = 0
    for name, dims in tensors:
        out += s(name) + struct.pack('<I', len(dims)) + b''.join(struct.pack('<Q', d) for d in dims)
        out += struct.pack('<IQ', 0, offset)
        size = 4
        for d in dims:
            size *= d
        offset += (size + 31) // 32 * 32
    out += b'\0' * (-len(out) % 32)
    return out + bytes((i * 7) & 63 for i in range(offset))


def vocabulary():
    tokens = ['<s>', '</s>'] + [chr(c) for c in range(33, 63)]
    return [('tokenizer.ggml.model', STR, 'gpt2'), ('tokenizer.ggml.pre', STR, 'qwen2'),
            ('tokenizer.ggml.tokens', ARR, (STR, tokens)),
            ('tokenizer.ggml.token_type', ARR, (5, [3, 3] + [1] * 30)),
            ('tokenizer.ggml.merges', ARR, (STR, ['! "'][:0])),
            ('tokenizer.ggml.bos_token_id', U32, 0), ('tokenizer.ggml.eos_token_id', U32, 1),
            ('tokenizer.chat_template', STR, "{# <|im_start|> <tool_call> #}")]


def model(arch, extra, layer):
    keys = [('general.architecture', STR, arch), ('general.name', STR, 'seed'),
            (arch + '.block_count', U32, 1), (arch + '.context_length', U32, 64),
            (arch + '.embedding_length', U32, 32), (arch + '.feed_forward_length', U32, 32),
            (arch + '.attention.head_count', U32, 2), (arch + '.attention.head_count_kv', U32, 1),
            (arch + '.attention.layer_norm_rms_epsilon', F32, 1e-6),
            (arch + '.rope.freq_base', F32, 10000.0)]
    keys += [(arch + '.' + k, kind, v) for k, kind, v in extra] + vocabulary()
    tensors = [('token_embd.weight', [32, 32]), ('output_norm.weight', [32]), ('output.weight', [32, 32])]
    tensors += [('blk.0.' + n, d) for n, d in layer]
    return gguf(keys, tensors)


ATTN = [('attn_norm.weight', [32]), ('attn_q.weight', [32, 32]), ('attn_k.weight', [32, 16]),
        ('attn_v.weight', [32, 16]), ('attn_output.weight', [32, 32]), ('ffn_norm.weight', [32])]
DENSE = [('ffn_gate.weight', [32, 32]), ('ffn_up.weight', [32, 32]), ('ffn_down.weight', [32, 32])]
EXPERTS = [('ffn_gate_inp.weight', [32, 2]), ('ffn_gate_exps.weight', [32, 32, 2]),
           ('ffn_up_exps.weight', [32, 32, 2]), ('ffn_down_exps.weight', [32, 32, 2])]
NORMS = [('attn_q_norm.weight', [16]), ('attn_k_norm.weight', [16])]
OSS = [n for n in ATTN if n[0] != 'ffn_norm.weight'] + [
    ('post_attention_norm.weight', [32]), ('attn_sinks.weight', [2]), ('attn_q.bias', [32]),
    ('ffn_gate_inp.bias', [2]), ('ffn_gate_exps.bias', [32, 2]), ('ffn_down_exps.bias', [32, 2])]
MLA = [('attn_norm.weight', [32]), ('attn_q.weight', [32, 64]), ('attn_kv_a_mqa.weight', [32, 48]),
       ('attn_kv_a_norm.weight', [32]), ('attn_k_b.weight', [16, 32, 2]),
       ('attn_v_b.weight', [32, 16, 2]), ('attn_output.weight', [32, 32]), ('ffn_norm.weight', [32])]

SEEDS = {
    'types': gguf([('k%d' % t, t, 1) for t in (0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12)] +
                  [('s', STR, 'text'), ('a', ARR, (U32, [1, 2, 3])), ('n', ARR, (ARR, [(BOOL, [True])]))], []),
    'v2': gguf([('general.architecture', STR, 'llama')], [('t', [4, 2])], version=2),
    'llama': model('llama', [('rope.dimension_count', U32, 16)], ATTN + DENSE),
    'qwen3moe': model('qwen3moe', [('expert_count', U32, 2), ('expert_used_count', U32, 1),
                                   ('expert_feed_forward_length', U32, 32),
                                   ('attention.key_length', U32, 16), ('attention.value_length', U32, 16)],
                      ATTN + NORMS + EXPERTS),
    'gpt-oss': model('gpt-oss', [('attention.sliding_window', U32, 24), ('expert_count', U32, 2),
                                 ('expert_used_count', U32, 1), ('expert_feed_forward_length', U32, 32)],
                     OSS + EXPERTS),
    'deepseek2': model('deepseek2', [('attention.kv_lora_rank', U32, 32), ('rope.dimension_count', U32, 16),
                                     ('attention.key_length', U32, 48), ('attention.value_length', U32, 32),
                                     ('attention.key_length_mla', U32, 32),
                                     ('attention.value_length_mla', U32, 16),
                                     ('leading_dense_block_count', U32, 1), ('expert_count', U32, 2),
                                     ('expert_used_count', U32, 1), ('expert_shared_count', U32, 1),
                                     ('expert_feed_forward_length', U32, 32),
                                     ('expert_weights_scale', F32, 1.0)], MLA + DENSE),
}

if __name__ == '__main__':
    os.makedirs(sys.argv[1], exist_ok=True)
    for name, data in SEEDS.items():
        with open(os.path.join(sys.argv[1], name), 'wb') as f:
            f.write(data)
