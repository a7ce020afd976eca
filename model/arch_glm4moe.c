/* glm4moe: GLM-4.5, 4.5-Air, 4.6 and 4.7. Grouped-query attention with biases, per-head norms where
 * the file has them, the first part of a head rotated; the first layers dense, then experts behind
 * a sigmoid with a bias for the choice, and a shared one. Next-token-prediction blocks at the end
 * are left out. The formulas are in reference/architectures.md, 0.3 and 8. */
#include "model/arch.h"
#include "model/fmath.h"

static bool hparams(struct model *m, struct err *err) {
    struct hparams *hp = &m->hp;
    int nextn = 0, dim = 0;
    float unused;
    hp->gating = GATING_SIGMOID;
    hp->weights_norm = true;
    if (!arch_common(m, err) ||
        !load_int_or(m, "nextn_predict_layers", 0, hp->layers - 1, 0, &nextn, err) ||
        !load_int_or(m, "rope.dimension_count", 2, hp->head_k, hp->head_k, &dim, err) ||
        !arch_rope(m, dim, true, false, &unused, err)) {
        return false;
    }
    hp->layers -= nextn;
    if (!arch_moe(m, err)) {
        return false;
    }
    hp->kq_scale = 1.0f / fmath_sqrt((float)hp->head_k);
    return true;
}

static bool layer(struct model *m, int i, struct err *err) {
    return arch_load_gqa(m, i, false, err) &&
           load_vector(m, &m->layers[i].ffn_norm, load_name(i, "post_attention_norm.weight"),
                       m->hp.embd, true, err) &&
           (i < m->hp.dense_layers ? arch_load_dense(m, i, "", m->hp.ff, err)
                                   : arch_load_experts(m, i, err));
}

const struct arch arch_glm4moe = {"glm4moe", hparams, layer};
