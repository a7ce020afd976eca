/* The conductor: one thread that owns the token tree, the turns and the forward pass, and takes one
 * step after the other while there is work.
 *
 *   step:  messages -> admit -> batch -> forward, beside it masks -> note what is computed -> draw
 *          -> advance -> send
 *
 * Batch: every writing turn gets its row (or the forced tokens it must catch up with); reading
 * turns get chunks in order of virtual time, together as many rows as pace.h gives while somebody
 * writes. A turn that needs a node which another turn is computing (claimed) waits for it instead
 * of computing it again. A claim is taken from a turn's first uncomputed node onwards, without
 * gaps, and tree paths meet at prefixes only, so the turn that holds the first claim can always go
 * on.
 *
 * Memory: a turn is admitted when the nodes it pins and some to write fit beside those pinned by
 * others. When pages run out nevertheless, the turn admitted last is put back in the queue: its
 * pages become evictable, its tokens stay, its answer will be the same (G3). Only a turn that does
 * not fit alone fails.
 *
 * None of this changes a token: order, chunks and waiting decide when, never what. */
#include "model/engine_int.h"
#include "runtime/base/clock.h"

/* Pages kept for an admitted turn to write into before it may have to preempt others. */
#define RESERVE_PAGES 2

/* ---- lists ---- */

static void list_insert(struct turn_list *l, size_t at, struct turn *t) {
    if (l->n == l->cap) {
        l->cap = MAX(16, l->cap * 2);
        l->at = xreallocarray(l->at, l->cap, sizeof(struct turn *));
    }
    memmove(l->at + at + 1, l->at + at, (l->n - at) * sizeof(struct turn *));
    l->at[at] = t;
    l->n++;
}

static void list_remove(struct turn_list *l, struct turn *t) {
    for (size_t i = 0; i < l->n; i++) {
        if (l->at[i] == t) {
            l->n--;
            memmove(l->at + i, l->at + i + 1, (l->n - i) * sizeof(struct turn *));
            return;
        }
    }
}

/* Sends the turns that are over; afterwards they belong to the loop thread. */
static void send_over(struct engine *e) {
    struct turn_list *lists[] = {&e->queued, &e->active};
    for (size_t k = 0; k < ARRAY_LEN(lists); k++) {
        size_t kept = 0;
        for (size_t i = 0; i < lists[k]->n; i++) {
            struct turn *t = lists[k]->at[i];
            if (t->state != TURN_OVER) {
                lists[k]->at[kept++] = t;
                continue;
            }
            struct result *r = xcalloc(1, sizeof *r);
            *r = (struct result){.kind = RESULT_TURN, .turn = t};
            e->stats.decoded += t->result.tokens_sampled;
            e->stats.forced += t->result.tokens_forced;
            queue_push(e->results, &r->node);
        }
        lists[k]->n = kept;
    }
}

/* ---- messages ---- */

static void destroy_seq(struct engine *e, struct seq *s) {
    if (s->turn != NULL) {
        turn_finish(e, s->turn, TURN_CANCELLED);
        send_over(e);
    }
    kv_drop(e->tree, s->tail);
    s->tail = NULL;
    e->stats.sequences--;
    struct result *r = xcalloc(1, sizeof *r);
    *r = (struct result){.kind = RESULT_GONE, .seq = s};
    queue_push(e->results, &r->node);
}

/* A sequence with a turn is pinned, or was touched when the turn came. */
static void expect(struct engine *e, struct seq *s, enum seq_next next) {
    if (s->turn == NULL && next == SEQ_LATER) {
        kv_later(e->tree, s->tail);
    } else if (s->turn == NULL && next == SEQ_RESUMED) {
        kv_keep(e->tree, s->tail, &e->stop_bytes);
    }
    e->stats.pages_written = kv_pages_written(e->tree);
}

