/* Swarm: one sub-agent an item. Its schema and the rules that a schema cannot say.
 *
 * No state; the work is done by agents/. Items come from exactly one place, and the template uses
 * them: a template without {{item}} would give every child the same task. */
#include "tools/tools_int.h"

ASSET_DECLARE(tools_Swarm_json);

static bool swarm_check(const cJSON *arguments, struct buf *refusal) {
    bool items = cJSON_HasObjectItem(arguments, "items");
    bool items_from = cJSON_HasObjectItem(arguments, "items_from");
    if (items == items_from) {
        buf_append_c(refusal, items ? "give items or items_from, not both\n"
                                    : "no items: give items, or items_from with the path of a file "
                                      "that has one item a line\n");
        return false;
    }
    if (strstr(json_string(arguments, "prompt_template", ""), "{{item}}") == NULL) {
        buf_append_c(refusal, "prompt_template does not contain {{item}}, so every sub-agent would "
                              "get the same task\n");
        return false;
    }
    return true;
}

const struct tool tool_Swarm = {
    .name = "Swarm",
    TOOL_SCHEMA(Swarm),
    .kind = TOOL_HERD,
    .check = swarm_check,
};
