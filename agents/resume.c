/* From the journal back to the objects: a resumed run starts from the last commit of every agent.
 *
 * Runs once, on the loop thread, before anything is submitted. Agents come in the order of their
 * ids, parents before children. What is rebuilt is only what the last commits say: tokens of the
 * turns, results of the calls, layers, budgets, which files were read. What was in flight is not
 * there, so agent_after_turn and call_next do it again, and G3 gives the same tokens.
 *
 * A call that could touch something outside its layer (network granted) and was not committed may
 * have happened: it comes back to the model as uncertain and is not repeated (G2). */
#include "agents/agents_int.h"

#include <string.h>

#include "runtime/base/clock.h"
#include "runtime/base/json.h"

static const char uncertain_text[] =
    "[uncertain: this call was interrupted and had network access; it may have happened. Find out "
    "before you repeat it]";

static struct agent *agent_by_id(struct run *run, int64_t id) {
    for (size_t i = 0; i < run->n_agents; i++)
        if (run->agent[i]->id == id)
            return run->agent[i];
    return NULL;
}

static void layers_take(struct agent *a, struct str json_text, int64_t fork_layer) {
    AUTO_JSON cJSON *json = NULL;
    free(a->layer);
    a->layer = NULL;
    a->n_layers = a->n_inherited = 0;
    if (!json_parse(&json, json_text, "layers", NULL))
        return;
    a->layer = xcalloc((size_t)cJSON_GetArraySize(json) + 1, sizeof *a->layer);
    const cJSON *item;
    cJSON_ArrayForEach(item, json) {
        a->layer[a->n_layers++] = (int64_t)item->valuedouble;
        if (a->layer[a->n_layers - 1] == fork_layer)
            a->n_inherited = a->n_layers;
    }
}

/* "PARENT.TURN.CALL.ITEM" */
static bool path_take(struct agent *a) {
    long long turn, number, item;
    size_t skip = strlen(a->parent->path);
    if (strncmp(a->path, a->parent->path, skip) != 0 ||
        sscanf(a->path + skip, ".%lld.%lld.%lld", &turn, &number, &item) != 3 || item < 0 ||
        item >= SWARM_ITEMS_MAX || number < 0 || number >= CALLS_PER_TURN_MAX)
        return false;
    a->parent_call_turn = turn;
    a->parent_call_number = number;
    a->item_index = (size_t)item;
    return true;
}

struct rebuild {
    struct run *run;
    struct err *err;
    struct agent *agent;    /* whose turns or calls are being read */
    int64_t *calls_of_turn; /* index: turn number */
    size_t n_turns;
    char last_end[16];
};

static bool rebuild_agent(void *arg, const struct agent_row *row) {
    struct rebuild *r = arg;
    struct run *run = r->run;
    AUTO_FREE char *name = str_dup(row->name);
    if (row->turns < 0 || row->turns > AGENT_TURNS_MAX)
        return !err_set(r->err, ERR_INPUT, "the journal is damaged: agent %lld has %lld turns",
                        (long long)row->id, (long long)row->turns);
    struct agent_def *def = agent_def_parse(row->definition_json, name, r->err);
    if (!def)
        return false;
    struct agent *parent = row->parent ? agent_by_id(run, row->parent) : NULL;
    if (row->parent && !parent) {
        agent_def_destroy(def);
        return !err_set(r->err, ERR_INTERNAL, "agent %lld has no parent", (long long)row->id);
    }
    struct agent *a = agent_create(run, parent, def);
    a->def_owned = def;
    a->id = row->id;
    a->path = str_dup(row->path);
    a->brief = str_dup(row->brief);
    a->item = str_dup(row->item);
    a->attempt = row->attempt;
    a->turn = row->turns;
    a->calls_made = row->calls;
    a->tokens_in = row->tokens_in;
    a->tokens_out = row->tokens_out;
    a->tokens_left = row->tokens_left;
    a->calls_left = row->calls_left;
    a->ms_left = row->ms_left;
    a->agents_left = row->agents_left;
    a->reason = str_dup(row->reason);
    a->result = str_dup(row->result);
    layers_take(a, row->layers_json, row->fork_layer);
    if (str_equal(row->state, STR("ended"))) {
        a->state = AGENT_ENDED;
        a->success = strcmp(a->reason, "success") == 0 || strcmp(a->reason, "check_passed") == 0;
    }
    run_add_agent(run, a);
    if (!parent)
        run->root = a;
    else if (!path_take(a))
        return !err_set(r->err, ERR_INTERNAL, "agent %lld has a malformed path", (long long)a->id);
    return true;
}

