#ifndef SANDBOX_INT_H
#define SANDBOX_INT_H
/* Private to sandbox/: the order that crosses from the loop to the warden, what comes back, and the
 * parts a cell is built from. See the essays of warden.c (who owns cells) and cell.c (their life).
 */
#include <sys/types.h>

#include "sandbox/sandbox.h"

/* One frame on the warden's socket, bytes: a merge order with its path lists is the largest. */
#define FRAME_BYTES_MAX (64u << 20)
/* Output that the warden keeps for a slow reader before it stops reading the cells' pipes, bytes.
 */
#define WARDEN_BACKLOG_MAX (4u << 20)
/* Bytes of a manifest that a cell hands back: MANIFEST_ENTRIES_MAX of an ordinary length. */
#define MANIFEST_BYTES_MAX (16u << 20)
/* Mounts of one order: one per child of the largest Swarm, one per layer of a long stack. */
#define ORDER_MOUNTS_MAX (SWARM_ITEMS_MAX + 64)
/* Layers under one mount; overlayfs takes its options in one page. */
#define ORDER_LAYERS_MAX 128
/* Arguments and variables of one command. */
#define ORDER_STRINGS_MAX 4096
/* The private /tmp of a cell: bytes and files. Counted as memory by the kernel. */
#define CELL_TMP_BYTES (1ull << 30)
#define CELL_TMP_FILES 200000
/* Memory of all processes of a cell when the order does not say, bytes. */
#define CELL_MEMORY_DEFAULT (4ull << 30)
/* Free bytes of the layers' file system below which a cell is ended: the journal must still fit. */
#define DISK_RESERVE_BYTES (256ull << 20)
/* Free inodes there, likewise. */
#define DISK_RESERVE_FILES 4096
/* How often the first process of a cell looks at its limits, ms. */
#define CELL_TICK_MS 50
/* What a cell told to end may still take before the warden kills it whole, ms. */
#define CELL_GRACE_MS 10000
/* Fresh network namespaces kept ready: creating one is half the price of a cell. */
#define NETS_READY 6
/* After how many bytes a pack of the base is full; offsets in its index have 32 bits. */
#define PACK_BYTES (1ull << 30)
/* Who cells are when Drover runs as root: no account has this number. */
#define CELL_UID_AS_ROOT 1786000000u
/* Who an agent's processes are inside. */
#define CELL_UID_INSIDE 1000

/* ---- wire.c: bounded frames ---- */
enum frame_type {
    FRAME_RUN = 1, /* id, order */
    FRAME_KILL,    /* id */
    FRAME_READY,   /* the warden stands, or an err */
    FRAME_OUTPUT,  /* id, bytes */
    FRAME_CHANGES, /* id, change records */
    FRAME_DONE,    /* id, struct cell_report */
};
#define FRAME_HEAD 16 /* u32 length of what follows the head, u32 type, u64 id */

struct cursor {
    const char *at, *end;
    bool bad; /* sticky: a short or malformed field was met */
};
uint32_t cursor_u32(struct cursor *c);
uint64_t cursor_u64(struct cursor *c);
struct str cursor_str(struct cursor *c);   /* borrowed from the frame */
const char *cursor_cstr(struct cursor *c); /* the same, NUL checked; NULL stands for NULL */
void wire_u32(struct buf *b, uint32_t v);
void wire_u64(struct buf *b, uint64_t v);
void wire_str(struct buf *b, struct str s);
void wire_cstr(struct buf *b, const char *s);
/* Appends a head whose length is filled in by wire_end. */
size_t wire_begin(struct buf *b, enum frame_type type, uint64_t id);
void wire_end(struct buf *b, size_t begin);

