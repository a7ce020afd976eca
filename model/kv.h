#ifndef MODEL_KV_H
#define MODEL_KV_H
/* The token tree: all sequences of an engine as one tree of nodes of 32 tokens, and the KV pages
 * that some of the nodes have.
 *
 * How to think about it. A sequence is its tail node; the path to the root is its tokens. All nodes
 * but tails are full. Forking is taking a reference. Tokens are appended before they are computed:
 * full nodes with the same tokens under the same parent are one node, so a second sequence with a
 * known or planned prefix lands on the nodes of the first. A node's page (keys and values of its
 * tokens in all layers) exists or not, independent of the tokens: `done` says how many positions
 * are computed; an evicted page is computed again from the tokens, or read back if there is a page
 * file (pages.h) and it went there.
 *
 *   tokens:  root -- [32] -- [32] -+- [32] -- [7]      sequence A
 *                                  +- [32] -- [12]     sequence B, forked or found by content
 *
 * A sequence that computes pins its path (kv_pin): pinned pages stay. Unpinned pages stay too,
 * until room is needed: then the longest unused go, children before parents; kv_later puts those of
 * a sequence that will not run soon in front. A sequence whose first `shared` positions are
 * declared a prefix of many reads these expanded from there on (forward.h): such nodes are found
 * under that number, too, and while it computes, the nodes of its prefix keep their expanded pages
 * (kv_expanded), which are room like pages and go before their node's own page. The tail of a
 * computing sequence is its own (kv_own_tail), so that no two write one page; everybody else's
 * pages are only read. One thread (the engine's conductor).
 *
 *     struct kv_tree *t = kv_create(model, ROW_F16, bytes, &err);
 *     struct kv_node *tail = kv_root(t);                 // with a reference
 *     kv_append(t, &tail, ids, n, 0, false);
 *     kv_own_tail(t, &tail);
 *     ... path, kv_pin, kv_page for the nodes to compute, node->done += rows ...
 *     kv_unref(t, tail);
 */
#include "model/pages.h"

struct kv_node {
    struct kv_node *parent;
    int32_t tokens[PAGE_TOKENS];
    uint8_t n;    /* tokens; 32 but for tails */
    uint8_t done; /* leading tokens whose keys and values are in data */
    bool indexed;
    uint32_t refs;          /* sequences with this tail, children, copies to be made from it */
    uint32_t pins;          /* computing sequences below or at this node ... */
    uint32_t pins_expanded; /* ... and those that read it expanded */
    uint8_t *data;
    uint8_t **expanded;     /* parts of the expanded page, or NULL */
    bool expanded_done;     /* they are filled */
    int64_t shared;         /* positions that these tokens read expanded */
    const void *claim;      /* who computes it now; NULL = nobody */
    struct kv_node *source; /* done rows to copy when data is made; referenced */
    struct page_key key;    /* chain hash of the tokens up to here, of full nodes */
    int64_t position;       /* of tokens[0] */
    struct kv_node *hash_next, *lru_prev, *lru_next;
};

struct kv_tree;
/* bytes: for pages. ERR_LIMIT if that is not room for a few. */
bool kv_create(struct kv_tree **out, const struct model *m, enum row_format format, uint64_t bytes,
               struct err *err) MUST_CHECK;
void kv_destroy(struct kv_tree *t); /* every reference given back before */
/* From now on evicted pages go to this file and come back from it; before the first append. root:
 * pages_root_key of what the pages depend on. pages is borrowed, NULL for none. */
void kv_use_pages(struct kv_tree *t, struct pages *pages, struct page_key root);

/* The empty sequence, with a reference for the caller. */
struct kv_node *kv_root(struct kv_tree *t);
struct kv_node *kv_ref(struct kv_node *node);
void kv_unref(struct kv_tree *t, struct kv_node *node);
/* As kv_unref for a sequence that ends: what nobody else uses is evicted before anything else. */
void kv_drop(struct kv_tree *t, struct kv_node *node);
/* The (unpinned) sequence will not run soon: the pages that it alone uses go first. */
void kv_later(struct kv_tree *t, struct kv_node *tail);
/* Writes the sequence's computed pages to the page file, from the root on, while *bytes lasts. */
void kv_keep(struct kv_tree *t, struct kv_node *tail, uint64_t *bytes);
int64_t kv_length(const struct kv_node *tail); /* tokens of the sequence */

/* Appends to the sequence, moving the reference. shared: its declared prefix, a multiple of
 * PAGE_TOKENS, the same in every call for a sequence. pinned: the caller has pinned the path of
 * tail; its nodes then stay the same ones, and new ones are pinned too. */
void kv_append(struct kv_tree *t, struct kv_node **tail, const int32_t *ids, size_t n,
               int64_t shared, bool pinned);
/* Makes the (unpinned, not empty) tail this sequence's own, with its last token not computed. */
void kv_own_tail(struct kv_tree *t, struct kv_node **tail);
/* Root-to-tail nodes of the sequence into path, which has room for kv_length / 32 + 1. Returns how
 * many. */
size_t kv_path(const struct kv_node *tail, struct kv_node **path);
/* Names the sequence up to the first n tokens of a node (1 to node->n): a hash of all of them and
 * of what they read expanded. */
struct page_key kv_prefix_key(const struct kv_node *node, int n);
/* Where the last KV_SAID tokens of a sequence stand in the full nodes of the whole tree, the latest
 * place that is known: they end before (*node)->tokens[return]. -1: nowhere. Borrowed until the
 * tree changes. */
#define KV_SAID 3
int kv_said(const struct kv_tree *t, const int32_t last[KV_SAID], const struct kv_node **node);
/* The token i places before node->tokens[k], 0 = that one; -1 before the beginning. */
int32_t kv_back(const struct kv_node *node, int k, int i);

void kv_pin(struct kv_tree *t, struct kv_node *tail);
void kv_unpin(struct kv_tree *t, struct kv_node *tail);
/* Gives a pinned node its page, evicting if need be; what the page file has of it is read. False:
 * every page is pinned. */
bool kv_page(struct kv_tree *t, struct kv_node *node);
/* Gives a node that a pinned sequence reads expanded the parts of an expanded page; the caller
 * fills them. False as in kv_page. */
bool kv_expanded(struct kv_tree *t, struct kv_node *node);

/* Pages in all, pages in use, and those that pinned nodes have or will have, expanded ones by their
 * parts: what admission counts. */
size_t kv_pages_max(const struct kv_tree *t);
size_t kv_pages_used(const struct kv_tree *t);
size_t kv_pages_pinned(const struct kv_tree *t);
/* What kv_pin(tail) would add to them. */
size_t kv_pages_to_pin(const struct kv_tree *t, const struct kv_node *tail);
/* Leading nodes of the sequence whose pages are whole in memory. */
size_t kv_pages_ready(const struct kv_node *tail);
/* Parts of an expanded page; 0: the model has none. */
size_t kv_expanded_parts(const struct kv_tree *t);
uint64_t kv_page_bytes(const struct kv_tree *t);
/* Pages that went to the page file and came back. */
uint64_t kv_pages_written(const struct kv_tree *t);
uint64_t kv_pages_read(const struct kv_tree *t);
/* Walks everything and asserts what must hold; slow, for tests. */
void kv_check(const struct kv_tree *t);
#endif