static bool rebuild_turn(void *arg, const struct turn_row *row) {
    struct rebuild *r = arg;
    struct agent *a = r->agent;
    tokens_append(&a->history, (const int32_t *)(const void *)row->prompt_tokens.ptr,
                  row->prompt_tokens.len / sizeof(int32_t));
    tokens_append(&a->history, (const int32_t *)(const void *)row->answer_tokens.ptr,
                  row->answer_tokens.len / sizeof(int32_t));
    a->prompt_computed += row->prompt_computed;
    snprintf(r->last_end, sizeof r->last_end, "%.*s", STR_FMT(row->end));
    if (row->number == a->turn)
        return true; /* agent_after_turn decides about the last one */
    int64_t calls =
        row->number >= 0 && (size_t)row->number < r->n_turns ? r->calls_of_turn[row->number] : 0;
    if (str_equal(row->end, STR("truncated")))
        a->cut_told = true;
    else if (calls)
        a->reminded = a->cut_told = false;
    else
        a->reminded = true;
    return true;
}

static void rebuild_open_call(struct agent *a, const struct call_row *row) {
    a->call = xreallocarray(a->call, a->n_calls + 1, sizeof *a->call);
    struct call *c = &a->call[a->n_calls++];
    *c = (struct call){.number = row->number,
                       .name = str_dup(row->tool),
                       .tool = tool_find(row->tool),
                       .arguments_text = str_dup(row->arguments_json)};
    if (!json_parse(&c->arguments, row->arguments_json, "arguments", NULL))
        c->arguments = cJSON_CreateObject();
    c->done = str_equal(row->state, STR("done"));
    if (c->done) {
        c->result = str_dup(row->result);
        return;
    }
    bool first_open = true;
    for (size_t i = 0; i + 1 < a->n_calls; i++)
        first_open &= a->call[i].done;
    if (first_open && c->tool && c->tool->kind != TOOL_HERD && !c->tool->reads_only &&
        a->def->network && a->run->options.network)
        c->refusal = xstrdup(uncertain_text);
}

static bool rebuild_call(void *arg, const struct call_row *row) {
    struct rebuild *r = arg;
    struct agent *a = r->agent;
    bool truncated = str_equal(row->state, STR("truncated"));
    if (row->turn >= 0 && (size_t)row->turn < r->n_turns && !truncated)
        r->calls_of_turn[row->turn]++;
    if (str_equal(row->state, STR("done"))) {
        AUTO_JSON cJSON *json = NULL;
        AUTO_FREE struct change *changes = NULL;
        size_t n = 0;
        bool cut = false;
        if (row->changes_json.len && json_parse(&json, row->changes_json, "changes", NULL) &&
            changes_from_json(json, &changes, &n, &cut))
            view_change(&a->view, a->run->intern, changes, n, cut);
        AUTO_FREE char *name = str_dup(row->tool), *arguments = str_dup(row->arguments_json);
        struct call seen = {.name = name, .arguments_text = arguments};
        if (loop_count(a, &seen, row->result_hash) >= LOOP_END_COUNT)
            a->ending = "loop";
    }
    if (truncated)
        return true;
    if (row->turn == a->turn)
        rebuild_open_call(a, row);
    else
        a->calls_total_index++;
    return true;
}

