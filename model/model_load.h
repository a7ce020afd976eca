#ifndef MODEL_MODEL_LOAD_H
#define MODEL_MODEL_LOAD_H
/* Steps of model_open that come after the architecture has filled hparams and layers. */
#include "model/model_int.h"

/* Packs every quantized matrix, into the cache file or memory; sets model->weights_float. */
bool load_pack(struct model *m, const struct model_options *options, struct err *err) MUST_CHECK;
/* Packs everything once more and compares: a cache file that decayed is found. */
bool load_verify(struct model *m, struct err *err) MUST_CHECK;
/* Fills the figures of model->info and model->quantization. */
void load_figures(struct model *m);
#endif
