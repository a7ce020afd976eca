/* `drover man`: the man page in mdoc on stdout, for the package. Owns nothing; main thread. */
#include "runtime/runtime.h"

static bool man_run(const struct args *args, int *status, struct err *err) {
    AUTO_BUF struct buf text = BUF_INIT(1 << 20);
    (void)args;
    (void)status;
    (void)err;
    man_page(&text);
    ASSERT(!text.overflow);
    out_write(buf_str(&text));
    return true;
}

const struct cmd cmd_man = {.name = "man",
                            .group = GROUP_HELP,
                            .summary = "print the man page",
                            .examples = "drover man | man -l -\n",
                            .run = man_run};
