/* deepseek-v4: as V3.2 with the block named tool_calls, and with results as a user turn; everything
 * between two turns of the model is one user turn. */
#include "model/dialects/dsml.h"
#include "runtime/base/asset.h"

ASSET_DECLARE(model_dialects_deepseek_v4_tools_txt);

static void v4_tools(struct dialect_writer *w) {
    const cJSON *tool;
    cJSON_ArrayForEach(tool, w->tools) {
        dialect_json(w, dialect_function(tool));
        if (tool->next)
            dialect_put(w, "\n");
    }
}

static void v4_begin(struct dialect_writer *w, struct str system) {
    dsml_begin(w, system, ASSET(model_dialects_deepseek_v4_tools_txt), v4_tools);
}

static void v4_user_part(struct dialect_writer *w) {
    bool inside = w->previous == EVENT_USER || w->previous == EVENT_RESULTS;
    dialect_put(w, inside ? "\n\n" : DEEPSEEK_USER);
}

static void v4_user(struct dialect_writer *w, struct str text) {
    v4_user_part(w);
    dialect_data(w, text);
}

static void v4_open(struct dialect_writer *w) {
    dialect_put(w, DEEPSEEK_ASSISTANT "</think>");
}

static void v4_assistant(struct dialect_writer *w, struct str text,
                         const struct dialect_call *calls, size_t n) {
    v4_open(w);
    dialect_data(w, text);
    dsml_calls(w, "tool_calls", calls, n);
    dialect_put(w, DEEPSEEK_EOS);
}

static void v4_results(struct dialect_writer *w, const struct model_result *results, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (i)
            dialect_put(w, "\n\n");
        else
            v4_user_part(w);
        dialect_put(w, "<tool_result>");
        dialect_data(w, results[i].text);
        dialect_put(w, "</tool_result>");
    }
}

const struct dialect dialect_deepseek_v4 = {
    .name = "deepseek-v4",
    .needs = {"DSML", "tool_calls"},
    .lacks = {"function_calls"},
    .calls = DSML_CALLS("tool_calls"),
    .markers = {DEEPSEEK_BOS, DEEPSEEK_EOS, DEEPSEEK_USER, DEEPSEEK_ASSISTANT, DSML,
                "<tool_result>", "</tool_result>", "<think>", "</think>"},
    .turn_after = "",
    .begin = v4_begin,
    .user = v4_user,
    .assistant = v4_assistant,
    .results = v4_results,
    .open = v4_open,
};
