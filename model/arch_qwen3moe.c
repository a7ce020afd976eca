/* qwen3moe: Qwen3-30B-A3B, 235B and Coder. Grouped-query attention with per-head norms before the
 * rotation, every layer routed, softmax over all experts, weights renormalised, no shared expert.
 */
#include "model/arch.h"
#include "model/fmath.h"

static bool hparams(struct model *m, struct err *err) {
    struct hparams *hp = &m->hp;
    float unused;
    hp->gating = GATING_SOFTMAX;
    if (!arch_common(m, err) || !arch_rope(m, hp->head_k, true, false, &unused, err) ||
        !arch_moe(m, err)) {
        return false;
    }
    if (hp->experts == 0) {
        return err_set(err, ERR_MODEL, "a qwen3moe model without experts");
    }
    hp->weights_norm = true;
    hp->dense_layers = 0;
    hp->kq_scale = 1.0f / fmath_sqrt((float)hp->head_k);
    return true;
}

static bool layer(struct model *m, int i, struct err *err) {
    return arch_load_gqa(m, i, true, err) &&
           load_vector(m, &m->layers[i].ffn_norm, load_name(i, "ffn_norm.weight"), m->hp.embd, true,
                       err) &&
           arch_load_experts(m, i, err);
}

const struct arch arch_qwen3moe = {"qwen3moe", hparams, layer};
