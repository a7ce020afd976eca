/* Fuzzes the grammar against the parser and the validator: whatever the masks let through must
 * parse to the calls that the grammar counted, and every call must satisfy its schema and its
 * bindings.
 *
 * Input: byte 0 chooses a dialect (bit 7: its markers are control tokens), byte 1 the bindings;
 * then up to a NUL a JSON Schema for the parameters of tool `T` (empty: none), then the choices,
 * one byte for each token that is not forced; when they run out a counter goes on. Free text is
 * left soon.
 *
 * A schema that is refused is fine; one that is accepted must be obeyed. */
#include "model/grammar.h"
#include "model/model_int.h"
#include "runtime/base/json.h"
#include "tests/unit/model/vocab_make.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define DIALECTS_MAX 32
#define TOKENS_MOST  800

#define FILE_TEXT "int a = 1;\nint b = \"\\t\";\t\xc3\xa9\n"

static const char edit_tool[] =
    "{\"name\":\"Edit\",\"parameters\":{\"type\":\"object\",\"properties\":{"
    "\"file_path\":{\"type\":\"string\",\"x-drover-bind\":\"read_path\"},"
    "\"old_string\":{\"type\":\"string\",\"x-drover-bind\":\"unique_text\"},"
    "\"new_string\":{\"type\":\"string\",\"maxLength\":20,\"x-drover-bind\":\"differs\"},"
    "\"replace_all\":{\"type\":\"boolean\"}},"
    "\"required\":[\"file_path\",\"old_string\",\"new_string\"]}}";

static const struct tokenizer *tokenizer_of(size_t dialect, bool control) {
    static struct tokenizer *made[DIALECTS_MAX][2];
    if (!made[dialect][control]) {
        struct make g;
        made[dialect][control] = vocab_of_dialect(&g, dialect_list()[dialect], control);
        make_release(&g);
    }
    return made[dialect][control];
}

static struct bindings *bindings_of(unsigned which) {
    static const struct str paths[] = {STR("a.c"), STR("a.h"), STR("q\"/\xc3\xa9")};
    static const struct bindings_file file = {STR("a.c"), STR(FILE_TEXT)};
    return which == 0   ? NULL
           : which == 1 ? bindings_create(paths, ARRAY_LEN(paths), true, &file, 1)
                        : bindings_create(paths, which == 2 ? 1 : 0, which == 2, NULL, 0);
}

static cJSON *tools_of(struct str schema) {
    cJSON *tools = cJSON_CreateArray(), *edit = NULL, *parameters = NULL;
    struct err err = ERR_INIT;
    bool ok = json_parse(&edit, str_from(edit_tool), "edit", &err);
    ASSERT(ok);
    cJSON_AddItemToArray(tools, edit);
    cJSON *t = cJSON_CreateObject();
    cJSON_AddStringToObject(t, "name", "T");
    if (schema.len > 0 && json_parse(&parameters, schema, "schema", &err)) {
        cJSON_AddItemToObject(t, "parameters", parameters);
    }
    cJSON_AddItemToArray(tools, t);
    return tools;
}

/* ---- writing ---- */

struct writer {
    struct grammar_state *g;
    const struct tokenizer *t;
    const uint8_t *choice;
    size_t choices;
    uint64_t counter;
    int32_t n_vocab;
    struct tokens out;
};

static bool take(struct writer *w, int32_t token) {
    bool ok = grammar_state_accept(w->g, token);
    ASSERT(ok);
    tokens_append(&w->out, &token, 1);
    return !tokenizer_is_end(w->t, token);
}

static uint32_t next_choice(struct writer *w) {
    if (w->choices > 0) {
        w->choices--;
        return *w->choice++;
    }
    w->counter = w->counter * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(w->counter >> 40);
}

/* The k-th allowed token; in free text the choices 0 to 199 are the trigger's next byte. */
static int32_t choose(struct writer *w, const struct dialect *d, const uint32_t *bits,
                      size_t *trigger_at) {
    uint32_t k = next_choice(w), count = 0;
    if (!grammar_state_in_call(w->g) && grammar_state_calls(w->g) == 0 && k % 256 < 200) {
        AUTO_TOKENS struct tokens ids = {0};
        bool ok = tokenizer_encode(w->t, str_from(d->calls.trigger), true, &ids, NULL);
        ASSERT(ok);
        int32_t token = ids.ids[*trigger_at % ids.n];
        *trigger_at += 1;
        if (bits[token >> 5] >> (token & 31) & 1) {
            return token;
        }
    }
    for (int32_t t = 0; t < w->n_vocab; t++) {
        count += bits[t >> 5] >> (t & 31) & 1;
    }
    ASSERT(count > 0);
    k %= count;
    for (int32_t t = 0;; t++) {
        if (bits[t >> 5] >> (t & 31) & 1 && k-- == 0) {
            return t;
        }
    }
}

/* False when the turn ended. */
static bool write_forced(struct writer *w, bool *any) {
    AUTO_BUF struct buf bytes = BUF_INIT(1 << 17);
    AUTO_TOKENS struct tokens ids = {0};
    *any = grammar_state_forced(w->g, &bytes) > 0;
    bool ok = tokenizer_encode_part(w->t, buf_str(&bytes), false, false, &ids, NULL);
    ASSERT(ok && (ids.n > 0 || !*any));
    for (size_t i = 0; i < ids.n; i++) {
        if (!take(w, ids.ids[i])) {
            return false;
        }
    }
    int32_t token = grammar_state_forced_token(w->g);
    *any = *any || token >= 0;
    return token < 0 || take(w, token);
}

