/* `drover resume [ID]`: a run goes on where its last commit ended. The work is session.c's. */
#include "runtime/session.h"

static const struct option resume_options[] = {
    {.name = "accept-change",
     .kind = OPTION_FLAG,
     .help = "go on with another model or arithmetic than the run began with"},
    SESSION_OPTIONS,
    {0},
};

static bool resume_run(const struct args *args, int *status, struct err *err) {
    return session_resume(args, args->n_operands ? args->operand[0] : NULL, status, err);
}

const struct cmd cmd_resume = {
    .name = "resume",
    .group = GROUP_RUNS,
    .summary = "continue a run, the newest one by default",
    .operands = "[ID]",
    .examples = "drover resume\ndrover resume 7\n",
    .about = "Whatever ended the run (^C, kill -9, a full disk, power), it goes on with the last "
             "committed step of every agent; finished tool calls are not made again.\n",
    .options = resume_options,
    .run = resume_run,
};
