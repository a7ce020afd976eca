/* The table of tools, and what is the same for all of them.
 *
 * Owns nothing; any thread. A row lives in the file of its tool; here they are listed in the order
 * in which a model is told of them, found by name, and their arguments checked. The grammar already
 * keeps a model inside the schema; tool_check is the second wall (other models' endpoints, replay,
 * a defect of ours), so its words matter less than its strictness.
 * Cell functions get their arguments as JSON text and answer with one record (record.c). */
#include "tools/tools_int.h"

const struct tool *const tools_all[] = {
    &tool_Bash, &tool_Read,  &tool_Write, &tool_Edit,   &tool_Glob,
    &tool_Grep, &tool_Agent, &tool_Swarm, &tool_Finish, &tool_TodoWrite,
};
const size_t n_tools = ARRAY_LEN(tools_all);

const struct cell_function tools_functions[] = {
    {"Read", tool_Read_run}, {"Write", tool_Write_run}, {"Edit", tool_Edit_run},
    {"Glob", tool_Glob_run}, {"Grep", tool_Grep_run},
};
const size_t n_tools_functions = ARRAY_LEN(tools_functions);

const struct tool *tool_find(struct str name) {
    for (size_t i = 0; i < n_tools; i++) {
        if (str_equal_c(name, tools_all[i]->name)) {
            return tools_all[i];
        }
    }
    return NULL;
}

struct str tool_schema(const struct tool *tool) {
    return (struct str){tool->schema, (size_t)(tool->schema_end - tool->schema)};
}

/* "Read takes file_path (string), offset (integer, optional)" */
static void tell_parameters(const struct tool *tool, const cJSON *parameters, struct buf *out) {
    const cJSON *required = cJSON_GetObjectItemCaseSensitive(parameters, "required");
    const cJSON *properties = cJSON_GetObjectItemCaseSensitive(parameters, "properties");
    buf_printf(out, "%s takes", tool->name);
    for (const cJSON *p = properties ? properties->child : NULL; p; p = p->next) {
        bool needed = false;
        for (const cJSON *r = required ? required->child : NULL; r; r = r->next) {
            needed |= strcmp(r->valuestring, p->string) == 0;
        }
        buf_printf(out, " %s (%s%s)%s", p->string, json_string(p, "type", "any"),
                   needed ? "" : ", optional", p->next ? "," : "\n");
    }
}

bool tool_check(const struct tool *tool, const cJSON *arguments, struct buf *refusal) {
    AUTO_JSON cJSON *schema = NULL;
    AUTO_FREE char *path = NULL;
    struct err err = ERR_INIT;
    ASSERT(json_parse(&schema, tool_schema(tool), tool->name, &err));
    const cJSON *parameters = cJSON_GetObjectItemCaseSensitive(schema, "parameters");
    ASSERT(cJSON_IsObject(parameters));
    if (!json_validate(arguments, parameters, &path, &err)) {
        buf_printf(refusal, "wrong arguments: %s\n", err.msg);
        tell_parameters(tool, parameters, refusal);
        return false;
    }
    return tool->check == NULL || tool->check(arguments, refusal);
}

bool tool_prepare(const struct tool *tool, const cJSON *arguments, struct cell_spec *spec,
                  struct arena *arena, struct buf *refusal) {
    ASSERT(tool->kind != TOOL_HERD);
    if (!tool_check(tool, arguments, refusal)) {
        return false;
    }
    bool fits = tool->kind == TOOL_CELL_FUNCTION
                    ? tool__prepare_function(tool, arguments, spec, arena)
                    : tool->prepare(arguments, spec, arena);
    if (!fits) {
        buf_append_c(refusal, "the arguments are too large\n");
    }
    return fits;
}

void tool_result(const struct tool *tool, const cJSON *arguments, const struct cell_result *result,
                 struct buf *text, struct tool_effect *effect) {
    struct tool_effect unused = {0};
    ASSERT(tool->kind != TOOL_HERD);
    effect = effect ? effect : &unused;
    *effect = (struct tool_effect){0};
    if (tool->kind == TOOL_CELL_FUNCTION) {
        tool__result_record(result, text, effect);
    } else {
        tool->result(arguments, result, text, effect);
    }
}
