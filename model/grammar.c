/* Grammars and their states: compiling a dialect's framing and the tools, following one turn.
 *
 * Owns: the grammar's tables. A grammar is immutable after compiling (but for cached masks,
 * grammar_mask.c) and any thread may use it; a state belongs to one thread at a time.
 *
 *                      trigger                        call_close
 *     free text ---------------------> in a call ------------------> after a call --> end token
 *         ^ any token but framing          ^                            |
 *         '---                             '----------- next -----------'
 *
 * Text before the first call is free. The trigger is a control token, or a piece of ordinary text
 * that tokens may complete at any byte and run past; those whose rest is no beginning of a call are
 * masked, and so are the control tokens that only the framing may write, and the trigger itself
 * when no tool can be named. After a call only another call or the end of the turn may follow.
 *
 * Inside a call a state is a set of threads (grammar_step.c) that is never empty. accept makes the
 * next set beside the current one and swaps them, so a token that is not allowed changes nothing.
 *
 * Failures: only at compile time, ERR_INPUT naming tool and property. Nothing that a model writes
 * can make a state fail.
 */
#include "model/grammar_int.h"
#include "runtime/base/json.h"

#define TEXTS_BYTES_MAX (16u << 20) /* keys, enums and framing of one grammar */
#define TOOL_NAME_MAX   128
#define JUMP_BYTES_MAX  (32u << 10) /* one jump; the rest is forced by the next question */

/* ---- compiling ---- */

static bool keep_str(struct grammar *g, struct str s, struct str *out, struct err *err) {
    *out = arena_str(&g->texts, s);
    return out->ptr != NULL || err_set(err, ERR_LIMIT, "the call framing is too large");
}

static bool keep_pieces(struct grammar *g, struct grammar_pieces from, struct piece_list *to,
                        struct err *err) {
    to->at = xcalloc(from.n + 1, sizeof(*to->at));
    to->n = (uint32_t)from.n;
    for (size_t i = 0; i < from.n; i++) {
        to->at[i] = from.at[i];
        ASSERT(from.at[i].kind != PIECE_TOKEN ||
               (from.at[i].token >= 0 && from.at[i].token < vocab_size(g->vocab)));
        if (from.at[i].kind == PIECE_TEXT && !keep_str(g, from.at[i].text, &to->at[i].text, err)) {
            return false;
        }
    }
    return true;
}

/* Knuth, Morris, Pratt: fallback[m] = longest beginning of text that ends text[0..m), shorter than
 * it. */
static uint32_t *make_fallback(struct str text) {
    uint32_t *fallback = xcalloc(text.len + 1, sizeof(*fallback)), k = 0;
    for (uint32_t i = 1; i < text.len; i++) {
        while (k > 0 && text.ptr[i] != text.ptr[k]) {
            k = fallback[k];
        }
        k += text.ptr[i] == text.ptr[k];
        fallback[i + 1] = k;
    }
    return fallback;
}

static int32_t *copy_ids(const int32_t *ids, size_t n) {
    int32_t *copy = xcalloc(n + 1, sizeof(*copy));
    if (n > 0) {
        memcpy(copy, ids, n * sizeof(*copy));
    }
    return copy;
}

static bool keep_format(struct grammar *g, const struct grammar_format *f, struct err *err) {
    const struct grammar_pieces *lists[LISTS] = {&f->open, &f->name_close, &f->call_close, &f->next,
                                                 &f->finish};
    for (int i = 0; i < LISTS; i++) {
        if (!keep_pieces(g, *lists[i], &g->piece[i], err)) {
            return false;
        }
    }
    ASSERT(f->n_end > 0 && f->trigger.kind != PIECE_INDEX);
    g->trigger = f->trigger;
    g->trigger_first = f->trigger_first;
    g->several = f->several;
    g->framing = copy_ids(f->framing, f->n_framing);
    g->n_framing = f->n_framing;
    g->end = copy_ids(f->end, f->n_end);
    g->n_end = f->n_end;
    g->raw_style = f->key_open.len > 0;
    if (f->trigger.kind == PIECE_TEXT) {
        ASSERT(f->trigger.text.len > 0);
        g->marker_fallback = make_fallback(f->trigger.text);
    }
    if (g->raw_style) {
        ASSERT(f->value_close.len > 0 && f->value_close.len <= RAW_TERMINATOR_MAX);
        g->raw_fallback = make_fallback(f->value_close);
    }
    return keep_str(g, f->trigger.text, &g->trigger.text, err) &&
           keep_str(g, f->comma, &g->comma, err) && keep_str(g, f->colon, &g->colon, err) &&
           keep_str(g, f->key_open, &g->key_open, err) &&
           keep_str(g, f->key_close_string, &g->key_close_string, err) &&
           keep_str(g, f->key_close_json, &g->key_close_json, err) &&
           keep_str(g, f->value_close, &g->value_close, err);
}

