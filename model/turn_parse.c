/* Reading back what a model wrote in one turn: free text, calls, or a call that never closed.
 *
 * The tokens are laid out as one text in which every byte knows whether it belongs to a control
 * token; a marker that the vocabulary has as a control token matches only that, all else only
 * ordinary text. One walk then goes
 *
 *     free text -> trigger -> [section_open] call { call } [section_close] -> free text -> ...
 *
 * with the same table (struct dialect_calls) that the grammar writes from, so that everything the
 * grammar can emit parses. Without the grammar models deviate, and what is unambiguous is accepted:
 * other white space between the pieces, other key order, arguments as a string of JSON, a missing
 * section marker, a missing close when the model ended its turn itself. Everything else makes the
 * turn `truncated`: the calls before it stand, it is never executed, and nothing is guessed.
 *
 * Three shapes of calls: one JSON object between markers (Hermes, Qwen, drover, Llama), a name and
 * a JSON object between markers (DeepSeek, Kimi), and raw values between tags. Raw values of
 * unknown type stay strings until model_turn_types sees the schema.
 *
 * Linear in the text, bounded by CALLS_PER_TURN_MAX and TURN_BYTES_MAX; cannot fail. Any thread. */
#include "model/dialect.h"

#include "model/model_int.h"
#include "model/tokenizer.h"
#include "runtime/base/json.h"

/* Text of one turn, bytes; what comes after is cut and the turn truncated. */
#define TURN_BYTES_MAX (16u << 20)
/* A tool's name, bytes. */
#define NAME_BYTES_MAX 256
/* Arguments of a raw-style call. */
#define RAW_ARGUMENTS_MAX 256

/* A piece of the dialect with its control bytes. */
struct pattern {
    struct str text;
    bool spelled; /* control bytes may also be spelled as text: inside a call, where the grammar
                     forces the pieces of raw arguments byte by byte */
    uint8_t control[160]; /* one a byte */
};

struct parse {
    const struct dialect_calls *calls;
    const struct tokenizer *t;
    struct str text;
    const uint8_t *control;
    size_t at;
    bool ended; /* the model ended its turn */
    struct model_turn *out;
    struct buf free_text, names;
    size_t name_at[CALLS_PER_TURN_MAX];
    struct pattern trigger, section_open, section_close, call_open, name_close, call_close,
        separator;
    struct pattern key_open, key_close_string, key_close_json, value_close;
    bool object;                 /* the call is one JSON object with the name inside */
    bool in_header, in_analysis; /* channels: where the free text is */
    size_t header_at;
};

/* ---- patterns ---- */

static void pattern_init(struct pattern *p, const struct tokenizer *t, const char *piece,
                         size_t from, size_t to) {
    struct dialect_step step[16];
    p->text = str_slice(str_from(piece), from, to);
    ASSERT(p->text.len <= sizeof p->control);
    memset(p->control, 0, sizeof p->control);
    size_t n = dialect_piece_steps(t, piece, step, ARRAY_LEN(step));
    for (size_t i = 0; i < n; i++) {
        if (step[i].token < 0 || tokenizer_type(t, step[i].token) != TOKEN_CONTROL)
            continue;
        size_t start = (size_t)(step[i].text.ptr - piece);
        for (size_t k = start; k < start + step[i].text.len; k++)
            if (k >= from && k < to)
                p->control[k - from] = 1;
    }
}

static void pattern_whole(struct pattern *p, const struct tokenizer *t, const char *piece) {
    pattern_init(p, t, piece ? piece : "", 0, SIZE_MAX);
}

static bool space_at(const struct parse *p, size_t at) {
    return at < p->text.len && !p->control[at] && strchr(" \t\r\n", p->text.ptr[at]) &&
           p->text.ptr[at];
}

static size_t skip_space(const struct parse *p, size_t at) {
    while (space_at(p, at))
        at++;
    return at;
}

static bool control_fits(const struct pattern *pat, size_t i, uint8_t control) {
    return control == pat->control[i] || (pat->spelled && !control);
}

static bool pattern_exact(const struct parse *p, const struct pattern *pat, size_t at) {
    if (p->text.len - at < pat->text.len ||
        memcmp(p->text.ptr + at, pat->text.ptr, pat->text.len) != 0)
        return false;
    for (size_t i = 0; i < pat->text.len; i++)
        if (!control_fits(pat, i, p->control[at + i]))
            return false;
    return true;
}

