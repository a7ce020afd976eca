#ifndef MODEL_SAMPLER_H
#define MODEL_SAMPLER_H
/* Draws one token from logits. A pure function: the randomness at a position is f(key, position)
 * alone (Philox 4x32-10), all arithmetic is in a fixed order without libm, so the same logits give
 * the same token on every CPU (G3). Any thread.
 *
 *     mask = grammar_state_mask(g, bits) == GRAMMAR_MASKED ? bits : NULL;
 *     token = sampler_draw(logits, n_vocab, mask, &request->sampling, seq_position);
 */
#include "model/model.h"

/* mask: bit t of word t/32 allows token t; NULL allows all. Temperature 0 gives the highest allowed
 * logit, the lowest id among equals. NaN counts as the lowest logit. -1 when nothing is allowed. */
int32_t sampler_draw(const float *logits, int n_vocab, const uint32_t *mask,
                     const struct sampling *sampling, uint64_t position);
/* The best token regardless of the mask, to count refusals. */
int32_t sampler_best(const float *logits, int n_vocab, const uint32_t *mask);
/* Four random words for (key, position, stream); exposed for tests and seeding. */
void sampler_random(const uint64_t key[2], uint64_t position, uint32_t stream, uint32_t out[4]);
#endif
