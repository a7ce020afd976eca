/* Drawing a token: counter-based randomness, fixed order, no libm.
 *
 * Owns: nothing. Pure; any thread.
 *
 * Weights are exp((logit - max) / temperature) by fmath_exp, sums are doubles added in the order of
 * ids (or of falling weight, ties by id), the random number is Philox 4x32-10 of key and position:
 * no step depends on the CPU, the batch or on what was drawn before, so a resumed run draws the
 * same token at the same position.
 *
 * The ways: temperature 0 takes the best. Without top-k and top-p the ids are walked once to sum,
 * and the stretch where u falls once more. Top-k keeps a heap of k. Top-p alone sorts only the
 * tokens whose logits are near enough to the best to matter, found by a histogram. Top-p counts the
 * weights that top-k left; min-p drops what is below its share of the best.
 *
 * NaN logits count as the lowest. Should rounding leave u at the very end, the last candidate is
 * taken: a token outside of the candidates is never returned.
 */
#include "model/sampler.h"
#include "model/fmath.h"

#define HISTOGRAM_BINS     512
#define HISTOGRAM_PER_UNIT 16 /* bins a unit of (max - logit) / temperature: 32 units in all */

struct candidate {
    float logit;
    int32_t id;
};

void sampler_random(const uint64_t key[2], uint64_t position, uint32_t stream, uint32_t out[4]) {
    uint32_t c[4] = {(uint32_t)position, (uint32_t)(position >> 32), stream, (uint32_t)key[1]};
    uint32_t k0 = (uint32_t)key[0], k1 = (uint32_t)(key[0] >> 32) ^ (uint32_t)(key[1] >> 32);
    for (int round = 0; round < 10; round++) {
        uint64_t a = (uint64_t)0xD2511F53u * c[0], b = (uint64_t)0xCD9E8D57u * c[2];
        uint32_t n0 = (uint32_t)(b >> 32) ^ c[1] ^ k0, n2 = (uint32_t)(a >> 32) ^ c[3] ^ k1;
        c[1] = (uint32_t)b;
        c[3] = (uint32_t)a;
        c[0] = n0;
        c[2] = n2;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    memcpy(out, c, sizeof(c));
}

static double uniform(const struct sampling *s, uint64_t position) {
    uint32_t r[4];
    sampler_random(s->key, position, 0, r);
    uint64_t bits = (uint64_t)r[0] << 21 ^ r[1] >> 11; /* 53 bits */
    return (double)bits / 9007199254740992.0;
}

/* Next allowed id at or after i; n if none. Words of zeros are skipped: masks are often sparse. */
static int next_allowed(const uint32_t *mask, int i, int n) {
    while (mask && i < n) {
        uint32_t word = mask[i >> 5] >> (i & 31);
        if (word) {
            i += __builtin_ctz(word);
            break;
        }
        i = (i | 31) + 1;
    }
    return MIN(i, n);
}

#define EACH_ALLOWED(i, mask, n)                                                                   \
    for (int i = next_allowed(mask, 0, n); i < (n); i = next_allowed(mask, i + 1, n))

static int32_t best_of_all(const float *logits, int n) {
    float max = fmath_largest(logits, (size_t)n);
    for (int i = 0; i < n; i++) {
        if (logits[i] == max) {
            return i;
        }
    }
    return n > 0 ? 0 : -1; /* all are NaN */
}

int32_t sampler_best(const float *logits, int n, const uint32_t *mask) {
    int32_t best = -1;
    if (mask == NULL) {
        return best_of_all(logits, n);
    }
    EACH_ALLOWED(i, mask, n) {
        if (best < 0 || logits[i] > logits[best] ||
            (logits[best] != logits[best] && logits[i] == logits[i])) {
            best = i;
        }
    }
    return best;
}

static float weight(float logit, float max, float scale) {
    float w = fmath_exp((logit - max) * scale);
    return w > 0.0f ? w : 0.0f; /* NaN: 0 */
}

/* ---- all ids ---- */

/* Allowed ids in order, some hundred at a time, with their weights. */
#define STRETCH 512
struct stretch {
    const float *logits;
    const uint32_t *mask;
    int n, next; /* ids in all, from here on not walked */
    float max, scale;
    int count;
    int32_t id[STRETCH];
    float weight[STRETCH];
};

static bool stretch_next(struct stretch *s) {
    int i = next_allowed(s->mask, s->next, s->n);
    s->count = 0;
    for (; i < s->n && s->count < STRETCH; i = next_allowed(s->mask, i + 1, s->n)) {
        s->id[s->count] = i;
        s->weight[s->count++] = (s->logits[i] - s->max) * s->scale;
    }
    s->next = i;
    (void)fmath_exp_sub(s->weight, (size_t)s->count, 0.0f);
    for (int k = 0; k < s->count; k++) {
        s->weight[k] = s->weight[k] > 0.0f ? s->weight[k] : 0.0f; /* NaN: 0 */
    }
    return s->count > 0;
}

static int32_t draw_all(struct stretch *s, float min_p, double u) {
    size_t n = 0, most = (size_t)s->n / STRETCH + 2;
    AUTO_FREE double *sums = xmalloc(most * sizeof *sums); /* before each stretch */
    AUTO_FREE int *begin = xmalloc(most * sizeof *begin);
    double sum = 0.0;
    int32_t last = -1;
    for (begin[0] = s->next; stretch_next(s); begin[++n] = s->next) {
        sums[n] = sum;
        for (int k = 0; k < s->count; k++) {
            sum += s->weight[k] >= min_p ? (double)s->weight[k] : 0.0;
        }
    }
    sums[n] = sum;
    /* The first stretch behind which the sum is beyond u; with none, the last that has any weight.
     */
    size_t at = 0;
    while (at + 1 < n && sums[at + 1] <= u * sum) {
        at++;
    }
    while (at > 0 && sums[at] == sum) {
        at--;
    }
    s->next = begin[at];
    (void)stretch_next(s);
    for (int k = 0; k < s->count; k++) {
        if (s->weight[k] <= 0.0f || s->weight[k] < min_p) {
            continue;
        }
        sums[at] += (double)s->weight[k];
        last = s->id[k];
        if (sums[at] > u * sum) {
            break;
        }
    }
    return last;
}

/* ---- top-k, top-p ---- */

/* a comes before b: higher logit, then lower id. NaN never gets here. */
static bool before(struct candidate a, struct candidate b) {
    return a.logit > b.logit || (a.logit == b.logit && a.id < b.id);
}

static int compare_candidates(const void *a, const void *b) {
    return before(*(const struct candidate *)a, *(const struct candidate *)b) ? -1 : 1;
}

/* Heap whose root is the last of the kept ones. */
static void sift_down(struct candidate *heap, size_t n, size_t i) {
    for (;;) {
        size_t last = i;
        for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < n; child++) {
            last = before(heap[last], heap[child]) ? child : last;
        }
        if (last == i) {
            return;
        }
        struct candidate swap = heap[i];
        heap[i] = heap[last];
        heap[last] = swap;
        i = last;
    }
}

