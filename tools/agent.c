/* Agent: one sub-agent. Its schema; the work is done by agents/.
 *
 * No state. What such a call means for budgets, children and the journal is a matter of agents/;
 * a row here is what makes the model know the tool and the grammar enforce its shape. */
#include "tools/tools_int.h"

ASSET_DECLARE(tools_Agent_json);

const struct tool tool_Agent = {
    .name = "Agent",
    TOOL_SCHEMA(Agent),
    .kind = TOOL_HERD,
};
