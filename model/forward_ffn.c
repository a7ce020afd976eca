/* Feed-forward: dense SwiGLU, and mixture of experts with shared experts.
 * Runs in forward_run's thread with phases on the pool.
 *
 *   dense: norm -> gate, up -> silu(gate) * up -> down -> add
 *   moe:   norm -> router -> choose experts per row -> counting sort of (row, expert) by expert
 *          -> gate, up, silu * up of all experts -> down of all experts -> sum per row
 *
 * The shared experts, which every row visits, come first in both products: with many rows they wait
 * for the multiplier and the others, which few rows visit, for memory, so that one thread computes
 * while another one streams.
 *
 * The whole batch is routed before any expert runs, so each expert's weights are read once for all
 * rows that chose it. A row's sum goes over its experts in ascending number, whatever else is in
 * the batch (G3). Ties in the choice fall to the lower number. */
#include "model/fmath.h"
#include "model/forward_int.h"

static const struct layer *layer_of(const struct forward *f, const void *arg) {
    return &f->m->layers[*(const int *)arg];
}

static void norm_row(struct forward *f, int row, int thread, const void *arg) {
    const struct layer *l = layer_of(f, arg);
    size_t e = (size_t)f->m->hp.embd;
    float *h = f->scratch[thread].row;
    forward_norm(f, h, f->x + (size_t)row * e, l->ffn_norm, e);
    act_put(f->kern, &f->h, (size_t)row, h,
            forms_of(&l->gate, &l->up) | forms_of(&l->exp_gate, &l->exp_up) |
                forms_of(&l->router, &l->router));
}

/* Whether the products' items make the activations; else a phase of rows does. */
static bool is_fused(const struct mat *both, size_t ff) {
    return both->k != 0 && ff % 32 == 0;
}

/* One job for an interleaved pair, two otherwise; returns how many. */
static int gate_up_jobs(struct job *jobs, const struct mat *both, const struct mat *gate,
                        const struct mat *up, struct job like, size_t ff) {
    jobs[0] = like;
    if (both->k != 0) {
        jobs[0].w = both;
        jobs[0].into = is_fused(both, ff) ? like.into : NULL;
        return 1;
    }
    jobs[0].into = NULL;
    jobs[1] = jobs[0];
    jobs[0].w = gate;
    jobs[1].w = up;
    jobs[1].dst += ff;
    return 2;
}

/* ---- dense, and the shared experts ---- */

static void act_row(struct forward *f, int row, int thread, const void *arg) {
    const struct layer *l = layer_of(f, arg);
    float *x = f->ff + (size_t)row * 2 * l->down.k;
    (void)thread;
    forward_activate(f, x, l->down.k, l->gate_up.k != 0, NULL, NULL);
    act_put(f->kern, &f->ffa, (size_t)row, x, ACT_FOR(l->down.type));
}

static void add_row(struct forward *f, int row, int thread, const void *arg) {
    size_t e = (size_t)f->m->hp.embd;
    (void)thread;
    (void)arg;
    vec_axpy(f->kern, 1.0f, f->tmp + (size_t)row * e, f->x + (size_t)row * e, e);
}

static struct act act_wide(const struct act *a, size_t k) {
    /* The buffer is made for the widest layer; a narrower one uses its first part. */
    struct act b = *a;
    b.k = k;
    return b;
}

static void dense(struct forward *f, int layer) {
    const struct layer *l = &f->m->layers[layer];
    size_t ff = l->down.k, e = (size_t)f->m->hp.embd;
    struct act mid = act_wide(&f->ffa, ff);
    struct act whole = f->ffa;
    struct job jobs[2], like = {.a = &f->h, .m = f->rows, .dst = f->ff, .stride = 2 * ff};
    like.into = &mid;
    like.into_forms = ACT_FOR(l->down.type);
    f->ffa = mid;
    forward_jobs(f, jobs, gate_up_jobs(jobs, &l->gate_up, &l->gate, &l->up, like, ff));
    if (!is_fused(&l->gate_up, ff)) {
        forward_rows(f, f->rows, ff * 16, act_row, &layer);
    }
    struct job down = {.w = &l->down, .a = &mid, .m = f->rows, .dst = f->tmp, .stride = e};
    forward_jobs(f, &down, 1);
    f->ffa = whole;
    forward_rows(f, f->rows, e, add_row, NULL);
}

/* ---- routing ---- */

