/* The parts that the Kimi templates share. Not a dialect by itself. */
#include "model/dialects/kimi.h"

void kimi_begin(struct dialect_writer *w, struct str system, const char *after_default) {
    if (w->tools) {
        dialect_put(w, "<|im_system|>tool_declare<|im_middle|>");
        dialect_json(w, w->tools);
        dialect_put(w, "<|im_end|>");
    }
    dialect_put(w, "<|im_system|>system<|im_middle|>");
    if (system.ptr)
        dialect_data(w, system);
    else
        dialect_put(w, "You are Kimi, an AI assistant created by Moonshot AI.");
    dialect_put(w, "<|im_end|>");
    if (!system.ptr)
        dialect_put(w, after_default);
}

void kimi_user(struct dialect_writer *w, struct str text) {
    dialect_put(w, "<|im_user|>user<|im_middle|>");
    dialect_data(w, text);
    dialect_put(w, "<|im_end|>");
}

static void kimi_id(struct dialect_writer *w, struct str name, int index) {
    char number[16];
    snprintf(number, sizeof number, ":%d", index);
    dialect_put(w, "functions.");
    dialect_data(w, name);
    dialect_put(w, number);
}

void kimi_assistant(struct dialect_writer *w, struct str text, const char *thought,
                    const struct dialect_call *calls, size_t n) {
    kimi_open(w);
    dialect_put(w, thought);
    dialect_data(w, text);
    for (size_t i = 0; i < n; i++) {
        dialect_put(w,
                    i ? "<|tool_call_begin|>" : "<|tool_calls_section_begin|><|tool_call_begin|>");
        kimi_id(w, str_from(calls[i].name), calls[i].index);
        dialect_put(w, "<|tool_call_argument_begin|>");
        dialect_json(w, calls[i].arguments);
        dialect_put(w, "<|tool_call_end|>");
    }
    dialect_put(w, n ? "<|tool_calls_section_end|><|im_end|>" : "<|im_end|>");
}

void kimi_results(struct dialect_writer *w, const struct model_result *results, size_t n) {
    for (size_t i = 0; i < n; i++) {
        dialect_put(w, "<|im_system|>");
        dialect_data(w, results[i].name);
        dialect_put(w, "<|im_middle|>## Return of ");
        kimi_id(w, results[i].name, results[i].call_index);
        dialect_put(w, "\n");
        dialect_data(w, results[i].text);
        dialect_put(w, "<|im_end|>");
    }
}

void kimi_open(struct dialect_writer *w) {
    dialect_put(w, "<|im_assistant|>assistant<|im_middle|>");
}
