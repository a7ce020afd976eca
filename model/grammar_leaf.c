/* What is written byte by byte: strings, numbers, one of several texts, and text bound to files.
 *
 * Owns: nothing; steps copies of threads. Any thread of the program.
 *
 * Every step keeps the promise that makes dead ends impossible: a thread that is pushed can be
 * completed. A string may always be closed once it has its least length, and refuses the character
 * that would leave it full and yet equal to what it must differ from; a number refuses the digit
 * after which no number of its range is left; a choice narrows a sorted list that is never empty;
 * bound text narrows a range of suffixes of which at least one can still become unique.
 *
 * A value whose end is its own last byte (a string's quote) goes on to what follows by step_finish.
 * A value whose end only shows by what follows (a number, a text that is the beginning of another)
 * becomes two threads, one that has ended and one that goes on.
 */
#include "model/grammar_int.h"

/* ---- one of several texts ---- */

static const struct str *choice_strings(const struct step *s, const struct leaf *leaf) {
    return leaf->kind == LEAF_NAME ? s->names : s->g->strings;
}

static void choice_done(struct step *s, const struct thread *from, uint32_t which) {
    struct thread t = *from;
    if (t.leaf.kind == LEAF_NAME) {
        t.tool = s->name_tool[which];
    } else if (s->g->nodes[t.leaf.node].replace_all) {
        t.replace_all = which == s->g->nodes[t.leaf.node].first + 1; /* "false", "true" */
    }
    step_finish(s, &t);
}

/* First of the sorted strings [lo, hi) whose byte at depth is at least c; all are longer than depth
 * and alike before it. */
