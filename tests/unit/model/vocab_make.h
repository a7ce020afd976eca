/* Small vocabularies for tests: every byte, some merges, and the special tokens asked for. */
#ifndef TESTS_VOCAB_MAKE_H
#define TESTS_VOCAB_MAKE_H
#include "model/dialect.h"
#include "model/tokenizer.h"
#include "tests/unit/model/gguf_make.h"

struct vocab_special {
    const char *text;
    enum token_type type;
};

/* A byte as the alphabet of byte-level BPE writes it. */
static inline void vocab_byte_text(int byte, char out[4]) {
    static const int gap[] = {0x21, 0x7f, 0xa1, 0xad, 0xae, 0x100};
    int cp = byte;
    if (byte < gap[0])
        cp = 0x100 + byte;
    else if (byte >= gap[1] && byte < gap[2])
        cp = 0x121 + byte - 0x7f;
    else if (byte == gap[3])
        cp = 0x143;
    memset(out, 0, 4);
    if (cp < 0x80) {
        out[0] = (char)cp;
    } else {
        out[0] = (char)(0xc0 | cp >> 6);
        out[1] = (char)(0x80 | (cp & 0x3f));
    }
}

static inline void vocab_strings(struct make *g, const char *key, const char *const *list,
                                 size_t n) {
    make_key(g, key, GGUF_ARRAY);
    make_u32(&g->keys, GGUF_STRING);
    make_u64(&g->keys, n);
    for (size_t i = 0; i < n; i++)
        make_str(&g->keys, list[i]);
}

static inline void vocab_types(struct make *g, const int *types, size_t n) {
    make_key(g, "tokenizer.ggml.token_type", GGUF_ARRAY);
    make_u32(&g->keys, GGUF_I32);
    make_u64(&g->keys, n);
    for (size_t i = 0; i < n; i++)
        make_u32(&g->keys, (uint32_t)types[i]);
}

/* Ids: 0..255 the bytes, then one for each merge ("a b" makes "ab"), then the specials. eos is the
 * id of the special that ends a turn, or -1. */
static inline void vocab_make(struct make *g, const char *pre, const char *const *merges,
                              size_t n_merges, const struct vocab_special *special,
                              size_t n_special, int32_t eos) {
    enum { MOST = 1024 };
    static char text[MOST][512];
    const char *token[MOST];
    int type[MOST];
    size_t n = 0;
    ASSERT(256 + n_merges + n_special <= MOST);
    for (; n < 256; n++) {
        vocab_byte_text((int)n, text[n]);
        type[n] = TOKEN_NORMAL;
    }
    for (size_t i = 0; i < n_merges; i++, n++) {
        const char *space = strchr(merges[i], ' ');
        int length = snprintf(text[n], sizeof text[n], "%.*s%s", (int)(space - merges[i]),
                              merges[i], space + 1);
        ASSERT(length < (int)sizeof text[n]);
        type[n] = TOKEN_NORMAL;
    }
    for (size_t i = 0; i < n_special; i++, n++) {
        (void)snprintf(text[n], sizeof text[n], "%s", special[i].text);
        type[n] = (int)special[i].type;
    }
    for (size_t i = 0; i < n; i++)
        token[i] = text[i];
    make_init(g);
    make_key_str(g, "general.architecture", "llama");
    make_key_str(g, "tokenizer.ggml.model", "gpt2");
    make_key_str(g, "tokenizer.ggml.pre", pre);
    vocab_strings(g, "tokenizer.ggml.tokens", token, n);
    vocab_strings(g, "tokenizer.ggml.merges", merges, n_merges);
    vocab_types(g, type, n);
    if (eos >= 0)
        make_key_u32(g, "tokenizer.ggml.eos_token_id", (uint32_t)eos);
}

static inline struct tokenizer *vocab_open(struct make *g, struct err *err) {
    struct gguf *file = NULL;
    struct tokenizer *t = NULL;
    make_finish(g);
    if (gguf_open_memory(&file, g->file.data, g->file.len, err) && !tokenizer_create(&t, file, err))
        t = NULL;
    gguf_close(file);
    return t;
}

/* A vocabulary with the markers of a dialect as control tokens (or as ordinary text). */
static inline struct tokenizer *vocab_of_dialect(struct make *g, const struct dialect *d,
                                                 bool control) {
    struct vocab_special special[ARRAY_LEN(d->markers) + 1];
    size_t n = 0;
    for (; n < ARRAY_LEN(d->markers) && d->markers[n]; n++)
        special[n] = (struct vocab_special){d->markers[n], TOKEN_CONTROL};
    struct err err = ERR_INIT;
    int32_t eos = -1;
    for (size_t i = 0; i < n; i++)
        if (strcmp(special[i].text, d->calls.turn_end) == 0)
            eos = (int32_t)(256 + i);
    ASSERT(eos >= 0);
    if (!control) { /* all but the end of a turn, which must be a token */
        special[0] = special[eos - 256];
        n = 1;
        eos = 256;
    }
    vocab_make(g, "qwen2", NULL, 0, special, n, eos);
    struct tokenizer *t = vocab_open(g, &err);
    ASSERT(t);
    return t;
}
#endif
