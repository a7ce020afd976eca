/* Agent and Swarm: starting children, attempts, and merging what they changed.
 *
 * Owns: the children of a call. Loop thread.
 *
 *   herd_spawn     adjacent Agent and Swarm calls of a turn are one group, so that they run side by
 *                  side: items are read, budgets carved, all children inserted in one commit
 *   ...            each child runs to its end; a child whose retry check fails gets a fresh attempt
 *                  (same identity, next attempt number, its layers dropped)
 *   herd_child_ended  when the group's last child has ended, its calls are merged in call order
 *   merge          one cell per call, in item order, three-way against the fork point; conflicts
 *                  are data for the parent; children that failed change nothing
 *
 * Identity (G3): a child's path is parent path, turn, call and item; together with the attempt it
 * seeds its randomness and names it across crashes, so a resume attaches instead of starting again.
 * Coordination is code: the parent gets one result per call, always (G5). */
#include "agents/agents_int.h"

#include <string.h>

#include "runtime/base/asset.h"
#include "runtime/base/json.h"

ASSET_DECLARE(agents_fork_md);

/* Failed items and conflicts that a result names one by one. */
#define NAMED_MAX 20

static bool call_spawns(const struct call *c) {
    return c->tool && c->tool->kind == TOOL_HERD &&
           (strcmp(c->name, "Agent") == 0 || strcmp(c->name, "Swarm") == 0);
}

static bool is_swarm(const struct call *c) {
    return strcmp(c->name, "Swarm") == 0;
}

/* One past the last call of the group that starts at a->at. */
static size_t group_end(const struct agent *a) {
    size_t end = a->at;
    while (end < a->n_calls && call_spawns(&a->call[end]) && !a->call[end].done)
        end++;
    return end;
}

/* ---- items ---- */
static void items_add(struct call *c, struct str item) {
    c->item = xreallocarray(c->item, c->n_items + 1, sizeof *c->item);
    c->item[c->n_items++] = str_dup(item);
}

static void items_take_lines(struct call *c, struct str text) {
    struct str line;
    size_t longest = 0;
    while (str_next_line(&text, &line) && c->n_items <= SWARM_ITEMS_MAX) {
        line = str_trim(line);
        longest = MAX(longest, line.len);
        if (line.len && str_is_utf8(line))
            items_add(c, line);
    }
    if (longest > SWARM_ITEM_BYTES_MAX)
        c->refusal = xasprintf("an item is longer than %d bytes", SWARM_ITEM_BYTES_MAX);
    else if (c->n_items == 0)
        c->refusal = xstrdup("the items file has no lines: nothing to start");
    else if (c->n_items > SWARM_ITEMS_MAX)
        c->refusal = xasprintf("more than %d items; split the list", SWARM_ITEMS_MAX);
}

static void herd_prepare(struct agent *a);

static struct call *group_next_unread(struct agent *a) {
    for (size_t i = a->at; i < group_end(a); i++)
        if (!a->call[i].n_items && !a->call[i].refusal)
            return &a->call[i];
    return NULL;
}

static cJSON *items_read_arguments(const struct call *c) {
    cJSON *arguments = cJSON_CreateObject();
    cJSON_AddStringToObject(arguments, "file_path", json_string(c->arguments, "items_from", ""));
    return arguments;
}

static void items_on_read(struct agent *a, const struct cell_result *result) {
    struct call *c = group_next_unread(a);
    AUTO_JSON cJSON *arguments = items_read_arguments(c);
    AUTO_BUF struct buf text = BUF_INIT(RESULT_BYTES_MAX * 2);
    struct tool_effect effect = {0};
    tool_result(tool_find(STR("Read")), arguments, result, &text, &effect);
    agent_set_state(a, AGENT_COMMITTING);
    if (effect.has_read)
        items_take_lines(c, effect.read_text);
    else
        c->refusal = str_dup(buf_str(&text));
    herd_prepare(a);
}

