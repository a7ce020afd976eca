/* Byte-level byte-pair encoding: the merges of a vocabulary, and how a piece becomes ids.
 *
 * The file writes tokens and merges in an alphabet where every byte is a printable character
 * (space is U+0120, newline U+010A). All of it is translated to plain bytes when the vocabulary is
 * loaded. Every string that a merge can take or make gets a number, a *symbol*; a pair of symbols
 * leads to its rank and to the symbol that it makes by one hash look-up, so the merge loop never
 * touches a string. Pieces of up to SMALL bytes (all but a few) are merged in arrays by looking for
 * the lowest rank; longer ones with a heap and a linked list, in n log n, so that a megabyte
 * without a single space is not a trap. Both give the same ids: lowest rank first, leftmost first.
 *
 * A merge whose sides are not written in the alphabet can never apply and is dropped; one without a
 * separator is a damaged file. Immutable after create; scratch memory belongs to the caller. */
#include "model/tokenizer_int.h"

#define SMALL 64
#define NONE  UINT32_MAX

struct pair_slot {
    uint64_t key; /* left symbol, right symbol; UINT64_MAX is empty */
    uint32_t rank, made;
};

struct bpe {
    char *blob; /* bytes of all symbols */
    size_t blob_len;
    struct strmap map; /* symbol by bytes; dropped after create */
    struct str *symbol;
    int32_t *token; /* id of each symbol, or -1 */
    uint32_t n, cap;
    uint32_t byte[256];
    struct pair_slot *pair;
    size_t pair_mask;
};

size_t bpe_decode_alphabet(struct str text, char *out) {
    size_t n = 0;
    for (size_t i = 0; i < text.len;) {
        struct cp c = cp_at(text.ptr, i, text.len);
        i += c.len;
        if ((c.cp >= 0x21 && c.cp <= 0x7e) || (c.cp >= 0xa1 && c.cp <= 0xac) ||
            (c.cp >= 0xae && c.cp <= 0xff))
            out[n++] = (char)c.cp;
        else if (c.cp >= 0x100 && c.cp <= 0x120)
            out[n++] = (char)(c.cp - 0x100); /* 0x00..0x20 */
        else if (c.cp >= 0x121 && c.cp <= 0x142)
            out[n++] = (char)(c.cp - 0x121 + 0x7f); /* 0x7f..0xa0 */
        else if (c.cp == 0x143)
            out[n++] = (char)0xad;
        else
            return SIZE_MAX;
    }
    return n;
}

static uint32_t bpe_symbol(struct bpe *b, const struct tokenizer *t, const char *bytes,
                           size_t len) {
    struct str s = {bytes, len};
    int32_t found = strmap_get(&b->map, s);
    if (found >= 0)
        return (uint32_t)found;
    char *copy = b->blob + b->blob_len;
    memcpy(copy, bytes, len);
    b->blob_len += len;
    ASSERT(b->n < b->cap);
    b->symbol[b->n] = (struct str){copy, len};
    b->token[b->n] = strmap_get(&t->text, s);
    strmap_put(&b->map, b->symbol[b->n], (int32_t)b->n);
    return b->n++;
}

static uint64_t pair_hash(uint64_t key) {
    key *= 0x9e3779b97f4a7c15u;
    return key ^ (key >> 29);
}

static const struct pair_slot *pair_find(const struct bpe *b, uint32_t left, uint32_t right) {
    uint64_t key = (uint64_t)left << 32 | right;
    for (size_t i = pair_hash(key) & b->pair_mask;; i = (i + 1) & b->pair_mask) {
        if (b->pair[i].key == key)
            return &b->pair[i];
        if (b->pair[i].key == UINT64_MAX)
            return NULL;
    }
}

static void pair_put(struct bpe *b, uint32_t left, uint32_t right, uint32_t rank, uint32_t made) {
    uint64_t key = (uint64_t)left << 32 | right;
    size_t i = pair_hash(key) & b->pair_mask;
    for (; b->pair[i].key != UINT64_MAX; i = (i + 1) & b->pair_mask)
        if (b->pair[i].key == key)
            return; /* the first rank counts */
    b->pair[i] = (struct pair_slot){key, rank, made};
}

