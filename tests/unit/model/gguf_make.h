/* Writes GGUF files for tests, without Python: any key and tensor, right or absurd, and small
 * random models of the supported architectures. */
#ifndef TESTS_GGUF_MAKE_H
#define TESTS_GGUF_MAKE_H
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model/gguf.h"
#include "model/quant.h"

struct make_tensor {
    char name[80];
    uint64_t dims[4];
    uint32_t n_dims, type;
    uint64_t offset; /* SIZE_MAX: set by make_finish */
    size_t bytes, at;
};
struct make {
    struct buf keys, data, file;
    uint64_t n_keys;
    struct make_tensor tensor[256];
    size_t n_tensors;
    uint32_t version, alignment;
    uint64_t seed;
    bool legacy_kv;     /* make_deepseek2 writes attn_kv_b instead of attn_k_b and attn_v_b */
    uint32_t index_top; /* make_deepseek2 writes deepseek32, whose indexer chooses so many */
    char path[64];
};

static inline void make_init(struct make *g) {
    memset(g, 0, sizeof *g);
    g->keys.max = g->data.max = g->file.max = 64u << 20;
    g->version = 3;
    g->alignment = 32;
    g->seed = 1;
}

static inline void make_release(struct make *g) {
    if (g->path[0] != '\0') {
        (void)unlink(g->path);
    }
    buf_release(&g->keys);
    buf_release(&g->data);
    buf_release(&g->file);
}

static inline void make_raw(struct buf *b, const void *p, size_t n) {
    bool ok = buf_append(b, p, n);
    ASSERT(ok);
}
static inline void make_u32(struct buf *b, uint32_t x) {
    make_raw(b, &x, 4);
}
static inline void make_u64(struct buf *b, uint64_t x) {
    make_raw(b, &x, 8);
}
static inline void make_str(struct buf *b, const char *s) {
    make_u64(b, strlen(s));
    make_raw(b, s, strlen(s));
}
static inline void make_key(struct make *g, const char *key, uint32_t type) {
    make_str(&g->keys, key);
    make_u32(&g->keys, type);
    g->n_keys++;
}
static inline void make_key_u32(struct make *g, const char *key, uint32_t x) {
    make_key(g, key, GGUF_U32);
    make_u32(&g->keys, x);
}
static inline void make_key_f32(struct make *g, const char *key, float x) {
    make_key(g, key, GGUF_F32);
    make_raw(&g->keys, &x, 4);
}
static inline void make_key_bool(struct make *g, const char *key, uint8_t x) {
    make_key(g, key, GGUF_BOOL);
    make_raw(&g->keys, &x, 1);
}
static inline void make_key_str(struct make *g, const char *key, const char *s) {
    make_key(g, key, GGUF_STRING);
    make_str(&g->keys, s);
}

static inline uint32_t make_random(struct make *g) {
    g->seed = g->seed * 6364136223846793005ull + 1442695040888963407ull;
    return (uint32_t)(g->seed >> 33);
}
/* About normal: a sum of four uniforms. */
static inline float make_normal(struct make *g) {
    float x = 0;
    for (int i = 0; i < 4; i++) {
        x += (float)(make_random(g) & 0xffffff) / 16777216.0f;
    }
    return (x - 2.0f) * 1.7320508f;
}

static inline struct make_tensor *make_tensor_bytes(struct make *g, const char *name, uint32_t type,
                                                    const uint64_t *dims, uint32_t n_dims,
                                                    const void *p, size_t n) {
    static const char zero[64];
    ASSERT(g->n_tensors < ARRAY_LEN(g->tensor));
    struct make_tensor *t = &g->tensor[g->n_tensors++];
    *t = (struct make_tensor){.n_dims = n_dims, .type = type, .bytes = n, .offset = UINT64_MAX};
    (void)snprintf(t->name, sizeof t->name, "%s", name);
    memcpy(t->dims, dims, n_dims * sizeof *dims);
    t->at = g->data.len;
    make_raw(&g->data, p, n);
    while (g->data.len % g->alignment != 0) {
        make_raw(&g->data, zero, 1);
    }
    return t;
}