enum mount_kind { MOUNT_VIEW, MOUNT_RAW, MOUNT_TRASH };
struct order_mount {
    const char *at;
    enum mount_kind kind; /* a view (overlay), a layer's directory as it is, the trash (writable) */
    const int64_t *layer;
    size_t n_layers;
    bool base;
};
struct order {
    const char *dir, *path;
    const int64_t *layer;
    size_t n_layers;
    int64_t upper;
    const char *const *argv, *const *env; /* NULL-terminated; argv NULL for a function */
    const char *function;
    struct str input;
    struct order_mount *mount;
    size_t n_mounts;
    int64_t cpu_ms, wall_ms;
    uint64_t output_max, memory_bytes;
    bool network;
};
void order_encode(struct buf *b, const struct order *order);
/* Everything in out is borrowed from the frame or lives in arena. */
bool order_decode(struct order *out, struct str frame, struct arena *arena, struct err *err);
void err_encode(struct buf *b, const struct err *err);
void err_decode(struct cursor *c, struct err *err);

/* What the first process of a cell says at its end. Crosses a pipe between processes of the same
 * binary; every field is checked by who receives it. */
struct cell_report {
    uint32_t end;
    int32_t status;
    int64_t cpu_ms, wall_ms;
    uint64_t layer_bytes, n_changes;
    uint32_t changes_cut, output_cut;
    struct err err;
};

/* ---- root.c: the template of a cell's file system, and a cell's own mounts ---- */
/* Paths as the warden and a cell under construction see them, after root_build. */
#define ROOT_CELL "/cell"
#define ROOT_HOST "/host"
#define ROOT_RUNS "/runs"
bool root_build(const struct sandbox_options *options, struct err *err);
/* Makes dir's base and layers visible as fd of /runs/K (borrowed, kept for ever). */
bool root_run_dir(const char *dir, int *fd, struct err *err);
/* The mount point of the workspace, made in the template. */
bool root_workspace(const char *path, struct err *err);
/* In the new cell, cwd = /runs/K: mounts everything and makes it the root; cwd = workspace. */
bool root_enter(const struct order *order, int *upper_fd, struct err *err);

/* ---- layer directories, by name, never by content ---- */
bool layer_make(int run_fd, int64_t id, uid_t uid, gid_t gid, struct err *err);

/* ---- walls.c ---- */
bool walls_prepare(struct err *err); /* in the warden, once: compiles the seccomp filter */
bool walls_seccomp(struct err *err); /* this process and what it starts */
bool walls_landlock(const struct order *order, struct err *err);
bool walls_rlimits(struct err *err);
bool walls_no_caps(uint64_t keep, struct err *err);
int walls_landlock_abi(void);

/* ---- cell.c ---- */
struct cell_ports {
    int output_fd;  /* stdout and stderr */
    int control_fd; /* struct cell_report and change records one way, one byte "end" the other */
    int net_fd;     /* network namespace to enter; -1 = the host's */
    int run_fd;     /* from root_run_dir; -1 in mode none */
    bool userns_root;
};
/* Control stream: u32 type, u32 length, payload. */
enum control_type { CONTROL_CHANGES = 1, CONTROL_REPORT };
/* Starts the first process of a cell; the pidfd is the caller's. The ports stay open here. */
pid_t cell_spawn(const struct order *order, const struct cell_ports *ports, int *pidfd,
                 struct err *err);
/* Looks a function up among the caller's and the built-in ones. */
cell_fn cell_function_find(const char *name);
extern struct sandbox_options warden_options;
extern uid_t warden_cell_uid; /* as the warden's user namespace numbers it */
extern gid_t warden_cell_gid;
/* Who owns bases and layers, as this process numbers users; true when that is not ourselves. */
bool cell_owner(uid_t *uid, gid_t *gid);

/* Runs argv or function in this process; never returns. cwd is the workspace. */
_Noreturn void cell_payload(const struct order *order);
/* Closes every descriptor but these three (-1 for none), which are moved to 3 and up,
 * close-on-exec; 0 to 2 become /dev/null. A fork of the warden holds the ends of other cells'
 * streams until then. */
