#ifndef MODEL_DIALECTS_GLM_H
#define MODEL_DIALECTS_GLM_H
/* What glm-4.6 (and 4.5) and glm-4.7 share: the same markers, with a newline between them or with
 * nothing. A turn ends where the next begins. Thinking is switched off by what opens every turn of
 * the model. */
#include "model/dialect.h"

struct glm {
    const char *gap;       /* "\n" or "" */
    const char *open;      /* the model's turn, thinking done */
    const char *user_ends; /* what every user text ends with */
};

void glm_begin(struct dialect_writer *w, const struct glm *glm, struct str system,
               struct str asset);
void glm_user(struct dialect_writer *w, const struct glm *glm, struct str text);
void glm_assistant(struct dialect_writer *w, const struct glm *glm, struct str text,
                   const struct dialect_call *calls, size_t n);
void glm_results(struct dialect_writer *w, const struct glm *glm,
                 const struct model_result *results, size_t n);

#define GLM_CALLS(gap)                                                                             \
    {                                                                                              \
        .style = DIALECT_RAW, .trigger = "<tool_call>", .several = true, .section_open = "",       \
        .call_open = "<tool_call>", .name_close = gap, .call_close = "</tool_call>",               \
        .separator = gap, .section_close = "", .turn_end = "<|observation|>", .comma = ", ",       \
        .colon = ": ", .key_open = "<arg_key>",                                                    \
        .key_close_string = "</arg_key>" gap "<arg_value>",                                        \
        .key_close_json = "</arg_key>" gap "<arg_value>", .value_close = "</arg_value>" gap        \
    }
#define GLM_MARKERS                                                                                \
    "[gMASK]", "<sop>", "<|system|>", "<|user|>", "<|assistant|>", "<|observation|>",              \
        "<|endoftext|>", "<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>",     \
        "<arg_key>", "</arg_key>", "<arg_value>", "</arg_value>", "<think>", "</think>"
#endif
