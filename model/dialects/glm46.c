/* glm-4.6: a turn ends where the next begins. Thinking is switched off in every user text and by an
 * empty block in every turn of the model. */
#include "model/dialect.h"
#include "runtime/base/asset.h"

ASSET_DECLARE(model_dialects_glm46_tools_txt);

static void glm46_tools(struct dialect_writer *w) {
    const cJSON *tool;
    cJSON_ArrayForEach(tool, w->tools) {
        dialect_put(w, "\n");
        dialect_json(w, tool);
    }
}

static void glm46_begin(struct dialect_writer *w, struct str system) {
    dialect_put(w, "[gMASK]<sop>");
    if (w->tools) {
        dialect_put(w, "<|system|>\n");
        dialect_put_around(w, ASSET(model_dialects_glm46_tools_txt), glm46_tools);
    }
    if (system.ptr) {
        dialect_put(w, "<|system|>\n");
        dialect_data(w, system);
    }
}

static void glm46_user(struct dialect_writer *w, struct str text) {
    dialect_put(w, "<|user|>\n");
    dialect_data(w, text);
    if (!str_ends(text, STR("/nothink")))
        dialect_put(w, "/nothink");
}

static void glm46_open(struct dialect_writer *w) {
    dialect_put(w, "<|assistant|>\n<think></think>");
}

static void glm46_assistant(struct dialect_writer *w, struct str text,
                            const struct dialect_call *calls, size_t n) {
    glm46_open(w);
    text = dialect_trim(dialect_after_think(text));
    if (text.len) {
        dialect_put(w, "\n");
        dialect_data(w, text);
    }
    for (size_t i = 0; i < n; i++) {
        dialect_put(w, "\n<tool_call>");
        dialect_data(w, str_from(calls[i].name));
        dialect_put(w, "\n");
        for (const cJSON *a = calls[i].arguments->child; a; a = a->next) {
            dialect_put(w, "<arg_key>");
            dialect_data(w, str_from(a->string));
            dialect_put(w, "</arg_key>\n<arg_value>");
            if (cJSON_IsString(a))
                dialect_data(w, str_from(a->valuestring));
            else
                dialect_json(w, a);
            dialect_put(w, "</arg_value>\n");
        }
        dialect_put(w, "</tool_call>");
    }
}

static void glm46_results(struct dialect_writer *w, const struct model_result *results, size_t n) {
    if (!w->live) /* live, the model ended its turn with it */
        dialect_put(w, "<|observation|>");
    for (size_t i = 0; i < n; i++) {
        dialect_put(w, "\n<tool_response>\n");
        dialect_data(w, results[i].text);
        dialect_put(w, "\n</tool_response>");
    }
}

const struct dialect dialect_glm46 = {
    .name = "glm-4.6",
    .needs = {"[gMASK]", "<arg_key>", "/nothink"},
    .calls = {.style = DIALECT_RAW,
              .trigger = "<tool_call>",
              .several = true,
              .section_open = "",
              .call_open = "<tool_call>",
              .name_close = "\n",
              .call_close = "</tool_call>",
              .separator = "\n",
              .section_close = "",
              .turn_end = "<|observation|>",
              .comma = ", ",
              .colon = ": ",
              .key_open = "<arg_key>",
              .key_close_string = "</arg_key>\n<arg_value>",
              .key_close_json = "</arg_key>\n<arg_value>",
              .value_close = "</arg_value>\n"},
    .markers = {"[gMASK]", "<sop>", "<|system|>", "<|user|>", "<|assistant|>", "<|observation|>",
                "<|endoftext|>", "<tool_call>", "</tool_call>", "<tool_response>",
                "</tool_response>", "<arg_key>", "</arg_key>", "<arg_value>", "</arg_value>",
                "<think>", "</think>"},
    .turn_after = "",
    .begin = glm46_begin,
    .user = glm46_user,
    .assistant = glm46_assistant,
    .results = glm46_results,
    .open = glm46_open,
};
