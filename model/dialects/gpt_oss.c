/* gpt-oss (harmony): a turn is a row of messages, each with a channel; tools are declared as
 * TypeScript in the developer message; a message makes at most one call, addressed to the tool.
 *
 * The template writes today's date. Here it is the date of the reference vectors, always: the text
 * before all agents' work is their shared prefix, and tokens must not depend on the day. */
#include "model/dialect.h"
#include "runtime/base/asset.h"

ASSET_DECLARE(model_dialects_gpt_oss_system_txt);

static const cJSON *member(const cJSON *object, const char *key) {
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

static const char *type_of(const cJSON *schema) {
    const char *type = cJSON_GetStringValue(member(schema, "type"));
    return type ? type : "";
}

static bool is_truthy(const cJSON *v) {
    if (!v || cJSON_IsNull(v) || cJSON_IsFalse(v))
        return false;
    if (cJSON_IsNumber(v))
        return v->valuedouble != 0;
    if (cJSON_IsString(v))
        return v->valuestring[0] != 0;
    return cJSON_IsTrue(v) || v->child;
}

static bool is_required(const cJSON *list, const char *name) {
    const cJSON *item;
    cJSON_ArrayForEach(item, list) {
        if (cJSON_IsString(item) && strcmp(item->valuestring, name) == 0)
            return true;
    }
    return false;
}

static void put_text(struct buf *b, const cJSON *v) {
    if (cJSON_IsString(v))
        buf_append_c(b, v->valuestring);
}

static void typescript(struct buf *b, const cJSON *schema, int depth);

static void typescript_array(struct buf *b, const cJSON *schema, int depth) {
    const cJSON *items = member(schema, "items");
    const char *type = type_of(items);
    if (!is_truthy(items)) {
        buf_append_c(b, "any[]");
    } else if (strcmp(type, "string") == 0 || strcmp(type, "boolean") == 0) {
        buf_printf(b, "%s[]", type);
    } else if (strcmp(type, "number") == 0 || strcmp(type, "integer") == 0) {
        buf_append_c(b, "number[]");
    } else {
        AUTO_BUF struct buf inner = BUF_INIT(JSON_BYTES_MAX);
        typescript(&inner, items, depth + 1);
        bool any = inner.len > 50 || str_equal_c(buf_str(&inner), "object | object");
        buf_append_c(b, any ? "any" : buf_cstr(&inner));
        buf_append_c(b, "[]");
    }
    if (is_truthy(member(schema, "nullable")))
        buf_append_c(b, " | null");
}

static void typescript_one_of(struct buf *b, const cJSON *list, int depth) {
    bool object = false;
    const cJSON *variant;
    cJSON_ArrayForEach(variant, list) {
        object = object || strcmp(type_of(variant), "object") == 0;
    }
    if (object && list->child->next) {
        buf_append_c(b, "any");
        return;
    }
    cJSON_ArrayForEach(variant, list) {
        typescript(b, variant, depth + 1);
        if (is_truthy(member(variant, "description"))) {
            buf_append_c(b, "// ");
            put_text(b, member(variant, "description"));
        }
        if (variant->next)
            buf_append_c(b, " | ");
    }
}

static void typescript_string(struct buf *b, const cJSON *schema) {
    const cJSON *list = member(schema, "enum"), *item;
    if (!is_truthy(list)) {
        buf_append_c(b, is_truthy(member(schema, "nullable")) ? "string | null" : "string");
        return;
    }
    cJSON_ArrayForEach(item, list) {
        buf_append_c(b, item == list->child ? "\"" : "\" | \"");
        put_text(b, item);
    }
    buf_append_c(b, "\"");
}

static void typescript_object(struct buf *b, const cJSON *schema, int depth) {
    const cJSON *properties = member(schema, "properties"), *p;
    if (!is_truthy(properties)) {
        buf_append_c(b, "object");
        return;
    }
    buf_append_c(b, "{\n");
    cJSON_ArrayForEach(p, properties) {
        buf_append_c(b, p->string);
        buf_append_c(b, is_required(member(schema, "required"), p->string) ? ": " : "?: ");
        typescript(b, p, depth + 1);
        if (p->next)
            buf_append_c(b, ", ");
    }
    buf_append_c(b, "}");
}

static void typescript_union(struct buf *b, const cJSON *types) {
    const cJSON *t;
    cJSON_ArrayForEach(t, types) {
        if (t != types->child)
            buf_append_c(b, " | ");
        put_text(b, t);
    }
}

/* The template's rendering of a schema as a TypeScript type. */
static void typescript(struct buf *b, const cJSON *schema, int depth) {
    const char *type = type_of(schema);
    const cJSON *types = member(schema, "type"), *one_of = member(schema, "oneOf");
    if (depth > JSON_DEPTH_MAX)
        buf_append_c(b, "any");
    else if (strcmp(type, "array") == 0)
        typescript_array(b, schema, depth);
    else if (cJSON_IsArray(types) && types->child)
        typescript_union(b, types);
    else if (is_truthy(one_of))
        typescript_one_of(b, one_of, depth);
    else if (strcmp(type, "string") == 0)
        typescript_string(b, schema);
    else if (strcmp(type, "number") == 0 || strcmp(type, "integer") == 0)
        buf_append_c(b, "number");
    else if (strcmp(type, "boolean") == 0)
        buf_append_c(b, "boolean");
    else if (strcmp(type, "object") == 0)
        typescript_object(b, schema, depth);
    else
        buf_append_c(b, "any");
}

static void oss_parameter(struct dialect_writer *w, const cJSON *p, bool required) {
    const cJSON *fallback = member(p, "default");
    AUTO_BUF struct buf type = BUF_INIT(JSON_BYTES_MAX);
    if (is_truthy(member(p, "description"))) {
        dialect_put(w, "// ");
        dialect_data(w, str_from(cJSON_GetStringValue(member(p, "description"))));
        dialect_put(w, "\n");
    }
    dialect_data(w, str_from(p->string));
    dialect_put(w, required ? ": " : "?: ");
    typescript(&type, p, 0);
    dialect_data(w, buf_str(&type));
    if (fallback) {
        bool plain = is_truthy(member(p, "enum")), one_of = is_truthy(member(p, "oneOf"));
        dialect_put(w, !plain && one_of ? "// default: " : ", // default: ");
        if ((plain || one_of) && cJSON_IsString(fallback))
            dialect_data(w, str_from(fallback->valuestring));
        else
            dialect_json(w, fallback);
    }
    dialect_put(w, ",\n");
}

static void oss_tools(struct dialect_writer *w) {
    const cJSON *tool, *p;
    dialect_put(w, "# Tools\n\n## functions\n\nnamespace functions {\n\n");
    cJSON_ArrayForEach(tool, w->tools) {
        const cJSON *f = dialect_function(tool), *parameters = member(f, "parameters");
        const cJSON *properties = member(parameters, "properties");
        dialect_put(w, "// ");
        dialect_data(w, str_from(cJSON_GetStringValue(member(f, "description"))));
        dialect_put(w, "\ntype ");
        dialect_data(w, str_from(cJSON_GetStringValue(member(f, "name"))));
        if (!is_truthy(properties)) {
            dialect_put(w, " = () => any;\n\n");
            continue;
        }
        dialect_put(w, " = (_: {\n");
        cJSON_ArrayForEach(p, properties) {
            oss_parameter(w, p, is_required(member(parameters, "required"), p->string));
        }
        dialect_put(w, "}) => any;\n\n");
    }
    dialect_put(w, "} // namespace functions");
}

static void oss_begin(struct dialect_writer *w, struct str system) {
    dialect_put(w, "<|start|>system<|message|>");
    dialect_put_str(w, ASSET(model_dialects_gpt_oss_system_txt));
    if (w->tools)
        dialect_put(w, "\nCalls to these tools must go to the commentary channel: 'functions'.");
    dialect_put(w, "<|end|>");
    if (!system.len && !w->tools)
        return;
    dialect_put(w, "<|start|>developer<|message|>");
    if (system.len) {
        dialect_put(w, "# Instructions\n\n");
        dialect_data(w, system);
        dialect_put(w, "\n\n");
    }
    if (w->tools)
        oss_tools(w);
    dialect_put(w, "<|end|>");
}

static void oss_user(struct dialect_writer *w, struct str text) {
    dialect_put(w, "<|start|>user<|message|>");
    dialect_data(w, text);
    dialect_put(w, "<|end|>");
}

static void oss_assistant(struct dialect_writer *w, struct str text,
                          const struct dialect_call *calls, size_t n) {
    if (n == 0) {
        dialect_put(w, "<|start|>assistant<|channel|>final<|message|>");
        dialect_data(w, text);
        dialect_put(w, w->next == EVENT_NONE ? "<|return|>" : "<|end|>");
        return;
    }
    if (text.len && !w->answer_follows) {
        dialect_put(w, "<|start|>assistant<|channel|>analysis<|message|>");
        dialect_data(w, text);
        dialect_put(w, "<|end|>");
    }
    dialect_put(w, "<|start|>assistant to=functions.");
    dialect_data(w, str_from(calls[0].name));
    dialect_put(w, "<|channel|>commentary json<|message|>");
    dialect_json(w, calls[0].arguments);
    dialect_put(w, "<|call|>");
}

static void oss_results(struct dialect_writer *w, const struct model_result *results, size_t n) {
    for (size_t i = 0; i < n; i++) {
        dialect_put(w, "<|start|>functions.");
        dialect_data(w, results[0].name);
        dialect_put(w, " to=assistant<|channel|>commentary<|message|>");
        dialect_json_text(w, results[i].text);
        dialect_put(w, "<|end|>");
    }
}

static void oss_open(struct dialect_writer *w) {
    dialect_put(w, "<|start|>assistant");
}

const struct dialect dialect_gpt_oss = {
    .name = "gpt-oss",
    .needs = {"<|channel|>", "<|message|>"},
    .calls = {.style = DIALECT_JSON,
              .trigger = " to=functions.",
              .channels = true,
              .section_open = "",
              .call_open = " to=functions.",
              .name_close = "<|channel|>commentary json<|message|>",
              .call_close = "",
              .separator = "",
              .section_close = "",
              .turn_end = "<|call|>",
              .comma = ", ",
              .colon = ": "},
    .markers = {"<|start|>", "<|end|>", "<|message|>", "<|channel|>", "<|constrain|>", "<|return|>",
                "<|call|>", "<|endoftext|>", "<|startoftext|>"},
    .turn_after = "",
    .begin = oss_begin,
    .user = oss_user,
    .assistant = oss_assistant,
    .results = oss_results,
    .open = oss_open,
};
