/* What architectures share in reading keys and tensors. Owns nothing; runs on the thread that opens
 * the model. Every number from the file passes a range here before it sizes or indexes anything;
 * the ranges are an order of magnitude above the largest models known. */
#include "model/arch.h"
#include "model/fmath.h"

enum {
    LAYERS_MAX = 512,
    EMBD_MAX = 1 << 17,
    HEADS_MAX = 1024,
    HEAD_DIM_MAX = 4096,
    FF_MAX = 1 << 20,
    EXPERTS_MAX = 4096,
    EXPERTS_USED_MAX = 64,
};

/* One number, or one a layer, which is the architecture's to read. */
static bool load_heads_kv(struct model *m, struct err *err) {
    struct hparams *hp = &m->hp;
    hp->heads_kv = hp->heads;
    return load_is_array(m, "attention.head_count_kv") ||
           load_int_or(m, "attention.head_count_kv", 1, HEADS_MAX, hp->heads, &hp->heads_kv, err);
}

bool arch_common(struct model *m, struct err *err) {
    struct hparams *hp = &m->hp;
    int context = 0;
    if (!load_int(m, "block_count", 1, LAYERS_MAX, &hp->layers, err) ||
        !load_int(m, "embedding_length", 1, EMBD_MAX, &hp->embd, err) ||
        !load_int(m, "attention.head_count", 1, HEADS_MAX, &hp->heads, err) ||
        !load_heads_kv(m, err) ||
        !load_int_or(m, "context_length", 1, INT32_MAX, 4096, &context, err) ||
        !load_int_or(m, "feed_forward_length", 1, FF_MAX, 0, &hp->ff, err) ||
        !load_float_or(m, "attention.layer_norm_rms_epsilon", 0.0f, 1.0f, 1e-5f, &hp->eps, err)) {
        return false;
    }
    hp->context = MIN(context, (int)CONTEXT_TOKENS_MAX);
    if (hp->heads % hp->heads_kv != 0) {
        return err_set(err, ERR_MODEL, "%d heads cannot share %d key heads", hp->heads,
                       hp->heads_kv);
    }
    int head = hp->embd / hp->heads;
    return load_int_or(m, "attention.key_length", 1, HEAD_DIM_MAX, head, &hp->head_k, err) &&
           load_int_or(m, "attention.value_length", 1, HEAD_DIM_MAX, head, &hp->head_v, err) &&
           (hp->head_k > 0 && hp->head_v > 0
                ? true
                : err_set(err, ERR_MODEL, "%d heads do not fit a width of %d", hp->heads,
                          hp->embd));
}

bool arch_moe(struct model *m, struct err *err) {
    struct hparams *hp = &m->hp;
    int gating = hp->gating;
    if (!load_int_or(m, "expert_count", 0, EXPERTS_MAX, 0, &hp->experts, err)) {
        return false;
    }
    hp->weights_norm = load_bool_or(m, "expert_weights_norm", hp->weights_norm);
    hp->groups = hp->groups_used = hp->weights_scale = 1;
    hp->dense_layers = hp->layers;
    if (hp->experts == 0) {
        return true;
    }
    if (!load_int(m, "expert_used_count", 1, MIN(hp->experts, (int)EXPERTS_USED_MAX),
                  &hp->experts_used, err) ||
        !load_int_or(m, "expert_feed_forward_length", 1, FF_MAX, hp->ff, &hp->ff_expert, err) ||
        !load_int_or(m, "expert_shared_count", 0, EXPERTS_USED_MAX, 0, &hp->experts_shared, err) ||
        !load_int_or(m, "leading_dense_block_count", 0, hp->layers, 0, &hp->dense_layers, err) ||
        !load_int_or(m, "expert_group_count", 0, hp->experts, 1, &hp->groups, err) ||
        !load_int_or(m, "expert_group_used_count", 0, hp->experts, 1, &hp->groups_used, err) ||
        !load_int_or(m, "expert_gating_func", 0, 4, gating, &gating, err) ||
        !load_float_or(m, "expert_weights_scale", -1e6f, 1e6f, 1.0f, &hp->weights_scale, err)) {
        return false;
    }
    if (hp->ff_expert == 0) {
        return err_set(err, ERR_MODEL, "the width of the experts is not given");
    }
    if (gating == 0) {
        gating = hp->gating;
    }
    if (gating != GATING_SOFTMAX && gating != GATING_SIGMOID && gating != GATING_SOFTMAX_CHOSEN) {
        return err_set(err, ERR_MODEL, "expert gating function %d is not supported", gating);
    }
    hp->gating = (enum gating)gating;
    hp->weights_scale = hp->weights_scale == 0.0f ? 1.0f : hp->weights_scale;
    hp->groups = MAX(hp->groups, 1);
    if (hp->groups > 1 &&
        (hp->experts % hp->groups != 0 || hp->groups_used < 1 || hp->groups_used > hp->groups ||
         hp->experts / hp->groups * hp->groups_used < hp->experts_used)) {
        return err_set(err, ERR_MODEL, "%d of %d expert groups cannot give %d of %d experts",
                       hp->groups_used, hp->groups, hp->experts_used, hp->experts);
    }
    return true;
}

