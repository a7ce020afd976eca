/* Parsing of arguments against a command's option table, and the values by precedence.
 *
 * Owns: the arrays in struct args_state; every string is borrowed (argv, environment, config).
 * Main thread, at start. Invariant: a value that is stored was checked against its option's kind,
 * so the args_* getters cannot fail on what a user typed; they assert on what a programmer did.
 *
 * Accepted: --name=value, --name value, -n value, -nvalue, -abc for flags, -- before operands, in
 * any order with operands. No abbreviations: a new option must never change what an old command
 * line means. Failures: ERR_USAGE with the subject and what to type.
 */
#include "runtime/cmd.h"
#include "runtime/config.h"

struct args_value {
    const char *text; /* flags: "true" or "false" */
    const char **item;
    size_t n_items;
    bool given;
};
struct args_state {
    const char *path;         /* "drover model info", for messages */
    struct args_value *value; /* of cmd->options, then of option_globals */
    size_t n_own, n_values;
    const char **operand;
};

const struct option option_globals[] = {
    {.name = "help", .letter = 'h', .help = "-h: the short help; --help: the long one"},
    {.name = "color",
     .kind = OPTION_CHOICE,
     .value = "auto|always|never",
     .config = "color",
     .help = "colour of messages and tables"},
    {.name = "ascii", .config = "ascii", .help = "marks in ASCII, no Unicode"},
    {.name = "quiet", .letter = 'q', .help = "errors only: no notes, hints or progress"},
    {0},
};

static size_t options_count(const struct option *table) {
    size_t n = 0;
    while (table && table[n].name) {
        n++;
    }
    return n;
}

static const struct option *option_at(const struct args *args, size_t i) {
    size_t own = args->state->n_own;
    return i < own ? &args->cmd->options[i] : &option_globals[i - own];
}

/* ---- values ---- */

static bool parse_scaled(struct str text, const char *units, const int64_t *scale, int64_t *out) {
    size_t n = 0;
    while (n < text.len && ((text.ptr[n] >= '0' && text.ptr[n] <= '9') || text.ptr[n] == '.')) {
        n++;
    }
    struct str number = str_slice(text, 0, n), unit = str_slice(text, n, text.len);
    int64_t factor = unit.len == 0 ? scale[0] : 0;
    for (size_t i = 0; units[i] && unit.len == 1; i++) {
        factor = units[i] == unit.ptr[0] ? scale[i + 1] : factor;
    }
    double value;
    if (factor == 0 || !str_to_f64(number, 0, 9e15, &value) || value * (double)factor > 9e15) {
        return false;
    }
    *out = (int64_t)(value * (double)factor);
    return true;
}

bool option_parse_int(enum option_kind kind, struct str text, int64_t *out) {
    static const int64_t counts[] = {1, 1000, 1000, 1000000, 1000000000};
    static const int64_t bytes[] = {1,       1 << 10, 1 << 10,          1 << 20,
                                    1 << 20, 1 << 30, (int64_t)1 << 30, (int64_t)1 << 40};
    static const int64_t durations[] = {1000, 1000, 60000, 3600000, 86400000};
    switch (kind) {
    case OPTION_COUNT:
        return parse_scaled(text, "kKMG", counts, out);
    case OPTION_BYTES:
        if (str_ends(text, STR("iB"))) {
            text.len -= 2;
        }
        return parse_scaled(text, "kKmMgGT", bytes, out);
    case OPTION_DURATION:
        return parse_scaled(text, "smhd", durations, out);
    case OPTION_FLAG:
    case OPTION_STRING:
    case OPTION_CHOICE:
    case OPTION_LIST:
        break;
    }
    return false;
}

bool option_choice_ok(const char *choices, struct str text) {
    struct str rest = str_from(choices);
    while (rest.len > 0) {
        size_t bar = MIN(str_find(rest, STR("|"), 0), rest.len);
        if (str_equal(str_slice(rest, 0, bar), text)) {
            return true;
        }
        rest = str_slice(rest, bar + 1, rest.len);
    }
    return false;
}

static bool value_check(const struct option *o, const char *subject, const char *text,
                        struct err *err) {
    int64_t ignored;
    switch (o->kind) {
    case OPTION_COUNT:
    case OPTION_BYTES:
    case OPTION_DURATION:
        if (!option_parse_int(o->kind, str_from(text), &ignored)) {
            err_set(err, ERR_USAGE, "%s: '%s' is not a %s", subject, text,
                    o->kind == OPTION_COUNT   ? "number"
                    : o->kind == OPTION_BYTES ? "size"
                                              : "duration");
            return err_hint(err, "write it like %s",
                            o->kind == OPTION_COUNT   ? "200, 32k or 5M"
                            : o->kind == OPTION_BYTES ? "512M or 24GiB"
                                                      : "90s, 30m, 8h or 5d");
        }
        return true;
    case OPTION_CHOICE:
        if (!option_choice_ok(o->value, str_from(text))) {
            err_set(err, ERR_USAGE, "%s: '%s' is none of %s", subject, text, o->value);
            return false;
        }
        return true;
    case OPTION_FLAG:
        if (!option_choice_ok("true|false|1|0|yes|no", str_from(text))) {
            return err_set(err, ERR_USAGE, "%s: '%s' is neither true nor false", subject, text);
        }
        return true;
    case OPTION_STRING:
    case OPTION_LIST:
        return true;
    }
    return true;
}

