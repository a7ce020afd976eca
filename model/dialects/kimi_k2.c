/* kimi-k2: every event is a turn with a role and a name, tools are declared before the system text,
 * and calls are numbered over the whole conversation. */
#include "model/dialects/kimi.h"

static void kimi_k2_begin(struct dialect_writer *w, struct str system) {
    kimi_begin(w, system, "\n");
}

static void kimi_k2_assistant(struct dialect_writer *w, struct str text,
                              const struct dialect_call *calls, size_t n) {
    kimi_assistant(w, text, "", calls, n);
}

const struct dialect dialect_kimi_k2 = {
    .name = "kimi-k2",
    .needs = {"<|im_middle|>"},
    .lacks = {"<think>"},
    .calls = KIMI_CALLS,
    .markers = {KIMI_MARKERS},
    .turn_after = "",
    .begin = kimi_k2_begin,
    .user = kimi_user,
    .assistant = kimi_k2_assistant,
    .results = kimi_results,
    .open = kimi_open,
};
