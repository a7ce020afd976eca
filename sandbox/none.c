/* --sandbox=none: cells without walls, for a host that refuses to build them and a user who insists. */
#include "sandbox/sandbox_int.h"

#include <unistd.h>

_Noreturn void none_cell(const struct order *order, const struct cell_ports *ports) {
    (void)order;
    struct cell_report report = {.end = CELL_REFUSED};
    err_set(&report.err, ERR_ENVIRONMENT, "--sandbox=none is not built yet");
    control_send(ports->control_fd, CONTROL_REPORT, &report, sizeof report);
    _exit(0);
}
