#ifndef MODEL_EVAL_H
#define MODEL_EVAL_H
/* The cache format that model_eval uses for a model. */
#include "model/model_int.h"
enum row_format eval_format(const struct model *m);
#endif
