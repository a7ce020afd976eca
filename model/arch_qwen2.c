/* qwen2: Qwen2, Qwen2.5 and Coder. Grouped-query attention with biases on q, k and v, pairs rotated
 * half a head apart. */
#include "model/arch.h"
#include "model/fmath.h"

static bool hparams(struct model *m, struct err *err) {
    struct hparams *hp = &m->hp;
    float unused;
    if (!arch_common(m, err) || !arch_rope(m, hp->head_k, true, false, &unused, err)) {
        return false;
    }
    hp->dense_layers = hp->layers;
    hp->kq_scale = 1.0f / fmath_sqrt((float)hp->head_k);
    return true;
}

static bool layer(struct model *m, int i, struct err *err) {
    return arch_load_gqa(m, i, false, err) &&
           load_vector(m, &m->layers[i].ffn_norm, load_name(i, "ffn_norm.weight"), m->hp.embd, true,
                       err) &&
           arch_load_dense(m, i, "", m->hp.ff, err);
}

const struct arch arch_qwen2 = {"qwen2", hparams, layer};
