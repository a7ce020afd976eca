/* kimi-k2-thinking: kimi-k2 whose past turns carry a <think> block, emptied by the template. */
#include "model/dialects/kimi.h"

static void kimi_thinking_begin(struct dialect_writer *w, struct str system) {
    kimi_begin(w, system, "");
}

static void kimi_thinking_assistant(struct dialect_writer *w, struct str text,
                                    const struct dialect_call *calls, size_t n) {
    kimi_assistant(w, text, "<think></think>", calls, n);
}

const struct dialect dialect_kimi_k2_thinking = {
    .name = "kimi-k2-thinking",
    .needs = {"<|im_middle|>", "<think>"},
    .calls = KIMI_CALLS,
    .markers = {KIMI_MARKERS, "<think>", "</think>"},
    .turn_after = "",
    .begin = kimi_thinking_begin,
    .user = kimi_user,
    .assistant = kimi_thinking_assistant,
    .results = kimi_results,
    .open = kimi_open,
};
