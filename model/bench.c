/* Speed of one model on this machine: prefill of one sequence, decoding of a batch, and the
 * memory's read bandwidth in the same run, so that figures can be read as shares of a limit. Runs
 * on the caller's thread with a pool of its own; owns its buffers while it runs.
 *
 * Tokens are pseudo-random, so that a mixture of experts touches experts as text would, and each
 * sequence of the batch has its own. The first pass warms caches and is not counted. With a shared
 * prefix each position is decoded twice, the prefix read absorbed and expanded, in turns that
 * change their order, so that both meet the same machine. */
#include <stdatomic.h>
#include <sys/mman.h>

#include "model/eval.h"
#include "model/forward_int.h"
#include "runtime/base/clock.h"

/* Well above any cache, small beside any model worth measuring. */
#define BANDWIDTH_BYTES (512ull << 20)
#define BANDWIDTH_PIECE (1ull << 20)

/* Far enough for the prefetches to be under way all the time (more makes no difference). */
#define BANDWIDTH_AHEAD 4096

struct reading {
    const uint8_t *memory;
    _Atomic uint64_t sum;
};

/* One word of each cache line, so that memory and not the adding is measured. */
static void read_item(void *arg, int item, int thread) {
    struct reading *r = arg;
    const uint8_t *p = r->memory + (size_t)item * BANDWIDTH_PIECE;
    uint64_t sum = 0, word;
    (void)thread;
    for (size_t i = 0; i < BANDWIDTH_PIECE; i += 64) {
        __builtin_prefetch(p + i + BANDWIDTH_AHEAD, 0, 1);
        memcpy(&word, p + i, sizeof word);
        sum += word;
    }
    atomic_fetch_add(&r->sum, sum);
}

static double read_bandwidth(struct pool *pool) {
    struct reading r = {0};
    void *map =
        mmap(NULL, BANDWIDTH_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    double best = 0;
    if (map == MAP_FAILED) {
        return 0;
    }
    (void)madvise(map, BANDWIDTH_BYTES, MADV_HUGEPAGE);
    memset(map, 1, BANDWIDTH_BYTES);
    r.memory = map;
    for (int i = 0; i < 4; i++) {
        int64_t start = clock_mono_ns();
        pool_run(pool, (int)(BANDWIDTH_BYTES / BANDWIDTH_PIECE), BANDWIDTH_BYTES, read_item, &r);
        double ns = (double)(clock_mono_ns() - start);
        best = MAX(best, (double)BANDWIDTH_BYTES / MAX(ns, 1.0));
    }
    (void)munmap(map, BANDWIDTH_BYTES);
    return best;
}

struct bench {
    struct forward *f;
    struct pool *pool;
    uint8_t *memory, *expanded_memory;
    uint8_t **pages; /* batch x per_seq */
    size_t per_seq;
    int shared; /* positions that all sequences have in common */
    uint8_t **parts, *const **expanded;
    float *states; /* one a sequence */
    size_t state_floats;
    uint64_t seed;
    int vocab;
};

static int32_t random_token(struct bench *b) {
    b->seed = b->seed * 6364136223846793005ull + 1442695040888963407ull;
    return (int32_t)((b->seed >> 33) % (uint64_t)b->vocab);
}

static double prefill_rate(struct bench *b, int n) {
    AUTO_FREE int32_t *ids = xcalloc((size_t)n, sizeof *ids);
    double best = 0;
    for (int round = 0; round < 2; round++) {
        int64_t start = clock_mono_ns();
        for (int i = 0; i < n; i++) {
            ids[i] = random_token(b);
        }
        for (int at = 0; at < n; at += forward_rows_max(b->f)) {
            int rows = MIN(n - at, forward_rows_max(b->f));
            bool last = at + rows == n;
            struct span s = {.tokens = ids + at,
                             .n = rows,
                             .position = at,
                             .pages = b->pages,
                             .state = b->states,
                             .logits_from = last ? rows - 1 : rows};
            forward_run(b->f, &s, 1);
        }
        best = MAX(best, n * 1e9 / (double)(clock_mono_ns() - start));
    }
    return best;
}

static int compare_doubles(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static struct model_bench_steps steps_of(double *ms, int n, int batch) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
        sum += ms[i];
    }
    qsort(ms, (size_t)n, sizeof *ms, compare_doubles);
    return (struct model_bench_steps){.tokens_per_s = n * batch * 1e3 / sum,
                                      .ms_p10 = ms[(n - 1) / 10],
                                      .ms_p50 = ms[(n - 1) / 2],
                                      .ms_p90 = ms[(n - 1) * 9 / 10]};
}

/* Steps 1 to n from position `from` on into out[0]; into out[1] the same with the shared prefix
 * expanded, or from position `against` on. */
static void decode(struct bench *b, int from, int against, int n, int batch,
                   struct model_bench_steps *out) {
    AUTO_FREE struct span *spans = xcalloc((size_t)batch, sizeof *spans);
    AUTO_FREE int32_t *ids = xcalloc((size_t)batch, sizeof *ids);
    AUTO_FREE double *ms = xcalloc(2 * (size_t)n, sizeof *ms);
    int forms = b->shared > 0 || against > 0 ? 2 : 1;
    for (int i = 0; i < (n + 1) * forms; i++) {
        int step = i / forms, form = (i + step) % forms;
        for (int s = 0; s < batch; s++) {
            ids[s] = i % forms == 0 ? random_token(b) : ids[s];
            spans[s] = (struct span){.tokens = &ids[s],
                                     .n = 1,
                                     .position = (form == 1 && against > 0 ? against : from) + step,
                                     .pages = b->pages + (size_t)s * b->per_seq,
                                     .state = b->states + (size_t)s * b->state_floats,
                                     .shared = form == 1 ? b->shared : 0,
                                     .expanded = b->expanded};
        }
        int64_t start = clock_mono_ns();
        forward_run(b->f, spans, batch);
        if (step > 0) {
            ms[form * n + step - 1] = (double)(clock_mono_ns() - start) / 1e6;
        }
    }
    for (int form = 0; form < forms; form++) {
        out[form] = steps_of(ms + form * n, n, batch);
    }
}