/* As exact, but white space in the pattern is any white space, or none, and may come before it. */
static bool pattern_loose(const struct parse *p, const struct pattern *pat, size_t *at) {
    size_t i = skip_space(p, *at);
    for (size_t k = 0; k < pat->text.len; k++) {
        char c = pat->text.ptr[k];
        if (c == ' ' || c == '\n') {
            i = skip_space(p, i);
        } else if (i < p->text.len && p->text.ptr[i] == c && control_fits(pat, k, p->control[i])) {
            i++;
        } else {
            return false;
        }
    }
    *at = i;
    return true;
}

/* First place in [from, from + window) where pat starts, or SIZE_MAX. */
static size_t pattern_find(const struct parse *p, const struct pattern *pat, size_t from,
                           size_t window) {
    struct str text = p->text;
    if (window < text.len - from && window + pat->text.len < text.len - from)
        text.len = from + window + pat->text.len;
    while ((from = str_find(text, pat->text, from)) != SIZE_MAX) {
        if (pattern_exact(p, pat, from))
            return from;
        from++;
    }
    return SIZE_MAX;
}

/* ---- pieces of a call ---- */

/* End of the JSON object or array that starts at `at`; SIZE_MAX if it does not end, or if it has a
 * control token in it. Only brackets and strings are looked at; json_parse judges the rest. */
static size_t json_end(const struct parse *p, size_t at) {
    size_t depth = 0;
    bool string = false;
    for (size_t i = at; i < p->text.len; i++) {
        char c = p->text.ptr[i];
        if (p->control[i])
            return SIZE_MAX;
        if (string) {
            if (c == '\\')
                i++;
            else if (c == '"')
                string = false;
        } else if (c == '"') {
            string = true;
        } else if (c == '{' || c == '[') {
            depth++;
        } else if ((c == '}' || c == ']') && --depth == 0) {
            return i + 1;
        }
    }
    return SIZE_MAX;
}

static bool call_add(struct parse *p, struct str name, cJSON *arguments) {
    if (name.len == 0 || name.len > NAME_BYTES_MAX || !cJSON_IsObject(arguments) ||
        p->out->n_calls == CALLS_PER_TURN_MAX) {
        json_free(&arguments);
        return false;
    }
    p->name_at[p->out->n_calls] = p->names.len;
    buf_append_str(&p->names, name);
    p->out->calls[p->out->n_calls++] =
        (struct model_call){.name = {NULL, name.len}, .arguments = arguments};
    return true;
}

/* {"name": N, "arguments": {...}}, keys in any order; some models write "parameters". */
static bool object_call(struct parse *p, const cJSON *object) {
    struct err ignored = ERR_INIT;
    const char *name = json_string(object, "name", "");
    cJSON *arguments = cJSON_GetObjectItemCaseSensitive(object, "arguments");
    if (!arguments)
        arguments = cJSON_GetObjectItemCaseSensitive(object, "parameters");
    cJSON *copy = NULL;
    if (cJSON_IsString(arguments)) {
        if (!json_parse(&copy, str_from(arguments->valuestring), "arguments", &ignored))
            return false;
    } else if (arguments) {
        copy = cJSON_Duplicate(arguments, true);
    }
    return copy && call_add(p, str_from(name), copy);
}

/* The call is closed, or the model ended its turn right here. */
static bool call_closes(struct parse *p) {
    if (pattern_loose(p, &p->call_close, &p->at))
        return true;
    return p->ended && skip_space(p, p->at) == p->text.len;
}

/* A JSON object at p->at; moves behind it. NULL if there is none. */
static cJSON *json_object(struct parse *p) {
    struct err ignored = ERR_INIT;
    cJSON *value = NULL;
    size_t from = skip_space(p, p->at);
    if (from >= p->text.len || p->text.ptr[from] != '{' || p->control[from])
        return NULL;
    size_t to = json_end(p, from);
    if (to == SIZE_MAX || !json_parse(&value, str_slice(p->text, from, to), "call", &ignored))
        return NULL;
    p->at = to;
    return value;
}

static bool parse_object_call(struct parse *p) {
    AUTO_JSON cJSON *object = json_object(p);
    return object && call_closes(p) && object_call(p, object);
}

/* Where NAME ends: at name_close or, where nothing closes it (GLM-4.7), at the first argument or
 * the call's end. */
static size_t name_end(const struct parse *p) {
    size_t limit = NAME_BYTES_MAX + 16;
    if (p->name_close.text.len)
        return pattern_find(p, &p->name_close, p->at, limit);
    return MIN(pattern_find(p, &p->key_open, p->at, limit),
               pattern_find(p, &p->call_close, p->at, limit));
}