static uint32_t choice_bound(const struct str *strings, uint32_t lo, uint32_t hi, uint32_t depth,
                             unsigned c) {
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if ((unsigned char)strings[mid].ptr[depth] < c) {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    return lo;
}

static void choice_step(struct step *s, const struct thread *from, unsigned char c) {
    const struct str *strings = choice_strings(s, &from->leaf);
    struct thread t = *from;
    uint32_t depth = t.leaf.u.choice.depth, lo = t.leaf.u.choice.lo, hi = t.leaf.u.choice.hi;
    lo = choice_bound(strings, lo, hi, depth, c);
    uint32_t end = choice_bound(strings, lo, hi, depth, (unsigned)c + 1);
    if (lo == end) {
        return;
    }
    if (strings[lo].len == depth + 1) { /* the shortest comes first */
        choice_done(s, &t, lo++);
    }
    if (lo < end) {
        t.leaf.u.choice.lo = lo;
        t.leaf.u.choice.hi = end;
        t.leaf.u.choice.depth = depth + 1;
        threads_push(s, &t);
    }
}

/* ---- numbers ---- */

enum number_state {
    NUMBER_START,
    NUMBER_MINUS,
    NUMBER_ZERO,
    NUMBER_INT,
    NUMBER_POINT,
    NUMBER_FRAC,
    NUMBER_E,
    NUMBER_ESIGN,
    NUMBER_EXP
};

static int64_t power10(int n) {
    int64_t p = 1;
    while (n-- > 0) {
        p *= 10;
    }
    return p;
}

/* Magnitudes that the sign leaves, in units. -0 is not written. */
static bool number_range(const struct node *node, bool negative, int64_t *lo, int64_t *hi) {
    *lo = negative ? MAX(1, -node->max) : MAX(0, node->min);
    *hi = negative ? -node->min : node->max;
    return *lo <= *hi;
}

/* True if some number of the range begins with what was written. */
static bool number_reachable(const struct node *node, const struct leaf *leaf) {
    int64_t lo, hi, scale = node->integer ? 1 : NUMBER_SCALE, value = leaf->u.number.value;
    if (!number_range(node, leaf->u.number.negative, &lo, &hi)) {
        return false;
    }
    if (leaf->u.number.state == NUMBER_MINUS) {
        return true;
    }
    if (leaf->u.number.state >= NUMBER_POINT) {
        return value <= hi && value + power10(6 - leaf->u.number.decimals) - 1 >= lo;
    }
    for (int64_t power = scale; value * power <= hi; power *= 10) {
        if (value * power + power - 1 >= lo) {
            return true;
        }
        if (value == 0) {
            return false;
        }
    }
    return false;
}

static bool number_accepts(const struct node *node, const struct leaf *leaf) {
    int64_t lo, hi, value = leaf->u.number.value;
    int state = leaf->u.number.state;
    if (state != NUMBER_ZERO && state != NUMBER_INT && state != NUMBER_FRAC &&
        state != NUMBER_EXP) {
        return false;
    }
    if (!node->bounded) {
        return true;
    }
    value *= node->integer || state == NUMBER_FRAC ? 1 : NUMBER_SCALE;
    return number_range(node, leaf->u.number.negative, &lo, &hi) && value >= lo && value <= hi;
}

/* The shape alone: which state c leads to, or -1. */
static int number_shape(const struct node *node, int state, unsigned char c) {
    bool digit = c >= '0' && c <= '9', e = (c == 'e' || c == 'E') && !node->bounded;
    switch ((enum number_state)state) {
    case NUMBER_START:
        if (c == '-') {
            return NUMBER_MINUS;
        } /* fall through */
    case NUMBER_MINUS:
        return c == '0' ? NUMBER_ZERO : digit ? NUMBER_INT : -1;
    case NUMBER_INT:
        if (digit) {
            return NUMBER_INT;
        } /* fall through */
    case NUMBER_ZERO:
        return c == '.' && !node->integer ? NUMBER_POINT : e ? NUMBER_E : -1;
    case NUMBER_POINT:
        return digit ? NUMBER_FRAC : -1;
    case NUMBER_FRAC:
        return digit ? NUMBER_FRAC : e ? NUMBER_E : -1;
    case NUMBER_E:
        if (c == '+' || c == '-') {
            return NUMBER_ESIGN;
        } /* fall through */
    case NUMBER_ESIGN:
    case NUMBER_EXP:
        return digit ? NUMBER_EXP : -1;
    }
    return -1;
}

/* Digits of each part when the range does not bound them: any such number is a finite double. */
#define INT_DIGITS  15
#define FRAC_DIGITS 15
#define EXP_DIGITS  2

static bool number_byte(const struct node *node, struct leaf *leaf, unsigned char c) {
    int state = number_shape(node, leaf->u.number.state, c);
    bool digit = c >= '0' && c <= '9';
    if (state < 0) {
        return false;
    }
    leaf->u.number.negative |= state == NUMBER_MINUS;
    if (!node->bounded) {
        leaf->u.number.digits = !digit                          ? 0
                                : state == leaf->u.number.state ? leaf->u.number.digits + 1
                                                                : 1;
        leaf->u.number.state = (uint8_t)state;
        int most = state == NUMBER_EXP    ? EXP_DIGITS
                   : state == NUMBER_FRAC ? FRAC_DIGITS
                                          : INT_DIGITS;
        return leaf->u.number.digits <= most;
    }
    leaf->u.number.state = (uint8_t)state;
    if (state == NUMBER_POINT) {
        leaf->u.number.value *= NUMBER_SCALE;
    } else if (state == NUMBER_FRAC) {
        if (leaf->u.number.decimals == 6) {
            return false;
        }
        leaf->u.number.decimals++;
        leaf->u.number.value += (c - '0') * power10(6 - leaf->u.number.decimals);
    } else if (digit) {
        leaf->u.number.value = leaf->u.number.value * 10 + (c - '0');
    }
    return number_reachable(node, leaf);
}

static bool number_continues(const struct node *node, const struct leaf *leaf) {
    for (const char *c = "0123456789.e-+"; *c; c++) {
        struct leaf copy = *leaf;
        if (number_byte(node, &copy, (unsigned char)*c)) {
            return true;
        }
    }
    return false;
}

static void number_step(struct step *s, const struct thread *from, unsigned char c) {
    const struct node *node = &s->g->nodes[from->leaf.node];
    struct thread t = *from;
    if (!number_byte(node, &t.leaf, c)) {
        return;
    }
    if (number_continues(node, &t.leaf)) {
        threads_push(s, &t);
    }
    if (number_accepts(node, &t.leaf)) {
        step_finish(s, &t);
    }
}

/* ---- strings ---- */

static size_t encode_utf8(uint32_t code, unsigned char out[4]) {
    if (code < 0x80) {
        out[0] = (unsigned char)code;
        return 1;
    }
    size_t n = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--) {
        out[i] = (unsigned char)(0x80 | (code & 0x3f));
        code >>= 6;
    }
    out[0] = (unsigned char)((n == 2 ? 0xc0 : n == 3 ? 0xe0 : 0xf0) | code);
    return n;
}

