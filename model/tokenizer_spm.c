/* SPM: merging by score, as SentencePiece's BPE does it.
 *
 * A fragment, with its spaces written as U+2581, starts as a list of UTF-8 characters. Of all
 * neighbours whose concatenation is a token, the pair with the highest score is joined, leftmost
 * first, until none is left. What is no token by itself is written as byte tokens <0xXX>. All in
 * one heap and one linked list: n log n in the length of the fragment, linear memory. */
#include "model/tokenizer_int.h"

#define NONE  UINT32_MAX
#define SPACE "\xe2\x96\x81"

struct spm_candidate {
    float score;
    uint32_t left, right;
    uint32_t len; /* of both together when it was pushed: another length means stale */
};

struct spm_list {
    const struct tokenizer *t;
    struct str text;
    uint32_t *start, *len, *next, *previous; /* len 0: joined to the left neighbour */
    struct spm_candidate *heap;
    size_t n_heap;
};

static bool spm_before(const struct spm_candidate *a, const struct spm_candidate *b) {
    return a->score != b->score ? a->score > b->score : a->left < b->left;
}

static void spm_push(struct spm_list *l, uint32_t left) {
    uint32_t right = left == NONE ? NONE : l->next[left];
    if (right == NONE)
        return;
    uint32_t len = l->len[left] + l->len[right];
    if (len > l->t->longest)
        return;
    int32_t id = strmap_get(&l->t->text, (struct str){l->text.ptr + l->start[left], len});
    if (id < 0)
        return;
    struct spm_candidate x = {l->t->score[id], left, right, len};
    size_t i = l->n_heap++;
    while (i && spm_before(&x, &l->heap[(i - 1) / 2])) {
        l->heap[i] = l->heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    l->heap[i] = x;
}

static struct spm_candidate spm_pop(struct spm_list *l) {
    struct spm_candidate top = l->heap[0], x = l->heap[--l->n_heap];
    size_t i = 0;
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= l->n_heap)
            break;
        if (child + 1 < l->n_heap && spm_before(&l->heap[child + 1], &l->heap[child]))
            child++;
        if (!spm_before(&l->heap[child], &x))
            break;
        l->heap[i] = l->heap[child];
        i = child;
    }
    l->heap[i] = x;
    return top;
}

static void spm_emit(const struct tokenizer *t, struct str s, struct tokens *out) {
    int32_t id = strmap_get(&t->text, s);
    if (id >= 0) {
        tokens_append(out, &id, 1);
        return;
    }
    for (size_t i = 0; i < s.len; i++) {
        id = t->byte_token[(unsigned char)s.ptr[i]];
        if (id < 0)
            id = t->unk;
        if (id >= 0)
            tokens_append(out, &id, 1);
    }
}

/* Spaces as U+2581, with one before everything if asked. */
static void spm_escape(struct str text, bool space_first, struct buf *out) {
    if (space_first)
        buf_append_c(out, SPACE);
    for (size_t i = 0; i < text.len;) {
        size_t space = str_find(text, STR(" "), i);
        buf_append_str(out, str_slice(text, i, space));
        if (space == SIZE_MAX)
            break;
        buf_append_c(out, SPACE);
        i = space + 1;
    }
    ASSERT(!out->overflow);
}

static uint32_t spm_characters(struct spm_list *l) {
    uint32_t n = 0;
    for (size_t i = 0; i < l->text.len; n++) {
        struct cp c = cp_at(l->text.ptr, i, l->text.len);
        l->start[n] = (uint32_t)i;
        l->len[n] = c.len;
        l->previous[n] = n ? n - 1 : NONE;
        l->next[n] = n + 1;
        i += c.len;
    }
    if (n)
        l->next[n - 1] = NONE;
    return n;
}

/* Merges one piece of escaped text; scratch has room for it. */
static void spm_piece(struct spm_list *l, struct str piece, struct tokens *out) {
    l->text = piece;
    l->n_heap = 0;
    uint32_t characters = spm_characters(l);
    for (uint32_t i = 0; i + 1 < characters; i++)
        spm_push(l, i);
    while (l->n_heap) {
        struct spm_candidate x = spm_pop(l);
        if (!l->len[x.left] || !l->len[x.right] || l->len[x.left] + l->len[x.right] != x.len)
            continue;
        l->len[x.left] = x.len;
        l->len[x.right] = 0;
        l->next[x.left] = l->next[x.right];
        if (l->next[x.right] != NONE)
            l->previous[l->next[x.right]] = x.left;
        spm_push(l, l->previous[x.left]);
        spm_push(l, x.left);
    }
    for (uint32_t i = 0; i != NONE; i = l->next[i])
        spm_emit(l->t, (struct str){piece.ptr + l->start[i], l->len[i]}, out);
}

/* End of the piece at `from`: before a space that follows something else. */
static size_t spm_piece_end(struct str text, size_t from) {
    size_t at = from;
    while (str_starts(str_slice(text, at, text.len), STR(SPACE)))
        at += strlen(SPACE);
    return MIN(str_find(text, STR(SPACE), at), text.len);
}

/* Pieces seen in this fragment; direct-mapped, as the cache of byte-level BPE. */
#define CACHE_SLOTS     4096
#define CACHE_PIECE_MAX 64
#define CACHE_TEXT_MIN  1024
struct spm_slot {
    struct str piece;
    size_t at, ids; /* in the output */
};

static void spm_cached(struct spm_list *l, struct spm_slot *cache, struct str piece,
                       struct tokens *out) {
    if (!cache || piece.len > CACHE_PIECE_MAX) {
        spm_piece(l, piece, out);
        return;
    }
    struct spm_slot *s = &cache[str_hash(piece) % CACHE_SLOTS];
    if (s->piece.len && str_equal(s->piece, piece)) {
        int32_t ids[CACHE_PIECE_MAX]; /* a copy: appending may move the array */
        memcpy(ids, out->ids + s->at, s->ids * sizeof *ids);
        tokens_append(out, ids, s->ids);
        return;
    }
    size_t at = out->n;
    spm_piece(l, piece, out);
    *s = (struct spm_slot){piece, at, out->n - at};
}

void spm_encode(const struct tokenizer *t, struct str text, bool space_first, struct tokens *out) {
    AUTO_BUF struct buf escaped = BUF_INIT(3 * text.len + 4);
    spm_escape(text, space_first && t->add_space_prefix, &escaped);
    struct spm_list l = {.t = t};
    struct str all = buf_str(&escaped);
    size_t longest = 0;
    for (size_t at = 0, end; at < all.len; at = end) {
        end = t->spm_words ? spm_piece_end(all, at) : all.len;
        longest = MAX(longest, end - at);
    }
    AUTO_FREE uint32_t *numbers = xreallocarray(NULL, longest + 1, 4 * sizeof *numbers);
    AUTO_FREE struct spm_candidate *heap = xreallocarray(NULL, longest + 1, 2 * sizeof *heap);
    AUTO_FREE struct spm_slot *cache = NULL;
    if (t->spm_words && all.len >= CACHE_TEXT_MIN)
        cache = xcalloc(CACHE_SLOTS, sizeof *cache);
    l.start = numbers;
    l.len = numbers + longest;
    l.next = numbers + 2 * longest;
    l.previous = numbers + 3 * longest;
    l.heap = heap;
    for (size_t at = 0, end; at < all.len; at = end) {
        end = t->spm_words ? spm_piece_end(all, at) : all.len;
        spm_cached(&l, cache, str_slice(all, at, end), out);
    }
}
