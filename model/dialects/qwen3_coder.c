/* qwen3-coder: ChatML whose calls are XML with raw values, and whose declaration is nested XML. */
#include "model/dialects/chatml.h"
#include "runtime/base/asset.h"

ASSET_DECLARE(model_dialects_qwen3_coder_tools_txt);

/* As Python's str(): JSON for lists and objects, True and None for others. */
static void coder_value(struct dialect_writer *w, const cJSON *v) {
    if (cJSON_IsString(v))
        dialect_data(w, str_from(v->valuestring));
    else if (cJSON_IsBool(v))
        dialect_data(w, str_from(cJSON_IsTrue(v) ? "True" : "False"));
    else if (cJSON_IsNull(v))
        dialect_data(w, STR("None"));
    else
        dialect_json(w, v);
}

static void coder_tag(struct dialect_writer *w, const char *tag, struct str text) {
    dialect_put(w, "\n<");
    dialect_put(w, tag);
    dialect_put(w, ">");
    dialect_data(w, text);
    dialect_put(w, "</");
    dialect_put(w, tag);
    dialect_put(w, ">");
}

/* Every key that has no place of its own becomes a tag. */
static void coder_extra(struct dialect_writer *w, const cJSON *object, const char *const *handled) {
    for (const cJSON *v = object ? object->child : NULL; v; v = v->next) {
        bool known = str_starts(str_from(v->string), STR("x-drover-"));
        for (size_t i = 0; handled[i]; i++)
            known = known || strcmp(v->string, handled[i]) == 0;
        if (known)
            continue;
        dialect_put(w, "\n<");
        dialect_data(w, str_from(v->string));
        dialect_put(w, ">");
        coder_value(w, v);
        dialect_put(w, "</");
        dialect_data(w, str_from(v->string));
        dialect_put(w, ">");
    }
}

/* A list of types goes through Python's str(), which quotes with '. */
static void coder_type(struct dialect_writer *w, const cJSON *type) {
    if (!cJSON_IsArray(type)) {
        coder_value(w, type);
        return;
    }
    dialect_put(w, "[");
    const cJSON *t;
    cJSON_ArrayForEach(t, type) {
        dialect_put(w, t == type->child ? "'" : ", '");
        coder_value(w, t);
        dialect_put(w, "'");
    }
    dialect_put(w, "]");
}

static void coder_parameter(struct dialect_writer *w, const cJSON *p) {
    static const char *const handled[] = {"name", "type", "description", NULL};
    const cJSON *type = cJSON_GetObjectItemCaseSensitive(p, "type");
    const cJSON *description = cJSON_GetObjectItemCaseSensitive(p, "description");
    dialect_put(w, "\n<parameter>");
    coder_tag(w, "name", str_from(p->string));
    if (type) {
        dialect_put(w, "\n<type>");
        coder_type(w, type);
        dialect_put(w, "</type>");
    }
    if (cJSON_IsString(description))
        coder_tag(w, "description", dialect_trim(str_from(description->valuestring)));
    coder_extra(w, p, handled);
    dialect_put(w, "\n</parameter>");
}

static void coder_tools(struct dialect_writer *w) {
    static const char *const handled[] = {"type", "properties", NULL};
    static const char *const handled_tool[] = {"type", "name", "description", "parameters", NULL};
    const cJSON *tool;
    cJSON_ArrayForEach(tool, w->tools) {
        const cJSON *f = dialect_function(tool);
        const cJSON *parameters = cJSON_GetObjectItemCaseSensitive(f, "parameters");
        const cJSON *properties = cJSON_GetObjectItemCaseSensitive(parameters, "properties");
        const cJSON *description = cJSON_GetObjectItemCaseSensitive(f, "description");
        dialect_put(w, "\n<function>");
        coder_tag(w, "name",
                  str_from(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(f, "name"))));
        if (cJSON_IsString(description))
            coder_tag(w, "description", dialect_trim(str_from(description->valuestring)));
        dialect_put(w, "\n<parameters>");
        for (const cJSON *p = properties ? properties->child : NULL; p; p = p->next)
            coder_parameter(w, p);
        coder_extra(w, parameters, handled);
        dialect_put(w, "\n</parameters>");
        coder_extra(w, f, handled_tool);
        dialect_put(w, "\n</function>");
    }
}

static void coder_begin(struct dialect_writer *w, struct str system) {
    if (!system.ptr && !w->tools)
        return;
    dialect_put(w, "<|im_start|>system\n");
    if (system.ptr)
        dialect_data(w, system);
    else
        dialect_put(w, "You are Qwen, a helpful AI assistant that can interact with a computer to "
                       "solve tasks.");
    if (w->tools) {
        dialect_put(w, "\n\n");
        dialect_put_around(w, ASSET(model_dialects_qwen3_coder_tools_txt), coder_tools);
    }
    dialect_put(w, "<|im_end|>\n");
}

static void coder_assistant(struct dialect_writer *w, struct str text,
                            const struct dialect_call *calls, size_t n) {
    if (n == 0) {
        chatml_turn(w, "assistant", text);
        return;
    }
    dialect_put(w, "<|im_start|>assistant");
    text = dialect_trim(text);
    if (text.len) {
        dialect_put(w, "\n");
        dialect_data(w, text);
        dialect_put(w, "\n");
    }
    for (size_t i = 0; i < n; i++) {
        dialect_put(w, "\n<tool_call>\n<function=");
        dialect_data(w, str_from(calls[i].name));
        dialect_put(w, ">\n");
        for (const cJSON *a = calls[i].arguments->child; a; a = a->next) {
            dialect_put(w, "<parameter=");
            dialect_data(w, str_from(a->string));
            dialect_put(w, ">\n");
            coder_value(w, a);
            dialect_put(w, "\n</parameter>\n");
        }
        dialect_put(w, "</function>\n</tool_call>");
    }
    dialect_put(w, "<|im_end|>\n");
}

static void coder_results(struct dialect_writer *w, const struct model_result *results, size_t n) {
    dialect_put(w, "<|im_start|>user\n");
    for (size_t i = 0; i < n; i++) {
        dialect_put(w, "<tool_response>\n");
        dialect_data(w, results[i].text);
        dialect_put(w, "\n</tool_response>\n");
    }
    dialect_put(w, "<|im_end|>\n");
}

static void coder_open(struct dialect_writer *w) {
    dialect_put(w, "<|im_start|>assistant\n");
}

const struct dialect dialect_qwen3_coder = {
    .name = "qwen3-coder",
    .needs = {"<|im_start|>", "<function="},
    .lacks = {"<think>"},
    .calls = {.style = DIALECT_RAW,
              .trigger = "<tool_call>",
              .several = true,
              .section_open = "",
              .call_open = "<tool_call>\n<function=",
              .name_close = ">\n",
              .call_close = "</function>\n</tool_call>",
              .separator = "\n",
              .section_close = "",
              .turn_end = "<|im_end|>",
              .comma = ", ",
              .colon = ": ",
              .key_open = "<parameter=",
              .key_close_string = ">\n",
              .key_close_json = ">\n",
              .value_close = "\n</parameter>\n"},
    .markers = {CHATML_MARKERS, "<function=", "</function>", "</parameter>"},
    .turn_after = "\n",
    .begin = coder_begin,
    .user = chatml_user,
    .assistant = coder_assistant,
    .results = coder_results,
    .open = coder_open,
};