/* Random matrix (or stack of them), F32 or Q8_0. */
static inline void make_matrix(struct make *g, const char *name, uint32_t type, uint64_t k,
                               uint64_t n, uint64_t count, float scale) {
    uint64_t dims[3] = {k, n, count};
    size_t total = (size_t)(k * n * count);
    float *f = xmalloc(total * sizeof *f);
    for (size_t i = 0; i < total; i++) {
        f[i] = make_normal(g) * scale;
    }
    if (type == QUANT_F32) {
        make_tensor_bytes(g, name, type, dims, count > 1 ? 3 : 2, f, total * sizeof *f);
        free(f);
        return;
    }
    ASSERT(type == QUANT_Q8_0 && k % 32 == 0);
    uint8_t *q = xmalloc(total / 32 * 34);
    for (size_t b = 0; b < total / 32; b++) {
        float d = 3.5f * scale / 127.0f;
        uint16_t h = f32_to_f16(d);
        memcpy(q + b * 34, &h, 2);
        for (size_t i = 0; i < 32; i++) {
            float x = f[b * 32 + i] / d;
            x = x > 127 ? 127 : x < -127 ? -127 : x;
            ((int8_t *)q)[b * 34 + 2 + i] = (int8_t)x;
        }
    }
    make_tensor_bytes(g, name, type, dims, count > 1 ? 3 : 2, q, total / 32 * 34);
    free(q);
    free(f);
}
static inline void make_vector(struct make *g, const char *name, uint64_t n, float mean,
                               float std) {
    float *f = xmalloc(n * sizeof *f);
    for (size_t i = 0; i < n; i++) {
        f[i] = mean + std * make_normal(g);
    }
    make_tensor_bytes(g, name, QUANT_F32, &n, 1, f, n * sizeof *f);
    free(f);
}

/* Head, keys, table and data into g->file. */
static inline void make_finish(struct make *g) {
    struct buf *b = &g->file;
    static const char zero[64];
    buf_clear(b);
    make_raw(b, "GGUF", 4);
    make_u32(b, g->version);
    make_u64(b, g->n_tensors);
    make_u64(b, g->n_keys);
    make_raw(b, g->keys.data != NULL ? g->keys.data : "", g->keys.len);
    for (size_t i = 0; i < g->n_tensors; i++) {
        struct make_tensor *t = &g->tensor[i];
        make_str(b, t->name);
        make_u32(b, t->n_dims);
        for (uint32_t d = 0; d < MIN(t->n_dims, 4u); d++) {
            make_u64(b, t->dims[d]);
        }
        make_u32(b, t->type);
        make_u64(b, t->offset == UINT64_MAX ? t->at : t->offset);
    }
    while (b->len % g->alignment != 0) {
        make_raw(b, zero, 1);
    }
    make_raw(b, g->data.data != NULL ? g->data.data : "", g->data.len);
}

/* Writes g->file to a temporary path, kept in g->path until make_release. */
static inline const char *make_save(struct make *g) {
    if (g->path[0] == '\0') {
        (void)snprintf(g->path, sizeof g->path, "/tmp/drover-test-XXXXXX");
        int fd = mkstemp(g->path);
        ASSERT(fd >= 0);
        (void)close(fd);
    }
    FILE *f = fopen(g->path, "wb");
    ASSERT(f != NULL);
    size_t n = fwrite(g->file.data, 1, g->file.len, f);
    ASSERT(n == g->file.len && fclose(f) == 0);
    return g->path;
}

/* Byte-level vocabulary of n tokens: 256 bytes, then the markers of the drover dialect, then unused
 * ones. <|end|> ends a turn. */