/* True if the turn ended by itself. */
static bool write_turn(struct writer *w, const struct dialect *d) {
    AUTO_FREE uint32_t *bits = xcalloc((size_t)w->n_vocab / 32 + 1, sizeof(*bits));
    size_t trigger_at = 0;
    while (w->out.n < TOKENS_MOST) {
        bool any;
        if (!write_forced(w, &any)) {
            return true;
        }
        if (any) {
            continue;
        }
        memset(bits, 0xff, ((size_t)w->n_vocab / 32 + 1) * sizeof(*bits));
        (void)grammar_state_mask(w->g, bits);
        if (!take(w, choose(w, d, bits, &trigger_at))) {
            return true;
        }
    }
    return false;
}

/* ---- judging ---- */

static const cJSON *find_tool(const cJSON *tools, struct str name) {
    const cJSON *tool;
    cJSON_ArrayForEach(tool, tools) {
        if (str_equal_c(name, json_string(tool, "name", ""))) {
            return tool;
        }
    }
    return NULL;
}

static void check_edit(const cJSON *arguments) {
    struct str text = STR(FILE_TEXT), old = str_from(json_string(arguments, "old_string", ""));
    const char *new = json_string(arguments, "new_string", "");
    size_t count = 0;
    for (size_t at = 0; old.len > 0 && (at = str_find(text, old, at)) != SIZE_MAX; at++) {
        count++;
    }
    ASSERT(count == 1 || (count > 1 && json_bool(arguments, "replace_all", false)));
    ASSERT(!str_equal_c(old, new));
}

static void check_turn(const struct writer *w, const struct dialect *d, const cJSON *tools,
                       bool bound, bool ended) {
    struct model_turn turn;
    turn_parse(d, w->t, w->out.ids, w->out.n, &turn);
    model_turn_types(&turn, tools);
    if ((int)turn.n_calls != grammar_state_calls(w->g) || (ended && turn.truncated)) {
        fprintf(stderr, "%s: %zu calls parsed, %d written%s:\n", d->name, turn.n_calls,
                grammar_state_calls(w->g), turn.truncated ? ", truncated" : "");
        for (size_t i = 0; i < w->out.n; i++) {
            struct str s = tokenizer_bytes(w->t, w->out.ids[i]);
            fprintf(stderr, "%.*s", STR_FMT(s));
        }
        fprintf(stderr, "\n");
    }
    ASSERT((int)turn.n_calls == grammar_state_calls(w->g));
    ASSERT(!ended || !turn.truncated);
    for (size_t i = 0; i < turn.n_calls; i++) {
        const cJSON *tool = find_tool(tools, turn.calls[i].name);
        ASSERT(tool != NULL);
        const cJSON *schema = cJSON_GetObjectItemCaseSensitive(tool, "parameters");
        struct err err = ERR_INIT;
        bool ok = schema == NULL || json_validate(turn.calls[i].arguments, schema, NULL, &err);
        if (!ok) {
            AUTO_FREE char *json = json_print(turn.calls[i].arguments);
            fprintf(stderr, "%s: %s\n", json, err.msg);
        }
        ASSERT(ok);
        if (bound && d->calls.style == DIALECT_JSON && str_equal_c(turn.calls[i].name, "Edit")) {
            check_edit(turn.calls[i].arguments);
        }
    }
    model_turn_release(&turn);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    size_t n = 0;
    while (dialect_list()[n]) {
        n++;
    }
    const uint8_t *end = size > 2 ? memchr(data + 2, '\0', size - 2) : NULL;
    if (end == NULL) {
        return 0;
    }
    size_t which = (data[0] & 0x7f) % n;
    const struct dialect *d = dialect_list()[which];
    if (strcmp(d->name, "gpt-oss") == 0) {
        return 0; /* its reader knows channels: the trigger is a call only in a message's header */
    }
    struct tokenizer *t = (struct tokenizer *)(uintptr_t)tokenizer_of(which, data[0] & 0x80);
    struct model model = {.tokenizer = t, .dialect = d};
    AUTO_JSON cJSON *tools =
        tools_of((struct str){(const char *)data + 2, (size_t)(end - data) - 2});
    struct grammar *g;
    struct err err = ERR_INIT;
    if (!grammar_create(&g, &model, tools, &err)) {
        ASSERT(err.code == ERR_INPUT || err.code == ERR_MODEL || err.code == ERR_LIMIT);
        return 0;
    }
    struct bindings *b = bindings_of(data[1] % 4);
    struct writer w = {.g = grammar_state_create(g, b),
                       .t = t,
                       .choice = end + 1,
                       .choices = size - (size_t)(end + 1 - data),
                       .counter = data[1],
                       .n_vocab = tokenizer_size(t)};
    bool ended = write_turn(&w, d);
    check_turn(&w, d, tools, data[1] % 4 == 1, ended);
    tokens_release(&w.out);
    grammar_state_destroy(w.g);
    bindings_unref(b);
    grammar_destroy(g);
    return 0;
}