/* Pages for all sequences. Those behind the prompt are filled with the prompt's own, so that a
 * depth costs no prefill and holds numbers as they come. */
static bool make_pages(struct bench *b, const struct model_bench_options *o, size_t page) {
    size_t longest = (size_t)MAX(o->prefill, MAX(o->depth, o->against) + o->decode) + 2, bytes = 0;
    b->per_seq = longest / PAGE_TOKENS + 1;
    if (__builtin_mul_overflow(b->per_seq * (size_t)o->batch, page, &bytes) ||
        (b->memory = try_calloc(1, bytes)) == NULL) {
        return false;
    }
    b->pages = xcalloc(b->per_seq * (size_t)o->batch, sizeof *b->pages);
    for (size_t i = 0; i < b->per_seq * (size_t)o->batch; i++) {
        b->pages[i] = b->memory + i * page;
    }
    return true;
}

static void fill_pages(struct bench *b, const struct model_bench_options *o, size_t page) {
    size_t whole = (size_t)MAX(o->prefill / PAGE_TOKENS, 1);
    size_t shared = (size_t)b->shared / PAGE_TOKENS;
    for (size_t i = whole; i < b->per_seq * (size_t)o->batch; i++) {
        if (i < b->per_seq || i % b->per_seq >= shared) {
            memcpy(b->pages[i], b->pages[i % whole], page);
        }
    }
}

/* The first sequence's leading pages are everybody's; tokens a second of expanding them. */
static double share_pages(struct bench *b, const struct model *m, enum row_format format,
                          int batch) {
    size_t n = (size_t)b->shared / PAGE_TOKENS, parts = forward_expanded_parts(m, format);
    size_t page = forward_page_bytes(m, format);
    for (int s = 1; s < batch; s++) {
        memcpy(b->pages + (size_t)s * b->per_seq, b->pages, n * sizeof *b->pages);
    }
    b->expanded_memory = try_calloc(n * parts, page);
    if (b->expanded_memory == NULL) {
        b->shared = 0;
        return 0;
    }
    b->parts = xcalloc(n * parts, sizeof *b->parts);
    b->expanded = xcalloc(n, sizeof *b->expanded);
    for (size_t i = 0; i < n * parts; i++) {
        b->parts[i] = b->expanded_memory + i * page;
        b->expanded[i / parts] = b->parts + i / parts * parts;
    }
    int64_t start = clock_mono_ns();
    forward_expand(b->f, b->pages, b->expanded, n);
    return b->shared * 1e9 / (double)(clock_mono_ns() - start);
}

bool model_bench(struct model *m, const struct model_bench_options *options,
                 struct model_bench *out, struct err *err) {
    struct model_bench_options o = *options;
    o.depth = o.depth < 0 ? o.prefill : o.depth;
    if (m->vocab_only || o.prefill < 1 || o.decode < 1 || o.batch < 1 || o.batch > 256) {
        return err_set(err, ERR_USAGE,
                       "give 1 to 256 sequences and at least one token of each kind");
    }
    if ((int64_t)MAX(o.depth, o.against) + o.decode >= m->hp.context || o.prefill > m->hp.context) {
        return err_set(err, ERR_USAGE, "the model's context is %d tokens", (int)m->hp.context);
    }
    struct bench b = {.vocab = m->hp.vocab, .seed = 1};
    enum row_format format = cache_row_format(m, o.cache);
    size_t page = forward_page_bytes(m, format);
    if (o.shared > 0 && o.against > 0) {
        return err_set(err, ERR_USAGE,
                       "a shared prefix and a second depth cannot both be measured");
    }
    if (o.shared > 0 && forward_expanded_parts(m, format) == 0) {
        return err_set(err, ERR_USAGE, "this model's attention has nothing to expand");
    }
    b.state_floats = forward_state_bytes(m) / sizeof(float);
    b.states = try_calloc((size_t)o.batch, b.state_floats * sizeof(float) + 1);
    if (b.states == NULL || !make_pages(&b, &o, page)) {
        free(b.states);
        return err_set(err, ERR_LIMIT, "no memory for the keys and values of %d sequences",
                       o.batch);
    }
    b.pool = pool_create(o.threads > 0 ? o.threads : m->threads);
    b.f = forward_create(m, b.pool, format, MAX(o.batch, MIN(o.prefill, ENGINE_ROWS_MAX)));
    b.shared = MIN(o.shared, o.depth) / TILE_TOKENS * TILE_TOKENS;
    *out = (struct model_bench){.bytes_per_token = m->info.bytes_per_token};
    out->read_bandwidth_gb_per_s = read_bandwidth(b.pool);
    out->prefill_tokens_per_s = prefill_rate(&b, o.prefill);
    fill_pages(&b, &o, page);
    if (b.shared > 0) {
        out->expand_tokens_per_s = share_pages(&b, m, format, o.batch);
    }
    struct model_bench_steps steps[2] = {0};
    decode(&b, o.depth, o.against, o.decode, o.batch, steps);
    out->decode = steps[0];
    *(b.shared > 0 ? &out->decode_expanded : &out->decode_against) = steps[1];
    out->shared = b.shared;
    forward_destroy(b.f);
    pool_destroy(b.pool);
    free(b.pages);
    free(b.memory);
    free(b.states);
    free(b.expanded_memory);
    free(b.parts);
    free((void *)b.expanded);
    return true;
}