/* Splits "left right" at the first space after the first byte and translates both sides. */
static bool merge_parse(struct str text, char *scratch, size_t *left, size_t *right) {
    size_t space = str_find(text, STR(" "), 1);
    if (space == SIZE_MAX || space + 1 >= text.len)
        return false;
    *left = bpe_decode_alphabet(str_slice(text, 0, space), scratch);
    *right = SIZE_MAX;
    if (*left != SIZE_MAX)
        *right = bpe_decode_alphabet(str_slice(text, space + 1, text.len), scratch + *left);
    return true;
}

static bool bpe_load(struct bpe *b, struct tokenizer *t, const struct gguf_value *merges,
                     char *scratch, struct err *err) {
    uint64_t n = gguf_array_count(merges);
    for (uint64_t i = 0; i < n; i++) {
        size_t left, right;
        if (!merge_parse(gguf_array_string(merges, i), scratch, &left, &right))
            return err_set(err, ERR_MODEL, "tokenizer: merge %llu is not 'LEFT RIGHT'",
                           (unsigned long long)i);
        if (left == SIZE_MAX || right == SIZE_MAX)
            continue;
        uint32_t a = bpe_symbol(b, t, scratch, left), c = bpe_symbol(b, t, scratch + left, right);
        pair_put(b, a, c, (uint32_t)i, bpe_symbol(b, t, scratch, left + right));
    }
    return true;
}

bool bpe_create(struct tokenizer *t, const struct gguf_value *merges, struct err *err) {
    uint64_t n = gguf_array_count(merges);
    if (n && gguf_array_type(merges) != GGUF_STRING)
        return err_set(err, ERR_MODEL, "tokenizer: merges are not strings");
    if (n > 1u << 24)
        return err_set(err, ERR_MODEL, "tokenizer: %llu merges; at most %u are supported",
                       (unsigned long long)n, 1u << 24);
    size_t bytes = 256, longest = 1;
    for (uint64_t i = 0; i < n; i++) {
        size_t len = gguf_array_string(merges, i).len;
        bytes += 2 * len;
        longest = MAX(longest, len);
    }
    struct bpe *b = t->bpe = xcalloc(1, sizeof *b);
    b->cap = (uint32_t)(256 + 3 * n);
    b->blob = xmalloc(bytes);
    b->symbol = xcalloc(b->cap, sizeof *b->symbol);
    b->token = xcalloc(b->cap, sizeof *b->token);
    size_t slots = 1024;
    while (slots < 2 * n)
        slots *= 2;
    b->pair = xreallocarray(NULL, slots, sizeof *b->pair);
    b->pair_mask = slots - 1;
    for (size_t i = 0; i < slots; i++)
        b->pair[i].key = UINT64_MAX;
    strmap_init(&b->map, (size_t)n + 256);
    for (int i = 0; i < 256; i++) {
        char byte = (char)i;
        b->byte[i] = bpe_symbol(b, t, &byte, 1);
    }
    AUTO_FREE char *scratch = xmalloc(longest);
    bool ok = bpe_load(b, t, merges, scratch, err);
    strmap_release(&b->map);
    return ok;
}

void bpe_destroy(struct bpe *b) {
    if (!b)
        return;
    free(b->blob);
    free(b->symbol);
    free(b->token);
    free(b->pair);
    free(b);
}

/* ---- encoding ---- */

static void bpe_emit(const struct bpe *b, uint32_t symbol, struct tokens *out) {
    if (b->token[symbol] >= 0) {
        tokens_append(out, &b->token[symbol], 1);
        return;
    }
    struct str s = b->symbol[symbol];
    for (size_t i = 0; i < s.len; i++) {
        int32_t id = b->token[b->byte[(unsigned char)s.ptr[i]]];
        if (id >= 0)
            tokens_append(out, &id, 1);
    }
}

static void bpe_encode_small(const struct bpe *b, const char *piece, size_t len,
                             struct tokens *out) {
    uint32_t symbol[SMALL], rank[SMALL], made[SMALL];
    size_t n = len;
    for (size_t i = 0; i < n; i++)
        symbol[i] = b->byte[(unsigned char)piece[i]];
    for (size_t i = 0; i + 1 < n; i++) {
        const struct pair_slot *p = pair_find(b, symbol[i], symbol[i + 1]);
        rank[i] = p ? p->rank : NONE;
        made[i] = p ? p->made : 0;
    }
    while (n > 1) {
        size_t best = 0;
        for (size_t i = 1; i + 1 < n; i++)
            if (rank[i] < rank[best])
                best = i;
        if (rank[best] == NONE)
            break;
        symbol[best] = made[best];
        size_t tail = n - best - 2;
        memmove(symbol + best + 1, symbol + best + 2, tail * sizeof *symbol);
        if (tail) {
            memmove(rank + best + 1, rank + best + 2, (tail - 1) * sizeof *rank);
            memmove(made + best + 1, made + best + 2, (tail - 1) * sizeof *made);
        }
        n--;
        for (size_t i = best ? best - 1 : 0; i <= best && i + 1 < n; i++) {
            const struct pair_slot *p = pair_find(b, symbol[i], symbol[i + 1]);
            rank[i] = p ? p->rank : NONE;
            made[i] = p ? p->made : 0;
        }
    }
    for (size_t i = 0; i < n; i++)
        bpe_emit(b, symbol[i], out);
}