/* How much of the text to differ from is matched after one more character. */
static uint32_t still_equal(struct step *s, const struct thread *t, uint32_t code) {
    const struct suffix *index = bindings_index(s->bindings, t->file);
    uint32_t equal = t->leaf.u.string.equal;
    unsigned char bytes[4];
    size_t n = encode_utf8(code, bytes);
    if (n > t->old_len - equal || memcmp(index->text + t->old_at + equal, bytes, n) != 0) {
        return NOT_EQUAL;
    }
    return equal + (uint32_t)n;
}

/* One whole character came; false if it must not. */
static bool string_character(struct step *s, struct thread *t) {
    uint32_t code = t->leaf.u.string.s.code;
    t->leaf.u.string.s.code = 0;
    ASSERT(t->leaf.u.string.room > 0);
    t->leaf.u.string.room--;
    t->leaf.u.string.need -= t->leaf.u.string.need > 0;
    if (t->leaf.u.string.equal != NOT_EQUAL) {
        s->touched = true;
        t->leaf.u.string.equal = still_equal(s, t, code);
    }
    return t->leaf.u.string.room > 0 || t->leaf.u.string.equal != t->old_len;
}

static void string_step_thread(struct step *s, const struct thread *from, unsigned char c) {
    struct thread t = *from;
    if (t.leaf.sub == 0) { /* the opening quote */
        if (c == '"') {
            t.leaf.sub = 1;
            threads_push(s, &t);
        }
        return;
    }
    if (t.leaf.u.string.s.sub == STRING_PLAIN && c != '"' && t.leaf.u.string.room == 0) {
        return;
    }
    switch (string_step(&t.leaf.u.string.s, c)) {
    case STRING_DEAD:
        return;
    case STRING_GOES_ON:
        threads_push(s, &t);
        return;
    case STRING_CHARACTER:
        if (string_character(s, &t)) {
            threads_push(s, &t);
        }
        return;
    case STRING_CLOSED:
        s->touched |= t.leaf.u.string.equal != NOT_EQUAL;
        if (t.leaf.u.string.need == 0 && t.leaf.u.string.equal != t.old_len) {
            step_finish(s, &t);
        }
        return;
    }
}

/* Raw text ends with value_close, which it cannot contain. The bytes that may be its beginning are
 * text until they are complete, so there must be room for the characters before them only. */
static void raw_character(struct step *s, struct thread *t, uint32_t matched) {
    t->leaf.u.raw.s.code = 0;
    t->leaf.u.raw.matched = matched;
    t->leaf.u.raw.room--;
    if (t->leaf.u.raw.need > 0) {
        t->leaf.u.raw.need--;
        if (matched > 0) {
            return;
        }
    }
    if (t->leaf.u.raw.room + (int32_t)matched >= 0) {
        threads_push(s, t);
    }
}

/* Bytes of value_close that the text ends with after c. */
static uint32_t raw_matched(const struct grammar *g, uint32_t matched, unsigned char c) {
    while (matched > 0 && (unsigned char)g->value_close.ptr[matched] != c) {
        matched = g->raw_fallback[matched];
    }
    return matched + ((unsigned char)g->value_close.ptr[matched] == c);
}

static void raw_step(struct step *s, const struct thread *from, unsigned char c) {
    struct thread t = *from;
    uint32_t matched = raw_matched(s->g, t.leaf.u.raw.matched, c);
    enum string_result r = STRING_CHARACTER;
    if (t.leaf.u.raw.s.sub == STRING_UTF8 || c >= 0x80) {
        r = string_step(&t.leaf.u.raw.s, c);
    }
    if (r == STRING_GOES_ON) { /* inside a character, which may be one of value_close */
        t.leaf.u.raw.matched = matched;
        if (t.leaf.u.raw.room > 0 || (matched > 0 && t.leaf.u.raw.room + (int32_t)matched > 0)) {
            threads_push(s, &t);
        }
    } else if (r == STRING_CHARACTER && matched == s->g->value_close.len) {
        step_finish(s, &t);
    } else if (r == STRING_CHARACTER && c != 0) {
        raw_character(s, &t, matched);
    }
}