static size_t take_top_k(const float *logits, int n, const uint32_t *mask, size_t k,
                         struct candidate *heap) {
    size_t count = 0;
    EACH_ALLOWED(i, mask, n) {
        struct candidate c = {logits[i], i};
        if (c.logit != c.logit) {
            continue;
        }
        if (count < k) {
            heap[count++] = c;
            for (size_t at = count == k ? k / 2 : 0; at-- > 0;) {
                sift_down(heap, k, at);
            }
        } else if (before(c, heap[0])) {
            heap[0] = c;
            sift_down(heap, k, 0);
        }
    }
    return count;
}

static int bin_of(float logit, float max, float scale) {
    float below = (max - logit) * scale * HISTOGRAM_PER_UNIT;
    return below < HISTOGRAM_BINS - 1 ? (int)below : HISTOGRAM_BINS - 1;
}

/* Tokens that together hold more than top_p of the weight; *sum is the weight of all. */
static size_t take_top_p(struct stretch *s, double top_p, struct candidate **out, double *sum) {
    double mass[HISTOGRAM_BINS] = {0}, held = 0.0;
    size_t counts[HISTOGRAM_BINS] = {0}, count = 0;
    int last = 0;
    *sum = 0.0;
    while (stretch_next(s)) {
        for (int k = 0; k < s->count; k++) {
            float logit = s->logits[s->id[k]];
            if (logit == logit) {
                int bin = bin_of(logit, s->max, s->scale);
                mass[bin] += (double)s->weight[k];
                counts[bin]++;
                *sum += (double)s->weight[k];
            }
        }
    }
    for (; last < HISTOGRAM_BINS - 1 && held < top_p * *sum; last++) {
        held += mass[last];
    }
    for (int bin = 0; bin <= last; bin++) {
        count += counts[bin];
    }
    *out = xmalloc((count + 1) * sizeof(**out));
    count = 0;
    EACH_ALLOWED(i, s->mask, s->n) {
        float logit = s->logits[i];
        if (logit == logit && bin_of(logit, s->max, s->scale) <= last) {
            (*out)[count++] = (struct candidate){logit, i};
        }
    }
    return count;
}

/* From candidates in falling order: cut at top_p of sum and below min_p, then where u falls. */
static int32_t draw_sorted(const struct candidate *c, size_t n, float max, float scale,
                           const struct sampling *s, double sum, double u) {
    double kept = 0.0, at = 0.0;
    size_t end = 0;
    while (end < n && (end == 0 || s->top_p >= 1.0f || kept < (double)s->top_p * sum)) {
        float w = weight(c[end].logit, max, scale);
        if (end > 0 && w < s->min_p) {
            break;
        }
        kept += (double)w;
        end++;
    }
    for (size_t i = 0; i + 1 < end; i++) {
        at += (double)weight(c[i].logit, max, scale);
        if (at > u * kept) {
            return c[i].id;
        }
    }
    return c[end - 1].id;
}

int32_t sampler_draw(const float *logits, int n, const uint32_t *mask, const struct sampling *s,
                     uint64_t position) {
    int32_t best = sampler_best(logits, n, mask);
    if (best < 0 || !(s->temperature > 0.0f)) {
        return best;
    }
    float max = logits[best], scale = 1.0f / s->temperature;
    bool finite = max - max == 0.0f && scale - scale == 0.0f;
    if (!finite) {
        return best;
    }
    double u = uniform(s, position), sum = 0.0;
    struct stretch all = {.logits = logits, .mask = mask, .n = n, .max = max, .scale = scale};
    if (s->top_k <= 0 && !(s->top_p < 1.0f)) {
        return draw_all(&all, s->min_p, u);
    }
    AUTO_FREE struct candidate *c = NULL;
    size_t count;
    if (s->top_k > 0) {
        size_t k = (size_t)MIN(s->top_k, n);
        c = xmalloc(k * sizeof(*c));
        count = take_top_k(logits, n, mask, k, c);
    } else {
        count = take_top_p(&all, (double)s->top_p, &c, &sum);
    }
    if (count > 1) {
        qsort(c, count, sizeof(*c), compare_candidates);
    }
    for (size_t i = 0; i < count && s->top_k > 0; i++) {
        sum += (double)weight(c[i].logit, max, scale);
    }
    return draw_sorted(c, count, max, scale, s, sum, u);
}
