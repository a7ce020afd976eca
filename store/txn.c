/* A transaction while it is being built: typed rows become statements with their values.
 *
 * Owns: struct txn, from txn_create until store_submit takes it (or txn_destroy). All bytes are
 * copied into one buffer, so that the caller's strings may go away at once and the writer thread
 * never touches memory of another thread.
 * Thread: whoever builds it, one at a time; normally the loop.
 * Invariants: values of an op lie together; offsets instead of pointers, because the buffer moves.
 * Nothing fails: what goes into a row was bounded where it came in (RESULT_BYTES_MAX,
 * OUTPUT_BYTES_MAX, ...), so passing TXN_BYTES_MAX is a programmer error. */
#include "store/store_int.h"
#include "runtime/base/clock.h"

struct txn *txn_create(void) {
    struct txn *txn = xcalloc(1, sizeof(*txn));
    buf_init(&txn->bytes, TXN_BYTES_MAX);
    return txn;
}

void txn_destroy(struct txn *txn) {
    if (txn == NULL) {
        return;
    }
    buf_release(&txn->bytes);
    free(txn->ops);
    free(txn->values);
    free(txn->failure);
    free(txn);
}

void txn_sync_layers(struct txn *txn) {
    txn->sync_layers = true;
}

void txn_park(struct txn *txn) {
    txn->park = true;
}

static void op_begin(struct txn *txn, enum query query) {
    if (txn->n_ops == txn->cap_ops) {
        txn->cap_ops = MAX(8, txn->cap_ops * 2);
        txn->ops = xreallocarray(txn->ops, txn->cap_ops, sizeof(*txn->ops));
    }
    txn->ops[txn->n_ops++] = (struct op){.query = query, .first = txn->n_values};
}

static void add_value(struct txn *txn, struct value value) {
    if (txn->n_values == txn->cap_values) {
        txn->cap_values = MAX(32, txn->cap_values * 2);
        txn->values = xreallocarray(txn->values, txn->cap_values, sizeof(*txn->values));
    }
    txn->values[txn->n_values++] = value;
    txn->ops[txn->n_ops - 1].n++;
}

static void add_int(struct txn *txn, int64_t number) {
    add_value(txn, (struct value){.kind = VALUE_INT, .number = number});
}

/* 0 becomes NULL. */
static void add_id(struct txn *txn, int64_t id) {
    add_value(txn, (struct value){.kind = VALUE_ID, .number = id});
}

static void add_bytes(struct txn *txn, enum value_kind kind, struct str bytes) {
    struct value value = {.kind = kind, .offset = txn->bytes.len, .len = bytes.len};
    value.null = bytes.ptr == NULL;
    if (bytes.len > 0) {
        ASSERT(buf_append_str(&txn->bytes, bytes));
    }
    add_value(txn, value);
}

static void add_text(struct txn *txn, struct str text) {
    add_bytes(txn, VALUE_TEXT, text);
}

void txn_run_insert(struct txn *txn, const struct run_row *row) {
    op_begin(txn, QUERY_run_insert);
    add_text(txn, row->id);
    add_text(txn, row->goal);
    add_text(txn, row->worktree);
    add_text(txn, row->model_path);
    add_text(txn, row->model_hash);
    add_text(txn, row->arithmetic);
    add_text(txn, row->config_json);
    add_text(txn, row->base_json);
    add_text(txn, row->state);
    add_text(txn, row->result_json);
    add_int(txn, (int64_t)row->seed);
    add_id(txn, row->root_agent);
    add_int(txn, row->created_ms ? row->created_ms : clock_wall_ms());
    add_int(txn, row->updated_ms ? row->updated_ms : clock_wall_ms());
}

void txn_run_state(struct txn *txn, const char *state, struct str result_json) {
    op_begin(txn, QUERY_run_state);
    txn->ops[txn->n_ops - 1].must_change = true;
    add_text(txn, str_from(state));
    add_bytes(txn, VALUE_TEXT_OR_NULL, result_json);
    add_int(txn, clock_wall_ms());
}

