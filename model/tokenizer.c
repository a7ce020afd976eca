/* The tokenizer: what a vocabulary in a GGUF file says, made quick to look up.
 *
 * Owns the tables in struct tokenizer; all of them are built and checked in tokenizer_create and
 * never change, so any thread may encode. Encoding a text goes:
 *
 *   text -> special tokens are cut out, longest first over the whole text    (this file)
 *        -> fragments -> pieces                                              (tokenizer_split.c)
 *        -> ids, through a small cache of pieces seen in this call           (this file)
 *        -> merges                                              (tokenizer_bpe.c, tokenizer_spm.c)
 *
 * Control tokens are in no table that ordinary text is looked up in: with special=false no spelling
 * of a text gives one (user-defined tokens are ordinary in this respect, as the format wants it).
 * The piece cache keeps no strings: a slot points to where the piece was in the text and to where
 * its ids are in the output.
 *
 * A vocabulary that contradicts itself (types and tokens of different number, ids out of range, bad
 * merges, unknown model or pre-tokenizer) is ERR_MODEL with the reason; texts cannot fail except by
 * size. */
#include "model/tokenizer_int.h"

/* One text, bytes: offsets fit in 32 bits even when every space grows to three bytes. */
#define TEXT_BYTES_MAX (256u << 20)
/* Tokens of a vocabulary; the largest known has 262144. */
#define VOCABULARY_MAX (1 << 22)
/* Bytes of a special token, and distinct lengths: each length costs a pass over the text. */
#define SPECIAL_BYTES_MAX   1024
#define SPECIAL_LENGTHS_MAX 256

/* ---- strings to numbers ---- */

struct strmap_slot {
    struct str key;
    uint32_t hash;
    int32_t value; /* -1: empty */
};

void strmap_init(struct strmap *m, size_t expected) {
    m->cap = 64;
    while (m->cap < 2 * expected)
        m->cap *= 2;
    m->n = 0;
    m->slots = xreallocarray(NULL, m->cap, sizeof *m->slots);
    for (size_t i = 0; i < m->cap; i++)
        m->slots[i].value = -1;
}

void strmap_release(struct strmap *m) {
    free(m->slots);
    *m = (struct strmap){0};
}

static struct strmap_slot *strmap_slot(const struct strmap *m, struct str key, uint32_t hash) {
    for (size_t i = hash & (m->cap - 1);; i = (i + 1) & (m->cap - 1)) {
        struct strmap_slot *s = &m->slots[i];
        if (s->value < 0 || (s->hash == hash && str_equal(s->key, key)))
            return s;
    }
}

static void strmap_grow(struct strmap *m) {
    struct strmap old = *m;
    strmap_init(m, old.cap);
    for (size_t i = 0; i < old.cap; i++)
        if (old.slots[i].value >= 0)
            *strmap_slot(m, old.slots[i].key, old.slots[i].hash) = old.slots[i];
    m->n = old.n;
    free(old.slots);
}

void strmap_put(struct strmap *m, struct str key, int32_t value) {
    ASSERT(value >= 0);
    if (2 * (m->n + 1) > m->cap)
        strmap_grow(m);
    uint32_t hash = (uint32_t)str_hash(key);
    struct strmap_slot *s = strmap_slot(m, key, hash);
    m->n += s->value < 0;
    *s = (struct strmap_slot){key, hash, value};
}

int32_t strmap_get(const struct strmap *m, struct str key) {
    return m->slots ? strmap_slot(m, key, (uint32_t)str_hash(key))->value : -1;
}

/* ---- tokens ---- */

void tokens_append(struct tokens *t, const int32_t *ids, size_t n) {
    if (t->cap - t->n < n) {
        size_t cap = MAX(t->n + n, t->cap * 2);
        t->ids = xreallocarray(t->ids, MAX(cap, (size_t)64), sizeof *t->ids);
        t->cap = MAX(cap, (size_t)64);
    }
    if (n)
        memcpy(t->ids + t->n, ids, n * sizeof *ids);
    t->n += n;
}

void tokens_release(struct tokens *t) {
    free(t->ids);
    *t = (struct tokens){0};
}

/* ---- loading ---- */

static bool is_special_type(uint8_t type) {
    return type == TOKEN_CONTROL || type == TOKEN_USER || type == TOKEN_UNKNOWN;
}

