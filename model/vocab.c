/* The token trie of a vocabulary, and which tokens stay inside a JSON string.
 *
 * Owns: a copy of every token's bytes, the trie, one mask. Immutable after creation, reference
 * counted; any thread.
 *
 * The trie is an array in preorder: walking it is a loop over i that either goes on to i + 1 (into
 * the node's children) or jumps to skip (past them). No pointers, 12 bytes a node, and the tokens
 * of a subtree are one slice of the sorted ids.
 *
 * Most tokens of an argument are written inside strings. For those the answer is mostly known
 * beforehand: `body` has all tokens that neither close the string nor break it (by how many
 * characters they add, for strings with little room left), `exits` the trie nodes at which a token
 * closes it; only what hangs below the exits depends on what follows.
 *
 * Tokens without text (control, unused) and tokens longer than VOCAB_TOKEN_BYTES_MAX are not in the
 * trie: a call never contains them.
 */
#include "model/grammar_int.h"

/* ---- inside a JSON string ---- */

static bool starts_character(struct string_state *s, unsigned char c) {
    static const struct {
        unsigned char from, to, left, low, high;
    } lead[] = {{0xc2, 0xdf, 1, 0x80, 0xbf}, {0xe0, 0xe0, 2, 0xa0, 0xbf},
                {0xe1, 0xec, 2, 0x80, 0xbf}, {0xed, 0xed, 2, 0x80, 0x9f},
                {0xee, 0xef, 2, 0x80, 0xbf}, {0xf0, 0xf0, 3, 0x90, 0xbf},
                {0xf1, 0xf3, 3, 0x80, 0xbf}, {0xf4, 0xf4, 3, 0x80, 0x8f}};
    for (size_t i = 0; i < ARRAY_LEN(lead); i++) {
        if (c >= lead[i].from && c <= lead[i].to) {
            s->sub = STRING_UTF8;
            s->left = lead[i].left;
            s->low = lead[i].low;
            s->high = lead[i].high;
            s->code = lead[i].left == 1 ? c & 0x1fu : lead[i].left == 2 ? c & 0x0fu : c & 0x07u;
            return true;
        }
    }
    return false;
}

static enum string_result plain(struct string_state *s, unsigned char c) {
    if (c == '"') {
        return STRING_CLOSED;
    }
    if (c == '\\') {
        s->sub = STRING_ESCAPE;
        return STRING_GOES_ON;
    }
    if (c < 0x20) {
        return STRING_DEAD;
    }
    if (c < 0x80) {
        s->code = c;
        return STRING_CHARACTER;
    }
    return starts_character(s, c) ? STRING_GOES_ON : STRING_DEAD;
}

static enum string_result escape(struct string_state *s, unsigned char c) {
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    if (c == 'u') {
        s->sub = STRING_HEX;
        s->left = 4;
        s->code = 0;
        return STRING_GOES_ON;
    }
    const char *p = c ? strchr(from, c) : NULL;
    if (p == NULL) {
        return STRING_DEAD;
    }
    s->sub = STRING_PLAIN;
    s->code = (unsigned char)to[p - from];
    return STRING_CHARACTER;
}