static void handle(struct engine *e, struct message *m) {
    switch (m->kind) {
    case MESSAGE_CREATE:
        m->seq->tail = kv_root(e->tree);
        e->stats.sequences++;
        break;
    case MESSAGE_FORK:
        m->seq->tail = kv_ref(m->parent->tail);
        m->seq->vtime = m->parent->vtime;
        m->seq->shared = m->parent->shared;
        e->stats.sequences++;
        break;
    case MESSAGE_SUBMIT:
        list_insert(&e->queued, e->queued.n, m->turn);
        turn_begin(e, m->turn);
        break;
    case MESSAGE_CANCEL:
        if (m->seq->turn != NULL) {
            turn_finish(e, m->seq->turn, TURN_CANCELLED);
        }
        break;
    case MESSAGE_DESTROY:
        destroy_seq(e, m->seq);
        break;
    case MESSAGE_EXPECT:
        expect(e, m->seq, m->next);
        break;
    case MESSAGE_STOP:
        e->stopping = true;
        break;
    }
    free(m);
}

static void take_messages(struct engine *e) {
    bool idle = e->queued.n == 0 && e->active.n == 0;
    struct queue_node *first = idle ? queue_wait(e->inbox, -1) : NULL;
    if (first != NULL) {
        handle(e, (struct message *)first);
    }
    for (struct queue_node *n = queue_take_all(e->inbox), *next; n != NULL; n = next) {
        next = n->next;
        handle(e, (struct message *)n);
    }
    send_over(e);
}

/* ---- admission ---- */

/* Order in which turns that share a prefix are neighbours. */
static int compare_paths(const struct turn *a, const struct turn *b) {
    size_t n = MIN(a->n_path, b->n_path);
    for (size_t i = 0; i < n; i++) {
        if (a->path[i] != b->path[i]) {
            return (uintptr_t)a->path[i] < (uintptr_t)b->path[i] ? -1 : 1;
        }
    }
    return a->n_path < b->n_path ? -1 : a->n_path > b->n_path;
}

static void admit(struct engine *e, struct turn *t) {
    double least = t->vtime;
    size_t at = 0;
    turn_pin(e, t);
    t->admitted = ++e->admissions;
    turn_set_state(t, TURN_READING);
    for (size_t i = 0; i < e->active.n; i++) {
        least = i == 0 ? e->active.at[i]->vtime : MIN(least, e->active.at[i]->vtime);
        at += compare_paths(e->active.at[i], t) < 0;
    }
    /* Who was away does not get the time of its absence. */
    t->vtime = MAX(t->vtime, least);
    list_insert(&e->active, at, t);
}

/* The next of the queue: among its first ones that whose prefix stands in memory the furthest, so
 * that turns below one prefix follow each other while it is there (longest prefix first: SGLang,
 * arXiv 2312.07104, 3). The first is passed over so many times at most. */
static struct turn *next_queued(struct engine *e) {
    struct turn *first = e->queued.at[0], *best = first;
    size_t n = MIN(e->queued.n, (size_t)ENGINE_ADMIT_AMONG), longest = 0;
    for (size_t i = 0; i < n && first->passed_over < ENGINE_ADMIT_PASSED; i++) {
        size_t pages = kv_pages_ready(e->queued.at[i]->seq->tail);
        if (pages > longest) {
            longest = pages;
            best = e->queued.at[i];
        }
    }
    return best;
}

static void admit_all(struct engine *e) {
    size_t max = kv_pages_max(e->tree);
    size_t turns = e->states != NULL ? MIN(states_count(e->states), (size_t)ENGINE_TURNS_MAX)
                                     : ENGINE_TURNS_MAX;
    while (e->queued.n > 0 && e->active.n < turns) {
        struct turn *t = next_queued(e);
        size_t need = kv_pages_pinned(e->tree) + kv_pages_to_pin(e->tree, t->seq->tail);
        if (e->active.n > 0 && need + (e->active.n + 1) * RESERVE_PAGES > max) {
            return;
        }
        if (need > max) {
            err_set(&t->result.err, ERR_LIMIT,
                    "a sequence of %lld tokens needs more memory for keys and values than the "
                    "engine has",
                    (long long)kv_length(t->seq->tail));
            turn_finish(e, t, TURN_FAILED);
            send_over(e);
            continue;
        }
        e->queued.at[0]->passed_over += t != e->queued.at[0];
        list_remove(&e->queued, t);
        admit(e, t);
    }
}

/* Puts an active turn back in front of the queue. */
static void preempt(struct engine *e, struct turn *t) {
    e->stats.preempted++;
    turn_unpin(e, t);
    turn_set_state(t, TURN_QUEUED);
    list_remove(&e->active, t);
    list_insert(&e->queued, 0, t);
}