/* Cuts NAME off (and the index behind its colon). */
static bool parse_name(struct parse *p, struct str *name) {
    size_t end = name_end(p);
    if (end == SIZE_MAX)
        return false;
    for (size_t i = p->at; i < end; i++)
        if (p->control[i])
            return false;
    *name = str_trim(str_slice(p->text, p->at, end));
    p->at = end + p->name_close.text.len;
    if (p->calls->indexed) {
        size_t colon = name->len;
        while (colon && name->ptr[colon - 1] != ':')
            colon--;
        if (colon)
            name->len = colon - 1;
    }
    return memchr(name->ptr, '\n', name->len) == NULL;
}

/* The name in a message's header: whatever else the header says, its end counts. */
static bool parse_header_name(struct parse *p, struct str *name) {
    size_t end = p->at, message;
    while (end < p->text.len && !p->control[end] && p->text.ptr[end] != ' ')
        end++;
    *name = str_slice(p->text, p->at, end);
    message = str_find(str_slice(p->text, 0, end + 64), STR("<|message|>"), end);
    if (message == SIZE_MAX || !p->control[message])
        return false;
    p->at = message + strlen("<|message|>");
    return true;
}

static bool parse_framed_call(struct parse *p) {
    struct str name;
    if (p->calls->channels ? !parse_header_name(p, &name) : !parse_name(p, &name))
        return false;
    cJSON *arguments = json_object(p);
    if (!arguments || !call_closes(p)) {
        json_free(&arguments);
        return false;
    }
    return call_add(p, name, arguments);
}

/* One raw argument into `arguments`. */
static bool parse_raw_argument(struct parse *p, cJSON *arguments) {
    const struct pattern *as_text = &p->key_close_string, *as_json = &p->key_close_json;
    size_t text_at = pattern_find(p, as_text, p->at, NAME_BYTES_MAX);
    size_t json_at = pattern_find(p, as_json, p->at, NAME_BYTES_MAX);
    bool json = json_at < text_at;
    size_t key_end = MIN(text_at, json_at);
    if (key_end == SIZE_MAX || key_end == p->at)
        return false;
    struct str key = str_slice(p->text, p->at, key_end);
    size_t from = key_end + (json ? as_json : as_text)->text.len;
    size_t to = pattern_find(p, &p->value_close, from, SIZE_MAX / 2);
    if (to == SIZE_MAX)
        return false;
    for (size_t i = from; i < to; i++)
        if (p->control[i])
            return false;
    struct str value = str_slice(p->text, from, to);
    p->at = to + p->value_close.text.len;
    AUTO_FREE char *key_text = str_dup(key), *value_text = str_dup(value);
    if (strlen(key_text) != key.len || strlen(value_text) != value.len ||
        cJSON_GetObjectItemCaseSensitive(arguments, key_text))
        return false;
    cJSON *item = NULL;
    struct err ignored = ERR_INIT;
    if (!json || !json_parse(&item, value, "value", &ignored))
        item = cJSON_CreateString(value_text); /* also for a wrong string="false" */
    cJSON_AddItemToObject(arguments, key_text, item);
    return true;
}

static bool parse_raw_call(struct parse *p) {
    struct str name;
    if (!parse_name(p, &name))
        return false;
    cJSON *arguments = cJSON_CreateObject();
    for (int n = 0;; n++) {
        if (call_closes(p))
            return call_add(p, name, arguments);
        if (n == RAW_ARGUMENTS_MAX || !pattern_loose(p, &p->key_open, &p->at) ||
            !parse_raw_argument(p, arguments)) {
            json_free(&arguments);
            return false;
        }
    }
}

/* ---- the turn ---- */

static bool parse_call(struct parse *p) {
    if (p->object)
        return parse_object_call(p);
    return p->calls->style == DIALECT_RAW ? parse_raw_call(p) : parse_framed_call(p);
}

/* Moves behind the opening of the next call, if one is here. */
static bool call_opens(struct parse *p, size_t calls) {
    size_t at = p->at;
    if (calls && (!p->calls->several || !pattern_loose(p, &p->separator, &at)))
        return false;
    if (!pattern_loose(p, &p->call_open, &at))
        return false;
    if (p->object) {
        size_t brace = skip_space(p, at);
        if (calls && (brace >= p->text.len || p->text.ptr[brace] != '{'))
            return false;
    }
    p->at = at;
    return true;
}

/* The calls from the trigger on; false: malformed, or cut. */
static bool parse_section(struct parse *p) {
    size_t calls = 0;
    if (p->section_open.text.len)
        pattern_loose(p, &p->section_open, &p->at);
    while (call_opens(p, calls)) {
        if (!parse_call(p))
            return false;
        calls++;
    }
    if (calls == 0)
        return false;
    if (p->section_close.text.len)
        pattern_loose(p, &p->section_close, &p->at);
    return true;
}

