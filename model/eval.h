#ifndef MODEL_EVAL_H
#define MODEL_EVAL_H
/* Row formats of the cache. */
#include "model/model_int.h"
/* What model_eval uses for a model. */
enum row_format eval_format(const struct model *m);
/* What an engine's option means for a model. */
enum row_format cache_row_format(const struct model *m, enum cache_format cache);
#endif
