/* `drover stop [ID]`: asks the process that runs it to save and end, as ^C does, and waits. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "runtime/base/clock.h"
#include "runtime/runs.h"
#include "runtime/runtime.h"

/* A stop ends turns and kills cells; anything longer means that the process hangs. */
#define STOP_WAIT_MS 30000

static bool stop_run(const struct args *args, int *status, struct err *err) {
    (void)status;
    AUTO_RUN_INFO struct run_info info = {0};
    if (!run_info_read(&info, args->n_operands ? args->operand[0] : NULL, err))
        return false;
    if (!info.owner) {
        say_note("run %s is not running (%s)", info.id, info.state);
        return true;
    }
    if (kill(info.owner, SIGINT) != 0)
        return err_set_errno(err, errno, "cannot stop process %d", info.owner);
    int64_t until = clock_mono_ms() + STOP_WAIT_MS;
    while (store_owner(info.dir) == info.owner) {
        if (clock_mono_ms() > until) {
            err_set(err, ERR_BUSY, "process %d did not end in %d s", info.owner,
                    STOP_WAIT_MS / 1000);
            return err_hint(err, "kill -9 %d; the journal keeps what was committed", info.owner);
        }
        usleep(20000);
    }
    say_note("run %s is stopped; continue with: drover resume %s", info.id, info.id);
    return true;
}

const struct cmd cmd_stop = {
    .name = "stop",
    .group = GROUP_RUNS,
    .summary = "stop a running run; it can be resumed",
    .operands = "[ID]",
    .examples = "drover stop\ndrover stop 7\n",
    .run = stop_run,
};
