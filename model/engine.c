/* The engine as the loop thread sees it: messages to the conductor, results back.
 *
 * Owns the conductor thread, its queues, and the seq handles. A seq has fields of the loop thread
 * (length, busy) and fields of the conductor (tail, turn); neither reads the other's. A turn is
 * made here, travels to the conductor in a message, and comes back in a result; a destroyed
 * sequence's handle is freed only when the conductor has said that it let go of it, so no message
 * ever points to freed memory.
 *
 *   seq_submit -> MESSAGE_SUBMIT -> conductor -> RESULT_TURN -> engine_drain -> done(arg, result)
 *   seq_destroy -> MESSAGE_DESTROY -> conductor -> RESULT_GONE -> engine_drain frees it
 *
 * What can fail: starting (no memory for pages: ERR_LIMIT). Everything later is a turn's result. */
#include <unistd.h>

#include "model/engine_int.h"
#include "model/eval.h"

static void push(struct engine *e, enum message_kind kind, struct seq *seq, struct seq *parent,
                 struct turn *turn) {
    struct message *m = xcalloc(1, sizeof *m);
    *m = (struct message){.kind = kind, .seq = seq, .parent = parent, .turn = turn};
    queue_push(e->inbox, &m->node);
}

/* A third of what the system says is available. */
static uint64_t free_share(void) {
    struct err ignored = ERR_INIT;
    AUTO_BUF struct buf text = BUF_INIT(1 << 16);
    uint64_t share = 1ull << 30;
    int64_t kib = 0;
    if (!file_read(&text, "/proc/meminfo", 1 << 16, &ignored)) {
        return share;
    }
    struct str rest = buf_str(&text), line;
    while (str_next_line(&rest, &line)) {
        struct str key = STR("MemAvailable:");
        if (str_starts(line, key)) {
            struct str value = str_trim(str_slice(line, key.len, line.len));
            size_t space = str_find(value, STR(" "), 0);
            if (str_to_i64(str_slice(value, 0, space), 0, INT64_MAX >> 10, &kib)) {
                share = (uint64_t)kib * 1024 / 3;
            }
        }
    }
    return share;
}

/* All that the bytes of a page depend on but its tokens. */
static void open_pages(struct engine *e, enum row_format format) {
    const struct model_info *info = &e->model->info;
    uint64_t bytes = e->options.pages_bytes_max;
    AUTO_FREE char *identity =
        xasprintf("drover kv pages: model %s %s, arithmetic %d, kernels %s, cache %d", info->hash,
                  e->model->full_hash, MAT_ARITHMETIC_VERSION, info->kernels, (int)format);
    if (e->options.pages_dir == NULL) {
        return;
    }
    e->pages =
        pages_open(e->options.pages_dir, str_from(identity), forward_page_bytes(e->model, format),
                   bytes > 0 ? bytes : PAGES_BYTES_DEFAULT);
    e->stop_bytes = PAGES_STOP_BYTES_MAX;
    kv_use_pages(e->tree, e->pages, pages_root_key(str_from(identity)));
}

int64_t engine_expanded_tokens(const struct model *model, enum cache_format cache,
                               uint64_t kv_bytes) {
    if (model->vocab_only) {
        return 0;
    }
    enum row_format format = cache_row_format(model, cache);
    uint64_t page = forward_page_bytes(model, format) * forward_expanded_parts(model, format);
    uint64_t bytes = (kv_bytes != 0 ? kv_bytes : free_share()) / ENGINE_EXPAND_SHARE;
    uint64_t tokens = page > 0 ? bytes / page * PAGE_TOKENS : 0;
    int64_t power = tokens < TILE_TOKENS ? 0 : TILE_TOKENS;
    while (power > 0 && power * 2 <= (int64_t)MIN(tokens, (uint64_t)CONTEXT_TOKENS_MAX)) {
        power *= 2;
    }
    return power;
}