/* -inf for experts outside the best groups, a group's worth being its two largest. */
static void keep_groups(const struct hparams *hp, float *sel) {
    int size = hp->experts / hp->groups;
    bool keep[4096] = {false};
    for (int used = 0; used < hp->groups_used; used++) {
        int best = -1;
        float best_score = 0;
        for (int g = 0; g < hp->groups; g++) {
            float a = -__builtin_inff(), b = -__builtin_inff();
            for (int i = 0; i < size; i++) {
                float s = sel[g * size + i];
                b = s > a ? a : s > b ? s : b;
                a = s > a ? s : a;
            }
            float score = size > 1 ? a + b : a;
            if (!keep[g] && (best < 0 || score > best_score)) {
                best = g;
                best_score = score;
            }
        }
        keep[best] = true;
    }
    for (int i = 0; i < hp->experts; i++) {
        sel[i] = keep[i / size] ? sel[i] : -__builtin_inff();
    }
}

/* ids[0..k) = the largest of sel, lower number first among equals; then ascending by number. */
static void choose(const float *sel, int n, int k, int *ids) {
    for (int i = 0; i < k; i++) {
        int best = -1;
        for (int e = 0; e < n; e++) {
            bool taken = false;
            for (int j = 0; j < i; j++) {
                taken = taken || ids[j] == e;
            }
            if (!taken && (best < 0 || sel[e] > sel[best])) {
                best = e;
            }
        }
        ids[i] = best;
    }
    for (int i = 1; i < k; i++) {
        for (int j = i; j > 0 && ids[j - 1] > ids[j]; j--) {
            int t = ids[j];
            ids[j] = ids[j - 1];
            ids[j - 1] = t;
        }
    }
}

static void route_row(struct forward *f, int row, int thread, const void *arg) {
    const struct layer *l = layer_of(f, arg);
    const struct hparams *hp = &f->m->hp;
    float *p = f->router + (size_t)row * (size_t)hp->experts;
    float *sel = f->scratch[thread].route;
    int *ids = f->ids + row * hp->experts_used;
    float *w = f->weights + row * hp->experts_used, sum = 0;
    for (int e = 0; l->router_bias != NULL && e < hp->experts; e++) {
        p[e] += l->router_bias[e];
    }
    if (hp->gating == GATING_SOFTMAX) {
        fmath_softmax(p, (size_t)hp->experts);
    } else if (hp->gating == GATING_SIGMOID) {
        for (int e = 0; e < hp->experts; e++) {
            p[e] = fmath_sigmoid(p[e]);
        }
    }
    for (int e = 0; e < hp->experts; e++) {
        sel[e] = p[e] + (l->router_sel_bias != NULL ? l->router_sel_bias[e] : 0.0f);
    }
    if (hp->groups > 1) {
        keep_groups(hp, sel);
    }
    choose(sel, hp->experts, hp->experts_used, ids);
    for (int i = 0; i < hp->experts_used; i++) {
        w[i] = p[ids[i]];
    }
    if (hp->gating == GATING_SOFTMAX_CHOSEN) {
        fmath_softmax(w, (size_t)hp->experts_used);
    }
    for (int i = 0; i < hp->experts_used; i++) {
        sum += w[i];
    }
    float norm = hp->weights_norm ? 1.0f / (sum > 6.1035e-5f ? sum : 6.1035e-5f) : 1.0f;
    for (int i = 0; i < hp->experts_used; i++) {
        w[i] = w[i] * norm * hp->weights_scale;
    }
}

/* Counting sort of (row, expert) by expert; rows stay in order. */
static void sort_slots(struct forward *f) {
    const struct hparams *hp = &f->m->hp;
    int n = f->rows * hp->experts_used, *begin = f->expert_begin;
    memset(begin, 0, ((size_t)hp->experts + 2) * sizeof *begin);
    for (int i = 0; i < n; i++) {
        begin[f->ids[i] + 2]++;
    }
    for (int e = 0; e < hp->experts; e++) {
        begin[e + 2] += begin[e + 1];
    }
    for (int i = 0; i < n; i++) {
        int at = begin[f->ids[i] + 1]++;
        f->slot_rows[at] = i / hp->experts_used;
        f->slot_of[i] = at;
    }
}

/* ---- experts ---- */

/* Vector e of a tensor of one a expert. */
static const float *bias_of(const float *all, size_t e, size_t n) {
    return all != NULL ? all + e * n : NULL;
}

/* The expert of a slot: one of those that its row chose. */
static size_t expert_of(const struct forward *f, int slot) {
    int used = f->m->hp.experts_used, at = f->slot_rows[slot] * used;
    while (f->slot_of[at] != slot) {
        at++;
    }
    return (size_t)f->ids[at];
}

static void routed_act(struct forward *f, int slot, int thread, const void *arg) {
    const struct layer *l = layer_of(f, arg);
    size_t ff = l->exp_down.k, e = expert_of(f, slot);
    float *x = f->routed_ff + (size_t)slot * 2 * ff;
    (void)thread;
    forward_activate(f, x, ff, l->exp_gate_up.k != 0, bias_of(l->exp_gate_bias, e, ff),
                     bias_of(l->exp_up_bias, e, ff));
    act_put(f->kern, &f->routed, (size_t)slot, x, ACT_FOR(l->exp_down.type));
}