static void items_start_read(struct agent *a) {
    struct call *c = group_next_unread(a);
    AUTO_JSON cJSON *arguments = items_read_arguments(c);
    AUTO_ARENA struct arena arena = ARENA_INIT(JSON_BYTES_MAX);
    AUTO_BUF struct buf refusal = BUF_INIT(RESULT_BYTES_MAX);
    struct cell_spec spec = {0};
    agent_set_state(a, AGENT_CALLING);
    if (!tool_prepare(tool_find(STR("Read")), arguments, &spec, &arena, &refusal)) {
        agent_set_state(a, AGENT_COMMITTING);
        c->refusal = str_dup(buf_str(&refusal));
        herd_prepare(a);
        return;
    }
    call_layers(a, &spec, 0);
    cell_run(a, &spec, items_on_read);
}

/* Items of c that need no file; false if a file must be read first. */
static bool items_inline(struct call *c) {
    if (!is_swarm(c)) {
        items_add(c, STR(""));
        return true;
    }
    const cJSON *items = cJSON_GetObjectItemCaseSensitive(c->arguments, "items"), *item;
    bool file = cJSON_GetObjectItemCaseSensitive(c->arguments, "items_from") != NULL;
    if ((items != NULL) == file) {
        c->refusal = xstrdup("give either items or items_from");
        return true;
    }
    cJSON_ArrayForEach(item, items) items_add(c, str_from(item->valuestring));
    return !file;
}

/* ---- children ---- */
static char *brief_make(const char *template, const char *item) {
    struct buf b = BUF_INIT(JSON_BYTES_MAX);
    struct str rest = str_from(template);
    for (;;) {
        size_t at = str_find(rest, STR("{{item}}"), 0);
        buf_append_str(&b, str_slice(rest, 0, MIN(at, rest.len)));
        if (at == SIZE_MAX)
            break;
        buf_append_c(&b, item);
        rest = str_slice(rest, at + 8, rest.len);
    }
    return buf_take(&b);
}

static int64_t share(int64_t parent_left, int64_t wanted, int64_t parts) {
    return parent_left == BUDGET_UNLIMITED ? wanted : MIN(wanted, parent_left / parts);
}

static void carve_one(int64_t *parent, int64_t *child, int64_t parts) {
    *child = share(*parent, *child, parts);
    if (*parent != BUDGET_UNLIMITED)
        *parent -= *child;
}

/* The child's budgets come out of its parent's (G6); what it does not spend comes back. */
static void budget_carve(struct agent *parent, struct agent *child, int64_t parts) {
    carve_one(&parent->tokens_left, &child->tokens_left, parts);
    carve_one(&parent->calls_left, &child->calls_left, parts);
    if (parent->agents_left != BUDGET_UNLIMITED)
        parent->agents_left--;
    carve_one(&parent->agents_left, &child->agents_left, parts);
    child->ms_left = MIN(child->ms_left, parent->ms_left);
}

static bool fork_wanted(const struct call *c) {
    return json_bool(c->arguments, "fork", false);
}

bool herd_is_fork(const struct agent *child) {
    const struct agent *p = child->parent;
    return p && child->parent_call_turn == p->turn &&
           (size_t)child->parent_call_number < p->n_calls &&
           fork_wanted(&p->call[child->parent_call_number]);
}

bool herd_fork_history(struct agent *child, struct err *err) {
    struct agent *p = child->parent;
    const struct model *m = child->run->model;
    tokens_append(&child->history, p->history.ids, p->history.n);
    AUTO_BUF struct buf told = BUF_INIT(JSON_BYTES_MAX);
    buf_append_str(&told, ASSET(agents_fork_md));
    buf_append_c(&told, child->brief);
    AUTO_FREE struct model_result *results = xcalloc(p->n_calls, sizeof *results);
    for (size_t i = 0; i < p->n_calls; i++) {
        const struct call *c = &p->call[i];
        struct str text = c->done ? str_from(c->result) : STR("[another agent does this]");
        if ((int64_t)i == child->parent_call_number)
            text = buf_str(&told);
        results[i] = (struct model_result){str_from(c->name), text,
                                           (int)(p->calls_total_index + (int64_t)i)};
    }
    child->calls_total_index = p->calls_total_index + (int64_t)p->n_calls;
    view_copy_files(&child->view, &p->view);
    return model_render_close(m, p->history.ids, p->history.n, &child->pending, err) &&
           model_render_results(m, results, p->n_calls, &child->pending, err) &&
           model_render_assistant(m, true, &child->pending, err);
}