/* Follows the headers of messages; true where the text is for the reader. */
static bool channel_shows(struct parse *p, size_t at) {
    struct str rest = str_slice(p->text, at, p->text.len);
    if (!p->control[at])
        return !p->in_header && !p->in_analysis;
    if (str_starts(rest, STR("<|start|>")) || str_starts(rest, STR("<|channel|>"))) {
        p->in_header = true;
        p->header_at = at;
    } else if (p->in_header && str_starts(rest, STR("<|message|>"))) {
        struct str header = str_slice(p->text, p->header_at, at);
        p->in_header = false;
        p->in_analysis = str_find(header, STR("analysis"), 0) != SIZE_MAX;
    }
    return false;
}

static void free_text_add(struct parse *p, size_t from, size_t to) {
    for (size_t i = from; i < to; i++)
        if (p->calls->channels ? channel_shows(p, i) : !p->control[i])
            buf_append_char(&p->free_text, p->text.ptr[i]);
}

/* A section may also start with a bare call_open (models forget the wrapper). */
static size_t next_section(const struct parse *p, size_t from) {
    if (p->calls->style == DIALECT_NO_CALLS)
        return SIZE_MAX;
    if (p->calls->trigger_first) {
        size_t at = skip_space(p, 0);
        return from == 0 && at < p->text.len && p->text.ptr[at] == '{' ? at : SIZE_MAX;
    }
    size_t at = pattern_find(p, &p->trigger, from, SIZE_MAX / 2);
    if (p->section_open.text.len && p->call_open.text.len)
        at = MIN(at, pattern_find(p, &p->call_open, from, SIZE_MAX / 2));
    return at;
}

static void parse_run(struct parse *p) {
    size_t from = 0;
    while (from < p->text.len) {
        size_t at = next_section(p, from);
        if (at == SIZE_MAX)
            break;
        p->at = at;
        bool ok = parse_section(p);
        if (!ok && p->calls->trigger_first && (p->ended || json_end(p, at) != SIZE_MAX))
            break; /* an answer that happens to be JSON */
        free_text_add(p, from, at);
        if (!ok) {
            p->out->truncated = true;
            return;
        }
        from = p->at;
        if (!p->calls->several)
            break;
    }
    free_text_add(p, from, p->text.len);
}

/* The text of the tokens and which bytes are of control tokens; the end token is left out. */
static void parse_layout(struct parse *p, const int32_t *tokens, size_t n, struct buf *text,
                         struct buf *control) {
    p->ended = n && tokenizer_is_end(p->t, tokens[n - 1]);
    for (size_t i = 0; i < n - p->ended; i++) {
        if (tokens[i] < 0 || tokens[i] >= tokenizer_size(p->t))
            continue;
        struct str s = tokenizer_bytes(p->t, tokens[i]);
        enum token_type type = tokenizer_type(p->t, tokens[i]);
        if (!buf_append_str(text, s))
            break;
        char *mark = buf_reserve(control, s.len);
        memset(mark, type == TOKEN_CONTROL || type == TOKEN_UNKNOWN, s.len);
        buf_grown(control, s.len);
    }
    p->out->truncated = text->overflow;
    p->text = buf_str(text);
    p->control = (const uint8_t *)control->data;
}

static void parse_patterns(struct parse *p) {
    const struct dialect_calls *c = p->calls;
    const char *open = c->call_open, *close = c->call_close;
    const char *brace = open ? strstr(open, "{\"name\"") : NULL;
    p->object = c->style == DIALECT_JSON && brace;
    pattern_whole(&p->trigger, p->t, c->trigger);
    pattern_whole(&p->section_open, p->t, c->section_open);
    pattern_whole(&p->section_close, p->t, c->section_close);
    pattern_whole(&p->name_close, p->t, c->name_close);
    pattern_whole(&p->separator, p->t, c->separator);
    pattern_init(&p->call_open, p->t, open, 0, p->object ? (size_t)(brace - open) : SIZE_MAX);
    pattern_init(&p->call_close, p->t, close, p->object ? 1 : 0, SIZE_MAX);
    pattern_whole(&p->key_open, p->t, c->key_open);
    pattern_whole(&p->key_close_string, p->t, c->key_close_string);
    pattern_whole(&p->key_close_json, p->t, c->key_close_json);
    pattern_whole(&p->value_close, p->t, c->value_close);
    p->key_open.spelled = p->key_close_string.spelled = true;
    p->key_close_json.spelled = p->value_close.spelled = true;
}

