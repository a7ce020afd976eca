/* One agent: a state machine over turns.
 *
 * Owns: its token history (exact ids, never re-rendered), the prompt tokens that wait for the next
 * turn, its budgets, its view. Loop thread. The picture of the states is in agents_int.h; call.c
 * does the calls of a turn, herd.c what concerns children.
 *
 * Invariants: a turn is submitted only when everything before it is durable; what a turn may write
 * is bounded by what the budgets leave (G6: checked before the spending, overshoot is zero tokens);
 * every way out goes through agent_end, so that a parent is always told (G5).
 *
 * Happy path: agent_prepare renders prompt and brief, agent_start submits, on_turn commits tokens
 * and intents, call_next does the calls, their results become the next prompt, until Finish. */
#include "agents/agents_int.h"

#include <string.h>

#include "runtime/base/asset.h"
#include "runtime/base/clock.h"
#include "runtime/base/json.h"
#include "runtime/base/log.h"

ASSET_DECLARE(agents_reminder_md);
ASSET_DECLARE(agents_cut_md);

static const char *const state_names[] = {"ready",   "decoding", "committing", "queued", "calling",
                                          "waiting", "merging",  "checking",   "parked", "ended"};

const char *agent_state_name(enum agent_state state) {
    return state_names[state];
}

static bool state_change_legal(enum agent_state from, enum agent_state to) {
    switch (to) {
    case AGENT_READY:
        return from == AGENT_COMMITTING || from == AGENT_READY;
    case AGENT_DECODING:
        return from == AGENT_READY;
    case AGENT_COMMITTING:
        return from != AGENT_ENDED && from != AGENT_PARKED;
    case AGENT_QUEUED:
        return from == AGENT_COMMITTING || from == AGENT_READY || from == AGENT_WAITING ||
               from == AGENT_CALLING || from == AGENT_MERGING;
    case AGENT_CALLING:
    case AGENT_MERGING:
    case AGENT_CHECKING:
        return from == AGENT_QUEUED;
    case AGENT_WAITING:
        return from == AGENT_COMMITTING || from == AGENT_READY;
    case AGENT_PARKED:
        return from != AGENT_ENDED;
    case AGENT_ENDED:
        return from == AGENT_COMMITTING;
    }
    return false;
}

void agent_set_state(struct agent *a, enum agent_state state) {
    if (a->state == state)
        return;
    if (!state_change_legal(a->state, state)) {
        base_context_set("run %s, agent %s %s -> %s", a->run->id, a->path, state_names[a->state],
                         state_names[state]);
        ASSERT(!"legal change of an agent's state");
    }
    log_debug("run %s: agent %s: %s -> %s", a->run->id, a->path, state_names[a->state],
              state_names[state]);
    a->state = state;
    a->since_ms = clock_mono_ms();
    if (state == AGENT_WAITING && a->seq)
        seq_expect(a->seq, SEQ_LATER);
}

struct agent *agent_create(struct run *run, struct agent *parent, const struct agent_def *def) {
    struct agent *a = xcalloc(1, sizeof *a);
    a->run = run;
    a->parent = parent;
    a->def = def;
    a->depth = parent ? parent->depth + 1 : 0;
    a->tokens_left = def->budget.tokens;
    a->calls_left = def->budget.calls;
    a->agents_left = def->budget.agents;
    a->depth_left = MIN(def->budget.depth, (int64_t)(AGENT_DEPTH_MAX - a->depth));
    if (parent)
        a->depth_left = MIN(a->depth_left, parent->depth_left - 1);
    a->ms_left =
        def->budget.seconds > INT64_MAX / 1000 ? BUDGET_UNLIMITED : def->budget.seconds * 1000;
    a->clock_ms = clock_mono_ms();
    view_init(&a->view, parent ? parent->view.paths : run->base_paths);
    if (parent) {
        a->layer = xreallocarray(NULL, parent->n_layers + 1, sizeof *a->layer);
        if (parent->n_layers)
            memcpy(a->layer, parent->layer, parent->n_layers * sizeof *a->layer);
        a->n_layers = a->n_inherited = parent->n_layers;
    }
    return a;
}

