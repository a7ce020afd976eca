/* Goal: what many agents cost: a shared prefix, private tokens, turns of answers and tool results.
 * Method: the engine through its public interface; sequences are independent (nothing is forked),
 * so that all sharing is found by content. Prints a Markdown table.
 *
 *     agents MODEL.gguf [AGENTS SHARED PRIVATE TURNS ANSWER RESULT [THREADS [f16|q8]]]
 *     agents model.gguf 100 6000 500 10 60 200 */
#include <inttypes.h>
#include <semaphore.h>
#include <stdio.h>
#include <sys/resource.h>

#include "model/model.h"
#include "runtime/base/clock.h"

struct work {
    int agents, shared, private, turns, answer, result, threads;
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

static void print(const struct work *w, const struct engine_stats *s, double seconds) {
    struct rusage u;
    (void)getrusage(RUSAGE_SELF, &u);
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
    printf("| preempted turns | %" PRIu64 " |\n", s->preempted);
    printf("| KV pages in use, MB | %.1f of %.1f |\n", (double)s->kv_bytes_used / 1e6,
           (double)s->kv_bytes_max / 1e6);
    printf("| largest resident size, MB | %.1f |\n", (double)u.ru_maxrss / 1e3);
}

int main(int argc, char **argv) {
    struct work w = {100, 6000, 500, 10, 60, 200, 0};
    int *const numbers[] = {&w.agents, &w.shared, &w.private, &w.turns,
                            &w.answer, &w.result, &w.threads};
    struct err err = ERR_INIT;
    struct model *model = NULL;
    struct engine *engine = NULL;
    struct engine_stats stats;
    struct engine_options options = {.wake = wake};
    if (argc < 2) {
        fprintf(stderr, "usage: agents MODEL.gguf [AGENTS SHARED PRIVATE TURNS ANSWER RESULT]\n");
        return 2;
    }
    for (int i = 2; i < argc && i < 2 + (int)ARRAY_LEN(numbers); i++) {
        *numbers[i - 2] = (int)strtol(argv[i], NULL, 10);
    }
    options.threads = w.threads;
    options.cache = argc > 9 && strcmp(argv[9], "q8") == 0 ? CACHE_Q8 : CACHE_F16;
    (void)sem_init(&woken, 0, 0);
    if (!model_open(&model, argv[1], NULL, &err) || !engine_start(&engine, model, &options, &err)) {
        fprintf(stderr, "error: %s\n", err.msg);
        return err_exit_code(err.code);
    }
    struct agent *agents = xcalloc((size_t)w.agents, sizeof *agents);
    int64_t start = clock_mono_ms();
    running = w.agents;
    for (int i = 0; i < w.agents; i++) {
        agents[i] = (struct agent){&w, seq_create(engine), i, 0};
        next_turn(&agents[i]);
    }
    while (running > 0) {
        (void)sem_wait(&woken);
        engine_drain(engine);
    }
    engine_stats(engine, &stats);
    print(&w, &stats, (double)(clock_mono_ms() - start) / 1e3);
    for (int i = 0; i < w.agents; i++) {
        seq_destroy(agents[i].seq);
    }
    engine_stop(engine);
    model_close(model);
    free(agents);
    return 0;
}
