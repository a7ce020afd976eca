/* Rendering: events of a conversation to tokens, and whole conversations to text.
 *
 * Live, an event is written by the model's dialect as the last of its conversation and tokenized by
 * itself: nothing that is in a sequence is ever rendered again. The writer says which bytes are
 * data. Control tokens are looked for in the template's own text only; everything between two of
 * them, own text and data alike, is then tokenized as one run with special tokens off, so that the
 * ids are those of the vendor's "render, then tokenize" except where data tries to be a marker.
 *
 * Whole conversations (`drover model render`, the vectors) go through the same functions with the
 * neighbours of each event known, and come out as the vendor's template writes them, unguarded.
 *
 * Any thread: a model is immutable. Failures: no dialect, a text over RENDER_BYTES_MAX, a malformed
 * conversation. */
#include "model/dialect.h"

#include "model/model_int.h"
#include "model/tokenizer.h"
#include "runtime/base/json.h"
#include "runtime/base/log.h"

/* One rendered event or conversation, bytes: the largest tool result is far below. */
#define RENDER_BYTES_MAX (64u << 20)

/* ---- tokens of a model ---- */

bool model_tokenize(const struct model *model, struct str text, bool special, struct tokens *out,
                    struct err *err) {
    return tokenizer_encode(model->tokenizer, text, special, out, err);
}

struct str model_token_bytes(const struct model *model, int32_t token, bool special) {
    if (token < 0 || token >= tokenizer_size(model->tokenizer))
        return (struct str){"", 0}; /* padding rows of the output matrix */
    enum token_type type = tokenizer_type(model->tokenizer, token);
    if (!special && (type == TOKEN_CONTROL || type == TOKEN_UNKNOWN))
        return (struct str){"", 0};
    return tokenizer_bytes(model->tokenizer, token);
}

int32_t model_token_bos(const struct model *model) {
    return tokenizer_bos(model->tokenizer);
}

bool model_token_is_end(const struct model *model, int32_t token) {
    return tokenizer_is_end(model->tokenizer, token);
}

/* ---- text to tokens ---- */

/* Control tokens in the template's own text; user-defined ones are found by the tokenizer itself.
 */
static bool writer_tokenize(const struct dialect_writer *w, const struct tokenizer *t,
                            struct tokens *out, struct err *err) {
    struct str text = buf_str(w->text);
    size_t from = 0, at = 0, edge = 0;
    bool after_special = true;
    while (at < text.len) {
        while (edge < w->n_edges && w->edges[edge + 1] <= at)
            edge += 2;
        if (edge < w->n_edges && at >= w->edges[edge]) {
            at = w->edges[edge + 1];
            continue;
        }
        size_t len, end = edge < w->n_edges ? w->edges[edge] : text.len;
        int32_t id = tokenizer_special_at(t, str_slice(text, 0, end), at, &len);
        if (id < 0) {
            at++;
            continue;
        }
        if (!tokenizer_encode_part(t, str_slice(text, from, at), false, after_special, out, err))
            return false;
        tokens_append(out, &id, 1);
        after_special = true;
        from = at += len;
    }
    return tokenizer_encode_part(t, str_slice(text, from, text.len), false, after_special, out,
                                 err);
}

/* Markers that this vocabulary has not as control tokens: data must not contain them. */
static void guard_list(const struct dialect *d, const struct tokenizer *t,
                       const char *guarded[ARRAY_LEN(d->markers) + 1]) {
    size_t n = 0;
    for (size_t i = 0; i < ARRAY_LEN(d->markers) && d->markers[i]; i++) {
        int32_t id = tokenizer_special(t, str_from(d->markers[i]));
        if (id < 0 || tokenizer_type(t, id) != TOKEN_CONTROL)
            guarded[n++] = d->markers[i];
    }
    guarded[n] = NULL;
}

/* An event being rendered for a model. */
struct live {
    struct buf text;
    struct dialect_writer w;
    const char *guarded[ARRAY_LEN(((struct dialect *)0)->markers) + 1];
};

