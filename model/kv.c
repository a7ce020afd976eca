/* The token tree: owns nodes and pages; the engine's conductor thread alone touches it.
 *
 * Invariants
 *   - a node's parent is full, or the root (the root has no tokens and position 0)
 *   - refs counts the sequences whose tail it is, its children and the copies planned from it; a
 *     node without references lives on only for its page, and goes with it
 *   - pins of a node >= pins of each child: whoever pins a node pins its path
 *   - the LRU list holds exactly the unpinned nodes that have a page; a child comes before its
 *     parent, because a parent is unpinned when or after its children are. So the head of the list
 *     never has a child with a page, and evicting from the head takes leaves first. kv_later and
 *     kv_drop move nodes to the head that have no other child, so this stays
 *   - the index holds at most one full node for the same tokens under the same parent that reads as
 *     many positions expanded
 *   - `shared` is the sequence's where a node begins at or behind it, else that of the parent; so
 * it is a function of the position. A sequence's tail begins behind its declared prefix (the engine
 *     declares less than the first prompt), so pins of a tail know what is read expanded
 *   - every entry of `said` is a node of the index; it goes with the node
 *
 * Forked tails: the tail page is the only one that two sequences may both want to write. The first
 * that appends to a shared tail gets a copy of the tokens, and of the computed rows when its page
 * is made (node->source), so a fork itself copies nothing.
 *
 * Pages come from one mapping of the budget's size, touched only as used; there is no other memory
 * for keys and values, so the budget cannot be passed. kv_page fails when all pages are pinned; the
 * engine then stops a sequence and unpins it. A page that is evicted while a sequence has it goes
 * to the page file, if there is one and the page is whole; a node gets it back with its next page.
 */
#include <errno.h>
#include <sys/mman.h>
#include <xxhash.h>

#include "model/kv.h"

struct kv_tree {
    const struct model *model;
    enum row_format format;
    size_t page_bytes, page_stride, pages_max, pages_used, nodes, nodes_pinned;
    size_t expanded_parts, nodes_expanded_pinned;
    struct pages *pages;    /* where evicted pages go, or NULL */
    uint64_t written, read; /* pages, to and from there */
    uint8_t *memory;
    uint32_t *free_slots;
    size_t n_free;
    struct kv_node *root, *lru_head, *lru_tail;
    struct kv_node **index;
    size_t index_mask, indexed;
    struct said { /* by hash of KV_SAID tokens: where they were said last */
        struct kv_node *node;
        int k; /* they end before node->tokens[k] */
    } * said;
};

/* Places kept in `said`: the tokens of 2,048 nodes, 1 MB. Newer ones take the place of older. */
#define SAID_PLACES (1u << 16)

