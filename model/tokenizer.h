#ifndef MODEL_TOKENIZER_H
#define MODEL_TOKENIZER_H
/* Text to token ids and back, as the vocabulary in a GGUF file says (reference/gguf.md 3):
 * byte-level BPE and SPM. Private to model/. Immutable after create: any thread may encode.
 *
 *     tokenizer_create(&t, gguf, &err);
 *     tokenizer_encode(t, text, false, &tokens, &err);    // data: control tokens are not parsed
 *     struct str bytes = tokenizer_bytes(t, id);
 *     tokenizer_destroy(t); */
#include "model/gguf.h"
#include "model/model.h"

enum token_type { /* numbers of the file format */
                  TOKEN_NORMAL = 1,
                  TOKEN_UNKNOWN = 2,
                  TOKEN_CONTROL = 3,
                  TOKEN_USER = 4,
                  TOKEN_UNUSED = 5,
                  TOKEN_BYTE = 6,
};

struct tokenizer;
/* Everything is copied; g may be closed. ERR_MODEL for a vocabulary that is damaged or unknown. */
bool tokenizer_create(struct tokenizer **out, const struct gguf *g, struct err *err) MUST_CHECK;
void tokenizer_destroy(struct tokenizer *t);

int32_t tokenizer_size(const struct tokenizer *t);
enum token_type tokenizer_type(const struct tokenizer *t, int32_t id);
/* The bytes that the token stands for in a text; a control token's are its name. Borrowed. */
struct str tokenizer_bytes(const struct tokenizer *t, int32_t id);
/* The control, user-defined or unknown token that is spelled so, or -1. */
int32_t tokenizer_special(const struct tokenizer *t, struct str text);
/* The longest such token that text has at `at`, and its length; -1 if there is none. */
int32_t tokenizer_special_at(const struct tokenizer *t, struct str text, size_t at, size_t *len);
/* Ids of text, appended. special: control tokens in it are parsed. No BOS is added. Any bytes. */
bool tokenizer_encode(const struct tokenizer *t, struct str text, bool special, struct tokens *out,
                      struct err *err) MUST_CHECK;
/* first: text begins a sequence or follows a special token (SPM puts a space before it). */
bool tokenizer_encode_part(const struct tokenizer *t, struct str text, bool special, bool first,
                           struct tokens *out, struct err *err) MUST_CHECK;

int32_t tokenizer_bos(const struct tokenizer *t); /* -1 if none */
int32_t tokenizer_eos(const struct tokenizer *t);
bool tokenizer_add_bos(const struct tokenizer *t);
bool tokenizer_is_end(const struct tokenizer *t, int32_t id);
#endif
