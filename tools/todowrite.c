/* TodoWrite: the list that people see. Its schema; the work is done by agents/.
 *
 * No state. What such a call means for budgets, children and the journal is a matter of agents/;
 * a row here is what makes the model know the tool and the grammar enforce its shape. */
#include "tools/tools_int.h"

ASSET_DECLARE(tools_TodoWrite_json);

const struct tool tool_TodoWrite = {
    .name = "TodoWrite",
    TOOL_SCHEMA(TodoWrite),
    .kind = TOOL_HERD,
};
