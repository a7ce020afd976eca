#ifndef MODEL_GRAMMAR_H
#define MODEL_GRAMMAR_H
/* Grammar states: what the engine asks while a sequence writes its turn. Private to model/.
 *
 * How to think about it. A `vocab` is the token trie of a vocabulary; a `grammar` (model.h) is a
 * dialect's call framing and the tools' schemas compiled for one vocab; both are immutable and any
 * thread may use them. A `grammar_state` belongs to one turn of one sequence and to one thread at a
 * time. Text before the first call is free; from a call's marker on, only tokens that can still
 * become a valid call are allowed, and some allowed token always exists.
 *
 *     struct grammar_state *g = grammar_state_create(request->grammar, request->bindings);
 *     for (;;) {
 *         n = grammar_state_forced(g, &bytes);       // n > 0: encode bytes as the tokenizer would
 *         token = grammar_state_forced_token(g);     // >= 0: one control or end token
 *         ... append forced tokens, grammar_state_accept each, until neither forces anything
 *         mask = grammar_state_mask(g, bits) == GRAMMAR_MASKED ? bits : NULL;
 *         token = sampler_draw(logits, n_vocab, mask, &sampling, position);
 *         ok = grammar_state_accept(g, token);       // true for every token that the mask has
 *     }
 *     grammar_state_destroy(g);
 */
#include "model/model.h"

/* ---- vocabulary ---- */
struct vocab;
/* bytes(arg, id): what the token stands for, borrowed until vocab_create returns; empty for control
 * tokens and others that stand for no text. Reference count 1; any thread. */
struct vocab *vocab_create(int32_t n, struct str (*bytes)(void *arg, int32_t id), void *arg);
struct vocab *vocab_ref(struct vocab *v);
void vocab_unref(struct vocab *v);
int32_t vocab_size(const struct vocab *v);
size_t vocab_mask_words(const struct vocab *v); /* uint32_t words of a mask */

/* ---- call framing: what the dialect says, cut into control tokens and text ---- */
enum grammar_piece_kind { PIECE_TEXT, PIECE_TOKEN, PIECE_INDEX /* 0 to 9999, any */ };
struct grammar_piece {
    enum grammar_piece_kind kind;
    int32_t token;
    struct str text;
};
struct grammar_pieces {
    const struct grammar_piece *at;
    size_t n;
};
struct grammar_format {
    struct grammar_piece trigger; /* text or token that begins a call in free text */
    bool trigger_first;           /* counts only as the first bytes of the turn */
    bool several;                 /* more calls may follow */
    struct grammar_pieces open;   /* from after the trigger to the name */
    struct grammar_pieces name_close, call_close;
    struct grammar_pieces next;   /* between a call_close and the next name */
    struct grammar_pieces finish; /* between the last call_close and the end token; may be empty */
    const int32_t *framing; /* control tokens that only the framing may write: masked in text */
    size_t n_framing;
    const int32_t *end; /* end tokens; the first is the one forced after the calls */
    size_t n_end;
    struct str comma, colon; /* of JSON */
    /* Raw style: arguments are key_open KEY key_close VALUE value_close; string values are as they
     * are. NULL key_open = JSON style. */
    struct str key_open, key_close_string, key_close_json, value_close;
};

/* As grammar_create (model.h) for a vocabulary and framing given directly; all is copied, vocab is
 * referenced. ERR_INPUT with the tool's and property's name for a schema outside the subset. */
bool grammar_compile(struct grammar **out, struct vocab *vocab, const struct grammar_format *format,
                     const cJSON *tools, struct err *err) MUST_CHECK;

/* ---- state of one turn ---- */
struct grammar_state;
enum grammar_verdict { GRAMMAR_FREE, GRAMMAR_MASKED };

/* grammar must outlive the state; bindings (may be NULL) is referenced. */
struct grammar_state *grammar_state_create(const struct grammar *grammar,
                                           struct bindings *bindings);
void grammar_state_destroy(struct grammar_state *state);
/* Tells the state of a token appended to the answer, in free text too. false: the token is not
 * allowed here, the state is as before; after a mask that is a programmer error. */
bool grammar_state_accept(struct grammar_state *state, int32_t token) MUST_CHECK;
/* GRAMMAR_FREE: every token is allowed and bits is untouched. GRAMMAR_MASKED: bit t of bits is set
 * when token t is allowed; at least one is. bits has vocab_mask_words(vocab) words. */
enum grammar_verdict grammar_state_mask(struct grammar_state *state, uint32_t *bits);
/* Appends the bytes that must come now to *bytes; returns how many (0: there is a choice, a control
 * token is next, or text is free). The engine encodes them as data and accepts each token. */
size_t grammar_state_forced(struct grammar_state *state, struct buf *bytes);
/* The one control or end token that must come now, or -1. */
int32_t grammar_state_forced_token(struct grammar_state *state);
bool grammar_state_in_call(const struct grammar_state *state); /* between trigger and call_close */
bool grammar_state_turn_must_end(const struct grammar_state *state); /* only an end token is left */
int grammar_state_calls(const struct grammar_state *state);          /* calls closed in this turn */
#endif
