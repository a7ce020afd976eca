/* `drover completion SHELL`: the completion script on stdout. Owns nothing; main thread. */
#include "runtime/runtime.h"

static bool completion_run(const struct args *args, int *status, struct err *err) {
    AUTO_BUF struct buf text = BUF_INIT(1 << 20);
    (void)status;
    if (!completion_script(&text, args->operand[0])) {
        err_set(err, ERR_USAGE, "no completion for '%s'", args->operand[0]);
        return err_hint(err, "drover completion bash|zsh|fish");
    }
    out_write(buf_str(&text));
    return true;
}

const struct cmd cmd_completion = {
    .name = "completion",
    .group = GROUP_HELP,
    .summary = "print a completion script for bash, zsh or fish",
    .operands = "SHELL",
    .examples = "source <(drover completion bash)\n"
                "drover completion fish > ~/.config/fish/completions/drover.fish\n",
    .run = completion_run};
