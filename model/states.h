#ifndef MODEL_STATES_H
#define MODEL_STATES_H
/* States of sequences for models with linear attention (forward.h): a fixed number, each either
 * taken by a turn, which takes it on token by token, or kept under the tokens that it stands
 * behind.
 *
 * A kept state is a cache and nothing else: a sequence that finds none goes on from an earlier one,
 * or from the beginning, and computes what is between again, to the same bits. One thread (the
 * engine's conductor).
 *
 *     struct state *s = states_take(all);               // of the empty sequence
 *     const struct state *kept = states_find(all, path, 0, 600);
 *     if (kept != NULL) states_copy(all, s, kept);
 *     ... forward_run with span.state = s->data; s->position += rows ...
 *     states_give(all, s, path);                        // kept from now on
 */
#include "model/kv.h"

struct state {
    float *data;
    int64_t position;    /* tokens before it */
    struct page_key key; /* of these tokens, while it is kept */
    bool taken, kept;
    uint64_t used; /* the smaller, the longer ago */
};

struct states;
/* bytes: of one state. ERR_LIMIT if they cannot be reserved. */
bool states_create(struct states **out, size_t bytes, size_t n, struct err *err);
void states_destroy(struct states *s); /* NULL is allowed, here and nowhere else */
size_t states_count(const struct states *s);
/* One for a turn, of the empty sequence; the kept one that was used the longest ago may go for it.
 * NULL: all are taken. */
struct state *states_take(struct states *s);
/* The kept state behind the most tokens of a path, more than `after` and at most `most`, or NULL.
 */
const struct state *states_find(struct states *s, struct kv_node *const *path, int64_t after,
                                int64_t most);
void states_copy(struct states *s, struct state *to, const struct state *from);
/* Gives a taken one back; it is kept if it stands behind any tokens. */
void states_give(struct states *s, struct state *state, struct kv_node *const *path);
/* Keeps a copy of a taken one, if there is a place that no turn has. */
void states_keep_copy(struct states *s, const struct state *state, struct kv_node *const *path);
#endif
