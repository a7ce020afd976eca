/* One turn's life: prompt into the tree, drawing tokens, what the grammar forces, the end.
 * Runs on the conductor thread, but for turn_mask and turn_draw, which run on pool threads for
 * different turns at the same time and touch their turn only. The mask of a draw depends on the
 * tokens taken, so it is computed beside the forward pass.
 *
 * The tokens of a turn are a function of the sequence, the sampling key and the grammar (G3): the
 * draw at a position uses the logits of that position and f(key, position), forced tokens use no
 * randomness, and neither knows of other turns. A preempted turn keeps its tokens; only the keys
 * and values are computed again, to the same bits.
 *
 *   turn_begin -> QUEUED ... (conductor computes) ... turn_draw -> turn_advance -> ... turn_finish
 *
 * Failures end the turn: TURN_FAILED with err, never the engine. */
#include "model/engine_int.h"
#include "model/sampler.h"
#include "model/tokenizer.h"
#include "runtime/base/clock.h"
#include "runtime/base/log.h"

void turn_set_state(struct turn *t, enum turn_state state) {
    static const bool legal[4][4] = {
        [TURN_QUEUED] = {[TURN_READING] = true, [TURN_OVER] = true},
        [TURN_READING] = {[TURN_WRITING] = true, [TURN_QUEUED] = true, [TURN_OVER] = true},
        [TURN_WRITING] = {[TURN_QUEUED] = true, [TURN_OVER] = true},
    };
    ASSERT(legal[t->state][state]);
    t->state = state;
}

void turn_destroy(struct turn *t) {
    free(t->prompt);
    free(t->path);
    free(t->pages);
    free(t->expanded);
    free(t->mask);
    tokens_release(&t->answer);
    if (t->bindings != NULL) {
        bindings_unref(t->bindings);
    }
    free(t);
}

void turn_finish(struct engine *e, struct turn *t, enum turn_end end) {
    if (t->state == TURN_READING || t->state == TURN_WRITING) {
        turn_unpin(e, t);
    }
    turn_set_state(t, TURN_OVER);
    t->result.end = end;
    t->seq->turn = NULL;
    t->seq->vtime = t->vtime;
    grammar_state_destroy(t->state_of_grammar);
    t->state_of_grammar = NULL;
    t->masked = t->mask_known = false;
}

/* ---- path ---- */

static void path_read(struct turn *t) {
    size_t need = (size_t)(kv_length(t->seq->tail) / PAGE_TOKENS) + 2;
    if (need > t->cap_path) {
        t->cap_path = need + need / 2;
        t->path = xreallocarray(t->path, t->cap_path, sizeof(struct kv_node *));
        t->pages = xreallocarray(t->pages, t->cap_path, sizeof(uint8_t *));
        t->expanded = xreallocarray(t->expanded, t->cap_path, sizeof(uint8_t **));
    }
    t->n_path = kv_path(t->seq->tail, t->path);
    t->ready = 0;
}

void turn_pin(struct engine *e, struct turn *t) {
    kv_pin(e->tree, t->seq->tail);
    path_read(t);
}

void turn_unpin(struct engine *e, struct turn *t) {
    for (size_t i = 0; i < t->n_path; i++) {
        if (t->path[i]->claim == t) {
            t->path[i]->claim = NULL;
        }
    }
    if (t->seq_state != NULL) {
        states_give(e->states, t->seq_state, t->path);
        t->seq_state = NULL;
        t->replay_to = NULL;
    }
    kv_unpin(e->tree, t->seq->tail);
    t->n_path = t->ready = 0;
    t->prefix_ready = false;
}

int64_t turn_computed(struct turn *t) {
    while (t->ready < t->n_path && t->path[t->ready]->done == PAGE_TOKENS) {
        t->pages[t->ready] = t->path[t->ready]->data;
        t->ready++;
    }
    int64_t at = (int64_t)t->ready * PAGE_TOKENS;
    return t->ready < t->n_path ? at + t->path[t->ready]->done : at;
}