bool kv_create(struct kv_tree **out, const struct model *m, enum row_format format, uint64_t bytes,
               struct err *err) {
    struct kv_tree *t = xcalloc(1, sizeof *t);
    t->model = m;
    t->format = format;
    t->page_bytes = forward_page_bytes(m, format);
    t->page_stride = (t->page_bytes + 63) / 64 * 64;
    t->expanded_parts = forward_expanded_parts(m, format);
    t->pages_max = (size_t)MIN(bytes / t->page_stride, (uint64_t)UINT32_MAX - 1);
    if (t->pages_max < KV_PAGES_MIN) {
        err_set(err, ERR_LIMIT, "%llu MB are not enough for keys and values",
                (unsigned long long)(bytes >> 20));
        err_hint(err, "this model needs at least %llu MB",
                 (unsigned long long)((KV_PAGES_MIN * t->page_stride >> 20) + 1));
        free(t);
        return false;
    }
    void *map = mmap(NULL, t->pages_max * t->page_stride, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (map == MAP_FAILED) {
        err_set_errno(err, errno, "reserve memory for keys and values");
        free(t);
        return false;
    }
    (void)madvise(map, t->pages_max * t->page_stride, MADV_DONTDUMP);
    t->memory = map;
    t->free_slots = xreallocarray(NULL, t->pages_max, sizeof *t->free_slots);
    for (size_t i = 0; i < t->pages_max; i++) {
        t->free_slots[i] = (uint32_t)(t->pages_max - 1 - i);
    }
    t->n_free = t->pages_max;
    t->index_mask = 1023;
    t->index = xcalloc(t->index_mask + 1, sizeof(struct kv_node *));
    t->said = xcalloc(SAID_PLACES, sizeof *t->said);
    t->root = xcalloc(1, sizeof *t->root);
    t->root->refs = 1;
    t->nodes = 1;
    *out = t;
    return true;
}

void kv_use_pages(struct kv_tree *t, struct pages *pages, struct page_key root) {
    ASSERT(t->nodes == 1);
    t->pages = pages;
    t->root->key = root;
}

/* ---- LRU list ---- */

static bool listed(const struct kv_tree *t, const struct kv_node *n) {
    return n->lru_prev != NULL || t->lru_head == n;
}

static void list_remove(struct kv_tree *t, struct kv_node *n) {
    if (!listed(t, n)) {
        return;
    }
    *(n->lru_prev != NULL ? &n->lru_prev->lru_next : &t->lru_head) = n->lru_next;
    *(n->lru_next != NULL ? &n->lru_next->lru_prev : &t->lru_tail) = n->lru_prev;
    n->lru_prev = n->lru_next = NULL;
}

/* Behind `before`; NULL = in front of all. */
static void list_insert(struct kv_tree *t, struct kv_node *before, struct kv_node *n) {
    struct kv_node *next = before != NULL ? before->lru_next : t->lru_head;
    n->lru_prev = before;
    n->lru_next = next;
    *(before != NULL ? &before->lru_next : &t->lru_head) = n;
    *(next != NULL ? &next->lru_prev : &t->lru_tail) = n;
}

/* ---- index ---- */

static struct kv_node *index_find(const struct kv_tree *t, const struct kv_node *parent,
                                  int64_t shared, const int32_t *tokens) {
    struct page_key key = pages_next_key(parent->key, shared, tokens);
    struct kv_node *n = t->index[key.low & t->index_mask];
    while (n != NULL && (n->key.low != key.low || n->parent != parent || n->shared != shared ||
                         memcmp(n->tokens, tokens, sizeof n->tokens) != 0)) {
        n = n->hash_next;
    }
    return n;
}

static void index_grow(struct kv_tree *t) {
    size_t mask = t->index_mask * 2 + 1;
    struct kv_node **index = xcalloc(mask + 1, sizeof(struct kv_node *));
    for (size_t i = 0; i <= t->index_mask; i++) {
        for (struct kv_node *n = t->index[i], *next; n != NULL; n = next) {
            next = n->hash_next;
            n->hash_next = index[n->key.low & mask];
            index[n->key.low & mask] = n;
        }
    }
    free(t->index);
    t->index = index;
    t->index_mask = mask;
}

int32_t kv_back(const struct kv_node *node, int k, int i) {
    for (k -= i; k < 0 && node->parent != NULL; k += node->n) {
        node = node->parent;
    }
    return k >= 0 ? node->tokens[k] : -1;
}

static struct said *said_at(const struct kv_tree *t, const int32_t last[KV_SAID]) {
    return &t->said[XXH3_64bits(last, KV_SAID * sizeof *last) % SAID_PLACES];
}

static struct said *said_before(const struct kv_tree *t, const struct kv_node *n, int k) {
    int32_t last[KV_SAID];
    for (int i = 0; i < KV_SAID; i++) {
        last[i] = kv_back(n, k, KV_SAID - i);
    }
    return said_at(t, last);
}

static void said_add(struct kv_tree *t, struct kv_node *n) {
    for (int k = 0; k < PAGE_TOKENS; k++) {
        *said_before(t, n, k) = (struct said){n, k};
    }
}

static void said_remove(struct kv_tree *t, const struct kv_node *n) {
    for (int k = 0; k < PAGE_TOKENS; k++) {
        struct said *s = said_before(t, n, k);
        s->node = s->node == n ? NULL : s->node;
    }
}

int kv_said(const struct kv_tree *t, const int32_t last[KV_SAID], const struct kv_node **node) {
    const struct said *s = said_at(t, last);
    for (int i = 0; i < KV_SAID; i++) {
        if (s->node == NULL || kv_back(s->node, s->k, KV_SAID - i) != last[i]) {
            return -1;
        }
    }
    *node = s->node;
    return s->k;
}

static void index_add(struct kv_tree *t, struct kv_node *n) {
    ASSERT(!n->indexed && n->n == PAGE_TOKENS);
    if (t->indexed++ > t->index_mask) {
        index_grow(t);
    }
    n->indexed = true;
    n->hash_next = t->index[n->key.low & t->index_mask];
    t->index[n->key.low & t->index_mask] = n;
    said_add(t, n);
}

static void index_remove(struct kv_tree *t, struct kv_node *n) {
    if (!n->indexed) {
        return;
    }
    struct kv_node **at = &t->index[n->key.low & t->index_mask];
    while (*at != n) {
        at = &(*at)->hash_next;
    }
    *at = n->hash_next;
    n->indexed = false;
    t->indexed--;
    said_remove(t, n);
}

/* ---- nodes ---- */

/* What the tokens of a node under this parent read expanded, in a sequence that declares so much.
 */
static int64_t shared_below(const struct kv_node *parent, int64_t declared) {
    return parent->position + parent->n >= declared ? MAX(declared, parent->shared)
                                                    : parent->shared;
}

static struct kv_node *node_new(struct kv_tree *t, struct kv_node *parent, int64_t shared) {
    struct kv_node *n = xcalloc(1, sizeof *n);
    n->parent = kv_ref(parent);
    n->position = parent->position + parent->n;
    n->shared = shared;
    n->refs = 1;
    t->nodes++;
    return n;
}

static uint8_t *slot_data(const struct kv_tree *t, uint32_t slot) {
    return t->memory + (size_t)slot * t->page_stride;
}

static void slot_give(struct kv_tree *t, const uint8_t *data) {
    t->free_slots[t->n_free++] = (uint32_t)((size_t)(data - t->memory) / t->page_stride);
    t->pages_used--;
}

static void expanded_release(struct kv_tree *t, struct kv_node *n) {
    for (size_t i = 0; n->expanded != NULL && i < t->expanded_parts; i++) {
        slot_give(t, n->expanded[i]);
    }
    free(n->expanded);
    n->expanded = NULL;
    n->expanded_done = false;
}

static void page_release(struct kv_tree *t, struct kv_node *n) {
    expanded_release(t, n);
    list_remove(t, n);
    slot_give(t, n->data);
    n->data = NULL;
    n->done = 0;
}

/* Frees n and then its ancestors, as far as nothing holds them. */
static void node_collect(struct kv_tree *t, struct kv_node *n) {
    while (n->refs == 0 && n->data == NULL) {
        struct kv_node *parent = n->parent;
        ASSERT(n->pins == 0 && parent != NULL);
        index_remove(t, n);
        if (n->source != NULL) {
            kv_unref(t, n->source);
        }
        free(n);
        t->nodes--;
        parent->refs--;
        n = parent;
    }
}

struct kv_node *kv_root(struct kv_tree *t) {
    return kv_ref(t->root);
}

struct kv_node *kv_ref(struct kv_node *node) {
    node->refs++;
    return node;
}

void kv_unref(struct kv_tree *t, struct kv_node *node) {
    ASSERT(node->refs > 0);
    node->refs--;
    node_collect(t, node);
}

/* Puts the listed nodes that only this sequence uses in front of the list, its tail first. */
static void list_lone_first(struct kv_tree *t, struct kv_node *tail) {
    struct kv_node *before = NULL;
    for (struct kv_node *at = tail; at->refs == 1 && at != t->root; at = at->parent) {
        if (listed(t, at)) {
            list_remove(t, at);
            list_insert(t, before, at);
            before = at;
        }
    }
}

void kv_drop(struct kv_tree *t, struct kv_node *node) {
    ASSERT(node->refs > 0);
    list_lone_first(t, node);
    kv_unref(t, node);
}

void kv_later(struct kv_tree *t, struct kv_node *tail) {
    list_lone_first(t, tail);
}

int64_t kv_length(const struct kv_node *tail) {
    return tail->position + tail->n;
}

void kv_destroy(struct kv_tree *t) {
    if (t == NULL) {
        return;
    }
    while (t->lru_head != NULL) {
        struct kv_node *n = t->lru_head;
        page_release(t, n);
        node_collect(t, n);
    }
    ASSERT(t->nodes == 1 && t->root->refs == 1);
    (void)munmap(t->memory, t->pages_max * t->page_stride);
    free(t->root);
    free(t->free_slots);
    free(t->index);
    free(t->said);
    free(t);
}

/* ---- appending ---- */

/* A tail of the same tokens for one sequence alone; the caller's reference moves to it. */
static struct kv_node *tail_copy(struct kv_tree *t, struct kv_node *tail) {
    struct kv_node *n = node_new(t, tail->parent, tail->shared);
    memcpy(n->tokens, tail->tokens, sizeof n->tokens);
    n->n = tail->n;
    n->key = tail->key;
    if (tail->done > 0) {
        n->source = kv_ref(tail);
    } else if (tail->source != NULL) {
        n->source = kv_ref(tail->source);
    }
    kv_unref(t, tail);
    return n;
}

/* The tail has become an inner node: later sequences with these tokens shall find it. Unless
 * pinned, the sequence moves to an equal node if there is one. */
static void tail_seal(struct kv_tree *t, struct kv_node **tail, bool pinned) {
    struct kv_node *n = *tail;
    if (n->indexed || n == t->root) {
        return;
    }
    n->key = pages_next_key(n->parent->key, n->shared, n->tokens);
    struct kv_node *same = index_find(t, n->parent, n->shared, n->tokens);
    if (same == NULL) {
        index_add(t, n);
    } else if (!pinned && (same->done >= n->done || same->claim != NULL)) {
        *tail = kv_ref(same);
        kv_unref(t, n);
    }
}

static void pin_new(struct kv_tree *t, struct kv_node *n) {
    n->pins = 1;
    t->nodes_pinned++;
}

/* Fills a partial tail; returns how many tokens went in. */
static size_t tail_fill(struct kv_tree *t, struct kv_node **tail, const int32_t *ids, size_t n,
                        bool pinned) {
    struct kv_node *at = *tail;
    if (at == t->root || at->n == PAGE_TOKENS) {
        return 0;
    }
    if (at->refs > 1) {
        /* A computing sequence owns its tail: nobody forks from it meanwhile. */
        ASSERT(!pinned);
        *tail = at = tail_copy(t, at);
    }
    size_t take = MIN(n, (size_t)(PAGE_TOKENS - at->n));
    memcpy(at->tokens + at->n, ids, take * sizeof *ids);
    at->n = (uint8_t)(at->n + take);
    return take;
}

void kv_append(struct kv_tree *t, struct kv_node **tail, const int32_t *ids, size_t n,
               int64_t shared, bool pinned) {
    ASSERT(shared % PAGE_TOKENS == 0);
    size_t at = tail_fill(t, tail, ids, n, pinned);
    while (at < n) {
        tail_seal(t, tail, pinned);
        size_t take = MIN(n - at, (size_t)PAGE_TOKENS);
        /* The node of the last token is never a shared one: its logits will be wanted. */
        bool inner = take == PAGE_TOKENS && at + take < n;
        int64_t below = shared_below(*tail, shared);
        struct kv_node *next = inner && !pinned ? index_find(t, *tail, below, ids + at) : NULL;
        if (next != NULL) {
            kv_ref(next);
        } else {
            next = node_new(t, *tail, below);
            memcpy(next->tokens, ids + at, take * sizeof *ids);
            next->n = (uint8_t)take;
            if (pinned) {
                pin_new(t, next);
            }
        }
        kv_unref(t, *tail);
        *tail = next;
        at += take;
    }
}

void kv_own_tail(struct kv_tree *t, struct kv_node **tail) {
    struct kv_node *n = *tail;
    ASSERT(n != t->root);
    if (n->refs > 1 || n->pins > 0 || n->indexed) {
        n = *tail = tail_copy(t, n);
    }
    n->done = MIN(n->done, (uint8_t)(n->n - 1));
}

size_t kv_path(const struct kv_node *tail, struct kv_node **path) {
    size_t n = 0, i;
    for (const struct kv_node *at = tail; at->parent != NULL; at = at->parent) {
        n++;
    }
    i = n;
    for (struct kv_node *at = (struct kv_node *)(uintptr_t)tail; at->parent != NULL;
         at = at->parent) {
        path[--i] = at;
    }
    return n;
}

struct page_key kv_prefix_key(const struct kv_node *node, int n) {
    int32_t tokens[PAGE_TOKENS];
    for (int i = 0; i < PAGE_TOKENS; i++) {
        tokens[i] = i < n ? node->tokens[i] : -1; /* which no token is */
    }
    return pages_next_key(node->parent->key, node->shared, tokens);
}

/* ---- pins and pages ---- */

void kv_pin(struct kv_tree *t, struct kv_node *tail) {
    for (struct kv_node *n = tail; n->parent != NULL; n = n->parent) {
        if (n->pins++ == 0) {
            t->nodes_pinned++;
            list_remove(t, n);
        }
        if (n->position < tail->shared && n->pins_expanded++ == 0) {
            t->nodes_expanded_pinned++;
        }
    }
}

void kv_unpin(struct kv_tree *t, struct kv_node *tail) {
    for (struct kv_node *n = tail; n->parent != NULL; n = n->parent) {
        ASSERT(n->pins > 0);
        if (n->position < tail->shared) {
            ASSERT(n->pins_expanded > 0);
            t->nodes_expanded_pinned -= --n->pins_expanded == 0;
        }
        if (--n->pins == 0) {
            t->nodes_pinned--;
            if (n->data != NULL) {
                list_insert(t, t->lru_tail, n);
            }
        }
    }
}

size_t kv_pages_to_pin(const struct kv_tree *t, const struct kv_node *tail) {
    size_t count = 0;
    for (const struct kv_node *n = tail; n->parent != NULL; n = n->parent) {
        count += n->pins == 0;
        count += n->position < tail->shared && n->pins_expanded == 0 ? t->expanded_parts : 0;
    }
    return count;
}

size_t kv_pages_ready(const struct kv_node *tail) {
    size_t ready = 0;
    for (const struct kv_node *n = tail; n->parent != NULL; n = n->parent) {
        ready = n->data != NULL && n->done == PAGE_TOKENS ? ready + 1 : 0;
    }
    return ready;
}

/* Writes the page of a node that may be wanted again; true if it went to the file now. */
static bool page_save(struct kv_tree *t, const struct kv_node *n) {
    bool whole = n->indexed && n->data != NULL && n->done == PAGE_TOKENS;
    if (!whole || n->refs == 0 || !pages_write(t->pages, n->key, n->tokens, n->data)) {
        return false;
    }
    t->written++;
    return true;
}

void kv_keep(struct kv_tree *t, struct kv_node *tail, uint64_t *bytes) {
    size_t n = 0;
    AUTO_FREE struct kv_node **path =
        xreallocarray(NULL, (size_t)(kv_length(tail) / PAGE_TOKENS) + 1, sizeof *path);
    n = kv_path(tail, path);
    for (size_t i = 0; i < n && *bytes >= t->page_bytes; i++) {
        *bytes -= page_save(t, path[i]) ? t->page_bytes : 0;
    }
}

/* The longest unused go: of a node its expanded page, which is soon made again, before the other.
 */
static uint8_t *slot_take(struct kv_tree *t) {
    while (t->n_free == 0) {
        struct kv_node *victim = t->lru_head;
        if (victim == NULL) {
            return NULL;
        }
        if (victim->expanded != NULL) {
            expanded_release(t, victim);
            continue;
        }
        (void)page_save(t, victim);
        page_release(t, victim);
        node_collect(t, victim);
    }
    t->pages_used++;
    return slot_data(t, t->free_slots[--t->n_free]);
}

bool kv_expanded(struct kv_tree *t, struct kv_node *node) {
    size_t n = 0;
    ASSERT(node->pins_expanded > 0);
    if (node->expanded != NULL) {
        return true;
    }
    uint8_t **parts = xcalloc(t->expanded_parts, sizeof *parts);
    while (n < t->expanded_parts && (parts[n] = slot_take(t)) != NULL) {
        n++;
    }
    if (n == t->expanded_parts) {
        node->expanded = parts;
        return true;
    }
    while (n > 0) {
        slot_give(t, parts[--n]);
    }
    free(parts);
    return false;
}

bool kv_page(struct kv_tree *t, struct kv_node *node) {
    ASSERT(node->pins > 0);
    if (node->data != NULL) {
        return true;
    }
    uint8_t *data = slot_take(t);
    if (data == NULL) {
        return false;
    }
    node->data = data;
    node->done = 0;
    struct kv_node *source = node->source;
    if (source != NULL) {
        node->source = NULL;
        if (source->data != NULL) {
            /* The last token stays to be computed: its logits are wanted. */
            node->done = (uint8_t)MIN(source->done, node->n - 1);
            forward_page_copy(t->model, t->format, node->data, source->data, node->done);
        }
        kv_unref(t, source);
    }
    if (node->indexed && node->done == 0 &&
        pages_read(t->pages, node->key, node->tokens, node->data)) {
        node->done = PAGE_TOKENS;
        t->read++;
    }
    return true;
}

size_t kv_pages_max(const struct kv_tree *t) {
    return t->pages_max;
}

size_t kv_pages_used(const struct kv_tree *t) {
    return t->pages_used;
}

size_t kv_pages_pinned(const struct kv_tree *t) {
    return t->nodes_pinned + t->nodes_expanded_pinned * t->expanded_parts;
}

size_t kv_expanded_parts(const struct kv_tree *t) {
    return t->expanded_parts;
}

uint64_t kv_page_bytes(const struct kv_tree *t) {
    return t->page_stride;
}

uint64_t kv_pages_written(const struct kv_tree *t) {
    return t->written;
}

uint64_t kv_pages_read(const struct kv_tree *t) {
    return t->read;
}

void kv_check(const struct kv_tree *t) {
    size_t used = 0, indexed = 0;
    for (const struct kv_node *n = t->lru_head; n != NULL; n = n->lru_next) {
        ASSERT(n->data != NULL && n->pins == 0 && n->pins_expanded == 0 && n->done <= n->n);
        ASSERT(n->shared >= n->parent->shared && n->shared <= n->position);
        used += n->expanded != NULL ? 1 + t->expanded_parts : 1;
        ASSERT(n->parent == t->root || n->parent->n == PAGE_TOKENS);
        ASSERT(n->position == n->parent->position + n->parent->n);
        ASSERT(n->lru_next != NULL || t->lru_tail == n);
        for (const struct kv_node *later = n->lru_next; later != NULL; later = later->lru_next) {
            ASSERT(later->parent != n);
        }
    }
    for (size_t i = 0; i <= t->index_mask; i++) {
        for (const struct kv_node *n = t->index[i]; n != NULL; n = n->hash_next) {
            struct page_key key = pages_next_key(n->parent->key, n->shared, n->tokens);
            ASSERT(n->indexed && n->n == PAGE_TOKENS);
            ASSERT(n->key.low == key.low && n->key.high == key.high);
            ASSERT(index_find(t, n->parent, n->shared, n->tokens) == n);
            indexed++;
        }
    }
    ASSERT(indexed == t->indexed);
    for (size_t i = 0; i < SAID_PLACES; i++) {
        ASSERT(t->said[i].node == NULL || t->said[i].node->indexed);
    }
    ASSERT(t->pages_used + t->n_free == t->pages_max);
    size_t pinned = t->nodes_pinned * (1 + t->expanded_parts); /* they may have both */
    ASSERT(used <= t->pages_used && t->pages_used - used <= pinned);
}
