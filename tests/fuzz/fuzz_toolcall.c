/* Fuzzes what a model may write: the first byte chooses a dialect and whether its markers are
 * control tokens, the rest is the turn's text (tests/fuzz/corpus/toolcall has one of each family).
 *
 * Promises: the tokenizer gives every byte back; the parser neither crashes nor runs away; what it
 * takes for a call is a named object of strict JSON, and written again the way the dialect writes
 * it parses to the same call. */
#include "runtime/base/json.h"
#include "tests/unit/model/vocab_make.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { DIALECTS_MAX = 32 };

static const struct tokenizer *tokenizer_of(size_t dialect, bool control) {
    static struct tokenizer *made[DIALECTS_MAX][2];
    if (!made[dialect][control]) {
        struct make g;
        made[dialect][control] = vocab_of_dialect(&g, dialect_list()[dialect], control);
        make_release(&g);
    }
    return made[dialect][control];
}

static void check_round_trip(const struct tokenizer *t, struct str text, const struct tokens *ids) {
    size_t at = 0;
    for (size_t i = 0; i < ids->n; i++) {
        struct str s = tokenizer_bytes(t, ids->ids[i]);
        ASSERT(at + s.len <= text.len && memcmp(s.ptr, text.ptr + at, s.len) == 0);
        at += s.len;
    }
    ASSERT(at == text.len);
}

static void write_call(const struct dialect_calls *c, const struct model_call *call,
                       struct buf *b) {
    struct dialect_writer w = {.text = b};
    buf_printf(b, "%s%s%.*s%s%s", c->section_open, c->call_open, STR_FMT(call->name),
               c->indexed ? ":0" : "", c->name_close);
    if (strcmp(c->comma, ",") == 0)
        dialect_json_compact(&w, call->arguments);
    else
        dialect_json(&w, call->arguments);
    buf_printf(b, "%s%s%s", c->call_close, c->section_close, c->turn_end);
    dialect_writer_release(&w);
}

/* JSON families only: raw values may hold what would close them. Names are free text to the parser,
 * so that only plain ones are written again. */
static void check_written_again(const struct dialect *d, const struct tokenizer *t,
                                const struct model_call *call) {
    AUTO_BUF struct buf text = BUF_INIT(8u << 20);
    AUTO_TOKENS struct tokens ids = {0};
    struct model_turn turn;
    struct err err = ERR_INIT;
    for (size_t i = 0; i < call->name.len; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789",
                    call->name.ptr[i]) ||
            !call->name.ptr[i])
            return;
    if (d->calls.style != DIALECT_JSON)
        return;
    AUTO_FREE char *before = json_print(call->arguments);
    if (strstr(before, "x-drover-")) /* left out by design */
        return;
    write_call(&d->calls, call, &text);
    for (size_t i = 0; i < ARRAY_LEN(d->markers) && d->markers[i]; i++)
        if (strstr(before, d->markers[i]) ||
            str_find(call->name, str_from(d->markers[i]), 0) != SIZE_MAX)
            return;
    bool ok = tokenizer_encode(t, buf_str(&text), true, &ids, &err);
    ASSERT(ok);
    turn_parse(d, t, ids.ids, ids.n, &turn);
    ASSERT(turn.n_calls == 1 && !turn.truncated);
    ASSERT(str_equal(turn.calls[0].name, call->name));
    AUTO_FREE char *after = json_print(turn.calls[0].arguments);
    ASSERT(strcmp(before, after) == 0);
    model_turn_release(&turn);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    size_t n = 0;
    while (dialect_list()[n])
        n++;
    if (size == 0)
        return 0;
    bool control = data[0] & 0x80;
    size_t which = (data[0] & 0x7f) % n;
    const struct dialect *d = dialect_list()[which];
    const struct tokenizer *t = tokenizer_of(which, control);
    struct str text = {(const char *)data + 1, size - 1};
    AUTO_TOKENS struct tokens ids = {0}, plain = {0};
    struct err err = ERR_INIT;
    bool ok = tokenizer_encode(t, text, true, &ids, &err) &&
              tokenizer_encode(t, text, false, &plain, &err);
    ASSERT(ok);
    check_round_trip(t, text, &ids);
    check_round_trip(t, text, &plain);
    for (size_t i = 0; i < plain.n; i++)
        ASSERT(tokenizer_type(t, plain.ids[i]) != TOKEN_CONTROL);
    struct model_turn turn;
    turn_parse(d, t, ids.ids, ids.n, &turn);
    ASSERT(turn.n_calls <= CALLS_PER_TURN_MAX && turn.text.len <= text.len);
    for (size_t i = 0; i < turn.n_calls; i++) {
        ASSERT(turn.calls[i].name.len > 0 && cJSON_IsObject(turn.calls[i].arguments));
        check_written_again(d, t, &turn.calls[i]);
    }
    model_turn_release(&turn);
    return 0;
}