/* Appends to the sequence; the path follows if it is pinned. */
static void extend(struct engine *e, struct turn *t, const int32_t *ids, size_t n) {
    bool pinned = t->n_path > 0;
    kv_append(e->tree, &t->seq->tail, ids, n, t->seq->shared, pinned);
    if (pinned) {
        size_t ready = t->ready;
        if (kv_length(t->seq->tail) > (int64_t)t->n_path * PAGE_TOKENS) {
            path_read(t);
            t->ready = ready;
        }
    }
}

/* ---- writing ---- */

static bool fail(struct engine *e, struct turn *t, const char *what) {
    err_set(&t->result.err, ERR_INTERNAL, "%s", what);
    turn_finish(e, t, TURN_FAILED);
    return false;
}

/* Appends one token of the answer; false if the turn is over with it. */
static bool take(struct engine *e, struct turn *t, int32_t token, bool forced) {
    bool accepted = t->state_of_grammar == NULL || grammar_state_accept(t->state_of_grammar, token);
    if (!accepted) {
        log_error("token %d was allowed and then refused by the grammar", token);
        return fail(e, t, "the grammar refused a token that it had allowed");
    }
    extend(e, t, &token, 1);
    tokens_append(&t->answer, &token, 1);
    draft_taken(t, token);
    t->result.tokens_forced += forced;
    t->result.tokens_sampled += !forced;
    if (tokenizer_is_end(e->model->tokenizer, token)) {
        turn_finish(e, t, TURN_ENDED);
        return false;
    }
    if ((int64_t)t->answer.n >= t->tokens_max) {
        turn_finish(e, t, TURN_TRUNCATED);
        return false;
    }
    if (kv_length(t->seq->tail) >= e->model->hp.context) {
        turn_finish(e, t, TURN_CONTEXT);
        return false;
    }
    return true;
}

/* How many tokens before its end forced text is looked at for a longer token. */
#define HEAL_TOKENS 8

/* True if a token that the grammar allows now reaches past the `rest` bytes that are still forced.
 * The tokenizer's own encoding of the whole text may then be that token (`"}}` where only `"` is
 * forced), and a model that never saw the shorter one goes astray: the choice is the model's. */
static bool may_reach_past(struct engine *e, struct turn *t, size_t rest) {
    if (grammar_state_mask(t->state_of_grammar, t->mask) != GRAMMAR_MASKED) {
        return true;
    }
    size_t words = ((size_t)e->model->hp.vocab + 31) / 32;
    for (size_t w = 0; w < words; w++) {
        for (uint32_t bits = t->mask[w]; bits != 0; bits &= bits - 1) {
            int32_t id = (int32_t)(w * 32) + __builtin_ctz(bits);
            if (tokenizer_bytes(e->model->tokenizer, id).len > rest) {
                return true;
            }
        }
    }
    return false;
}

enum forced { FORCED_ALL, FORCED_UNTIL_CHOICE, FORCED_OVER };

/* Takes the tokens of bytes that the grammar forces, as far as there is no choice among them. */
static enum forced take_bytes(struct engine *e, struct turn *t, const struct buf *bytes) {
    struct tokens AUTO_TOKENS ids = {0};
    if (bytes->overflow || !tokenizer_encode_part(e->model->tokenizer, buf_str(bytes), false, false,
                                                  &ids, &t->result.err)) {
        turn_finish(e, t, TURN_FAILED);
        return FORCED_OVER;
    }
    size_t rest = bytes->len;
    for (size_t i = 0; i < ids.n; i++) {
        if (i + HEAL_TOKENS >= ids.n && may_reach_past(e, t, rest)) {
            return FORCED_UNTIL_CHOICE;
        }
        rest -= MIN(rest, tokenizer_bytes(e->model->tokenizer, ids.ids[i]).len);
        if (!take(e, t, ids.ids[i], true)) {
            return FORCED_OVER;
        }
    }
    return ids.n > 0 || fail(e, t, "forced text has no tokens") ? FORCED_ALL : FORCED_OVER;
}

