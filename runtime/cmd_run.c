/* `drover run GOAL`: a new run in this repository. The work is session.c's. */
#include "runtime/base/str.h"
#include "runtime/session.h"

/* Longest goal, bytes; it is the first message of the root agent. */
#define GOAL_BYTES_MAX (64u << 10)

static const struct option run_options[] = {
    {.name = "agent",
     .letter = 'a',
     .kind = OPTION_STRING,
     .value = "NAME",
     .fallback = "lead",
     .help = "the agent that gets the goal"},
    {.name = "agents",
     .kind = OPTION_STRING,
     .value = "JSON",
     .help = "more definitions: '{\"name\": {\"description\": ..., \"prompt\": ...}}'"},
    {.name = "seed",
     .kind = OPTION_COUNT,
     .value = "N",
     .help = "makes the run repeatable; without it a random one is drawn and recorded"},
    {.name = "budget",
     .kind = OPTION_DURATION,
     .value = "TIME",
     .help = "ends the run after 90s, 30m, 8h of running; the time it is stopped (^C, ^Z) is free"},
    {.name = "max-tokens",
     .kind = OPTION_COUNT,
     .value = "N",
     .help = "tokens that all agents together may read and write"},
    SESSION_OPTIONS,
    {0},
};

/* A limit of nothing is a mistake: read as "none" it would cost what it was to save. */
static bool check_limits(const struct args *args, struct err *err) {
    static const char *const limits[] = {"budget", "max-tokens"};
    for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
        if (!args_given(args, limits[i]) || args_int(args, limits[i]) > 0)
            continue;
        err_set(err, ERR_USAGE, "option '--%s': a run needs more than nothing", limits[i]);
        return err_hint(err, "leave it out for no limit");
    }
    return true;
}

static bool run_run(const struct args *args, int *status, struct err *err) {
    AUTO_BUF struct buf goal = BUF_INIT(GOAL_BYTES_MAX);
    for (size_t i = 0; i < args->n_operands; i++)
        buf_printf(&goal, "%s%s", i ? " " : "", args->operand[i]);
    if (goal.overflow)
        return err_set(err, ERR_USAGE, "the goal is longer than %u bytes", GOAL_BYTES_MAX) ||
               err_hint(err, "put the details into a file of the repository and name it");
    if (str_trim(buf_str(&goal)).len == 0) {
        err_set(err, ERR_USAGE, "what shall be done?");
        return err_hint(err, "drover run \"make the failing tests pass\"");
    }
    return check_limits(args, err) && session_run(args, buf_cstr(&goal), status, err);
}

const struct cmd cmd_run = {
    .name = "run",
    .group = GROUP_RUNS,
    .summary = "start a run in this repository",
    .operands = "GOAL...",
    .examples = "drover run \"make the failing tests pass\"\n"
                "drover run --agent coder --budget 1h \"port the parser to C11\"\n"
                "drover run --output-format stream-json \"fix issue 12\" | jq .type\n",
    .about = "The working tree's files are copied once; agents work on layers above the copy, each "
             "tool call in a cell. Nothing here changes before `drover apply`.\n",
    .options = run_options,
    .run = run_run,
};