/* States of sequences get up to half of the memory, which is taken from that of the pages. */
static bool create_states(struct engine *e, uint64_t *bytes, struct err *err) {
    uint64_t each = forward_state_bytes(e->model);
    if (each == 0) {
        return true;
    }
    uint64_t n = MIN(*bytes / 2 / each, (uint64_t)ENGINE_STATES_MAX);
    if (n == 0) {
        err_set(err, ERR_LIMIT, "%llu MB are not enough for the states of sequences",
                (unsigned long long)(*bytes >> 20));
        return err_hint(err, "this model needs at least %llu MB",
                        (unsigned long long)(2 * each >> 20) + 1);
    }
    *bytes -= n * each;
    return states_create(&e->states, each, (size_t)n, err);
}

bool engine_start(struct engine **out, struct model *model, const struct engine_options *options,
                  struct err *err) {
    struct engine *e = xcalloc(1, sizeof *e);
    ASSERT_THREAD(THREAD_LOOP);
    e->model = model;
    e->options = *options;
    if (e->options.chunk_ms <= 0) {
        e->options.chunk_ms = 150;
    }
    for (size_t i = 0; i < ARRAY_LEN(e->drafts.rate); i++) {
        e->drafts.rate[i].accepted = 0.8; /* tried until known better */
    }
    uint64_t bytes = options->kv_bytes != 0 ? options->kv_bytes : free_share();
    if (model->vocab_only) {
        err_set(err, ERR_USAGE, "the model was opened for its vocabulary only");
        free(e);
        return false;
    }
    enum row_format format = cache_row_format(model, options->cache);
    if (!create_states(e, &bytes, err) || !kv_create(&e->tree, model, format, bytes, err)) {
        states_destroy(e->states);
        free(e);
        return false;
    }
    if (kv_expanded_parts(e->tree) == 0) {
        e->options.expanded_tokens = 0;
    }
    open_pages(e, format);
    int threads = options->threads > 0 ? options->threads : model->threads;
    e->pool = pool_create(threads);
    e->forward = forward_create(model, e->pool, format, ENGINE_ROWS_MAX);
    e->inbox = queue_create(NULL, NULL);
    e->results = queue_create(options->wake, options->wake_arg);
    if (pthread_create(&e->thread, NULL, conductor_main, e) != 0) {
        err_set(err, ERR_ENVIRONMENT, "the engine's thread cannot be started");
        queue_destroy(e->inbox);
        queue_destroy(e->results);
        forward_destroy(e->forward);
        pool_destroy(e->pool);
        kv_destroy(e->tree);
        states_destroy(e->states);
        pages_close(e->pages);
        free(e);
        return false;
    }
    *out = e;
    return true;
}

void engine_stop(struct engine *e) {
    if (e == NULL) {
        return;
    }
    ASSERT_THREAD(THREAD_LOOP);
    ASSERT(e->live == 0);
    push(e, MESSAGE_STOP, NULL, NULL, NULL);
    (void)pthread_join(e->thread, NULL);
    engine_drain(e);
    queue_destroy(e->inbox);
    queue_destroy(e->results);
    forward_destroy(e->forward);
    pool_destroy(e->pool);
    kv_destroy(e->tree);
    states_destroy(e->states);
    pages_close(e->pages);
    free(e->queued.at);
    free(e->active.at);
    free(e);
}

static void deliver(struct turn *t) {
    struct seq *seq = t->seq;
    if (!seq->destroyed) {
        /* From here on the sequence may be used again, also by the callback. */
        seq->length += t->prompt_n + t->answer.n;
        seq->busy = false;
        t->result.tokens = t->answer.ids;
        t->result.n = t->answer.n;
        t->done(t->arg, &t->result);
    }
    turn_destroy(t);
}

void engine_drain(struct engine *e) {
    ASSERT_THREAD(THREAD_LOOP);
    struct queue_node *next = queue_take_all(e->results);
    while (next != NULL) {
        struct result *r = (struct result *)next;
        next = next->next;
        if (r->kind == RESULT_TURN) {
            deliver(r->turn);
        } else {
            free(r->seq);
        }
        free(r);
    }
}

struct seq *seq_create(struct engine *e) {
    return seq_create_sharing(e, 0);
}

