#ifndef TESTS_GRAMMAR_WORLD_H
#define TESTS_GRAMMAR_WORLD_H
/* A small world for grammar tests: a vocabulary with tokens that cross every boundary, the framing
 * of five families, tools that use every part of the schema subset, files to be bound to, a walker
 * that picks allowed tokens at random, and a reader of its own that takes the calls apart again
 * without knowing the grammar. */
#include "model/grammar_int.h"
#include "runtime/base/json.h"

#define WORLD_TOKENS_MAX  4096
#define WORLD_SYMBOLS_MAX (1u << 16)

enum { W_BEGIN, W_CALL, W_ENDCALL, W_END, W_END2, W_SECTION, W_SECTION_END, W_SEP, W_CONTROLS };

struct world {
    struct str text[WORLD_TOKENS_MAX]; /* empty: control, the first W_CONTROLS */
    int32_t n;
    struct vocab *vocab;
    uint64_t seed;
};

static inline uint32_t world_random(struct world *w, uint32_t n) {
    w->seed = w->seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((w->seed >> 33) * (uint64_t)n >> 31);
}

static inline struct str world_text(void *arg, int32_t id) {
    return ((struct world *)arg)->text[id];
}

static inline void world_add(struct world *w, struct str s) {
    ASSERT(w->n < WORLD_TOKENS_MAX);
    w->text[w->n++] = s;
}

static const char *const world_tokens[] = {
    "\"}",
    "\"}}",
    "\"}}\n",
    "\",\"",
    "\", \"",
    "\":\"",
    "\": \"",
    "\":",
    "\": ",
    "{\"",
    "{\"name",
    "{\"name\":\"",
    "{\"name\": \"",
    "\",\"arguments\":",
    "arguments",
    "name",
    "},",
    "}}",
    "]}",
    "],",
    "[\"",
    "\"]",
    "\"]}",
    "[{",
    "{}",
    "[]",
    "}]",
    "<tool",
    "_call",
    "<tool_call>",
    "</tool_call>",
    "<tool_call>\n",
    "\n<tool_call>\n{\"",
    "\n</",
    "call>",
    "ll>\n{\"na",
    "ll>\n{\"nope",
    "ll>x",
    "true",
    "false",
    "null",
    "tru",
    "fals",
    ": true",
    "12",
    "10",
    "00",
    "-1",
    "1.5",
    ".5",
    "e1",
    "99",
    "\\n",
    "\\\"",
    "\\\\",
    "\\u",
    "\\ud83d\\ude00",
    "00e9",
    "d8",
    "dc00",
    "\xc3\xa9",
    "\xc3",
    "\xe2\x82",
    "\xf0\x9f\x98",
    "\xf0\x9f\x98\x80",
    "\xed\xa0",
    "\xc0\x80",
    "ab",
    "abc",
    "foo",
    "int",
    "int ",
    "x\"",
    "x\",",
    "x\"}",
    "x\"}}",
    "foo\", \"bar",
    "if (",
    ") {\\n",
    "return ",
    ".c\"",
    ".c\",\"",
    "src/",
    "src",
    "Edit",
    "Read",
    "Re",
    "adAll",
    "Bash",
    "Opt",
    "Opt\"",
    "file_path",
    "old_string",
    "new_string",
    "replace_all",
    "\"a\":",
    "\",\"replace_all\":",
    "\",\"new_string\":\"",
    "}<",
    "functions",
    "functions.",
    ":0",
    ":1",
    "\x01",
    "\n",
    "\n\n",
    "  ",
    "\t",
    "}\n</tool_call>",
    "\"\"",
    "\"\",",
    "a\"b\"",
    "\":\"src",
    "\":\"R",
    "\":\"in",
    "\",\"old_string\":\"int",
    "\",\"new_string\":\"a <",
};

/* file texts of the bindings */
#define WORLD_FILE_A                                                                               \
    "int max(int a, int b) {\n\treturn a < b ? a : b;\n}\nint max2(int a) {\n\treturn a;\n}\n"
#define WORLD_FILE_B "x = \"\\n\"; \xc3\xa9\xc3\xa8\xc3\xa9 /* \x01\x1f \xf0\x9f\x98\x80 */ aaaa"
/* "ab" cannot become unique: what follows it no string can carry */
#define WORLD_FILE_C                                                                               \
    "ab\xff"                                                                                       \
    "ab\xff"                                                                                       \
    "bc"

