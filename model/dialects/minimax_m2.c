/* minimax-m2: turns between ]~b]ROLE and [e~[, calls as XML with raw values. The model always
 * thinks: its turn is opened inside a <think> block, which past turns lose. */
#include "model/dialect.h"
#include "runtime/base/asset.h"

ASSET_DECLARE(model_dialects_minimax_m2_tools_txt);

static void minimax_tools(struct dialect_writer *w) {
    const cJSON *tool;
    cJSON_ArrayForEach(tool, w->tools) {
        dialect_put(w, "\n<tool>");
        dialect_json(w, dialect_function(tool));
        dialect_put(w, "</tool>");
    }
}

static void minimax_begin(struct dialect_writer *w, struct str system) {
    dialect_put(w, "]~!b[]~b]system\n");
    if (system.len)
        dialect_data(w, system);
    else
        dialect_put(w, "You are a helpful assistant.");
    if (w->tools) {
        dialect_put(w, "\n\n");
        dialect_put_around(w, ASSET(model_dialects_minimax_m2_tools_txt), minimax_tools);
    }
    dialect_put(w, "[e~[\n");
}

static void minimax_user(struct dialect_writer *w, struct str text) {
    dialect_put(w, "]~b]user\n");
    dialect_data(w, text);
    dialect_put(w, "[e~[\n");
}

static struct str minimax_content(struct str text) {
    struct str after = dialect_after_think(text);
    if (after.len == text.len)
        return text;
    after = dialect_trim_newlines(after);
    while (after.len && after.ptr[after.len - 1] == '\n')
        after.len--;
    return after;
}

static void minimax_assistant(struct dialect_writer *w, struct str text,
                              const struct dialect_call *calls, size_t n) {
    dialect_put(w, "]~b]ai\n");
    dialect_data(w, minimax_content(text));
    if (n)
        dialect_put(w, "\n<minimax:tool_call>\n");
    for (size_t i = 0; i < n; i++) {
        dialect_put(w, "<invoke name=\"");
        dialect_data(w, str_from(calls[i].name));
        dialect_put(w, "\">\n");
        for (const cJSON *a = calls[i].arguments->child; a; a = a->next) {
            dialect_put(w, "<parameter name=\"");
            dialect_data(w, str_from(a->string));
            dialect_put(w, "\">");
            if (cJSON_IsString(a))
                dialect_data(w, str_from(a->valuestring));
            else
                dialect_json(w, a);
            dialect_put(w, "</parameter>\n");
        }
        dialect_put(w, "</invoke>\n");
    }
    dialect_put(w, n ? "</minimax:tool_call>[e~[\n" : "[e~[\n");
}

static void minimax_results(struct dialect_writer *w, const struct model_result *results,
                            size_t n) {
    dialect_put(w, "]~b]tool");
    for (size_t i = 0; i < n; i++) {
        dialect_put(w, "\n<response>");
        dialect_data(w, results[i].text);
        dialect_put(w, "</response>");
    }
    dialect_put(w, "[e~[\n");
}

static void minimax_open(struct dialect_writer *w) {
    dialect_put(w, "]~b]ai\n<think>\n");
}

const struct dialect dialect_minimax_m2 = {
    .name = "minimax-m2",
    .needs = {"<minimax:tool_call>", "]~b]"},
    .calls = {.style = DIALECT_RAW,
              .trigger = "<minimax:tool_call>",
              .several = true,
              .section_open = "<minimax:tool_call>\n",
              .call_open = "<invoke name=\"",
              .name_close = "\">\n",
              .call_close = "</invoke>\n",
              .separator = "",
              .section_close = "</minimax:tool_call>",
              .turn_end = "[e~[",
              .comma = ", ",
              .colon = ": ",
              .key_open = "<parameter name=\"",
              .key_close_string = "\">",
              .key_close_json = "\">",
              .value_close = "</parameter>\n"},
    .markers = {"]~!b[", "]~b]", "[e~[", "<minimax:tool_call>", "</minimax:tool_call>",
                "<response>", "</response>", "</parameter>", "<think>", "</think>"},
    .turn_after = "\n",
    .begin = minimax_begin,
    .user = minimax_user,
    .assistant = minimax_assistant,
    .results = minimax_results,
    .open = minimax_open,
};
