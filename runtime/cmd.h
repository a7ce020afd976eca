#ifndef RUNTIME_CMD_H
#define RUNTIME_CMD_H
/* Commands and their options, as tables.
 *
 *     static const struct option ls_options[] = {
 *         {.name = "json", .help = "one JSON object a line"},
 *         {.name = "limit", .letter = 'n', .kind = OPTION_COUNT, .value = "N", .fallback = "20",
 *          .help = "runs to show"},
 *         {0}};
 *     static bool ls_run(const struct args *args, int *status, struct err *err) {
 *         int64_t limit = args_int(args, "limit");
 *         ...
 *         out_printf("%s\n", id);      // term.h: results go to stdout through out_*
 *         return true;                 // *status is the exit code, 0 unless set
 *     }
 *     const struct cmd cmd_ls = {.name = "ls", .group = GROUP_RUNS, .summary = "list runs",
 *                                .options = ls_options, .run = ls_run,
 *                                .examples = "drover ls --json | jq .id\n"};
 *
 * A command with subcommands (`drover model info`) has .subs, a NULL-terminated list of struct cmd
 * of its own; .run is then what it does without a subcommand, or NULL.
 * -h, --help, --color, --ascii and --quiet exist everywhere and are not listed. Main thread only.
 */
#include "runtime/base/err.h"
#include "runtime/base/str.h"

enum option_kind {
    OPTION_FLAG,     /* no value */
    OPTION_STRING,   /* any text */
    OPTION_COUNT,    /* integer >= 0; k and M are thousands and millions */
    OPTION_BYTES,    /* k, M, G (also KiB, MiB, GiB): powers of 1024 */
    OPTION_DURATION, /* 90s, 30m, 8h, 5d; a bare number is seconds; read as milliseconds */
    OPTION_CHOICE,   /* one of .value, which is written "text|json" */
    OPTION_LIST,     /* may be repeated; in the environment separated by ':' */
};

struct option {
    const char *name; /* long name without the dashes; NULL ends a table */
    char letter;      /* or 0 */
    enum option_kind kind;
    const char *value;    /* what help calls the value: "FILE"; NULL for flags */
    const char *fallback; /* built-in default as the user would type it, or NULL */
    const char *config;   /* key of config.h that gives the default, or NULL */
    const char *env;      /* DROVER_... for an option without a config key, or NULL */
    const char *help;     /* lower case, no full stop */
};

enum cmd_group { GROUP_RUNS, GROUP_AGENTS, GROUP_MACHINE, GROUP_HELP };

struct args;
struct cmd {
    const char *name;
    enum cmd_group group;
    const char *summary;  /* one line, lower case, no full stop, 60 characters */
    const char *operands; /* "[ID]", "GOAL..."; "" or NULL: none are taken */
    const char *examples; /* lines of commands; more than three lines live in runtime/NAME.txt */
    const char *about;    /* paragraphs for --help and the man page, or NULL */
    const struct option *options;
    const struct cmd *const *subs;
    /* false: *err says why, main prints it and exits with its code. true: *status, 0 before. */
    bool (*run)(const struct args *args, int *status, struct err *err);
};

extern const struct cmd *const cmd_table[]; /* NULL-terminated, in the order of help */
extern const struct option option_globals[];
const struct cmd *cmd_find(const struct cmd *const *table, const char *name);
/* The nearest name to a misspelt one, or NULL. */
const char *cmd_nearest(const struct cmd *const *table, const char *name);

/* ---- parsed arguments; strings are borrowed from argv, environment or configuration ---- */
struct args {
    const struct cmd *cmd;
    const char *const *operand; /* NULL-terminated */
    size_t n_operands;
    struct args_state *state;
};
/* Each value by precedence: flag, environment, configuration files, fallback. Asking for a name
 * that is not in the command's table, or as another kind, is an assertion. */
bool args_flag(const struct args *args, const char *name);
const char *args_string(const struct args *args, const char *name); /* STRING, CHOICE; or NULL */
int64_t args_int(const struct args *args, const char *name); /* COUNT, BYTES, DURATION; -1: unset */
const char *const *args_list(const struct args *args, const char *name); /* NULL-terminated */
/* True if it came from the command line or the environment. */
bool args_given(const struct args *args, const char *name);

/* Parses argv behind the command's name; values are checked here. ERR_USAGE with a hint. */
bool args_parse(struct args *out, const struct cmd *cmd, const char *path, int argc,
                const char *const *argv, struct err *err) MUST_CHECK;
void args_release(struct args *args);

/* Text forms of option values, also used by the configuration. */
bool option_parse_int(enum option_kind kind, struct str text, int64_t *out) MUST_CHECK;
bool option_choice_ok(const char *choices, struct str text);

/* ---- what is generated from the tables ---- */
/* path is "drover model info". Short help is one screen, long help has everything. */
void help_command(struct buf *out, const struct cmd *cmd, const char *path, bool full);
void help_overview(struct buf *out, bool full);
/* Words of one line of text behind column, wrapped; used: columns that are taken already. */
void help_words(struct buf *out, struct str text, size_t used, size_t column);
bool help_topic(struct buf *out, const char *name); /* false: no such topic */
extern const char *const help_topics[];
void man_page(struct buf *out);                             /* roff, mdoc */
bool completion_script(struct buf *out, const char *shell); /* bash, zsh, fish */
#endif