static inline struct bindings *world_bindings(void) {
    static const struct str paths[] = {STR("src/max.c"), STR("src/max"),      STR("README"),
                                       STR("a\"b\\c"),   STR("d/\xc3\xa9.c"), STR("src/max.c")};
    struct bindings_file files[] = {{STR("src/max.c"), STR(WORLD_FILE_A)},
                                    {STR("b\t.txt"), STR(WORLD_FILE_B)},
                                    {STR("c.bin"), STR(WORLD_FILE_C)},
                                    {STR("empty"), STR("")},
                                    {STR("never"), STR("zz\xffzz")}};
    return bindings_create(paths, ARRAY_LEN(paths), true, files, ARRAY_LEN(files));
}

/* No paths and nothing read: other tools can be named, the rest of the grammar is the same. */
static inline struct bindings *world_bindings_other(void) {
    return bindings_create(NULL, 0, true, NULL, 0);
}

static inline struct str world_file(const char *path) {
    return strcmp(path, "src/max.c") == 0 ? STR(WORLD_FILE_A)
           : strcmp(path, "b\t.txt") == 0 ? STR(WORLD_FILE_B)
           : strcmp(path, "c.bin") == 0   ? STR(WORLD_FILE_C)
                                          : STR("");
}

static inline void world_init(struct world *w) {
    static char bytes[256];
    memset(w, 0, sizeof(*w));
    w->seed = 42;
    for (int i = 0; i < W_CONTROLS; i++) {
        world_add(w, STR(""));
    }
    for (int i = 0; i < 256; i++) {
        bytes[i] = (char)i;
        world_add(w, (struct str){&bytes[i], 1});
    }
    for (size_t i = 0; i < ARRAY_LEN(world_tokens); i++) {
        world_add(w, str_from(world_tokens[i]));
    }
    static const struct str files[] = {STR(WORLD_FILE_A), STR(WORLD_FILE_B)};
    for (size_t f = 0; f < ARRAY_LEN(files); f++) {
        for (size_t i = 0; i < files[f].len; i += 3) {
            world_add(w, str_slice(files[f], i, i + 2 + i % 5));
        }
    }
    w->vocab = vocab_create(w->n, world_text, w);
}

/* ---- framings ---- */

#define TEXT(s)                                                                                    \
    { PIECE_TEXT, -1, STR(s) }
#define TOKEN(id)                                                                                  \
    {                                                                                              \
        PIECE_TOKEN, id, {                                                                         \
            "", 0                                                                                  \
        }                                                                                          \
    }
#define PIECES(a) ((struct grammar_pieces){a, ARRAY_LEN(a)})
#define NO_PIECES ((struct grammar_pieces){NULL, 0})

enum family {
    FAMILY_DROVER,
    FAMILY_HERMES,
    FAMILY_DEEPSEEK,
    FAMILY_KIMI,
    FAMILY_LLAMA,
    FAMILY_RAW,
    FAMILIES
};