/* Names are written into JSON and into framing as they are. */
static bool name_is_plain(const char *name) {
    size_t n = strlen(name);
    for (const char *p = name; *p; p++) {
        bool ok = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
                  (*p >= '0' && *p <= '9') || strchr("_-./:", *p) != NULL;
        if (!ok) {
            return false;
        }
    }
    return n > 0 && n <= TOOL_NAME_MAX;
}

static bool add_tool(struct grammar *g, const cJSON *tool, struct err *err) {
    const cJSON *function = cJSON_GetObjectItemCaseSensitive(tool, "function");
    const cJSON *from = function ? function : tool;
    const char *name = json_string(from, "name", "");
    struct tool *t = &g->tools[g->n_tools];
    if (!name_is_plain(name)) {
        err_set(err, ERR_INPUT, "tool name '%.60s' cannot be called", name);
        return err_hint(err, "use letters, digits, '_', '-', '.', at most %d", TOOL_NAME_MAX);
    }
    if (!keep_str(g, str_from(name), &t->name, err) ||
        !schema_compile(g, t->name, cJSON_GetObjectItemCaseSensitive(from, "parameters"),
                        &t->arguments, err)) {
        return false;
    }
    g->n_tools++;
    return true;
}

static int compare_tools(const void *a, const void *b) {
    return str_compare(((const struct tool *)a)->name, ((const struct tool *)b)->name);
}

static bool add_tools(struct grammar *g, const cJSON *tools, struct err *err) {
    const cJSON *tool;
    int n = cJSON_GetArraySize(tools);
    if ((tools && !cJSON_IsArray(tools)) || n > TOOLS_MAX) {
        return err_set(err, ERR_INPUT, "tools must be an array of at most %d", TOOLS_MAX);
    }
    g->tools = xcalloc((size_t)n + 1, sizeof(*g->tools));
    cJSON_ArrayForEach(tool, tools) {
        if (!add_tool(g, tool, err)) {
            return false;
        }
    }
    if (g->n_tools > 1) {
        qsort(g->tools, g->n_tools, sizeof(*g->tools), compare_tools);
    }
    for (uint32_t i = 1; i < g->n_tools; i++) {
        if (str_equal(g->tools[i - 1].name, g->tools[i].name)) {
            return err_set(err, ERR_INPUT, "tool '%.*s' is declared twice",
                           STR_FMT(g->tools[i].name));
        }
    }
    return true;
}

static void add_index_node(struct grammar *g) {
    g->nodes = xreallocarray(NULL, 1, sizeof(*g->nodes));
    g->nodes[0] = (struct node){.kind = NODE_NUMBER, .integer = true, .bounded = true, .max = 9999};
    g->n_nodes = 1;
    g->index_node = 0;
}

bool grammar_compile(struct grammar **out, struct vocab *vocab, const struct grammar_format *format,
                     const cJSON *tools, struct err *err) {
    struct grammar *g = xcalloc(1, sizeof(*g));
    g->vocab = vocab_ref(vocab);
    g->texts = ARENA_INIT(TEXTS_BYTES_MAX);
    add_index_node(g);
    if (!keep_format(g, format, err) || !add_tools(g, tools, err)) {
        grammar_destroy(g);
        *out = NULL;
        return false;
    }
    *out = g;
    return true;
}

bool grammar_can_hold(const cJSON *schema, struct err *err) {
    AUTO_JSON cJSON *whole = cJSON_CreateObject();
    struct grammar *g = xcalloc(1, sizeof(*g));
    uint32_t node;
    g->texts = ARENA_INIT(TEXTS_BYTES_MAX);
    add_index_node(g);
    cJSON_AddItemToObject(cJSON_AddObjectToObject(whole, "properties"), "result",
                          cJSON_Duplicate(schema, true));
    bool ok = schema_compile(g, STR("Finish"), whole, &node, err);
    grammar_destroy(g);
    return ok;
}

