/* hermes: Hermes 2 Pro and its descendants (ChatML with the tools template). The declaration turns
 * each schema into a Python signature; a past turn with calls keeps no text; results are in turns
 * of role tool, without a newline after the turn. The last result of a conversation lacks the
 * newline that it gets once something follows: live, results are always last. */
#include "model/dialects/chatml.h"
#include "runtime/base/asset.h"

ASSET_DECLARE(model_dialects_hermes_tools_txt);

/* The template's name for a schema's type. Its array case asks a list for a type, which gives a
 * union of nothing. */
static void hermes_type(struct dialect_writer *w, const cJSON *schema, int depth) {
    static const char *const names[][2] = {
        {"string", "str"}, {"number", "float"}, {"integer", "int"}, {"boolean", "bool"}};
    const cJSON *type = cJSON_GetObjectItemCaseSensitive(schema, "type");
    const char *name = cJSON_IsString(type) ? type->valuestring : "";
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (strcmp(name, names[i][0]) == 0) {
            dialect_put(w, names[i][1]);
            return;
        }
    }
    const cJSON *values = cJSON_GetObjectItemCaseSensitive(schema, "additionalProperties");
    if (strcmp(name, "array") == 0) {
        dialect_put(w, "list[Union[]]");
    } else if (strcmp(name, "object") == 0 && values && depth < JSON_DEPTH_MAX) {
        dialect_put(w, "dict[str, ");
        hermes_type(w, values, depth + 1);
        dialect_put(w, "]");
    } else if (strcmp(name, "object") == 0) {
        dialect_put(w, "dict");
    } else if (cJSON_IsArray(type)) {
        dialect_put(w, "Union[");
        for (const cJSON *t = type->child; t; t = t->next) {
            const char *known = NULL;
            for (size_t i = 0; i < ARRAY_LEN(names) && cJSON_IsString(t); i++)
                if (strcmp(t->valuestring, names[i][0]) == 0)
                    known = names[i][1];
            if (!known && cJSON_IsString(t) && strcmp(t->valuestring, "object") == 0)
                known = "dict";
            if (!known && cJSON_IsString(t) && strcmp(t->valuestring, "array") == 0)
                known = "list[Union[]]";
            dialect_put(w, known ? known : "Union[]");
            if (t->next)
                dialect_put(w, ",");
        }
        dialect_put(w, "]");
    } else {
        dialect_put(w, "Union[]");
    }
}

static void hermes_signature(struct dialect_writer *w, const cJSON *function, const cJSON *props) {
    struct str name =
        str_from(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(function, "name")));
    dialect_put(w, "{\"type\": \"function\", \"function\": {\"name\": \"");
    dialect_data(w, name);
    dialect_put(w, "\", \"description\": \"");
    dialect_data(w, name);
    dialect_put(w, "(");
    for (const cJSON *p = props ? props->child : NULL; p; p = p->next) {
        dialect_data(w, str_from(p->string));
        dialect_put(w, ": ");
        hermes_type(w, p, 0);
        if (p->next)
            dialect_put(w, ", ");
    }
    dialect_put(w, ") - ");
    dialect_data(w, str_from(cJSON_GetStringValue(
                        cJSON_GetObjectItemCaseSensitive(function, "description"))));
    dialect_put(w, "\n\n");
}

static void hermes_tools(struct dialect_writer *w) {
    const cJSON *tool;
    cJSON_ArrayForEach(tool, w->tools) {
        const cJSON *function = dialect_function(tool);
        const cJSON *parameters = cJSON_GetObjectItemCaseSensitive(function, "parameters");
        const cJSON *props = cJSON_GetObjectItemCaseSensitive(parameters, "properties");
        hermes_signature(w, function, props);
        if (props && props->child)
            dialect_put(w, "    Args:\n");
        for (const cJSON *p = props ? props->child : NULL; p; p = p->next) {
            dialect_put(w, "        ");
            dialect_data(w, str_from(p->string));
            dialect_put(w, "(");
            hermes_type(w, p, 0);
            dialect_put(w, "): ");
            dialect_data(w, dialect_trim(str_from(cJSON_GetStringValue(
                                cJSON_GetObjectItemCaseSensitive(p, "description")))));
        }
        dialect_put(w, "\", \"parameters\": ");
        if (props && props->child)
            dialect_json(w, parameters);
        else
            dialect_put(w, "{}");
        dialect_put(w, tool->next ? "}\n" : "}");
    }
}

static void hermes_begin(struct dialect_writer *w, struct str system) {
    dialect_put(w, w->bos);
    if (w->tools) {
        dialect_put(w, "<|im_start|>system\n");
        dialect_put_around(w, ASSET(model_dialects_hermes_tools_txt), hermes_tools);
        dialect_put(w, "<|im_end|>\n");
    }
    if (system.ptr)
        chatml_turn(w, "system", system);
}

static void hermes_assistant(struct dialect_writer *w, struct str text,
                             const struct dialect_call *calls, size_t n) {
    if (n == 0) {
        chatml_turn(w, "assistant", text);
        return;
    }
    dialect_put(w, "<|im_start|>assistant");
    for (size_t i = 0; i < n; i++) {
        dialect_put(w, "\n");
        chatml_call(w, &calls[i]);
    }
    dialect_put(w, "<|im_end|>\n");
}

static void hermes_results(struct dialect_writer *w, const struct model_result *results, size_t n) {
    dialect_put(w, "<|im_start|>tool\n");
    for (size_t i = 0; i < n; i++) {
        dialect_put(w, "<tool_response>\n");
        dialect_data(w, results[i].text);
        dialect_put(w, i + 1 < n || w->next != EVENT_NONE ? "\n</tool_response>\n"
                                                          : "\n</tool_response>");
    }
    dialect_put(w, "<|im_end|>");
}

static void hermes_open(struct dialect_writer *w) {
    dialect_put(w, "<|im_start|>assistant\n");
}

const struct dialect dialect_hermes = {
    .name = "hermes",
    .needs = {"<|im_start|>", "<tool_call>", "FunctionCall"},
    .calls = CHATML_CALLS("<|im_end|>"),
    .markers = {CHATML_MARKERS},
    .turn_after = "\n",
    .begin = hermes_begin,
    .user = chatml_user,
    .assistant = hermes_assistant,
    .results = hermes_results,
    .open = hermes_open,
};
