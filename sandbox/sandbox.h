#ifndef SANDBOX_SANDBOX_H
#define SANDBOX_SANDBOX_H
/* Cells and layers: every tool call runs in a world of its own.
 *
 * How to think about it. The *warden* is a single-threaded process forked before the model is
 * mapped and before any thread exists; it alone creates cells, and kills them all when its socket
 * closes. A *cell* is one call's world (DESIGN 6): namespaces, a private root, the workspace as an
 * overlay at its original path, no capabilities, seccomp, Landlock, rlimits. A *layer* is the
 * directory of what one call wrote; a stack of layers over a base is what an agent sees. The
 * trusted process never opens what an agent wrote: it names layers by id, and code that must look
 * inside (file tools, flatten, merge, export) is a *function* run in a cell that hands bytes back.
 *
 *     sandbox_start(&sb, &options, &err);            // first thing in main, before any thread
 *     uv_poll on sandbox_fd(sb) -> sandbox_drain(sb) // callbacks run here
 *     sandbox_run(sb, &(struct cell_spec){...}, on_done, call);
 */
#include "runtime/base/err.h"
#include "runtime/base/str.h"

struct sandbox;

/* Runs inside a cell: cwd is the workspace; input is the payload; writes its result bytes to out_fd
 * (the spec's output); returns an exit status. Must not depend on state of the parent. */
typedef int (*cell_fn)(struct str input, int out_fd);
struct cell_function {
    const char *name;
    cell_fn run;
};

struct sandbox_options {
    const struct cell_function *functions; /* names that cell_spec.function may use */
    size_t n_functions;
    const char *const *read_paths; /* `sandbox.read`: extra read-only binds */
    size_t n_read_paths;
    bool none; /* --sandbox=none: loud, recorded; cells become plain processes */
};

/* Forks the warden. Single-threaded process only; the address space should be small. */
bool sandbox_start(struct sandbox **out, const struct sandbox_options *options,
                   struct err *err) MUST_CHECK;
/* Kills every cell and the warden, waits for it. */
void sandbox_stop(struct sandbox *sandbox);
/* False for places that a cell needs for itself, such as /etc. */
bool sandbox_workspace_ok(const char *path, struct err *err) MUST_CHECK;
int sandbox_fd(const struct sandbox *sandbox);
void sandbox_drain(struct sandbox *sandbox);

/* One line a wall for `drover doctor`: name, whether it stands, what to do if not. */
enum wall_state { WALL_OK, WALL_DEGRADED, WALL_MISSING };
struct wall {
    const char *name;
    enum wall_state state;
    char detail[200], remedy[200];
};
/* Probes this host by building real cells. n_max >= 16. A WALL_MISSING refuses runs. */
size_t sandbox_probe(struct sandbox *sandbox, struct wall *walls, size_t n_max);

/* Where a run keeps its base and layers: `dir`/base, `dir`/layers/ID/{upper,work}; made 0700. */
struct workspace_spec {
    const char *dir;       /* the run's directory (absolute) */
    const char *path;      /* where the workspace appears inside (its original absolute path) */
    const int64_t *layers; /* committed layers under this call, lowest first */
    size_t n_layers;
    int64_t upper; /* layer id to write into, made fresh (an uncommitted leftover is emptied);
                      0 = read-only call */
};

struct mount_spec { /* a second view, read-only, for merge and diff functions */
    const char *at; /* absolute path inside the cell, e.g. "/drover/theirs" */
    const int64_t *layers;
    size_t n_layers;
    bool base; /* under the layers; false = the layers alone */
};

struct cell_spec {
    struct workspace_spec workspace;
    const char *const *argv; /* a command (absolute path or looked up in /usr/bin:/bin) */
    const char *function;    /* or a function by name */
    struct str input;        /* payload of the function; stdin of a command is /dev/null */
    const char *const *env;  /* "K=V", added to the built-in allowlist; NULL-terminated */
    const struct mount_spec *mounts;
    size_t n_mounts;
    int64_t cpu_ms, wall_ms; /* 0 = the defaults of limits.h */
    size_t output_max;       /* 0 = OUTPUT_BYTES_MAX; more kills the call */
    uint64_t memory_bytes;   /* 0 = default rlimit/cgroup */
    bool network;            /* host network; only when the user granted it */
};

