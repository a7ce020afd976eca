/* Goal: what many agents cost: a shared prefix, private tokens, turns of answers and tool results;
 * and what one agent that writes feels of others that read.
 * Method: the engine through its public interface; sequences are independent (nothing is forked),
 * so that all sharing is found by content; the shared prefix is declared, unless `absorbed`. `gap`:
 * one agent writes alone, then beside three prompts of 8,192 tokens; without drafts each step is
 * one token of it, so the gap is the step's time. Prints a Markdown table. Resident memory is what
 * is not a mapping of a file (RssAnon).
 *
 *     agents MODEL.gguf [AGENTS SHARED PRIVATE TURNS ANSWER RESULT [THREADS]] [f16|q8] [absorbed]
 *     agents model.gguf 100 6000 500 10 60 200            the workload of 100 agents
 *     agents model.gguf 300 6000 500 1 1 0 q8             memory of 300 agents
 *     agents model.gguf gap [TOKENS [THREADS]] [f16|q8]   p95 gap while TOKENS are prefilled
 *
 * Words come after numbers. */
#include <ctype.h>
#include <inttypes.h>
#include <semaphore.h>
#include <stdio.h>
#include <time.h>

#include "model/model.h"
#include "runtime/base/clock.h"

struct work {
    int agents, shared, private, turns, answer, result, threads;
    bool absorbed;
};
struct agent {
    const struct work *work;
    struct seq *seq;
    int id, turn;
};

static sem_t woken;
static int running;

static void wake(void *arg) {
    (void)arg;
    (void)sem_post(&woken);
}

static void random_tokens(int32_t *ids, int n, uint64_t seed) {
    for (int i = 0; i < n; i++) {
        seed = seed * 6364136223846793005ull + 1442695040888963407ull;
        ids[i] = (int32_t)(seed >> 56);
    }
}

static void on_turn(void *arg, const struct turn_result *result);

static void next_turn(struct agent *a) {
    const struct work *w = a->work;
    int n = a->turn == 0 ? w->shared + w->private : w->result;
    int32_t *ids = xcalloc((size_t)n + 1, sizeof *ids);
    if (a->turn == 0) {
        random_tokens(ids, w->shared, 1);
        random_tokens(ids + w->shared, w->private, 1000 + (uint64_t)a->id);
    } else {
        random_tokens(ids, n, 1000000 + (uint64_t)(a->id * 1000 + a->turn));
    }
    struct turn_request request = {
        .prompt = ids,
        .prompt_n = (size_t)n,
        .tokens_max = w->answer,
        .sampling = {.temperature = 1, .top_p = 1, .key = {(uint64_t)a->id, (uint64_t)a->turn}}};
    seq_submit(a->seq, &request, on_turn, a);
    free(ids);
}

static void on_turn(void *arg, const struct turn_result *result) {
    struct agent *a = arg;
    if (result->end == TURN_FAILED || result->end == TURN_CONTEXT) {
        fprintf(stderr, "agent %d: ended at turn %d: %s\n", a->id, a->turn,
                result->end == TURN_FAILED ? result->err.msg : "the context is full");
        a->turn = a->work->turns;
    }
    if (++a->turn < a->work->turns) {
        next_turn(a);
    } else {
        running--;
    }
}

/* KiB of a line of /proc/self/status. */
static long status_kib(const char *name) {
    AUTO_BUF struct buf text = BUF_INIT(1 << 16);
    int64_t kib = 0;
    if (file_read(&text, "/proc/self/status", 1 << 16, NULL)) {
        struct str all = buf_str(&text);
        size_t at = str_find(all, str_from(name), 0), end = str_find(all, STR(" kB"), at);
        if (!str_to_i64(str_trim(str_slice(all, at + strlen(name), end)), 0, INT64_MAX, &kib)) {
            kib = 0;
        }
    }
    return (long)kib;
}

static void print(const struct work *w, const struct engine_stats *s, double seconds) {
    printf("| figure | value |\n|---|---|\n");
    printf("| agents, shared, private, turns, answer, result | %d, %d, %d, %d, %d, %d |\n",
           w->agents, w->shared, w->private, w->turns, w->answer, w->result);
    printf("| prompt tokens presented | %" PRIu64 " |\n", s->prompt_presented);
    printf("| prompt tokens computed | %" PRIu64 " (%.2f %%) |\n", s->prompt_computed,
           100.0 * (double)s->prompt_computed / (double)MAX(s->prompt_presented, 1u));
    printf("| answer tokens | %" PRIu64 " |\n", s->tokens_decoded);
    printf("| wall time, s | %.2f |\n", seconds);
    printf("| answer tokens/s | %.1f |\n", (double)s->tokens_decoded / seconds);
    printf("| step p50, p95, ms | %.2f, %.2f |\n", s->step_ms_p50, s->step_ms_p95);
    printf("| tokens drafted, accepted | %" PRIu64 ", %" PRIu64 " |\n", s->drafted, s->accepted);
    printf("| pages of the shared prefix expanded | %" PRIu64 " |\n", s->pages_expanded);
    printf("| preempted turns | %" PRIu64 " |\n", s->preempted);
    printf("| KV pages in use, MB | %.1f of %.1f |\n", (double)s->kv_bytes_used / 1e6,
           (double)s->kv_bytes_max / 1e6);
    printf("| pages written to disk, read back | %" PRIu64 ", %" PRIu64 " |\n", s->pages_written,
           s->pages_read);
    printf("| resident memory beside mapped files, MB | %.1f |\n",
           (double)status_kib("RssAnon:") * 1024 / 1e6);
}

/* ---- the gap of one that writes ---- */

