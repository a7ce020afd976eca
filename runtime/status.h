#ifndef RUNTIME_STATUS_H
#define RUNTIME_STATUS_H
/* What is seen of a run while it runs and when it ends: a status line on a terminal, plain lines
 * elsewhere, JSON lines for programs. Loop thread. */
#include "agents/agents.h"

enum status_format { STATUS_TEXT, STATUS_JSON, STATUS_STREAM };
struct status {
    enum status_format format;
    bool verbose, tty;
    bool advised; /* that the run is saved and how it goes on has been said */
    const char *run_id;
    int64_t started_ms, line_ms;
    int64_t agents_started, agents_ended, agents_failed, calls;
};
void status_init(struct status *s, enum status_format format, bool verbose, const char *run_id);
/* run_options.on_event */
void status_on_event(void *arg, const struct run_event *event);
/* Every tick: the status line. */
void status_tick(struct status *s, const struct run *run);
/* The end: table and what to type next, or the result object. Returns the exit status. */
int status_end(struct status *s, const struct run *run);
#endif