static struct agent *child_create(struct agent *parent, struct call *c, size_t item, int attempt,
                                  int64_t parts, struct err *err) {
    const char *name = json_string(c->arguments, "subagent_type", "");
    const struct agent_def *def = agent_set_find(parent->run->options.agents, name);
    if (!def) {
        err_set(err, ERR_NOT_FOUND, "there is no agent '%s'", name);
        return NULL;
    }
    struct agent *child = agent_create(parent->run, parent, def);
    child->id = store_next_agent(parent->run->store);
    child->path = xasprintf("%s.%lld.%lld.%zu", parent->path, (long long)parent->turn,
                            (long long)c->number, item);
    child->parent_call_turn = parent->turn;
    child->parent_call_number = c->number;
    child->item_index = item;
    child->item = xstrdup(c->item[item]);
    child->brief = brief_make(
        json_string(c->arguments, is_swarm(c) ? "prompt_template" : "prompt", ""), c->item[item]);
    child->attempt = attempt;
    run_add_agent(parent->run, child);
    budget_carve(parent, child, parts);
    if ((!fork_wanted(c) || herd_fork_history(child, err)) && agent_prepare(child, err))
        return child;
    agent_return_budget(child);
    child->state = AGENT_ENDED; /* it was never anybody's: no row, no event ... */
    child->attempt = 0;         /* ... and no sibling: a resumed run does not know of it */
    return NULL;
}

static void child_insert(struct agent *child, struct txn *txn) {
    AUTO_BUF struct buf storage = BUF_INIT(JSON_BYTES_MAX);
    struct agent_row row;
    agent_row(child, &row, &storage);
    txn_agent_insert(txn, &row);
    AUTO_BUF struct buf data = BUF_INIT(JSON_BYTES_MAX);
    buf_printf(&data, "{\"name\":\"%s\",\"attempt\":%d,\"item\":", child->def->name,
               child->attempt);
    buf_append_json(&data, str_from(child->item));
    buf_append_c(&data, "}");
    run_event(child->run, txn, child, "agent_started", buf_str(&data));
}

/* A text for the model if the budgets do not allow n more children. */
static char *spawn_refusal(const struct agent *a, size_t n) {
    if (a->agents_left != BUDGET_UNLIMITED && a->agents_left < (int64_t)n)
        return xasprintf("the budget allows %lld more agents, not %zu", (long long)a->agents_left,
                         n);
    if (a->run->n_agents + n > AGENTS_MAX)
        return xasprintf("a run has at most %d agents", AGENTS_MAX);
    if (a->depth_left <= 0)
        return xstrdup("agents may not be nested deeper than this");
    if (a->tokens_left / ((int64_t)n + 1) == 0 || a->calls_left / ((int64_t)n + 1) == 0)
        return xstrdup("the budget that is left is too small to share with that many agents");
    return NULL;
}

static void herd_go_on(struct agent *a);

static void herd_on_spawned(struct agent *a) {
    agent_set_state(a, AGENT_WAITING);
    size_t end = group_end(a);
    for (size_t i = a->at; i < end; i++) {
        a->call[i].spawned = true;
        for (size_t k = 0; k < a->call[i].n_children; k++)
            agent_start(a->call[i].child[k]);
    }
    herd_go_on(a);
}

static void call_spawn(struct agent *a, struct call *c, int64_t parts, struct txn *txn) {
    c->child = xcalloc(c->n_items, sizeof *c->child);
    for (size_t i = 0; i < c->n_items; i++) {
        struct err err = ERR_INIT;
        struct agent *child = child_create(a, c, i, 1, parts--, &err);
        if (!child) { /* nobody of this call starts: a definition is wrong for all of them */
            c->refusal = xasprintf("cannot start '%.100s': %s",
                                   json_string(c->arguments, "subagent_type", ""), err.msg);
            c->n_children = c->children_open = 0;
            return;
        }
        child_insert(child, txn);
        c->child[c->n_children++] = child;
        c->children_open++;
    }
}

