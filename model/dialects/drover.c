/* drover: the dialect of the shipped model (model/mini/contract.json). Every marker is a control
 * token, JSON is compact, tools are not declared: the model was trained with them. */
#include "model/dialect.h"

static void drover_begin(struct dialect_writer *w, struct str system) {
    dialect_put(w, "<|begin|>");
    if (system.ptr) {
        dialect_put(w, "<|system|>");
        dialect_data(w, system);
        dialect_put(w, "<|end|>");
    }
}

static void drover_user(struct dialect_writer *w, struct str text) {
    dialect_put(w, "<|user|>");
    dialect_data(w, text);
    dialect_put(w, "<|end|>");
}

static void drover_assistant(struct dialect_writer *w, struct str text,
                             const struct dialect_call *calls, size_t n) {
    dialect_put(w, "<|assistant|>");
    dialect_data(w, text);
    for (size_t i = 0; i < n; i++) {
        dialect_put(w, "<|call|>{\"name\":\"");
        dialect_data(w, str_from(calls[i].name));
        dialect_put(w, "\",\"arguments\":");
        dialect_json_compact(w, calls[i].arguments);
        dialect_put(w, "}<|endcall|>");
    }
    dialect_put(w, "<|end|>");
}

static void drover_results(struct dialect_writer *w, const struct model_result *results, size_t n) {
    for (size_t i = 0; i < n; i++) {
        dialect_put(w, "<|tool|>");
        dialect_data(w, results[i].text);
        dialect_put(w, "<|end|>");
    }
}

static void drover_open(struct dialect_writer *w) {
    dialect_put(w, "<|assistant|>");
}

const struct dialect dialect_drover = {
    .name = "drover",
    .needs = {"<|endcall|>"},
    .calls = {.style = DIALECT_JSON,
              .trigger = "<|call|>",
              .several = true,
              .section_open = "",
              .call_open = "<|call|>{\"name\":\"",
              .name_close = "\",\"arguments\":",
              .call_close = "}<|endcall|>",
              .separator = "",
              .section_close = "",
              .turn_end = "<|end|>",
              .comma = ",",
              .colon = ":"},
    .markers = {"<|begin|>", "<|end|>", "<|system|>", "<|user|>", "<|assistant|>", "<|tool|>",
                "<|call|>", "<|endcall|>"},
    .turn_after = "",
    .begin = drover_begin,
    .user = drover_user,
    .assistant = drover_assistant,
    .results = drover_results,
    .open = drover_open,
};