/* "<0x0A>" to 10; -1 for anything else */
static int byte_of_name(struct str s) {
    static const char hex[] = "0123456789ABCDEF";
    if (s.len != 6 || memcmp(s.ptr, "<0x", 3) != 0 || s.ptr[5] != '>')
        return -1;
    const char *high = memchr(hex, s.ptr[3], 16), *low = memchr(hex, s.ptr[4], 16);
    return high && low ? (int)((high - hex) * 16 + (low - hex)) : -1;
}

/* Bytes that an SPM token stands for: U+2581 is a space. */
static size_t spm_unescape(struct str text, char *out) {
    size_t n = 0;
    for (size_t i = 0; i < text.len;) {
        if (text.len - i >= 3 && memcmp(text.ptr + i, "\xe2\x96\x81", 3) == 0) {
            out[n++] = ' ';
            i += 3;
        } else {
            out[n++] = text.ptr[i++];
        }
    }
    return n;
}

static size_t token_bytes(const struct tokenizer *t, int32_t id, struct str text, char *out) {
    uint8_t type = t->type[id];
    if (!is_special_type(type)) {
        if (t->spm) {
            int byte = type == TOKEN_BYTE ? byte_of_name(text) : -1;
            if (byte < 0)
                return spm_unescape(text, out);
            out[0] = (char)byte;
            return 1;
        }
        size_t n = bpe_decode_alphabet(text, out);
        if (n != SIZE_MAX)
            return n;
    }
    memcpy(out, text.ptr, text.len);
    return text.len;
}

static bool load_types(struct tokenizer *t, const struct gguf *g, struct err *err) {
    const struct gguf_value *types = gguf_find(g, "tokenizer.ggml.token_type");
    memset(t->type, TOKEN_NORMAL, (size_t)t->size);
    if (!types)
        return true;
    if (gguf_array_count(types) != (uint64_t)t->size || gguf_array_type(types) == GGUF_STRING ||
        gguf_array_type(types) == GGUF_F32 || gguf_array_type(types) == GGUF_F64)
        return err_set(err, ERR_MODEL, "tokenizer: %d tokens, but %llu token types", t->size,
                       (unsigned long long)gguf_array_count(types));
    for (int32_t i = 0; i < t->size; i++) {
        int64_t type = gguf_array_int(types, (uint64_t)i);
        if (type < 0 || type > TOKEN_BYTE)
            return err_set(err, ERR_MODEL, "tokenizer: token %d has type %lld", i, (long long)type);
        t->type[i] = type == 0 ? TOKEN_NORMAL : (uint8_t)type;
    }
    return true;
}

static bool load_tokens(struct tokenizer *t, const struct gguf_value *tokens, struct err *err) {
    uint64_t bytes = 0;
    for (int32_t i = 0; i < t->size; i++)
        bytes += gguf_array_string(tokens, (uint64_t)i).len;
    if (bytes > UINT32_MAX / 2)
        return err_set(err, ERR_MODEL, "tokenizer: the tokens have %llu bytes",
                       (unsigned long long)bytes);
    t->blob = xmalloc(bytes + 1);
    t->start = xreallocarray(NULL, (size_t)t->size + 1, sizeof *t->start);
    if (t->spm) {
        t->spm_blob = xmalloc(bytes + 1);
        t->spm_start = xreallocarray(NULL, (size_t)t->size + 1, sizeof *t->spm_start);
    }
    uint32_t at = 0, text_at = 0;
    for (int32_t i = 0; i < t->size; i++) {
        struct str text = gguf_array_string(tokens, (uint64_t)i);
        t->start[i] = at;
        at += (uint32_t)token_bytes(t, i, text, t->blob + at);
        if (t->spm) {
            t->spm_start[i] = text_at;
            memcpy(t->spm_blob + text_at, text.ptr, text.len);
            text_at += (uint32_t)text.len;
        }
    }
    t->start[t->size] = at;
    if (t->spm)
        t->spm_start[t->size] = text_at;
    return true;
}

struct str tokenizer__text(const struct tokenizer *t, int32_t id) {
    if (!t->spm)
        return tokenizer_bytes(t, id);
    return (struct str){t->spm_blob + t->spm_start[id], t->spm_start[id + 1] - t->spm_start[id]};
}

static int compare_lengths(const void *a, const void *b) {
    return (int)*(const uint16_t *)b - (int)*(const uint16_t *)a;
}

