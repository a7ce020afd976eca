/* qwen3: as qwen2.5 without a system text of its own, and with an empty <think> block where the
 * model would think. The template drops that block from every turn but the one after the last user
 * message that ends the conversation; what we append keeps it, as the model saw it. */
#include "model/dialects/chatml.h"
#include "runtime/base/asset.h"

ASSET_DECLARE(model_dialects_qwen_tools_txt);
#define NO_THOUGHT "<think>\n\n</think>\n\n"

static void qwen3_begin(struct dialect_writer *w, struct str system) {
    if (!w->tools) {
        if (system.ptr)
            chatml_turn(w, "system", system);
        return;
    }
    dialect_put(w, "<|im_start|>system\n");
    if (system.ptr) {
        dialect_data(w, system);
        dialect_put(w, "\n\n");
    }
    dialect_put_around(w, ASSET(model_dialects_qwen_tools_txt), chatml_tools);
    dialect_put(w, "<|im_end|>\n");
}

static void qwen3_assistant(struct dialect_writer *w, struct str text,
                            const struct dialect_call *calls, size_t n) {
    struct str answer = dialect_after_think(text);
    if (answer.len != text.len)
        text = dialect_trim_newlines(answer);
    dialect_put(w, "<|im_start|>assistant\n");
    bool last = w->past_last_user && w->next == EVENT_NONE;
    if (last)
        dialect_put(w, NO_THOUGHT);
    dialect_data(w, last ? dialect_trim_newlines(text) : text);
    for (size_t i = 0; i < n; i++) {
        if (i || text.len)
            dialect_put(w, "\n");
        chatml_call(w, &calls[i]);
    }
    dialect_put(w, "<|im_end|>\n");
}

static void qwen3_open(struct dialect_writer *w) {
    dialect_put(w, "<|im_start|>assistant\n" NO_THOUGHT);
}

const struct dialect dialect_qwen3 = {
    .name = "qwen3",
    .needs = {"<|im_start|>", "<tool_call>", "<tool_response>", "<think>"},
    .lacks = {"<function=", "FunctionCall"},
    .calls = CHATML_CALLS("<|im_end|>"),
    .markers = {CHATML_MARKERS, "<think>", "</think>"},
    .turn_after = "\n",
    .begin = qwen3_begin,
    .user = chatml_user,
    .assistant = qwen3_assistant,
    .results = chatml_results,
    .open = qwen3_open,
};
