#ifndef RUNTIME_RESULT_H
#define RUNTIME_RESULT_H
/* The result of a run as data: what its root agent's layers change in the base. Bytes come out of a
 * cell (layers.export); nothing an agent wrote is opened here (G7). Main thread. */
#include "runtime/runs.h"
#include "sandbox/sandbox.h"

struct result_entry {
    struct str path;       /* relative, sorted; validated: no "..", no .git, not absolute */
    enum change_kind kind; /* FILE, SYMLINK or DELETED */
    uint32_t mode;
    struct str content; /* of the result; the target of a symlink */
    bool refused;       /* a special file, an escaping link or a .git spelling: left out */
};
struct result {
    struct result_entry *entry;
    size_t n;
    char *storage;
};
/* Starts a sandbox for the time of the call; the run must not be running. */
bool result_read(struct result *out, const struct run_info *info, struct err *err) MUST_CHECK;
void result_release(struct result *r);
#define AUTO_RESULT __attribute__((cleanup(result_release)))

/* Before the name of a file that is being applied; no agent's file has such a name. */
#define APPLY_TEMP ".drover-apply-"

/* A name as git writes it in one line, behind prefix ("a/" or ""): in quotes when it has quotes,
 * backslashes or what does not show as itself (tool_text_step), whose bytes are written in octal.
 * Owned by the caller. */
char *result_name(struct str name, const char *prefix);

/* Warns of what is left out, and of files that other programs obey by themselves. */
void result_say(const struct result *result);

/* A file below dir: bytes of a regular file or the target of a symlink. *mode 0 if there is none.
 * Symbolic links in the way are not followed (openat2 RESOLVE_NO_SYMLINKS). */
bool result_read_file(const char *dir, struct str path, struct buf *content, uint32_t *mode,
                      struct err *err) MUST_CHECK;
#endif
