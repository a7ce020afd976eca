#ifndef MODEL_ENGINE_INT_H
#define MODEL_ENGINE_INT_H
/* What engine.c (the loop thread's side, messages), conductor.c (steps) and turn.c (one turn's
 * life) share. A field belongs to one thread, as said here; turns travel in messages. */
#include <pthread.h>
#include <stdatomic.h>

#include "model/forward.h"
#include "model/grammar.h"
#include "model/kv.h"
#include "model/model_int.h"
#include "model/pace.h"
#include "model/pool.h"
#include "model/states.h"
#include "runtime/base/queue.h"

/* A turn's life, on the conductor:
 *
 *   QUEUED --admit--> READING --prompt computed, first token--> WRITING --end--> OVER
 *     ^                  |                                          |
 *     +---- preempt -----+------------------------------------------+
 *
 * QUEUED   nothing pinned; its tokens are in the tree
 * READING  path pinned; the prompt is being computed, or waits for nodes that another turn computes
 * WRITING  path pinned; at least one token of the answer was drawn (a preempted turn that had one
 *          reads its way back to it)
 * OVER     nothing pinned; result filled, on its way to the loop thread */
enum turn_state { TURN_QUEUED, TURN_READING, TURN_WRITING, TURN_OVER };

struct turn {
    struct queue_node node; /* in the result queue */
    struct seq *seq;
    enum turn_state state;
    /* the request */
    int32_t *prompt;
    size_t prompt_n;
    int64_t tokens_max;
    struct sampling sampling;
    struct grammar *grammar;
    struct bindings *bindings;
    double weight;
    turn_fn done;
    void *arg;
    /* conductor, while the turn lives */
    struct grammar_state *state_of_grammar;
    struct kv_node **path;
    uint8_t **pages;
    uint8_t *const **expanded; /* of the declared prefix, once prefix_ready */
    size_t n_path, cap_path;
    size_t ready; /* leading nodes of path that are computed whole */
    bool prefix_ready;
    /* of a model that has states, while admitted */
    struct state *seq_state;         /* taken, or NULL */
    const struct kv_node *replay_to; /* it is on the way to the end of this node, or NULL */
    uint64_t admitted;               /* order of admission: the latest is preempted first */
    int passed_over; /* times that another was admitted while it was first in the queue */
    double vtime;
    int rows;           /* in the batch being computed; 0 = not in it */
    uint64_t looked_at; /* step in which it was last considered */
    /* drafts in the batch being computed (draft.c) */
    int32_t draft[ENGINE_DRAFTS_MAX];
    int n_drafts, draft_at, draft_match; /* made, accepted, tokens that were equal before them */
    bool draft_holds;                    /* all tokens taken in this step were the drafts */
    struct kv_node *draft_node;          /* whose page has their rows */
    /* drawing, filled on a pool thread */
    int logits_at; /* of its first wanted row */
    const float *logits;
    uint32_t *mask;
    bool masked, mask_known; /* the mask counts; it was computed for the next draw */
    int32_t drawn;
    bool refused;
    double mask_us;
    /* result */
    struct tokens answer;
    struct turn_result result;
};

struct seq {
    struct engine *engine;
    /* loop thread */
    size_t length;
    int64_t prefix; /* tokens declared shared; written before anybody else knows the sequence */
    bool busy, destroyed;
    /* conductor */
    int64_t shared; /* positions that are read expanded from there on; from the first turn on */
    struct kv_node *tail;
    struct turn *turn;
    double vtime;
};

enum message_kind {
    MESSAGE_CREATE,
    MESSAGE_FORK,
    MESSAGE_SUBMIT,
    MESSAGE_CANCEL,
    MESSAGE_DESTROY,
    MESSAGE_EXPECT,
    MESSAGE_STOP
};
struct message {
    struct queue_node node;
    enum message_kind kind;
    struct seq *seq, *parent;
    struct turn *turn;
    enum seq_next next; /* EXPECT */
};

enum result_kind { RESULT_TURN, RESULT_GONE };
/* Goes back to the loop: a turn that is over, or a sequence that may be freed. */
struct result {
    struct queue_node node;
    enum result_kind kind;
    struct turn *turn;
    struct seq *seq;
};

