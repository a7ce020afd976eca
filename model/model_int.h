#ifndef MODEL_MODEL_INT_H
#define MODEL_MODEL_INT_H
/* What the files of model/ share about an open model: the file, its numbers and its tensors.
 * Everything here is written by model_open and immutable afterwards; any thread may read it.
 *
 * A layer is made of parts (attention: gqa or mla; feed-forward: dense or moe). An architecture
 * (arch.h) says which parts a layer has and where their tensors are; the parts (forward_*.c) are
 * shared by all architectures. */
#include "model/gguf.h"
#include "model/mat.h"
#include "model/model.h"

struct tokenizer;
struct dialect;
struct arch;
struct pool;

enum attn_kind { ATTN_GQA, ATTN_MLA, ATTN_KDA };
enum ffn_kind { FFN_DENSE, FFN_MOE };
enum gating { GATING_SOFTMAX = 1, GATING_SIGMOID = 2, GATING_SOFTMAX_CHOSEN = 3 };
/* Of gate and up: silu(gate) * up, or gpt-oss's clamped form (fmath.h). */
enum ffn_act { ACT_SWIGLU, ACT_SWIGLU_CLAMPED };

/* Rotary embedding: inverse frequencies after YaRN, and the magnitude on cos and sin. */
struct rope {
    int dim;      /* rotated numbers of a head */
    bool neox;    /* pairs (i, i + dim/2), else (2i, 2i + 1) */
    double *freq; /* dim/2, owned */
    float magnitude;
};

struct hparams {
    int layers, embd, vocab, ff;
    int64_t context;
    float eps;
    int heads, heads_kv;
    int window;         /* of layers that have one */
    int head_k, head_v; /* numbers of one head's key and value, as the scores see them */
    float kq_scale;
    int q_lora, kv_lora, nope;             /* mla; rope.dim is the rest of a head's query */
    int index_heads, index_dim, index_top; /* sparse mla: the indexer; 0 = none */
    int kda_dim, conv;                     /* kda: of a head, and the rank of its gates; taps */
    int cache_layers;                      /* that have keys and values */
    size_t state_floats;                   /* of a sequence, of its kda layers; 0 = none */
    int experts, experts_used, experts_shared, ff_expert, dense_layers, groups, groups_used;
    enum gating gating;
    enum ffn_act act;
    bool weights_norm;
    float weights_scale; /* 1 = none */
    struct rope rope;
};

struct layer {
    enum attn_kind attn;
    enum ffn_kind ffn;
    int cache;       /* its place among the layers that have keys and values */
    size_t state_at; /* and its own among the floats of a sequence's state */
    const float *attn_norm, *ffn_norm;
    /* gqa: q, k, v with optional biases and per-head norms */
    struct mat q, k, v, o;
    const float *q_bias, *k_bias, *v_bias, *o_bias, *q_norm, *k_norm;
    int64_t window;     /* positions that a query sees, itself included; 0: all before it */
    const float *sinks; /* a head's score of nothing, or NULL */
    /* mla: q or q_a, q_b; kv_a; per-head k_b (nope -> kv_lora) and v_b (kv_lora -> head_v) */
    struct mat q_a, q_b, kv_a, k_b, v_b;
    const float *q_a_norm, *kv_a_norm;
    /* sparse mla: queries and weights of the indexer's heads, its one key and the key's norm */
    struct mat index_q, index_k, index_w;
    const float *index_norm, *index_norm_bias;
    /* kda: q, k, v and their convolutions [channel][tap]; the decay's gate and the output's, of low
     * rank; beta; bias and factor of the decay; norm of the output */
    struct mat f_a, f_b, g_a, g_b, beta;
    const float *conv_q, *conv_k, *conv_v, *dt_bias, *decay, *kda_norm;
    /* dense or shared experts, routed experts. Gate and up are one interleaved pair if they can be
     * (gate_up.data_pair), else gate and up apart. */
    struct mat gate_up, gate, up, down;
    struct mat exp_gate_up, exp_gate, exp_up, exp_down;
    struct mat router;
    const float *router_bias, *router_sel_bias; /* on the logits; on the selection only */
    const float *exp_gate_bias, *exp_up_bias, *exp_down_bias; /* [expert][row], or NULL */
};

struct model {
    struct gguf *gguf;
    struct tokenizer *tokenizer;
    const struct dialect *dialect;
    struct model_info info;
    char architecture[32], name[128], quantization[64], full_hash[65];
    const struct arch *arch;
    const struct kernels *kern;
    int threads;
    bool vocab_only, weights_float; /* all matrices are F32, F16 or BF16 */

    struct hparams hp;
    struct layer *layers;
    struct mat embd, head;
    const float *output_norm;

    /* Memory of our own: converted vectors and matrices, and packed panels. */
    void **owned;
    size_t n_owned;
    uint8_t *packed; /* mapping of the cache file, or anonymous */
    size_t packed_bytes;
    bool packed_file;
    char note[512];
};

/* Whether its turns can hold calls at all (grammar_model.c). */
bool model_check_calls(const struct model *m, struct err *err);

/* Floats of one kda layer's state (forward_kda.c). */
size_t forward_kda_floats(const struct hparams *hp);

/* ---- tensors (model_load.c) ----
 * Each checks name, shape and type and says in err what is wrong. Shapes are fastest first. */
bool load_vector(struct model *m, const float **out, const char *name, int64_t n, bool required,
                 struct err *err) MUST_CHECK;
/* count optional vectors in one tensor, one after the other. */
bool load_vectors(struct model *m, const float **out, const char *name, int64_t n, int64_t count,
                  struct err *err) MUST_CHECK;
bool load_matrix(struct model *m, struct mat *out, const char *name, int64_t k, int64_t n,
                 int64_t count, struct err *err) MUST_CHECK;
bool load_has(const struct model *m, const char *name);
/* Memory that lives as long as the model; 64-byte aligned, zeroed. */
void *load_alloc(struct model *m, size_t bytes);
/* Name of a layer's tensor: "blk.7.attn_q.weight". Valid until the next call on this thread. */
const char *load_name(int layer, const char *suffix);

/* ---- metadata (model_load.c): `key` without the architecture's prefix ---- */
bool load_int(const struct model *m, const char *key, int64_t min, int64_t max, int *out,
              struct err *err) MUST_CHECK; /* required */
bool load_int_or(const struct model *m, const char *key, int64_t min, int64_t max, int fallback,
                 int *out, struct err *err) MUST_CHECK;
bool load_float_or(const struct model *m, const char *key, float min, float max, float fallback,
                   float *out, struct err *err) MUST_CHECK;
bool load_bool_or(const struct model *m, const char *key, bool fallback);
/* The first n numbers of an array that has one a layer, else an error. */
bool load_ints(const struct model *m, const char *key, int64_t min, int64_t max, int *out, size_t n,
               struct err *err) MUST_CHECK;
bool load_is_array(const struct model *m, const char *key);
struct str load_string_or(const struct model *m, const char *key, const char *fallback);
#endif
