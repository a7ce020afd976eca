/* Suffix arrays: sorting all suffixes of a text in linear time, and narrowing ranges of them.
 *
 * Owns: nothing between calls. Any thread.
 *
 * Sorting is induced sorting (SA-IS; Nong, Zhang, Chan 2009): suffixes are L (greater than their
 * right neighbour) or S (smaller); sorting the leftmost S of each run (LMS) sorts everything by two
 * passes of "whoever precedes a sorted suffix is next in its bucket". The LMS suffixes themselves
 * are sorted as a string of names, recursively, at most half as long. The recursion is at most
 * log2(n) deep, memory is a few words a byte, time is linear for every text: a file of one repeated
 * character costs no more than source code.
 *
 * A range of suffixes with a common prefix is sorted by the next byte, so narrowing is two binary
 * searches; ranges of one suffix, the usual case after a few bytes, cost one comparison.
 *
 * Which suffixes can still become unique text: suffix i is told apart from all others after
 * 1 + max(lcp with its sorted neighbours) bytes. In a text of one part that is shorter than the
 * longest match, the rest of the text always tells it apart (an earlier occurrence would be longer
 * than the rest), so the count per suffix is only kept for the other texts.
 */
#include <limits.h>

#include "model/suffix.h"

/* ---- induced sorting over int32 symbols 0..k-1; s[n-1] is the only 0 ---- */

struct sais {
    const int32_t *s;
    int32_t *sa;
    int32_t n, k;
    uint8_t *type; /* bit set: S */
    int32_t *bucket;
};

static bool is_s(const struct sais *w, int32_t i) {
    return w->type[i >> 3] >> (i & 7) & 1;
}

static bool is_lms(const struct sais *w, int32_t i) {
    return i > 0 && is_s(w, i) && !is_s(w, i - 1);
}

static void classify(struct sais *w) {
    w->type[(w->n - 1) >> 3] |= (uint8_t)(1u << ((w->n - 1) & 7));
    for (int32_t i = w->n - 2; i >= 0; i--) {
        if (w->s[i] < w->s[i + 1] || (w->s[i] == w->s[i + 1] && is_s(w, i + 1))) {
            w->type[i >> 3] |= (uint8_t)(1u << (i & 7));
        }
    }
}

/* bucket[c] = first place of c (end = false) or one behind its last (end = true). */
static void buckets(struct sais *w, bool end) {
    int32_t sum = 0;
    memset(w->bucket, 0, (size_t)w->k * sizeof(*w->bucket));
    for (int32_t i = 0; i < w->n; i++) {
        w->bucket[w->s[i]]++;
    }
    for (int32_t c = 0; c < w->k; c++) {
        int32_t count = w->bucket[c];
        w->bucket[c] = end ? sum + count : sum;
        sum += count;
    }
}

static void induce(struct sais *w) {
    buckets(w, false);
    for (int32_t i = 0; i < w->n; i++) {
        int32_t j = w->sa[i] - 1;
        if (j >= 0 && !is_s(w, j)) {
            w->sa[w->bucket[w->s[j]]++] = j;
        }
    }
    buckets(w, true);
    for (int32_t i = w->n - 1; i >= 0; i--) {
        int32_t j = w->sa[i] - 1;
        if (j >= 0 && is_s(w, j)) {
            w->sa[--w->bucket[w->s[j]]] = j;
        }
    }
}

static bool same_lms(const struct sais *w, int32_t a, int32_t b) {
    for (int32_t d = 0;; d++) {
        if (w->s[a + d] != w->s[b + d] || is_s(w, a + d) != is_s(w, b + d)) {
            return false;
        }
        if (d > 0 && (is_lms(w, a + d) || is_lms(w, b + d))) {
            return is_lms(w, a + d) && is_lms(w, b + d);
        }
    }
}

