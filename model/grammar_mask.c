/* Masks: the vocabulary's trie walked against the threads of a state.
 *
 * Owns: the cached masks of a grammar. A mask is computed by the thread that owns the state; the
 * cache is shared by all: an entry is complete before its pointer is published by one
 * compare-and-swap, never changes afterwards and is freed with the grammar.
 *
 * The walk goes through the trie in preorder; threads of depth d follow those of depth d - 1 in one
 * array, so going back up is truncating it. A node whose byte no thread takes is skipped with all
 * that hangs below it.
 *
 * What makes it fast enough for every token:
 * - a state inside a string takes the vocabulary's ready-made `body` mask and walks only what hangs
 *   below the exits, the places where a token closes the string and goes on;
 * - a mask that did not depend on bindings is kept under the state's bytes, with counts that are
 *   beyond a token's reach made equal, so one string argument is one entry however long it grows;
 * - bound text walks trie and text together and dies quickly, because few tokens occur in a file;
 * one thread of it needs only the range of its text, narrowed on the way down.
 */
#include <xxhash.h>
#include "model/grammar_int.h"

/* ---- walking ---- */

struct walk {
    struct grammar_state *state;
    struct step step;
    uint32_t *bits;
    uint32_t from[VOCAB_TOKEN_BYTES_MAX + 2]; /* where the threads of each depth begin */
};

static void set_own_tokens(const struct vocab *v, uint32_t node, uint32_t *bits) {
    for (uint32_t k = v->nodes[node].first; k < v->nodes[node + 1].first; k++) {
        mask_set(bits, v->sorted[k]);
    }
}

/* Sets the tokens below root that the threads walk.at[0..n) can take. */
static void walk_below(struct walk *w, uint32_t root) {
    const struct vocab *v = w->state->g->vocab;
    struct threads *threads = &w->state->walk;
    uint32_t base = v->nodes[root].depth, end = v->nodes[root].skip;
    w->from[0] = 0;
    w->from[1] = threads->n;
    for (uint32_t i = root + 1; i < end;) {
        uint32_t d = v->nodes[i].depth - base;
        threads->n = w->step.out_from = w->from[d];
        for (uint32_t k = w->from[d - 1]; k < w->from[d]; k++) {
            step_byte(&w->step, &threads->at[k], v->nodes[i].byte);
        }
        if (threads->n == w->from[d]) {
            i = v->nodes[i].skip;
            continue;
        }
        set_own_tokens(v, i, w->bits);
        w->from[d + 1] = threads->n;
        i++;
    }
    threads->n = w->from[1];
}

static void walk_begin(struct walk *w, struct grammar_state *state, uint32_t *bits) {
    w->state = state;
    w->bits = bits;
    w->step = state_step(state, &state->walk);
    state->walk.n = 0;
}

/* ---- inside a string ---- */

static bool is_inside_string(const struct grammar_state *state) {
    const struct leaf *leaf = &state->set.at[0].leaf;
    if (state->set.n != 1 || leaf->kind != LEAF_STRING || leaf->sub != 1 ||
        leaf->u.string.s.sub != STRING_PLAIN) {
        return false;
    }
    /* near its greatest length, what a string must differ from also decides inside of it */
    return leaf->u.string.equal == NOT_EQUAL || leaf->u.string.room > state->g->vocab->longest;
}

static void set_body(const struct vocab *v, uint32_t room, uint32_t *bits) {
    memcpy(bits, v->body[MIN(room, VOCAB_BODIES)], v->words * sizeof(*bits));
    for (size_t i = 0; room >= VOCAB_BODIES && i < v->n_limited; i++) {
        if (v->limited[i].characters <= room) {
            return;
        }
        mask_clear(bits, v->limited[i].token);
    }
}

