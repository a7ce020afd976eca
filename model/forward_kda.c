/* Linear attention: Kimi Delta Attention (Kimi Linear, arXiv 2510.26692). Runs in forward_run's
 * thread with phases on the pool; touches the batch's rows and the states of its spans.
 *
 *   u = q, k, v . h;  a causal convolution of few taps by channel, silu;  q, k to length 1 by head
 *   g = decay[head] softplus(f_b . f_a . h + dt_bias) <= 0;  beta = sigmoid(beta . h)
 *   S <- e^g S (by rows);  u = beta (v - S' k);  S <- S + k u';  o = S' q / sqrt(dim)
 *   out = rms(o) norm sigmoid(g_b . g_a . h)
 *
 * A sequence's state is, by layer, the last taps - 1 inputs of the convolutions, [q k v][tap]
 * [channel], and S, [head][key number][value number]. One thread takes a head of a span through
 * its tokens one after the other, so bits do not depend on how a sequence is cut (G3). */
#include "model/fmath.h"
#include "model/forward_int.h"

static size_t inner_of(const struct hparams *hp) {
    return (size_t)hp->heads * (size_t)hp->kda_dim;
}

size_t forward_kda_floats(const struct hparams *hp) {
    return inner_of(hp) * (3 * (size_t)(hp->conv - 1) + (size_t)hp->kda_dim);
}

void forward_kda_create(struct forward *f) {
    const struct hparams *hp = &f->m->hp;
    size_t rows = (size_t)f->rows_max, inner = inner_of(hp), rank = (size_t)hp->kda_dim;
    if (hp->state_floats == 0) {
        return;
    }
    f->kda_in = forward_buffer(f, rows * 3 * inner, sizeof(float));
    f->kda_low = forward_buffer(f, rows * 2 * rank, sizeof(float));
    f->kda_decay = forward_buffer(f, rows * inner, sizeof(float));
    f->kda_gate = forward_buffer(f, rows * inner, sizeof(float));
    f->kda_beta = forward_buffer(f, rows * (size_t)hp->heads, sizeof(float));
    f->kda_ones = forward_buffer(f, (size_t)hp->kda_dim, sizeof(float));
    for (int i = 0; i < hp->kda_dim; i++) {
        f->kda_ones[i] = 1;
    }
    forward_act_make(f, &f->kda_f, rank, rows);
    forward_act_make(f, &f->kda_g, rank, rows);
}

static void low_row(struct forward *f, int row, int thread, const void *arg) {
    const struct layer *l = &f->m->layers[*(const int *)arg];
    size_t rank = (size_t)f->m->hp.kda_dim;
    const float *low = f->kda_low + (size_t)row * 2 * rank;
    (void)thread;
    act_put(f->kern, &f->kda_f, (size_t)row, low, ACT_FOR(l->f_b.type));
    act_put(f->kern, &f->kda_g, (size_t)row, low + rank, ACT_FOR(l->g_b.type));
}

/* A head of a span; what it has of its layer's state and weights. */
struct head {
    const struct forward *f;
    size_t dim, taps;
    float *past[3];       /* [tap] of the head's channels, `inner` floats apart */
    const float *conv[3]; /* [channel][tap] */
    float *s;             /* [key number][value number] */
};

/* One of q, k, v of a token: out = silu of the convolution over its past, which x joins. */
static void convolve(const struct head *h, int which, const float *x, float *out) {
    size_t n = h->dim, inner = inner_of(&h->f->m->hp), last = h->taps - 1;
    float *past = h->past[which];
    const float *w = h->conv[which];
    for (size_t c = 0; c < n; c++) {
        float sum = 0;
        for (size_t j = 0; j < last; j++) {
            sum += w[c * h->taps + j] * past[j * inner + c];
        }
        out[c] = sum + w[c * h->taps + last] * x[c];
    }
    for (size_t j = 0; j + 1 < last; j++) {
        memcpy(past + j * inner, past + (j + 1) * inner, n * sizeof *past);
    }
    memcpy(past + (last - 1) * inner, x, n * sizeof *past);
    fmath_swiglu(out, out, h->f->kda_ones, 16, n);
}

static void to_length_one(const struct head *h, float *x) {
    float length = fmath_sqrt(vec_dot(h->f->kern, x, x, h->dim)), eps = h->f->m->hp.eps;
    vec_scale(h->f->kern, 1.0f / (length > eps ? length : eps), x, h->dim);
}