/* A candidate merge; stale when either symbol has changed since. */
struct candidate {
    uint32_t rank, left, right, made, left_symbol, right_symbol;
};

struct chain { /* doubly linked symbols of a long piece */
    uint32_t *symbol, *next, *previous;
    struct candidate *heap;
    size_t n_heap;
};

static bool candidate_before(const struct candidate *a, const struct candidate *b) {
    return a->rank != b->rank ? a->rank < b->rank : a->left < b->left;
}

static void chain_push(const struct bpe *b, struct chain *c, uint32_t left) {
    uint32_t right = left == NONE ? NONE : c->next[left];
    if (right == NONE)
        return;
    const struct pair_slot *p = pair_find(b, c->symbol[left], c->symbol[right]);
    if (!p)
        return;
    struct candidate x = {p->rank, left, right, p->made, c->symbol[left], c->symbol[right]};
    size_t i = c->n_heap++;
    while (i && candidate_before(&x, &c->heap[(i - 1) / 2])) {
        c->heap[i] = c->heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    c->heap[i] = x;
}

static struct candidate chain_pop(struct chain *c) {
    struct candidate top = c->heap[0], x = c->heap[--c->n_heap];
    size_t i = 0;
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= c->n_heap)
            break;
        if (child + 1 < c->n_heap && candidate_before(&c->heap[child + 1], &c->heap[child]))
            child++;
        if (!candidate_before(&c->heap[child], &x))
            break;
        c->heap[i] = c->heap[child];
        i = child;
    }
    c->heap[i] = x;
    return top;
}

static void bpe_encode_long(const struct bpe *b, const char *piece, size_t len,
                            struct bpe_scratch *scratch, struct tokens *out) {
    /* n - 1 candidates at first, and each of at most n - 1 merges adds two for the one it took */
    size_t need = len * (3 * sizeof(uint32_t)) + 2 * len * sizeof(struct candidate);
    if (scratch->cap < need) {
        free(scratch->memory);
        scratch->memory = xmalloc(need);
        scratch->cap = need;
    }
    struct chain c = {.heap = scratch->memory};
    c.symbol = (uint32_t *)(c.heap + 2 * len);
    c.next = c.symbol + len;
    c.previous = c.next + len;
    for (size_t i = 0; i < len; i++) {
        c.symbol[i] = b->byte[(unsigned char)piece[i]];
        c.next[i] = i + 1 < len ? (uint32_t)i + 1 : NONE;
        c.previous[i] = i ? (uint32_t)i - 1 : NONE;
    }
    for (size_t i = 0; i + 1 < len; i++)
        chain_push(b, &c, (uint32_t)i);
    while (c.n_heap) {
        struct candidate x = chain_pop(&c);
        if (c.symbol[x.left] != x.left_symbol || c.next[x.left] != x.right ||
            c.symbol[x.right] != x.right_symbol)
            continue;
        c.symbol[x.left] = x.made;
        c.symbol[x.right] = NONE; /* gone */
        c.next[x.left] = c.next[x.right];
        if (c.next[x.right] != NONE)
            c.previous[c.next[x.right]] = x.left;
        chain_push(b, &c, c.previous[x.left]);
        chain_push(b, &c, x.left);
    }
    for (uint32_t i = 0; i != NONE; i = c.next[i])
        bpe_emit(b, c.symbol[i], out);
}

void bpe_encode(const struct tokenizer *t, const char *piece, size_t len,
                struct bpe_scratch *scratch, struct tokens *out) {
    if (len <= SMALL)
        bpe_encode_small(t->bpe, piece, len, out);
    else
        bpe_encode_long(t->bpe, piece, len, scratch, out);
}