/* The threads after the string was closed by the exit's token become walk.at[0..n). */
static void close_at(struct walk *w, const struct vocab_exit *exit) {
    const struct vocab *v = w->state->g->vocab;
    struct threads *threads = &w->state->walk, *next = &w->state->next;
    const char *bytes = vocab_bytes(v, v->sorted[v->nodes[exit->node].first]).ptr;
    threads->n = 0;
    threads_reserve(threads, 1);
    threads->at[threads->n++] = w->state->set.at[0];
    for (uint32_t d = 0; d < v->nodes[exit->node].depth && threads->n > 0; d++) {
        struct step step = state_step(w->state, next);
        next->n = 0;
        for (uint32_t k = 0; k < threads->n; k++) {
            step_byte(&step, &threads->at[k], (unsigned char)bytes[d]);
        }
        w->step.touched |= step.touched;
        struct threads swap = *threads;
        *threads = *next;
        *next = swap;
    }
}

static void walk_string(struct walk *w) {
    const struct vocab *v = w->state->g->vocab;
    struct threads *threads = &w->state->walk;
    struct thread closing = w->state->set.at[0];
    uint32_t need = closing.leaf.u.string.need, room = closing.leaf.u.string.room;
    bool replay = closing.leaf.u.string.equal != NOT_EQUAL;
    set_body(v, room, w->bits);
    closing.leaf.u.string.need = 0;
    closing.leaf.u.string.equal = NOT_EQUAL;
    w->step.out_from = 0;
    step_byte(&w->step, &closing, '"');
    uint32_t n = threads->n;
    for (size_t i = 0; i < v->n_exits; i++) {
        const struct vocab_exit *exit = &v->exits[i];
        if (exit->characters < need || exit->characters > room) {
            continue;
        }
        if (replay) {
            close_at(w, exit);
            if (threads->n == 0) {
                continue;
            }
        } else {
            threads->n = n;
        }
        set_own_tokens(v, exit->node, w->bits);
        if (v->nodes[exit->node].skip > exit->node + 1) {
            walk_below(w, exit->node);
        }
    }
}

/* ---- inside bound text ---- */

struct bound_walk {
    struct walk *w;
    struct bound_text text;
    struct thread thread; /* its range and depth are those of the node that is walked */
};

/* A quote or an escape: more than the range changes. */
static void walk_bound_quote(struct bound_walk *b, struct suffix_range r, uint32_t depth,
                             uint32_t node) {
    struct threads *threads = &b->w->state->walk;
    const struct vocab *v = b->w->state->g->vocab;
    b->thread.leaf.u.choice.lo = r.lo;
    b->thread.leaf.u.choice.hi = r.hi;
    b->thread.leaf.u.choice.depth = depth;
    threads->n = b->w->step.out_from = 0;
    step_byte(&b->w->step, &b->thread, v->nodes[node].byte);
    if (threads->n > 0) {
        set_own_tokens(v, node, b->w->bits);
        walk_below(b->w, node);
    }
}

/* The trie below node against one thread in bound text: all but quotes and escapes needs its range
 * alone. At most VOCAB_TOKEN_BYTES_MAX deep. */
static void walk_bound(struct bound_walk *b, struct suffix_range r, uint32_t depth, uint32_t node) {
    const struct vocab *v = b->w->state->g->vocab;
    struct suffix_cursor cursor = suffix_cursor_begin(b->text.index, r, depth);
    struct suffix_range below;
    for (uint32_t k = v->first_child[node]; k < v->first_child[node + 1]; k++) {
        unsigned char c = v->child_byte[k];
        uint32_t child = v->child[k];
        if (c == '"' || c == '\\') {
            walk_bound_quote(b, r, depth, child);
        } else if (bound_text_find(&b->text, &cursor, c, &below)) {
            set_own_tokens(v, child, b->w->bits);
            if (v->first_child[child] < v->first_child[child + 1]) {
                walk_bound(b, below, depth + 1, child);
            }
        }
    }
}

/* ---- cache ---- */

struct mask_key {
    uint64_t names;
    uint32_t matched, text;
    struct thread threads[8];
};

