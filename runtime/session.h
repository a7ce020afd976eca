#ifndef RUNTIME_SESSION_H
#define RUNTIME_SESSION_H
/* A run in the foreground: what `drover run` and `drover resume` share. Warden, model, engine,
 * journal and terminal are brought up in the one order that is safe (the warden is forked before
 * any thread and before the model is mapped), the libuv loop is driven until the run ends or is
 * stopped, and the summary is printed. Main thread. */
#include "runtime/cmd.h"

/* A new run of goal in the current directory, by the options of cmd_run. */
bool session_run(const struct args *args, const char *goal, int *status, struct err *err);
/* Continues a run; id NULL: the newest one. */
bool session_resume(const struct args *args, const char *id, int *status, struct err *err);

/* Options that both commands have. */
#define SESSION_OPTIONS                                                                            \
    {.name = "model",                                                                              \
     .letter = 'm',                                                                                \
     .kind = OPTION_STRING,                                                                        \
     .value = "FILE|NAME",                                                                         \
     .config = "model",                                                                            \
     .help = "the model to run; none: the shipped one"},                                           \
        {.name = "threads",                                                                        \
         .kind = OPTION_COUNT,                                                                     \
         .value = "N",                                                                             \
         .config = "threads",                                                                      \
         .help = "compute threads; 0: one a core"},                                                \
        {.name = "kv-memory",                                                                      \
         .kind = OPTION_BYTES,                                                                     \
         .value = "SIZE",                                                                          \
         .config = "kv_memory",                                                                    \
         .help = "memory for the agents' caches; 0: a share of what is free"},                     \
        {.name = "cache",                                                                          \
         .kind = OPTION_CHOICE,                                                                    \
         .value = "f16|q8",                                                                        \
         .config = "cache",                                                                        \
         .help = "format of cached keys and values; a resumed run keeps its own"},                 \
        {.name = "jobs",                                                                           \
         .letter = 'j',                                                                            \
         .kind = OPTION_COUNT,                                                                     \
         .value = "N",                                                                             \
         .fallback = "0",                                                                          \
         .help = "commands of agents at once; 0: one more than cores"},                            \
        {.name = "network",                                                                        \
         .kind = OPTION_FLAG,                                                                      \
         .help = "grant the host's network to agents whose definition asks for it"},               \
        {.name = "sandbox",                                                                        \
         .kind = OPTION_CHOICE,                                                                    \
         .value = "cells|none",                                                                    \
         .fallback = "cells",                                                                      \
         .help = "none runs every command as you, unprotected"},                                   \
        {.name = "output-format",                                                                  \
         .kind = OPTION_CHOICE,                                                                    \
         .value = "text|json|stream-json",                                                         \
         .fallback = "text",                                                                       \
         .help = "what is printed on stdout"},                                                     \
    {                                                                                              \
        .name = "verbose", .letter = 'v', .kind = OPTION_FLAG, .help = "show every call"           \
    }
#endif