static int hex_value(unsigned char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* \u0000 and a low surrogate without its high one are refused at the digit that would make them, so
 * that what is begun can always be ended. */
static enum string_result hex(struct string_state *s, unsigned char c) {
    int digit = hex_value(c);
    if (digit < 0) {
        return STRING_DEAD;
    }
    uint32_t code = s->code << 4 | (uint32_t)digit;
    uint8_t left = (uint8_t)(s->left - 1);
    if (s->sub == STRING_LOW_HEX) {
        if ((left == 3 && code != 0xd) || (left == 2 && code < 0xdc)) {
            return STRING_DEAD;
        }
    } else if ((left == 0 && code == 0) || (left == 2 && code >= 0xdc && code <= 0xdf)) {
        return STRING_DEAD;
    }
    s->code = code;
    s->left = left;
    if (left > 0) {
        return STRING_GOES_ON;
    }
    if (s->sub == STRING_HEX && code >= 0xd800 && code < 0xdc00) {
        s->surrogate = code;
        s->sub = STRING_LOW_BACKSLASH;
        return STRING_GOES_ON;
    }
    if (s->sub == STRING_LOW_HEX) {
        s->code = 0x10000 + ((s->surrogate - 0xd800) << 10) + (code - 0xdc00);
        s->surrogate = 0;
    }
    s->sub = STRING_PLAIN;
    return STRING_CHARACTER;
}

static enum string_result continuation(struct string_state *s, unsigned char c) {
    if (c < s->low || c > s->high) {
        return STRING_DEAD;
    }
    s->low = 0x80;
    s->high = 0xbf;
    s->code = s->code << 6 | (c & 0x3fu);
    if (--s->left > 0) {
        return STRING_GOES_ON;
    }
    s->low = s->high = 0;
    s->sub = STRING_PLAIN;
    return STRING_CHARACTER;
}

enum string_result string_step(struct string_state *s, unsigned char c) {
    switch ((enum string_sub)s->sub) {
    case STRING_PLAIN:
        return plain(s, c);
    case STRING_ESCAPE:
        return escape(s, c);
    case STRING_HEX:
    case STRING_LOW_HEX:
        return hex(s, c);
    case STRING_LOW_BACKSLASH:
        s->sub = STRING_LOW_U;
        return c == '\\' ? STRING_GOES_ON : STRING_DEAD;
    case STRING_LOW_U:
        s->sub = STRING_LOW_HEX;
        s->left = 4;
        s->code = 0;
        return c == 'u' ? STRING_GOES_ON : STRING_DEAD;
    case STRING_UTF8:
        return continuation(s, c);
    }
    return STRING_DEAD;
}

/* ---- trie ---- */

struct str vocab_bytes(const struct vocab *v, int32_t token) {
    return (struct str){v->bytes + v->offset[token], v->offset[token + 1] - v->offset[token]};
}

static int compare_tokens(const void *a, const void *b, void *arg) {
    const struct vocab *v = arg;
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    int order = str_compare(vocab_bytes(v, x), vocab_bytes(v, y));
    return order ? order : (x > y) - (x < y);
}

static void copy_tokens(struct vocab *v, struct str (*bytes)(void *, int32_t), void *arg) {
    size_t total = 0;
    v->offset = xmalloc(((size_t)v->n + 1) * sizeof(*v->offset));
    for (int32_t i = 0; i < v->n; i++) {
        struct str b = bytes(arg, i);
        total += b.len <= VOCAB_TOKEN_BYTES_MAX ? b.len : 0;
    }
    v->bytes = xmalloc(total + 1);
    total = 0;
    for (int32_t i = 0; i < v->n; i++) {
        struct str b = bytes(arg, i);
        v->offset[i] = (uint32_t)total;
        if (b.len > VOCAB_TOKEN_BYTES_MAX) {
            mask_set(v->too_long, i);
        } else if (b.len > 0) {
            memcpy(v->bytes + total, b.ptr, b.len);
            total += b.len;
            v->longest = MAX(v->longest, (uint32_t)b.len);
        }
    }
    v->offset[v->n] = (uint32_t)total;
}

static size_t common_prefix(struct str a, struct str b) {
    size_t n = 0;
    while (n < a.len && n < b.len && a.ptr[n] == b.ptr[n]) {
        n++;
    }
    return n;
}

static void list_children(struct vocab *v) {
    uint32_t n = 0;
    v->first_child = xmalloc(((size_t)v->n_nodes + 1) * sizeof(*v->first_child));
    v->child = xmalloc((size_t)v->n_nodes * sizeof(*v->child));
    v->child_byte = xmalloc(v->n_nodes);
    for (uint32_t i = 0; i < v->n_nodes; i++) {
        v->first_child[i] = n;
        for (uint32_t k = i + 1; k < v->nodes[i].skip; k = v->nodes[k].skip) {
            v->child_byte[n] = v->nodes[k].byte;
            v->child[n++] = k;
        }
    }
    v->first_child[v->n_nodes] = n;
}

/* Nodes are appended as the sorted tokens ask for them; open[d] is the last node of depth d. */
static void build_trie(struct vocab *v) {
    uint32_t open[VOCAB_TOKEN_BYTES_MAX + 1] = {0}, n_sorted = 0, depth = 0;
    v->sorted = xmalloc(((size_t)v->n + 1) * sizeof(*v->sorted));
    for (int32_t i = 0; i < v->n; i++) {
        if (vocab_bytes(v, i).len > 0) {
            v->sorted[n_sorted++] = i;
        }
    }
    qsort_r(v->sorted, n_sorted, sizeof(*v->sorted), compare_tokens, v);
    v->nodes = xmalloc(((size_t)v->offset[v->n] + 2) * sizeof(*v->nodes));
    v->nodes[0] = (struct vocab_node){0};
    v->n_nodes = 1;
    struct str previous = {"", 0};
    for (uint32_t i = 0; i < n_sorted; i++) {
        struct str b = vocab_bytes(v, v->sorted[i]);
        uint32_t same = (uint32_t)common_prefix(previous, b);
        for (; depth > same; depth--) {
            v->nodes[open[depth]].skip = v->n_nodes;
        }
        for (; depth < b.len; depth++) {
            open[depth + 1] = v->n_nodes;
            v->nodes[v->n_nodes++] = (struct vocab_node){
                .first = i, .byte = (unsigned char)b.ptr[depth], .depth = (uint8_t)(depth + 1)};
        }
        previous = b;
    }
    for (; depth > 0; depth--) {
        v->nodes[open[depth]].skip = v->n_nodes;
    }
    v->nodes[0].skip = v->n_nodes;
    v->nodes[v->n_nodes] = (struct vocab_node){.first = n_sorted, .skip = v->n_nodes + 1};
    list_children(v);
}

static void add_exit(struct vocab *v, size_t *cap, uint32_t node, uint32_t characters) {
    if (v->n_exits == *cap) {
        *cap = *cap ? 2 * *cap : 64;
        v->exits = xreallocarray(v->exits, *cap, sizeof(*v->exits));
    }
    v->exits[v->n_exits++] = (struct vocab_exit){node, characters};
}

static int compare_limited(const void *a, const void *b) {
    const struct vocab_limited *x = a, *y = b;
    return x->characters != y->characters ? (x->characters < y->characters ? 1 : -1)
                                          : (x->token > y->token) - (x->token < y->token);
}

/* characters: those it completes, and the one that it leaves open. */
static void add_to_bodies(struct vocab *v, size_t *cap, int32_t token, uint32_t characters) {
    for (uint32_t r = characters; r <= VOCAB_BODIES; r++) {
        mask_set(v->body[r], token);
    }
    if (characters < VOCAB_BODIES) {
        return;
    }
    mask_set(v->body[VOCAB_BODIES], token);
    if (v->n_limited == *cap) {
        *cap = *cap ? 2 * *cap : 64;
        v->limited = xreallocarray(v->limited, *cap, sizeof(*v->limited));
    }
    v->limited[v->n_limited++] = (struct vocab_limited){token, characters};
}

static void sort_out_strings(struct vocab *v) {
    struct string_state at[VOCAB_TOKEN_BYTES_MAX + 1] = {{0}};
    uint32_t characters[VOCAB_TOKEN_BYTES_MAX + 1] = {0};
    size_t cap_exits = 0, cap_limited = 0;
    for (size_t r = 0; r < ARRAY_LEN(v->body); r++) {
        v->body[r] = xcalloc(v->words, sizeof(*v->body[r]));
    }
    for (uint32_t i = 1; i < v->n_nodes;) {
        const struct vocab_node *node = &v->nodes[i];
        uint32_t d = node->depth;
        at[d] = at[d - 1];
        enum string_result r = string_step(&at[d], node->byte);
        characters[d] = characters[d - 1] + (r == STRING_CHARACTER);
        if (r == STRING_CLOSED) {
            add_exit(v, &cap_exits, i, characters[d]);
        }
        if (r == STRING_DEAD || r == STRING_CLOSED) {
            i = node->skip;
            continue;
        }
        for (uint32_t k = node->first; k < v->nodes[i + 1].first; k++) {
            add_to_bodies(v, &cap_limited, v->sorted[k],
                          characters[d] + (at[d].sub != STRING_PLAIN));
        }
        i++;
    }
    if (v->n_limited > 1) {
        qsort(v->limited, v->n_limited, sizeof(*v->limited), compare_limited);
    }
}

struct vocab *vocab_create(int32_t n, struct str (*bytes)(void *arg, int32_t id), void *arg) {
    ASSERT(n > 0);
    struct vocab *v = xcalloc(1, sizeof(*v));
    v->refs = 1;
    v->n = n;
    v->words = ((size_t)n + 31) / 32;
    v->too_long = xcalloc(v->words, sizeof(*v->too_long));
    copy_tokens(v, bytes, arg);
    build_trie(v);
    sort_out_strings(v);
    return v;
}

struct vocab *vocab_ref(struct vocab *v) {
    v->refs++;
    return v;
}

void vocab_unref(struct vocab *v) {
    if (v == NULL || --v->refs > 0) {
        return;
    }
    free(v->nodes);
    free(v->first_child);
    free(v->child);
    free(v->child_byte);
    free(v->sorted);
    free(v->bytes);
    free(v->offset);
    for (size_t r = 0; r < ARRAY_LEN(v->body); r++) {
        free(v->body[r]);
    }
    free(v->limited);
    free(v->too_long);
    free(v->exits);
    free(v);
}

int32_t vocab_size(const struct vocab *v) {
    return v->n;
}

size_t vocab_mask_words(const struct vocab *v) {
    return v->words;
}