#define SAMPLES 256
struct samples { /* the latest figures, for percentiles */
    double value[SAMPLES];
    size_t n;
};

/* What drafts have cost and brought (draft.c); the conductor's. */
#define DRAFT_TURNS_MAX 2 /* writing turns beside which drafts are made */
struct drafts {
    bool on;                              /* in this step */
    int writing, made;                    /* in this step: turns that write, drafts */
    double plain_ms[DRAFT_TURNS_MAX + 1]; /* a step without drafts, by turns that write */
    double row_ms;                        /* what one draft more costs */
    struct draft_rate {
        double accepted; /* share of drafts, lately */
    } rate[4];           /* by length of match */
};

struct turn_list {
    struct turn **at;
    size_t n, cap;
};

struct engine {
    struct model *model;
    struct engine_options options;
    struct queue *inbox, *results;
    pthread_t thread;
    size_t live; /* loop thread: sequences not destroyed */
    /* conductor */
    struct pool *pool;
    struct forward *forward;
    struct kv_tree *tree;
    struct states *states;   /* NULL: the model has none */
    struct pages *pages;     /* NULL: no page file */
    uint64_t pages_read;     /* before this step */
    uint64_t stop_bytes;     /* that may still be written of sequences to be resumed */
    struct turn_list queued; /* in order of arrival; preempted ones in front */
    struct turn_list active; /* admitted; neighbours in the tree are neighbours here */
    struct span spans[ENGINE_ROWS_MAX];
    struct turn *span_turn[ENGINE_ROWS_MAX];
    bool span_read[ENGINE_ROWS_MAX]; /* its turn was reading */
    int32_t span_tokens[ENGINE_ROWS_MAX];
    struct turn *drawing[ENGINE_ROWS_MAX]; /* those whose last token is in the batch */
    int n_drawing;
    int n_spans, n_rows, n_logits;
    struct kv_node *expand[ENGINE_EXPAND_MAX]; /* pages to be expanded before the pass */
    size_t n_expand;
    uint64_t admissions;
    struct pace pace;
    struct drafts drafts;
    bool stopping;
    struct samples step_ms, mask_us;
    uint64_t steps;
    /* written by the conductor, read by anybody */
    struct {
        _Atomic uint64_t presented, computed, decoded, forced, steps, pages, kv_used, sequences,
            preempted, drafted, accepted, pages_written, pages_read, pages_expanded;
        _Atomic double step_p50, step_p95, mask_p50, mask_p99;
    } stats;
};

/* ---- turn.c: conductor thread ---- */
void turn_begin(struct engine *e, struct turn *t); /* prompt into the tree; QUEUED or OVER */
void turn_set_state(struct turn *t, enum turn_state state);
void turn_mask(struct turn *t); /* pool thread: the mask of the next draw, and mask_us */
void turn_draw(struct engine *e, struct turn *t);    /* pool thread: fills drawn, refused */
void turn_advance(struct engine *e, struct turn *t); /* takes the drawn token and what it forces */
/* OVER; the conductor sends it to the loop when it is off its lists. */
void turn_finish(struct engine *e, struct turn *t, enum turn_end end);
void turn_destroy(struct turn *t);
/* Tokens from here are not computed yet. */
int64_t turn_computed(struct turn *t);
void turn_pin(struct engine *e, struct turn *t);
void turn_unpin(struct engine *e, struct turn *t); /* gives up claims too */

/* ---- draft.c: conductor thread ---- */
void draft_begin(struct engine *e); /* before a batch is made */
/* Fills t->draft for a span that ends with the sequence's last token; rows: of that span. Returns
 * how many. */
int draft_make(struct engine *e, struct turn *t, int rows);
void draft_taken(struct turn *t, int32_t token);   /* a token was appended to the answer */
void draft_note(struct engine *e, struct turn *t); /* all draws of the step are done */
void draft_note_time(struct engine *e, double ms); /* of a step in which no turn read */

/* ---- conductor.c ---- */
void *conductor_main(void *arg);
#endif