static inline void make_vocabulary(struct make *g, uint32_t n) {
    static const char *const markers[] = {"<|begin|>", "<|end|>",       "<|system|>",
                                          "<|user|>",  "<|assistant|>", "<|tool|>",
                                          "<|call|>",  "<|endcall|>",   "<|pad|>"};
    int other = 0;
    ASSERT(n >= 256 + ARRAY_LEN(markers));
    make_key_str(g, "tokenizer.chat_template", "{{ '<|call|>' }}{{ '<|endcall|>' }}");
    make_key_str(g, "tokenizer.ggml.model", "gpt2");
    make_key_str(g, "tokenizer.ggml.pre", "qwen2");
    make_key(g, "tokenizer.ggml.tokens", GGUF_ARRAY);
    make_u32(&g->keys, GGUF_STRING);
    make_u64(&g->keys, n);
    for (uint32_t i = 0; i < n; i++) {
        char s[32];
        uint32_t c = i;
        if (i < 256) {
            bool plain = (i >= 33 && i <= 126) || (i >= 161 && i <= 172) || i >= 174;
            c = plain ? i : 256u + (uint32_t)other++;
            if (c < 128) {
                (void)snprintf(s, sizeof s, "%c", (int)c);
            } else {
                (void)snprintf(s, sizeof s, "%c%c", (int)(0xc0 | c >> 6), (int)(0x80 | (c & 63)));
            }
        } else {
            const char *marker = i - 256 < ARRAY_LEN(markers) ? markers[i - 256] : NULL;
            if (marker != NULL) {
                (void)snprintf(s, sizeof s, "%s", marker);
            } else {
                (void)snprintf(s, sizeof s, "<|u%u|>", i);
            }
        }
        make_str(&g->keys, s);
    }
    make_key(g, "tokenizer.ggml.token_type", GGUF_ARRAY);
    make_u32(&g->keys, GGUF_I32);
    make_u64(&g->keys, n);
    for (uint32_t i = 0; i < n; i++) {
        make_u32(&g->keys, i < 256 ? 1 : i < 256 + ARRAY_LEN(markers) ? 3 : 5);
    }
    make_key(g, "tokenizer.ggml.merges", GGUF_ARRAY);
    make_u32(&g->keys, GGUF_STRING);
    make_u64(&g->keys, 1);
    make_str(&g->keys, "t h");
    make_key_u32(g, "tokenizer.ggml.bos_token_id", 256);
    make_key_u32(g, "tokenizer.ggml.eos_token_id", 257);
}

/* The two forms of the same keys and values: attn_kv_b{r, H(dn+dv)}, or k_b{dn, r, H} (transposed)
 * and v_b{r, dv, H}. */
static inline void make_kv_b(struct make *g, uint32_t layer, uint64_t r, uint64_t dn, uint64_t dv,
                             uint64_t heads) {
    size_t n = (size_t)(r * heads * (dn + dv));
    float *both = xmalloc(n * sizeof *both), *k = xmalloc(n * sizeof *k),
          *v = xmalloc(n * sizeof *v);
    uint64_t dims[3] = {r, heads * (dn + dv), 1}, kdims[3] = {dn, r, heads},
             vdims[3] = {r, dv, heads};
    char name[80];
    for (size_t i = 0; i < n; i++) {
        both[i] = make_normal(g) * 0.125f;
    }
    for (uint64_t h = 0; h < heads; h++) {
        const float *rows = both + h * (dn + dv) * r;
        for (uint64_t d = 0; d < dn; d++) {
            for (uint64_t j = 0; j < r; j++) {
                k[(h * r + j) * dn + d] = rows[d * r + j];
            }
        }
        memcpy(v + h * dv * r, rows + dn * r, dv * r * sizeof *v);
    }
    if (g->legacy_kv) {
        (void)snprintf(name, sizeof name, "blk.%u.attn_kv_b.weight", layer);
        make_tensor_bytes(g, name, QUANT_F32, dims, 2, both, n * sizeof *both);
    } else {
        (void)snprintf(name, sizeof name, "blk.%u.attn_k_b.weight", layer);
        make_tensor_bytes(g, name, QUANT_F32, kdims, 3, k, r * dn * heads * sizeof *k);
        (void)snprintf(name, sizeof name, "blk.%u.attn_v_b.weight", layer);
        make_tensor_bytes(g, name, QUANT_F32, vdims, 3, v, r * dv * heads * sizeof *v);
    }
    free(both);
    free(k);
    free(v);
}

