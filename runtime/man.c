/* The man page drover(1), in mdoc, from the same tables as the help.
 *
 * Owns nothing. Every text of a table passes through put_escaped, since a backslash or a leading
 * dot means something to roff; words behind macros get \& in front, since a name may be a macro's.
 * tests/cli/man.sh runs `mandoc -T lint` over the result.
 */
#include "runtime/base/asset.h"
#include "runtime/runtime.h"
#include "runtime/version.h"

ASSET_DECLARE(runtime_man_description_txt);

static void put_escaped(struct buf *out, struct str text) {
    if (str_starts(text, STR(".")) || str_starts(text, STR("'"))) {
        buf_append_c(out, "\\&");
    }
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\\') {
            buf_append_c(out, "\\e");
        } else if (str_starts(str_slice(text, i, text.len), STR("—"))) {
            buf_append_c(out, "\\(em");
            i += strlen("—") - 1;
        } else {
            buf_append_char(out, text.ptr[i]);
        }
    }
}

/* Running text, filled to 78 columns; a sentence begins a line, as roff source wants it. */
static void put_text(struct buf *out, const char *text) {
    enum { FILL = 78 };
    struct str rest = str_trim(str_from(text));
    size_t used = 0;
    while (rest.len > 0) {
        size_t n = 0;
        while (n < rest.len && rest.ptr[n] != ' ' && rest.ptr[n] != '\n') {
            n++;
        }
        struct str word = str_slice(rest, 0, n);
        rest = str_trim(str_slice(rest, n, rest.len));
        if (used > 0) {
            buf_append_c(out, used + 1 + n > FILL ? "\n" : " ");
            used = used + 1 + n > FILL ? 0 : used + 1;
        }
        put_escaped(out, word);
        used += n;
        if (rest.len > 0 && (str_ends(word, STR(".")) || str_ends(word, STR("?"))) && n > 2) {
            buf_append_c(out, "\n");
            used = 0;
        }
    }
    buf_append_c(out, "\n");
}

static void put_literal(struct buf *out, const char *lines) {
    struct str rest = str_from(lines), line;
    while (str_next_line(&rest, &line)) {
        put_escaped(out, line);
        buf_append_c(out, "\n");
    }
}

/* Paragraphs: blank lines part them. */
static void put_about(struct buf *out, const char *about) {
    struct str rest = str_from(about);
    while (rest.len > 0) {
        size_t gap = MIN(str_find(rest, STR("\n\n"), 0), rest.len);
        AUTO_FREE char *paragraph = str_dup(str_slice(rest, 0, gap));
        rest = str_slice(rest, gap + 2, rest.len);
        buf_append_c(out, ".Pp\n");
        put_text(out, paragraph);
    }
}

static void put_item(void *arg, const char *name, const char *text) {
    struct buf *out = arg;
    buf_append_c(out, ".It \\&");
    buf_printf(out, "%s\n", name);
    put_text(out, text);
}

static void put_option(struct buf *out, const struct option *o) {
    const struct config_key *key = o->config ? config_find(o->config) : NULL;
    const char *fallback = key ? key->fallback : o->fallback;
    const char *env = key ? key->env : o->env;
    buf_append_c(out, ".It ");
    if (o->letter) {
        buf_printf(out, "Fl %c , ", o->letter);
    }
    buf_printf(out, "Fl -%s", o->name);
    if (o->kind != OPTION_FLAG) {
        buf_printf(out, " Ns = Ns Ar \\&%s", o->value ? o->value : "VALUE");
    }
    buf_append_c(out, "\n");
    AUTO_BUF struct buf text = BUF_INIT(4096);
    buf_append_c(&text, o->help);
    if (fallback && o->kind != OPTION_FLAG) {
        buf_printf(&text, " (default: %s)", fallback);
    }
    if (env) {
        buf_printf(&text, " (environment: %s)", env);
    }
    put_text(out, buf_cstr(&text));
}

static void put_options(struct buf *out, const struct option *table) {
    if (table && table->name) {
        buf_append_c(out, ".Bl -tag -width Ds\n");
        for (; table->name; table++) {
            put_option(out, table);
        }
        buf_append_c(out, ".El\n");
    }
}

static void put_command(struct buf *out, const struct cmd *cmd, const char *path) {
    if (cmd->run) {
        bool operands = cmd->operands && cmd->operands[0];
        buf_printf(out, ".Ss %s\n", path);
        put_text(out, cmd->summary);
        buf_printf(out, ".Pp\n.Dl %s [options]%s%s\n", path, operands ? " " : "",
                   operands ? cmd->operands : "");
        if (cmd->about) {
            put_about(out, cmd->about);
        }
        put_options(out, cmd->options);
        if (cmd->examples) {
            buf_append_c(out, ".Bd -literal -offset indent\n");
            put_literal(out, cmd->examples);
            buf_append_c(out, ".Ed\n");
        }
    }
    for (const struct cmd *const *sub = cmd->subs; sub && *sub; sub++) {
        AUTO_FREE char *below = xasprintf("%s %s", path, (*sub)->name);
        put_command(out, *sub, below);
    }
}

static void put_files(struct buf *out) {
    static const char *const files[][2] = {
        {"~/.config/drover/config.json", "configuration of the user"},
        {"~/.config/drover/agents/", "agent definitions of the user"},
        {".drover/config.json", "configuration of the project"},
        {".drover/agents/", "agent definitions of the project"},
        {"~/.local/state/drover/runs/", "one directory a run: journal, layers, texts"},
        {"~/.local/share/drover/models/", "models that can be named without their path"},
    };
    buf_append_c(out, ".Sh FILES\n.Bl -tag -width Ds\n");
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        buf_printf(out, ".It Pa %s\n%s\n", files[i][0], files[i][1]);
    }
    buf_append_c(out, ".El\n");
}

void man_page(struct buf *out) {
    buf_append_c(out, ".Dd " DROVER_DATE "\n.Dt DROVER 1\n.Os\n.Sh NAME\n.Nm drover\n"
                      ".Nd run teams of coding agents on a local model\n.Sh SYNOPSIS\n");
    buf_append_c(out, ".Nm\n.Ar command\n.Op Ar options\n.Op Ar arguments\n.Sh DESCRIPTION\n");
    buf_append_str(out, ASSET(runtime_man_description_txt));
    buf_append_c(out, ".Sh COMMANDS\n");
    for (const struct cmd *const *cmd = cmd_table; *cmd; cmd++) {
        AUTO_FREE char *path = xasprintf("drover %s", (*cmd)->name);
        put_command(out, *cmd, path);
    }
    buf_append_c(out, ".Ss Options of every command\n");
    put_options(out, option_globals);
    buf_append_c(out, ".Sh ENVIRONMENT\n.Bl -tag -width Ds\n");
    help_each_environment(put_item, out);
    buf_append_c(out, ".El\n");
    put_files(out);
    buf_append_c(out, ".Sh EXIT STATUS\n.Bl -tag -width Ds\n");
    help_each_exit_code(put_item, out);
    buf_append_c(out, ".El\n");
}
