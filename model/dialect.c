/* Dialects: the table, and what their files write with.
 *
 * A dialect is chosen by markers that the chat template of the file contains, not by the model's
 * name: fine-tunes keep their template and change everything else. Rows are tried in order, the
 * more particular first.
 *
 * A dialect_writer collects the rendering and remembers which ranges of it are data. Data is what
 * came from a person, a tool or a model; a marker in it must never act as one. If the vocabulary
 * has the marker as a control token, tokenizing data with special tokens off is enough (render.c).
 * If the marker is ordinary text in this vocabulary, only changing the text helps: a space is put
 * after its first character, visible to the model and to whoever reads the log, and counted in
 * `broken`.
 *
 * JSON is written as the vendors' templates do it with Python: spaces after comma and colon,
 * nothing but control characters, quote and backslash escaped, numbers as repr. Everything here is
 * pure and works on any thread; sizes are bounded by the writer's buffer, whose overflow the caller
 * checks. */
#include "model/dialect.h"

#include <math.h>

#include "model/tokenizer.h"
#include "runtime/base/asset.h"

extern const struct dialect dialect_drover, dialect_hermes, dialect_qwen25, dialect_qwen3,
    dialect_qwen3_coder, dialect_deepseek_v3, dialect_deepseek_r1, dialect_deepseek_v31,
    dialect_deepseek_v32, dialect_deepseek_v4, dialect_kimi_k2, dialect_kimi_k2_thinking,
    dialect_llama31, dialect_glm46, dialect_glm47, dialect_gpt_oss, dialect_minimax_m2,
    dialect_granite4, dialect_lfm2;

// clang-format off
static const struct dialect *const dialects[] = {
    &dialect_drover,
    &dialect_hermes,
    &dialect_qwen25,
    &dialect_qwen3,
    &dialect_qwen3_coder,
    &dialect_deepseek_v3,
    &dialect_deepseek_r1,
    &dialect_deepseek_v31,
    &dialect_deepseek_v32,
    &dialect_deepseek_v4,
    &dialect_kimi_k2,
    &dialect_kimi_k2_thinking,
    &dialect_llama31,
    &dialect_glm46,
    &dialect_glm47,
    &dialect_gpt_oss,
    &dialect_minimax_m2,
    &dialect_granite4,
    &dialect_lfm2,
    NULL,
};
// clang-format on

const struct dialect *const *dialect_list(void) {
    return dialects;
}

const struct dialect *dialect_find(const char *name) {
    for (size_t i = 0; dialects[i]; i++)
        if (strcmp(dialects[i]->name, name) == 0)
            return dialects[i];
    return NULL;
}

static bool dialect_fits(const struct dialect *d, struct str chat_template) {
    for (size_t i = 0; i < ARRAY_LEN(d->needs) && d->needs[i]; i++)
        if (str_find(chat_template, str_from(d->needs[i]), 0) == SIZE_MAX)
            return false;
    for (size_t i = 0; i < ARRAY_LEN(d->lacks) && d->lacks[i]; i++)
        if (str_find(chat_template, str_from(d->lacks[i]), 0) != SIZE_MAX)
            return false;
    return true;
}

const struct dialect *dialect_detect(struct str chat_template) {
    for (size_t i = 0; dialects[i]; i++)
        if (dialect_fits(dialects[i], chat_template))
            return dialects[i];
    return NULL;
}

size_t dialect_piece_steps(const struct tokenizer *t, const char *piece, struct dialect_step *steps,
                           size_t max) {
    struct str s = str_from(piece);
    size_t n = 0, from = 0, at = 0;
    while (at < s.len) {
        size_t len;
        int32_t id = tokenizer_special_at(t, s, at, &len);
        if (id < 0) {
            at++;
            continue;
        }
        if (at > from) {
            ASSERT(n < max);
            steps[n++] = (struct dialect_step){-1, str_slice(s, from, at)};
        }
        ASSERT(n < max);
        steps[n++] = (struct dialect_step){id, str_slice(s, at, at + len)};
        from = at += len;
    }
    if (at > from) {
        ASSERT(n < max);
        steps[n++] = (struct dialect_step){-1, str_slice(s, from, at)};
    }
    return n;
}