/* Names the sorted LMS substrings; sa[0..m) holds them, names go to sa[m + position / 2]. */
static int32_t name_lms(struct sais *w, int32_t m) {
    int32_t names = 0, previous = -1;
    for (int32_t i = m; i < w->n; i++) {
        w->sa[i] = -1;
    }
    for (int32_t i = 0; i < m; i++) {
        int32_t position = w->sa[i];
        if (previous < 0 || !same_lms(w, previous, position)) {
            names++;
        }
        previous = position;
        w->sa[m + position / 2] = names - 1;
    }
    return names;
}

static void sais_sort(const int32_t *s, int32_t *sa, int32_t n, int32_t k);

/* Puts the positions of the sorted LMS suffixes into sa[0..m) in their final order. */
static void order_lms(struct sais *w, int32_t m, int32_t names) {
    int32_t *reduced = xmalloc(((size_t)m + 1) * sizeof(*reduced));
    int32_t *order = xmalloc(((size_t)m + 1) * sizeof(*order));
    for (int32_t i = m, j = 0; i < w->n; i++) {
        if (w->sa[i] >= 0) {
            reduced[j++] = w->sa[i];
        }
    }
    if (names < m) {
        sais_sort(reduced, order, m, names);
    } else {
        for (int32_t i = 0; i < m; i++) {
            order[reduced[i]] = i;
        }
    }
    for (int32_t i = 1, j = 0; i < w->n; i++) {
        if (is_lms(w, i)) {
            reduced[j++] = i;
        }
    }
    for (int32_t i = 0; i < m; i++) {
        w->sa[i] = reduced[order[i]];
    }
    free(reduced);
    free(order);
}

static void sais_sort(const int32_t *s, int32_t *sa, int32_t n, int32_t k) {
    struct sais w = {.s = s, .sa = sa, .n = n, .k = k};
    if (n == 1) {
        sa[0] = 0;
        return;
    }
    w.type = xcalloc((size_t)n / 8 + 1, 1);
    w.bucket = xmalloc((size_t)k * sizeof(*w.bucket));
    classify(&w);
    buckets(&w, true);
    for (int32_t i = 0; i < n; i++) {
        sa[i] = -1;
    }
    for (int32_t i = 1; i < n; i++) {
        if (is_lms(&w, i)) {
            sa[--w.bucket[s[i]]] = i;
        }
    }
    induce(&w);
    int32_t m = 0;
    for (int32_t i = 0; i < n; i++) {
        if (is_lms(&w, sa[i])) {
            sa[m++] = sa[i];
        }
    }
    order_lms(&w, m, name_lms(&w, m));
    buckets(&w, true);
    for (int32_t i = m; i < n; i++) {
        sa[i] = -1;
    }
    for (int32_t i = m - 1; i >= 0; i--) {
        int32_t j = sa[i];
        sa[i] = -1;
        sa[--w.bucket[s[j]]] = j;
    }
    induce(&w);
    free(w.type);
    free(w.bucket);
}

/* ---- the index ---- */

/* Length of the UTF-8 character at p (of n bytes), 0 if it is none or NUL. */
static size_t character_length(const char *p, size_t n) {
    unsigned char c = (unsigned char)*p;
    size_t len = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    if (c == 0 || len > n || !str_is_utf8((struct str){p, len})) {
        return 0;
    }
    return len;
}

/* Copies text with every byte that separates as NUL; true if there was one. */
static bool copy_text(char *to, struct str text) {
    bool separated = false;
    for (size_t i = 0; i < text.len;) {
        size_t len = character_length(text.ptr + i, text.len - i);
        memcpy(to + i, text.ptr + i, len);
        if (len == 0) {
            to[i] = '\0';
            separated = true;
        }
        i += MAX(len, 1);
    }
    to[text.len] = '\0';
    return separated;
}

/* Bytes that are no continuation of a character: len is cut nowhere if the next byte is one. */
static bool at_boundary(const struct suffix *s, uint32_t position) {
    return ((unsigned char)s->text[position] & 0xc0) != 0x80;
}

