/* deepseek-v3 (and V3-0324): see deepseek_v3.h. */
#include "model/dialects/deepseek_v3.h"
#include "runtime/base/asset.h"

ASSET_DECLARE(model_dialects_deepseek_v3_tools_txt);

static void v3_tools(struct dialect_writer *w) {
    const cJSON *tool;
    cJSON_ArrayForEach(tool, w->tools) {
        dialect_put(w, "\n");
        dialect_json(w, dialect_function(tool));
    }
}

void deepseek_v3_begin(struct dialect_writer *w, struct str system) {
    dialect_put(w, w->bos);
    dialect_data(w, system);
    if (w->tools && w->live) {
        if (system.len)
            dialect_put(w, "\n\n");
        dialect_put_around(w, ASSET(model_dialects_deepseek_v3_tools_txt), v3_tools);
    }
}

void deepseek_v3_user(struct dialect_writer *w, struct str text) {
    dialect_put(w, MARK("User"));
    dialect_data(w, text);
}

void deepseek_v3_assistant(struct dialect_writer *w, struct str text,
                           const struct dialect_call *calls, size_t n) {
    if (w->previous != EVENT_RESULTS)
        dialect_put(w, MARK("Assistant"));
    dialect_data(w, dialect_after_think(text));
    for (size_t i = 0; i < n; i++) {
        dialect_put(w, i ? "\n" CALL_OPEN : CALLS_BEGIN CALL_OPEN);
        dialect_data(w, str_from(calls[i].name));
        dialect_put(w, NAME_CLOSE);
        dialect_json(w, calls[i].arguments);
        dialect_put(w, CALL_CLOSE);
    }
    dialect_put(w, n ? CALLS_END EOS : EOS);
}

void deepseek_v3_results(struct dialect_writer *w, const struct model_result *results, size_t n) {
    for (size_t i = 0; i < n; i++) {
        dialect_put(w, i ? "\n" OUTPUT_BEGIN : OUTPUTS_BEGIN OUTPUT_BEGIN);
        dialect_data(w, results[i].text);
        dialect_put(w, OUTPUT_END);
    }
    dialect_put(w, OUTPUTS_END);
}

static void v3_open(struct dialect_writer *w) {
    if (w->previous == EVENT_USER)
        dialect_put(w, MARK("Assistant"));
}

const struct dialect dialect_deepseek_v3 = {
    .name = "deepseek-v3",
    .needs = {CALLS_BEGIN, SEP, "```json"},
    .lacks = {"<think>"},
    .calls = DEEPSEEK_V3_CALLS,
    .markers = {DEEPSEEK_V3_MARKERS},
    .turn_after = "",
    .begin = deepseek_v3_begin,
    .user = deepseek_v3_user,
    .assistant = deepseek_v3_assistant,
    .results = deepseek_v3_results,
    .open = v3_open,
};
