/* The calls of a turn, one after another, each in a cell on its predecessor's layer.
 *
 * Owns: the queue for cells, commit 2 (result, layer, counters, what was read: all or nothing), the
 * stack of layers and its flattening, loop detection. Loop thread.
 *
 * A wrong name, wrong arguments and a failing command are data: texts that the model reads. A cell
 * that cannot be built is the environment's failure and parks the run. A call whose result is not
 * durable has not happened: its layer is rubbish, and a resume makes the call again.
 *
 * Calls run in order and do not overlap; many agents do, at most cells_max at once, since their
 * compilers share the cores with the engine. */
#include "agents/agents_int.h"

#include <string.h>

#include "runtime/base/json.h"

/* Full outputs that were cut for the model are kept up to this in one commit. */
#define FULL_TEXT_MAX OUTPUT_BYTES_MAX

void call_release(struct call *c) {
    free(c->name);
    free(c->arguments_text);
    json_free(&c->arguments);
    free(c->result);
    free(c->refusal);
    free(c->child);
    for (size_t i = 0; i < c->n_items; i++)
        free(c->item[i]);
    free(c->item);
    *c = (struct call){0};
}

/* ---- cells ---- */
void call_layers(const struct agent *a, struct cell_spec *spec, int64_t upper) {
    spec->workspace = (struct workspace_spec){
        .dir = a->run->dir,
        .path = a->run->worktree,
        .layers = a->layer,
        .n_layers = a->n_layers,
        .upper = upper,
    };
}

void cell_enqueue(struct agent *a, void (*start)(struct agent *agent)) {
    struct run *run = a->run;
    agent_set_state(a, AGENT_QUEUED);
    a->cell_start = start;
    a->queue_next = NULL;
    *run->cell_queue_tail = a;
    run->cell_queue_tail = &a->queue_next;
    cells_pump(run);
}

void cells_pump(struct run *run) {
    while (run->cell_queue && run->cells_active < run->cells_max && !run_is_stopping(run)) {
        struct agent *a = run->cell_queue;
        run->cell_queue = a->queue_next;
        if (!run->cell_queue)
            run->cell_queue_tail = &run->cell_queue;
        a->queue_next = NULL;
        a->cell_start(a);
    }
}

struct cell_wait {
    struct agent *agent;
    void (*done)(struct agent *agent, const struct cell_result *result);
};

static void cell_on_done(void *arg, const struct cell_result *result) {
    struct cell_wait wait = *(struct cell_wait *)arg;
    free(arg);
    struct agent *a = wait.agent;
    struct run *run = a->run;
    a->cell = 0;
    run->in_flight--;
    run->cells_active--;
    /* killed, and not by us: the warden is gone; out of disk or processes: nothing of this call may
     * count */
    bool lost = result->end == CELL_REFUSED || (result->end == CELL_KILLED && !a->ending);
    bool later = err_is_temporary(&result->err);
    if (run_is_stopping(run)) {
        agent_set_state(a, AGENT_PARKED);
    } else if (lost || later) {
        run_fail(run, &result->err);
        agent_set_state(a, AGENT_PARKED);
    } else {
        wait.done(a, result);
    }
}

void cell_run(struct agent *a, const struct cell_spec *spec,
              void (*done)(struct agent *agent, const struct cell_result *result)) {
    struct cell_wait *wait = xcalloc(1, sizeof *wait);
    *wait = (struct cell_wait){a, done};
    a->run->in_flight++;
    a->run->cells_active++;
    a->cell = sandbox_run(a->run->sandbox, spec, cell_on_done, wait);
}

/* ---- flattening ---- */
static void flatten_on_durable(struct agent *a) {
    call_next(a);
}

static void flatten_on_done(struct agent *a, const struct cell_result *result) {
    agent_set_state(a, AGENT_COMMITTING);
    if (result->end != CELL_EXITED || result->status != 0) {
        struct err err = ERR_INIT;
        err_set(&err, ERR_INTERNAL, "cannot flatten the layers of agent %s: %.*s", a->path,
                (int)MIN(result->output.len, 300u), result->output.ptr);
        run_fail(a->run, &err);
        return;
    }
    a->layer[0] = a->upper;
    a->n_layers = 1;
    a->n_inherited = 0;
    struct txn *txn = txn_create();
    txn_sync_layers(txn);
    txn_layer_insert(txn, a->upper, a->id, STR("flat"));
    AUTO_BUF struct buf storage = BUF_INIT(JSON_BYTES_MAX);
    struct agent_row row;
    agent_row(a, &row, &storage);
    txn_agent_update(txn, &row);
    run_commit(a->run, txn, a, flatten_on_durable);
}

static void flatten_start(struct agent *a) {
    agent_set_state(a, AGENT_CALLING);
    a->upper = store_next_layer(a->run->store);
    struct mount_spec from = {.at = "/drover/from", .layers = a->layer, .n_layers = a->n_layers};
    struct cell_spec spec = {.function = "layers.flatten", .mounts = &from, .n_mounts = 1};
    call_layers(a, &spec, a->upper);
    spec.workspace.n_layers = 0;
    cell_run(a, &spec, flatten_on_done);
}