static bool live_init(struct live *l, const struct model *model, struct err *err) {
    *l = (struct live){.text = BUF_INIT(RENDER_BYTES_MAX)};
    if (!model->dialect) {
        err_set(err, ERR_MODEL, "the chat template of '%s' is of no known family", model->name);
        return err_hint(err, "drover model info shows what is known about a file");
    }
    guard_list(model->dialect, model->tokenizer, l->guarded);
    l->w = (struct dialect_writer){.text = &l->text,
                                   .guarded = l->guarded,
                                   .bos = "",
                                   .eos = "",
                                   .live = true,
                                   .first_user = true,
                                   .past_last_user = true};
    return true;
}

static bool live_finish(struct live *l, const struct model *model, struct tokens *out,
                        struct err *err) {
    bool ok = !l->text.overflow;
    if (!ok)
        err_set(err, ERR_LIMIT, "a text of more than %u bytes does not enter a context",
                RENDER_BYTES_MAX);
    if (l->w.broken)
        log_warn("%zu markers of dialect %s were broken in data", l->w.broken,
                 model->dialect->name);
    ok = ok && writer_tokenize(&l->w, model->tokenizer, out, err);
    dialect_writer_release(&l->w);
    buf_release(&l->text);
    return ok;
}

/* [{name, ...}] as templates expect it; owned by the caller, NULL if there are none. */
static cJSON *tools_wrap(const cJSON *tools) {
    if (!tools || !tools->child)
        return NULL;
    cJSON *list = cJSON_CreateArray();
    const cJSON *tool;
    cJSON_ArrayForEach(tool, tools) {
        cJSON *copy = cJSON_Duplicate(tool, true), *wrapped = copy;
        if (!cJSON_GetObjectItemCaseSensitive(tool, "function")) {
            wrapped = cJSON_CreateObject();
            cJSON_AddStringToObject(wrapped, "type", "function");
            cJSON_AddItemToObject(wrapped, "function", copy);
        }
        cJSON_AddItemToArray(list, wrapped);
    }
    return list;
}

bool model_render_begin(const struct model *model, struct str system, const cJSON *tools,
                        struct tokens *out, struct err *err) {
    struct live l;
    if (!live_init(&l, model, err))
        return false;
    AUTO_JSON cJSON *wrapped = tools_wrap(tools);
    int32_t bos = tokenizer_bos(model->tokenizer);
    AUTO_FREE char *bos_text =
        bos >= 0 ? str_dup(tokenizer_bytes(model->tokenizer, bos)) : xstrdup("");
    l.w.bos = bos_text;
    l.w.tools = wrapped;
    model->dialect->begin(&l.w, system.len ? system : (struct str){0});
    size_t n = out->n;
    if (!live_finish(&l, model, out, err))
        return false;
    if (tokenizer_add_bos(model->tokenizer) && bos >= 0 && (out->n == n || out->ids[n] != bos)) {
        tokens_append(out, &bos, 1);
        memmove(out->ids + n + 1, out->ids + n, (out->n - n - 1) * sizeof *out->ids);
        out->ids[n] = bos;
    }
    return true;
}

bool model_render_user(const struct model *model, struct str text, struct tokens *out,
                       struct err *err) {
    struct live l;
    if (!live_init(&l, model, err))
        return false;
    model->dialect->user(&l.w, text);
    return live_finish(&l, model, out, err);
}

bool model_render_results(const struct model *model, const struct model_result *results, size_t n,
                          struct tokens *out, struct err *err) {
    struct live l;
    if (!live_init(&l, model, err))
        return false;
    l.w.previous = EVENT_ASSISTANT;
    if (n)
        model->dialect->results(&l.w, results, n);
    return live_finish(&l, model, out, err);
}