/* A small deepseek2 model with routed and shared experts, keys included. type: F32 or Q8_0. */
static inline void make_deepseek2(struct make *g, uint32_t type, uint32_t layers, uint32_t vocab) {
    enum { E = 64, H = 4, KVL = 64, NOPE = 32, ROPE = 32, V = 32, FF = 96, FFE = 32, X = 8, K = 2 };
    enum { QL = 64, INDEX_HEADS = 4, INDEX_DIM = 64 };
    const char *arch = g->index_top > 0 ? "deepseek32" : "deepseek2";
    char n[80];
    make_key_str(g, "general.architecture", arch);
    make_key_str(g, "general.name", "random deepseek2");
#define NAME(k)   (snprintf(n, sizeof n, "%s." k, arch), n)
#define KEY(k, x) make_key_u32(g, NAME(k), x)
    KEY("block_count", layers);
    if (g->index_top > 0) {
        KEY("attention.q_lora_rank", QL);
        KEY("attention.indexer.head_count", INDEX_HEADS);
        KEY("attention.indexer.key_length", INDEX_DIM);
        KEY("attention.indexer.top_k", g->index_top);
    }
    KEY("context_length", 8192);
    KEY("embedding_length", E);
    KEY("feed_forward_length", FF);
    KEY("attention.head_count", H);
    KEY("attention.head_count_kv", 1);
    KEY("attention.kv_lora_rank", KVL);
    if (g->legacy_kv) {
        KEY("attention.key_length", NOPE + ROPE);
        KEY("attention.value_length", V);
    } else {
        KEY("attention.key_length", KVL + ROPE);
        KEY("attention.value_length", KVL);
        KEY("attention.key_length_mla", NOPE + ROPE);
        KEY("attention.value_length_mla", V);
    }
    KEY("rope.dimension_count", ROPE);
    KEY("leading_dense_block_count", 1);
    KEY("expert_count", X);
    KEY("expert_used_count", K);
    KEY("expert_shared_count", 1);
    KEY("expert_feed_forward_length", FFE);
    KEY("expert_gating_func", 2);
    make_key_bool(g, NAME("expert_weights_norm"), 1);
    make_key_f32(g, NAME("expert_weights_scale"), 2.0f);
    make_key_f32(g, NAME("attention.layer_norm_rms_epsilon"), 1e-6f);
    make_key_f32(g, NAME("rope.freq_base"), 10000.0f);
#undef KEY
#undef NAME
    make_vocabulary(g, vocab);
    make_matrix(g, "token_embd.weight", type, E, vocab, 1, 1.0f);
    make_matrix(g, "output.weight", type, E, vocab, 1, 0.4f);
    make_vector(g, "output_norm.weight", E, 1, 0.1f);
    for (uint32_t i = 0; i < layers; i++) {
#define N(s) (snprintf(n, sizeof n, "blk.%u." s ".weight", i), n)
        make_vector(g, N("attn_norm"), E, 1, 0.1f);
        make_vector(g, N("ffn_norm"), E, 1, 0.1f);
        make_vector(g, N("attn_kv_a_norm"), KVL, 1, 0.1f);
        if (g->index_top > 0) {
            make_matrix(g, N("attn_q_a"), type, E, QL, 1, 0.125f);
            make_vector(g, N("attn_q_a_norm"), QL, 1, 0.1f);
            make_matrix(g, N("attn_q_b"), type, QL, H * (NOPE + ROPE), 1, 0.2f);
            make_matrix(g, N("indexer.attn_q_b"), type, QL, INDEX_HEADS * INDEX_DIM, 1, 0.125f);
            make_matrix(g, N("indexer.attn_k"), type, E, INDEX_DIM, 1, 0.125f);
            make_matrix(g, N("indexer.proj"), type, E, INDEX_HEADS, 1, 0.125f);
            make_vector(g, N("indexer.k_norm"), INDEX_DIM, 1, 0.1f);
            (void)snprintf(n, sizeof n, "blk.%u.indexer.k_norm.bias", i);
            make_vector(g, n, INDEX_DIM, 0, 0.1f);
        } else {
            make_matrix(g, N("attn_q"), type, E, H * (NOPE + ROPE), 1, 0.2f);
        }
        make_matrix(g, N("attn_kv_a_mqa"), type, E, KVL + ROPE, 1, 0.125f);
        if (type == QUANT_F32) {
            make_kv_b(g, i, KVL, NOPE, V, H);
        } else {
            make_matrix(g, N("attn_k_b"), type, NOPE, KVL, H, 0.125f);
            make_matrix(g, N("attn_v_b"), type, KVL, V, H, 0.125f);
        }
        make_matrix(g, N("attn_output"), type, H * V, E, 1, 0.09f);
        if (i == 0) {
            make_matrix(g, N("ffn_gate"), type, E, FF, 1, 0.125f);
            make_matrix(g, N("ffn_up"), type, E, FF, 1, 0.125f);
            make_matrix(g, N("ffn_down"), type, FF, E, 1, 0.1f);
            continue;
        }
        make_matrix(g, N("ffn_gate_inp"), QUANT_F32, E, X, 1, 0.125f);
        make_matrix(g, N("ffn_gate_exps"), type, E, FFE, X, 0.125f);
        make_matrix(g, N("ffn_up_exps"), type, E, FFE, X, 0.125f);
        make_matrix(g, N("ffn_down_exps"), type, FFE, E, X, 0.18f);
        make_matrix(g, N("ffn_gate_shexp"), type, E, FFE, 1, 0.125f);
        make_matrix(g, N("ffn_up_shexp"), type, E, FFE, 1, 0.125f);
        make_matrix(g, N("ffn_down_shexp"), type, FFE, E, 1, 0.18f);
        (void)snprintf(n, sizeof n, "blk.%u.exp_probs_b.bias", i);
        make_vector(g, n, X, 0, 0.2f);
#undef N
    }
}