/* Counts that no single token can use up are made equal. */
static void normalize(const struct grammar *g, struct thread *t) {
    uint32_t reach = g->vocab->longest + 1;
    t->file = NO_FILE;
    t->old_at = t->old_len = 0;
    t->calls = t->calls + 1 >= CALLS_PER_TURN_MAX;
    if (t->leaf.kind == LEAF_STRING) {
        t->leaf.u.string.need = MIN(t->leaf.u.string.need, reach);
        t->leaf.u.string.room = MIN(t->leaf.u.string.room, reach);
    } else if (t->leaf.kind == LEAF_RAW) {
        t->leaf.u.raw.need = MIN(t->leaf.u.raw.need, reach);
        t->leaf.u.raw.room = MIN(t->leaf.u.raw.room, (int32_t)reach + RAW_TERMINATOR_MAX);
    }
    for (uint32_t i = 0; i < t->depth; i++) {
        if (g->nodes[t->frames[i].node].kind == NODE_ARRAY) {
            t->frames[i].at = MIN(t->frames[i].at, reach);
            t->frames[i].need = MIN(t->frames[i].need, reach);
        }
    }
}

/* The key's length, or 0 for a state whose mask is always computed. */
static size_t make_key(const struct grammar_state *state, struct mask_key *key) {
    const struct threads *set = &state->set;
    memset(key, 0, offsetof(struct mask_key, threads));
    key->names = state->names_hash;
    if (!state->in_call) {
        key->matched = state->matched;
        key->text = 1 + state->first;
        return offsetof(struct mask_key, threads);
    }
    if (set->n > ARRAY_LEN(key->threads)) {
        return 0;
    }
    for (uint32_t i = 0; i < set->n; i++) {
        const struct thread *t = &set->at[i];
        if (t->leaf.kind == LEAF_BOUND ||
            (t->leaf.kind == LEAF_STRING && t->leaf.u.string.equal != NOT_EQUAL)) {
            return 0;
        }
        key->threads[i] = *t;
        normalize(state->g, &key->threads[i]);
    }
    return offsetof(struct mask_key, threads) + set->n * sizeof(key->threads[0]);
}

static _Atomic(struct mask_entry *) *slot_of(const struct grammar *g, uint64_t hash, int probe) {
    /* the cache is the one part of a grammar that changes; its slots are atomic */
    struct grammar *mutable = (struct grammar *)(uintptr_t)g;
    return &mutable->cache[(hash + (uint64_t)probe) % MASK_CACHE_SLOTS];
}

static bool cache_find(const struct grammar *g, const struct mask_key *key, size_t len,
                       uint64_t hash, uint32_t *bits) {
    for (int probe = 0; probe < MASK_CACHE_PROBES; probe++) {
        const struct mask_entry *e =
            atomic_load_explicit(slot_of(g, hash, probe), memory_order_acquire);
        if (e == NULL) {
            return false;
        }
        if (e->hash == hash && e->key_len == len && memcmp(e->key, key, len) == 0) {
            memcpy(bits, e->bits, e->words * sizeof(*bits));
            return true;
        }
    }
    return false;
}

static void cache_keep(const struct grammar *g, const struct mask_key *key, size_t len,
                       uint64_t hash, const uint32_t *bits) {
    size_t words = g->vocab->words, bytes = sizeof(struct mask_entry) + len + words * 4;
    struct grammar *mutable = (struct grammar *)(uintptr_t)g;
    if (atomic_fetch_add(&mutable->cache_bytes, bytes) + bytes > MASK_CACHE_BYTES) {
        atomic_fetch_sub(&mutable->cache_bytes, bytes);
        return;
    }
    struct mask_entry *e = xmalloc(bytes);
    *e = (struct mask_entry){.hash = hash, .key_len = len, .words = words};
    e->bits = (uint32_t *)(e + 1);
    e->key = (unsigned char *)(e->bits + words);
    memcpy(e->bits, bits, words * 4);
    memcpy(e->key, key, len);
    for (int probe = 0; probe < MASK_CACHE_PROBES; probe++) {
        struct mask_entry *empty = NULL;
        if (atomic_compare_exchange_strong(slot_of(g, hash, probe), &empty, e)) {
            return;
        }
    }
    atomic_fetch_sub(&mutable->cache_bytes, bytes);
    free(e);
}

