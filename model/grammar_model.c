/* grammar_create: a model's dialect and vocabulary in the terms of grammar_compile.
 *
 * Owns: nothing after it returns. Any thread.
 *
 * A dialect's pieces are cut where the vocabulary has a control token; everything else is text,
 * also markers that are user-defined tokens: those a model can spell with other tokens as well, and
 * a reader of text would take both for the marker. The trigger is the first step of what opens a
 * call; what follows it up to the name is forced.
 *
 * A control token that opens or closes a call may not stand in free text: readers that forgive a
 * missing section marker would take what follows for a call that no grammar held.
 *
 * Failures: a family whose calls cannot be constrained is ERR_MODEL; the tools' own are ERR_INPUT.
 */
#include "model/dialect.h"
#include "model/grammar_int.h"
#include "model/model_int.h"
#include "model/tokenizer.h"

#define STEPS_MAX 24

struct pieces {
    struct grammar_piece at[STEPS_MAX];
    size_t n;
    struct buf texts[STEPS_MAX]; /* of text pieces, joined */
};

struct adapter {
    const struct tokenizer *t;
    struct pieces open, name_close, call_close, next, finish, end;
    int32_t framing[STEPS_MAX], ends[STEPS_MAX * 4];
    size_t n_framing, n_ends;
};

static void add_text(struct pieces *p, struct str text) {
    bool joins = p->n > 0 && p->at[p->n - 1].kind == PIECE_TEXT;
    if (text.len == 0) {
        return;
    }
    if (!joins) {
        ASSERT(p->n < STEPS_MAX);
        buf_init(&p->texts[p->n], 4096);
        p->at[p->n++] = (struct grammar_piece){.kind = PIECE_TEXT, .token = -1};
    }
    buf_append_str(&p->texts[p->n - 1], text);
    p->at[p->n - 1].text = buf_str(&p->texts[p->n - 1]);
}

static void add_piece(const struct adapter *a, struct pieces *p, const char *piece) {
    struct dialect_step steps[STEPS_MAX];
    size_t n = piece ? dialect_piece_steps(a->t, piece, steps, STEPS_MAX) : 0;
    for (size_t i = 0; i < n; i++) {
        if (steps[i].token >= 0 && tokenizer_type(a->t, steps[i].token) != TOKEN_USER) {
            ASSERT(p->n < STEPS_MAX);
            p->at[p->n++] = (struct grammar_piece){.kind = PIECE_TOKEN, .token = steps[i].token};
        } else {
            add_text(p, steps[i].text);
        }
    }
}

static void pieces_release(struct pieces *p) {
    for (size_t i = 0; i < p->n; i++) {
        buf_release(&p->texts[i]);
    }
}

static struct grammar_pieces view(const struct pieces *p) {
    return (struct grammar_pieces){p->at, p->n};
}

static bool holds(const int32_t *ids, size_t n, int32_t id) {
    for (size_t i = 0; i < n; i++) {
        if (ids[i] == id) {
            return true;
        }
    }
    return false;
}

static void add_end(struct adapter *a, int32_t id) {
    if (id >= 0 && !holds(a->ends, a->n_ends, id) && a->n_ends < ARRAY_LEN(a->ends)) {
        a->ends[a->n_ends++] = id;
    }
}

/* The token that the dialect ends a turn with comes first: it is the one that is forced. */
static void find_ends(struct adapter *a, const char *turn_end) {
    add_piece(a, &a->end, turn_end);
    if (a->end.n > 0 && a->end.at[0].kind == PIECE_TOKEN) {
        add_end(a, a->end.at[0].token);
    }
    add_end(a, tokenizer_eos(a->t));
    for (int32_t id = 0; id < tokenizer_size(a->t); id++) {
        if (tokenizer_is_end(a->t, id)) {
            add_end(a, id);
        }
    }
}

static void add_framing(struct adapter *a, const struct pieces *p, int32_t trigger) {
    for (size_t i = 0; i < p->n; i++) {
        int32_t id = p->at[i].token;
        if (p->at[i].kind == PIECE_TOKEN && id != trigger && !holds(a->ends, a->n_ends, id) &&
            !holds(a->framing, a->n_framing, id) && a->n_framing < ARRAY_LEN(a->framing)) {
            a->framing[a->n_framing++] = id;
        }
    }
}

/* Takes the trigger off the beginning of open. If there is a control token in it, that is what
 * begins a call: the text before it ("<" of "<DSML token>function_calls>") is free text like any
 * other. */
