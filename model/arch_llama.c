/* llama: Llama 2, 3, 3.1 and the many that share its file layout (Mistral; Mixtral's experts).
 * Grouped-query attention, pairs rotated side by side, optional frequency factors (Llama 3.1 stores
 * its scaling as the tensor rope_freqs). */
#include "model/arch.h"
#include "model/fmath.h"

static bool hparams(struct model *m, struct err *err) {
    struct hparams *hp = &m->hp;
    const float *factors = NULL;
    int dim = 0;
    float unused;
    hp->gating = GATING_SOFTMAX;
    if (!arch_common(m, err) ||
        !load_int_or(m, "rope.dimension_count", 2, hp->head_k, hp->head_k, &dim, err) ||
        !arch_rope(m, dim, false, false, &unused, err) || !arch_moe(m, err) ||
        !load_vector(m, &factors, "rope_freqs.weight", dim / 2, false, err)) {
        return false;
    }
    for (int i = 0; factors != NULL && i < dim / 2; i++) {
        if (!(factors[i] > 1e-6f && factors[i] < 1e6f)) {
            return err_set(err, ERR_MODEL, "tensor 'rope_freqs.weight' holds an absurd factor");
        }
        hp->rope.freq[i] /= factors[i];
    }
    hp->weights_norm = true;
    hp->kq_scale = 1.0f / fmath_sqrt((float)hp->head_k);
    return true;
}

static bool layer(struct model *m, int i, struct err *err) {
    return arch_load_gqa(m, i, false, err) &&
           load_vector(m, &m->layers[i].ffn_norm, load_name(i, "ffn_norm.weight"), m->hp.embd, true,
                       err) &&
           (m->hp.experts > 0 ? arch_load_experts(m, i, err)
                              : arch_load_dense(m, i, "", m->hp.ff, err));
}

const struct arch arch_llama = {"llama", hparams, layer};
