/* Entry: finds the command, parses its arguments, runs it, turns the outcome into an exit status.
 *
 * Owns: the process-wide set-up before any thread exists (standard descriptors, signals, locale,
 * configuration, colour). Main thread, which becomes the loop thread of commands that have a loop.
 *
 * Happy path: word 1 names a command of cmd_table, word 2 perhaps a subcommand; everything else is
 * parsed against its table; run() returns true and its status is ours. run() returning false has
 * filled an err, which is printed here and nowhere else; its code gives the exit status.
 * A configuration that cannot be read stops every command but those that explain (help, doctor...).
 */
#include "runtime/crash.h"
#include "runtime/runtime.h"
#include "runtime/version.h"
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <unistd.h>

/* A program started without one of the standard descriptors would find its journal there. */
static void open_standard_descriptors(void) {
    int fd;
    do {
        fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    } while (fd >= 0 && fd <= STDERR_FILENO && fcntl(fd, F_SETFD, 0) == 0);
    if (fd > STDERR_FILENO) {
        close(fd);
    }
}

static void set_up(void) {
    open_standard_descriptors();
    signal(SIGPIPE, SIG_IGN); /* writes report EPIPE instead; term.c */
    signal(SIGXFSZ, SIG_IGN); /* and EFBIG */
    if (setlocale(LC_CTYPE, "C.UTF-8") == NULL) {
        setlocale(LC_CTYPE, "");
    }
    crash_setup();
    term_setup(&(struct term_options){0});
}

static bool fail_no_command(const struct cmd *const *table, const char *path, const char *name,
                            struct err *err) {
    const char *near = cmd_nearest(table, name);
    const char *group = strchr(path, ' '); /* "drover model": its words behind the program's name */
    err_set(err, ERR_USAGE, "no such command '%s%s%s'", group ? group + 1 : "", group ? " " : "",
            name);
    return near ? err_hint(err, "did you mean '%s'?", near)
                : err_hint(err, "'%s --help' lists the commands", path);
}

struct chosen {
    const struct cmd *cmd;
    char path[200];    /* "drover model info" */
    const char **argv; /* options before the command, and everything behind it */
    int argc;
};

/* Options in front of the command are kept for it: `drover --color=never ls`. */
static bool choose(struct chosen *out, int argc, char **argv, struct err *err) {
    int i = 1;
    snprintf(out->path, sizeof(out->path), "drover");
    out->argv = xcalloc((size_t)argc + 1, sizeof(*out->argv));
    for (; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
        out->argv[out->argc++] = argv[i];
        if (strcmp(argv[i], "--color") == 0 && i + 1 < argc) {
            out->argv[out->argc++] = argv[++i];
        }
    }
    if (i == argc) {
        return true;
    }
    const struct cmd *const *table = cmd_table;
    while (table && i < argc && argv[i][0] != '-') {
        const struct cmd *found = cmd_find(table, argv[i]);
        if (found == NULL) {
            return fail_no_command(table, out->path, argv[i], err);
        }
        out->cmd = found;
        size_t n = strlen(out->path);
        snprintf(out->path + n, sizeof(out->path) - n, " %s", found->name);
        table = found->subs;
        i++;
    }
    while (i < argc) {
        out->argv[out->argc++] = argv[i++];
    }
    return true;
}

static void print_help(void (*fill)(struct buf *, const struct cmd *, const char *, bool),
                       const struct cmd *cmd, const char *path, bool full) {
    AUTO_BUF struct buf text = BUF_INIT(1 << 20);
    fill(&text, cmd, path, full);
    out_write(buf_str(&text));
}

static void fill_overview(struct buf *out, const struct cmd *cmd, const char *path, bool full) {
    (void)cmd;
    (void)path;
    help_overview(out, full);
}

static void set_up_terminal(const struct args *args) {
    term_setup(&(struct term_options){.color = args_string(args, "color"),
                                      .ascii = args_flag(args, "ascii"),
                                      .quiet = args_flag(args, "quiet")});
}

/* `drover`, `drover -h`, `drover --help`, `drover --version`. */
static bool run_without_command(const struct chosen *c, int *status, struct err *err) {
    static const struct option options[] = {
        {.name = "version", .letter = 'V', .help = "print the version"},
        {.name = "json", .help = "with --version: everything that was built in, as JSON"},
        {0},
    };
    static const struct cmd top = {.name = "drover", .options = options};
    struct args args = {0};
    bool ok = args_parse(&args, &top, "drover", c->argc, c->argv, err);
    if (ok) {
        set_up_terminal(&args);
    }
    if (ok && args_flag(&args, "version")) {
        const struct cmd *version = cmd_find(cmd_table, "version");
        ok = version->run(&args, status, err);
    } else if (ok) {
        const char *help = args_string(&args, "help");
        print_help(fill_overview, NULL, NULL, help && strcmp(help, "short") != 0);
    }
    args_release(&args);
    return ok;
}

/* What explains or repairs must work while the configuration does not. */
static bool check_config(const struct cmd *cmd, struct err *err) {
    const struct err *failure = config_failure();
    if (failure == NULL || cmd == NULL || cmd->group == GROUP_HELP ||
        strcmp(cmd->name, "doctor") == 0 || strcmp(cmd->name, "example") == 0) {
        return true;
    }
    *err = *failure;
    return false;
}

static bool run_command(const struct chosen *c, int *status, struct err *err) {
    struct args args = {0};
    bool ok = args_parse(&args, c->cmd, c->path, c->argc, c->argv, err);
    const char *help = ok ? args_string(&args, "help") : NULL;
    if (ok) {
        set_up_terminal(&args);
    }
    if (help) {
        print_help(help_command, c->cmd, c->path, strcmp(help, "short") != 0);
    } else if (ok && c->cmd->run == NULL) {
        err_set(err, ERR_USAGE, "'%s' needs a command", c->path);
        ok = err_hint(err, "'%s --help' lists them", c->path);
    } else if (ok) {
        ok = check_config(c->cmd, err) && c->cmd->run(&args, status, err);
    }
    args_release(&args);
    return ok;
}

int main(int argc, char **argv) {
    struct chosen chosen = {0};
    struct err err = ERR_INIT;
    int status = 0;
    set_up();
    if (!config_load(NULL, &err)) {
        err = ERR_INIT; /* kept as config_failure() */
    }
    say_hints(config_flag("hints"));
    bool ok = choose(&chosen, argc, argv, &err);
    if (ok) {
        ok = chosen.cmd ? run_command(&chosen, &status, &err)
                        : run_without_command(&chosen, &status, &err);
    }
    if (!ok) {
        ASSERT(err.code != ERR_NONE);
        say_error(&err);
        status = err_exit_code(err.code);
    }
    if (!out_finish(&err)) {
        say_error(&err);
        if (status <= 1) { /* a stop or a refusal says more than that its words did not arrive */
            status = err_exit_code(err.code);
        }
    }
    free(chosen.argv);
    config_unload();
    return status;
}