static inline struct grammar_format world_format(enum family family) {
    static const int32_t ends[] = {W_END, W_END2};
    static const int32_t drover_framing[] = {W_ENDCALL};
    static const int32_t section_framing[] = {W_CALL, W_ENDCALL, W_SECTION_END};
    static const struct grammar_piece open[] = {TEXT("{\"name\":\"")},
                                      name_close[] = {TEXT("\",\"arguments\":")},
                                      close[] = {TEXT("}"), TOKEN(W_ENDCALL)},
                                      next[] = {TOKEN(W_CALL), TEXT("{\"name\":\"")};
    static const struct grammar_piece h_open[] = {TEXT("\n{\"name\": \"")},
                                      h_name_close[] = {TEXT("\", \"arguments\": ")},
                                      h_close[] = {TEXT("}\n</tool_call>")},
                                      h_next[] = {TEXT("\n<tool_call>\n{\"name\": \"")};
    static const struct grammar_piece d_open[] = {TOKEN(W_CALL)}, d_name[] = {TOKEN(W_SEP)},
                                      d_close[] = {TOKEN(W_ENDCALL)},
                                      d_finish[] = {TOKEN(W_SECTION_END)};
    static const struct grammar_piece k_open[] = {TOKEN(W_CALL), TEXT("functions.")},
                                      k_name[] = {
                                          TEXT(":"), {PIECE_INDEX, -1, {"", 0}}, TOKEN(W_SEP)};
    static const struct grammar_piece l_name[] = {TEXT("\", \"parameters\": ")},
                                      l_close[] = {TEXT("}")};
    static const struct grammar_piece r_open[] = {TEXT("\n<function=")}, r_name[] = {TEXT(">\n")},
                                      r_close[] = {TEXT("</function>\n</tool_call>")},
                                      r_next[] = {TEXT("\n<tool_call>\n<function=")};
    struct grammar_format f = {.several = true,
                               .end = ends,
                               .n_end = 2,
                               .comma = STR(", "),
                               .colon = STR(": "),
                               .finish = NO_PIECES};
    switch (family) {
    case FAMILY_DROVER:
        f.trigger = (struct grammar_piece)TOKEN(W_CALL);
        f.open = PIECES(open), f.name_close = PIECES(name_close), f.call_close = PIECES(close);
        f.next = PIECES(next), f.comma = STR(","), f.colon = STR(":");
        f.framing = drover_framing, f.n_framing = 1;
        break;
    case FAMILY_HERMES:
        f.trigger = (struct grammar_piece)TEXT("<tool_call>");
        f.open = PIECES(h_open), f.name_close = PIECES(h_name_close);
        f.call_close = PIECES(h_close), f.next = PIECES(h_next);
        break;
    case FAMILY_DEEPSEEK:
    case FAMILY_KIMI:
        f.trigger = (struct grammar_piece)TOKEN(W_SECTION);
        f.open = family == FAMILY_KIMI ? PIECES(k_open) : PIECES(d_open);
        f.name_close = family == FAMILY_KIMI ? PIECES(k_name) : PIECES(d_name);
        f.call_close = PIECES(d_close), f.next = f.open, f.finish = PIECES(d_finish);
        f.framing = section_framing, f.n_framing = 3;
        break;
    case FAMILY_LLAMA:
        f.trigger = (struct grammar_piece)TEXT("{\"name\": \"");
        f.trigger_first = true, f.several = false, f.open = f.next = NO_PIECES;
        f.name_close = PIECES(l_name), f.call_close = PIECES(l_close);
        break;
    default:
        f.trigger = (struct grammar_piece)TEXT("<tool_call>");
        f.open = PIECES(r_open), f.name_close = PIECES(r_name), f.call_close = PIECES(r_close);
        f.next = PIECES(r_next), f.key_open = STR("<parameter="), f.key_close_string = STR(">\n");
        f.key_close_json = STR(">\n"), f.value_close = STR("\n</parameter>\n");
    }
    return f;
}

/* ---- tools that use every part of the subset ---- */

