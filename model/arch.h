#ifndef MODEL_ARCH_H
#define MODEL_ARCH_H
/* Architectures: which keys and tensors a model of a family has, and which shared parts
 * (forward_*.c) its layers are made of. One file arch_NAME.c and one row in ARCHITECTURES each; no
 * arithmetic lives here.
 *
 *     const struct arch *a = arch_find("deepseek2");
 *     a->hparams(model, &err);       // fills model->hp from the keys, refuses what is absurd
 *     a->layer(model, i, &err);      // fills model->layers[i] from the tensors */
#include "model/model_int.h"

struct arch {
    const char *name; /* general.architecture */
    bool (*hparams)(struct model *m, struct err *err);
    bool (*layer)(struct model *m, int i, struct err *err);
};
const struct arch *arch_find(struct str name); /* NULL if unsupported */
const char *arch_names(void);                  /* "deepseek2, ..." for messages */

#define ARCHITECTURES(X)                                                                           \
    X(deepseek2, "deepseek2")                                                                      \
    X(deepseek32, "deepseek32")                                                                    \
    X(kimi_linear, "kimi-linear")                                                                  \
    X(qwen3moe, "qwen3moe")                                                                        \
    X(glm4moe, "glm4moe")                                                                          \
    X(gpt_oss, "gpt-oss")                                                                          \
    X(llama, "llama")                                                                              \
    X(qwen2, "qwen2")                                                                              \
    X(qwen3, "qwen3")
#define X(id, name) extern const struct arch arch_##id;
ARCHITECTURES(X)
#undef X

/* ---- shared by the architectures (arch_parts.c) ---- */
/* Layers, width, heads, vocabulary, context, norm epsilon: the keys everybody has. */
bool arch_common(struct model *m, struct err *err) MUST_CHECK;
/* Experts: counts, width, gating; defaults for absent keys are those of hp as it is. */
bool arch_moe(struct model *m, struct err *err) MUST_CHECK;
/* Rotary frequencies with linear or YaRN scaling; *factor gets what YaRN multiplies attention with
 * (the square of it scales the scores of MLA), log_mul the model's yarn_log_multiplier / 0.1. */
bool arch_rope(struct model *m, int dim, bool neox, bool deepseek, float *score_scale,
               struct err *err) MUST_CHECK;

/* Keys and layers of deepseek2, which later ones build on. */
bool arch_mla_hparams(struct model *m, struct err *err) MUST_CHECK;
bool arch_mla_layer(struct model *m, int i, struct err *err) MUST_CHECK;
bool arch_mla_ffn(struct model *m, int i, struct err *err) MUST_CHECK;

bool arch_load_gqa(struct model *m, int i, bool head_norms, struct err *err) MUST_CHECK;
/* suffix "" for ffn_gate, ffn_up, ffn_down; "_shexp" for the shared experts. */
bool arch_load_dense(struct model *m, int i, const char *suffix, int ff,
                     struct err *err) MUST_CHECK;
bool arch_load_experts(struct model *m, int i, struct err *err) MUST_CHECK;
#endif