struct gaps {
    double p50, p95;
};

/* Gaps of the latest 256 steps, once `steps` more have been done or `*left` turns are over. */
static struct gaps gaps_after(struct engine *engine, uint64_t steps, const int *left) {
    struct engine_stats s;
    struct timespec nap = {.tv_nsec = 2000000};
    engine_stats(engine, &s);
    uint64_t end = s.steps + steps;
    while (s.steps<end && * left> 0) {
        (void)nanosleep(&nap, NULL);
        engine_drain(engine);
        engine_stats(engine, &s);
    }
    return (struct gaps){s.step_ms_p50, s.step_ms_p95};
}

static void on_read(void *arg, const struct turn_result *result) {
    (void)result;
    --*(int *)arg;
}

static struct seq *begin(struct engine *engine, int n, int answer, uint64_t seed, int *left) {
    int32_t *ids = xcalloc((size_t)n, sizeof *ids);
    struct seq *seq = seq_create(engine);
    random_tokens(ids, n, seed);
    struct turn_request request = {.prompt = ids,
                                   .prompt_n = (size_t)n,
                                   .tokens_max = answer,
                                   .sampling = {.temperature = 1, .top_p = 1, .key = {seed, 1}}};
    seq_submit(seq, &request, on_read, left);
    free(ids);
    return seq;
}

static void run_gap(struct engine *engine, int tokens) {
    enum { READERS = 3, WINDOW = 256 + 16 };
    int writing = 1, reading = READERS;
    struct seq *reader[READERS], *writer = begin(engine, 64, 100000, 1, &writing);
    struct gaps alone = gaps_after(engine, WINDOW + 64, &writing);
    for (int i = 0; i < READERS; i++) {
        reader[i] = begin(engine, tokens, 1, 100 + (uint64_t)i, &reading);
    }
    struct gaps beside = gaps_after(engine, WINDOW, &reading);
    printf("| figure | p50 | p95 |\n|---|---|---|\n");
    printf("| gap between tokens, alone, ms | %.1f | %.1f |\n", alone.p50, alone.p95);
    printf("| gap while prompts of %d tokens are read, ms | %.1f | %.1f |\n", tokens, beside.p50,
           beside.p95);
    printf("| p95 beside / p50 alone | | %.2f |\n", beside.p95 / alone.p50);
    if (reading == 0) {
        printf("\nThe prompts ended before %d steps: the gap is that of a mixture.\n", WINDOW);
    }
    for (int i = 0; i < READERS; i++) {
        seq_destroy(reader[i]);
    }
    seq_destroy(writer);
}

/* ---- the herd ---- */

static void run_herd(struct engine *engine, struct work *w) {
    struct agent *agents = xcalloc((size_t)w->agents, sizeof *agents);
    struct engine_stats stats;
    int64_t start = clock_mono_ms();
    running = w->agents;
    for (int i = 0; i < w->agents; i++) {
        agents[i] =
            (struct agent){w, seq_create_sharing(engine, w->absorbed ? 0 : w->shared), i, 0};
        next_turn(&agents[i]);
    }
    while (running > 0) {
        (void)sem_wait(&woken);
        engine_drain(engine);
    }
    engine_stats(engine, &stats);
    print(w, &stats, (double)(clock_mono_ms() - start) / 1e3);
    for (int i = 0; i < w->agents; i++) {
        seq_destroy(agents[i].seq);
    }
    free(agents);
}

int main(int argc, char **argv) {
    struct work w = {100, 6000, 500, 10, 60, 200, 0, false};
    int tokens = 8192;
    bool gap = argc > 2 && strcmp(argv[2], "gap") == 0;
    int *const herd_numbers[] = {&w.agents, &w.shared, &w.private, &w.turns,
                                 &w.answer, &w.result, &w.threads};
    int *const gap_numbers[] = {&tokens, &w.threads};
    int *const *numbers = gap ? gap_numbers : herd_numbers;
    int first = gap ? 3 : 2, n = gap ? 2 : 7;
    struct err err = ERR_INIT;
    struct model *model = NULL;
    struct engine *engine = NULL;
    if (argc < 2) {
        fprintf(stderr, "usage: agents MODEL.gguf [gap] [NUMBERS...] [f16|q8] [absorbed]\n");
        return 2;
    }
    for (int i = 0; i < n && first + i < argc && isdigit((unsigned char)argv[first + i][0]); i++) {
        *numbers[i] = (int)strtol(argv[first + i], NULL, 10);
    }
    bool q8 = false;
    for (int i = first; i < argc; i++) {
        q8 = q8 || strcmp(argv[i], "q8") == 0;
        w.absorbed = w.absorbed || strcmp(argv[i], "absorbed") == 0;
    }
    struct engine_options options = {.wake = wake,
                                     .threads = w.threads,
                                     .drafts_off = gap,
                                     .expanded_tokens = CONTEXT_TOKENS_MAX,
                                     .cache = q8 ? CACHE_Q8 : CACHE_F16};
    (void)sem_init(&woken, 0, 0);
    AUTO_FREE char *cache = xasprintf("%s/.cache/drover/weights", getenv("HOME"));
    struct model_options how = {.cache_dir = getenv("HOME") ? cache : NULL};
    if (!model_open(&model, argv[1], &how, &err) || !engine_start(&engine, model, &options, &err)) {
        fprintf(stderr, "error: %s\n", err.msg);
        return err_exit_code(err.code);
    }
    if (gap) {
        run_gap(engine, tokens);
    } else {
        run_herd(engine, &w);
    }
    engine_stop(engine);
    model_close(model);
    return 0;
}