/* A small deepseek32 model whose indexer chooses MAKE_TOP positions. */
#define MAKE_TOP 100
static inline void make_deepseek32(struct make *g, uint32_t type, uint32_t layers, uint32_t vocab) {
    g->index_top = MAKE_TOP;
    make_deepseek2(g, type, layers, vocab);
}

/* One vector an expert. */
static inline void make_vectors(struct make *g, const char *name, uint64_t k, uint64_t n,
                                float std) {
    make_vector(g, name, k * n, 0, std);
    struct make_tensor *t = &g->tensor[g->n_tensors - 1];
    t->n_dims = 2;
    t->dims[0] = k;
    t->dims[1] = n;
}

/* A small kimi-linear model, keys included: every second layer has linear attention, the first,
 * too.
 */
static inline void make_kimi_linear(struct make *g, uint32_t type, uint32_t layers,
                                    uint32_t vocab) {
    enum { E = 64, H = 4, D = 32, KVL = 64, ROPE = 32, FF = 96, FFE = 32, X = 8, K = 2 };
    char n[80];
    make_key_str(g, "general.architecture", "kimi-linear");
    make_key_str(g, "general.name", "random kimi-linear");
#define KEY(k, x) make_key_u32(g, "kimi-linear." k, x)
    KEY("block_count", layers);
    KEY("context_length", 8192);
    KEY("embedding_length", E);
    KEY("feed_forward_length", FF);
    KEY("attention.head_count", H);
    KEY("attention.kv_lora_rank", KVL);
    KEY("attention.key_length", KVL + ROPE);
    KEY("attention.value_length", KVL);
    KEY("attention.key_length_mla", D + ROPE);
    KEY("attention.value_length_mla", D);
    KEY("rope.dimension_count", ROPE);
    KEY("kda.head_dim", D);
    KEY("ssm.conv_kernel", 4);
    KEY("leading_dense_block_count", 1);
    KEY("expert_count", X);
    KEY("expert_used_count", K);
    KEY("expert_shared_count", 1);
    KEY("expert_feed_forward_length", FFE);
    KEY("expert_gating_func", 2);
#undef KEY
    make_key_f32(g, "kimi-linear.expert_weights_scale", 2.0f);
    make_key_f32(g, "kimi-linear.attention.layer_norm_rms_epsilon", 1e-6f);
    make_key(g, "kimi-linear.attention.head_count_kv", GGUF_ARRAY);
    make_u32(&g->keys, GGUF_I32);
    make_u64(&g->keys, layers);
    for (uint32_t i = 0; i < layers; i++) {
        make_u32(&g->keys, i % 2);
    }
    make_vocabulary(g, vocab);
    make_matrix(g, "token_embd.weight", type, E, vocab, 1, 1.0f);
    make_matrix(g, "output.weight", type, E, vocab, 1, 0.4f);
    make_vector(g, "output_norm.weight", E, 1, 0.1f);
    for (uint32_t i = 0; i < layers; i++) {
#define N(s) (snprintf(n, sizeof n, "blk.%u." s, i), n)
        make_vector(g, N("attn_norm.weight"), E, 1, 0.1f);
        make_vector(g, N("ffn_norm.weight"), E, 1, 0.1f);
        if (i % 2 == 1) {
            make_matrix(g, N("attn_q.weight"), type, E, H * (D + ROPE), 1, 0.2f);
            make_matrix(g, N("attn_kv_a_mqa.weight"), type, E, KVL + ROPE, 1, 0.125f);
            make_vector(g, N("attn_kv_a_norm.weight"), KVL, 1, 0.1f);
            make_matrix(g, N("attn_k_b.weight"), type, D, KVL, H, 0.125f);
            make_matrix(g, N("attn_v_b.weight"), type, KVL, D, H, 0.125f);
        } else {
            make_matrix(g, N("attn_q.weight"), type, E, H * D, 1, 0.125f);
            make_matrix(g, N("attn_k.weight"), type, E, H * D, 1, 0.125f);
            make_matrix(g, N("attn_v.weight"), type, E, H * D, 1, 0.125f);
            make_matrix(g, N("ssm_conv1d_q.weight"), QUANT_F32, 4, 1, H * D, 0.5f);
            make_matrix(g, N("ssm_conv1d_k.weight"), QUANT_F32, 4, 1, H * D, 0.5f);
            make_matrix(g, N("ssm_conv1d_v.weight"), QUANT_F32, 4, 1, H * D, 0.5f);
            make_matrix(g, N("ssm_f_a.weight"), type, E, D, 1, 0.125f);
            make_matrix(g, N("ssm_f_b.weight"), type, D, H * D, 1, 0.18f);
            make_matrix(g, N("ssm_g_a.weight"), type, E, D, 1, 0.125f);
            make_matrix(g, N("ssm_g_b.weight"), type, D, H * D, 1, 0.18f);
            make_matrix(g, N("ssm_beta.weight"), type, E, H, 1, 0.125f);
            make_vector(g, N("ssm_dt.bias"), H * D, 0, 0.2f);
            make_vector(g, N("ssm_a"), H, -0.1f, 0.01f);
            make_vector(g, N("ssm_norm.weight"), D, 1, 0.1f);
        }
        make_matrix(g, N("attn_output.weight"), type, H * D, E, 1, 0.09f);
        if (i == 0) {
            make_matrix(g, N("ffn_gate.weight"), type, E, FF, 1, 0.125f);
            make_matrix(g, N("ffn_up.weight"), type, E, FF, 1, 0.125f);
            make_matrix(g, N("ffn_down.weight"), type, FF, E, 1, 0.1f);
            continue;
        }
        make_matrix(g, N("ffn_gate_inp.weight"), QUANT_F32, E, X, 1, 0.125f);
        make_vector(g, N("exp_probs_b.bias"), X, 0, 0.2f);
        make_matrix(g, N("ffn_gate_exps.weight"), type, E, FFE, X, 0.125f);
        make_matrix(g, N("ffn_up_exps.weight"), type, E, FFE, X, 0.125f);
        make_matrix(g, N("ffn_down_exps.weight"), type, FFE, E, X, 0.18f);
        make_matrix(g, N("ffn_gate_shexp.weight"), type, E, FFE, 1, 0.125f);
        make_matrix(g, N("ffn_up_shexp.weight"), type, E, FFE, 1, 0.125f);
        make_matrix(g, N("ffn_down_shexp.weight"), type, FFE, E, 1, 0.18f);
#undef N
    }
}

