/* qwen2.5: ChatML with the tools in the system turn and results in user turns. Without a system
 * text the template speaks of Qwen. */
#include "model/dialects/chatml.h"
#include "runtime/base/asset.h"

ASSET_DECLARE(model_dialects_qwen_tools_txt);

static void qwen25_begin(struct dialect_writer *w, struct str system) {
    dialect_put(w, "<|im_start|>system\n");
    if (system.ptr)
        dialect_data(w, system);
    else
        dialect_put(w, "You are Qwen, created by Alibaba Cloud. You are a helpful assistant.");
    if (w->tools) {
        dialect_put(w, "\n\n");
        dialect_put_around(w, ASSET(model_dialects_qwen_tools_txt), chatml_tools);
    }
    dialect_put(w, "<|im_end|>\n");
}

static void qwen25_assistant(struct dialect_writer *w, struct str text,
                             const struct dialect_call *calls, size_t n) {
    if (n == 0) {
        chatml_turn(w, "assistant", text);
        return;
    }
    dialect_put(w, "<|im_start|>assistant");
    if (text.len) {
        dialect_put(w, "\n");
        dialect_data(w, text);
    }
    for (size_t i = 0; i < n; i++) {
        dialect_put(w, "\n");
        chatml_call(w, &calls[i]);
    }
    dialect_put(w, "<|im_end|>\n");
}

static void qwen25_open(struct dialect_writer *w) {
    dialect_put(w, "<|im_start|>assistant\n");
}

const struct dialect dialect_qwen25 = {
    .name = "qwen2.5",
    .needs = {"<|im_start|>", "<tool_call>", "<tool_response>"},
    .lacks = {"<think>", "<function=", "FunctionCall"},
    .calls = CHATML_CALLS("<|im_end|>"),
    .markers = {CHATML_MARKERS},
    .turn_after = "\n",
    .begin = qwen25_begin,
    .user = chatml_user,
    .assistant = qwen25_assistant,
    .results = chatml_results,
    .open = qwen25_open,
};