static bool split_trigger(struct adapter *a, const struct dialect_calls *calls,
                          struct grammar_format *f) {
    struct pieces trigger = {.n = 0};
    add_piece(a, &trigger, calls->trigger);
    ASSERT(trigger.n > 0 && a->open.n > 0);
    size_t k = 0;
    while (k < trigger.n && trigger.at[k].kind != PIECE_TOKEN) {
        k++;
    }
    k = k < trigger.n ? k : 0;
    ASSERT(k < a->open.n);
    struct grammar_piece *first = &a->open.at[k];
    f->open = (struct grammar_pieces){first, a->open.n - k};
    f->trigger = *first;
    bool fits = trigger.at[k].kind == first->kind &&
                (first->kind == PIECE_TOKEN ? trigger.at[k].token == first->token
                                            : str_starts(first->text, trigger.at[k].text));
    if (fits && first->kind == PIECE_TEXT && trigger.at[k].text.len < first->text.len) {
        f->trigger.text = str_slice(first->text, 0, trigger.at[k].text.len);
        first->text = str_slice(first->text, trigger.at[k].text.len, first->text.len);
    } else {
        f->open.at++;
        f->open.n--;
    }
    pieces_release(&trigger);
    return fits;
}

static struct str token_text(void *arg, int32_t id) {
    const struct tokenizer *t = arg;
    enum token_type type = tokenizer_type(t, id);
    bool text = type == TOKEN_NORMAL || type == TOKEN_USER || type == TOKEN_BYTE;
    return text ? tokenizer_bytes(t, id) : (struct str){"", 0};
}

static bool adapt(struct adapter *a, const struct dialect_calls *calls, struct grammar_format *f,
                  struct err *err) {
    add_piece(a, &a->open, calls->section_open);
    add_piece(a, &a->open, calls->call_open);
    if (calls->indexed) {
        add_text(&a->name_close, STR(":"));
        a->name_close.at[a->name_close.n++] = (struct grammar_piece){.kind = PIECE_INDEX};
    }
    add_piece(a, &a->name_close, calls->name_close);
    add_piece(a, &a->call_close, calls->call_close);
    add_piece(a, &a->next, calls->separator);
    add_piece(a, &a->next, calls->call_open);
    add_piece(a, &a->finish, calls->section_close);
    find_ends(a, calls->turn_end);
    if (a->n_ends == 0) {
        return err_set(err, ERR_MODEL, "the vocabulary has no token that ends a turn");
    }
    bool fits = split_trigger(a, calls, f);
    ASSERT(fits);
    int32_t trigger = f->trigger.kind == PIECE_TOKEN ? f->trigger.token : -1;
    add_framing(a, &a->open, trigger);
    add_framing(a, &a->call_close, trigger);
    add_framing(a, &a->finish, trigger);
    f->trigger_first = calls->trigger_first;
    f->several = calls->several && a->next.n > 0;
    f->name_close = view(&a->name_close);
    f->call_close = view(&a->call_close);
    f->next = view(&a->next);
    f->finish = view(&a->finish);
    f->framing = a->framing;
    f->n_framing = a->n_framing;
    f->end = a->ends;
    f->n_end = a->n_ends;
    f->comma = str_from(calls->comma);
    f->colon = str_from(calls->colon);
    if (calls->style == DIALECT_RAW) {
        f->key_open = str_from(calls->key_open);
        f->key_close_string = str_from(calls->key_close_string);
        f->key_close_json = str_from(calls->key_close_json);
        f->value_close = str_from(calls->value_close);
    }
    return true;
}

bool model_check_calls(const struct model *model, struct err *err) {
    const struct dialect *d = model->dialect;
    if (d != NULL && d->calls.style != DIALECT_NO_CALLS) {
        return true;
    }
    err_set(err, ERR_MODEL, "this model's chat template has no tool calls that can be constrained");
    return err_hint(err, "use a model of a family that 'drover model info' names a dialect for");
}

bool grammar_create(struct grammar **out, const struct model *model, const cJSON *tools,
                    struct err *err) {
    const struct dialect *d = model->dialect;
    *out = NULL;
    if (!model_check_calls(model, err)) {
        return false;
    }
    struct adapter *a = xcalloc(1, sizeof(*a));
    struct grammar_format format = {0};
    a->t = model->tokenizer;
    bool ok = adapt(a, &d->calls, &format, err);
    if (ok) {
        struct vocab *v =
            vocab_create(tokenizer_size(model->tokenizer), token_text, model->tokenizer);
        ok = grammar_compile(out, v, &format, tools, err);
        vocab_unref(v);
    }
    struct pieces *all[] = {&a->open, &a->name_close, &a->call_close,
                            &a->next, &a->finish,     &a->end};
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        pieces_release(all[i]);
    }
    free(a);
    return ok;
}
