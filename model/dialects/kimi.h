#ifndef MODEL_DIALECTS_KIMI_H
#define MODEL_DIALECTS_KIMI_H
/* What kimi-k2 and kimi-k2-thinking share. */
#include "model/dialect.h"

/* after_default follows the system text that the template puts in when there is none. */
void kimi_begin(struct dialect_writer *w, struct str system, const char *after_default);
void kimi_user(struct dialect_writer *w, struct str text);
/* thought is what stands before the text of a past turn */
void kimi_assistant(struct dialect_writer *w, struct str text, const char *thought,
                    const struct dialect_call *calls, size_t n);
void kimi_results(struct dialect_writer *w, const struct model_result *results, size_t n);
void kimi_open(struct dialect_writer *w);

#define KIMI_CALLS                                                                                 \
    {                                                                                              \
        .style = DIALECT_JSON, .trigger = "<|tool_calls_section_begin|>", .several = true,         \
        .indexed = true, .section_open = "<|tool_calls_section_begin|>",                           \
        .call_open = "<|tool_call_begin|>functions.",                                              \
        .name_close = "<|tool_call_argument_begin|>", .call_close = "<|tool_call_end|>",           \
        .separator = "", .section_close = "<|tool_calls_section_end|>", .turn_end = "<|im_end|>",  \
        .comma = ", ", .colon = ": "                                                               \
    }
#define KIMI_MARKERS                                                                               \
    "<|im_system|>", "<|im_user|>", "<|im_assistant|>", "<|im_middle|>", "<|im_end|>", "[BOS]",    \
        "[EOS]", "<|tool_calls_section_begin|>", "<|tool_calls_section_end|>",                     \
        "<|tool_call_begin|>", "<|tool_call_argument_begin|>", "<|tool_call_end|>"
#endif