static const char world_tools[] =
    "[{\"name\":\"Read\",\"parameters\":{\"type\":\"object\",\"properties\":{"
    "\"file_path\":{\"type\":\"string\",\"x-drover-bind\":\"path\"},"
    "\"offset\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":120},"
    "\"limit\":{\"type\":\"integer\",\"minimum\":-7,\"maximum\":3}},\"required\":[\"file_path\"],"
    "\"additionalProperties\":false}},"
    "{\"type\":\"function\",\"function\":{\"name\":\"Edit\",\"parameters\":{\"type\":\"object\","
    "\"properties\":{\"file_path\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":4095,"
    "\"x-drover-bind\":\"read_path\"},"
    "\"old_string\":{\"type\":\"string\",\"x-drover-bind\":\"unique_text\"},"
    "\"new_string\":{\"type\":\"string\",\"maxLength\":40,\"x-drover-bind\":\"differs\"},"
    "\"replace_all\":{\"type\":\"boolean\"}},"
    "\"required\":[\"file_path\",\"old_string\",\"new_string\"]}}},"
    "{\"name\":\"EditOne\",\"parameters\":{\"type\":\"object\","
    "\"properties\":{\"file_path\":{\"type\":\"string\",\"x-drover-bind\":\"read_path\"},"
    "\"old_string\":{\"type\":\"string\",\"x-drover-bind\":\"unique_text\"},"
    "\"new_string\":{\"type\":\"string\",\"maxLength\":1,\"x-drover-bind\":\"differs\"}},"
    "\"required\":[\"file_path\",\"old_string\",\"new_string\"]}},"
    "{\"name\":\"EditFirst\",\"parameters\":{\"type\":\"object\","
    "\"properties\":{\"replace_all\":{\"type\":\"boolean\"},"
    "\"file_path\":{\"type\":\"string\",\"x-drover-bind\":\"read_path\"},"
    "\"old_string\":{\"type\":\"string\",\"x-drover-bind\":\"unique_text\"},"
    "\"new_string\":{\"type\":\"string\",\"maxLength\":3,\"x-drover-bind\":\"differs\"}},"
    "\"required\":[\"file_path\",\"old_string\",\"new_string\"]}},"
    "{\"name\":\"ReadAll\",\"parameters\":{\"type\":\"object\",\"properties\":{"
    "\"depth\":{\"type\":\"number\",\"minimum\":-1.5,\"maximum\":2.25},"
    "\"free\":{\"type\":\"number\"},\"far\":{\"type\":\"number\",\"minimum\":1000.25},"
    "\"mode\":{\"enum\":[\"a\",\"ab\",\"\\\"q\\\"\",1,10,100,null,true,[1,\"x\"],{\"k\":{\"l\":2}}]"
    "},"
    "\"one\":{\"const\":\"only\"}}}},"
    "{\"name\":\"Opt\",\"parameters\":{\"type\":\"object\",\"properties\":{"
    "\"a\":{\"type\":\"string\",\"minLength\":2,\"maxLength\":4},"
    "\"b\":{\"anyOf\":[{\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"integer\"}},"
    "\"required\":[\"x\"]},{\"type\":\"object\",\"properties\":{\"xy\":{\"type\":\"boolean\"},"
    "\"y\":{\"type\":\"null\"}}},{\"type\":\"string\",\"maxLength\":2},{\"type\":\"null\"},"
    "{\"type\":\"string\",\"enum\":[\"abcdef\"]}]},"
    "\"c\":{\"type\":[\"array\",\"null\"],\"items\":{\"type\":\"array\",\"minItems\":1,"
    "\"maxItems\":2,"
    "\"items\":{\"type\":\"boolean\"}},\"minItems\":0,\"maxItems\":3},"
    "\"d\":{\"type\":\"array\",\"items\":{\"type\":\"string\",\"maxLength\":3},\"minItems\":2,"
    "\"maxItems\":4},\"e\":{\"type\":\"object\"},\"p\":{\"type\":\"string\",\"x-drover-bind\":"
    "\"path\"},"
    "\"f\":{\"type\":\"string\",\"minLength\":3,\"maxLength\":3}}}},"
    "{\"name\":\"Long\",\"parameters\":{\"type\":\"object\",\"properties\":{"
    "\"s\":{\"type\":\"string\",\"minLength\":2,\"maxLength\":60},"
    "\"t\":{\"type\":\"array\",\"items\":{\"type\":\"string\",\"maxLength\":30},"
    "\"maxItems\":3}},\"required\":[\"s\"]}},"
    "{\"name\":\"Empty\"}]";

/* ---- reading back ---- */

struct world_call {
    char name[64];
    cJSON *arguments;
};
struct world_turn {
    struct world_call calls[CALLS_PER_TURN_MAX + 1];
    size_t n;
    bool ended, broken;
    char why[200];
};

struct world_reader {
    const int *at, *end; /* symbols: byte, or 256 + control token */
    bool broken;
};

static inline void read_pieces(struct world_reader *r, struct grammar_pieces p) {
    for (size_t i = 0; i < p.n && !r->broken; i++) {
        if (p.at[i].kind == PIECE_TOKEN) {
            r->broken = r->at == r->end || *r->at++ != 256 + p.at[i].token;
        } else if (p.at[i].kind == PIECE_INDEX) {
            r->broken = r->at == r->end || *r->at < '0' || *r->at > '9';
            while (r->at < r->end && *r->at >= '0' && *r->at <= '9') {
                r->at++;
            }
        }
        for (size_t k = 0; p.at[i].kind == PIECE_TEXT && k < p.at[i].text.len; k++) {
            r->broken |= r->at == r->end || *r->at++ != (unsigned char)p.at[i].text.ptr[k];
        }
    }
}

static inline void read_name(struct world_reader *r, char name[64]) {
    size_t n = 0;
    while (r->at < r->end && n < 63 &&
           ((*r->at >= 'a' && *r->at <= 'z') || (*r->at >= 'A' && *r->at <= 'Z'))) {
        name[n++] = (char)*r->at++;
    }
    name[n] = '\0';
}

