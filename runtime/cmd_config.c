/* `drover config`: the effective configuration, where each value came from, a commented example,
 * and the approval of what a project asks for. Owns nothing; main thread.
 */
#include "runtime/base/json.h"
#include "runtime/runtime.h"

static void print_key(const struct config_key *key, bool origin) {
    struct config_value value = config_get(key->name);
    AUTO_BUF struct buf text = BUF_INIT(1 << 20);
    if (key->kind == OPTION_LIST) {
        for (const char *const *item = value.item; item && *item; item++) {
            buf_printf(&text, "%s%s", text.len ? ":" : "", *item);
        }
    } else {
        buf_append_c(&text, value.text ? value.text : "");
    }
    /* a project's file is a stranger's */
    AUTO_FREE char *line = xcalloc(1, text.len * 3 + 1);
    term_line(line, text.len * 3 + 1, buf_str(&text));
    if (origin) {
        out_printf("%-18s %-24s %s\n", key->name, *line ? line : "(not set)", value.origin);
    } else {
        out_printf("%-18s %s\n", key->name, *line ? line : "(not set)");
    }
}

static bool config_run(const struct args *args, int *status, struct err *err) {
    (void)status;
    (void)err;
    bool origin = args_flag(args, "show-origin");
    if (args_flag(args, "json")) {
        AUTO_FREE char *text = config_json(origin);
        out_printf("%s\n", text);
        return true;
    }
    for (const struct config_key *key = config_keys; key->name; key++) {
        print_key(key, origin);
    }
    if (config_ignored()) {
        say_warning("the project asks for %s, which is ignored", config_ignored());
        say_hint("read .drover/config.json; if you agree: drover config approve");
    }
    return true;
}

static bool approve_run(const struct args *args, int *status, struct err *err) {
    char hash[65];
    (void)args;
    (void)status;
    if (!config_approve(hash, err)) {
        return false;
    }
    out_printf("approved .drover/config.json %.12s\n", hash);
    say_note("any change to the file needs a new approval");
    return true;
}

static bool example_run(const struct args *args, int *status, struct err *err) {
    (void)args;
    (void)status;
    (void)err;
    out_printf("{\n");
    for (const struct config_key *key = config_keys; key->name; key++) {
        AUTO_BUF struct buf line = BUF_INIT(4096);
        AUTO_FREE char *name = xasprintf("// %s", key->name);
        AUTO_FREE char *text =
            xasprintf("%s%s%s", key->help, key->value ? "; " : "", key->value ? key->value : "");
        buf_append_c(&line, "  ");
        buf_append_json(&line, str_from(name));
        buf_append_c(&line, ": ");
        buf_append_json(&line, str_from(text));
        buf_printf(&line, ",\n  \"%s\": ", key->name);
        const char *value = key->fallback ? key->fallback : "";
        if (key->kind == OPTION_LIST) {
            buf_append_c(&line, "[]");
        } else if (key->kind == OPTION_FLAG) {
            buf_append_c(&line, value);
        } else {
            buf_append_json(&line, str_from(value));
        }
        out_printf("%s%s\n", buf_cstr(&line), key[1].name ? "," : "");
    }
    out_printf("}\n");
    return true;
}

static const struct cmd config_approve_cmd = {
    .name = "approve",
    .summary = "let this project's configuration have what it asks for",
    .about = "A model, more readable paths or included files take effect from a project's\n"
             ".drover/config.json only after this, and only for the file as it is now.",
    .examples = "drover config approve\n",
    .run = approve_run};

static const struct cmd config_example_cmd = {
    .name = "example",
    .summary = "print a configuration with every key explained",
    .examples = "drover config example > ~/.config/drover/config.json\n",
    .run = example_run};

static const struct option config_options[] = {
    {.name = "show-origin", .help = "the file or variable that each value came from"},
    {.name = "json", .help = "one JSON object"},
    {0},
};
static const struct cmd *const config_subs[] = {&config_approve_cmd, &config_example_cmd, NULL};

const struct cmd cmd_config = {.name = "config",
                               .group = GROUP_MACHINE,
                               .summary = "show the configuration in effect",
                               .examples = "drover config --show-origin\n",
                               .options = config_options,
                               .subs = config_subs,
                               .run = config_run};