/* ---- writing ---- */

void dialect_writer_release(struct dialect_writer *w) {
    free(w->edges);
    w->edges = NULL;
}

void dialect_put_str(struct dialect_writer *w, struct str literal) {
    buf_append_str(w->text, literal);
}

void dialect_put(struct dialect_writer *w, const char *literal) {
    dialect_put_str(w, str_from(literal));
}

static void writer_edge(struct dialect_writer *w, size_t from) {
    size_t to = w->text->len;
    if (from >= to)
        return;
    if (w->n_edges && w->edges[w->n_edges - 1] == from) {
        w->edges[w->n_edges - 1] = to;
        return;
    }
    if (w->cap_edges - w->n_edges < 2) {
        w->cap_edges = MAX(2 * w->cap_edges, (size_t)16);
        w->edges = xreallocarray(w->edges, w->cap_edges, sizeof *w->edges);
    }
    w->edges[w->n_edges++] = from;
    w->edges[w->n_edges++] = to;
}

/* The guarded marker that s has at `at`, or NULL; markers share few first bytes. */
static const char *guarded_at(const struct dialect_writer *w, struct str s, size_t at) {
    for (size_t i = 0; w->guarded[i]; i++) {
        const char *m = w->guarded[i];
        if (s.ptr[at] == m[0] && str_starts(str_slice(s, at, s.len), str_from(m)))
            return m;
    }
    return NULL;
}

void dialect_data(struct dialect_writer *w, struct str data) {
    size_t begin = w->text->len, from = 0;
    for (size_t i = 0; w->guarded && i < data.len; i++) {
        if (!guarded_at(w, data, i))
            continue;
        size_t first = i + 1; /* behind the marker's first character */
        while (first < data.len && ((unsigned char)data.ptr[first] & 0xc0) == 0x80)
            first++;
        buf_append_str(w->text, str_slice(data, from, first));
        buf_append_char(w->text, ' ');
        w->broken++;
        from = first;
    }
    buf_append_str(w->text, str_slice(data, from, data.len));
    writer_edge(w, begin);
}

void dialect_put_around(struct dialect_writer *w, struct str asset,
                        void (*tools)(struct dialect_writer *w)) {
    size_t at = str_find(asset, STR("{{tools}}"), 0);
    ASSERT(at != SIZE_MAX);
    dialect_put_str(w, str_slice(asset, 0, at));
    tools(w);
    dialect_put_str(w, str_slice(asset, at + strlen("{{tools}}"), asset.len));
}

/* ---- JSON ---- */

static void json_string_write(struct buf *b, struct str s) {
    buf_append_char(b, '"');
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        static const char plain[] = "\"\\\n\r\t\b\f", letter[] = "\"\\nrtbf";
        const char *escape = c ? strchr(plain, c) : NULL;
        if (escape)
            buf_printf(b, "\\%c", letter[escape - plain]);
        else if (c < 0x20)
            buf_printf(b, "\\u%04x", c);
        else
            buf_append_char(b, (char)c);
    }
    buf_append_char(b, '"');
}

/* As Python prints it: integers whole, others with the fewest digits that read back the same. */
static void json_number_write(struct buf *b, double v) {
    if (v == floor(v) && fabs(v) < 1e22) {
        buf_printf(b, "%.0f", v == 0 ? 0.0 : v);
        return;
    }
    char text[40];
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, v);
        if (strtod(text, NULL) == v)
            break;
    }
    buf_append_c(b, text);
}

struct json_style {
    const char *comma, *colon;
    int indent; /* 0 = one line */
};

static void json_newline(struct buf *b, const struct json_style *style, int depth) {
    if (style->indent)
        buf_printf(b, "\n%*s", style->indent * depth, "");
}