/* Makes room by preempting the latest turn that is not in the batch. False if there is none but t
 * itself. */
static bool make_room(struct engine *e, const struct turn *t) {
    struct turn *latest = NULL;
    for (size_t i = 0; i < e->active.n; i++) {
        struct turn *other = e->active.at[i];
        if (other != t && other->rows == 0 &&
            (latest == NULL || other->admitted > latest->admitted)) {
            latest = other;
        }
    }
    if (latest == NULL || latest->admitted < t->admitted) {
        return false;
    }
    preempt(e, latest);
    return true;
}

/* ---- batch ---- */

/* Prepares the node at path[i] for computing by t; false if it must wait. */
static bool claim(struct engine *e, struct turn *t, size_t i) {
    struct kv_node *node = t->path[i];
    uint64_t read = (kv_pages_read(e->tree) - e->pages_read) * kv_page_bytes(e->tree);
    if ((node->claim != NULL && node->claim != t) || read > PAGES_READ_BYTES_MAX) {
        return false;
    }
    while (!kv_page(e->tree, node)) {
        if (!make_room(e, t)) {
            return false;
        }
    }
    node->claim = node->done < PAGE_TOKENS ? t : NULL; /* done: read from the page file */
    t->pages[i] = node->data;
    return true;
}

/* Whether the declared prefix of t, which is computed, is expanded; else more of it will be, before
 * this step's pass, for the time of `rows` rows if there are others in it. */
static bool expand_prefix(struct engine *e, struct turn *t, int rows) {
    size_t beside = e->n_expand + (size_t)MAX(rows / ENGINE_EXPAND_ROWS, 1);
    size_t most = e->n_spans == 0 ? ENGINE_EXPAND_MAX : MIN(beside, (size_t)ENGINE_EXPAND_MAX);
    size_t n = (size_t)(t->seq->shared / PAGE_TOKENS), done = 0;
    while (done < n && t->path[done]->expanded_done) {
        t->expanded[done] = t->path[done]->expanded;
        done++;
    }
    for (size_t i = done; i < n && e->n_expand < most; i++) {
        struct kv_node *node = t->path[i];
        if (node->expanded != NULL) { /* done, or for another turn in this step */
            continue;
        }
        while (!kv_expanded(e->tree, node)) {
            if (!make_room(e, t)) {
                return false;
            }
        }
        e->expand[e->n_expand++] = node;
    }
    t->prefix_ready = done == n;
    return t->prefix_ready;
}

/* Expands what make_batch asked for. A turn may have been preempted since, its pages taken. */
static void expand_pages(struct engine *e) {
    uint8_t *pages[ENGINE_EXPAND_MAX];
    uint8_t *const *expanded[ENGINE_EXPAND_MAX];
    size_t n = 0;
    for (size_t i = 0; i < e->n_expand; i++) {
        struct kv_node *node = e->expand[i];
        if (node->expanded == NULL) {
            continue;
        }
        ASSERT(node->data != NULL && node->done == PAGE_TOKENS);
        pages[n] = node->data;
        expanded[n++] = node->expanded;
        node->expanded_done = true;
    }
    if (n > 0) {
        forward_expand(e->forward, pages, expanded, n);
    }
    e->stats.pages_expanded += n;
}

/* The last place before or at `from`, and behind `after`, where sequences part; 0: none. */
static int64_t last_branch(const struct turn *t, int64_t after, int64_t from) {
    int64_t at = from / PAGE_TOKENS * PAGE_TOKENS;
    while (at > after && t->path[at / PAGE_TOKENS - 1]->refs < 2) {
        at -= PAGE_TOKENS;
    }
    return at > after ? at : 0;
}

static bool another_replays(const struct engine *e, const struct turn *t,
                            const struct kv_node *to) {
    for (size_t i = 0; i < e->active.n; i++) {
        if (e->active.at[i] != t && e->active.at[i]->replay_to == to) {
            return true;
        }
    }
    return false;
}

/* Gives t, which goes on at `from`, the state nearest to that, and puts the tokens between the two,
 * up to max, into `tokens`, to be replayed. Where sequences part it stops, so that the state is
 * kept for the others, who wait for it. Returns how many, -1 if t waits. */
