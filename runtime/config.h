#ifndef RUNTIME_CONFIG_H
#define RUNTIME_CONFIG_H
/* Configuration: one table of keys, and where each value came from.
 *
 * Highest first: flags (args.h does those), environment DROVER_KEY, ./.drover/config.json, the
 * user's config.json, /etc/drover/config.json, the built-in value. Files are strict JSON; "a.b" may
 * be written as {"a": {"b": ...}}; keys that begin with // are comments. An unknown key or wrong
 * type is ERR_USAGE with file, line and column. A project file is data from a stranger: keys marked
 * `asks` (more paths, network, set-up commands) count there only when the user has approved that
 * very file (`drover config approve`); until then they are noted and ignored. Loaded once at start,
 * read-only afterwards, any thread. */
#include <cjson/cJSON.h>
#include "runtime/base/err.h"
#include "runtime/base/str.h"
#include "runtime/cmd.h"

struct config_key {
    const char *name; /* "sandbox.read" */
    const char *env;  /* "DROVER_SANDBOX_READ" */
    enum option_kind kind;
    const char *value;    /* as struct option */
    const char *fallback; /* built-in, or NULL */
    bool asks;
    const char *help;
};
extern const struct config_key config_keys[]; /* ends with name NULL */
const struct config_key *config_find(const char *name);

struct config_value {
    const char *text;        /* NULL: not set anywhere; lists: see items */
    const char *const *item; /* NULL-terminated; only OPTION_LIST */
    const char *origin;      /* "built-in", "environment DROVER_X", or the file's path */
};
/* Reads the files. project is the directory whose .drover/config.json counts (NULL: the one
 * that holds the current directory). May be called once. */
bool config_load(const char *project, struct err *err) MUST_CHECK;
/* What config_load failed with, or NULL; the values are then those read so far. */
const struct err *config_failure(void);
void config_unload(void);
/* The winning value; never fails after config_load. */
struct config_value config_get(const char *name);
bool config_flag(const char *name); /* OPTION_FLAG keys */
/* Keys of the project file that were ignored for want of approval: names separated by ", ", or
 * NULL. */
const char *config_ignored(void);
/* Approves the project file as it is now. *hash: its SHA-256 (65 bytes). */
bool config_approve(char hash[65], struct err *err) MUST_CHECK;
/* All values as one JSON object, for the journal of a run. Owned by the caller. */
char *config_json(bool origins);
#endif