static bool rebuild_file(void *arg, struct str path, struct str text) {
    struct rebuild *r = arg;
    view_read(&r->agent->view, path, text);
    return true;
}

/* Children fork from the parent's view before its open call, which is the parent's view now. */
static void rebuild_view(struct agent *a) {
    if (!a->parent)
        return;
    view_release(&a->view);
    view_init(&a->view, a->parent->view.paths);
}

static bool rebuild_one(struct rebuild *r, struct agent *a) {
    struct store *store = r->run->store;
    r->agent = a;
    r->n_turns = (size_t)MAX(a->turn, 0) + 1;
    AUTO_FREE int64_t *calls = xcalloc(r->n_turns, sizeof *calls);
    r->calls_of_turn = calls;
    *r->last_end = 0;
    rebuild_view(a);
    if (a->state != AGENT_ENDED && herd_is_fork(a) && !herd_fork_history(a, r->err))
        return false;
    if (a->turn > 0)
        a->pending.n = 0; /* it is the first turn's prompt, which the rows hold */
    if (!store_read_calls(store, a->id, rebuild_call, r, r->err))
        return false;
    if (a->parent)
        herd_attach(a->parent, a);
    if (a->state == AGENT_ENDED)
        return true;
    if (!store_read_turns(store, a->id, rebuild_turn, r, r->err) ||
        !store_read_files(store, a->id, rebuild_file, r, r->err))
        return false;
    a->turn_end = strcmp(r->last_end, "truncated") == 0 ? "truncated"
                  : strcmp(r->last_end, "context") == 0 ? "context"
                                                        : "ended";
    return agent_prepare(a, r->err);
}

static void rebuild_count_children(struct agent *a) {
    for (size_t i = 0; i < a->n_calls; i++) {
        struct call *c = &a->call[i];
        for (size_t k = 0; k < c->n_children; k++) {
            ASSERT(c->child[k]); /* all children of a call are inserted by one commit */
            c->children_open += c->child[k]->state != AGENT_ENDED;
        }
    }
}

bool run_rebuild(struct run *run, struct err *err) {
    struct rebuild r = {.run = run, .err = err};
    struct err why = ERR_INIT;
    r.err = &why;
    bool ok = store_read_agents(run->store, rebuild_agent, &r, err) && !why.code;
    for (size_t i = 0; ok && i < run->n_agents; i++)
        ok = rebuild_one(&r, run->agent[i]);
    if (!ok || why.code || !run->root) {
        if (why.code)
            *err = why;
        else if (ok)
            err_set(err, ERR_INTERNAL, "the journal has no root agent");
        return false;
    }
    size_t n = run->n_agents; /* going on may add agents */
    for (size_t i = 0; i < n; i++)
        rebuild_count_children(run->agent[i]);
    for (size_t i = 0; i < n; i++) {
        struct agent *a = run->agent[i];
        a->clock_ms = clock_mono_ms();
        if (a->state == AGENT_ENDED)
            continue;
        agent_set_state(a, AGENT_COMMITTING);
        if (a->turn == 0)
            agent_start(a);
        else
            agent_after_turn(a, a->turn_end);
    }
    if (run->root->state == AGENT_ENDED)
        run_root_ended(run);
    return true;
}

struct root_layers {
    int64_t *layer;
    size_t n;
};

static bool root_layers_row(void *arg, const struct agent_row *row) {
    struct root_layers *out = arg;
    if (row->parent)
        return true;
    struct agent root = {0};
    layers_take(&root, row->layers_json, 0);
    out->layer = root.layer;
    out->n = root.n_layers;
    return false;
}

bool run_result_layers(struct store *reader, int64_t **layers, size_t *n, struct err *err) {
    struct root_layers out = {0};
    if (!store_read_agents(reader, root_layers_row, &out, err))
        return false;
    *layers = out.layer;
    *n = out.n;
    return true;
}
