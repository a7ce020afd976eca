#ifndef MODEL_GRAMMAR_INT_H
#define MODEL_GRAMMAR_INT_H
/* What the files of the grammar share: the compiled form, threads of the automaton, bindings.
 *
 * vocab.c          token trie, and what of it stays inside a JSON string
 * schema.c         JSON Schema -> nodes
 * grammar.c        compile, states, free text and its markers
 * grammar_step.c   threads: one byte or control token further; what follows a finished value
 * grammar_leaf.c   strings, numbers, choices and bound text, byte by byte
 * grammar_mask.c   the trie walked against threads; cached masks
 * bindings.c       what arguments are bound to
 * grammar_model.c  grammar_create: dialect and tokenizer -> grammar_compile */
#include <stdatomic.h>
#include "model/grammar.h"
#include "model/suffix.h"

/* ---- vocab ---- */
/* The trie in preorder: the subtree of node i is [i + 1, skip). Tokens sorted by their bytes come
 * in the same order, so a node's own tokens are sorted[first .. next node's first). Node 0 is the
 * root. */
struct vocab_node {
    uint32_t skip, first;
    unsigned char byte;
    uint8_t depth; /* bytes from the root */
};
/* A node whose last byte closes a JSON string that began before the token. */
struct vocab_exit {
    uint32_t node;
    uint32_t characters; /* of the string before the quote */
};
/* A token with more than VOCAB_BODIES - 1 characters inside a string. */
struct vocab_limited {
    int32_t token;
    uint32_t characters;
};
#define VOCAB_BODIES          16
#define VOCAB_TOKEN_BYTES_MAX 250 /* longer tokens are never written inside a call */

struct vocab {
    _Atomic int refs;
    int32_t n;
    size_t words;
    struct vocab_node *nodes; /* n_nodes and a sentinel */
    uint32_t n_nodes;
    /* The children of node i are child[first_child[i] .. first_child[i + 1]) in rising order of
     * child_byte: for whoever follows few of many. */
    uint32_t *first_child, *child;
    unsigned char *child_byte;
    int32_t *sorted;
    char *bytes;      /* of all tokens */
    uint32_t *offset; /* n + 1 */
    uint32_t longest; /* bytes of the longest token in the trie */
    /* body[r]: mask of the tokens that stay inside a JSON string and add at most r characters to
     * it; the last one has no limit. limited lists the others of that one by falling characters. */
    uint32_t *body[VOCAB_BODIES + 1];
    struct vocab_limited *limited;
    size_t n_limited;
    uint32_t *too_long; /* mask: tokens with text that is not in the trie */
    struct vocab_exit *exits;
    size_t n_exits;
};
struct str vocab_bytes(const struct vocab *v, int32_t token); /* empty: stands for no text */

static inline void mask_set(uint32_t *bits, int32_t t) {
    bits[t >> 5] |= 1u << (t & 31);
}
static inline bool mask_get(const uint32_t *bits, int32_t t) {
    return bits[t >> 5] >> (t & 31) & 1;
}
static inline void mask_clear(uint32_t *bits, int32_t t) {
    bits[t >> 5] &= ~(1u << (t & 31));
}

/* ---- the inside of a JSON string ---- */
enum string_sub {
    STRING_PLAIN,
    STRING_ESCAPE,
    STRING_HEX,
    STRING_LOW_BACKSLASH,
    STRING_LOW_U,
    STRING_LOW_HEX,
    STRING_UTF8
};
struct string_state {
    uint8_t sub;
    uint8_t left;       /* hex digits or continuation bytes still to come */
    uint8_t low, high;  /* allowed range of the next continuation byte */
    uint32_t code;      /* so far */
    uint32_t surrogate; /* high surrogate waiting for its low one */
};
enum string_result {
    STRING_DEAD,
    STRING_GOES_ON,
    STRING_CHARACTER /* state.code complete */,
    STRING_CLOSED
};
enum string_result string_step(struct string_state *s, unsigned char c);

/* ---- compiled grammar ---- */
enum node_kind { NODE_CHOICE, NODE_STRING, NODE_NUMBER, NODE_OBJECT, NODE_ARRAY, NODE_ANY_OF };
enum bind { BIND_NONE, BIND_PATH, BIND_READ_PATH, BIND_UNIQUE_TEXT, BIND_DIFFERS };

#define NODES_MAX                                                                                  \
    16384 /* of one grammar: a hostile tool server cannot make us compile for ever                 \
           */
#define STRINGS_MAX        65536 /* values of all enums */
#define DEPTH_MAX          16    /* nesting of schemas; the deepest known tool has 5 */
#define TOOLS_MAX          512
#define THREADS_MAX        64 /* readings of one prefix; more are dropped, each alone can end */
#define NUMBER_MAX         (1ll << 53)
#define NUMBER_SCALE       1000000 /* bounded non-integers have up to six decimals */
#define RAW_TERMINATOR_MAX 64