void grammar_destroy(struct grammar *g) {
    if (g == NULL) {
        return;
    }
    for (int i = 0; i < MASK_CACHE_SLOTS; i++) {
        free(atomic_load(&g->cache[i]));
    }
    for (int i = 0; i < LISTS; i++) {
        free(g->piece[i].at);
    }
    free(g->nodes);
    free(g->properties);
    free(g->strings);
    free(g->lists);
    free(g->tools);
    free(g->framing);
    free(g->end);
    free(g->marker_fallback);
    free(g->raw_fallback);
    arena_release(&g->texts);
    vocab_unref(g->vocab);
    free(g);
}

/* ---- a state ---- */

struct step state_step(struct grammar_state *state, struct threads *out) {
    return (struct step){.g = state->g,
                         .bindings = state->bindings,
                         .names = state->names,
                         .name_tool = state->name_tool,
                         .n_names = state->n_names,
                         .out = out};
}

struct grammar_state *grammar_state_create(const struct grammar *g, struct bindings *bindings) {
    struct grammar_state *state = xcalloc(1, sizeof(*state));
    state->g = g;
    state->bindings = bindings ? bindings_ref(bindings) : NULL;
    state->first = true;
    state->names = xcalloc(g->n_tools + 1, sizeof(*state->names));
    state->name_tool = xcalloc(g->n_tools + 1, sizeof(*state->name_tool));
    for (uint32_t i = 0; i < g->n_tools; i++) {
        if (step_tool_callable(g, bindings, &g->tools[i])) {
            state->names[state->n_names] = g->tools[i].name;
            state->name_tool[state->n_names++] = (uint16_t)i;
        }
    }
    state->names_hash = str_hash(
        (struct str){(const char *)state->name_tool, state->n_names * sizeof(*state->name_tool)});
    return state;
}

void grammar_state_destroy(struct grammar_state *state) {
    if (state == NULL) {
        return;
    }
    bindings_unref(state->bindings);
    free(state->names);
    free(state->name_tool);
    free(state->set.at);
    free(state->next.at);
    free(state->walk.at);
    free(state);
}

/* One byte or token on from `set`, into `next`, then swapped. */
static bool advance(struct grammar_state *state, int symbol) {
    struct step step = state_step(state, &state->next);
    state->next.n = 0;
    for (uint32_t i = 0; i < state->set.n; i++) {
        if (symbol < 256) {
            step_byte(&step, &state->set.at[i], (unsigned char)symbol);
        } else {
            step_token(&step, &state->set.at[i], symbol - 256);
        }
    }
    struct threads swap = state->set;
    state->set = state->next;
    state->next = swap;
    return state->set.n > 0;
}

static bool start_call(struct grammar_state *state) {
    struct step step = state_step(state, &state->set);
    state->set.n = 0;
    step_start(&step);
    state->in_call = state->set.n > 0;
    state->matched = 0;
    state->first = false;
    return state->in_call;
}

static bool accept_byte(struct grammar_state *state, unsigned char c) {
    if (state->in_call) {
        return advance(state, c);
    }
    if (state->g->trigger.kind == PIECE_TOKEN) {
        return true;
    }
    state->matched = text_step(state->g, state->matched, &state->first, c);
    return state->matched < state->g->trigger.text.len || start_call(state);
}

static bool is_framing(const struct grammar *g, int32_t token) {
    for (size_t i = 0; i < g->n_framing; i++) {
        if (g->framing[i] == token) {
            return true;
        }
    }
    return false;
}

static bool accept_control(struct grammar_state *state, int32_t token) {
    const struct grammar *g = state->g;
    if (state->in_call) {
        return advance(state, 256 + token);
    }
    if (g->trigger.kind == PIECE_TOKEN && g->trigger.token == token) {
        return start_call(state);
    }
    state->matched = 0;
    state->first = false;
    return !is_framing(g, token) && !mask_get(g->vocab->too_long, token);
}

static void count_calls(struct grammar_state *state) {
    for (uint32_t i = 0; i < state->set.n; i++) {
        state->calls = MAX(state->calls, (int)state->set.at[i].calls);
    }
}