/* lcp[i] = common bytes of the suffixes at[i - 1] and at[i], up to a separator (Kasai). */
static void common_prefixes(const struct suffix *s, uint32_t *lcp) {
    uint32_t *rank = xmalloc((size_t)s->n * sizeof(*rank));
    uint32_t h = 0;
    for (uint32_t i = 0; i < s->n; i++) {
        rank[s->at[i]] = i;
    }
    lcp[0] = lcp[s->n] = 0;
    for (uint32_t p = 0; p < s->n; p++) {
        if (rank[p] == 0) {
            h = 0;
            continue;
        }
        uint32_t q = s->at[rank[p] - 1];
        while (p + h < s->n && q + h < s->n && s->text[p + h] == s->text[q + h]) {
            h++;
        }
        lcp[rank[p]] = h;
        h -= h > 0;
    }
    free(rank);
}

static void count_completable(struct suffix *s) {
    uint32_t *lcp = xmalloc(((size_t)s->n + 1) * sizeof(*lcp));
    uint32_t *room = xmalloc((size_t)s->n * sizeof(*room)); /* bytes before the next separator */
    common_prefixes(s, lcp);
    for (uint32_t p = s->n, end = s->n; p-- > 0;) {
        end = s->text[p] == '\0' ? p : end;
        room[p] = end - p;
    }
    s->completable = xmalloc(((size_t)s->n + 1) * sizeof(*s->completable));
    s->completable[0] = 0;
    for (uint32_t i = 0; i < s->n; i++) {
        uint32_t p = s->at[i], len = MAX(lcp[i], lcp[i + 1]) + 1;
        while (len < room[p] && !at_boundary(s, p + len)) {
            len++;
        }
        bool can = at_boundary(s, p) && len <= MIN(room[p], SUFFIX_MATCH_MAX);
        s->completable[i + 1] = s->completable[i] + can;
    }
    free(room);
    free(lcp);
}

static void sort_suffixes(struct suffix *s) {
    int32_t n = (int32_t)s->n + 1;
    int32_t *symbols = xmalloc((size_t)n * sizeof(*symbols));
    int32_t *sorted = xmalloc((size_t)n * sizeof(*sorted));
    for (uint32_t i = 0; i < s->n; i++) {
        symbols[i] = (unsigned char)s->text[i] + 1;
    }
    symbols[s->n] = 0;
    sais_sort(symbols, sorted, n, 257);
    for (uint32_t i = 0; i < s->n; i++) {
        s->at[i] = (uint32_t)sorted[i + 1];
    }
    free(symbols);
    free(sorted);
}

struct suffix *suffix_create(struct str text) {
    if (text.len == 0 || text.len > SUFFIX_TEXT_MAX) {
        return NULL;
    }
    struct suffix *s = xcalloc(1, sizeof(*s));
    s->n = (uint32_t)text.len;
    s->text = xmalloc(text.len + 1);
    s->at = xmalloc(text.len * sizeof(*s->at));
    bool separated = copy_text(s->text, text);
    sort_suffixes(s);
    if (separated || s->n > SUFFIX_MATCH_MAX) {
        count_completable(s);
    }
    return s;
}

struct numbered {
    struct str s;
    uint32_t id;
};

static int numbered_compare(const void *a, const void *b) {
    const struct numbered *x = a, *y = b;
    int order = str_compare(x->s, y->s);
    return order ? order : (x->id > y->id) - (x->id < y->id);
}

static size_t keep_strings(const struct str *strings, size_t n, struct numbered *kept) {
    size_t m = 0;
    bool sorted = true; /* callers list directories in order: usually there is nothing to sort */
    for (size_t i = 0; i < n; i++) {
        bool clean = strings[i].len > 0 && str_is_utf8(strings[i]) &&
                     memchr(strings[i].ptr, '\0', strings[i].len) == NULL;
        if (clean) {
            kept[m] = (struct numbered){strings[i], (uint32_t)i};
            sorted = sorted && (m == 0 || numbered_compare(&kept[m - 1], &kept[m]) < 0);
            m++;
        }
    }
    if (!sorted) {
        qsort(kept, m, sizeof(*kept), numbered_compare);
    }
    size_t unique = 0;
    for (size_t i = 0; i < m; i++) {
        if (unique == 0 || !str_equal(kept[unique - 1].s, kept[i].s)) {
            kept[unique++] = kept[i];
        }
    }
    return unique;
}

