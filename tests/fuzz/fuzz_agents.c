/* Fuzzes agent definitions. Claims: nothing crashes; a refusal has a message; a definition that is
 * accepted keeps its promises (positive turns, known tools) and its canonical JSON is accepted too.
 */
#include "agents/agents.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_def(const struct agent_def *def) {
    struct err err = ERR_INIT;
    ASSERT(def->name[0] && def->max_turns > 0 && def->retry_attempts >= 1);
    ASSERT(def->budget.tokens > 0 && def->budget.calls > 0 && def->budget.seconds > 0);
    AUTO_FREE char *inline_text = NULL;
    AUTO_BUF struct buf name = BUF_INIT(1 << 20);
    buf_append_json(&name, str_from(def->name));
    inline_text = xasprintf("{%s:%s}", buf_cstr(&name), def->json);
    struct agent_set *again = agent_set_create();
    bool ok = agent_set_load_inline(again, str_from(inline_text), &err);
    if (!ok) {
        fprintf(stderr, "%s\n%s\n", inline_text, err.msg);
    }
    ASSERT(ok);
    ASSERT(strcmp(agent_set_find(again, def->name)->json, def->json) == 0);
    agent_set_destroy(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct err err = ERR_INIT;
    struct agent_set *set = agent_set_create();
    if (agent_set_load_inline(set, (struct str){(const char *)data, size}, &err)) {
        if (!agent_set_check(set, &err)) {
            ASSERT(err.code != ERR_NONE && err.msg[0]);
        }
        const struct agent_def *def;
        for (size_t i = 0; (def = agent_set_at(set, i)) != NULL; i++) {
            check_def(def);
        }
    } else {
        ASSERT(err.code != ERR_NONE && err.msg[0]);
    }
    agent_set_destroy(set);
    return 0;
}