/* Reasoning before the answer is not part of the text; white space around a call is framing. */
static struct str text_of_turn(struct str text, bool calls) {
    struct str after = dialect_after_think(text);
    if (after.len != text.len)
        text = dialect_trim_newlines(after);
    while (calls && text.len && strchr(" \r\n", text.ptr[text.len - 1]))
        text.len--;
    return text;
}

static void parse_store(struct parse *p) {
    struct model_turn *out = p->out;
    struct str text = text_of_turn(buf_str(&p->free_text), out->n_calls || out->truncated);
    out->storage = xmalloc(text.len + p->names.len + 1);
    if (text.len)
        memcpy(out->storage, text.ptr, text.len);
    if (p->names.len)
        memcpy(out->storage + text.len, p->names.data, p->names.len);
    out->text = (struct str){out->storage, text.len};
    for (size_t i = 0; i < out->n_calls; i++)
        out->calls[i].name.ptr = out->storage + text.len + p->name_at[i];
}

void turn_parse(const struct dialect *dialect, const struct tokenizer *t, const int32_t *tokens,
                size_t n, struct model_turn *out) {
    static const struct dialect_calls none = {.style = DIALECT_NO_CALLS};
    AUTO_BUF struct buf text = BUF_INIT(TURN_BYTES_MAX), control = BUF_INIT(TURN_BYTES_MAX + 1024);
    struct parse *p = xcalloc(1, sizeof *p);
    *out = (struct model_turn){.calls = xcalloc(CALLS_PER_TURN_MAX, sizeof *out->calls)};
    p->calls = dialect ? &dialect->calls : &none;
    p->t = t;
    p->out = out;
    p->in_header = true;
    p->free_text = BUF_INIT(TURN_BYTES_MAX);
    p->names = BUF_INIT(CALLS_PER_TURN_MAX * NAME_BYTES_MAX + 1);
    parse_layout(p, tokens, n, &text, &control);
    parse_patterns(p);
    parse_run(p);
    parse_store(p);
    buf_release(&p->free_text);
    buf_release(&p->names);
    free(p);
}

void model_turn_parse(const struct model *model, const int32_t *tokens, size_t n,
                      struct model_turn *out) {
    turn_parse(model->dialect, model->tokenizer, tokens, n, out);
}

void model_turn_release(struct model_turn *turn) {
    for (size_t i = 0; i < turn->n_calls; i++)
        json_free(&turn->calls[i].arguments);
    free(turn->calls);
    free(turn->storage);
    *turn = (struct model_turn){0};
}

/* ---- types of raw values ---- */

static bool value_fits(const cJSON *value, const cJSON *schema) {
    AUTO_FREE char *path = NULL;
    struct err ignored = ERR_INIT;
    return json_validate(value, schema, &path, &ignored);
}

/* What the raw text of v spells as JSON, if the schema wants that and not the text; else NULL. */
static cJSON *value_of_text(const cJSON *v, const cJSON *schema) {
    struct err ignored = ERR_INIT;
    cJSON *parsed = NULL;
    if (!cJSON_IsString(v) || value_fits(v, schema) ||
        !json_parse(&parsed, str_from(v->valuestring), "value", &ignored))
        return NULL;
    const cJSON *type = cJSON_GetObjectItemCaseSensitive(schema, "type");
    bool text = cJSON_IsString(type) && strcmp(type->valuestring, "string") == 0;
    if (text && !value_fits(parsed, schema))
        json_free(&parsed);
    return parsed;
}

static const cJSON *properties_of(const cJSON *tools, struct str name) {
    const cJSON *tool;
    cJSON_ArrayForEach(tool, tools) {
        const cJSON *f = dialect_function(tool);
        if (str_equal_c(name, json_string(f, "name", "")))
            return cJSON_GetObjectItemCaseSensitive(
                cJSON_GetObjectItemCaseSensitive(f, "parameters"), "properties");
    }
    return NULL;
}

void model_turn_types(struct model_turn *turn, const cJSON *tools) {
    for (size_t i = 0; i < turn->n_calls; i++) {
        const cJSON *properties = properties_of(tools, turn->calls[i].name);
        for (cJSON *v = turn->calls[i].arguments->child, *next; v; v = next) {
            const cJSON *schema = cJSON_GetObjectItemCaseSensitive(properties, v->string);
            cJSON *parsed = schema ? value_of_text(v, schema) : NULL;
            next = v->next;
            if (!parsed)
                continue;
            AUTO_FREE char *key = xstrdup(v->string);
            cJSON_ReplaceItemInObjectCaseSensitive(turn->calls[i].arguments, key, parsed);
        }
    }
}
