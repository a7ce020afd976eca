/* lfm2: ChatML with the tools as a list in the system turn. The template drops calls from past
 * turns; live nothing is rendered again. Calls are written as a JSON list between two control
 * tokens. */
#include "model/dialects/chatml.h"

static void lfm2_begin(struct dialect_writer *w, struct str system) {
    dialect_put(w, w->bos);
    if (!system.len && !w->tools)
        return;
    dialect_put(w, "<|im_start|>system\n");
    dialect_data(w, system);
    if (w->tools) {
        dialect_put(w, system.len ? "\nList of tools: <|tool_list_start|>"
                                  : "List of tools: <|tool_list_start|>");
        dialect_json(w, w->tools);
        dialect_put(w, "<|tool_list_end|>");
    }
    dialect_put(w, "<|im_end|>\n");
}

static void lfm2_assistant(struct dialect_writer *w, struct str text,
                           const struct dialect_call *calls, size_t n) {
    (void)calls;
    (void)n;
    chatml_turn(w, "assistant", text);
}

static void lfm2_results(struct dialect_writer *w, const struct model_result *results, size_t n) {
    for (size_t i = 0; i < n; i++) {
        dialect_put(w, "<|im_start|>tool\n<|tool_response_start|>");
        dialect_data(w, results[i].text);
        dialect_put(w, "<|tool_response_end|><|im_end|>\n");
    }
}

static void lfm2_open(struct dialect_writer *w) {
    dialect_put(w, "<|im_start|>assistant\n");
}

const struct dialect dialect_lfm2 = {
    .name = "lfm2",
    .needs = {"<|im_start|>", "<|tool_list_start|>"},
    .calls = {.style = DIALECT_JSON,
              .trigger = "<|tool_call_start|>",
              .several = true,
              .section_open = "<|tool_call_start|>[",
              .call_open = "{\"name\": \"",
              .name_close = "\", \"arguments\": ",
              .call_close = "}",
              .separator = ", ",
              .section_close = "]<|tool_call_end|>",
              .turn_end = "<|im_end|>",
              .comma = ", ",
              .colon = ": "},
    .markers = {"<|im_start|>", "<|im_end|>", "<|startoftext|>", "<|endoftext|>",
                "<|tool_list_start|>", "<|tool_list_end|>", "<|tool_call_start|>",
                "<|tool_call_end|>", "<|tool_response_start|>", "<|tool_response_end|>"},
    .turn_after = "\n",
    .begin = lfm2_begin,
    .user = chatml_user,
    .assistant = lfm2_assistant,
    .results = lfm2_results,
    .open = lfm2_open,
};