void cell_descriptors_keep(int *control_fd, int *output_fd, int *upper_fd);
/* Sends one control message, whole. */
bool control_send(int fd, enum control_type type, const void *data, size_t len);
/* The supervising part: starts the payload, watches limits, ends everything, reports. */
struct cell_watch {
    const struct order *order;
    int output_fd, control_fd, upper_fd;
    bool whole_pid_namespace; /* false in mode none: a process group is all there is */
    int report_fd;            /* where the report goes; 0 = control_fd */
};
_Noreturn void cell_supervise(const struct cell_watch *watch,
                              bool (*confine)(const struct order *, struct err *));

/* ---- manifest.c ---- */
/* Walks the upper directory and sends CONTROL_CHANGES; fills the report's counts. */
bool manifest_send(int upper_fd, int control_fd, struct cell_report *report, struct err *err);

/* Where a view of the order is: its own path in a cell, a directory of copies in mode none.
 * Owned by the caller. */
char *cell_path(const char *at);

/* ---- none.c: --sandbox=none ---- */
extern const char *none_views; /* NULL in a cell */
_Noreturn void none_cell(const struct order *order, const struct cell_ports *ports);

/* ---- warden.c ---- */
_Noreturn void warden_main(int socket_fd, const struct sandbox_options *options);

/* ---- pack.c: blobs of the base's repository ---- */
#define PACK_ID_BYTES 20
struct pack;
/* dir: objects/pack of the repository, borrowed for the call. bytes_max <= PACK_BYTES. */
struct pack *pack_create(const char *dir, uint64_t bytes_max);
/* Stores size bytes of fd, from where it stands, as a blob; id gets its name. Git sees it after
 * pack_end. */
bool pack_add(struct pack *pack, int fd, uint64_t size, unsigned char *id,
              struct err *err) MUST_CHECK;
bool pack_end(struct pack *pack, struct err *err) MUST_CHECK;
void pack_destroy(struct pack *pack); /* what was not ended stays behind as tmp.pack */

/* ---- layer functions, run in cells ---- */
/* Applies one raw layer's entries, deletions included, to the tree at to_fd. */
bool layer_apply(int from_fd, int to_fd);
int layers_flatten(struct str input, int out_fd);
int layers_merge(struct str input, int out_fd);
int layers_export(struct str input, int out_fd);
int layers_hash(struct str input, int out_fd);
int layers_empty_trash(struct str input, int out_fd);
int probe_inside(struct str input, int out_fd);

/* ---- tree.c: helpers of the functions; run in cells only ---- */
/* Calls visit for every entry under root/rel, sorted by name, parents first; visit returns false
 * for "do not descend". Paths longer than PATH_BYTES_MAX and what lies below WALK_DEPTH_MAX
 * directories are skipped; false only if something that has a path cannot be looked at. */
struct stat;
typedef bool (*tree_visit)(void *arg, const char *rel, const struct stat *st);
bool tree_walk(int root_fd, const char *rel, tree_visit visit, void *arg);
int tree_depth(const char *rel); /* directories above it */
/* What libgit2 would read to judge rel: the .gitignore of every directory on the way (rel's own,
 * too, if it is one). It opens whatever has that name, so a fifo would hold it for ever and an
 * endless file fill the memory; git takes no links, either. Where one is no plain file there are no
 * rules. The last directory's answer is kept: init with {.root_fd}, free dir at the end. */
struct rules {
    int root_fd;
    char *dir;
    bool plain;
};
bool rules_are_plain(struct rules *rules, const char *rel, bool directory);
bool tree_remove(int root_fd, const char *rel);
/* Copies one file or link; directories are made with their mode. Replaces what is there. */
bool tree_copy(int from_fd, int to_fd, const char *rel);
bool tree_parents(int from_fd, int to_fd, const char *rel);
int tree_stat(int root_fd, const char *rel, struct stat *st);
int tree_open(int root_fd, const char *rel, int flags,
              mode_t mode); /* openat2, beneath, no links */
bool tree_read(int root_fd, const char *rel, struct buf *out);
bool tree_same(int a_fd, int b_fd, const char *rel); /* kind, mode & 0777, content */
bool path_is_git(const char *rel);                   /* .git in any spelling, in any component */
bool tree_hash(int root_fd, struct ignores *ignores, char out[65]);
#endif