static int replay(struct engine *e, struct turn *t, int64_t from, int max, int32_t *tokens) {
    if (t->seq_state == NULL) {
        t->seq_state = states_take(e->states);
        ASSERT(t->seq_state != NULL); /* no more turns are admitted than there are states */
    }
    ASSERT(t->seq_state->position <= from);
    const struct state *kept = states_find(e->states, t->path, t->seq_state->position, from);
    if (kept != NULL) {
        states_copy(e->states, t->seq_state, kept);
    }
    int64_t at = t->seq_state->position, branch = last_branch(t, at, from);
    const struct kv_node *to = branch > 0 ? t->path[branch / PAGE_TOKENS - 1] : NULL;
    int n = 0;
    if (to != NULL && another_replays(e, t, to)) {
        return -1;
    }
    t->replay_to = to;
    for (; at < (branch > 0 ? branch : from) && n < max; at++) {
        tokens[n++] = t->path[at / PAGE_TOKENS]->tokens[at % PAGE_TOKENS];
    }
    return n;
}

/* Adds up to max rows of t to the batch; returns how many. */
static int add_span(struct engine *e, struct turn *t, int max) {
    int64_t from = turn_computed(t), shared = t->seq->shared;
    size_t i = t->ready;
    bool in_prefix = from < shared, branch = false;
    struct span *s = &e->spans[e->n_spans];
    int32_t *tokens = e->span_tokens + e->n_rows;
    int n = 0, replayed = 0;
    t->replay_to = NULL; /* a turn that waits for another one's page replays nothing */
    if (shared > 0 && !in_prefix && !t->prefix_ready && !expand_prefix(e, t, max)) {
        return 0;
    }
    for (; i < t->n_path && n < max && !branch; i++) {
        const struct kv_node *node = t->path[i];
        if ((in_prefix && node->position >= shared) || !claim(e, t, i)) {
            break;
        }
        if (n == 0) {
            /* The page may just have been made, with rows copied from another tail. */
            from = node->position + node->done;
            if (e->states != NULL && node->done < PAGE_TOKENS) {
                n = replayed = replay(e, t, from, max, tokens);
            }
            if (n < 0) {
                return 0;
            }
            if (n > 0 && (t->replay_to != NULL || t->seq_state->position + n < from)) {
                break;
            }
        } else if (node->done > 0) {
            break;
        }
        for (int k = node->done; k < node->n && n < max; k++) {
            tokens[n++] = node->tokens[k];
        }
        branch = e->states != NULL && n > 0 && node->refs > 1; /* its state will be kept */
    }
    if (n == 0) {
        return 0;
    }
    from -= replayed > 0 ? from - t->seq_state->position : 0;
    bool last = from + n == kv_length(t->seq->tail);
    int drafts = last ? draft_make(e, t, n) : 0;
    memcpy(tokens + n, t->draft, (size_t)drafts * sizeof *tokens);
    *s = (struct span){.tokens = tokens,
                       .n = n + drafts,
                       .position = from,
                       .pages = t->pages,
                       .logits_from = last ? n - 1 : n,
                       .replayed = replayed,
                       .state = t->seq_state != NULL ? t->seq_state->data : NULL,
                       .shared = in_prefix ? 0 : shared,
                       .expanded = t->expanded};
    e->span_turn[e->n_spans++] = t;
    e->n_rows += n + drafts;
    e->n_logits += last ? 1 + drafts : 0;
    t->rows = n;
    t->vtime += n / t->weight;
    return n;
}

/* The active turn in `state` with the least virtual time that was not looked at in this step; of
 * equals the one with the longest computed prefix. */
static struct turn *next_turn(struct engine *e, enum turn_state state) {
    struct turn *best = NULL;
    for (size_t i = 0; i < e->active.n; i++) {
        struct turn *t = e->active.at[i];
        if (t->state == state && t->looked_at != e->steps &&
            (best == NULL || t->vtime < best->vtime ||
             (t->vtime == best->vtime && turn_computed(t) > turn_computed(best)))) {
            best = t;
        }
    }
    if (best != NULL) {
        best->looked_at = e->steps;
    }
    return best;
}

/* Rows of reading turns, beside those that write with what is in the batch already. */
static int reading_rows(struct engine *e) {
    int room = ENGINE_ROWS_MAX - e->n_rows, readers = 0;
    if (e->n_spans == 0) {
        return room;
    }
    for (size_t i = 0; i < e->active.n; i++) {
        readers += e->active.at[i]->state == TURN_READING;
    }
    if (readers == 0) {
        return 0;
    }
    int rows = pace_rows(&e->pace, e->n_rows, e->n_spans, readers, e->options.chunk_ms);
    return MIN(room, rows);
}