/* The frequencies' ramp between interpolated and untouched pairs. */
static void rope_yarn(struct rope *rope, double base, double factor, double original,
                      double beta_fast, double beta_slow) {
    const double two_pi = 6.283185307179586;
    double log_base = fmath_log64(base);
    double low = rope->dim * fmath_log64(original / (two_pi * beta_fast)) / (2 * log_base);
    double high = rope->dim * fmath_log64(original / (two_pi * beta_slow)) / (2 * log_base);
    low = MAX(0.0, __builtin_floor(low));
    high = MIN(rope->dim - 1.0, __builtin_ceil(high));
    for (int i = 0; i < rope->dim / 2; i++) {
        double ramp = (i - low) / MAX(0.001, high - low);
        double keep = 1.0 - MIN(1.0, MAX(0.0, ramp));
        rope->freq[i] = rope->freq[i] / factor * (1.0 - keep) + rope->freq[i] * keep;
    }
}

bool arch_rope(struct model *m, int dim, bool neox, bool deepseek, float *score_scale,
               struct err *err) {
    struct rope *rope = &m->hp.rope;
    float base = 0, factor = 1, fast = 32, slow = 1, log_mul = 0, attn_factor = 1;
    int original = 0;
    struct str type = load_string_or(m, "rope.scaling.type", "none");
    if (!load_float_or(m, "rope.freq_base", 1.001f, 1e12f, 10000.0f, &base, err) ||
        !load_float_or(m, "rope.scaling.factor", 1e-3f, 1e6f, 1.0f, &factor, err) ||
        !load_float_or(m, "rope.scaling.yarn_beta_fast", 1e-3f, 1e6f, 32.0f, &fast, err) ||
        !load_float_or(m, "rope.scaling.yarn_beta_slow", 1e-3f, 1e6f, 1.0f, &slow, err) ||
        !load_float_or(m, "rope.scaling.yarn_log_multiplier", -10, 10, 0.0f, &log_mul, err) ||
        !load_float_or(m, "rope.scaling.attn_factor", 1e-6f, 1e6f, 1.0f, &attn_factor, err) ||
        !load_float_or(m, "rope.scaling.yarn_attn_factor", 1e-6f, 1e6f, attn_factor, &attn_factor,
                       err) ||
        !load_int_or(m, "rope.scaling.original_context_length", 1, INT32_MAX, (int)m->hp.context,
                     &original, err)) {
        return false;
    }
    if (dim < 2 || dim % 2 != 0) {
        return err_set(err, ERR_MODEL, "rope.dimension_count is %d, not an even number", dim);
    }
    *rope = (struct rope){dim, neox, load_alloc(m, (size_t)dim / 2 * sizeof(double)), attn_factor};
    for (int i = 0; i < dim / 2; i++) {
        rope->freq[i] = fmath_exp64(-2.0 * i / dim * fmath_log64(base));
    }
    *score_scale = 1;
    if (str_equal_c(type, "linear")) {
        for (int i = 0; i < dim / 2; i++) {
            rope->freq[i] /= factor;
        }
    } else if (str_equal_c(type, "yarn")) {
        rope_yarn(rope, base, factor, original, fast, slow);
        double ln = factor > 1 ? fmath_log64(factor) : 0, a = 1 + 0.1 * ln;
        if (log_mul != 0) {
            a = deepseek ? 1.0 : a / (1 + 0.1 * (log_mul / 0.1f) * ln);
        }
        rope->magnitude = (float)(a * attn_factor);
        *score_scale = (float)(a * attn_factor * (1 + log_mul * ln));
    } else if (!str_equal_c(type, "none")) {
        return err_set(err, ERR_MODEL, "rope scaling '%.*s' is not supported", STR_FMT(type));
    }
    return true;
}

