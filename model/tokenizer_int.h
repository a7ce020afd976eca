#ifndef MODEL_TOKENIZER_INT_H
#define MODEL_TOKENIZER_INT_H
/* Shared by the files of the tokenizer: tables of the vocabulary and the two algorithms. */
#include "model/tokenizer.h"

/* A text is cut into pieces by a list of passes; each pass cuts every piece of the one before into
 * what it matches and the gaps between (tokenizer_split.c). */
#define SPLIT_PASSES_MAX 6
typedef size_t (*split_match_fn)(const char *text, size_t at, size_t end, size_t *skip);
struct split {
    const char *name;
    bool ignore_merges, add_bos;
    split_match_fn pass[SPLIT_PASSES_MAX + 1]; /* NULL-terminated */
};
const struct split *split_find(struct str pre); /* NULL if unknown */
typedef void (*split_piece_fn)(void *arg, const char *piece, size_t len);
void split_text(const struct split *split, struct str text, split_piece_fn piece, void *arg);

/* One code point; len is 0 at the end. A byte that is not UTF-8 is a symbol of length 1. */
struct cp {
    uint32_t cp;
    uint16_t flags;
    uint16_t len;
};
enum { /* classes of a code point */
       CP_LETTER = 1,
       CP_NUMBER = 2,
       CP_PUNCT = 4,
       CP_SYMBOL = 8,
       CP_MARK = 16,
       CP_SPACE = 32,
       CP_UPPER = 64,  /* Lu, Lt, Lm, Lo: may come before the lower-case part of a word */
       CP_LOWER = 128, /* Ll, Lm, Lo */
       CP_HAN = 256,
};
struct cp cp_at(const char *text, size_t at, size_t end);

/* Strings to numbers; open addressing, last insertion of a string wins. */
struct strmap {
    struct strmap_slot *slots;
    size_t n, cap;
};
void strmap_init(struct strmap *m, size_t expected);
void strmap_release(struct strmap *m);
/* key is borrowed and must live as long as the map. */
void strmap_put(struct strmap *m, struct str key, int32_t value);
int32_t strmap_get(const struct strmap *m, struct str key); /* -1 if absent */

struct bpe; /* merges over internal symbols (tokenizer_bpe.c) */

struct tokenizer {
    int32_t size;
    bool spm, add_bos, add_space_prefix, ignore_merges;
    const struct split *split;
    uint8_t *type;         /* enum token_type of each id */
    char *blob;            /* bytes of all tokens */
    uint32_t *start;       /* size + 1 offsets into blob */
    struct strmap text;    /* ordinary tokens by their bytes (SPM: by their text with U+2581) */
    struct strmap special; /* control, user-defined and unknown tokens by name */
    uint16_t *length;      /* distinct lengths of specials, longest first */
    size_t n_length;
    bool first_user[256], first_special[256]; /* bytes that begin a special */
    int32_t bos, eos, unk;
    uint8_t *end; /* bit set of end-of-generation ids */
    struct bpe *bpe;
    bool spm_words; /* no token has a space behind something else */
    /* SPM: text as in the file for look-ups, scores, byte tokens */
    char *spm_blob;
    uint32_t *spm_start;
    float *score;
    int32_t byte_token[256];
    size_t longest;
};

struct encoder; /* of one tokenizer_encode call */
struct str tokenizer__text(const struct tokenizer *t, int32_t id); /* as look-ups see it */

bool bpe_create(struct tokenizer *t, const struct gguf_value *merges, struct err *err) MUST_CHECK;
void bpe_destroy(struct bpe *bpe);
struct bpe_scratch {
    void *memory;
    size_t cap;
};
void bpe_encode(const struct tokenizer *t, const char *piece, size_t len,
                struct bpe_scratch *scratch, struct tokens *out);
/* Bytes of a text in the printable alphabet of byte-level BPE; SIZE_MAX if a character is not of
 * the alphabet. out has room for text.len bytes. */
size_t bpe_decode_alphabet(struct str text, char *out);
void spm_encode(const struct tokenizer *t, struct str text, bool space_first, struct tokens *out);
#endif