static void sum_row(struct forward *f, int row, int thread, const void *arg) {
    const struct layer *l = layer_of(f, arg);
    const struct hparams *hp = &f->m->hp;
    size_t e = (size_t)hp->embd;
    float *y = f->scratch[thread].row;
    memset(y, 0, e * sizeof *y);
    for (int i = 0; i < hp->experts_used; i++) {
        int at = row * hp->experts_used + i;
        const float *bias = bias_of(l->exp_down_bias, (size_t)f->ids[at], e);
        vec_axpy(f->kern, f->weights[at], f->routed_out + (size_t)f->slot_of[at] * e, y, e);
        if (bias != NULL) {
            vec_axpy(f->kern, f->weights[at], bias, y, e);
        }
    }
    if (hp->experts_shared > 0) {
        vec_axpy(f->kern, 1.0f, f->tmp + (size_t)row * e, y, e);
    }
    vec_axpy(f->kern, 1.0f, y, f->x + (size_t)row * e, e);
}

/* Jobs of all experts that have rows; returns how many. */
static int expert_jobs(struct forward *f, const struct layer *l, struct job *jobs, bool down) {
    size_t ff = l->exp_down.k, e = (size_t)f->m->hp.embd;
    int n = 0;
    for (int x = 0; x < f->m->hp.experts; x++) {
        int from = f->expert_begin[x], m = f->expert_begin[x + 1] - from;
        if (m == 0) {
            continue;
        }
        size_t at = (size_t)from;
        struct job like = {.expert = (size_t)x, .m = m};
        if (!down) {
            like.a = &f->h;
            like.rows = f->slot_rows + from;
            like.dst = f->routed_ff + at * 2 * ff;
            like.stride = 2 * ff;
            like.into = &f->routed;
            like.into_row = from;
            like.into_forms = ACT_FOR(l->exp_down.type);
            like.gate_bias = bias_of(l->exp_gate_bias, (size_t)x, ff);
            like.up_bias = bias_of(l->exp_up_bias, (size_t)x, ff);
            n += gate_up_jobs(jobs + n, &l->exp_gate_up, &l->exp_gate, &l->exp_up, like, ff);
            continue;
        }
        like.w = &l->exp_down;
        like.a = &f->routed;
        like.rows = f->identity + from;
        like.dst = f->routed_out + at * e;
        like.stride = e;
        jobs[n++] = like;
    }
    return n;
}

static void moe(struct forward *f, int layer) {
    const struct layer *l = &f->m->layers[layer];
    const struct hparams *hp = &f->m->hp;
    size_t e = (size_t)hp->embd, shared = l->down.k;
    struct act mid = act_wide(&f->ffa, shared), whole = f->ffa;
    struct job *jobs = f->jobs, like = {.a = &f->h, .m = f->rows};
    int n = 0;
    f->ffa = mid;
    jobs[0] = like;
    jobs[0].w = &l->router;
    jobs[0].dst = f->router;
    jobs[0].stride = (size_t)hp->experts;
    forward_jobs(f, jobs, 1);
    forward_rows(f, f->rows, (uint64_t)hp->experts * (uint64_t)(hp->experts_used + 16), route_row,
                 &layer);
    sort_slots(f);
    like.dst = f->ff;
    like.stride = 2 * shared;
    like.into = &mid;
    like.into_forms = ACT_FOR(l->down.type);
    if (shared > 0) {
        n = gate_up_jobs(jobs, &l->gate_up, &l->gate, &l->up, like, shared);
    }
    n += expert_jobs(f, l, jobs + n, false);
    forward_jobs(f, jobs, n);
    if (shared > 0 && !is_fused(&l->gate_up, shared)) {
        forward_rows(f, f->rows, shared * 16, act_row, &layer);
    }
    if (!is_fused(&l->exp_gate_up, l->exp_down.k)) {
        forward_rows(f, f->rows * hp->experts_used, l->exp_down.k * 16, routed_act, &layer);
    }
    n = 0;
    if (shared > 0) {
        jobs[n++] =
            (struct job){.w = &l->down, .a = &mid, .m = f->rows, .dst = f->tmp, .stride = e};
    }
    n += expert_jobs(f, l, jobs + n, true);
    forward_jobs(f, jobs, n);
    f->ffa = whole;
    forward_rows(f, f->rows, e * (uint64_t)(hp->experts_used + 2), sum_row, &layer);
}

void forward_ffn(struct forward *f, int layer) {
    forward_rows(f, f->rows, (uint64_t)f->m->hp.embd * 4, norm_row, &layer);
    if (f->m->layers[layer].ffn == FFN_MOE) {
        moe(f, layer);
    } else {
        dense(f, layer);
    }
}