struct suffix *suffix_create_strings(const struct str *strings, size_t n, uint32_t **ids) {
    struct numbered *kept = xmalloc((n + 1) * sizeof(*kept));
    size_t m = keep_strings(strings, n, kept), bytes = 0;
    *ids = NULL;
    if (m == 0) {
        free(kept);
        return NULL;
    }
    for (size_t i = 0; i < m; i++) {
        bytes += kept[i].s.len + 1;
    }
    ASSERT(bytes < UINT32_MAX);
    struct suffix *s = xcalloc(1, sizeof(*s));
    s->n = (uint32_t)m;
    s->text = xmalloc(bytes);
    s->at = xmalloc(m * sizeof(*s->at));
    *ids = xmalloc(m * sizeof(**ids));
    bytes = 0;
    for (size_t i = 0; i < m; i++) {
        s->at[i] = (uint32_t)bytes;
        (*ids)[i] = kept[i].id;
        memcpy(s->text + bytes, kept[i].s.ptr, kept[i].s.len);
        bytes += kept[i].s.len;
        s->text[bytes++] = '\0';
    }
    free(kept);
    return s;
}

void suffix_destroy(struct suffix *s) {
    if (s) {
        free(s->text);
        free(s->at);
        free(s->completable);
        free(s);
    }
}

/* First place in [lo, hi) whose next byte is at least c. */
static uint32_t lower_bound(const struct suffix *s, uint32_t lo, uint32_t hi, uint32_t depth,
                            unsigned c) {
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (suffix_byte(s, mid, depth) < c) {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    return lo;
}

bool suffix_narrow(const struct suffix *s, struct suffix_range *r, uint32_t depth,
                   unsigned char from, unsigned char to) {
    unsigned char first = suffix_byte(s, r->lo, depth), last = suffix_byte(s, r->hi - 1, depth);
    if (first > to || last < from) {
        return false;
    }
    uint32_t lo = first >= from ? r->lo : lower_bound(s, r->lo, r->hi, depth, from);
    uint32_t hi = last <= to ? r->hi : lower_bound(s, lo, r->hi, depth, (unsigned)to + 1);
    if (lo == hi) {
        return false;
    }
    *r = (struct suffix_range){lo, hi};
    return true;
}

struct suffix_cursor suffix_cursor_begin(const struct suffix *s, struct suffix_range r,
                                         uint32_t depth) {
    return (struct suffix_cursor){r.lo, r.hi, depth, suffix_byte(s, r.lo, depth)};
}

static void cursor_move(const struct suffix *s, struct suffix_cursor *c, unsigned to) {
    uint32_t lo = c->at, step = 1; /* most ranges below are short: in growing steps */
    while (step < c->hi - lo && suffix_byte(s, lo + step, c->depth) < to) {
        lo += step;
        step *= 2;
    }
    c->at = lower_bound(s, lo, MIN(c->hi, lo + step), c->depth, to);
    c->byte = c->at < c->hi ? suffix_byte(s, c->at, c->depth) : UCHAR_MAX + 1;
}

bool suffix_cursor_find(const struct suffix *s, struct suffix_cursor *c, unsigned char byte,
                        struct suffix_range *out) {
    if (c->byte < byte) {
        cursor_move(s, c, byte);
    }
    if (c->byte != byte) {
        return false;
    }
    out->lo = c->at;
    cursor_move(s, c, (unsigned)byte + 1);
    out->hi = c->at;
    return true;
}