static void call_on_durable(struct agent *a) {
    if (a->ending)
        agent_end(a, false, a->ending, "");
    else if (a->n_layers > LAYERS_STACK_MAX)
        cell_enqueue(a, flatten_start);
    else
        call_next(a);
}

/* ---- loop detection ---- */
int loop_count(struct agent *a, const struct call *c, struct str result_hash) {
    AUTO_FREE char *whole = xasprintf("%s %s", c->name, c->arguments_text);
    uint64_t call_key = str_hash(str_from(whole)), result_key = str_hash(result_hash);
    for (size_t i = 0; i < a->n_seen; i++) {
        struct seen_call *s = &a->seen[i];
        if (s->call_hash == call_key && s->result_hash == result_key)
            return ++s->count;
    }
    if (a->n_seen == SEEN_CALLS_MAX)
        memmove(a->seen, a->seen + 1, --a->n_seen * sizeof a->seen[0]);
    a->seen[a->n_seen++] = (struct seen_call){call_key, result_key, 1};
    return 1;
}

static char *loop_note(struct agent *a, const struct call *c, struct str result, const char *hash) {
    int count = loop_count(a, c, str_from(hash));
    if (count >= LOOP_END_COUNT)
        a->ending = "loop";
    if (count < LOOP_TELL_COUNT)
        return str_dup(result);
    return xasprintf("%.*s\n[this call has given this result %d times; do something else]",
                     STR_FMT(result), count);
}

/* ---- commit 2 ---- */
static void call_keep_layer(struct agent *a, struct txn *txn, const struct cell_result *cell,
                            struct call_row *row, char **changes) {
    if (!cell || !a->upper || (cell->n_changes == 0 && !cell->changes_cut))
        return;
    a->layer = xreallocarray(a->layer, a->n_layers + 1, sizeof *a->layer);
    a->layer[a->n_layers++] = a->upper;
    view_change(&a->view, a->run->intern, cell->changes, cell->n_changes, cell->changes_cut);
    *changes = changes_to_json(cell->changes, cell->n_changes, cell->changes_cut);
    row->layer = a->upper;
    row->changes_json = str_from(*changes);
    txn_layer_insert(txn, a->upper, a->id, STR("call"));
    txn_sync_layers(txn);
}

static void call_keep_texts(struct agent *a, struct txn *txn, const struct tool_effect *effect,
                            struct call_row *row) {
    if (!effect)
        return;
    if (effect->cut)
        row->result_text = txn_text(a->run->store, txn, str_slice(effect->full, 0, FULL_TEXT_MAX));
    if (effect->has_read) {
        view_read(&a->view, effect->read_path, effect->read_text);
        int64_t text = txn_text(a->run->store, txn, effect->read_text);
        txn_read_file(txn, a->id, effect->read_path, text);
    }
}

static void call_event(struct agent *a, struct txn *txn, const struct call *c,
                       const struct cell_result *cell) {
    AUTO_BUF struct buf data = BUF_INIT(JSON_BYTES_MAX);
    buf_printf(&data, "{\"turn\":%lld,\"call\":%lld,\"name\":", (long long)a->turn,
               (long long)c->number);
    buf_append_json(&data, str_from(c->name));
    buf_append_c(&data, ",\"arguments\":");
    buf_append_c(&data, c->arguments_text);
    buf_append_c(&data, ",\"result\":");
    buf_append_json(&data, str_from(c->result));
    if (cell)
        buf_printf(&data, ",\"status\":%d,\"cpu_ms\":%lld,\"wall_ms\":%lld,\"changed\":%zu",
                   cell->status, (long long)cell->cpu_ms, (long long)cell->wall_ms,
                   cell->n_changes);
    buf_append_c(&data, "}");
    run_event(a->run, txn, a, "call", data.overflow ? STR("{}") : buf_str(&data));
}

void call_finish(struct agent *a, struct call *c, struct str result, const struct cell_result *cell,
                 const struct tool_effect *effect) {
    agent_set_state(a, AGENT_COMMITTING);
    char hash[65];
    sha256_hex(result, hash);
    c->result = loop_note(a, c, result, hash);
    c->done = true;
    a->calls_made++;
    if (a->calls_left != BUDGET_UNLIMITED)
        a->calls_left--;
    struct txn *txn = txn_create();
    struct call_row row = {
        .agent = a->id,
        .turn = a->turn,
        .number = c->number,
        .tool = str_from(c->name),
        .arguments_json = str_from(c->arguments_text),
        .state = STR("done"),
        .result = str_from(c->result),
        .result_hash = str_from(hash),
        .cpu_ms = cell ? cell->cpu_ms : 0,
        .wall_ms = cell ? cell->wall_ms : 0,
        .exit_status = cell ? cell->status : 0,
    };
    AUTO_FREE char *changes = NULL;
    call_keep_layer(a, txn, cell, &row, &changes);
    call_keep_texts(a, txn, effect, &row);
    txn_call_update(txn, &row);
    AUTO_BUF struct buf storage = BUF_INIT(JSON_BYTES_MAX);
    struct agent_row agent;
    agent_row(a, &agent, &storage);
    txn_agent_update(txn, &agent);
    call_event(a, txn, c, cell);
    run_commit(a->run, txn, a, call_on_durable);
}