/* The state takes a token; o = S' q. keep: e^g by key number. */
static void take_token(const struct head *h, const float *q, const float *k, float *v,
                       const float *keep, float beta, float *o) {
    const struct kernels *kern = h->f->kern;
    size_t n = h->dim;
    memset(o, 0, n * sizeof *o);
    for (size_t i = 0; i < n; i++) {
        vec_scale(kern, keep[i], h->s + i * n, n);
        vec_axpy(kern, k[i], h->s + i * n, o, n);
    }
    for (size_t j = 0; j < n; j++) {
        v[j] = beta * (v[j] - o[j]);
    }
    memset(o, 0, n * sizeof *o);
    for (size_t i = 0; i < n; i++) {
        vec_axpy(kern, k[i], v, h->s + i * n, n);
        vec_axpy(kern, q[i], h->s + i * n, o, n);
    }
    vec_scale(kern, 1.0f / fmath_sqrt((float)n), o, n);
}

struct kda_run {
    struct forward *f;
    const struct layer *layer;
};

static void head_item(void *arg, int item, int thread) {
    const struct kda_run *run = arg;
    struct forward *f = run->f;
    const struct hparams *hp = &f->m->hp;
    const struct layer *l = run->layer;
    int span = item / hp->heads, head = item % hp->heads, begin = f->span_begin[span];
    size_t n = (size_t)hp->kda_dim, inner = inner_of(hp), at = (size_t)head * n;
    const struct span *s = f->row[begin].span;
    float *state = s->state + l->state_at, *work = f->scratch[thread].kda;
    float *q = work, *k = work + n, *v = work + 2 * n, *keep = work + 3 * n;
    size_t past = (size_t)(hp->conv - 1) * inner;
    struct head h = {.f = f, .dim = n, .taps = (size_t)hp->conv};
    const float *conv[3] = {l->conv_q, l->conv_k, l->conv_v};
    for (int i = 0; i < 3; i++) {
        h.past[i] = state + (size_t)i * past + at;
        h.conv[i] = conv[i] + at * (size_t)hp->conv;
    }
    h.s = state + 3 * past + (size_t)head * n * n;
    for (int row = begin; row < begin + s->n; row++) {
        const float *in = f->kda_in + (size_t)row * 3 * inner + at;
        const float *gate = f->kda_gate + (size_t)row * inner + at;
        float *o = f->heads_out + (size_t)row * inner + at;
        convolve(&h, 0, in, q);
        convolve(&h, 1, in + inner, k);
        convolve(&h, 2, in + 2 * inner, v);
        to_length_one(&h, q);
        to_length_one(&h, k);
        for (size_t i = 0; i < n; i++) {
            keep[i] = f->kda_decay[(size_t)row * inner + at + i] + l->dt_bias[at + i];
        }
        fmath_softplus(keep, n);
        vec_scale(f->kern, l->decay[head], keep, n);
        (void)fmath_exp_sub(keep, n, 0);
        float beta = fmath_sigmoid(f->kda_beta[(size_t)row * (size_t)hp->heads + (size_t)head]);
        take_token(&h, q, k, v, keep, beta, o);
        forward_norm(f, o, o, l->kda_norm, n);
        for (size_t i = 0; i < n; i++) {
            o[i] *= fmath_sigmoid(gate[i]);
        }
    }
}

static void out_row(struct forward *f, int row, int thread, const void *arg) {
    const struct layer *l = &f->m->layers[*(const int *)arg];
    (void)thread;
    act_put(f->kern, &f->out, (size_t)row, f->heads_out + (size_t)row * inner_of(&f->m->hp),
            ACT_FOR(l->o.type));
}

void forward_kda(struct forward *f, int layer) {
    const struct layer *l = &f->m->layers[layer];
    const struct hparams *hp = &f->m->hp;
    size_t inner = inner_of(hp), rank = (size_t)hp->kda_dim;
    struct job jobs[] = {
        forward_job(f, &l->q, &f->h, f->kda_in, 3 * inner),
        forward_job(f, &l->k, &f->h, f->kda_in + inner, 3 * inner),
        forward_job(f, &l->v, &f->h, f->kda_in + 2 * inner, 3 * inner),
        forward_job(f, &l->f_a, &f->h, f->kda_low, 2 * rank),
        forward_job(f, &l->g_a, &f->h, f->kda_low + rank, 2 * rank),
        forward_job(f, &l->beta, &f->h, f->kda_beta, (size_t)hp->heads),
    };
    forward_jobs(f, jobs, (int)ARRAY_LEN(jobs));
    forward_rows(f, f->rows, rank * 4, low_row, &layer);
    struct job gates[] = {
        forward_job(f, &l->f_b, &f->kda_f, f->kda_decay, inner),
        forward_job(f, &l->g_b, &f->kda_g, f->kda_gate, inner),
    };
    forward_jobs(f, gates, (int)ARRAY_LEN(gates));
    struct kda_run run = {f, l};
    uint64_t cost = (uint64_t)f->rows * inner * (uint64_t)hp->kda_dim * 4;
    pool_run(f->pool, f->spans * hp->heads, cost, head_item, &run);
    forward_rows(f, f->rows, inner * 2, out_row, &layer);
}
