#ifndef MODEL_SUFFIX_H
#define MODEL_SUFFIX_H
/* An index that recognises, byte by byte, what occurs in a text (or in a list of strings), and how
 * often. Private to model/. Immutable after creation; any thread.
 *
 * How to think about it. It is the suffix automaton of the text in the form of a suffix array: a
 * state is the range [lo, hi) of the sorted suffixes that begin with what was read so far (`depth`
 * bytes), a step narrows the range by one byte, and hi - lo is how often the bytes read occur. 4
 * bytes a character instead of the 40 and more of an explicit automaton.
 *
 *     struct suffix *s = suffix_create(text);
 *     struct suffix_range r = suffix_all(s);
 *     if (suffix_narrow(s, &r, 0, 'i', 'i') && suffix_narrow(s, &r, 1, 'f', 'f')) ... r.hi - r.lo
 *     suffix_destroy(s);
 *
 * Bytes that no JSON string can carry (NUL, what is not UTF-8) separate the text into parts: they
 * are stored as NUL, and nothing that contains one is ever found. */
#include "runtime/base/str.h"

/* A text larger than this is not indexed (4 bytes of memory a byte, twice that while sorting). */
#define SUFFIX_TEXT_MAX (8u << 20)
/* Longest text that a walk can match, bytes. */
#define SUFFIX_MATCH_MAX (1u << 20)

struct suffix {
    char *text;   /* n bytes and a NUL */
    uint32_t *at; /* n positions in the order of the suffixes that begin there */
    uint32_t n;
    /* completable[i] = how many of at[0..i) begin a text of at most SUFFIX_MATCH_MAX bytes that
     * occurs once; NULL: all do (the text is one part and short). */
    uint32_t *completable;
};
struct suffix_range {
    uint32_t lo, hi;
};

/* NULL for an empty text, or one above SUFFIX_TEXT_MAX. */
struct suffix *suffix_create(struct str text) MUST_CHECK;
/* The same over whole strings: only their beginnings are found, their ends are NUL. Strings with
 * bytes that separate are left out, duplicates are one. ids[i] = which string at[i] is; owned by
 * the caller. NULL if none is left. */
struct suffix *suffix_create_strings(const struct str *strings, size_t n,
                                     uint32_t **ids) MUST_CHECK;
void suffix_destroy(struct suffix *s);

static inline struct suffix_range suffix_all(const struct suffix *s) {
    return (struct suffix_range){0, s->n};
}
/* The byte after the first depth bytes of suffix i; NUL at an end. */
static inline unsigned char suffix_byte(const struct suffix *s, uint32_t i, uint32_t depth) {
    return (unsigned char)s->text[s->at[i] + depth];
}
/* Narrows *r to the suffixes whose next byte is in [from, to]; false (and *r unchanged) if none.
 * All suffixes in *r share their first depth bytes, none of them NUL. */
bool suffix_narrow(const struct suffix *s, struct suffix_range *r, uint32_t depth,
                   unsigned char from, unsigned char to);
/* The ranges below one range, for who asks for many next bytes in rising order: what one question
 * has searched the next one does not. */
struct suffix_cursor {
    uint32_t at, hi, depth;
    unsigned byte; /* of suffix at; above all bytes at the end */
};
struct suffix_cursor suffix_cursor_begin(const struct suffix *s, struct suffix_range r,
                                         uint32_t depth);
/* As suffix_narrow by byte, which is above all asked for before and not NUL. */
bool suffix_cursor_find(const struct suffix *s, struct suffix_cursor *c, unsigned char byte,
                        struct suffix_range *out);
/* True if what was read can be continued (or left as it is) to text that occurs exactly once. */
static inline bool suffix_can_be_unique(const struct suffix *s, struct suffix_range r) {
    return s->completable == NULL || s->completable[r.hi] > s->completable[r.lo];
}
#endif
