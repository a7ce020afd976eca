#ifndef RUNTIME_VERSION_H
#define RUNTIME_VERSION_H
/* What this binary is; and, private to runtime/, what the texts share. */
#include "runtime/cmd.h"

#define DROVER_VERSION "0.1.0"
#define DROVER_DATE    "November 23, 2026" /* of the man page */

const char *version_text(void);   /* "0.1.0 (git 1a2b3c4)" */
const char *version_commit(void); /* "1a2b3c4" */

/* help.c: the tables that help, man page and completion share. */
void help_each_exit_code(void (*each)(void *arg, const char *name, const char *text), void *arg);
void help_each_environment(void (*each)(void *arg, const char *name, const char *text), void *arg);
void option_shown(struct buf *out, const struct option *o);
#endif
