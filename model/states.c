/* States of sequences: owns their memory, one mapping that is touched only as used; the engine's
 * conductor alone touches it. There are few of them, of megabytes each, so they are searched one by
 * one. */
#include <errno.h>
#include <sys/mman.h>

#include "model/states.h"

struct states {
    size_t bytes, stride, n;
    uint8_t *memory;
    uint64_t clock;
    struct state *at;
};

bool states_create(struct states **out, size_t bytes, size_t n, struct err *err) {
    struct states *s = xcalloc(1, sizeof *s);
    *s = (struct states){.bytes = bytes, .stride = (bytes + 63) / 64 * 64, .n = n};
    void *map = mmap(NULL, s->stride * n, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (map == MAP_FAILED) {
        free(s);
        return err_set_errno(err, errno, "reserve memory for the states of sequences");
    }
    (void)madvise(map, s->stride * n, MADV_DONTDUMP);
    s->memory = map;
    s->at = xcalloc(n, sizeof *s->at);
    for (size_t i = 0; i < n; i++) {
        s->at[i].data = (float *)(void *)(s->memory + i * s->stride);
    }
    *out = s;
    return true;
}

void states_destroy(struct states *s) {
    if (s == NULL) {
        return;
    }
    (void)munmap(s->memory, s->stride * s->n);
    free(s->at);
    free(s);
}

size_t states_count(const struct states *s) {
    return s->n;
}

/* The place that is missed least: an empty one, else that used the longest ago. */
static struct state *free_place(struct states *s) {
    struct state *best = NULL;
    for (size_t i = 0; i < s->n; i++) {
        struct state *at = &s->at[i];
        if (at->taken) {
            continue;
        }
        if (best == NULL || at->kept < best->kept ||
            (at->kept == best->kept && at->used < best->used)) {
            best = at;
        }
    }
    return best;
}

struct state *states_take(struct states *s) {
    struct state *state = free_place(s);
    if (state == NULL) {
        return NULL;
    }
    state->taken = true;
    state->kept = false;
    state->position = 0;
    memset(state->data, 0, s->bytes);
    return state;
}

static struct page_key key_at(struct kv_node *const *path, int64_t position) {
    int64_t last = position - 1;
    return kv_prefix_key(path[last / PAGE_TOKENS], (int)(last % PAGE_TOKENS) + 1);
}

static bool same_key(struct page_key a, struct page_key b) {
    return a.low == b.low && a.high == b.high;
}

const struct state *states_find(struct states *s, struct kv_node *const *path, int64_t after,
                                int64_t most) {
    struct state *best = NULL;
    for (size_t i = 0; i < s->n; i++) {
        struct state *at = &s->at[i];
        if (at->kept && at->position > after && at->position <= most &&
            (best == NULL || at->position > best->position) &&
            same_key(at->key, key_at(path, at->position))) {
            best = at;
        }
    }
    if (best != NULL) {
        best->used = ++s->clock;
    }
    return best;
}

void states_copy(struct states *s, struct state *to, const struct state *from) {
    ASSERT(to->taken && from->kept);
    memcpy(to->data, from->data, s->bytes);
    to->position = from->position;
}

/* Whether the same state is kept already; it is used now then. */
static bool is_kept(struct states *s, struct page_key key) {
    for (size_t i = 0; i < s->n; i++) {
        if (s->at[i].kept && same_key(s->at[i].key, key)) {
            s->at[i].used = ++s->clock;
            return true;
        }
    }
    return false;
}

void states_give(struct states *s, struct state *state, struct kv_node *const *path) {
    ASSERT(state->taken && !state->kept);
    state->taken = false;
    if (state->position > 0) {
        state->key = key_at(path, state->position);
        state->kept = !is_kept(s, state->key);
        state->used = ++s->clock;
    }
}

void states_keep_copy(struct states *s, const struct state *state, struct kv_node *const *path) {
    struct page_key key = key_at(path, state->position);
    struct state *to = is_kept(s, key) ? NULL : free_place(s);
    if (to == NULL) {
        return;
    }
    memcpy(to->data, state->data, s->bytes);
    to->position = state->position;
    to->key = key;
    to->kept = true;
    to->used = ++s->clock;
}
