/* deepseek-v3.1: markers are control tokens; after results the model goes on without a new
 * assistant marker. The vendor's template leaves declaring the tools to the caller; live, they are
 * put behind the system text in the form of the model's card. */
#include "model/dialects/deepseek.h"
#include "runtime/base/asset.h"

ASSET_DECLARE(model_dialects_deepseek_v31_tools_txt);

#define OPEN MARK("Assistant") "<think></think>"

static void v31_tools(struct dialect_writer *w) {
    const cJSON *tool;
    cJSON_ArrayForEach(tool, w->tools) {
        const cJSON *f = dialect_function(tool);
        const cJSON *name = cJSON_GetObjectItemCaseSensitive(f, "name");
        const cJSON *description = cJSON_GetObjectItemCaseSensitive(f, "description");
        dialect_put(w, "\n### ");
        dialect_data(w, str_from(cJSON_GetStringValue(name)));
        dialect_put(w, "\nDescription: ");
        dialect_data(w, str_from(cJSON_GetStringValue(description)));
        dialect_put(w, "\n\nParameters: ");
        dialect_json(w, cJSON_GetObjectItemCaseSensitive(f, "parameters"));
        dialect_put(w, "\n");
    }
}

static void v31_begin(struct dialect_writer *w, struct str system) {
    dialect_put(w, w->bos);
    dialect_data(w, system);
    if (w->tools && w->live) {
        if (system.len)
            dialect_put(w, "\n\n");
        dialect_put_around(w, ASSET(model_dialects_deepseek_v31_tools_txt), v31_tools);
    }
}

static void v31_user(struct dialect_writer *w, struct str text) {
    dialect_put(w, MARK("User"));
    dialect_data(w, text);
}

static void v31_assistant(struct dialect_writer *w, struct str text,
                          const struct dialect_call *calls, size_t n) {
    if (w->previous == EVENT_USER)
        dialect_put(w, OPEN);
    size_t think =
        n || w->previous == EVENT_RESULTS ? SIZE_MAX : str_find(text, STR("</think>"), 0);
    if (think != SIZE_MAX)
        text = str_slice(text, think + strlen("</think>"), text.len);
    dialect_data(w, text);
    for (size_t i = 0; i < n; i++) {
        dialect_put(w, i ? CALL_BEGIN : CALLS_BEGIN CALL_BEGIN);
        dialect_data(w, str_from(calls[i].name));
        dialect_put(w, SEP);
        dialect_json(w, calls[i].arguments);
        dialect_put(w, CALL_END);
    }
    dialect_put(w, n ? CALLS_END EOS : EOS);
}

static void v31_results(struct dialect_writer *w, const struct model_result *results, size_t n) {
    for (size_t i = 0; i < n; i++) {
        dialect_put(w, OUTPUT_BEGIN);
        dialect_data(w, results[i].text);
        dialect_put(w, OUTPUT_END);
    }
}

static void v31_open(struct dialect_writer *w) {
    if (w->previous == EVENT_USER)
        dialect_put(w, OPEN);
}

const struct dialect dialect_deepseek_v31 = {
    .name = "deepseek-v3.1",
    .needs = {CALLS_BEGIN, SEP},
    .lacks = {"```json"},
    .calls = {.style = DIALECT_JSON,
              .trigger = CALLS_BEGIN,
              .several = true,
              .section_open = CALLS_BEGIN,
              .call_open = CALL_BEGIN,
              .name_close = SEP,
              .call_close = CALL_END,
              .separator = "",
              .section_close = CALLS_END,
              .turn_end = EOS,
              .comma = ", ",
              .colon = ": "},
    .markers = {MARK("begin" _ "of" _ "sentence"), EOS, MARK("User"), MARK("Assistant"),
                CALLS_BEGIN, CALLS_END, CALL_BEGIN, CALL_END, SEP, OUTPUT_BEGIN, OUTPUT_END,
                OUTPUTS_BEGIN, OUTPUTS_END, "<think>", "</think>"},
    .turn_after = "",
    .begin = v31_begin,
    .user = v31_user,
    .assistant = v31_assistant,
    .results = v31_results,
    .open = v31_open,
};