struct seq *seq_create_sharing(struct engine *e, int64_t prefix) {
    ASSERT_THREAD(THREAD_LOOP);
    struct seq *s = xcalloc(1, sizeof *s);
    s->engine = e;
    s->prefix = prefix;
    e->live++;
    push(e, MESSAGE_CREATE, s, NULL, NULL);
    return s;
}

struct seq *seq_fork(struct seq *parent) {
    ASSERT_THREAD(THREAD_LOOP);
    ASSERT(!parent->busy && !parent->destroyed);
    struct seq *s = xcalloc(1, sizeof *s);
    s->engine = parent->engine;
    s->length = parent->length;
    s->engine->live++;
    push(s->engine, MESSAGE_FORK, s, parent, NULL);
    return s;
}

void seq_destroy(struct seq *seq) {
    if (seq == NULL) {
        return;
    }
    ASSERT_THREAD(THREAD_LOOP);
    ASSERT(!seq->destroyed);
    seq->destroyed = true;
    seq->engine->live--;
    push(seq->engine, MESSAGE_DESTROY, seq, NULL, NULL);
}

void seq_expect(struct seq *seq, enum seq_next next) {
    ASSERT_THREAD(THREAD_LOOP);
    struct message *m = xcalloc(1, sizeof *m);
    *m = (struct message){.kind = MESSAGE_EXPECT, .seq = seq, .next = next};
    ASSERT(!seq->destroyed);
    queue_push(seq->engine->inbox, &m->node);
}

size_t seq_length(const struct seq *seq) {
    return seq->length;
}

void seq_submit(struct seq *seq, const struct turn_request *request, turn_fn done, void *arg) {
    ASSERT_THREAD(THREAD_LOOP);
    ASSERT(!seq->busy && !seq->destroyed);
    ASSERT(seq->length > 0 || seq->prefix == 0 || seq->prefix < (int64_t)request->prompt_n);
    struct turn *t = xcalloc(1, sizeof *t);
    seq->busy = true;
    t->seq = seq;
    t->prompt = xreallocarray(NULL, request->prompt_n + 1, sizeof *t->prompt);
    if (request->prompt_n > 0) {
        memcpy(t->prompt, request->prompt, request->prompt_n * sizeof *t->prompt);
    }
    t->prompt_n = request->prompt_n;
    t->tokens_max = request->tokens_max;
    t->sampling = request->sampling;
    t->grammar = request->grammar;
    t->bindings = request->bindings != NULL ? bindings_ref(request->bindings) : NULL;
    t->weight = request->weight > 0 ? request->weight : 1;
    t->done = done;
    t->arg = arg;
    push(seq->engine, MESSAGE_SUBMIT, seq, NULL, t);
}

void seq_cancel(struct seq *seq) {
    ASSERT_THREAD(THREAD_LOOP);
    if (seq->busy && !seq->destroyed) {
        push(seq->engine, MESSAGE_CANCEL, seq, NULL, NULL);
    }
}

void engine_stats(struct engine *e, struct engine_stats *out) {
    *out = (struct engine_stats){
        .prompt_presented = e->stats.presented,
        .prompt_computed = e->stats.computed,
        .tokens_decoded = e->stats.decoded,
        .tokens_forced = e->stats.forced,
        .steps = e->stats.steps,
        .kv_bytes_used = e->stats.kv_used,
        .kv_bytes_max = kv_pages_max(e->tree) * kv_page_bytes(e->tree),
        .pages = e->stats.pages,
        .sequences = e->stats.sequences,
        .preempted = e->stats.preempted,
        .pages_written = e->stats.pages_written,
        .pages_read = e->stats.pages_read,
        .pages_expanded = e->stats.pages_expanded,
        .drafted = e->stats.drafted,
        .accepted = e->stats.accepted,
        .step_ms_p50 = e->stats.step_p50,
        .step_ms_p95 = e->stats.step_p95,
        .mask_us_p50 = e->stats.mask_p50,
        .mask_us_p99 = e->stats.mask_p99,
    };
}
