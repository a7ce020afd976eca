/* `drover help`: the overview, a command, or a topic. Owns nothing; main thread. */
#include "runtime/runtime.h"

static bool fail_unknown(const char *name, struct err *err) {
    const char *near = cmd_nearest(cmd_table, name);
    err_set(err, ERR_USAGE, "no such command or topic: '%s'", name);
    return near ? err_hint(err, "did you mean 'drover help %s'?", near)
                : err_hint(err, "'drover help' lists commands and topics");
}

static bool help_run(const struct args *args, int *status, struct err *err) {
    AUTO_BUF struct buf text = BUF_INIT(1 << 20);
    AUTO_BUF struct buf path = BUF_INIT(4096);
    const struct cmd *const *table = cmd_table;
    const struct cmd *cmd = NULL;
    (void)status;
    if (args->n_operands == 0) {
        help_overview(&text, true);
    } else if (args->n_operands == 1 && help_topic(&text, args->operand[0])) {
        cmd = NULL;
    } else {
        buf_append_c(&path, "drover");
        for (size_t i = 0; i < args->n_operands; i++) {
            cmd = table ? cmd_find(table, args->operand[i]) : NULL;
            if (cmd == NULL) {
                return fail_unknown(args->operand[i], err);
            }
            buf_printf(&path, " %s", cmd->name);
            table = cmd->subs;
        }
        help_command(&text, cmd, buf_cstr(&path), true);
    }
    out_write(buf_str(&text));
    return true;
}

const struct cmd cmd_help = {.name = "help",
                             .group = GROUP_HELP,
                             .summary = "commands, topics, and one command in detail",
                             .operands = "[COMMAND] [SUBCOMMAND]",
                             .examples = "drover help run\ndrover help exit-codes\n",
                             .run = help_run};