/* ---- masks ---- */

static void add_control_tokens(const struct grammar_state *state, uint32_t *bits) {
    const struct grammar *g = state->g;
    for (uint32_t i = 0; i < state->set.n; i++) {
        const struct leaf *leaf = &state->set.at[i].leaf;
        if (leaf->kind == LEAF_TOKEN) {
            mask_set(bits, (int32_t)leaf->u.token);
        }
        for (size_t k = 0; leaf->kind == LEAF_END && k < g->n_end; k++) {
            mask_set(bits, g->end[k]);
        }
    }
}

static void walk_call(struct walk *w) {
    struct grammar_state *state = w->state;
    if (is_inside_string(state)) {
        walk_string(w);
        return;
    }
    memset(w->bits, 0, state->g->vocab->words * sizeof(*w->bits));
    struct bound_walk b = {.w = w, .thread = state->set.at[0]};
    if (state->set.n == 1 && leaf_bound_text(&w->step, &b.thread, &b.text)) {
        struct suffix_range r = {b.thread.leaf.u.choice.lo, b.thread.leaf.u.choice.hi};
        walk_bound(&b, r, b.thread.leaf.u.choice.depth, 0);
        return;
    }
    threads_reserve(&state->walk, state->set.n);
    memcpy(state->walk.at, state->set.at, state->set.n * sizeof(*state->set.at));
    state->walk.n = state->set.n;
    walk_below(w, 0);
}

/* Clears what would complete the trigger and go on with something that is no call. */
static void walk_text(struct walk *w) {
    const struct grammar *g = w->state->g;
    const struct vocab *v = g->vocab;
    uint32_t matched[VOCAB_TOKEN_BYTES_MAX + 1] = {w->state->matched};
    bool first[VOCAB_TOKEN_BYTES_MAX + 1] = {w->state->first};
    for (uint32_t i = 1; i < v->n_nodes;) {
        uint32_t d = v->nodes[i].depth;
        first[d] = first[d - 1];
        matched[d] = text_step(g, matched[d - 1], &first[d], v->nodes[i].byte);
        if (matched[d] < g->trigger.text.len) {
            i++;
            continue;
        }
        for (uint32_t k = v->nodes[i].first; k < v->nodes[v->nodes[i].skip].first; k++) {
            mask_clear(w->bits, v->sorted[k]);
        }
        w->state->walk.n = w->step.out_from = 0;
        step_start(&w->step);
        if (w->state->walk.n > 0) {
            set_own_tokens(v, i, w->bits);
            walk_below(w, i);
        }
        i = v->nodes[i].skip;
    }
}

static void compute(struct grammar_state *state, uint32_t *bits, void (*run)(struct walk *w)) {
    struct mask_key key;
    struct walk w;
    size_t len = make_key(state, &key);
    uint64_t hash = len > 0 ? XXH3_64bits(&key, len) : 0;
    if (len > 0 && cache_find(state->g, &key, len, hash, bits)) {
        return;
    }
    walk_begin(&w, state, bits);
    run(&w);
    if (len > 0 && !w.step.touched) {
        cache_keep(state->g, &key, len, hash, bits);
    }
}

void mask_compute(struct grammar_state *state, uint32_t *bits) {
    compute(state, bits, walk_call);
    add_control_tokens(state, bits);
}

static void walk_free_text(struct walk *w) {
    const struct vocab *v = w->state->g->vocab;
    for (size_t i = 0; i < v->words; i++) {
        w->bits[i] = ~v->too_long[i];
    }
    for (int32_t t = v->n; t < (int32_t)(v->words * 32); t++) {
        mask_clear(w->bits, t);
    }
    walk_text(w);
}

void mask_compute_text(struct grammar_state *state, uint32_t *bits) {
    compute(state, bits, walk_free_text);
}