bool model_render_assistant(const struct model *model, bool after_results, struct tokens *out,
                            struct err *err) {
    struct live l;
    if (!live_init(&l, model, err))
        return false;
    l.w.previous = after_results ? EVENT_RESULTS : EVENT_USER;
    model->dialect->open(&l.w);
    return live_finish(&l, model, out, err);
}

bool model_render_close(const struct model *model, const int32_t *turn, size_t n,
                        struct tokens *out, struct err *err) {
    struct live l;
    if (!live_init(&l, model, err))
        return false;
    if (n == 0 || !tokenizer_is_end(model->tokenizer, turn[n - 1]))
        dialect_put(&l.w, model->dialect->calls.turn_end);
    dialect_put(&l.w, model->dialect->turn_after);
    return live_finish(&l, model, out, err);
}

/* ---- whole conversations ---- */

const char *const *model_dialect_names(void) {
    static const char *names[32]; /* the same values whoever writes them */
    const struct dialect *const *list = dialect_list();
    for (size_t i = 0; list[i]; i++) {
        ASSERT(i + 1 < ARRAY_LEN(names));
        names[i] = list[i]->name;
    }
    return names;
}

struct conversation {
    const struct dialect *dialect;
    struct dialect_writer w;
    const cJSON *last_user;
    int calls;             /* written so far */
    const cJSON *answered; /* tool_calls of the last assistant turn */
    int answered_first;    /* index of its first call */
};

static const char *message_role(const cJSON *message) {
    return json_string(message, "role", "");
}

static enum dialect_event message_event(const cJSON *message) {
    const char *role = message ? message_role(message) : "";
    if (strcmp(role, "user") == 0)
        return EVENT_USER;
    if (strcmp(role, "assistant") == 0)
        return EVENT_ASSISTANT;
    return strcmp(role, "tool") == 0 ? EVENT_RESULTS : EVENT_NONE;
}

static struct str message_text(const cJSON *message) {
    return str_from(json_string(message, "content", ""));
}

static bool write_assistant(struct conversation *c, const cJSON *message, struct err *err) {
    struct dialect_call calls[CALLS_PER_TURN_MAX];
    cJSON *parsed[CALLS_PER_TURN_MAX] = {0}; /* arguments that came as text */
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(message, "tool_calls"), *item;
    int n = 0;
    bool ok = true;
    c->answered = list;
    c->answered_first = c->calls;
    cJSON_ArrayForEach(item, list) {
        const cJSON *function = dialect_function(item);
        const cJSON *arguments = cJSON_GetObjectItemCaseSensitive(function, "arguments");
        if (ok && n == CALLS_PER_TURN_MAX)
            ok = err_set(err, ERR_LIMIT, "a turn of more than %d calls", CALLS_PER_TURN_MAX);
        if (ok && cJSON_IsString(arguments)) {
            ok = json_parse(&parsed[n], str_from(arguments->valuestring), "arguments", err);
            arguments = parsed[n];
        }
        if (!ok)
            break;
        calls[n++] =
            (struct dialect_call){json_string(function, "name", ""), arguments, c->calls++};
    }
    c->w.answer_follows = false;
    for (const cJSON *m = message->next; m; m = m->next)
        if (message_event(m) == EVENT_ASSISTANT &&
            !cJSON_GetObjectItemCaseSensitive(m, "tool_calls"))
            c->w.answer_follows = true;
    if (ok)
        c->dialect->assistant(&c->w, message_text(message), calls, (size_t)n);
    for (size_t i = 0; i < ARRAY_LEN(parsed); i++)
        json_free(&parsed[i]);
    return ok;
}

/* Which call of the last turn a result belongs to: by id, else by order. */
static const cJSON *answered_call(const struct conversation *c, const cJSON *message, int order,
                                  int *index) {
    const char *id = json_string(message, "tool_call_id", NULL);
    const cJSON *call;
    int i = 0;
    cJSON_ArrayForEach(call, c->answered) {
        const char *call_id = json_string(call, "id", NULL);
        if (id && call_id && strcmp(id, call_id) == 0) {
            *index = c->answered_first + i;
            return call;
        }
        i++;
    }
    *index = c->answered_first + order;
    return cJSON_GetArrayItem(c->answered, order);
}