static void agent_release_calls(struct agent *a) {
    for (size_t i = 0; i < a->n_calls; i++)
        call_release(&a->call[i]);
    free(a->call);
    a->call = NULL;
    a->n_calls = a->at = 0;
}

void agent_release_memory(struct agent *a) {
    if (a->seq)
        seq_destroy(a->seq);
    a->seq = NULL;
    tokens_release(&a->history);
    tokens_release(&a->pending);
    agent_release_calls(a);
    free(a->tools_json);
    a->tools_json = NULL;
    json_free(&a->tools);
}

void agent_destroy(struct agent *a) {
    if (!a)
        return;
    agent_release_memory(a);
    view_release(&a->view);
    free(a->layer);
    free(a->path);
    free(a->brief);
    free(a->item);
    free(a->reason);
    free(a->result);
    agent_def_destroy(a->def_owned);
    free(a);
}

/* ---- what it may call ---- */
static bool tool_offered(const struct agent *a, const char *name) {
    bool herd = strcmp(name, "Agent") == 0 || strcmp(name, "Swarm") == 0;
    return !herd || (a->def->subagents[0] && a->depth_left > 0);
}

/* subagent_type becomes the list of who may be started, Finish's result the declared output. */
static void tool_specialize(const struct agent *a, cJSON *tool, const char *name) {
    cJSON *properties = cJSON_GetObjectItemCaseSensitive(
        cJSON_GetObjectItemCaseSensitive(tool, "parameters"), "properties");
    cJSON *who = cJSON_GetObjectItemCaseSensitive(properties, "subagent_type");
    if (who) {
        cJSON_DeleteItemFromObjectCaseSensitive(who, "minLength");
        cJSON_DeleteItemFromObjectCaseSensitive(who, "maxLength");
        cJSON *names = cJSON_AddArrayToObject(who, "enum");
        for (size_t i = 0; a->def->subagents[i]; i++)
            cJSON_AddItemToArray(names, cJSON_CreateString(a->def->subagents[i]));
    }
    if (a->def->output && strcmp(name, "Finish") == 0)
        cJSON_ReplaceItemInObjectCaseSensitive(properties, "result",
                                               cJSON_Duplicate(a->def->output, true));
}

static bool agent_make_tools(struct agent *a, struct err *err) {
    a->tools = cJSON_CreateArray();
    for (size_t i = 0; a->def->tools[i]; i++) {
        const char *name = a->def->tools[i];
        if (!tool_offered(a, name))
            continue;
        cJSON *tool = NULL;
        if (!json_parse(&tool, tool_schema(tool_find(str_from(name))), name, err))
            return false;
        tool_specialize(a, tool, name);
        cJSON_AddItemToArray(a->tools, tool);
    }
    a->tools_json = json_print(a->tools);
    a->grammar = run_grammar(a->run, a->tools, a->tools_json, err);
    return a->grammar != NULL;
}

/* What every agent of its definition begins with: BOS, tools, system text. */
static bool agent_render_begin(const struct agent *a, struct tokens *out, struct err *err) {
    AUTO_BUF struct buf system = BUF_INIT(JSON_BYTES_MAX);
    buf_append_c(&system, a->def->prompt);
    if (!a->parent && a->run->instructions)
        buf_printf(&system, "\n\n%s", a->run->instructions);
    return model_render_begin(a->run->model, buf_str(&system), a->tools, out, err);
}

bool agent_prepare(struct agent *a, struct err *err) {
    if (!agent_make_tools(a, err))
        return err_prefix(err, "agent '%s'", a->def->name);
    if (a->history.n || a->pending.n)
        return true; /* a fork, or resumed */
    const struct model *m = a->run->model;
    return agent_render_begin(a, &a->pending, err) &&
           model_render_user(m, str_from(a->brief), &a->pending, err) &&
           model_render_assistant(m, false, &a->pending, err);
}