/* Gets the items of every call of the group, then inserts all children in one commit. */
static void herd_prepare(struct agent *a) {
    if (group_next_unread(a)) {
        cell_enqueue(a, items_start_read);
        return;
    }
    size_t end = group_end(a), total = 0;
    for (size_t i = a->at; i < end; i++) {
        struct call *c = &a->call[i];
        if (!c->refusal)
            c->refusal = spawn_refusal(a, total + c->n_items);
        total += c->refusal ? 0 : c->n_items;
    }
    struct txn *txn = txn_create();
    int64_t parts = (int64_t)total + 1;
    for (size_t i = a->at; i < end; i++) {
        if (a->call[i].refusal)
            continue;
        call_spawn(a, &a->call[i], parts, txn);
        parts -= (int64_t)a->call[i].n_items;
    }
    AUTO_BUF struct buf storage = BUF_INIT(JSON_BYTES_MAX);
    struct agent_row row;
    agent_row(a, &row, &storage);
    txn_agent_update(txn, &row);
    run_commit(a->run, txn, a, herd_on_spawned);
}

void herd_spawn(struct agent *a, struct call *c) {
    if (c->spawned) {
        agent_set_state(a, AGENT_WAITING);
        herd_go_on(a);
        return;
    }
    agent_set_state(a, AGENT_COMMITTING);
    for (size_t i = a->at; i < group_end(a); i++) {
        struct call *g = &a->call[i];
        if (!g->n_items && !g->refusal && !g->spawned)
            items_inline(g);
    }
    herd_prepare(a);
}

/* ---- merging ---- */
static bool child_changed(const struct agent *child) {
    return child->success && (child->view.n_changed || child->view.changed_cut);
}

static void result_named(struct buf *text, const char *what, const char *name, const char *why,
                         size_t at) {
    if (at < NAMED_MAX)
        buf_printf(text, "\n%s: %s%s%s", what, name, *why ? ": " : "", why);
    else if (at == NAMED_MAX)
        buf_printf(text, "\n%s: ... and more", what);
}

static void swarm_result(const struct call *c, struct buf *text) {
    size_t ok = 0, named = 0;
    for (size_t i = 0; i < c->n_children; i++)
        ok += c->child[i]->success;
    buf_printf(text, "%zu agents: %zu succeeded, %zu failed", c->n_children, ok,
               c->n_children - ok);
    for (size_t i = 0; i < c->n_children; i++)
        if (!c->child[i]->success)
            result_named(text, "failed", c->item[i], c->child[i]->reason, named++);
}

static void agent_result(const struct call *c, struct buf *text) {
    const struct agent *child = c->child[0];
    if (!child->success)
        buf_printf(text, "[failed: %s]\n", child->reason);
    buf_append_c(text, child->result);
}

/* merged and conflicts as layers.merge reports them; both may be absent. */
static void merge_finish(struct agent *a, const struct cell_result *cell, const cJSON *merge) {
    struct call *c = &a->call[a->at];
    AUTO_BUF struct buf text = BUF_INIT(RESULT_BYTES_MAX * 4);
    if (is_swarm(c))
        swarm_result(c, &text);
    else
        agent_result(c, &text);
    const cJSON *conflicts = cJSON_GetObjectItemCaseSensitive(merge, "conflicts"), *item;
    int64_t merged = 0;
    json_int(merge, "merged", 0, INT64_MAX, &merged);
    int n_conflicts = cJSON_GetArraySize(conflicts);
    if (is_swarm(c) || merge)
        buf_printf(&text, "\nmerged %lld files, %d conflicts", (long long)merged, n_conflicts);
    size_t named = 0;
    cJSON_ArrayForEach(item, conflicts)
        result_named(&text, "conflict", json_string(item, "path", "?"), "yours was kept", named++);
    AUTO_BUF struct buf clean = BUF_INIT(RESULT_BYTES_MAX * 2);
    tool_text_clean(buf_str(&text), RESULT_BYTES_MAX, &clean);
    call_finish(a, c, buf_str(&clean), cell, NULL);
}

