/* Help texts, made from the tables of commands, options, configuration keys and error codes.
 *
 * Owns nothing; writes into the caller's buf. Main thread. What a person reads first is an example;
 * then the flags with value, default, environment variable and configuration key. Short help (-h)
 * fits a screen, long help adds the paragraphs and the global options. Nothing here can fail but by
 * the buf's maximum, which no table comes near.
 */
#include "runtime/base/asset.h"
#include "runtime/runtime.h"
#include "runtime/version.h"

ASSET_DECLARE(runtime_help_first_txt);

enum { COLUMN = 30, WIDTH = 96 };

static const char *const group_title[] = {
    [GROUP_RUNS] = "Runs",
    [GROUP_AGENTS] = "Agents and models",
    [GROUP_MACHINE] = "This machine",
    [GROUP_HELP] = "Help",
};

/* The exit codes as text; the numbers are those of ERR_CODES (err.h) and main.c. */
static const struct exit_code {
    int code;
    const char *meaning;
} exit_codes[] = {
    {0, "the goal was reached"},
    {1, "it ran, and the goal was not reached: tests still fail, the budget is spent, conflicts"},
    {2, "wrong usage or configuration; nothing was started"},
    {3, "refused by policy or sandbox, or an approval is needed and nobody can be asked"},
    {4,
     "this machine cannot do it: no model, no memory, a wall cannot be built; see drover doctor"},
    {70, "internal error; the path of the report is printed"},
    {75, "temporary (a full disk, no more processes): the run is saved and can be resumed"},
    {129, "the terminal went away (SIGHUP); a run that had begun is saved"},
    {130, "interrupted (SIGINT); a run that had begun is saved"},
    {143, "terminated (SIGTERM); a run that had begun is saved"},
};

static const struct {
    const char *name, *help;
} other_environment[] = {
    {"DROVER_HOME", "one absolute directory for everything instead of the XDG directories"},
    {"DROVER_LOG", "debug, info, warn or error: diagnostic log on stderr"},
    {"XDG_CONFIG_HOME", "config.json and agents/ are in its drover/ (default ~/.config)"},
    {"XDG_STATE_HOME", "runs and journals (default ~/.local/state)"},
    {"XDG_DATA_HOME", "models (default ~/.local/share)"},
    {"XDG_CACHE_HOME", "repacked weights (default ~/.cache)"},
    {"NO_COLOR", "if not empty: no colour"},
    {"CLICOLOR_FORCE", "if not empty and not 0: colour even where there is no terminal"},
};

void help_each_exit_code(void (*each)(void *arg, const char *name, const char *text), void *arg) {
    for (size_t i = 0; i < ARRAY_LEN(exit_codes); i++) {
        char name[12];
        snprintf(name, sizeof(name), "%d", exit_codes[i].code);
        each(arg, name, exit_codes[i].meaning);
    }
}

static void each_option_environment(const struct cmd *cmd,
                                    void (*each)(void *, const char *, const char *), void *arg) {
    for (const struct option *o = cmd->options; o && o->name; o++) {
        if (o->env) {
            AUTO_FREE char *text =
                xasprintf("default of --%s of %s: %s", o->name, cmd->name, o->help);
            each(arg, o->env, text);
        }
    }
    for (const struct cmd *const *sub = cmd->subs; sub && *sub; sub++) {
        each_option_environment(*sub, each, arg);
    }
}

void help_each_environment(void (*each)(void *arg, const char *name, const char *text), void *arg) {
    for (const struct config_key *key = config_keys; key->name; key++) {
        AUTO_FREE char *text =
            xasprintf("%s%s", key->help, key->kind == OPTION_LIST ? " (separated by ':')" : "");
        each(arg, key->env, text);
    }
    for (const struct cmd *const *cmd = cmd_table; *cmd; cmd++) {
        each_option_environment(*cmd, each, arg);
    }
    for (size_t i = 0; i < ARRAY_LEN(other_environment); i++) {
        each(arg, other_environment[i].name, other_environment[i].help);
    }
}