/* Whether so many agents begin as this one does that its beginning is declared to the engine as
 * shared. Siblings are inserted by one commit, and later calls of the turn start nobody while this
 * one lives: a resumed run counts the same. (Attempt 0: it could not be started.) */
static bool agent_is_one_of_many(const struct agent *a) {
    int siblings = 0;
    for (size_t i = 0; a->parent && i < a->run->n_agents; i++) {
        const struct agent *b = a->run->agent[i];
        siblings += b->parent == a->parent && b->parent_call_turn == a->parent_call_turn &&
                    b->attempt == 1 && strcmp(b->def->name, a->def->name) == 0;
    }
    return siblings >= SHARED_AGENTS_MIN;
}

int64_t agent_shared_prefix(const struct agent *a) {
    if (herd_is_fork(a)) {
        /* A parent's own prefix stays that of its forks: so they find its pages. */
        int64_t inherited = agent_shared_prefix(a->parent);
        if (inherited || !agent_is_one_of_many(a))
            return inherited;
        return (int64_t)a->parent->history.n;
    }
    struct err err = ERR_INIT;
    AUTO_TOKENS struct tokens begin = {0};
    if (!agent_is_one_of_many(a) || !agent_render_begin(a, &begin, &err))
        return 0;
    return (int64_t)begin.n;
}

/* ---- rows ---- */
void agent_row(const struct agent *a, struct agent_row *row, struct buf *storage) {
    buf_append_char(storage, '[');
    for (size_t i = 0; i < a->n_layers; i++)
        buf_printf(storage, "%s%lld", i ? "," : "", (long long)a->layer[i]);
    buf_append_char(storage, ']');
    *row = (struct agent_row){
        .id = a->id,
        .parent = a->parent ? a->parent->id : 0,
        .parent_call = a->parent_call_number,
        .path = str_from(a->path),
        .name = str_from(a->def->name),
        .definition_json = str_from(a->def->json),
        .tools_json = str_from(a->tools_json),
        .brief = str_from(a->brief),
        .item = str_from(a->item),
        .attempt = a->attempt,
        .state = a->state == AGENT_ENDED ? STR("ended") : STR("running"),
        .reason = str_from(a->reason),
        .result = str_from(a->result),
        .fork_layer = a->n_inherited ? a->layer[a->n_inherited - 1] : 0,
        .turns = a->turn,
        .calls = a->calls_made,
        .tokens_in = a->tokens_in,
        .tokens_out = a->tokens_out,
        .tokens_left = a->tokens_left,
        .calls_left = a->calls_left,
        .ms_left = a->ms_left,
        .agents_left = a->agents_left,
        .layers_json = buf_str(storage),
    };
}