/* One JSON value, found by its brackets and quotes, then parsed strictly. */
static inline cJSON *read_json(struct world_reader *r, struct buf *raw) {
    int depth = 0;
    bool string = false, escaped = false;
    buf_clear(raw);
    while (r->at < r->end && *r->at < 256) {
        int c = *r->at++;
        buf_append_char(raw, (char)c);
        if (string) {
            string = escaped || c != '"';
            escaped = !escaped && c == '\\';
            continue;
        }
        string = c == '"';
        depth += (c == '{' || c == '[') - (c == '}' || c == ']');
        if (depth == 0) {
            break;
        }
    }
    cJSON *value = NULL;
    struct err err = ERR_INIT;
    r->broken |= !json_parse(&value, buf_str(raw), "call", &err);
    return value;
}

static inline void world_read(struct world_turn *t, const struct grammar_format *f,
                              const int *symbols, size_t n) {
    AUTO_BUF struct buf raw = BUF_INIT(1 << 20);
    struct world_reader r = {symbols, symbols + n, false};
    memset(t, 0, sizeof(*t));
    for (; r.at < r.end; r.at++) { /* free text up to the trigger */
        struct world_reader look = r;
        read_pieces(&look, (struct grammar_pieces){&f->trigger, 1});
        if (!look.broken && (!f->trigger_first || r.at == symbols)) {
            r = look;
            read_pieces(&r, f->open);
            break;
        }
        if (*r.at == 256 + W_END || *r.at == 256 + W_END2) {
            t->ended = true;
            return;
        }
    }
    while (!r.broken && r.at < r.end) {
        struct world_call *c = &t->calls[t->n];
        read_name(&r, c->name);
        read_pieces(&r, f->name_close);
        c->arguments = r.broken ? NULL : read_json(&r, &raw);
        t->n += c->arguments != NULL;
        read_pieces(&r, f->call_close);
        struct world_reader look = r;
        read_pieces(&look, f->next);
        if (look.broken || f->next.n == 0) {
            read_pieces(&r, f->finish);
            t->ended =
                !r.broken && r.at + 1 == r.end && (*r.at == 256 + W_END || *r.at == 256 + W_END2);
            break;
        }
        r = look;
    }
    t->broken = r.broken || !t->ended;
    snprintf(t->why, sizeof(t->why), "at symbol %zu of %zu, last json '%.100s'",
             (size_t)(r.at - symbols), n, buf_cstr(&raw));
}

static inline void world_turn_release(struct world_turn *t) {
    for (size_t i = 0; i < t->n; i++) {
        cJSON_Delete(t->calls[i].arguments);
    }
}

/* Does a call keep what its schema and its bindings promise? */
static inline const cJSON *world_schema(const cJSON *tools, const char *name) {
    const cJSON *tool;
    cJSON_ArrayForEach(tool, tools) {
        const cJSON *f =
            cJSON_GetObjectItem(tool, "function") ? cJSON_GetObjectItem(tool, "function") : tool;
        if (strcmp(json_string(f, "name", ""), name) == 0) {
            return f;
        }
    }
    return NULL;
}

static inline bool world_check_edit(const cJSON *arguments, char *why, size_t n) {
    const char *old = json_string(arguments, "old_string", ""),
               *new = json_string(arguments, "new_string", NULL);
    struct str text = world_file(json_string(arguments, "file_path", "")), o = str_from(old);
    size_t count = 0;
    for (size_t at = 0; o.len > 0 && (at = str_find(text, o, at)) != SIZE_MAX; at++) {
        count++;
    }
    bool ok = count == 1 || (count > 1 && json_bool(arguments, "replace_all", false));
    ok = ok && new &&strcmp(old, new) != 0;
    snprintf(why, n, "'%.200s' occurs %zu times", old, count);
    return ok;
}

static inline bool world_check(const cJSON *tools, const struct world_call *c, bool bound,
                               char *why, size_t n) {
    const cJSON *f = world_schema(tools, c->name), *schema = cJSON_GetObjectItem(f, "parameters");
    struct err err = ERR_INIT;
    AUTO_FREE char *path = NULL;
    if (f == NULL || (schema && !json_validate(c->arguments, schema, &path, &err))) {
        snprintf(why, n, "%.63s: %.200s", c->name, f ? err.msg : "no such tool");
        return false;
    }
    if (bound && strncmp(c->name, "Edit", 4) == 0) {
        return world_check_edit(c->arguments, why, n);
    }
    const char *p = json_string(c->arguments, "file_path", NULL);
    if (bound && strcmp(c->name, "Read") == 0) {
        snprintf(why, n, "path '%s'", p);
        return strcmp(p, "src/max.c") == 0 || strcmp(p, "src/max") == 0 ||
               strcmp(p, "README") == 0 || strcmp(p, "a\"b\\c") == 0 ||
               strcmp(p, "d/\xc3\xa9.c") == 0;
    }
    return true;
}