/* A small gpt-oss model, keys included; its even layers see a window. type: F32 or Q8_0. */
#define MAKE_WINDOW 150
static inline void make_gpt_oss(struct make *g, uint32_t type, uint32_t layers, uint32_t vocab) {
    enum { E = 64, H = 4, KV = 2, D = 32, FFE = 32, X = 8, K = 3 };
    char n[80];
    make_key_str(g, "general.architecture", "gpt-oss");
    make_key_str(g, "general.name", "random gpt-oss");
#define KEY(k, x) make_key_u32(g, "gpt-oss." k, x)
    KEY("block_count", layers);
    KEY("context_length", 8192);
    KEY("embedding_length", E);
    KEY("attention.head_count", H);
    KEY("attention.head_count_kv", KV);
    KEY("attention.key_length", D);
    KEY("attention.value_length", D);
    KEY("attention.sliding_window", MAKE_WINDOW);
    KEY("rope.dimension_count", D);
    KEY("expert_count", X);
    KEY("expert_used_count", K);
    KEY("expert_feed_forward_length", FFE);
    KEY("rope.scaling.original_context_length", 4096);
#undef KEY
    make_key_str(g, "gpt-oss.rope.scaling.type", "yarn");
    make_key_f32(g, "gpt-oss.rope.scaling.factor", 32.0f);
    make_key_f32(g, "gpt-oss.rope.freq_base", 150000.0f);
    make_key_f32(g, "gpt-oss.attention.layer_norm_rms_epsilon", 1e-5f);
    make_vocabulary(g, vocab);
    make_matrix(g, "token_embd.weight", type, E, vocab, 1, 1.0f);
    make_matrix(g, "output.weight", type, E, vocab, 1, 0.4f);
    make_vector(g, "output_norm.weight", E, 1, 0.1f);
    for (uint32_t i = 0; i < layers; i++) {
#define N(s) (snprintf(n, sizeof n, "blk.%u." s, i), n)
        make_vector(g, N("attn_norm.weight"), E, 1, 0.1f);
        make_vector(g, N("post_attention_norm.weight"), E, 1, 0.1f);
        make_vector(g, N("attn_sinks.weight"), H, 0, 1);
        make_matrix(g, N("attn_q.weight"), type, E, H * D, 1, 0.2f);
        make_matrix(g, N("attn_k.weight"), type, E, KV * D, 1, 0.2f);
        make_matrix(g, N("attn_v.weight"), type, E, KV * D, 1, 0.125f);
        make_matrix(g, N("attn_output.weight"), type, H * D, E, 1, 0.09f);
        make_vector(g, N("attn_q.bias"), H * D, 0, 0.1f);
        make_vector(g, N("attn_k.bias"), KV * D, 0, 0.1f);
        make_vector(g, N("attn_v.bias"), KV * D, 0, 0.1f);
        make_vector(g, N("attn_output.bias"), E, 0, 0.1f);
        make_matrix(g, N("ffn_gate_inp.weight"), QUANT_F32, E, X, 1, 0.125f);
        make_vector(g, N("ffn_gate_inp.bias"), X, 0, 0.2f);
        make_matrix(g, N("ffn_gate_exps.weight"), type, E, FFE, X, 0.125f);
        make_matrix(g, N("ffn_up_exps.weight"), type, E, FFE, X, 0.125f);
        make_matrix(g, N("ffn_down_exps.weight"), type, FFE, E, X, 0.18f);
        make_vectors(g, N("ffn_gate_exps.bias"), FFE, X, 0.2f);
        make_vectors(g, N("ffn_up_exps.bias"), FFE, X, 0.2f);
        make_vectors(g, N("ffn_down_exps.bias"), E, X, 0.2f);
#undef N
    }
}
#endif