/* Writes the run of tool messages that starts at *message; moves *message to its last. */
static bool write_results(struct conversation *c, const cJSON **message, struct err *err) {
    struct model_result results[CALLS_PER_TURN_MAX];
    size_t n = 0;
    for (const cJSON *m = *message; m && message_event(m) == EVENT_RESULTS; m = m->next) {
        if (n == CALLS_PER_TURN_MAX)
            return err_set(err, ERR_LIMIT, "more than %d results", CALLS_PER_TURN_MAX);
        int index;
        const cJSON *call = answered_call(c, m, (int)n, &index);
        const char *name = json_string(m, "name", NULL);
        if (!name)
            name = call ? json_string(dialect_function(call), "name", "tool") : "tool";
        results[n++] = (struct model_result){str_from(name), message_text(m), index};
        *message = m;
    }
    c->w.next = message_event((*message)->next);
    c->dialect->results(&c->w, results, n);
    return true;
}

static bool write_event(struct conversation *c, const cJSON **message, struct err *err) {
    enum dialect_event event = message_event(*message);
    c->w.next = message_event((*message)->next);
    switch (event) {
    case EVENT_USER:
        c->w.past_last_user = *message == c->last_user;
        c->dialect->user(&c->w, message_text(*message));
        c->w.first_user = false;
        break;
    case EVENT_ASSISTANT:
        if (!write_assistant(c, *message, err))
            return false;
        break;
    case EVENT_RESULTS:
        if (!write_results(c, message, err))
            return false;
        break;
    default:
        return err_set(err, ERR_INPUT, "a message of role '%s' at this place",
                       message_role(*message));
    }
    c->w.previous = event;
    return true;
}

static bool conversation_write(struct conversation *c, const cJSON *messages, struct err *err) {
    const cJSON *m = messages->child;
    struct str system = {0};
    for (const cJSON *u = m; u; u = u->next)
        if (message_event(u) == EVENT_USER)
            c->last_user = u;
    c->w.past_last_user = !c->last_user;
    if (m && strcmp(message_role(m), "system") == 0) {
        system = message_text(m);
        m = m->next;
    }
    c->w.next = message_event(m);
    c->dialect->begin(&c->w, system);
    c->w.previous = EVENT_BEGIN;
    for (; m; m = m->next)
        if (!write_event(c, &m, err))
            return false;
    if (c->w.previous != EVENT_ASSISTANT)
        c->dialect->open(&c->w);
    return true;
}

bool model_render_text(const char *dialect, const cJSON *conversation, const char *bos,
                       const char *eos, struct buf *out, struct err *err) {
    struct conversation c = {.dialect = dialect_find(dialect)};
    if (!c.dialect) {
        AUTO_BUF struct buf names = BUF_INIT(1000);
        for (const struct dialect *const *d = dialect_list(); *d; d++)
            buf_printf(&names, "%s%s", names.len ? ", " : "one of ", (*d)->name);
        err_set(err, ERR_USAGE, "no dialect is named '%s'", dialect);
        return err_hint(err, "%s", buf_cstr(&names));
    }
    const cJSON *messages = cJSON_GetObjectItemCaseSensitive(conversation, "messages");
    if (!cJSON_IsArray(messages))
        return err_set(err, ERR_INPUT, "the conversation has no 'messages'");
    AUTO_JSON cJSON *tools = tools_wrap(cJSON_GetObjectItemCaseSensitive(conversation, "tools"));
    c.w = (struct dialect_writer){
        .text = out, .bos = bos, .eos = eos, .tools = tools, .first_user = true};
    bool ok = conversation_write(&c, messages, err);
    dialect_writer_release(&c.w);
    if (ok && out->overflow)
        ok = err_set(err, ERR_LIMIT, "the rendering is longer than %zu bytes", out->max);
    return ok;
}