static void value_add(struct args_value *v, const struct option *o, const char *text) {
    v->text = text;
    v->given = true;
    if (o->kind == OPTION_LIST) {
        v->item = xreallocarray(v->item, v->n_items + 2, sizeof(*v->item));
        v->item[v->n_items++] = text;
        v->item[v->n_items] = NULL;
    }
}

/* ---- parsing ---- */

struct cursor {
    const struct args *args;
    const char *const *argv;
    int argc, at;
    struct err *err;
};

static bool fail_unknown(struct cursor *c, const char *shown) {
    const struct args_state *state = c->args->state;
    const char *best = NULL;
    size_t best_distance = 4;
    for (size_t i = 0; i < state->n_values && strncmp(shown, "--", 2) == 0; i++) {
        const char *name = option_at(c->args, i)->name;
        struct str typed = str_from(shown + 2);
        size_t equal = MIN(str_find(typed, STR("="), 0), typed.len);
        size_t d = str_distance(str_slice(typed, 0, equal), str_from(name), 3);
        if (d < best_distance && d < strlen(name)) {
            best_distance = d;
            best = name;
        }
    }
    err_set(c->err, ERR_USAGE, "'%s' has no option '%s'", state->path, shown);
    return best ? err_hint(c->err, "did you mean '--%s'?", best)
                : err_hint(c->err, "'%s -h' lists the options", state->path);
}

/* attached: the value behind '=' or behind a letter, or NULL. */
static bool option_take(struct cursor *c, size_t i, const char *shown, const char *attached) {
    const struct option *o = option_at(c->args, i);
    struct args_value *v = &c->args->state->value[i];
    AUTO_FREE char *subject = xasprintf("option '%s'", shown);
    if (o->kind == OPTION_FLAG) {
        if (attached && !value_check(o, subject, attached, c->err)) {
            return false;
        }
        value_add(v, o, attached ? attached : "true");
        return true;
    }
    if (attached == NULL && c->at < c->argc) {
        attached = c->argv[c->at++];
    }
    if (attached == NULL) {
        err_set(c->err, ERR_USAGE, "%s needs a value", subject);
        return err_hint(c->err, "%s=%s", shown, o->value ? o->value : "VALUE");
    }
    if (v->given && o->kind != OPTION_LIST && strcmp(v->text, attached) != 0) {
        return err_set(c->err, ERR_USAGE, "%s is given twice: '%s' and '%s'", subject, v->text,
                       attached);
    }
    if (!value_check(o, subject, attached, c->err)) {
        return false;
    }
    value_add(v, o, attached);
    return true;
}

static bool parse_long(struct cursor *c, const char *word) {
    struct str name = str_from(word + 2);
    size_t equal = str_find(name, STR("="), 0);
    const char *attached = equal == SIZE_MAX ? NULL : name.ptr + equal + 1;
    name = str_slice(name, 0, equal);
    for (size_t i = 0; i < c->args->state->n_values; i++) {
        if (str_equal_c(name, option_at(c->args, i)->name)) {
            AUTO_FREE char *shown = xasprintf("--%.*s", STR_FMT(name));
            return option_take(c, i, shown, attached);
        }
    }
    return fail_unknown(c, word);
}

static bool parse_letters(struct cursor *c, const char *word) {
    for (const char *p = word + 1; *p; p++) {
        char shown[3] = {'-', *p, '\0'};
        size_t i = 0;
        while (i < c->args->state->n_values && option_at(c->args, i)->letter != *p) {
            i++;
        }
        if (i == c->args->state->n_values) {
            return fail_unknown(c, (unsigned char)*p < 0x80 ? shown : word);
        }
        bool flag = option_at(c->args, i)->kind == OPTION_FLAG;
        if (!option_take(c, i, shown, flag || !p[1] ? NULL : p + 1 + (p[1] == '='))) {
            return false;
        }
        if (i == c->args->state->n_own && option_at(c->args, i)->letter == 'h') {
            c->args->state->value[i].text = "short";
        }
        if (!flag) {
            break;
        }
    }
    return true;
}

/* How many operands a text like "RUN [AGENT]" or "GOAL..." allows. */
static void operands_range(const char *operands, size_t *min, size_t *max) {
    struct str rest = str_from(operands);
    *min = *max = 0;
    while (rest.len > 0) {
        size_t space = MIN(str_find(rest, STR(" "), 0), rest.len);
        struct str word = str_slice(rest, 0, space);
        *min += word.ptr[0] != '[';
        *max = str_find(word, STR("..."), 0) != SIZE_MAX ? SIZE_MAX - 1 : *max + 1;
        rest = str_slice(rest, space + 1, rest.len);
    }
}

