#ifndef RUNTIME_RUNTIME_H
#define RUNTIME_RUNTIME_H
/* The command line: commands, their options, configuration, the terminal.
 *
 * How to think about it. A command is one file runtime/cmd_NAME.c that exports one
 * `const struct cmd cmd_NAME`, and one row in runtime/cmd.c. The tables it points to are the only
 * place where its options are written down: parsing, -h, --help, the man page and the completions
 * are all made from them. See cmd.h (commands, options, arguments), config.h (what an option falls
 * back to), term.h (what may be printed where), paths.h (where things live). Nothing outside
 * runtime/ includes any of these. */
#include "runtime/cmd.h"
#include "runtime/config.h"
#include "runtime/paths.h"
#include "runtime/term.h"
#endif