/* ---- layout ---- */

static void put_text(struct buf *out, struct str text) {
    static const char *const ascii[][2] = {{"—", "-"}, {"·", "-"}};
    for (size_t i = 0; i < text.len;) {
        size_t step = 1;
        for (size_t k = 0; k < ARRAY_LEN(ascii) && term_ascii(); k++) {
            if (str_starts(str_slice(text, i, text.len), str_from(ascii[k][0]))) {
                buf_append_c(out, ascii[k][1]);
                step = strlen(ascii[k][0]);
            }
        }
        if (step == 1) {
            buf_append_char(out, text.ptr[i]);
        }
        i += step;
    }
}

/* Columns that lines may have, and where the right column begins: below the left one if narrow. */
static size_t line_width(void) {
    /* through a pager it is the other stream that knows the terminal */
    enum stream stream = term_is_tty(STREAM_OUT) ? STREAM_OUT : STREAM_ERR;
    int width = term_is_tty(stream) ? term_width(stream) : WIDTH;
    return (size_t)MIN(width, WIDTH);
}

static size_t right_column(void) {
    return line_width() < 64 ? 6 : COLUMN;
}

void help_words(struct buf *out, struct str text, size_t used, size_t column) {
    struct str rest = text;
    size_t width = line_width();
    while (rest.len > 0) {
        size_t space = MIN(str_find(rest, STR(" "), 0), rest.len);
        struct str word = str_slice(rest, 0, space);
        rest = str_slice(rest, space + 1, rest.len);
        if (used > column && used + 1 + term_columns(word) > width) {
            buf_append_c(out, "\n");
            used = 0;
        }
        if (used <= column) {
            buf_printf(out, "%*s", (int)(column - used), "");
            used = column;
        } else {
            buf_append_c(out, " ");
            used++;
        }
        put_text(out, word);
        used += term_columns(word);
    }
    buf_append_c(out, "\n");
}

/* Two columns; the right one is wrapped between words. */
static void put_row(void *arg, const char *left, const char *text) {
    struct buf *out = arg;
    size_t used = strlen(left) + 2, column = right_column();
    buf_printf(out, "  %s", left);
    if (used + 2 > column) {
        buf_append_c(out, "\n");
        used = 0;
    }
    help_words(out, str_from(text), used, column);
}

static void put_paragraphs(struct buf *out, const char *text) {
    struct str rest = str_from(text), line;
    while (str_next_line(&rest, &line)) {
        help_words(out, line, 0, 0);
    }
}

static void put_title(struct buf *out, const char *title) {
    buf_printf(out, "\n%s%s:%s\n", term_style(STREAM_OUT, STYLE_BOLD), title,
               term_style(STREAM_OUT, STYLE_NONE));
}

static void put_indented(struct buf *out, const char *lines) {
    struct str rest = str_from(lines), line;
    while (str_next_line(&rest, &line)) {
        buf_printf(out, "  %.*s\n", STR_FMT(line));
    }
}

void option_shown(struct buf *out, const struct option *o) {
    buf_printf(out, o->letter ? "-%c, " : "    ", o->letter);
    buf_printf(out, "--%s", o->name);
    if (o->kind != OPTION_FLAG) {
        buf_printf(out, "=%s", o->value ? o->value : "VALUE");
    }
}

static void put_option(struct buf *out, const struct option *o, bool full) {
    AUTO_BUF struct buf left = BUF_INIT(256), text = BUF_INIT(4096);
    const struct config_key *key = o->config ? config_find(o->config) : NULL;
    const char *fallback = key ? key->fallback : o->fallback;
    const char *env = key ? key->env : o->env;
    ASSERT(o->config == NULL || key != NULL);
    option_shown(&left, o);
    buf_append_c(&text, o->help);
    if (fallback && o->kind != OPTION_FLAG) {
        buf_printf(&text, " (default: %s)", fallback);
    }
    if (env && full) {
        buf_printf(&text, " (env: %s)", env);
    }
    if (key && full) {
        buf_printf(&text, " (config: %s)", key->name);
    }
    if (o->kind == OPTION_LIST) {
        buf_append_c(&text, "; may be repeated");
    }
    put_row(out, buf_cstr(&left), buf_cstr(&text));
}