bool arch_load_gqa(struct model *m, int i, bool head_norms, struct err *err) {
    const struct hparams *hp = &m->hp;
    struct layer *l = &m->layers[i];
    int64_t q = (int64_t)hp->heads * hp->head_k, k = (int64_t)hp->heads_kv * hp->head_k;
    int64_t v = (int64_t)hp->heads_kv * hp->head_v, o = (int64_t)hp->heads * hp->head_v;
    l->attn = ATTN_GQA;
    return load_vector(m, &l->attn_norm, load_name(i, "attn_norm.weight"), hp->embd, true, err) &&
           load_matrix(m, &l->q, load_name(i, "attn_q.weight"), hp->embd, q, 1, err) &&
           load_matrix(m, &l->k, load_name(i, "attn_k.weight"), hp->embd, k, 1, err) &&
           load_matrix(m, &l->v, load_name(i, "attn_v.weight"), hp->embd, v, 1, err) &&
           load_matrix(m, &l->o, load_name(i, "attn_output.weight"), o, hp->embd, 1, err) &&
           load_vector(m, &l->q_bias, load_name(i, "attn_q.bias"), q, false, err) &&
           load_vector(m, &l->k_bias, load_name(i, "attn_k.bias"), k, false, err) &&
           load_vector(m, &l->v_bias, load_name(i, "attn_v.bias"), v, false, err) &&
           load_vector(m, &l->o_bias, load_name(i, "attn_output.bias"), hp->embd, false, err) &&
           load_vector(m, &l->q_norm, load_name(i, "attn_q_norm.weight"), hp->head_k, head_norms,
                       err) &&
           load_vector(m, &l->k_norm, load_name(i, "attn_k_norm.weight"), hp->head_k, head_norms,
                       err);
}

/* Makes one interleaved pair of gate and up where that is possible. */
static void pair(struct mat *both, const struct mat *gate, const struct mat *up) {
    if (!mat_init_pair(both, gate, up)) {
        *both = (struct mat){0};
    }
}

bool arch_load_dense(struct model *m, int i, const char *suffix, int ff, struct err *err) {
    struct layer *l = &m->layers[i];
    int64_t e = m->hp.embd;
    char name[64];
    if (ff <= 0) {
        return err_set(err, ERR_MODEL, "the width of the feed-forward part is not given");
    }
    (void)snprintf(name, sizeof name, "ffn_gate%s.weight", suffix);
    if (!load_matrix(m, &l->gate, load_name(i, name), e, ff, 1, err)) {
        return false;
    }
    (void)snprintf(name, sizeof name, "ffn_up%s.weight", suffix);
    if (!load_matrix(m, &l->up, load_name(i, name), e, ff, 1, err)) {
        return false;
    }
    (void)snprintf(name, sizeof name, "ffn_down%s.weight", suffix);
    if (!load_matrix(m, &l->down, load_name(i, name), ff, e, 1, err)) {
        return false;
    }
    pair(&l->gate_up, &l->gate, &l->up);
    return true;
}

bool arch_load_experts(struct model *m, int i, struct err *err) {
    const struct hparams *hp = &m->hp;
    struct layer *l = &m->layers[i];
    int64_t e = hp->embd, ff = hp->ff_expert, n = hp->experts;
    l->ffn = FFN_MOE;
    if (!load_matrix(m, &l->router, load_name(i, "ffn_gate_inp.weight"), e, n, 1, err) ||
        !load_vector(m, &l->router_bias, load_name(i, "ffn_gate_inp.bias"), n, false, err) ||
        !load_vector(m, &l->router_sel_bias, load_name(i, "exp_probs_b.bias"), n, false, err) ||
        !load_matrix(m, &l->exp_gate, load_name(i, "ffn_gate_exps.weight"), e, ff, n, err) ||
        !load_matrix(m, &l->exp_up, load_name(i, "ffn_up_exps.weight"), e, ff, n, err) ||
        !load_matrix(m, &l->exp_down, load_name(i, "ffn_down_exps.weight"), ff, e, n, err) ||
        !load_vectors(m, &l->exp_gate_bias, load_name(i, "ffn_gate_exps.bias"), ff, n, err) ||
        !load_vectors(m, &l->exp_up_bias, load_name(i, "ffn_up_exps.bias"), ff, n, err) ||
        !load_vectors(m, &l->exp_down_bias, load_name(i, "ffn_down_exps.bias"), e, n, err)) {
        return false;
    }
    pair(&l->exp_gate_up, &l->exp_gate, &l->exp_up);
    return hp->experts_shared == 0 ||
           arch_load_dense(m, i, "_shexp", hp->ff_expert * hp->experts_shared, err);
}