bool grammar_state_accept(struct grammar_state *state, int32_t token) {
    ASSERT(token >= 0 && token < vocab_size(state->g->vocab));
    struct str bytes = vocab_bytes(state->g->vocab, token);
    struct threads before = {0};
    bool in_call = state->in_call, first = state->first, ok = true;
    uint32_t matched = state->matched;
    threads_reserve(&state->walk, state->set.n);
    if (state->set.n > 0) {
        memcpy(state->walk.at, state->set.at, state->set.n * sizeof(*state->set.at));
    }
    before.n = state->set.n;
    for (size_t i = 0; i < bytes.len && ok; i++) {
        ok = accept_byte(state, (unsigned char)bytes.ptr[i]);
    }
    ok = ok && (bytes.len > 0 || accept_control(state, token));
    if (ok) {
        count_calls(state);
        return true;
    }
    state->in_call = in_call;
    state->first = first;
    state->matched = matched;
    threads_reserve(&state->set, before.n);
    if (before.n > 0) {
        memcpy(state->set.at, state->walk.at, before.n * sizeof(*state->set.at));
    }
    state->set.n = before.n;
    return false;
}

/* ---- questions ---- */

static void mask_free_text(struct grammar_state *state, uint32_t *bits) {
    const struct grammar *g = state->g;
    if (g->trigger.kind == PIECE_TEXT) {
        mask_compute_text(state, bits);
    } else {
        memset(bits, 0xff, g->vocab->words * sizeof(*bits));
        for (int32_t t = g->vocab->n; t < (int32_t)(g->vocab->words * 32); t++) {
            mask_clear(bits, t);
        }
        if (state->n_names == 0) {
            mask_clear(bits, g->trigger.token);
        }
    }
    for (size_t i = 0; i < g->n_framing; i++) {
        mask_clear(bits, g->framing[i]);
    }
}

enum grammar_verdict grammar_state_mask(struct grammar_state *state, uint32_t *bits) {
    const struct grammar *g = state->g;
    if (state->in_call) {
        mask_compute(state, bits);
        return GRAMMAR_MASKED;
    }
    bool over = g->trigger.kind == PIECE_TEXT && g->trigger_first && !state->first;
    bool token_free = g->trigger.kind == PIECE_TOKEN && state->n_names > 0;
    if ((over || token_free) && g->n_framing == 0) {
        return GRAMMAR_FREE;
    }
    mask_free_text(state, bits);
    return GRAMMAR_MASKED;
}

/* What all threads of the set ask for next, or -1. */
static int32_t only_symbol(struct grammar_state *state, const struct threads *set) {
    struct step step = state_step(state, NULL);
    int32_t only = -1;
    for (uint32_t i = 0; i < set->n; i++) {
        int32_t symbol = step_only(&step, &set->at[i]);
        if (symbol < 0 || (i > 0 && symbol != only)) {
            return -1;
        }
        only = symbol;
    }
    return only;
}

size_t grammar_state_forced(struct grammar_state *state, struct buf *bytes) {
    struct threads *now = &state->walk, *next = &state->next;
    size_t n = 0;
    int32_t symbol;
    if (!state->in_call) {
        return 0;
    }
    threads_reserve(now, state->set.n);
    memcpy(now->at, state->set.at, state->set.n * sizeof(*now->at));
    now->n = state->set.n;
    while (n < JUMP_BYTES_MAX && bytes->len + 1 < bytes->max &&
           (symbol = only_symbol(state, now)) >= 0 && symbol < 256) {
        struct step step = state_step(state, next);
        buf_append_char(bytes, (char)symbol);
        n++;
        next->n = 0;
        for (uint32_t i = 0; i < now->n; i++) {
            step_byte(&step, &now->at[i], (unsigned char)symbol);
        }
        ASSERT(next->n > 0);
        struct threads swap = *now;
        *now = *next;
        *next = swap;
    }
    return n;
}

int32_t grammar_state_forced_token(struct grammar_state *state) {
    int32_t symbol = state->in_call ? only_symbol(state, &state->set) : -1;
    return symbol >= 256 ? symbol - 256 : -1;
}

bool grammar_state_in_call(const struct grammar_state *state) {
    for (uint32_t i = 0; i < state->set.n; i++) {
        if (state->set.at[i].list == LIST_FINISH || state->set.at[i].list == IN_END) {
            return false;
        }
    }
    return state->in_call;
}

bool grammar_state_turn_must_end(const struct grammar_state *state) {
    return state->in_call && state->set.n == 1 && state->set.at[0].list == IN_END;
}

int grammar_state_calls(const struct grammar_state *state) {
    return state->calls;
}