/* ---- walking ---- */

struct world_walk {
    int32_t tokens[WORLD_SYMBOLS_MAX];
    size_t n;
    int symbols[WORLD_SYMBOLS_MAX];
    size_t n_symbols;
    size_t forced;
    bool refused; /* a token that the mask allowed, or forced text, was not accepted: a defect */
};

static inline void walk_log(const struct world *w, struct world_walk *walk, int32_t token) {
    struct str s = w->text[token];
    walk->tokens[walk->n++] = token;
    for (size_t i = 0; i < s.len; i++) {
        walk->symbols[walk->n_symbols++] = (unsigned char)s.ptr[i];
    }
    if (s.len == 0) {
        walk->symbols[walk->n_symbols++] = 256 + token;
    }
}

/* Longest token first, as a tokenizer might. */
static inline int32_t world_encode(const struct world *w, struct str s) {
    int32_t best = -1;
    for (int32_t t = W_CONTROLS; t < w->n; t++) {
        if (str_starts(s, w->text[t]) && (best < 0 || w->text[t].len > w->text[best].len)) {
            best = t;
        }
    }
    return best;
}

static inline bool walk_forced(const struct world *w, struct grammar_state *g,
                               struct world_walk *walk) {
    AUTO_BUF struct buf bytes = BUF_INIT(1 << 20);
    bool any = grammar_state_forced(g, &bytes) > 0;
    struct str rest = buf_str(&bytes);
    while (rest.len > 0 && !walk->refused) {
        int32_t t = world_encode(w, rest);
        walk->refused = !grammar_state_accept(g, t);
        walk_log(w, walk, t);
        walk->forced++;
        rest = str_slice(rest, w->text[t].len, rest.len);
    }
    int32_t t = walk->refused ? -1 : grammar_state_forced_token(g);
    if (t >= 0) {
        walk->refused = !grammar_state_accept(g, t);
        walk_log(w, walk, t);
        return t != W_END;
    }
    return any;
}

static inline int32_t walk_pick(struct world *w, const uint32_t *bits) {
    uint32_t count = 0, k;
    for (int32_t t = 0; t < w->n; t++) {
        count += mask_get(bits, t);
    }
    if (count == 0) {
        return -1;
    }
    k = world_random(w, count);
    for (int32_t t = 0;; t++) {
        if (mask_get(bits, t) && k-- == 0) {
            return t;
        }
    }
}

/* Writes one turn of at most max tokens; hurry: free text is left for a call as soon as possible.
 */
static inline void world_walk(struct world *w, struct grammar_state *g, struct world_walk *walk,
                              size_t max, bool hurry) {
    uint32_t bits[WORLD_TOKENS_MAX / 32 + 1];
    walk->n = walk->n_symbols = walk->forced = 0;
    walk->refused = false;
    while (walk->n < max && !walk->refused) {
        if (walk_forced(w, g, walk)) {
            continue;
        }
        if (walk->n > 0 &&
            (walk->tokens[walk->n - 1] == W_END || walk->tokens[walk->n - 1] == W_END2)) {
            return;
        }
        memset(bits, 0xff, sizeof(bits));
        (void)grammar_state_mask(g, bits);
        int32_t t = walk_pick(w, bits);
        if (hurry && !g->in_call && g->g->trigger.kind == PIECE_TOKEN &&
            mask_get(bits, g->g->trigger.token)) {
            t = g->g->trigger.token;
        } else if (hurry && !g->in_call && walk->n_symbols == 0 &&
                   g->g->trigger.kind == PIECE_TEXT) {
            t = world_encode(w, g->g->trigger.text);
        } else if (hurry && !g->in_call && g->matched > 0) {
            t = world_encode(w, str_slice(g->g->trigger.text, g->matched, SIZE_MAX));
        }
        walk->refused = t < 0 || !grammar_state_accept(g, t);
        if (t >= 0) {
            walk_log(w, walk, t);
        }
        if (t == W_END || t == W_END2) {
            return;
        }
    }
}
#endif
