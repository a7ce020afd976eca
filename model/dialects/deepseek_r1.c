/* deepseek-r1 and its distillations: see deepseek_v3.h. The model thinks before it answers a user;
 * what it thought is not told to it again. */
#include "model/dialects/deepseek_v3.h"

static void r1_open(struct dialect_writer *w) {
    if (w->previous == EVENT_USER)
        dialect_put(w, MARK("Assistant") "<think>\n");
}

const struct dialect dialect_deepseek_r1 = {
    .name = "deepseek-r1",
    .needs = {CALLS_BEGIN, SEP, "```json", "<think>"},
    .calls = DEEPSEEK_V3_CALLS,
    .markers = {DEEPSEEK_V3_MARKERS},
    .turn_after = "",
    .begin = deepseek_v3_begin,
    .user = deepseek_v3_user,
    .assistant = deepseek_v3_assistant,
    .results = deepseek_v3_results,
    .open = r1_open,
};