struct node {
    uint8_t kind, bind;
    bool integer; /* NUMBER */
    bool bounded; /* NUMBER: min and max count, in units of 1 or 1/NUMBER_SCALE */
    bool raw;     /* OBJECT: arguments in raw style; STRING: as it is until value_close */
    bool
        replace_all; /* CHOICE: the property that lifts uniqueness; its value true is sorted last */
    int8_t replace_at; /* STRING of BIND_UNIQUE_TEXT: -1 no replace_all, 0 before, 1 after it */
    uint32_t first,
        count;        /* CHOICE: strings, OBJECT: properties, ANY_OF: lists, ARRAY: first = item */
    int64_t min, max; /* STRING: characters, ARRAY: items, NUMBER: value */
};
struct property {
    struct str key;     /* comma, quoted name, colon (or the raw opening, without comma) */
    uint32_t comma_len; /* of key: left out for the first property written */
    uint32_t node;
    bool required, replace_all;
};
struct tool {
    struct str name;
    uint32_t arguments; /* an OBJECT node */
};
struct piece_list {
    struct grammar_piece *at;
    uint32_t n;
};
enum phase_list { LIST_OPEN, LIST_NAME_CLOSE, LIST_CALL_CLOSE, LIST_NEXT, LIST_FINISH, LISTS };

struct mask_entry {
    uint64_t hash;
    size_t key_len, words;
    unsigned char *key;
    uint32_t *bits;
};
#define MASK_CACHE_SLOTS  1024
#define MASK_CACHE_PROBES 4
#define MASK_CACHE_BYTES  (32u << 20)

struct grammar {
    struct vocab *vocab;
    struct arena texts;
    struct node *nodes;
    uint32_t n_nodes;
    struct property *properties;
    uint32_t n_properties;
    struct str *strings;
    uint32_t n_strings;
    uint32_t *lists;
    uint32_t n_lists;
    struct tool *tools; /* sorted by name */
    uint32_t n_tools;
    uint32_t index_node; /* the number after a name */

    struct grammar_piece trigger;
    bool trigger_first, several, raw_style;
    struct piece_list piece[LISTS];
    int32_t *framing, *end;
    size_t n_framing, n_end;
    struct str comma, colon;
    struct str key_open, key_close_string, key_close_json, value_close;
    uint32_t *marker_fallback; /* of a text trigger: where a mismatch goes on (KMP), len + 1 */
    uint32_t *raw_fallback;    /* of value_close */

    /* Masks that depend on nothing but the grammar: written once by whoever computes one first,
     * read by all, freed with the grammar. */
    _Atomic(struct mask_entry *) cache[MASK_CACHE_SLOTS];
    atomic_size_t cache_bytes;
};

/* schema.c: the arguments' schema of one tool; *out is its OBJECT node. */
bool schema_compile(struct grammar *g, struct str tool, const cJSON *schema, uint32_t *out,
                    struct err *err) MUST_CHECK;

/* ---- bindings ---- */
struct bound_file {
    struct str path, text;
    _Atomic(struct suffix *) index; /* made when first needed */
};
struct bindings {
    _Atomic int refs;
    bool paths_complete;
    struct suffix *paths;      /* NULL: none */
    struct suffix *file_paths; /* of files that have unique text; NULL: none */
    uint32_t *file_ids;        /* which file file_paths->at[i] is */
    struct bound_file *files;
    size_t n_files;
    char *storage;
};
const struct suffix *bindings_index(struct bindings *b, uint32_t file);

/* ---- threads: one reading of what was written since the call began ---- */
enum leaf_kind {
    LEAF_LITERAL,
    LEAF_TOKEN,
    LEAF_END,
    LEAF_NAME,
    LEAF_CHOICE,
    LEAF_STRING,
    LEAF_RAW,
    LEAF_NUMBER,
    LEAF_BOUND
};
enum frame_phase { PHASE_OPENED, PHASE_KEY, PHASE_VALUE, PHASE_COMMA, PHASE_CLOSED };

#define NOT_EQUAL UINT32_MAX /* string.equal: differs from the bound text already */
#define NO_FILE   UINT32_MAX