static void json_write(struct buf *b, const cJSON *v, const struct json_style *style, int depth) {
    ASSERT(depth <= JSON_DEPTH_MAX);
    if (cJSON_IsString(v)) {
        json_string_write(b, str_from(v->valuestring));
    } else if (cJSON_IsNumber(v)) {
        json_number_write(b, v->valuedouble);
    } else if (cJSON_IsObject(v) || cJSON_IsArray(v)) {
        bool object = cJSON_IsObject(v), any = false;
        buf_append_char(b, object ? '{' : '[');
        for (const cJSON *c = v->child; c; c = c->next) {
            if (object && str_starts(str_from(c->string), STR("x-drover-")))
                continue;
            if (any)
                buf_append_c(b, style->comma);
            json_newline(b, style, depth + 1);
            any = true;
            if (object) {
                json_string_write(b, str_from(c->string));
                buf_append_c(b, style->colon);
            }
            json_write(b, c, style, depth + 1);
        }
        if (any)
            json_newline(b, style, depth);
        buf_append_char(b, object ? '}' : ']');
    } else {
        buf_append_c(b, cJSON_IsTrue(v) ? "true" : cJSON_IsFalse(v) ? "false" : "null");
    }
}

static void dialect_json_styled(struct dialect_writer *w, const cJSON *value,
                                struct json_style style) {
    AUTO_BUF struct buf b = BUF_INIT(w->text->max);
    json_write(&b, value, &style, 0);
    w->text->overflow |= b.overflow;
    dialect_data(w, buf_str(&b));
}

void dialect_json(struct dialect_writer *w, const cJSON *value) {
    dialect_json_styled(w, value, (struct json_style){", ", ": ", 0});
}

void dialect_json_indent(struct dialect_writer *w, const cJSON *value, int indent) {
    dialect_json_styled(w, value, (struct json_style){",", ": ", indent});
}

void dialect_json_compact(struct dialect_writer *w, const cJSON *value) {
    dialect_json_styled(w, value, (struct json_style){",", ":", 0});
}

void dialect_json_text(struct dialect_writer *w, struct str text) {
    AUTO_BUF struct buf b = BUF_INIT(w->text->max);
    json_string_write(&b, text);
    w->text->overflow |= b.overflow;
    dialect_data(w, buf_str(&b));
}

const cJSON *dialect_function(const cJSON *tool) {
    const cJSON *f = cJSON_GetObjectItemCaseSensitive(tool, "function");
    return f ? f : tool;
}

/* ---- what templates do to text ---- */

/* Length of the white space character (as Python's str.isspace) at the start of s, or 0. */
static size_t space_first(struct str s) {
    if (s.len == 0)
        return 0;
    unsigned char c = (unsigned char)s.ptr[0];
    if (c == ' ' || (c >= 0x09 && c <= 0x0d) || (c >= 0x1c && c <= 0x1f))
        return 1;
    static const char *const wide[] = {
        "\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80", "\xe2\x80\xa8", "\xe2\x80\xa9",
        "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80", "\xe2\x80\x80", "\xe2\x80\x81",
        "\xe2\x80\x82", "\xe2\x80\x83", "\xe2\x80\x84", "\xe2\x80\x85", "\xe2\x80\x86",
        "\xe2\x80\x87", "\xe2\x80\x88", "\xe2\x80\x89", "\xe2\x80\x8a"};
    for (size_t i = 0; i < ARRAY_LEN(wide); i++)
        if (str_starts(s, str_from(wide[i])))
            return strlen(wide[i]);
    return 0;
}

struct str dialect_trim(struct str s) {
    for (size_t n; (n = space_first(s)) > 0;)
        s = str_slice(s, n, s.len);
    for (;;) {
        size_t cut = 0;
        for (size_t n = 1; n <= 3 && n <= s.len && !cut; n++)
            if (space_first(str_slice(s, s.len - n, s.len)) == n)
                cut = n;
        if (!cut)
            return s;
        s.len -= cut;
    }
}

struct str dialect_trim_newlines(struct str s) {
    while (s.len && s.ptr[0] == '\n')
        s = str_slice(s, 1, s.len);
    return s;
}

struct str dialect_after_think(struct str s) {
    size_t at = SIZE_MAX, next = 0;
    while ((next = str_find(s, STR("</think>"), next)) != SIZE_MAX)
        at = next += strlen("</think>");
    return at == SIZE_MAX ? s : str_slice(s, at, s.len);
}