/* ---- turns ---- */
static void sampling_key(const struct agent *a, uint64_t key[2]) {
    AUTO_FREE char *name =
        xasprintf("%llu/%s/%d", (unsigned long long)a->run->seed, a->path, a->attempt);
    char hex[65];
    sha256_hex(str_from(name), hex);
    for (int k = 0; k < 2; k++) {
        key[k] = 0;
        for (int i = 0; i < 16; i++) {
            char c = hex[k * 16 + i];
            key[k] = key[k] << 4 | (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
        }
    }
}

static const char *turn_end_name(enum turn_end end, bool call_cut) {
    if (call_cut || end == TURN_TRUNCATED)
        return "truncated";
    return end == TURN_CONTEXT ? "context" : "ended";
}

/* Parsed calls become the agent's calls and intent rows. */
static void turn_take_calls(struct agent *a, struct model_turn *parsed, const char *end,
                            struct txn *txn) {
    bool cut = strcmp(end, "ended") != 0;
    agent_release_calls(a);
    a->call = xcalloc(parsed->n_calls + 1, sizeof *a->call);
    for (size_t i = 0; i < parsed->n_calls && i < CALLS_PER_TURN_MAX; i++) {
        struct call *c = &a->call[a->n_calls++];
        c->number = (int64_t)i;
        c->name = str_dup(parsed->calls[i].name);
        c->tool = tool_find(parsed->calls[i].name);
        c->arguments = parsed->calls[i].arguments;
        parsed->calls[i].arguments = NULL;
        c->arguments_text = json_print(c->arguments);
        txn_call_insert(txn, &(struct call_row){
                                 .agent = a->id,
                                 .turn = a->turn,
                                 .number = c->number,
                                 .tool = str_from(c->name),
                                 .arguments_json = str_from(c->arguments_text),
                                 .state = cut ? STR("truncated") : STR("intent"),
                             });
    }
    if (cut)
        agent_release_calls(a);
}

static void turn_event(struct agent *a, struct txn *txn, const struct model_turn *parsed,
                       const char *end, const struct turn_result *result) {
    AUTO_BUF struct buf data = BUF_INIT(JSON_BYTES_MAX);
    buf_printf(&data,
               "{\"turn\":%lld,\"end\":\"%s\",\"tokens\":%zu,\"prompt\":%llu,\"computed\":%llu,"
               "\"text\":",
               (long long)a->turn, end, result->n, (unsigned long long)result->prompt_presented,
               (unsigned long long)result->prompt_computed);
    buf_append_json(&data, str_slice(parsed->text, 0, RESULT_BYTES_MAX));
    buf_append_c(&data, ",\"calls\":[");
    for (size_t i = 0; i < a->n_calls; i++) {
        buf_printf(&data, "%s{\"name\":", i ? "," : "");
        buf_append_json(&data, str_from(a->call[i].name));
        buf_append_c(&data, ",\"arguments\":");
        buf_append_c(&data, a->call[i].arguments_text);
        buf_append_c(&data, "}");
    }
    buf_append_c(&data, "]}");
    run_event(a->run, txn, a, "turn", data.overflow ? STR("{}") : buf_str(&data));
}

static void on_turn_durable(struct agent *a) {
    agent_after_turn(a, a->turn_end);
}

static void turn_commit(struct agent *a, const struct turn_result *result) {
    struct model_turn parsed;
    model_turn_parse(a->run->model, result->tokens, result->n, &parsed);
    model_turn_types(&parsed, a->tools);
    a->turn_end = turn_end_name(result->end, parsed.truncated);
    a->turn++;
    struct txn *txn = txn_create();
    txn_turn_insert(
        txn, &(struct turn_row){
                 .agent = a->id,
                 .number = a->turn,
                 .prompt_tokens = {(const char *)a->pending.ids, a->pending.n * sizeof(int32_t)},
                 .answer_tokens = {(const char *)result->tokens, result->n * sizeof(int32_t)},
                 .prompt_computed = (int64_t)result->prompt_computed,
                 .end = str_from(a->turn_end),
             });
    a->tokens_in += (int64_t)a->pending.n;
    a->tokens_out += (int64_t)result->n;
    a->prompt_computed += (int64_t)result->prompt_computed;
    if (a->tokens_left != BUDGET_UNLIMITED) {
        a->tokens_left -= (int64_t)(a->pending.n + result->n);
        ASSERT(a->tokens_left >= 0);
    }
    tokens_append(&a->history, a->pending.ids, a->pending.n);
    tokens_append(&a->history, result->tokens, result->n);
    a->pending.n = 0;
    turn_take_calls(a, &parsed, a->turn_end, txn);
    turn_event(a, txn, &parsed, a->turn_end, result);
    model_turn_release(&parsed);
    AUTO_BUF struct buf storage = BUF_INIT(JSON_BYTES_MAX);
    struct agent_row row;
    agent_row(a, &row, &storage);
    txn_agent_update(txn, &row);
    run_commit(a->run, txn, a, on_turn_durable);
}

static void on_turn(void *arg, const struct turn_result *result) {
    struct agent *a = arg;
    struct run *run = a->run;
    run->in_flight--;
    if (run_is_stopping(run)) {
        agent_set_state(a, AGENT_PARKED);
        return;
    }
    agent_set_state(a, AGENT_COMMITTING);
    if (result->end == TURN_FAILED) {
        agent_end(a, false, "engine", result->err.msg);
        return;
    }
    if (result->end == TURN_CANCELLED) { /* only a limit cancels while the run goes on */
        agent_end(a, false, a->ending ? a->ending : "cancelled", "");
        return;
    }
    turn_commit(a, result);
}

void agent_start(struct agent *a) {
    agent_set_state(a, AGENT_READY);
    const char *limit = a->ending;
    if (!limit && a->turn >= a->def->max_turns)
        limit = "max_turns";
    bool bounded = a->tokens_left != BUDGET_UNLIMITED;
    if (!limit && bounded && a->tokens_left <= (int64_t)a->pending.n)
        limit = "budget_tokens";
    if (limit) {
        agent_set_state(a, AGENT_COMMITTING);
        agent_end(a, false, limit, "");
        return;
    }
    struct turn_request request = {
        .tokens_max = a->def->turn_tokens,
        .sampling = {.temperature = a->def->temperature,
                     .top_p = a->def->top_p,
                     .min_p = a->def->min_p,
                     .top_k = a->def->top_k},
        .grammar = a->grammar,
        .bindings = view_bindings(&a->view),
    };
    if (bounded)
        request.tokens_max = MIN(request.tokens_max, a->tokens_left - (int64_t)a->pending.n);
    sampling_key(a, request.sampling.key);
    AUTO_TOKENS struct tokens whole = {0};
    if (!a->seq) { /* new, or resumed: the engine finds what it still has of the prefix */
        a->seq = seq_create_sharing(a->run->engine, agent_shared_prefix(a));
        tokens_append(&whole, a->history.ids, a->history.n);
    }
    tokens_append(&whole, a->pending.ids, a->pending.n);
    request.prompt = whole.ids;
    request.prompt_n = whole.n;
    agent_set_state(a, AGENT_DECODING);
    a->run->in_flight++;
    seq_submit(a->seq, &request, on_turn, a);
}

/* A user message after a turn that did not lead on; then the next turn. */
static void agent_say(struct agent *a, struct str text) {
    struct err err = ERR_INIT;
    const struct model *m = a->run->model;
    if (!model_render_close(m, a->history.ids, a->history.n, &a->pending, &err) ||
        !model_render_user(m, str_trim(text), &a->pending, &err) ||
        !model_render_assistant(m, false, &a->pending, &err)) {
        agent_end(a, false, "engine", err.msg);
        return;
    }
    agent_start(a);
}

void agent_after_turn(struct agent *a, const char *end) {
    bool cut = strcmp(end, "truncated") == 0;
    if (strcmp(end, "context") == 0) {
        agent_end(a, false, "context_full", "");
    } else if (cut && a->tokens_left == 0) {
        agent_end(a, false, "budget_tokens", "");
    } else if (cut && a->cut_told) {
        agent_end(a, false, "turn_too_long", "");
    } else if (cut) {
        a->cut_told = true;
        agent_say(a, ASSET(agents_cut_md));
    } else if (a->n_calls) {
        a->reminded = a->cut_told = false;
        a->at = 0;
        call_next(a);
    } else if (a->reminded) {
        agent_end(a, false, "no_finish", "");
    } else {
        a->reminded = true;
        agent_say(a, ASSET(agents_reminder_md));
    }
}

void agent_render_results(struct agent *a) {
    struct err err = ERR_INIT;
    const struct model *m = a->run->model;
    AUTO_FREE struct model_result *results = xcalloc(a->n_calls, sizeof *results);
    for (size_t i = 0; i < a->n_calls; i++)
        results[i] = (struct model_result){str_from(a->call[i].name), str_from(a->call[i].result),
                                           (int)a->calls_total_index++};
    size_t n = a->n_calls;
    if (!model_render_close(m, a->history.ids, a->history.n, &a->pending, &err) ||
        !model_render_results(m, results, n, &a->pending, &err) ||
        !model_render_assistant(m, true, &a->pending, &err)) {
        agent_end(a, false, "engine", err.msg);
        return;
    }
    agent_release_calls(a);
    agent_start(a);
}

/* ---- ends ---- */
static void agent_on_ended(struct agent *a) {
    agent_set_state(a, AGENT_ENDED);
    agent_release_memory(a);
    if (a->parent)
        herd_child_ended(a);
    else
        run_root_ended(a->run);
}

/* What a child did not spend goes back to its parent. */
void agent_return_budget(struct agent *a) {
    struct agent *p = a->parent;
    if (!p)
        return;
    if (p->tokens_left != BUDGET_UNLIMITED && a->tokens_left != BUDGET_UNLIMITED)
        p->tokens_left += a->tokens_left;
    if (p->calls_left != BUDGET_UNLIMITED && a->calls_left != BUDGET_UNLIMITED)
        p->calls_left += a->calls_left;
    if (p->agents_left != BUDGET_UNLIMITED && a->agents_left != BUDGET_UNLIMITED)
        p->agents_left += a->agents_left;
    a->tokens_left = a->calls_left = a->agents_left = 0;
}

void agent_commit_end(struct agent *a, struct txn *txn) {
    struct call *c = a->at < a->n_calls ? &a->call[a->at] : NULL;
    if (c && !c->done && strcmp(c->name, "Finish") == 0)
        txn_call_update(txn, &(struct call_row){.agent = a->id,
                                                .turn = a->turn,
                                                .number = c->number,
                                                .tool = str_from(c->name),
                                                .arguments_json = str_from(c->arguments_text),
                                                .state = STR("done"),
                                                .result = STR("finished")});
    agent_return_budget(a);
    AUTO_BUF struct buf storage = BUF_INIT(JSON_BYTES_MAX);
    struct agent_row row;
    agent_row(a, &row, &storage);
    row.state = STR("ended");
    txn_agent_update(txn, &row);
    if (a->parent) {
        buf_clear(&storage);
        agent_row(a->parent, &row, &storage);
        txn_agent_update(txn, &row);
    }
    AUTO_BUF struct buf data = BUF_INIT(JSON_BYTES_MAX);
    buf_printf(&data, "{\"success\":%s,\"reason\":", a->success ? "true" : "false");
    buf_append_json(&data, str_from(a->reason));
    buf_append_c(&data, ",\"result\":");
    buf_append_json(&data, str_from(a->result));
    buf_printf(&data, ",\"attempt\":%d,\"item\":", a->attempt);
    buf_append_json(&data, str_from(a->item));
    buf_append_c(&data, "}");
    run_event(a->run, txn, a, "agent_ended", data.overflow ? STR("{}") : buf_str(&data));
    run_commit(a->run, txn, a, agent_on_ended);
}

void agent_end(struct agent *a, bool success, const char *reason, const char *result) {
    ASSERT(a->state != AGENT_ENDED);
    a->success = success;
    free(a->reason);
    free(a->result);
    a->reason = xstrdup(reason);
    a->result = xstrdup(result);
    if (a->parent && (a->def->retry_check || a->def->retry_attempts > 1)) {
        herd_check(a);
        return;
    }
    agent_set_state(a, AGENT_COMMITTING);
    agent_commit_end(a, txn_create());
}

/* ---- seconds ---- */
void agent_charge_time(struct agent *a) {
    int64_t now = clock_mono_ms(), spent = now - a->clock_ms;
    a->clock_ms = now;
    if (a->state == AGENT_CALLING && a->seq && now - a->since_ms >= CALL_SLOW_MS) {
        a->since_ms = INT64_MAX / 2; /* told once a call */
        seq_expect(a->seq, SEQ_LATER);
    }
    if (a->ms_left == BUDGET_UNLIMITED || a->ending)
        return;
    a->ms_left = MAX(a->ms_left - spent, 0);
    if (a->ms_left > 0)
        return;
    a->ending = "budget_seconds";
    if (a->state == AGENT_DECODING)
        seq_cancel(a->seq);
    else if (a->state == AGENT_CALLING && a->cell)
        sandbox_kill(a->run->sandbox, a->cell);
}