static void merge_on_done(struct agent *a, const struct cell_result *result) {
    AUTO_JSON cJSON *merge = NULL;
    struct err err = ERR_INIT;
    if (result->end != CELL_EXITED || result->status != 0 ||
        !json_parse(&merge, result->output, "layers.merge", &err)) {
        err_set(&err, ERR_INTERNAL, "cannot merge the children of agent %s (status %d): %.*s",
                a->path, result->status, (int)MIN(result->output.len, 300u), result->output.ptr);
        run_fail(a->run, &err);
        agent_set_state(a, AGENT_PARKED);
        return;
    }
    merge_finish(a, result, merge);
}

static void merge_input(const struct call *c, struct buf *input) {
    buf_append_c(input, "{\"theirs\":[");
    bool first = true;
    for (size_t i = 0; i < c->n_children; i++) {
        const struct agent *child = c->child[i];
        if (!child_changed(child))
            continue;
        buf_append_c(input, first ? "{\"paths\":" : ",{\"paths\":");
        first = false;
        buf_append_c(input, child->view.changed_cut ? "null" : "[");
        for (size_t k = 0; k < child->view.n_changed && !child->view.changed_cut; k++) {
            if (k)
                buf_append_char(input, ',');
            buf_append_json(input, str_from(child->view.changed[k]));
        }
        buf_append_c(input, child->view.changed_cut ? "}" : "]}");
    }
    buf_append_c(input, "]}");
}

static void merge_start(struct agent *a) {
    struct call *c = &a->call[a->at];
    agent_set_state(a, AGENT_MERGING);
    a->upper = store_next_layer(a->run->store);
    AUTO_FREE struct mount_spec *mounts = xcalloc(c->n_children + 1, sizeof *mounts);
    AUTO_ARENA struct arena arena = ARENA_INIT(JSON_BYTES_MAX);
    size_t n = 0;
    mounts[n++] = (struct mount_spec){
        .at = "/drover/base", .layers = a->layer, .n_layers = a->n_layers, .base = true};
    for (size_t i = 0; i < c->n_children; i++) {
        const struct agent *child = c->child[i];
        if (!child_changed(child))
            continue;
        char *at = arena_alloc(&arena, 40);
        ASSERT(at);
        snprintf(at, 40, "/drover/theirs/%zu", n - 1);
        mounts[n++] = (struct mount_spec){
            .at = at, .layers = child->layer, .n_layers = child->n_layers, .base = true};
    }
    AUTO_BUF struct buf input = BUF_INIT(256u << 20);
    merge_input(c, &input);
    struct cell_spec spec = {
        .function = "layers.merge", .input = buf_str(&input), .mounts = mounts, .n_mounts = n};
    call_layers(a, &spec, a->upper);
    cell_run(a, &spec, merge_on_done);
}

/* The parent waits; goes on when every child of the group has ended. */
static void herd_go_on(struct agent *a) {
    struct call *c = &a->call[a->at];
    size_t end = group_end(a), changed = 0;
    for (size_t i = a->at; i < end; i++)
        if (a->call[i].children_open)
            return;
    for (size_t i = 0; i < c->n_children; i++)
        changed += child_changed(c->child[i]);
    if (c->refusal && !c->n_children) {
        agent_set_state(a, AGENT_QUEUED);
        agent_set_state(a, AGENT_CALLING);
        call_finish(a, c, str_from(c->refusal), NULL, NULL);
    } else if (changed) {
        cell_enqueue(a, merge_start);
    } else {
        agent_set_state(a, AGENT_QUEUED);
        agent_set_state(a, AGENT_MERGING);
        merge_finish(a, NULL, NULL);
    }
}

