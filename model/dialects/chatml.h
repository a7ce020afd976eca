#ifndef MODEL_DIALECTS_CHATML_H
#define MODEL_DIALECTS_CHATML_H
/* What the families with <|im_start|>ROLE ... <|im_end|> turns and <tool_call> blocks share. */
#include "model/dialect.h"

void chatml_turn(struct dialect_writer *w, const char *role, struct str text);
void chatml_user(struct dialect_writer *w, struct str text);
/* <tool_call>⏎{"name": "N", "arguments": {...}}⏎</tool_call>, for hermes, qwen and granite */
void chatml_call(struct dialect_writer *w, const struct dialect_call *call);
/* "⏎" and the JSON of each tool */
void chatml_tools(struct dialect_writer *w);
/* One user turn with a <tool_response> block for each result */
void chatml_results(struct dialect_writer *w, const struct model_result *results, size_t n);

#define CHATML_CALLS(turn_end_)                                                                    \
    {                                                                                              \
        .style = DIALECT_JSON, .trigger = "<tool_call>", .several = true, .section_open = "",      \
        .call_open = "<tool_call>\n{\"name\": \"",                                                 \
        .name_close = "\", \"arguments\": ", .call_close = "}\n</tool_call>", .separator = "\n",   \
        .section_close = "", .turn_end = (turn_end_), .comma = ", ", .colon = ": "                 \
    }
#define CHATML_MARKERS                                                                             \
    "<|im_start|>", "<|im_end|>", "<tool_call>", "</tool_call>", "<tool_response>",                \
        "</tool_response>", "<|endoftext|>"
#endif