static bool load_special(struct tokenizer *t, int32_t id, bool *seen, struct err *err) {
    struct str text = tokenizer_bytes(t, id);
    if (text.len == 0)
        return true;
    if (text.len > SPECIAL_BYTES_MAX)
        return err_set(err, ERR_MODEL, "tokenizer: special token %d has %zu bytes", id, text.len);
    strmap_put(&t->special, text, id);
    unsigned char first = (unsigned char)text.ptr[0];
    t->first_special[first] = true;
    if (t->type[id] == TOKEN_USER)
        t->first_user[first] = true;
    if (!seen[text.len]) {
        seen[text.len] = true;
        if (t->n_length == SPECIAL_LENGTHS_MAX)
            return err_set(err, ERR_MODEL, "tokenizer: special tokens of more than %d lengths",
                           SPECIAL_LENGTHS_MAX);
        t->length[t->n_length++] = (uint16_t)text.len;
    }
    return true;
}

/* U+2581 behind another character. */
static bool space_inside(struct str text) {
    size_t at = 0;
    while (str_starts(str_slice(text, at, text.len), STR("\xe2\x96\x81")))
        at += 3;
    return str_find(text, STR("\xe2\x96\x81"), at) != SIZE_MAX;
}

static bool load_maps(struct tokenizer *t, struct err *err) {
    AUTO_FREE bool *seen = xcalloc(SPECIAL_BYTES_MAX + 1, sizeof *seen);
    t->length = xcalloc(SPECIAL_LENGTHS_MAX, sizeof *t->length);
    t->spm_words = true;
    strmap_init(&t->text, (size_t)t->size);
    strmap_init(&t->special, 64);
    for (int i = 0; i < 256; i++)
        t->byte_token[i] = -1;
    for (int32_t i = 0; i < t->size; i++) {
        struct str text = tokenizer__text(t, i);
        if (is_special_type(t->type[i])) {
            if (!load_special(t, i, seen, err))
                return false;
        } else if (t->spm && t->type[i] == TOKEN_BYTE) {
            int byte = byte_of_name(text);
            if (byte < 0)
                return err_set(err, ERR_MODEL, "tokenizer: byte token %d is not named <0xXX>", i);
            t->byte_token[byte] = i;
        } else if (text.len) {
            strmap_put(&t->text, text, i);
            t->spm_words = t->spm_words && !space_inside(text);
            t->longest = MAX(t->longest, text.len);
        }
    }
    qsort(t->length, t->n_length, sizeof *t->length, compare_lengths);
    return true;
}

static bool load_id(const struct tokenizer *t, const struct gguf *g, const char *key, int32_t *out,
                    struct err *err) {
    const struct gguf_value *v = gguf_find(g, key);
    uint32_t id;
    *out = -1;
    if (!v)
        return true;
    if (!gguf_u32(v, &id))
        return err_set(err, ERR_MODEL, "tokenizer: '%s' is not a token id", key);
    if (id == UINT32_MAX)
        return true; /* some converters write -1 for none */
    if (id >= (uint32_t)t->size)
        return err_set(err, ERR_MODEL, "tokenizer: '%s' is %u, but there are %d tokens", key, id,
                       t->size);
    *out = (int32_t)id;
    return true;
}

static void end_add(struct tokenizer *t, int32_t id, bool is_end) {
    if (id < 0)
        return;
    if (is_end)
        t->end[id / 8] |= (uint8_t)(1u << (id % 8));
    else
        t->end[id / 8] &= (uint8_t) ~(1u << (id % 8));
}

