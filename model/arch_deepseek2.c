/* deepseek2: DeepSeek V2, V2-Lite, V3, R1, V3.1, Kimi-K2, Moonlight, GLM-4.7-Flash and the shipped
 * mini model. MLA attention, the first layers dense, then routed and shared experts.
 *
 * Variants and how they are told: a layer with attn_q is "lite" (no q_lora); a file without the
 * *_mla keys is a legacy one with attn_kv_b, from which k_b (transposed, so through floats) and v_b
 * (whole rows, so as they are) are cut at load. Next-token-prediction blocks at the end are left
 * out. The formulas are in reference/architectures.md, 0.2, 0.3 and 1. */
#include "model/arch.h"
#include "model/fmath.h"

bool arch_mla_hparams(struct model *m, struct err *err) {
    struct hparams *hp = &m->hp;
    int nextn = 0, rope_dim = 0, key = 0, value = 0;
    float score_scale = 1;
    hp->gating = GATING_SOFTMAX;
    if (!arch_common(m, err) ||
        !load_int_or(m, "nextn_predict_layers", 0, hp->layers - 1, 0, &nextn, err) ||
        !load_int(m, "attention.kv_lora_rank", 1, 1 << 16, &hp->kv_lora, err) ||
        !load_int_or(m, "attention.q_lora_rank", 0, 1 << 16, 0, &hp->q_lora, err) ||
        !load_int(m, "rope.dimension_count", 2, 4096, &rope_dim, err) ||
        !load_int_or(m, "attention.key_length_mla", 0, 4096, 0, &key, err) ||
        !load_int_or(m, "attention.value_length_mla", 0, 4096, 0, &value, err)) {
        return false;
    }
    hp->layers -= nextn;
    if (key == 0 || value == 0) {
        key = hp->head_k;
        value = hp->head_v;
    }
    hp->nope = key - rope_dim;
    if (hp->nope < 1) {
        return err_set(err, ERR_MODEL, "keys of %d are too short for %d rotated numbers", key,
                       rope_dim);
    }
    hp->heads_kv = 1;
    hp->head_k = key;
    hp->head_v = value;
    if (!arch_rope(m, rope_dim, false, true, &score_scale, err) || !arch_moe(m, err)) {
        return false;
    }
    hp->kq_scale = score_scale * score_scale / fmath_sqrt((float)key);
    return true;
}

/* Cuts attn_kv_b{r, H(dn+dv)} into k_b{dn, r, H} as floats and v_b{r, dv, H} in the file's type. */
static bool split_kv_b(struct model *m, struct layer *l, int i, struct err *err) {
    const struct hparams *hp = &m->hp;
    size_t r = (size_t)hp->kv_lora, dn = (size_t)hp->nope, dv = (size_t)hp->head_v;
    size_t heads = (size_t)hp->heads;
    struct mat both = {0};
    if (!load_matrix(m, &both, load_name(i, "attn_kv_b.weight"), hp->kv_lora,
                     (int64_t)(heads * (dn + dv)), 1, err)) {
        return false;
    }
    float *k = load_alloc(m, heads * r * dn * sizeof *k);
    uint8_t *v = load_alloc(m, heads * dv * both.row_bytes);
    AUTO_FREE float *row = xcalloc(r, sizeof *row);
    for (size_t h = 0; h < heads; h++) {
        for (size_t d = 0; d < dn; d++) {
            mat_row(&both, 0, h * (dn + dv) + d, row);
            for (size_t j = 0; j < r; j++) {
                k[(h * r + j) * dn + d] = row[j];
            }
        }
        memcpy(v + h * dv * both.row_bytes, both.data + (h * (dn + dv) + dn) * both.row_bytes,
               dv * both.row_bytes);
    }
    return mat_init(&l->k_b, QUANT_F32, dn, r, heads, k, heads * r * dn * sizeof *k, err) &&
           mat_init(&l->v_b, both.type, r, dv, heads, v, heads * dv * both.row_bytes, err);
}

static bool load_attention(struct model *m, int i, struct err *err) {
    const struct hparams *hp = &m->hp;
    struct layer *l = &m->layers[i];
    int64_t e = hp->embd, q = (int64_t)hp->heads * hp->head_k, r = hp->kv_lora;
    bool ok = load_vector(m, &l->attn_norm, load_name(i, "attn_norm.weight"), e, true, err);
    if (load_has(m, load_name(i, "attn_q.weight"))) {
        ok = ok && load_matrix(m, &l->q, load_name(i, "attn_q.weight"), e, q, 1, err);
    } else {
        int64_t ql = hp->q_lora;
        ok = ok &&
             (ql > 0 || err_set(err, ERR_MODEL, "attn_q and attention.q_lora_rank are missing")) &&
             load_matrix(m, &l->q_a, load_name(i, "attn_q_a.weight"), e, ql, 1, err) &&
             load_vector(m, &l->q_a_norm, load_name(i, "attn_q_a_norm.weight"), ql, true, err) &&
             load_matrix(m, &l->q_b, load_name(i, "attn_q_b.weight"), ql, q, 1, err);
    }
    ok = ok &&
         load_matrix(m, &l->kv_a, load_name(i, "attn_kv_a_mqa.weight"), e, r + hp->rope.dim, 1,
                     err) &&
         load_vector(m, &l->kv_a_norm, load_name(i, "attn_kv_a_norm.weight"), r, true, err) &&
         load_matrix(m, &l->o, load_name(i, "attn_output.weight"), (int64_t)hp->heads * hp->head_v,
                     e, 1, err);
    if (ok && load_has(m, load_name(i, "attn_kv_b.weight"))) {
        return split_kv_b(m, l, i, err);
    }
    return ok &&
           load_matrix(m, &l->k_b, load_name(i, "attn_k_b.weight"), hp->nope, r, hp->heads, err) &&
           load_matrix(m, &l->v_b, load_name(i, "attn_v_b.weight"), r, hp->head_v, hp->heads, err);
}

bool arch_mla_ffn(struct model *m, int i, struct err *err) {
    if (!load_vector(m, &m->layers[i].ffn_norm, load_name(i, "ffn_norm.weight"), m->hp.embd, true,
                     err)) {
        return false;
    }
    return i < m->hp.dense_layers ? arch_load_dense(m, i, "", m->hp.ff, err)
                                  : arch_load_experts(m, i, err);
}

bool arch_mla_layer(struct model *m, int i, struct err *err) {
    m->layers[i].attn = ATTN_MLA;
    return load_attention(m, i, err) && arch_mla_ffn(m, i, err);
}

const struct arch arch_deepseek2 = {"deepseek2", arch_mla_hparams, arch_mla_layer};
