/* kimi-linear: Kimi-Linear-48B-A3B. Layers whose attention.head_count_kv is 0 have linear attention
 * (KDA, forward_kda.c), the others MLA without rotation; the first layers dense, then routed
 * experts and shared ones. The formulas are in reference/architectures.md, 3. */
#include "model/arch.h"

static bool hparams(struct model *m, struct err *err) {
    struct hparams *hp = &m->hp;
    if (!arch_mla_hparams(m, err) || !load_int(m, "kda.head_dim", 2, 1024, &hp->kda_dim, err) ||
        !load_int(m, "ssm.conv_kernel", 2, 16, &hp->conv, err)) {
        return false;
    }
    if (hp->kda_dim != hp->head_v) {
        return err_set(err, ERR_MODEL, "heads of %d numbers in some layers, of %d in others",
                       hp->kda_dim, hp->head_v);
    }
    for (int i = 0; i < hp->rope.dim / 2; i++) {
        hp->rope.freq[i] = 0; /* positions are not told apart: the linear layers do that */
    }
    hp->rope.magnitude = 1;
    hp->weights_norm = true;
    return true;
}

/* {taps, 1, channels}: channels times a vector of taps */
static bool load_conv(struct model *m, const float **out, int i, const char *name,
                      struct err *err) {
    const struct hparams *hp = &m->hp;
    struct mat taps = {0};
    size_t channels = (size_t)hp->heads * (size_t)hp->kda_dim, n = (size_t)hp->conv;
    if (!load_matrix(m, &taps, load_name(i, name), hp->conv, 1, (int64_t)channels, err)) {
        return false;
    }
    float *copy = load_alloc(m, channels * n * sizeof *copy);
    for (size_t c = 0; c < channels; c++) {
        mat_row(&taps, c, 0, copy + c * n);
    }
    *out = copy;
    return true;
}

/* {1, heads} or {heads} */
static bool load_decay(struct model *m, const float **out, int i, struct err *err) {
    int64_t heads = m->hp.heads;
    struct err other = ERR_INIT;
    if (load_vector(m, out, load_name(i, "ssm_a"), heads, true, &other)) {
        return true;
    }
    return load_vectors(m, out, load_name(i, "ssm_a"), 1, heads, err) &&
           (*out != NULL || load_vector(m, out, load_name(i, "ssm_a"), heads, true, err));
}

static bool load_kda(struct model *m, int i, struct err *err) {
    const struct hparams *hp = &m->hp;
    struct layer *l = &m->layers[i];
    int64_t e = hp->embd, inner = (int64_t)hp->heads * hp->kda_dim, rank = hp->kda_dim;
    l->attn = ATTN_KDA;
    return load_vector(m, &l->attn_norm, load_name(i, "attn_norm.weight"), e, true, err) &&
           load_matrix(m, &l->q, load_name(i, "attn_q.weight"), e, inner, 1, err) &&
           load_matrix(m, &l->k, load_name(i, "attn_k.weight"), e, inner, 1, err) &&
           load_matrix(m, &l->v, load_name(i, "attn_v.weight"), e, inner, 1, err) &&
           load_conv(m, &l->conv_q, i, "ssm_conv1d_q.weight", err) &&
           load_conv(m, &l->conv_k, i, "ssm_conv1d_k.weight", err) &&
           load_conv(m, &l->conv_v, i, "ssm_conv1d_v.weight", err) &&
           load_matrix(m, &l->f_a, load_name(i, "ssm_f_a.weight"), e, rank, 1, err) &&
           load_matrix(m, &l->f_b, load_name(i, "ssm_f_b.weight"), rank, inner, 1, err) &&
           load_matrix(m, &l->g_a, load_name(i, "ssm_g_a.weight"), e, rank, 1, err) &&
           load_matrix(m, &l->g_b, load_name(i, "ssm_g_b.weight"), rank, inner, 1, err) &&
           load_matrix(m, &l->beta, load_name(i, "ssm_beta.weight"), e, hp->heads, 1, err) &&
           load_vector(m, &l->dt_bias, load_name(i, "ssm_dt.bias"), inner, true, err) &&
           load_decay(m, &l->decay, i, err) &&
           load_vector(m, &l->kda_norm, load_name(i, "ssm_norm.weight"), hp->kda_dim, true, err) &&
           load_matrix(m, &l->o, load_name(i, "attn_output.weight"), inner, e, 1, err);
}

static bool layer(struct model *m, int i, struct err *err) {
    int kinds[512];
    ASSERT(i < (int)ARRAY_LEN(kinds));
    if (!load_ints(m, "attention.head_count_kv", 0, 1024, kinds, (size_t)i + 1, err)) {
        return false;
    }
    if (kinds[i] != 0) {
        return arch_mla_layer(m, i, err);
    }
    return load_kda(m, i, err) && arch_mla_ffn(m, i, err);
}

const struct arch arch_kimi_linear = {"kimi-linear", hparams, layer};
