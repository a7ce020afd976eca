#ifndef MODEL_FORWARD_H
#define MODEL_FORWARD_H
/* The forward pass: rows of tokens of any number of sequences through all layers.
 *
 * How to think about it. A batch is a list of spans; a span is n new tokens of one sequence at
 * consecutive positions, together with the KV pages of that sequence from position 0. Each span's
 * keys and values are written into its pages, and its rows see the positions up to their own. Spans
 * of one batch never write the same page rows. Where two spans share leading pages (the same
 * pointers) the pages are read once for both if the spans are neighbours in the batch.
 *
 *     struct forward *f = forward_create(model, pool, ROW_F16, rows_max);
 *     forward_run(f, spans, n_spans);
 *     const float *logits = forward_logits(f, i);      // of the i-th wanted row, in batch order
 *     forward_destroy(f);
 *
 * Latent attention (MLA) has two forms (DeepSeek-V2, arXiv 2405.04434, 2.1). Absorbed: a head's
 * query is mapped into the latent space and reads the cached latents; few bytes, many products.
 * Expanded: the latents are mapped to each head's keys and values once, and read by everybody; a
 * third of the products, nine times the bytes. A span says how many of its leading positions are
 * read expanded; the two forms differ in rounding, so that number is the sequence's for good, never
 * the load's.
 *
 * Linear attention (KDA) keeps no keys and values but a state of fixed size, which a span takes on
 * from its first token to its last (forward_kda.c).
 *
 * Exact (G3): what a row computes depends on the tokens before it, the model, the cache format and
 * the kernel family, never on the other rows, the split into spans or the number of threads. */
#include "model/model_int.h"

#define PAGE_TOKENS 32
#define TILE_TOKENS 128

struct forward;
struct span {
    const int32_t *tokens; /* n new ones */
    int n;
    int64_t position;      /* of tokens[0] */
    uint8_t *const *pages; /* pages[i] holds positions 32 i .. 32 i + 31; up to the last new one */
    int logits_from;       /* tokens[logits_from ..] give logits; n = none */
    int replayed;          /* leading tokens whose keys and values are in the pages already */
    float *state; /* of the sequence before tokens[0], and afterwards behind the last; else NULL */
    /* Positions before this one are read expanded: a multiple of TILE_TOKENS, at most `position`;
     * 0 = none. expanded[i] has the parts of page i (forward_expand). */
    int64_t shared;
    uint8_t *const *const *expanded;
};

/* Bytes of one page in a cache format; a page holds 32 positions of all layers. */
size_t forward_page_bytes(const struct model *m, enum row_format format);
/* Bytes of one position in one page's layer, times layers: for copying part of a page. Copies the
 * first n positions of a page. */
void forward_page_copy(const struct model *m, enum row_format format, uint8_t *to,
                       const uint8_t *from, int n);

/* Bytes of a sequence's state; 0: the model has none. Zeros are that of the empty sequence. A state
 * belongs to a position: a sequence goes on only from where one was kept, and what was computed
 * behind it is computed again (replayed), which changes no bit. */
size_t forward_state_bytes(const struct model *m);

/* An expanded page: parts of a page's size, this many; 0 if the model has no latents to expand (or
 * none that fit). A part holds whole heads of a layer: 32 keys and values of each. */
size_t forward_expanded_parts(const struct model *m, enum row_format format);

struct forward *forward_create(const struct model *m, struct pool *pool, enum row_format format,
                               int rows_max);
void forward_destroy(struct forward *f);
int forward_rows_max(const struct forward *f);
/* At most rows_max rows and forward_logits_max wanted ones. */
void forward_run(struct forward *f, const struct span *spans, int n_spans);
/* Fills expanded[i][0 .. parts-1] from pages[i], a page with all its positions, for i < n. */
void forward_expand(struct forward *f, uint8_t *const *pages, uint8_t *const *const *expanded,
                    size_t n);
int forward_logits_max(const struct forward *f);
const float *forward_logits(const struct forward *f, int i); /* vocab floats, until the next run */
#endif