void herd_child_ended(struct agent *child) {
    struct agent *p = child->parent;
    struct call *c = &p->call[child->parent_call_number];
    ASSERT(child->parent_call_turn == p->turn && (size_t)child->parent_call_number < p->n_calls);
    if (child->next_attempt) {
        c->child[child->item_index] = child->next_attempt;
        agent_start(child->next_attempt);
        return;
    }
    ASSERT(c->children_open > 0);
    c->children_open--;
    if (p->state == AGENT_WAITING)
        herd_go_on(p);
}

/* ---- attempts ---- */
static void child_end(struct agent *child) {
    struct agent *p = child->parent;
    agent_set_state(child, AGENT_COMMITTING);
    struct txn *txn = txn_create();
    bool again = !child->success && child->attempt < child->def->retry_attempts &&
                 child->ms_left > 0 && !p->ending;
    if (again) {
        struct call *c = &p->call[child->parent_call_number];
        struct err err = ERR_INIT;
        agent_return_budget(child);
        char *refusal = spawn_refusal(p, 1);
        if (!refusal)
            child->next_attempt = child_create(p, c, child->item_index, child->attempt + 1,
                                               (int64_t)c->children_open + 1, &err);
        free(refusal);
        if (child->next_attempt)
            child_insert(child->next_attempt, txn);
    }
    agent_commit_end(child, txn);
}

static void check_on_done(struct agent *child, const struct cell_result *result) {
    bool passed = result->end == CELL_EXITED && result->status == 0;
    if (passed != child->success) {
        free(child->reason);
        child->reason = xstrdup(passed ? "check_passed" : "check_failed");
    }
    child->success = passed;
    child_end(child);
}

/* 'item' for a shell: as it is when harmless, else in single quotes. */
static char *shell_quote(const char *item) {
    /* never cut: the quote would be open, and what follows it outside of the next */
    struct buf b = BUF_INIT(strlen(item) * 4 + 2);
    size_t plain =
        strspn(item, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-");
    if (*item && !item[plain]) {
        buf_append_c(&b, item);
        return buf_take(&b);
    }
    buf_append_char(&b, '\'');
    for (const char *p = item; *p; p++) {
        if (*p == '\'')
            buf_append_c(&b, "'\\''");
        else
            buf_append_char(&b, *p);
    }
    buf_append_char(&b, '\'');
    ASSERT(!b.overflow);
    return buf_take(&b);
}

static void check_start(struct agent *child) {
    agent_set_state(child, AGENT_CHECKING);
    AUTO_FREE char *item = shell_quote(child->item);
    AUTO_FREE char *command = brief_make(child->def->retry_check, item);
    const char *argv[] = {"/bin/bash", "-c", command, NULL};
    struct cell_spec spec = {.argv = argv};
    /* The layer is never committed: what the check writes is dropped. */
    call_layers(child, &spec, store_next_layer(child->run->store));
    cell_run(child, &spec, check_on_done);
}

void herd_check(struct agent *child) {
    if (!child->def->retry_check || child->ms_left <= 0) /* out of time: nothing more of it runs */
        child_end(child);
    else
        cell_enqueue(child, check_start);
}

/* ---- resume ---- */
void herd_attach(struct agent *p, struct agent *child) {
    if (child->parent_call_turn != p->turn || (size_t)child->parent_call_number >= p->n_calls)
        return; /* of a turn that is over */
    struct call *c = &p->call[child->parent_call_number];
    if (c->done)
        return;
    c->spawned = true;
    if (child->item_index >= c->n_children) {
        c->child = xreallocarray(c->child, child->item_index + 1, sizeof *c->child);
        c->item = xreallocarray(c->item, child->item_index + 1, sizeof *c->item);
        for (; c->n_children <= child->item_index; c->n_children++) {
            c->child[c->n_children] = NULL;
            c->item[c->n_children] = NULL;
        }
        c->n_items = c->n_children;
    }
    c->child[child->item_index] = child; /* rows come in order: the last attempt stays */
    free(c->item[child->item_index]);
    c->item[child->item_index] = xstrdup(child->item);
}
