/* deepseek-v3.2: DSML calls, results in a <function_results> block behind which the model goes on
 * in the same turn. The opening without thinking differs from what the template puts into past
 * turns; what we append keeps what the model saw. */
#include "model/dialects/dsml.h"
#include "runtime/base/asset.h"

ASSET_DECLARE(model_dialects_deepseek_v32_tools_txt);

static void v32_tools(struct dialect_writer *w) {
    const cJSON *tool;
    cJSON_ArrayForEach(tool, w->tools) {
        dialect_put(w, "\n");
        dialect_json(w, dialect_function(tool));
    }
}

static void v32_begin(struct dialect_writer *w, struct str system) {
    dsml_begin(w, system, ASSET(model_dialects_deepseek_v32_tools_txt), v32_tools);
}

static void v32_user(struct dialect_writer *w, struct str text) {
    dialect_put(w, DEEPSEEK_USER);
    dialect_data(w, text);
    if (w->next != EVENT_NONE)
        dialect_put(w, DEEPSEEK_ASSISTANT "</think>");
}

static void v32_assistant(struct dialect_writer *w, struct str text,
                          const struct dialect_call *calls, size_t n) {
    dialect_data(w, text);
    dsml_calls(w, "function_calls", calls, n);
    dialect_put(w, DEEPSEEK_EOS);
}

static void v32_results(struct dialect_writer *w, const struct model_result *results, size_t n) {
    dialect_put(w, "\n\n<function_results>");
    for (size_t i = 0; i < n; i++) {
        dialect_put(w, "\n<result>");
        dialect_data(w, results[i].text);
        dialect_put(w, "</result>");
    }
    dialect_put(w, "\n</function_results>");
    if (w->next != EVENT_NONE)
        dialect_put(w, "\n\n</think>");
}

static void v32_open(struct dialect_writer *w) {
    dialect_put(w, w->previous == EVENT_RESULTS ? "\n\n<think></think>"
                                                : DEEPSEEK_ASSISTANT "<think></think>");
}

const struct dialect dialect_deepseek_v32 = {
    .name = "deepseek-v3.2",
    .needs = {"DSML", "function_calls"},
    .calls = DSML_CALLS("function_calls"),
    .markers = {DEEPSEEK_BOS, DEEPSEEK_EOS, DEEPSEEK_USER, DEEPSEEK_ASSISTANT, DSML,
                "<function_results>", "</function_results>", "<result>", "</result>", "<think>",
                "</think>"},
    .turn_after = "",
    .begin = v32_begin,
    .user = v32_user,
    .assistant = v32_assistant,
    .results = v32_results,
    .open = v32_open,
};
