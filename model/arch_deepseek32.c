/* deepseek32: DeepSeek V3.2. That of deepseek2 with a low-rank query, and an indexer in each layer
 * that says which cached positions are read (forward_index.c). The formulas are in
 * reference/architectures.md, 2. */
#include "model/arch.h"

enum { INDEX_HEADS_MAX = 512, INDEX_DIM_MAX = 4096, INDEX_TOP_MAX = 1 << 20 };

static bool hparams(struct model *m, struct err *err) {
    struct hparams *hp = &m->hp;
    if (!arch_mla_hparams(m, err) ||
        !load_int(m, "attention.indexer.head_count", 1, INDEX_HEADS_MAX, &hp->index_heads, err) ||
        !load_int(m, "attention.indexer.key_length", 1, INDEX_DIM_MAX, &hp->index_dim, err) ||
        !load_int(m, "attention.indexer.top_k", 1, INDEX_TOP_MAX, &hp->index_top, err)) {
        return false;
    }
    if (hp->index_dim < hp->rope.dim) {
        return err_set(err, ERR_MODEL, "keys of the indexer have %d numbers, %d are rotated",
                       hp->index_dim, hp->rope.dim);
    }
    return hp->q_lora > 0 || err_set(err, ERR_MODEL, "attention.q_lora_rank is missing");
}

static bool layer(struct model *m, int i, struct err *err) {
    const struct hparams *hp = &m->hp;
    struct layer *l = &m->layers[i];
    int64_t e = hp->embd, dim = hp->index_dim, heads = hp->index_heads;
    if (!arch_mla_layer(m, i, err)) {
        return false;
    }
    if (l->q_a.k == 0) {
        return err_set(err, ERR_MODEL, "layer %d has no attn_q_a, which its indexer reads", i);
    }
    return load_matrix(m, &l->index_q, load_name(i, "indexer.attn_q_b.weight"), hp->q_lora,
                       heads * dim, 1, err) &&
           load_matrix(m, &l->index_k, load_name(i, "indexer.attn_k.weight"), e, dim, 1, err) &&
           load_matrix(m, &l->index_w, load_name(i, "indexer.proj.weight"), e, heads, 1, err) &&
           load_vector(m, &l->index_norm, load_name(i, "indexer.k_norm.weight"), dim, true, err) &&
           load_vector(m, &l->index_norm_bias, load_name(i, "indexer.k_norm.bias"), dim, true, err);
}

const struct arch arch_deepseek32 = {"deepseek32", hparams, layer};
