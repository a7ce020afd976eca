/* gpt-oss: 20B and 120B. Grouped-query attention with biases and a sink a head, every other layer
 * sees a window; every layer routed: biases everywhere, the softmax over the chosen experts, the
 * activation bounded. YaRN's magnitude is on queries and keys. The formulas are in
 * reference/architectures.md, 0.4, 0.5 and 7. */
#include "model/arch.h"
#include "model/fmath.h"

static bool hparams(struct model *m, struct err *err) {
    struct hparams *hp = &m->hp;
    int dim = 0;
    float unused;
    hp->gating = GATING_SOFTMAX_CHOSEN;
    hp->act = ACT_SWIGLU_CLAMPED;
    if (!arch_common(m, err) ||
        !load_int_or(m, "rope.dimension_count", 2, hp->head_k, hp->head_k, &dim, err) ||
        !load_int(m, "attention.sliding_window", 1, INT32_MAX, &hp->window, err) ||
        !arch_rope(m, dim, true, false, &unused, err) || !arch_moe(m, err)) {
        return false;
    }
    if (hp->experts == 0) {
        return err_set(err, ERR_MODEL, "a gpt-oss model without experts");
    }
    hp->dense_layers = 0;
    hp->kq_scale = 1.0f / fmath_sqrt((float)hp->head_k);
    return true;
}

static bool layer(struct model *m, int i, struct err *err) {
    struct layer *l = &m->layers[i];
    l->window = i % 2 == 0 ? m->hp.window : 0;
    return arch_load_gqa(m, i, false, err) &&
           load_vector(m, &l->sinks, load_name(i, "attn_sinks.weight"), m->hp.heads, true, err) &&
           load_vector(m, &l->ffn_norm, load_name(i, "post_attention_norm.weight"), m->hp.embd,
                       true, err) &&
           arch_load_experts(m, i, err);
}

const struct arch arch_gpt_oss = {"gpt-oss", hparams, layer};