/* Takes everything that is forced now; false if the turn is over. */
static bool take_forced(struct engine *e, struct turn *t) {
    AUTO_BUF struct buf bytes = BUF_INIT(FORCED_BYTES_MAX);
    while (t->state_of_grammar != NULL) {
        buf_clear(&bytes);
        if (grammar_state_forced(t->state_of_grammar, &bytes) > 0) {
            enum forced end = take_bytes(e, t, &bytes);
            if (end != FORCED_ALL) {
                return end == FORCED_UNTIL_CHOICE;
            }
            continue;
        }
        int32_t token = grammar_state_forced_token(t->state_of_grammar);
        if (token < 0) {
            break;
        }
        if (!take(e, t, token, true)) {
            return false;
        }
    }
    return true;
}

void turn_begin(struct engine *e, struct turn *t) {
    struct seq *s = t->seq;
    int32_t vocab = e->model->hp.vocab;
    s->turn = t;
    t->vtime = s->vtime;
    for (size_t i = 0; i < t->prompt_n; i++) {
        if (t->prompt[i] < 0 || t->prompt[i] >= vocab) {
            t->prompt_n = 0;
            err_set(&t->result.err, ERR_INPUT, "the prompt holds a token that the model has not");
            turn_finish(e, t, TURN_FAILED);
            return;
        }
    }
    if (kv_length(s->tail) + (int64_t)t->prompt_n >= e->model->hp.context) {
        t->prompt_n = 0;
        turn_finish(e, t, TURN_CONTEXT);
        return;
    }
    if (kv_length(s->tail) == 0) {
        s->shared = MIN(s->prefix, e->options.expanded_tokens) / TILE_TOKENS * TILE_TOKENS;
    }
    kv_append(e->tree, &s->tail, t->prompt, t->prompt_n, s->shared, false);
    t->result.prompt_presented = (uint64_t)kv_length(s->tail);
    e->stats.presented += t->result.prompt_presented;
    if (t->result.prompt_presented == 0) {
        err_set(&t->result.err, ERR_INPUT, "there is nothing to continue");
        turn_finish(e, t, TURN_FAILED);
        return;
    }
    if (t->tokens_max <= 0) {
        turn_finish(e, t, TURN_TRUNCATED);
        return;
    }
    kv_own_tail(e->tree, &s->tail);
    kv_pin(e->tree, s->tail); /* used last: what waits for its turn is not evicted first */
    kv_unpin(e->tree, s->tail);
    if (t->grammar != NULL) {
        t->state_of_grammar = grammar_state_create(t->grammar, t->bindings);
        t->mask = xcalloc((size_t)vocab / 32 + 2, sizeof *t->mask);
        (void)take_forced(e, t);
    }
}

void turn_mask(struct turn *t) {
    if (t->state_of_grammar == NULL || t->mask_known) {
        return;
    }
    int64_t start = clock_mono_ns();
    t->masked = grammar_state_mask(t->state_of_grammar, t->mask) == GRAMMAR_MASKED;
    t->mask_us = (double)(clock_mono_ns() - start) / 1000;
    t->mask_known = true;
}

void turn_draw(struct engine *e, struct turn *t) {
    int n = tokenizer_size(e->model->tokenizer);
    turn_mask(t);
    const uint32_t *mask = t->masked ? t->mask : NULL;
    t->mask_known = false;
    t->drawn = sampler_draw(t->logits, n, mask, &t->sampling, (uint64_t)kv_length(t->seq->tail));
    t->refused = false;
    if (mask != NULL) {
        int32_t best = sampler_best(t->logits, n, NULL);
        t->refused = best >= 0 && (mask[best / 32] >> (best % 32) & 1) == 0;
    }
}

void turn_advance(struct engine *e, struct turn *t) {
    t->result.calls_refused += t->refused;
    if (t->drawn < 0) {
        (void)fail(e, t, "no token can be drawn");
        return;
    }
    if (t->state == TURN_READING) {
        turn_set_state(t, TURN_WRITING);
    }
    if (take(e, t, t->drawn, false)) {
        (void)take_forced(e, t);
    }
}