static void sort_spans(struct engine *e);

static void make_batch(struct engine *e) {
    struct turn *t;
    e->n_spans = e->n_rows = e->n_logits = 0;
    e->n_expand = 0;
    e->pages_read = kv_pages_read(e->tree);
    e->steps++;
    for (size_t i = 0; i < e->active.n; i++) {
        e->active.at[i]->rows = 0;
    }
    draft_begin(e);
    while (e->n_rows < ENGINE_ROWS_MAX && e->n_logits < forward_logits_max(e->forward) &&
           (t = next_turn(e, TURN_WRITING)) != NULL) {
        (void)add_span(e, t, MIN(ENGINE_CATCH_UP_MAX, ENGINE_ROWS_MAX - e->n_rows));
    }
    int room = reading_rows(e);
    while (room > 0 && e->n_logits < forward_logits_max(e->forward) &&
           (t = next_turn(e, TURN_READING)) != NULL) {
        size_t expanding = e->n_expand;
        room -= add_span(e, t, room);
        room -= (int)(e->n_expand - expanding) * ENGINE_EXPAND_ROWS;
    }
    sort_spans(e);
}

/* Spans in the order of the active list, so that those that share pages are neighbours. */
static void sort_spans(struct engine *e) {
    struct span sorted[ENGINE_ROWS_MAX];
    struct turn *turns[ENGINE_ROWS_MAX];
    int n = 0;
    for (size_t i = 0; i < e->active.n; i++) {
        for (int k = 0; e->active.at[i]->rows > 0 && k < e->n_spans; k++) {
            if (e->span_turn[k] == e->active.at[i]) {
                sorted[n] = e->spans[k];
                turns[n++] = e->span_turn[k];
            }
        }
    }
    ASSERT(n == e->n_spans);
    memcpy(e->spans, sorted, (size_t)n * sizeof *sorted);
    memcpy(e->span_turn, turns, (size_t)n * sizeof(struct turn *));
}

/* ---- after the forward pass ---- */

/* Where others go on differently they begin with this state. */
static void note_state(struct engine *e, struct turn *t, int64_t end) {
    t->seq_state->position = end;
    if (end % PAGE_TOKENS == 0 && t->path[end / PAGE_TOKENS - 1]->refs > 1) {
        states_keep_copy(e->states, t->seq_state, t->path);
    }
}

static void note_computed(struct engine *e) {
    for (int s = 0; s < e->n_spans; s++) {
        struct turn *t = e->span_turn[s];
        int64_t end = e->spans[s].position + t->rows;
        for (size_t i = t->ready; i < t->n_path && t->path[i]->position < end; i++) {
            struct kv_node *node = t->path[i];
            int64_t done = MIN((int64_t)node->n, end - node->position);
            node->done = (uint8_t)MAX((int64_t)node->done, done); /* less if all was replayed */
            if (node->claim == t && node->done == PAGE_TOKENS) {
                node->claim = NULL;
            }
        }
        if (t->seq_state != NULL) {
            note_state(e, t, end);
        }
        e->span_read[s] = t->state == TURN_READING;
        if (e->span_read[s]) {
            t->result.prompt_computed += (uint64_t)t->rows;
            e->stats.computed += (uint64_t)t->rows;
        }
    }
}

static void draw_item(void *arg, int item, int thread) {
    struct engine *e = arg;
    (void)thread;
    turn_draw(e, e->drawing[item]);
}

static void mask_item(void *arg, int item, int thread) {
    struct engine *e = arg;
    (void)thread;
    turn_mask(e->drawing[item]);
}

/* The pass, and beside it the masks of those who draw after it. */
static void compute(struct engine *e) {
    int wanted = 0;
    bool masks = false;
    e->n_drawing = 0;
    for (int s = 0; s < e->n_spans; s++) {
        struct turn *t = e->span_turn[s];
        if (e->spans[s].logits_from < e->spans[s].n) {
            t->logits_at = wanted;
            e->drawing[e->n_drawing++] = t;
            masks = masks || t->state_of_grammar != NULL;
            wanted += e->spans[s].n - e->spans[s].logits_from;
        }
    }
    ASSERT(wanted == e->n_logits);
    pool_aside(e->pool, masks ? e->n_drawing : 0, mask_item, e);
    forward_run(e->forward, e->spans, e->n_spans);
    pool_aside_end(e->pool);
}

