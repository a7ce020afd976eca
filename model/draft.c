/* Drafts: guesses of the next tokens, read off earlier text and verified by the pass that computes
 * the token before them. Conductor thread.
 *
 * When one or two turns write, a pass is bound by the weights it reads, and some more rows cost
 * little. Agents copy: the text of a file into an edit, a path, a name. So the last tokens of a
 * sequence are looked up in what it holds already (longest match, the latest among equals), else in
 * the text of all other sequences (the tree's index of three tokens); what followed there are the
 * drafts, rows of their own in the turn's span, whose keys and values go into the tail's page
 * behind the computed rows.
 *
 *   tail:   t0 .. t9 | d0 d1 d2          rows computed: t9 d0 d1 d2
 *   draw at t9 = d0 -> draw at d0 = d1 -> draw at d1 = x, not d2: three tokens, done ends behind d1
 *
 * Exact (G3): a token is drawn as always, by its position, from logits that depend on the tokens
 * before it alone, under the grammar's mask after them. A draft that equals it has saved a pass;
 * one that does not is forgotten with its row, which the next pass writes again. Which drafts are
 * made may therefore depend on time and load; it changes no token.
 *
 * They must pay: more rows touch more experts. The time of a plain pass and of each row more are
 * measured, acceptance is noted by length of match, and the number of drafts is the one with the
 * most tokens a millisecond, often none. What was given up drifts back and is tried again. */
#include "model/engine_int.h"

/* Tokens that must be equal before a guess: two are equal all the time. */
#define MATCH_MIN 3
/* Longest match that is looked at: further ones tell nothing more. */
#define MATCH_MAX 24
/* How far back a sequence is searched, tokens: some 100 us of walking. */
#define SEARCH_MAX (64 << 10)
/* A step without drafts now and then, to know what one costs. */
#define PLAIN_EVERY 24

/* ---- looking up ---- */

static int32_t token_at(const struct turn *t, int64_t i) {
    return t->path[i / PAGE_TOKENS]->tokens[i % PAGE_TOKENS];
}

/* Tokens equal before positions a and b, at most MATCH_MAX. */
static int match_length(const struct turn *t, int64_t a, int64_t b) {
    int n = 0;
    while (n < MATCH_MAX && a - n >= 0 && token_at(t, a - n) == token_at(t, b - n)) {
        n++;
    }
    return n;
}

/* What followed the last tokens where they occurred before in this sequence. */
static int find_own(const struct turn *t, int32_t *out, int max, int *match) {
    int64_t end = kv_length(t->seq->tail), best = -1;
    int32_t last = token_at(t, end - 1);
    *match = MATCH_MIN - 1;
    for (int64_t i = end - 2; i >= MAX(end - SEARCH_MAX, (int64_t)0) && *match < MATCH_MAX; i--) {
        int n = token_at(t, i) == last ? match_length(t, i, end - 1) : 0;
        if (n > *match) {
            *match = n;
            best = i + 1;
        }
    }
    int n = 0;
    for (; best >= 0 && n < max && best + n < end; n++) {
        out[n] = token_at(t, best + n);
    }
    return n;
}

/* What followed them in any sequence, as far as its page goes. */
static int find_other(const struct engine *e, const struct turn *t, int32_t *out, int max,
                      int *match) {
    int64_t end = kv_length(t->seq->tail);
    const struct kv_node *node = NULL;
    int32_t last[KV_SAID];
    for (int i = 0; i < KV_SAID; i++) {
        last[i] = end >= KV_SAID ? token_at(t, end - KV_SAID + i) : -1;
    }
    int k = kv_said(e->tree, last, &node), n = 0;
    for (*match = 0; k >= 0 && *match < MIN(MATCH_MAX, end) &&
                     kv_back(node, k, *match + 1) == token_at(t, end - 1 - *match);) {
        ++*match;
    }
    for (; k >= 0 && n < max && k + n < node->n; n++) {
        out[n] = node->tokens[k + n];
    }
    return n;
}

/* ---- what pays ---- */

static struct draft_rate *rate_of(struct engine *e, int match) {
    int class = match < 5 ? 0 : match < 9 ? 1 : match < MATCH_MAX ? 2 : 3;
    return &e->drafts.rate[class];
}

