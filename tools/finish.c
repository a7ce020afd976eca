/* Finish: the end of an agent's work. Its schema; the work is done by agents/.
 *
 * No state. What such a call means for budgets, children and the journal is a matter of agents/;
 * a row here is what makes the model know the tool and the grammar enforce its shape. */
#include "tools/tools_int.h"

ASSET_DECLARE(tools_Finish_json);

const struct tool tool_Finish = {
    .name = "Finish",
    TOOL_SCHEMA(Finish),
    .kind = TOOL_HERD,
};