static void advance(struct engine *e, struct turn *t) {
    if (t->state_of_grammar != NULL) {
        e->mask_us.value[e->mask_us.n++ % SAMPLES] = t->mask_us;
    }
    turn_advance(e, t);
}

/* The next token of every turn whose last one was computed; of those with drafts as many as the
 * drafts hold. */
static void draw_all(struct engine *e) {
    int n = e->n_drawing;
    for (int i = 0; i < n; i++) {
        e->drawing[i]->logits = forward_logits(e->forward, e->drawing[i]->logits_at);
    }
    pool_run(e->pool, n, (uint64_t)n * (uint64_t)e->model->hp.vocab * 8, draw_item, e);
    for (int i = 0; i < n; i++) {
        struct turn *t = e->drawing[i];
        advance(e, t);
        while (t->draft_holds && t->state == TURN_WRITING) {
            t->logits = forward_logits(e->forward, t->logits_at + t->draft_at);
            turn_draw(e, t);
            advance(e, t);
        }
        draft_note(e, t);
    }
}

/* ---- figures ---- */

static int compare_doubles(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void percentiles(const struct samples *s, double p, double q, _Atomic double *at_p,
                        _Atomic double *at_q) {
    double sorted[SAMPLES];
    size_t n = MIN(s->n, (size_t)SAMPLES);
    if (n == 0) {
        return;
    }
    memcpy(sorted, s->value, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, compare_doubles);
    *at_p = sorted[(size_t)(p * (double)(n - 1))];
    *at_q = sorted[(size_t)(q * (double)(n - 1))];
}

static void note_time(struct engine *e, double ms) {
    bool reading = false;
    for (int i = 0; i < e->n_spans; i++) {
        reading = reading || e->span_read[i];
    }
    if (!reading) {
        draft_note_time(e, ms);
    }
    pace_note(&e->pace, e->n_rows, reading, ms);
    e->step_ms.value[e->step_ms.n++ % SAMPLES] = ms;
    e->stats.steps = e->steps;
    e->stats.pages = kv_pages_used(e->tree);
    e->stats.pages_written = kv_pages_written(e->tree);
    e->stats.pages_read = kv_pages_read(e->tree);
    e->stats.kv_used = kv_pages_used(e->tree) * kv_page_bytes(e->tree);
    if (e->steps % 16 == 0 || e->active.n == 0) {
        percentiles(&e->step_ms, 0.5, 0.95, &e->stats.step_p50, &e->stats.step_p95);
        percentiles(&e->mask_us, 0.5, 0.99, &e->stats.mask_p50, &e->stats.mask_p99);
    }
}

/* Nothing could be computed although turns are active: pages are missing. */
static void unstick(struct engine *e) {
    struct turn *latest = e->active.at[0];
    for (size_t i = 1; i < e->active.n; i++) {
        latest = e->active.at[i]->admitted > latest->admitted ? e->active.at[i] : latest;
    }
    if (e->active.n > 1) {
        preempt(e, latest);
        return;
    }
    err_set(&latest->result.err, ERR_LIMIT,
            "the memory for keys and values is full after %lld tokens",
            (long long)kv_length(latest->seq->tail));
    turn_finish(e, latest, TURN_FAILED);
}

static void step(struct engine *e) {
    int64_t start = clock_mono_ns();
    make_batch(e);
    expand_pages(e);
    if (e->n_spans == 0) {
        if (kv_pages_read(e->tree) == e->pages_read && e->n_expand == 0) {
            unstick(e);
        }
        return;
    }
    compute(e);
    note_computed(e);
    draw_all(e);
    note_time(e, (double)(clock_mono_ns() - start) / 1e6);
}

void *conductor_main(void *arg) {
    struct engine *e = arg;
    thread_role_set(THREAD_ENGINE);
    while (!e->stopping) {
        take_messages(e);
        admit_all(e);
        if (e->active.n > 0 && !e->stopping) {
            step(e);
        }
        send_over(e);
    }
    return NULL;
}