void txn_agent_insert(struct txn *txn, const struct agent_row *row) {
    ASSERT(row->id > 0);
    op_begin(txn, QUERY_agent_insert);
    add_int(txn, row->id);
    add_id(txn, row->parent);
    add_int(txn, row->parent_call);
    add_text(txn, row->path);
    add_text(txn, row->name);
    add_bytes(txn, VALUE_CONTENT, row->definition_json);
    add_bytes(txn, VALUE_CONTENT, row->tools_json);
    add_text(txn, row->brief);
    add_text(txn, row->item);
    add_int(txn, row->attempt);
    add_text(txn, row->state);
    add_text(txn, row->reason);
    add_text(txn, row->result);
    add_id(txn, row->fork_layer);
    add_int(txn, row->turns);
    add_int(txn, row->calls);
    add_int(txn, row->tokens_in);
    add_int(txn, row->tokens_out);
    add_int(txn, row->tokens_left);
    add_int(txn, row->calls_left);
    add_int(txn, row->ms_left);
    add_int(txn, row->agents_left);
    add_text(txn, row->layers_json);
}

void txn_agent_update(struct txn *txn, const struct agent_row *row) {
    op_begin(txn, QUERY_agent_update);
    txn->ops[txn->n_ops - 1].must_change = true;
    add_int(txn, row->id);
    add_text(txn, row->state);
    add_text(txn, row->reason);
    add_text(txn, row->result);
    add_id(txn, row->fork_layer);
    add_int(txn, row->turns);
    add_int(txn, row->calls);
    add_int(txn, row->tokens_in);
    add_int(txn, row->tokens_out);
    add_int(txn, row->tokens_left);
    add_int(txn, row->calls_left);
    add_int(txn, row->ms_left);
    add_int(txn, row->agents_left);
    add_text(txn, row->layers_json);
}

void txn_turn_insert(struct txn *txn, const struct turn_row *row) {
    op_begin(txn, QUERY_turn_insert);
    add_int(txn, row->agent);
    add_int(txn, row->number);
    add_bytes(txn, VALUE_BLOB, row->prompt_tokens);
    add_bytes(txn, VALUE_BLOB, row->answer_tokens);
    add_int(txn, row->prompt_computed);
    add_text(txn, row->end);
}

/* The columns that both call statements have, in the same order. */
static void add_call_result(struct txn *txn, const struct call_row *row) {
    add_text(txn, row->state);
    add_text(txn, row->result);
    add_id(txn, row->result_text);
    add_text(txn, row->result_hash);
    add_id(txn, row->layer);
    add_text(txn, row->changes_json);
    add_int(txn, row->cpu_ms);
    add_int(txn, row->wall_ms);
    add_int(txn, row->exit_status);
}

void txn_call_insert(struct txn *txn, const struct call_row *row) {
    op_begin(txn, QUERY_call_insert);
    add_int(txn, row->agent);
    add_int(txn, row->turn);
    add_int(txn, row->number);
    add_text(txn, row->tool);
    add_text(txn, row->arguments_json);
    add_call_result(txn, row);
}

void txn_call_update(struct txn *txn, const struct call_row *row) {
    op_begin(txn, QUERY_call_update);
    txn->ops[txn->n_ops - 1].must_change = true;
    add_int(txn, row->agent);
    add_int(txn, row->turn);
    add_int(txn, row->number);
    add_call_result(txn, row);
}

void txn_layer_insert(struct txn *txn, int64_t id, int64_t agent, struct str kind) {
    ASSERT(id > 0);
    op_begin(txn, QUERY_layer_insert);
    add_int(txn, id);
    add_id(txn, agent);
    add_text(txn, kind);
}

int64_t txn_text(struct store *store, struct txn *txn, struct str text) {
    ASSERT(!store->reader_only);
    int64_t id = store->next_text++;
    op_begin(txn, QUERY_text_insert);
    add_int(txn, id);
    add_bytes(txn, VALUE_CONTENT, text);
    return id;
}

void txn_read_file(struct txn *txn, int64_t agent, struct str path, int64_t text) {
    op_begin(txn, QUERY_read_file_put);
    add_int(txn, agent);
    add_text(txn, path);
    add_int(txn, text);
}

void txn_event(struct txn *txn, int64_t agent, const char *type, struct str data_json) {
    op_begin(txn, QUERY_event_insert);
    add_int(txn, clock_wall_ms());
    add_id(txn, agent);
    add_text(txn, str_from(type));
    add_text(txn, data_json);
}

void txn__reserve_layers(struct txn *txn, int64_t next) {
    op_begin(txn, QUERY_reserve_layers);
    add_int(txn, next);
}