/* The union of what the file declares and of names that always end a turn (gguf.md 3.5). */
static bool load_ends(struct tokenizer *t, const struct gguf *g, struct err *err) {
    static const char *const keys[] = {
        "tokenizer.ggml.eos_token_id",     "tokenizer.ggml.eot_token_id",
        "tokenizer.ggml.eom_token_id",     "tokenizer.ggml.fim_pad_token_id",
        "tokenizer.ggml.fim_rep_token_id", "tokenizer.ggml.fim_sep_token_id"};
    static const char *const names[] = {"<|eot_id|>",
                                        "<|im_end|>",
                                        "<|end|>",
                                        "<|return|>",
                                        "<|call|>",
                                        "<|endoftext|>",
                                        "<|eom_id|>",
                                        "<|end_of_text|>",
                                        "<end_of_turn>",
                                        "<EOT>",
                                        "</s>",
                                        "[EOT]",
                                        "[EOS]",
                                        "[e~[",
                                        "<|fim_pad|>",
                                        "<|repo_name|>",
                                        "<|file_sep|>",
                                        ("<\xef\xbd\x9c"
                                         "end\xe2\x96\x81of\xe2\x96\x81sentence\xef\xbd\x9c>")};
    t->end = xcalloc((size_t)t->size / 8 + 1, 1);
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        int32_t id;
        if (!load_id(t, g, keys[i], &id, err))
            return false;
        end_add(t, id, true);
    }
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        end_add(t, tokenizer_special(t, str_from(names[i])), true);
    int32_t call = tokenizer_special(t, STR("<|call|>"));
    if (call >= 0 && tokenizer_special(t, STR("<|return|>")) >= 0)
        end_add(t, tokenizer_special(t, STR("<|end|>")), false); /* harmony: ends a message only */
    if (call >= 0 && tokenizer_special(t, STR("<|endcall|>")) >= 0)
        end_add(t, call, false); /* drover: begins a call */
    return true;
}

static bool load_bool(const struct gguf *g, const char *key, bool fallback) {
    bool value = fallback;
    const struct gguf_value *v = gguf_find(g, key);
    return v && gguf_bool(v, &value) ? value : fallback;
}

static bool load_scores(struct tokenizer *t, const struct gguf *g, struct err *err) {
    const struct gguf_value *scores = gguf_find(g, "tokenizer.ggml.scores");
    if (gguf_array_count(scores) != (uint64_t)t->size ||
        (gguf_array_type(scores) != GGUF_F32 && gguf_array_type(scores) != GGUF_F64))
        return err_set(err, ERR_MODEL, "tokenizer: %d tokens, but %llu scores", t->size,
                       (unsigned long long)gguf_array_count(scores));
    t->score = xreallocarray(NULL, (size_t)t->size, sizeof *t->score);
    for (int32_t i = 0; i < t->size; i++) {
        t->score[i] = gguf_array_f32(scores, (uint64_t)i);
        if (t->score[i] != t->score[i])
            return err_set(err, ERR_MODEL, "tokenizer: the score of token %d is not a number", i);
    }
    return true;
}

static bool load_algorithm(struct tokenizer *t, const struct gguf *g, struct err *err) {
    if (t->spm)
        return load_scores(t, g, err);
    struct str pre = STR("default");
    const struct gguf_value *v = gguf_find(g, "tokenizer.ggml.pre");
    if (v && !gguf_string(v, &pre))
        return err_set(err, ERR_MODEL, "tokenizer: 'tokenizer.ggml.pre' is not a string");
    t->split = split_find(pre);
    if (!t->split)
        return err_set(err, ERR_MODEL, "tokenizer: unknown pre-tokenizer '%.*s'",
                       (int)MIN(pre.len, (size_t)64), pre.ptr);
    t->ignore_merges = t->split->ignore_merges;
    return bpe_create(t, gguf_find(g, "tokenizer.ggml.merges"), err);
}

static bool load_all(struct tokenizer *t, const struct gguf *g, struct err *err) {
    struct str model;
    if (!gguf_string(gguf_find(g, "tokenizer.ggml.model"), &model))
        return err_set(err, ERR_MODEL, "the file has no tokenizer");
    t->spm = str_equal(model, STR("llama"));
    if (!t->spm && !str_equal(model, STR("gpt2")))
        return err_set(err, ERR_MODEL,
                       "tokenizer '%.*s' is not supported; known are gpt2 (byte-level BPE) and "
                       "llama (SPM)",
                       (int)MIN(model.len, (size_t)64), model.ptr);
    const struct gguf_value *tokens = gguf_find(g, "tokenizer.ggml.tokens");
    uint64_t n = gguf_array_count(tokens);
    if (n == 0 || n > VOCABULARY_MAX || gguf_array_type(tokens) != GGUF_STRING)
        return err_set(err, ERR_MODEL, "tokenizer: %llu tokens; 1 to %d strings are supported",
                       (unsigned long long)n, VOCABULARY_MAX);
    t->size = (int32_t)n;
    t->type = xmalloc((size_t)t->size);
    if (!load_types(t, g, err) || !load_tokens(t, tokens, err) || !load_maps(t, err) ||
        !load_algorithm(t, g, err) || !load_id(t, g, "tokenizer.ggml.bos_token_id", &t->bos, err) ||
        !load_id(t, g, "tokenizer.ggml.eos_token_id", &t->eos, err) ||
        !load_id(t, g, "tokenizer.ggml.unknown_token_id", &t->unk, err) || !load_ends(t, g, err))
        return false;
    if (t->spm && t->unk < 0)
        t->unk = 0;
    if (t->spm && t->bos < 0 && t->size > 2)
        t->bos = 1;
    if (t->spm && t->eos < 0 && t->size > 2)
        t->eos = 2;
    t->add_bos = load_bool(g, "tokenizer.ggml.add_bos_token", t->spm || t->split->add_bos);
    t->add_space_prefix = load_bool(g, "tokenizer.ggml.add_space_prefix", true);
    return true;
}

