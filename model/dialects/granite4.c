/* granite-4: turns between <|start_of_role|>ROLE<|end_of_role|> and <|end_of_text|>, calls as in
 * Hermes. */
#include "model/dialects/chatml.h"
#include "runtime/base/asset.h"

ASSET_DECLARE(model_dialects_granite4_tools_txt);

static void granite_role(struct dialect_writer *w, const char *role) {
    dialect_put(w, "<|start_of_role|>");
    dialect_put(w, role);
    dialect_put(w, "<|end_of_role|>");
}

static void granite_begin(struct dialect_writer *w, struct str system) {
    granite_role(w, "system");
    if (system.ptr) {
        dialect_data(w, system);
        if (w->tools)
            dialect_put(w, "\n\n");
    }
    if (w->tools)
        dialect_put_around(w, ASSET(model_dialects_granite4_tools_txt), chatml_tools);
    else if (!system.len)
        dialect_put(w, "You are a helpful assistant. Please ensure responses are professional, "
                       "accurate, and safe.");
    dialect_put(w, "<|end_of_text|>\n");
}

static void granite_user(struct dialect_writer *w, struct str text) {
    granite_role(w, "user");
    dialect_data(w, text);
    dialect_put(w, "<|end_of_text|>\n");
}

static void granite_open(struct dialect_writer *w) {
    granite_role(w, "assistant");
}

static void granite_assistant(struct dialect_writer *w, struct str text,
                              const struct dialect_call *calls, size_t n) {
    granite_open(w);
    dialect_data(w, text);
    for (size_t i = 0; i < n; i++) {
        if (i || text.len)
            dialect_put(w, "\n");
        chatml_call(w, &calls[i]);
    }
    dialect_put(w, "<|end_of_text|>\n");
}

static void granite_results(struct dialect_writer *w, const struct model_result *results,
                            size_t n) {
    granite_role(w, "user");
    for (size_t i = 0; i < n; i++) {
        dialect_put(w, "\n<tool_response>\n");
        dialect_data(w, results[i].text);
        dialect_put(w, "\n</tool_response>");
    }
    dialect_put(w, "<|end_of_text|>\n");
}

const struct dialect dialect_granite4 = {
    .name = "granite-4",
    .needs = {"<|start_of_role|>", "<tool_call>"},
    .calls = CHATML_CALLS("<|end_of_text|>"),
    .markers = {"<|start_of_role|>", "<|end_of_role|>", "<|end_of_text|>", "<tool_call>",
                "</tool_call>", "<tool_response>", "</tool_response>"},
    .turn_after = "\n",
    .begin = granite_begin,
    .user = granite_user,
    .assistant = granite_assistant,
    .results = granite_results,
    .open = granite_open,
};