/* The number of drafts, up to max, with the most tokens a millisecond. */
static int worth(const struct drafts *d, double rate, int writing, int max) {
    double plain = d->plain_ms[writing], best = 1 / plain, tokens = 1, chance = 1;
    int n = 0;
    for (int k = 1; k <= max; k++) {
        chance *= rate;
        tokens += chance;
        if (tokens / (plain + k * d->row_ms) > best) {
            best = tokens / (plain + k * d->row_ms);
            n = k;
        }
    }
    return n;
}

/* Room for drafts behind the last token of t: in the tail's page, the batch, the turn. */
static int room(const struct engine *e, const struct turn *t, int rows) {
    int64_t n = MIN(ENGINE_DRAFTS_MAX, PAGE_TOKENS - t->seq->tail->n);
    n = MIN(n, ENGINE_ROWS_MAX - e->n_rows - rows);
    n = MIN(n, forward_logits_max(e->forward) - e->n_logits - 1);
    n = MIN(n, t->tokens_max - (int64_t)t->answer.n - 1);
    n = MIN(n, e->model->hp.context - kv_length(t->seq->tail) - 1);
    return (int)MAX(n, 0);
}

void draft_begin(struct engine *e) {
    struct drafts *d = &e->drafts;
    d->writing = d->made = 0;
    for (size_t i = 0; i < e->active.n; i++) {
        e->active.at[i]->n_drafts = 0;
        d->writing += e->active.at[i]->state == TURN_WRITING;
    }
    bool known = d->writing > 0 && d->writing <= DRAFT_TURNS_MAX && d->plain_ms[d->writing] > 0;
    /* a state cannot be taken back behind a draft that does not hold */
    d->on = known && !e->options.drafts_off && e->states == NULL && e->steps % PLAIN_EVERY != 0;
}

int draft_make(struct engine *e, struct turn *t, int rows) {
    struct drafts *d = &e->drafts;
    int match = 0, max = room(e, t, rows);
    if (!d->on || t->state != TURN_WRITING || max == 0) {
        return 0;
    }
    int n = find_own(t, t->draft, max, &match);
    if (n == 0) {
        n = find_other(e, t, t->draft, max, &match);
    }
    if (n == 0) {
        return 0;
    }
    struct draft_rate *rate = rate_of(e, match);
    int wanted = worth(d, rate->accepted, d->writing, n);
    if (wanted == 0) {
        rate->accepted += 0.01 * (1 - rate->accepted);
        d->row_ms *= 0.99;
        return 0;
    }
    t->n_drafts = wanted;
    t->draft_at = 0;
    t->draft_holds = true;
    t->draft_match = match;
    t->draft_node = t->seq->tail;
    d->made += wanted;
    return wanted;
}

/* ---- verifying ---- */

void draft_taken(struct turn *t, int32_t token) {
    if (!t->draft_holds) {
        return;
    }
    t->draft_holds = t->draft_at < t->n_drafts && t->draft[t->draft_at] == token;
    if (!t->draft_holds) {
        return;
    }
    struct kv_node *node = t->draft_node;
    t->draft_at++;
    node->done++;
    ASSERT(node->done <= node->n);
    if (node->done == PAGE_TOKENS && node->claim == t) {
        node->claim = NULL;
    }
}

void draft_note(struct engine *e, struct turn *t) {
    if (t->n_drafts == 0) {
        return;
    }
    struct draft_rate *rate = rate_of(e, t->draft_match);
    for (int i = 0; i < t->draft_at; i++) {
        rate->accepted += 0.1 * (1 - rate->accepted);
    }
    if (t->draft_at < t->n_drafts) {
        rate->accepted -= 0.1 * rate->accepted;
    }
    t->vtime += t->draft_at / t->weight;
    t->draft_holds = false;
    e->stats.drafted += (uint64_t)t->n_drafts;
    e->stats.accepted += (uint64_t)t->draft_at;
}

void draft_note_time(struct engine *e, double ms) {
    struct drafts *d = &e->drafts;
    if (d->writing == 0 || d->writing > DRAFT_TURNS_MAX) {
        return;
    }
    double *plain = &d->plain_ms[d->writing];
    if (d->made == 0) {
        *plain = *plain > 0 ? 0.8 * *plain + 0.2 * ms : ms;
    } else {
        double row = MAX(ms - *plain, 0.0) / d->made;
        d->row_ms = 0.9 * d->row_ms + 0.1 * row;
    }
}
