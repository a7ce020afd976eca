/* Completion scripts for bash, zsh and fish, from the tables of commands and options.
 *
 * Owns nothing. For bash and zsh one function, _drover_words "COMMAND [SUB]" "CURRENT", prints what
 * may stand there, made of `case` lines that both shells read alike; a few lines of glue
 * (runtime/completion_*.txt) call it. fish reads one `complete` line an option.
 * Names in the tables hold only [a-z0-9-] (asserted), so they need no quoting; descriptions are
 * quoted for fish.
 */
#include "runtime/base/asset.h"
#include "runtime/cmd.h"

ASSET_DECLARE(runtime_completion_bash_txt);
ASSET_DECLARE(runtime_completion_zsh_txt);

static void check_name(const char *name) {
    ASSERT(name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0');
}

static void put_options(struct buf *out, const struct option *table) {
    for (; table && table->name; table++) {
        check_name(table->name);
        buf_printf(out, " --%s%s", table->name, table->kind == OPTION_FLAG ? "" : "=");
        if (table->letter) {
            buf_printf(out, " -%c", table->letter);
        }
    }
}

static void put_names(struct buf *out, const struct cmd *const *table) {
    for (; table && *table; table++) {
        check_name((*table)->name);
        buf_printf(out, " %s", (*table)->name);
    }
}

static void put_case(struct buf *out, const struct cmd *cmd, const char *path) {
    buf_printf(out, "    '%s') echo '", path);
    put_names(out, cmd->subs);
    put_options(out, cmd->options);
    put_options(out, option_globals);
    buf_append_c(out, "' ;;\n");
    for (const struct cmd *const *sub = cmd->subs; sub && *sub; sub++) {
        AUTO_FREE char *below = xasprintf("%s %s", path, (*sub)->name);
        put_case(out, *sub, below);
    }
}

static void put_choice_words(struct buf *out, const struct option *o) {
    struct str rest = str_from(o->value);
    while (rest.len > 0) {
        size_t bar = MIN(str_find(rest, STR("|"), 0), rest.len);
        buf_printf(out, " --%s=%.*s", o->name, (int)bar, rest.ptr);
        rest = str_slice(rest, bar + 1, rest.len);
    }
}

/* path is "run" or "model eval". */
static void put_choices(struct buf *out, const struct option *table, const char *path) {
    for (; table && table->name; table++) {
        if (table->kind != OPTION_CHOICE) {
            continue;
        }
        buf_printf(out, "    '%s --%s='*) echo '", path, table->name);
        put_choice_words(out, table);
        buf_append_c(out, "'; return ;;\n");
    }
}

static void put_all_choices(struct buf *out, const struct cmd *cmd, const char *path) {
    put_choices(out, cmd->options, path);
    for (const struct cmd *const *sub = cmd->subs; sub && *sub; sub++) {
        AUTO_FREE char *below = xasprintf("%s %s", path, (*sub)->name);
        put_all_choices(out, *sub, below);
    }
}

/* The same everywhere, so behind all paths. */
static void put_global_choices(struct buf *out, const struct option *o) {
    if (o->kind == OPTION_CHOICE) {
        buf_printf(out, "    *' --%s='*) echo '", o->name);
        put_choice_words(out, o);
        buf_append_c(out, "'; return ;;\n");
    }
}

static void put_words_function(struct buf *out) {
    buf_append_c(out, "_drover_words() {\n    case \"$1 $2\" in\n");
    for (const struct cmd *const *cmd = cmd_table; *cmd; cmd++) {
        put_all_choices(out, *cmd, (*cmd)->name);
    }
    for (const struct option *o = option_globals; o->name; o++) {
        put_global_choices(out, o);
    }
    buf_append_c(out, "    esac\n    case \"$1\" in\n    '') echo '");
    put_names(out, cmd_table);
    buf_append_c(out, " --version");
    put_options(out, option_globals);
    buf_append_c(out, "' ;;\n");
    for (const struct cmd *const *cmd = cmd_table; *cmd; cmd++) {
        put_case(out, *cmd, (*cmd)->name);
    }
    buf_append_c(out, "    esac\n}\n");
}

/* ---- fish ---- */

static void put_fish_quoted(struct buf *out, const char *text) {
    buf_append_char(out, '\'');
    for (const char *p = text; *p; p++) {
        buf_append_c(out, *p == '\'' || *p == '\\' ? "\\" : "");
        buf_append_char(out, *p);
    }
    buf_append_char(out, '\'');
}

static void put_fish_options(struct buf *out, const char *condition, const struct option *table) {
    for (; table && table->name; table++) {
        buf_printf(out, "complete -c drover%s -l %s", condition, table->name);
        if (table->letter) {
            buf_printf(out, " -s %c", table->letter);
        }
        buf_append_c(out, table->kind == OPTION_FLAG ? "" : " -r");
        if (table->kind == OPTION_CHOICE) {
            buf_append_c(out, " -f -a '");
            for (const char *p = table->value; *p; p++) {
                buf_append_char(out, *p == '|' ? ' ' : *p);
            }
            buf_append_char(out, '\'');
        }
        buf_append_c(out, " -d ");
        put_fish_quoted(out, table->help);
        buf_append_char(out, '\n');
    }
}

static void put_fish_command(struct buf *out, const struct cmd *cmd, const char *condition,
                             const char *below) {
    buf_printf(out, "complete -c drover%s -f -a %s -d ", condition, cmd->name);
    put_fish_quoted(out, cmd->summary);
    buf_append_char(out, '\n');
    put_fish_options(out, below, cmd->options);
    for (const struct cmd *const *sub = cmd->subs; sub && *sub; sub++) {
        AUTO_FREE char *deeper =
            xasprintf(" -n '__fish_seen_subcommand_from %s; and __fish_seen_subcommand_from %s'",
                      cmd->name, (*sub)->name);
        put_fish_command(out, *sub, below, deeper);
    }
}

static void put_fish(struct buf *out) {
    buf_append_c(out, "# fish completion for drover\n");
    put_fish_options(out, "", option_globals);
    for (const struct cmd *const *cmd = cmd_table; *cmd; cmd++) {
        AUTO_FREE char *below = xasprintf(" -n '__fish_seen_subcommand_from %s'", (*cmd)->name);
        put_fish_command(out, *cmd, " -n __fish_use_subcommand", below);
    }
}

bool completion_script(struct buf *out, const char *shell) {
    if (strcmp(shell, "bash") == 0) {
        buf_append_c(out, "# bash completion for drover\n");
        put_words_function(out);
        return buf_append_str(out, ASSET(runtime_completion_bash_txt));
    }
    if (strcmp(shell, "zsh") == 0) {
        buf_append_c(out, "#compdef drover\n");
        put_words_function(out);
        return buf_append_str(out, ASSET(runtime_completion_zsh_txt));
    }
    if (strcmp(shell, "fish") == 0) {
        put_fish(out);
        return !out->overflow;
    }
    return false;
}