enum cell_end {
    CELL_EXITED,   /* status is the exit code of its first process */
    CELL_SIGNALED, /* status is the signal */
    CELL_CPU,
    CELL_WALL,
    CELL_OUTPUT,  /* ended by a limit */
    CELL_KILLED,  /* sandbox_kill or stop */
    CELL_REFUSED, /* could not be built: err names the wall; nothing ran */
};
/* What a call changed, walked in the cell after everything inside was killed. */
enum change_kind { CHANGE_FILE, CHANGE_DIRECTORY, CHANGE_SYMLINK, CHANGE_DELETED, CHANGE_OPAQUE };
struct change {
    struct str path; /* relative to the workspace, bytes as they are */
    enum change_kind kind;
    uint32_t mode;
    uint64_t size;
};
struct cell_result {
    enum cell_end end;
    int status;
    struct str output; /* stdout and stderr in order, at most output_max bytes; borrowed */
    bool output_cut;
    const struct change *changes; /* of the upper layer, sorted by path; borrowed */
    size_t n_changes;
    bool changes_cut; /* more than MANIFEST_ENTRIES_MAX */
    uint64_t layer_bytes;
    int64_t cpu_ms, wall_ms;
    struct err err;
};
typedef void (*cell_done_fn)(void *arg, const struct cell_result *result);
/* Loop thread. Queues the cell (CELLS_MAX at once); the spec is copied. Returns an id > 0.
 * done runs in sandbox_drain, never before this returns; borrowed members live until it returns. */
uint64_t sandbox_run(struct sandbox *sandbox, const struct cell_spec *spec, cell_done_fn done,
                     void *arg);
void sandbox_kill(struct sandbox *sandbox, uint64_t id); /* done still comes, CELL_KILLED */

/* ---- the base and layers of a run; trusted side, names only ---- */
/* Makes dir/base from the user's working tree: files of `git ls-files -co --exclude-standard`
 * (libgit2, no filters, no hooks), modes and mtimes kept, symlinks as symlinks, plus `include`
 * paths, and a fresh .git with one commit of them. Entries copied and left out are counted.
 * ERR_USAGE: not a git repository, submodules, sparse checkout. */
struct base_summary {
    uint64_t files, bytes, left_out_files, left_out_bytes;
    char tree_hash[65]; /* SHA-256 over paths, modes and contents: names the base */
};
struct base_options {
    const char *const *include; /* ignored paths that are wanted all the same */
    size_t n_include;
    /* Told what is done, how many bytes of how many (0 = not known), several times a second; false
     * stops: ERR_CANCELLED, and nothing is left of the base. May be NULL. */
    bool (*progress)(void *arg, const char *what, uint64_t done, uint64_t total);
    void *progress_arg;
};
/* options may be NULL. */
bool base_create(const char *worktree, const char *dir, const struct base_options *options,
                 struct base_summary *out, struct err *err) MUST_CHECK;
/* Paths of the base's regular files, sorted, NUL-separated in out. */
bool base_list(const char *dir, struct buf *out, struct err *err) MUST_CHECK;
/* Removes layer directories whose id is not in keep (sorted): rubbish of interrupted calls. Runs in
 * a cell when agents wrote in them. */
bool layers_sweep(struct sandbox *sandbox, const char *dir, const int64_t *keep, size_t n_keep,
                  struct err *err) MUST_CHECK;
/* syncfs of the file system of the layers; after a failure the state is unknown. Any thread. */
bool layers_sync(const char *dir, struct err *err) MUST_CHECK;

/* For functions in a cell: the ignore rules (.gitignore) of the tree at cwd. A path that is tracked
 * in the base, seen at the mount "/drover/origin", is never ignored; without that mount nothing
 * counts as tracked. NULL when the rules cannot be had. */
struct ignores;
struct ignores *ignores_open(void);
bool ignores_match(struct ignores *ignores, const char *rel, bool directory);
void ignores_close(struct ignores *ignores);

/* Built-in cell functions (listed by the sandbox itself):
 *   "layers.flatten"  workspace.upper receives the merged view of the mounts "/drover/from"
 *   "layers.merge"    three-way, all children of a Swarm in one cell, in the order given: workspace
 *                     = the fork point (upper receives), mounts "/drover/base" (the fork point) and
 *                     "/drover/theirs/0", "/drover/theirs/1", ... (each child's whole view); input:
 *                     {"theirs": [{"paths": ["changed path", ...] or null = walk}, ...]}; ignored
 *                     paths (.gitignore) and .git keep the workspace's; output: {"merged": N files,
 *                     "conflicts": [{"theirs": 0, "path": "..."}, ...]}; on a conflict in a file
 * the workspace's version stays "layers.export"   streams changed entries: records of `struct
 * export_record` (see below) "layers.hash"     SHA-256 over all non-ignored paths, modes, contents
 * of the view */
/* layers.export output, repeated: 1 byte kind (change_kind), 4 bytes mode, 4 bytes path length,
 * 8 bytes content length, path, content; little-endian. Ignored paths and .git are left out;
 * escaping links, special files and .git spellings are refused inside and listed with kind 255. */
#endif