/* Structs below are compared and hashed as bytes: no padding is left unset. */
struct leaf {
    uint8_t kind, sub;
    uint16_t node;
    uint32_t zero;
    union {
        struct {
            const char *at;
            size_t n;
        } literal;
        int64_t token;
        struct {
            uint32_t lo, hi, depth;
        } choice; /* NAME (of state.names), CHOICE, BOUND */
        struct {
            struct string_state s;
            uint32_t need, room; /* characters that must and may still come */
            uint32_t equal;      /* bytes equal to the text it must differ from, or NOT_EQUAL */
        } string;
        struct {
            struct string_state s; /* of a multi-byte character */
            uint32_t matched;      /* bytes of value_close, the last ones written */
            uint32_t need;         /* characters before the end may begin */
            int32_t room;          /* characters still allowed, matched ones counted as text */
        } raw;
        struct {
            int64_t value; /* magnitude, scaled after the point */
            uint8_t negative, digits, decimals, state;
            uint32_t zero;
        } number;
    } u;
};
struct frame {
    uint16_t node;
    uint8_t phase, zero;
    uint32_t at;   /* OBJECT: next property; ARRAY: items that may still come */
    uint32_t need; /* ARRAY: items that must still come */
};
struct thread {
    struct leaf leaf;
    uint8_t depth;        /* frames in use; the call itself is below them */
    uint8_t list;         /* enum phase_list the call is in, or IN_NAME, IN_ARGUMENTS */
    uint8_t replace_all;  /* the call said "replace_all":true */
    uint8_t must_replace; /* the call chose text that occurs more than once */
    uint16_t piece;       /* next piece of list */
    uint16_t tool;
    uint32_t calls;           /* closed so far */
    uint32_t file;            /* of bindings, NO_FILE */
    uint32_t old_at, old_len; /* the call's unique_text, in the file's index text */
    struct frame frames[DEPTH_MAX + 1];
    uint32_t zero;
};
#define IN_NAME      LISTS
#define IN_ARGUMENTS (LISTS + 1)
#define IN_END       (LISTS + 2)

/* Threads of several trie levels, one after the other. */
struct threads {
    struct thread *at;
    uint32_t n, cap;
};

/* What a step may look at besides the thread. */
struct step {
    const struct grammar *g;
    struct bindings *bindings;
    const struct str *names; /* callable tools, sorted */
    const uint16_t *name_tool;
    uint32_t n_names;
    bool touched; /* the result depended on bindings: not to be cached for others */
    struct threads *out;
    uint32_t out_from; /* threads of this step begin here */
};

/* grammar_step.c */
void threads_push(struct step *s, const struct thread *t);
void threads_reserve(struct threads *threads, uint32_t n);
void step_start(struct step *s); /* after the trigger */
void step_byte(struct step *s, const struct thread *t, unsigned char c);
void step_token(struct step *s, const struct thread *t, int32_t token);
void step_finish(struct step *s, struct thread *t); /* t's leaf is complete: what may follow */
void step_begin(struct step *s, struct thread *t, uint32_t node); /* t is to write node's value */
/* The only byte (0..255) or token (256 + id) the thread allows next; -1: several. */
int32_t step_only(struct step *s, const struct thread *t);
bool step_tool_callable(const struct grammar *g, const struct bindings *b, const struct tool *tool);

/* grammar_leaf.c */
void leaf_begin(struct step *s, struct thread *t, uint32_t node); /* t waits in node's leaf */
void leaf_step(struct step *s, const struct thread *t, unsigned char c);
int32_t leaf_only(struct step *s, const struct thread *t); /* byte or -1 */
/* Bound text, for walks that keep only the range of a thread. */
struct bound_text {
    const struct suffix *index;
    bool unique; /* what is read must be able to become text that occurs once */
};
/* False unless the thread is inside bound text, and in no escape. */
bool leaf_bound_text(struct step *s, const struct thread *t, struct bound_text *out);
/* What such a thread's range becomes by byte b, neither '"' nor '\\'; false if it cannot. The
 * cursor is over the thread's range and depth, bytes come in rising order. */
bool bound_text_find(const struct bound_text *text, struct suffix_cursor *c, unsigned char b,
                     struct suffix_range *out);

/* ---- state ---- */
struct grammar_state {
    const struct grammar *g;
    struct bindings *bindings;
    struct str *names;
    uint16_t *name_tool;
    uint32_t n_names;
    uint64_t names_hash;
    bool in_call;     /* set holds the threads; else text is free */
    bool first;       /* nothing was written yet, or only the beginning of a trigger_first */
    uint32_t matched; /* bytes of the text trigger */
    int calls;
    struct threads set, next, walk;
};
struct step state_step(struct grammar_state *state, struct threads *out);

/* grammar_mask.c */
void mask_compute(struct grammar_state *state, uint32_t *bits);      /* inside a call */
void mask_compute_text(struct grammar_state *state, uint32_t *bits); /* free, text trigger */

/* One byte of free text: how much of the text trigger is matched now. *first: a trigger_first is
 * still possible. */
static inline uint32_t text_step(const struct grammar *g, uint32_t matched, bool *first,
                                 unsigned char c) {
    const char *text = g->trigger.text.ptr;
    if (g->trigger_first) {
        *first = *first && (unsigned char)text[matched] == c;
        return *first ? matched + 1 : 0;
    }
    while (matched > 0 && (unsigned char)text[matched] != c) {
        matched = g->marker_fallback[matched];
    }
    return matched + ((unsigned char)text[matched] == c);
}
#endif
