#ifndef MODEL_DIALECT_H
#define MODEL_DIALECT_H
/* How a model family writes turns, tool declarations, calls and results: one file in dialects/ and
 * one row in dialect.c each. Private to model/.
 *
 * How to think about it. A dialect is (a) data: the pieces of text around a call, which the grammar
 * forces and the parser reads back, and (b) five functions that write the events of a conversation
 * to a `dialect_writer`. A writer knows which bytes are the template's own (markers in them become
 * control tokens) and which are data (never). Whole conversations and single events go through the
 * same functions, so what is appended turn by turn is what the vendor's template would have
 * written.
 *
 *     const struct dialect *d = dialect_detect(chat_template);      // by markers, not by name
 *     d->calls.trigger ... d->calls.turn_end                        // grammar, parser
 *     d->user(d, &writer, text);                                    // renderer
 *
 * A call, as text:
 *
 *     [section_open] call_open NAME [":" INDEX] name_close ARGUMENTS call_close
 *                   { separator call_open ... call_close } [section_close] turn_end
 *
 * JSON style: ARGUMENTS is a JSON object written with the dialect's `comma` and `colon`.
 * RAW style: ARGUMENTS is, for each argument, key_open KEY (key_close_string VALUE-AS-IS |
 * key_close_json VALUE-AS-JSON) value_close, and string values may contain anything but
 * value_close; whether a value is text or JSON follows from the tool's schema (type string: text).
 *
 * Pieces may mix markers and ordinary text. A marker that the vocabulary has as a control token is
 * that token and nothing else; every other byte is ordinary text. dialect_piece_tokens says which.
 */
#include <cjson/cJSON.h>
#include "model/model.h"
#include "runtime/base/str.h"

struct tokenizer;
struct dialect_writer;

enum dialect_style {
    DIALECT_NO_CALLS, /* this family's calls cannot be constrained here; text only */
    DIALECT_JSON,
    DIALECT_RAW,
};

struct dialect_calls {
    enum dialect_style style;
    /* Begins a call in free text; the beginning of section_open + call_open (the first call) and,
     * after the section is closed, of nothing. Never empty. */
    const char *trigger;
    bool trigger_first; /* counts only as the very first bytes of the turn (Llama 3.1) */
    bool several;       /* more calls may follow in the same turn */
    bool channels;      /* a turn is messages with headers: <|channel|>NAME...<|message|> */
    bool indexed;       /* ":" and a decimal number follow the name (Kimi-K2) */
    const char *section_open, *call_open, *name_close, *call_close, *separator, *section_close;
    const char *turn_end;      /* what the model writes after the last call: an end token */
    const char *comma, *colon; /* JSON separators: "," ":" or ", " ": " */
    const char *key_open, *key_close_string, *key_close_json, *value_close; /* RAW only */
};

/* One call of a past turn, for rendering whole conversations. */
struct dialect_call {
    const char *name;
    const cJSON *arguments;
    int index; /* over the conversation, from 0 */
};

/* What surrounds the event being written; single events are written as the last of their turn. */
enum dialect_event { EVENT_NONE, EVENT_BEGIN, EVENT_USER, EVENT_ASSISTANT, EVENT_RESULTS };

struct dialect {
    const char *name;
    /* The chat template contains all of `needs` and none of `lacks` (NULL-terminated lists). */
    const char *needs[6], *lacks[6];
    struct dialect_calls calls;
    /* Every piece of text that means something in this family and must not come from data. */
    const char *markers[24];
    const char *turn_after; /* follows turn_end before the next event: "\n" in ChatML, else "" */

    /* system.ptr NULL: there is no system text. tools: w->tools. */
    void (*begin)(struct dialect_writer *w, struct str system);
    void (*user)(struct dialect_writer *w, struct str text);
    void (*assistant)(struct dialect_writer *w, struct str text, const struct dialect_call *calls,
                      size_t n);
    void (*results)(struct dialect_writer *w, const struct model_result *results, size_t n);
    /* The opening of the turn that the model continues (the "generation prompt"). */
    void (*open)(struct dialect_writer *w);
};

/* NULL if none fits: the model can be used for text evaluation only. */
const struct dialect *dialect_detect(struct str chat_template);
const struct dialect *dialect_find(const char *name); /* NULL if unknown */
const struct dialect *const *dialect_list(void);      /* NULL-terminated */

/* One step of a piece of call text ("<tool_call>\n{"): a control token, or ordinary bytes. */
struct dialect_step {
    int32_t token;   /* >= 0: this token, by id */
    struct str text; /* else these bytes; borrowed from piece */
};
/* Cuts piece into steps; returns how many (at most max, ASSERTed). Control and user-defined tokens
 * of the vocabulary are found longest first, as the tokenizer does. */
size_t dialect_piece_steps(const struct tokenizer *t, const char *piece, struct dialect_step *steps,
                           size_t max);

/* As model_turn_parse (model.h), for a dialect and a vocabulary. */
void turn_parse(const struct dialect *dialect, const struct tokenizer *t, const int32_t *tokens,
                size_t n, struct model_turn *out);

/* ---- writing; used by dialects/ *.c and render.c ---- */
struct dialect_writer {
    struct buf *text; /* the rendering */
    size_t *edges;    /* data is text[edges[0]..edges[1]), [edges[2]..edges[3]), ... */
    size_t n_edges, cap_edges;
    const char *const *guarded; /* markers to break in data, NULL-terminated; NULL = none */
    size_t broken;              /* markers that were */
    const char *bos;            /* how BOS is spelled; "" if there is none */
    const char *eos;
    /* [{"type":"function","function":{"name", "description", "parameters"}}], or NULL */
    const cJSON *tools;
    bool live; /* turn by turn for a model; else a whole conversation as the vendor's template */
    enum dialect_event previous, next; /* next is EVENT_NONE for the last event, and when live */
    bool first_user;                   /* no user event was written before this one */
    bool past_last_user;               /* no user event follows */
    bool answer_follows;               /* a later turn of the assistant makes no calls */
};
void dialect_writer_release(struct dialect_writer *w);

void dialect_put(struct dialect_writer *w, const char *literal); /* the template's own text */
void dialect_put_str(struct dialect_writer *w, struct str literal);
void dialect_data(struct dialect_writer *w, struct str data); /* never becomes a control token */
/* Writes asset up to "{{tools}}", calls tools(w), writes the rest. */
void dialect_put_around(struct dialect_writer *w, struct str asset,
                        void (*tools)(struct dialect_writer *w));
/* As Python's json.dumps(ensure_ascii=False), numbers as repr. "x-drover-..." keys are ours and are
 * left out. The result is data. */
void dialect_json(struct dialect_writer *w, const cJSON *value);
void dialect_json_indent(struct dialect_writer *w, const cJSON *value, int indent);
void dialect_json_compact(struct dialect_writer *w, const cJSON *value); /* "," and ":" */
void dialect_json_text(struct dialect_writer *w, struct str text);       /* as a JSON string */
/* The "function" object of an element of tools. */
const cJSON *dialect_function(const cJSON *tool);
/* Python's str.strip, and its strip('\n') on the left. */
struct str dialect_trim(struct str s);
struct str dialect_trim_newlines(struct str s);
/* What follows the last "</think>" of s, or all of s. */
struct str dialect_after_think(struct str s);
#endif
