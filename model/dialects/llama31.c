/* llama-3.1: a turn is either text or one call, which is the whole turn and has no marker: a JSON
 * object from the first byte. The template declares tools in the first user turn; live, where the
 * tools come before any user text, it is told to put them into the system turn, as it can. */
#include "model/dialect.h"
#include "runtime/base/asset.h"

ASSET_DECLARE(model_dialects_llama31_tools_txt);
ASSET_DECLARE(model_dialects_llama31_tools_system_txt);

static void llama31_header(struct dialect_writer *w, const char *role) {
    dialect_put(w, "<|start_header_id|>");
    dialect_put(w, role);
    dialect_put(w, "<|end_header_id|>\n\n");
}

static void llama31_tools(struct dialect_writer *w) {
    const cJSON *tool;
    cJSON_ArrayForEach(tool, w->tools) {
        dialect_json_indent(w, tool, 4);
        dialect_put(w, "\n\n");
    }
}

static void llama31_begin(struct dialect_writer *w, struct str system) {
    dialect_put(w, w->bos);
    llama31_header(w, "system");
    if (w->tools)
        dialect_put(w, "Environment: ipython\n");
    dialect_put(w, "Cutting Knowledge Date: December 2023\nToday Date: 26 Jul 2024\n\n");
    if (w->tools && w->live)
        dialect_put_around(w, ASSET(model_dialects_llama31_tools_system_txt), llama31_tools);
    dialect_data(w, dialect_trim(system));
    dialect_put(w, "<|eot_id|>");
}

static void llama31_user(struct dialect_writer *w, struct str text) {
    llama31_header(w, "user");
    if (w->tools && !w->live && w->first_user)
        dialect_put_around(w, ASSET(model_dialects_llama31_tools_txt), llama31_tools);
    dialect_data(w, dialect_trim(text));
    dialect_put(w, "<|eot_id|>");
}

static void llama31_assistant(struct dialect_writer *w, struct str text,
                              const struct dialect_call *calls, size_t n) {
    llama31_header(w, "assistant");
    if (n) {
        dialect_put(w, "{\"name\": \"");
        dialect_data(w, str_from(calls[0].name));
        dialect_put(w, "\", \"parameters\": ");
        dialect_json(w, calls[0].arguments);
        dialect_put(w, "}");
    } else {
        dialect_data(w, dialect_trim(text));
    }
    dialect_put(w, "<|eot_id|>");
}

static void llama31_results(struct dialect_writer *w, const struct model_result *results,
                            size_t n) {
    for (size_t i = 0; i < n; i++) {
        llama31_header(w, "ipython");
        dialect_json_text(w, results[i].text);
        dialect_put(w, "<|eot_id|>");
    }
}

static void llama31_open(struct dialect_writer *w) {
    llama31_header(w, "assistant");
}

const struct dialect dialect_llama31 = {
    .name = "llama-3.1",
    .needs = {"<|start_header_id|>", "ipython"},
    .calls = {.style = DIALECT_JSON,
              .trigger = "{\"name\": \"",
              .trigger_first = true,
              .section_open = "",
              .call_open = "{\"name\": \"",
              .name_close = "\", \"parameters\": ",
              .call_close = "}",
              .separator = "",
              .section_close = "",
              .turn_end = "<|eot_id|>",
              .comma = ", ",
              .colon = ": "},
    .markers = {"<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>",
                "<|eom_id|>", "<|end_of_text|>", "<|python_tag|>"},
    .turn_after = "",
    .begin = llama31_begin,
    .user = llama31_user,
    .assistant = llama31_assistant,
    .results = llama31_results,
    .open = llama31_open,
};
