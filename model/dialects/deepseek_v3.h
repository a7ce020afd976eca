#ifndef MODEL_DIALECTS_DEEPSEEK_V3_H
#define MODEL_DIALECTS_DEEPSEEK_V3_H
/* What deepseek-v3 and deepseek-r1 share: everything but how a turn of the model opens. A call's
 * arguments stand in a fenced block; results have a wrapper, and the model goes on behind it
 * without a new marker. The vendor's template leaves declaring the tools to the caller; live, they
 * are put behind the system text. */
#include "model/dialects/deepseek.h"

#define CALL_OPEN  CALL_BEGIN "function" SEP
#define NAME_CLOSE "\n```json\n"
#define CALL_CLOSE "\n```" CALL_END

void deepseek_v3_begin(struct dialect_writer *w, struct str system);
void deepseek_v3_user(struct dialect_writer *w, struct str text);
void deepseek_v3_assistant(struct dialect_writer *w, struct str text,
                           const struct dialect_call *calls, size_t n);
void deepseek_v3_results(struct dialect_writer *w, const struct model_result *results, size_t n);

#define DEEPSEEK_V3_CALLS                                                                          \
    {                                                                                              \
        .style = DIALECT_JSON, .trigger = CALLS_BEGIN, .several = true,                            \
        .section_open = CALLS_BEGIN, .call_open = CALL_OPEN, .name_close = NAME_CLOSE,             \
        .call_close = CALL_CLOSE, .separator = "\n", .section_close = CALLS_END, .turn_end = EOS,  \
        .comma = ", ", .colon = ": "                                                               \
    }
#define DEEPSEEK_V3_MARKERS                                                                        \
    MARK("begin" _ "of" _ "sentence"), EOS, MARK("User"), MARK("Assistant"), CALLS_BEGIN,          \
        CALLS_END, CALL_BEGIN, CALL_END, SEP, OUTPUTS_BEGIN, OUTPUTS_END, OUTPUT_BEGIN,            \
        OUTPUT_END, "<think>", "</think>"
#endif