/* ---- text bound to paths and files ---- */

enum bound_sub {
    BOUND_OPEN,
    BOUND_PLAIN,
    BOUND_ESCAPE,
    BOUND_U,
    BOUND_U0,
    BOUND_U00,
    BOUND_HEX0,
    BOUND_HEX1
};

static const struct suffix *bound_index(struct step *s, const struct thread *t) {
    enum bind bind = s->g->nodes[t->leaf.node].bind;
    s->touched = true;
    return bind == BIND_PATH        ? s->bindings->paths
           : bind == BIND_READ_PATH ? s->bindings->file_paths
                                    : bindings_index(s->bindings, t->file);
}

/* True if the text may occur more than once: the call replaces all, or will have to say so. */
static bool any_count(const struct step *s, const struct thread *t) {
    const struct node *node = &s->g->nodes[t->leaf.node];
    return node->replace_at == 1 || (node->replace_at == 0 && t->replace_all);
}

static uint32_t character_bytes(unsigned char lead) {
    return lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

static bool must_be_unique(const struct step *s, const struct thread *t) {
    return s->g->nodes[t->leaf.node].bind == BIND_UNIQUE_TEXT && !any_count(s, t);
}

bool leaf_bound_text(struct step *s, const struct thread *t, struct bound_text *out) {
    if (t->leaf.kind != LEAF_BOUND || t->leaf.sub != BOUND_PLAIN) {
        return false;
    }
    *out = (struct bound_text){bound_index(s, t), must_be_unique(s, t)};
    return true;
}

/* What the index does not know of a text's next byte: a match begins with a character and has room
 * for the one that begins. */
static bool bound_text_may(uint32_t depth, unsigned char b) {
    bool starts = (b & 0xc0) != 0x80;
    return b != 0 && (starts ? depth + character_bytes(b) <= SUFFIX_MATCH_MAX : depth > 0);
}

bool bound_text_find(const struct bound_text *text, struct suffix_cursor *c, unsigned char b,
                     struct suffix_range *out) {
    return b >= 0x20 && bound_text_may(c->depth, b) && suffix_cursor_find(text->index, c, b, out) &&
           (!text->unique || suffix_can_be_unique(text->index, *out));
}

/* The text goes on with byte b (the text's own, not its spelling). */
static bool bound_narrow(struct step *s, struct thread *t, const struct suffix *index,
                         unsigned char b) {
    struct suffix_range r = {t->leaf.u.choice.lo, t->leaf.u.choice.hi};
    uint32_t depth = t->leaf.u.choice.depth;
    if (!bound_text_may(depth, b) || !suffix_narrow(index, &r, depth, b, b) ||
        (must_be_unique(s, t) && !suffix_can_be_unique(index, r))) {
        return false;
    }
    t->leaf.u.choice.lo = r.lo;
    t->leaf.u.choice.hi = r.hi;
    t->leaf.u.choice.depth = depth + 1;
    return true;
}

/* Some byte of [from, to] may come next, without those that have an escape of their own. */
static bool bound_can(struct step *s, const struct thread *t, const struct suffix *index,
                      unsigned from, unsigned to) {
    struct suffix_range r = {t->leaf.u.choice.lo, t->leaf.u.choice.hi};
    if (!suffix_narrow(index, &r, t->leaf.u.choice.depth, (unsigned char)from, (unsigned char)to)) {
        return false;
    }
    for (unsigned b = from; b <= to; b++) {
        struct thread copy = *t;
        if ((b >= 0x20 || strchr("\b\f\n\r\t", (int)b) == NULL) &&
            bound_narrow(s, &copy, index, (unsigned char)b)) {
            return true;
        }
    }
    return false;
}

static bool bound_can_escape(struct step *s, const struct thread *t, const struct suffix *index) {
    static const char escaped[] = "\"\\\b\f\n\r\t";
    for (const char *b = escaped; *b; b++) {
        struct thread copy = *t;
        if (bound_narrow(s, &copy, index, (unsigned char)*b)) {
            return true;
        }
    }
    return bound_can(s, t, index, 0x01, 0x1f);
}

static bool bound_closable(struct step *s, const struct thread *t, const struct suffix *index) {
    uint32_t lo = t->leaf.u.choice.lo, hi = t->leaf.u.choice.hi, depth = t->leaf.u.choice.depth;
    if (s->g->nodes[t->leaf.node].bind != BIND_UNIQUE_TEXT) {
        return depth > 0 && suffix_byte(index, lo, depth) == 0; /* the shortest comes first */
    }
    return depth > 0 && (suffix_byte(index, lo, depth) & 0xc0) != 0x80 &&
           (hi - lo == 1 || any_count(s, t));
}

static void bound_close(struct step *s, struct thread *t, const struct suffix *index) {
    const struct node *node = &s->g->nodes[t->leaf.node];
    if (node->bind == BIND_READ_PATH) {
        t->file = s->bindings->file_ids[t->leaf.u.choice.lo];
    } else if (node->bind == BIND_UNIQUE_TEXT) {
        t->old_at = index->at[t->leaf.u.choice.lo];
        t->old_len = t->leaf.u.choice.depth;
        t->must_replace = node->replace_at == 1 && t->leaf.u.choice.hi - t->leaf.u.choice.lo > 1;
    }
    step_finish(s, t);
}

static bool bound_escape(struct step *s, struct thread *t, const struct suffix *index,
                         unsigned char c) {
    static const char from[] = "\"\\bfnrt", to[] = "\"\\\b\f\n\r\t";
    const char *p = c ? strchr(from, c) : NULL;
    if (c == 'u') {
        t->leaf.sub = BOUND_U;
        return bound_can(s, t, index, 0x01, 0x1f);
    }
    t->leaf.sub = BOUND_PLAIN;
    return p && bound_narrow(s, t, index, (unsigned char)to[p - from]);
}

/* \u00XX, for control characters without a shorter spelling. */
static bool bound_hex(struct step *s, struct thread *t, const struct suffix *index,
                      unsigned char c) {
    unsigned high = t->leaf.sub == BOUND_HEX1 ? 0x10 : 0;
    const char *digits = "0123456789abcdef", *p = c ? strchr(digits, c) : NULL;
    if (t->leaf.sub == BOUND_U || t->leaf.sub == BOUND_U0) {
        t->leaf.sub++;
        return c == '0';
    }
    if (t->leaf.sub == BOUND_U00) {
        t->leaf.sub = c == '1' ? BOUND_HEX1 : BOUND_HEX0;
        high = c == '1' ? 0x10 : 0;
        return (c == '0' || c == '1') && bound_can(s, t, index, MAX(high, 1u), high + 0xf);
    }
    unsigned b = high + (unsigned)(p ? p - digits : 0);
    t->leaf.sub = BOUND_PLAIN;
    return p && b > 0 && strchr("\b\f\n\r\t", (int)b) == NULL &&
           bound_narrow(s, t, index, (unsigned char)b);
}

static void bound_step(struct step *s, const struct thread *from, unsigned char c) {
    struct thread t = *from;
    const struct suffix *index = bound_index(s, &t);
    bool ok;
    if (t.leaf.sub == BOUND_OPEN) {
        t.leaf.sub = BOUND_PLAIN;
        ok = c == '"';
    } else if (t.leaf.sub != BOUND_PLAIN) {
        ok =
            t.leaf.sub == BOUND_ESCAPE ? bound_escape(s, &t, index, c) : bound_hex(s, &t, index, c);
    } else if (c == '"') {
        if (bound_closable(s, &t, index)) {
            bound_close(s, &t, index);
        }
        return;
    } else if (c == '\\') {
        t.leaf.sub = BOUND_ESCAPE;
        ok = bound_can_escape(s, &t, index);
    } else {
        ok = c >= 0x20 && bound_narrow(s, &t, index, c);
    }
    if (ok) {
        threads_push(s, &t);
    }
}

static int32_t bound_only(struct step *s, const struct thread *t) {
    const struct suffix *index = bound_index(s, t);
    if (t->leaf.sub == BOUND_OPEN) {
        return '"';
    }
    if (t->leaf.sub != BOUND_PLAIN) {
        return -1;
    }
    uint32_t depth = t->leaf.u.choice.depth;
    unsigned char first = suffix_byte(index, t->leaf.u.choice.lo, depth);
    unsigned char last = suffix_byte(index, t->leaf.u.choice.hi - 1, depth);
    if (bound_closable(s, t, index)) {
        bool ends = last == 0; /* nothing longer is left */
        return ends ? '"' : -1;
    }
    if (first != last) {
        return -1;
    }
    return first < 0x20 || first == '"' || first == '\\' ? '\\' : first;
}

/* ---- all leaves ---- */

static bool is_bound(struct step *s, const struct thread *t, const struct node *node) {
    if (node->bind == BIND_NONE || node->raw) {
        return false;
    }
    s->touched = true;
    if (s->bindings == NULL || node->bind == BIND_DIFFERS) {
        return false;
    }
    ASSERT(node->bind != BIND_UNIQUE_TEXT || t->file != NO_FILE);
    return node->bind != BIND_PATH || s->bindings->paths_complete;
}

void leaf_begin(struct step *s, struct thread *t, uint32_t at) {
    const struct node *node = &s->g->nodes[at];
    memset(&t->leaf, 0, sizeof(t->leaf));
    t->leaf.node = (uint16_t)at;
    if (node->kind == NODE_CHOICE) {
        bool forced = node->replace_all && t->must_replace;
        t->leaf.kind = LEAF_CHOICE;
        t->leaf.u.choice.lo = node->first + forced;
        t->leaf.u.choice.hi = node->first + node->count;
    } else if (node->kind == NODE_NUMBER) {
        t->leaf.kind = LEAF_NUMBER;
    } else if (is_bound(s, t, node)) {
        t->leaf.kind = LEAF_BOUND;
        t->leaf.u.choice.hi = bound_index(s, t)->n;
    } else if (node->raw) {
        t->leaf.kind = LEAF_RAW;
        t->leaf.u.raw.need = (uint32_t)node->min;
        t->leaf.u.raw.room = (int32_t)node->max;
    } else {
        ASSERT(node->kind == NODE_STRING);
        t->leaf.kind = LEAF_STRING;
        t->leaf.u.string.need = (uint32_t)node->min;
        t->leaf.u.string.room = (uint32_t)node->max;
        bool differs = node->bind == BIND_DIFFERS && s->bindings && t->old_len > 0;
        t->leaf.u.string.equal = differs ? 0 : NOT_EQUAL;
    }
    threads_push(s, t);
}

void leaf_step(struct step *s, const struct thread *t, unsigned char c) {
    switch ((enum leaf_kind)t->leaf.kind) {
    case LEAF_NAME:
    case LEAF_CHOICE:
        choice_step(s, t, c);
        return;
    case LEAF_STRING:
        string_step_thread(s, t, c);
        return;
    case LEAF_RAW:
        raw_step(s, t, c);
        return;
    case LEAF_NUMBER:
        number_step(s, t, c);
        return;
    case LEAF_BOUND:
        bound_step(s, t, c);
        return;
    case LEAF_LITERAL:
    case LEAF_TOKEN:
    case LEAF_END:
        return;
    }
}

int32_t leaf_only(struct step *s, const struct thread *t) {
    if (t->leaf.kind == LEAF_CHOICE || t->leaf.kind == LEAF_NAME) {
        const struct str *strings = choice_strings(s, &t->leaf);
        uint32_t depth = t->leaf.u.choice.depth;
        char first = strings[t->leaf.u.choice.lo].ptr[depth];
        char last = strings[t->leaf.u.choice.hi - 1].ptr[depth];
        return first == last ? (unsigned char)first : -1;
    }
    if (t->leaf.kind == LEAF_STRING) {
        bool closes = t->leaf.sub == 0 ||
                      (t->leaf.u.string.room == 0 && t->leaf.u.string.s.sub == STRING_PLAIN);
        return closes ? '"' : -1;
    }
    return t->leaf.kind == LEAF_BOUND ? bound_only(s, t) : -1;
}
