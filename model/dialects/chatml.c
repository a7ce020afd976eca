/* The parts that ChatML families share (Hermes, Qwen, LFM2). Not a dialect by itself. */
#include "model/dialects/chatml.h"

void chatml_turn(struct dialect_writer *w, const char *role, struct str text) {
    dialect_put(w, "<|im_start|>");
    dialect_put(w, role);
    dialect_put(w, "\n");
    dialect_data(w, text);
    dialect_put(w, "<|im_end|>\n");
}

void chatml_user(struct dialect_writer *w, struct str text) {
    chatml_turn(w, "user", text);
}

void chatml_call(struct dialect_writer *w, const struct dialect_call *call) {
    dialect_put(w, "<tool_call>\n{\"name\": \"");
    dialect_data(w, str_from(call->name));
    dialect_put(w, "\", \"arguments\": ");
    dialect_json(w, call->arguments);
    dialect_put(w, "}\n</tool_call>");
}

void chatml_tools(struct dialect_writer *w) {
    const cJSON *tool;
    cJSON_ArrayForEach(tool, w->tools) {
        dialect_put(w, "\n");
        dialect_json(w, tool);
    }
}

void chatml_results(struct dialect_writer *w, const struct model_result *results, size_t n) {
    dialect_put(w, "<|im_start|>user");
    for (size_t i = 0; i < n; i++) {
        dialect_put(w, "\n<tool_response>\n");
        dialect_data(w, results[i].text);
        dialect_put(w, "\n</tool_response>");
    }
    dialect_put(w, "<|im_end|>\n");
}