static void put_options(struct buf *out, const char *title, const struct option *table, bool full) {
    if (table && table->name) {
        put_title(out, title);
        for (; table->name; table++) {
            put_option(out, table, full);
        }
    }
}

void help_command(struct buf *out, const struct cmd *cmd, const char *path, bool full) {
    AUTO_FREE char *head = xasprintf("%s — %s\n", path, cmd->summary);
    put_text(out, str_from(head));
    put_title(out, "Usage");
    if (cmd->run) {
        buf_printf(out, "  %s [OPTIONS]%s%s\n", path, cmd->operands && cmd->operands[0] ? " " : "",
                   cmd->operands ? cmd->operands : "");
    }
    if (cmd->subs) {
        buf_printf(out, "  %s COMMAND [OPTIONS]\n", path);
    }
    if (cmd->examples) {
        put_title(out, "Examples");
        put_indented(out, cmd->examples);
    }
    if (cmd->about && full) {
        buf_append_c(out, "\n");
        put_paragraphs(out, cmd->about);
    }
    if (cmd->subs) {
        put_title(out, "Commands");
        for (const struct cmd *const *sub = cmd->subs; *sub; sub++) {
            put_row(out, (*sub)->name, (*sub)->summary);
        }
    }
    put_options(out, "Options", cmd->options, full);
    if (full) {
        put_options(out, "Everywhere", option_globals, full);
        buf_append_c(out, "\nExit codes: drover help exit-codes\n");
    } else {
        buf_printf(out, "\nMore: %s --help\n", path);
    }
}

void help_overview(struct buf *out, bool full) {
    if (!full) {
        put_text(out, ASSET(runtime_help_first_txt));
        return;
    }
    buf_printf(out, "drover %s\n", version_text());
    put_title(out, "Usage");
    buf_append_c(out, "  drover COMMAND [OPTIONS] [ARGUMENTS]\n");
    for (int group = GROUP_RUNS; group <= GROUP_HELP; group++) {
        bool titled = false;
        for (const struct cmd *const *cmd = cmd_table; *cmd; cmd++) {
            if ((int)(*cmd)->group == group) {
                if (!titled) {
                    put_title(out, group_title[group]);
                }
                titled = true;
                put_row(out, (*cmd)->name, (*cmd)->summary);
            }
        }
    }
    put_options(out, "Everywhere", option_globals, true);
    put_title(out, "Topics");
    for (const char *const *topic = help_topics; *topic; topic++) {
        buf_printf(out, "  drover help %s\n", *topic);
    }
}

/* ---- topics ---- */

const char *const help_topics[] = {"exit-codes", "environment", "configuration", NULL};

static void put_configuration(struct buf *out) {
    put_paragraphs(out, "Configuration, highest first: flags, environment, the project's "
                        ".drover/config.json, the user's config.json, /etc/drover/config.json, "
                        "built-in values.\n\n");
    for (const struct config_key *key = config_keys; key->name; key++) {
        AUTO_FREE char *text =
            xasprintf("%s (default: %s)%s", key->help, key->fallback ? key->fallback : "none",
                      key->asks ? "; in a project file only after 'drover config approve'" : "");
        put_row(out, key->name, text);
    }
}

bool help_topic(struct buf *out, const char *name) {
    if (strcmp(name, "exit-codes") == 0) {
        buf_append_c(out, "Exit codes:\n\n");
        help_each_exit_code(put_row, out);
    } else if (strcmp(name, "environment") == 0) {
        buf_append_c(out, "Environment variables:\n\n");
        help_each_environment(put_row, out);
    } else if (strcmp(name, "configuration") == 0) {
        put_configuration(out);
    } else {
        return false;
    }
    return true;
}