bool tokenizer_create(struct tokenizer **out, const struct gguf *g, struct err *err) {
    struct tokenizer *t = xcalloc(1, sizeof *t);
    t->bos = t->eos = t->unk = -1;
    *out = NULL;
    if (!load_all(t, g, err)) {
        tokenizer_destroy(t);
        return false;
    }
    *out = t;
    return true;
}

void tokenizer_destroy(struct tokenizer *t) {
    if (!t)
        return;
    free(t->type);
    free(t->blob);
    free(t->start);
    free(t->spm_blob);
    free(t->spm_start);
    free(t->score);
    free(t->length);
    free(t->end);
    strmap_release(&t->text);
    strmap_release(&t->special);
    bpe_destroy(t->bpe);
    free(t);
}

/* ---- look-ups ---- */

int32_t tokenizer_size(const struct tokenizer *t) {
    return t->size;
}

enum token_type tokenizer_type(const struct tokenizer *t, int32_t id) {
    ASSERT(id >= 0 && id < t->size);
    return (enum token_type)t->type[id];
}

struct str tokenizer_bytes(const struct tokenizer *t, int32_t id) {
    ASSERT(id >= 0 && id < t->size);
    return (struct str){t->blob + t->start[id], t->start[id + 1] - t->start[id]};
}

int32_t tokenizer_special(const struct tokenizer *t, struct str text) {
    return strmap_get(&t->special, text);
}

int32_t tokenizer_special_at(const struct tokenizer *t, struct str text, size_t at, size_t *len) {
    if (at >= text.len || !t->first_special[(unsigned char)text.ptr[at]])
        return -1;
    for (size_t i = 0; i < t->n_length; i++) {
        *len = t->length[i];
        if (*len > text.len - at)
            continue;
        int32_t id = tokenizer_special(t, (struct str){text.ptr + at, *len});
        if (id >= 0)
            return id;
    }
    return -1;
}

int32_t tokenizer_bos(const struct tokenizer *t) {
    return t->bos;
}

int32_t tokenizer_eos(const struct tokenizer *t) {
    return t->eos;
}

bool tokenizer_add_bos(const struct tokenizer *t) {
    return t->add_bos;
}

bool tokenizer_is_end(const struct tokenizer *t, int32_t id) {
    return id >= 0 && id < t->size && (t->end[id / 8] >> (id % 8) & 1);
}

/* ---- encoding ---- */

/* Pieces seen in this call; direct-mapped. */
#define CACHE_SLOTS     8192
#define CACHE_PIECE_MAX 64
#define CACHE_TEXT_MIN  1024 /* below, setting up the cache costs more than it saves */
struct cache_slot {
    const char *piece;
    uint32_t len, ids;
    size_t at; /* where the ids are in the output */
};

struct encoder {
    const struct tokenizer *t;
    struct tokens *out;
    struct cache_slot *cache; /* NULL for short texts */
    struct bpe_scratch scratch;
};

static void encode_piece_now(struct encoder *e, const char *piece, size_t len) {
    int32_t id = -1;
    if (e->t->ignore_merges)
        id = strmap_get(&e->t->text, (struct str){piece, len});
    if (id >= 0)
        tokens_append(e->out, &id, 1);
    else
        bpe_encode(e->t, piece, len, &e->scratch, e->out);
}