static bool check_operands(const struct args *args, struct err *err) {
    size_t min, max;
    const char *path = args->state->path;
    operands_range(args->cmd->operands, &min, &max);
    if (args->n_operands > max) {
        err_set(err, ERR_USAGE, "'%s' takes %s: '%s'", path,
                max == 0 ? "no arguments" : "fewer arguments", args->operand[max]);
        return err_hint(err, "'%s -h' shows how it is used", path);
    }
    if (args->n_operands < min) {
        err_set(err, ERR_USAGE, "'%s' needs %s", path, args->cmd->operands);
        return err_hint(err, "'%s -h' shows how it is used", path);
    }
    return true;
}

/* Variables of options that have no configuration key; config.c checked the others. */
static bool take_environment(struct args *args, struct err *err) {
    for (size_t i = 0; i < args->state->n_values; i++) {
        const struct option *o = option_at(args, i);
        struct args_value *v = &args->state->value[i];
        const char *text = o->env && !v->given ? getenv(o->env) : NULL;
        if (text == NULL || text[0] == '\0') {
            continue;
        }
        ASSERT(o->config == NULL && o->kind != OPTION_LIST);
        AUTO_FREE char *subject = xasprintf("environment variable %s", o->env);
        if (!value_check(o, subject, text, err)) {
            return false;
        }
        value_add(v, o, text);
    }
    return true;
}

bool args_parse(struct args *out, const struct cmd *cmd, const char *path, int argc,
                const char *const *argv, struct err *err) {
    struct args_state *state = xcalloc(1, sizeof(*state));
    state->path = path;
    state->n_own = options_count(cmd->options);
    state->n_values = state->n_own + options_count(option_globals);
    state->value = xcalloc(state->n_values, sizeof(*state->value));
    state->operand = xcalloc((size_t)argc + 1, sizeof(*state->operand));
    *out = (struct args){.cmd = cmd, .operand = state->operand, .state = state};
    struct cursor c = {.args = out, .argv = argv, .argc = argc, .err = err};
    bool options_end = false;
    while (c.at < argc) {
        const char *word = argv[c.at++];
        bool ok = true;
        if (options_end || word[0] != '-' || word[1] == '\0') {
            state->operand[out->n_operands++] = word;
        } else if (strcmp(word, "--") == 0) {
            options_end = true;
        } else {
            ok = word[1] == '-' ? parse_long(&c, word) : parse_letters(&c, word);
        }
        if (!ok) {
            return false;
        }
    }
    /* Asked for help: nothing else needs to be right. */
    return state->value[state->n_own].given ||
           (check_operands(out, err) && take_environment(out, err));
}

void args_release(struct args *args) {
    if (args->state == NULL) {
        return;
    }
    for (size_t i = 0; i < args->state->n_values; i++) {
        free(args->state->value[i].item);
    }
    free(args->state->value);
    free(args->state->operand);
    free(args->state);
    *args = (struct args){0};
}

/* ---- getters ---- */

static const struct option *find(const struct args *args, const char *name, size_t *index) {
    for (size_t i = 0; i < args->state->n_values; i++) {
        if (strcmp(option_at(args, i)->name, name) == 0) {
            *index = i;
            return option_at(args, i);
        }
    }
    base_assert_failed(name, __FILE__, __LINE__); /* an option that the table does not have */
}

static const char *text_of(const struct args *args, const char *name, const struct option **o) {
    size_t i;
    *o = find(args, name, &i);
    const struct args_value *v = &args->state->value[i];
    return v->given ? v->text : (*o)->config ? config_get((*o)->config).text : (*o)->fallback;
}

bool args_flag(const struct args *args, const char *name) {
    const struct option *o;
    const char *text = text_of(args, name, &o);
    ASSERT(o->kind == OPTION_FLAG);
    return text && !option_choice_ok("false|0|no", str_from(text));
}

const char *args_string(const struct args *args, const char *name) {
    const struct option *o;
    const char *text = text_of(args, name, &o);
    ASSERT(o->kind == OPTION_STRING || o->kind == OPTION_CHOICE ||
           strcmp(name, "help") == 0); /* "short" or "true" */
    return text;
}

int64_t args_int(const struct args *args, const char *name) {
    const struct option *o;
    const char *text = text_of(args, name, &o);
    ASSERT(o->kind == OPTION_COUNT || o->kind == OPTION_BYTES || o->kind == OPTION_DURATION);
    int64_t value = -1;
    ASSERT(text == NULL || option_parse_int(o->kind, str_from(text), &value));
    return value;
}

const char *const *args_list(const struct args *args, const char *name) {
    static const char *const empty[] = {NULL};
    size_t i;
    const struct option *o = find(args, name, &i);
    ASSERT(o->kind == OPTION_LIST);
    const struct args_value *v = &args->state->value[i];
    if (v->given) {
        return v->item;
    }
    const char *const *item = o->config ? config_get(o->config).item : NULL;
    return item ? item : empty;
}

bool args_given(const struct args *args, const char *name) {
    size_t i;
    const struct option *o = find(args, name, &i);
    if (args->state->value[i].given || o->config == NULL) {
        return args->state->value[i].given;
    }
    return strncmp(config_get(o->config).origin, "environment", 11) == 0;
}