/* ---- doing one call ---- */
static void call_on_cell(struct agent *a, const struct cell_result *result) {
    struct call *c = &a->call[a->at];
    if (result->end == CELL_KILLED && a->ending) {
        agent_set_state(a, AGENT_COMMITTING);
        agent_end(a, false, a->ending, "");
        return;
    }
    AUTO_BUF struct buf text = BUF_INIT(RESULT_BYTES_MAX * 2);
    struct tool_effect effect = {0};
    tool_result(c->tool, c->arguments, result, &text, &effect);
    call_finish(a, c, buf_str(&text), result, &effect);
}

static void call_start(struct agent *a) {
    struct call *c = &a->call[a->at];
    AUTO_ARENA struct arena arena = ARENA_INIT(JSON_BYTES_MAX * 2);
    AUTO_BUF struct buf refusal = BUF_INIT(RESULT_BYTES_MAX);
    struct cell_spec spec = {0};
    agent_set_state(a, AGENT_CALLING);
    if (!tool_prepare(c->tool, c->arguments, &spec, &arena, &refusal)) {
        call_finish(a, c, buf_str(&refusal), NULL, NULL);
        return;
    }
    a->upper = c->tool->reads_only ? 0 : store_next_layer(a->run->store);
    call_layers(a, &spec, a->upper);
    spec.network = a->def->network && a->run->options.network;
    cell_run(a, &spec, call_on_cell);
}

static void call_todo(struct agent *a, struct call *c) {
    const cJSON *todos = cJSON_GetObjectItemCaseSensitive(c->arguments, "todos");
    AUTO_BUF struct buf text = BUF_INIT(RESULT_BYTES_MAX);
    int open = 0;
    const cJSON *t;
    cJSON_ArrayForEach(t, todos) open += strcmp(json_string(t, "status", ""), "completed") != 0;
    buf_printf(&text, "noted: %d of %d open", open, cJSON_GetArraySize(todos));
    call_finish(a, c, buf_str(&text), NULL, NULL);
}

static void call_end_agent(struct agent *a, struct call *c) {
    if (a->at + 1 != a->n_calls) {
        call_finish(a, c,
                    STR("Finish must be the last call of a turn; call it again when the other "
                        "calls have given their results"),
                    NULL, NULL);
        return;
    }
    a->calls_made++;
    if (a->calls_left != BUDGET_UNLIMITED)
        a->calls_left--;
    bool success = strcmp(json_string(c->arguments, "status", ""), "success") == 0;
    const cJSON *result = cJSON_GetObjectItemCaseSensitive(c->arguments, "result");
    AUTO_FREE char *text = cJSON_IsString(result) ? xstrdup(result->valuestring)
                           : result               ? json_print(result)
                                                  : xstrdup("");
    agent_end(a, success, success ? "success" : "failure", text);
}

static bool call_allowed(const struct agent *a, const struct call *c) {
    const cJSON *tool;
    cJSON_ArrayForEach(tool, a->tools) if (strcmp(json_string(tool, "name", ""), c->name) ==
                                           0) return c->tool != NULL;
    return false;
}

static void call_do(struct agent *a, struct call *c) {
    AUTO_BUF struct buf refusal = BUF_INIT(RESULT_BYTES_MAX);
    if (c->refusal && !c->spawned && c->tool && c->tool->kind != TOOL_HERD) {
        call_finish(a, c, str_from(c->refusal), NULL, NULL);
    } else if (!call_allowed(a, c)) {
        buf_printf(&refusal, "there is no tool '%.100s' here", c->name);
        call_finish(a, c, buf_str(&refusal), NULL, NULL);
    } else if (!tool_check(c->tool, c->arguments, &refusal)) {
        call_finish(a, c, buf_str(&refusal), NULL, NULL);
    } else if (c->tool->kind != TOOL_HERD) {
        cell_enqueue(a, call_start);
    } else if (strcmp(c->name, "Finish") == 0) {
        call_end_agent(a, c);
    } else if (strcmp(c->name, "TodoWrite") == 0) {
        call_todo(a, c);
    } else {
        herd_spawn(a, c);
    }
}

void call_next(struct agent *a) {
    while (a->at < a->n_calls && a->call[a->at].done)
        a->at++;
    if (a->ending) {
        agent_end(a, false, a->ending, "");
    } else if (a->at == a->n_calls) {
        agent_set_state(a, AGENT_READY);
        agent_render_results(a);
    } else if (a->calls_left == 0) {
        agent_end(a, false, "budget_calls", "");
    } else {
        call_do(a, &a->call[a->at]);
    }
}