static void encode_piece(void *arg, const char *piece, size_t len) {
    struct encoder *e = arg;
    if (len == 0)
        return;
    if (!e->cache || len > CACHE_PIECE_MAX) {
        encode_piece_now(e, piece, len);
        return;
    }
    struct str key = {piece, len};
    struct cache_slot *s = &e->cache[str_hash(key) % CACHE_SLOTS];
    struct tokens *out = e->out;
    if (s->len == len && memcmp(s->piece, piece, len) == 0) {
        int32_t ids[CACHE_PIECE_MAX]; /* a copy: appending may move the array */
        memcpy(ids, out->ids + s->at, s->ids * sizeof *ids);
        tokens_append(out, ids, s->ids);
        return;
    }
    size_t at = out->n;
    encode_piece_now(e, piece, len);
    *s = (struct cache_slot){piece, (uint32_t)len, (uint32_t)(out->n - at), at};
}

static void encode_fragment(struct encoder *e, struct str text, bool first) {
    if (text.len == 0)
        return;
    if (e->t->spm)
        spm_encode(e->t, text, first, e->out);
    else
        split_text(e->t->split, text, encode_piece, e);
}

/* A special token found in the text. */
struct cut {
    size_t at;
    int32_t id;
};

static int compare_cuts(const void *a, const void *b) {
    size_t x = ((const struct cut *)a)->at, y = ((const struct cut *)b)->at;
    return x < y ? -1 : x > y;
}

/* Finds special tokens, longest first over the whole text, none over another: an accepted one is at
 * least as long as those after it, so an overlap covers one of their two ends. */
static size_t find_cuts(const struct tokenizer *t, struct str text, bool special,
                        struct cut **out) {
    const bool *first = special ? t->first_special : t->first_user;
    size_t n_start = 0, n = 0, cap = 0;
    for (size_t i = 0; i < text.len; i++)
        n_start += first[(unsigned char)text.ptr[i]];
    *out = NULL;
    if (n_start == 0)
        return 0;
    AUTO_FREE uint32_t *start = xreallocarray(NULL, n_start, sizeof *start);
    AUTO_FREE uint8_t *covered = xcalloc(text.len / 8 + 1, 1);
    n_start = 0;
    for (size_t i = 0; i < text.len; i++)
        if (first[(unsigned char)text.ptr[i]])
            start[n_start++] = (uint32_t)i;
#define COVERED(i) (covered[(i) / 8] >> ((i) % 8) & 1)
    for (size_t l = 0; l < t->n_length; l++) {
        size_t len = t->length[l];
        for (size_t k = 0; k < n_start; k++) {
            size_t at = start[k];
            if (at + len > text.len || COVERED(at) || COVERED(at + len - 1))
                continue;
            int32_t id = tokenizer_special(t, (struct str){text.ptr + at, len});
            if (id < 0 || (!special && t->type[id] != TOKEN_USER))
                continue;
            for (size_t i = at; i < at + len; i++)
                covered[i / 8] |= (uint8_t)(1u << (i % 8));
            if (n == cap) {
                cap = MAX(2 * cap, (size_t)16);
                *out = xreallocarray(*out, cap, sizeof **out);
            }
            (*out)[n++] = (struct cut){at, id};
        }
    }
#undef COVERED
    if (n)
        qsort(*out, n, sizeof **out, compare_cuts);
    return n;
}

bool tokenizer_encode_part(const struct tokenizer *t, struct str text, bool special, bool first,
                           struct tokens *out, struct err *err) {
    if (text.len > TEXT_BYTES_MAX)
        return err_set(err, ERR_LIMIT, "a text of %zu bytes is too long to tokenize", text.len);
    AUTO_FREE struct cut *cuts = NULL;
    size_t n = find_cuts(t, text, special, &cuts), at = 0;
    AUTO_FREE struct cache_slot *cache = NULL;
    if (!t->spm && text.len >= CACHE_TEXT_MIN)
        cache = xcalloc(CACHE_SLOTS, sizeof *cache);
    struct encoder e = {.t = t, .out = out, .cache = cache};
    for (size_t i = 0; i < n; i++) {
        encode_fragment(&e, str_slice(text, at, cuts[i].at), first || i > 0);
        tokens_append(out, &cuts[i].id, 1);
        at = cuts[i].at + tokenizer_bytes(t, cuts[i].id).len;
    }
    encode_fragment(&e, str_slice(text, at, text.len), first || n > 0);
    free(e.scratch.memory);
    return true;
}

bool tokenizer_encode(const struct tokenizer *t, struct str text, bool special, struct tokens *out,
                      struct err *err) {
    return tokenizer_encode_part(t, text, special, true, out, err);
}
