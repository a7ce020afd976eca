/* The walls that a process puts around itself: seccomp, Landlock, rlimits, capabilities.
 *
 * Owns: two compiled seccomp programs, made once in the warden (walls_prepare) because libseccomp
 * takes longer than everything else in a cell together; cells load them from memory.
 *
 * The first program is ours: what is newer than the newest system call we know answers ENOSYS, so a
 * kernel update does not widen the wall. The second is libseccomp's: another ABI kills, and a list
 * of calls that no build needs is refused: mounts, namespaces, keyrings, bpf, perf, io_uring,
 * clocks, modules, handles, terminal injection, other socket families than UNIX, INET, INET6.
 * ptrace and ADDR_NO_RANDOMIZE stay: a default ASan program needs both, and they reach no further
 * than the pid namespace.
 *
 * Landlock is the second wall behind the private root: even if a mount leaked in, only the
 * workspace and the cell's own /tmp, /dev and /proc could be written, and signals and abstract
 * sockets stay within the cell. It is used as far as the kernel knows it; doctor says how far.
 *
 * Everything here fails closed: a wall that cannot be put up ends the cell before its first
 * instruction. */
#include "sandbox/sandbox_int.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* mseal and the futex and statmount families; see the essay. */
#define SYSCALL_NEWEST  456
#define IOCTL_TIOCSTI   0x5412
#define IOCTL_TIOCLINUX 0x541C
#define IOCTL_TIOCSETD  0x5423
#define NEW_ANYTHING                                                                               \
    (CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS |     \
     CLONE_NEWCGROUP)

static struct sock_filter newest_filter[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 2, 0), /* x32: the other filter kills it */
    BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, SYSCALL_NEWEST, 5, 0),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_personality, 1, 0),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    /* personality: a question, or nothing but ADDR_NO_RANDOMIZE */
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0xffffffff, 3, 0),
    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0xffffffffu & ~0x0040000u, 1, 2),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
};
static struct sock_filter *list_filter;
static unsigned short list_length;

/* ---- seccomp ---- */

static const int refused_eperm[] = {
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(pivot_root),
    SCMP_SYS(chroot),
    SCMP_SYS(fsopen),
    SCMP_SYS(fsconfig),
    SCMP_SYS(fsmount),
    SCMP_SYS(fspick),
    SCMP_SYS(open_tree),
    SCMP_SYS(move_mount),
    SCMP_SYS(mount_setattr),
    SCMP_SYS(setns),
    SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(kexec_load),
    SCMP_SYS(kexec_file_load),
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(delete_module),
    SCMP_SYS(iopl),
    SCMP_SYS(ioperm),
    SCMP_SYS(add_key),
    SCMP_SYS(keyctl),
    SCMP_SYS(request_key),
    SCMP_SYS(open_by_handle_at),
    SCMP_SYS(name_to_handle_at),
    SCMP_SYS(clock_settime),
    SCMP_SYS(clock_adjtime),
    SCMP_SYS(adjtimex),
    SCMP_SYS(settimeofday),
    SCMP_SYS(reboot),
    SCMP_SYS(sethostname),
    SCMP_SYS(setdomainname),
    SCMP_SYS(swapon),
    SCMP_SYS(swapoff),
    SCMP_SYS(quotactl),
    SCMP_SYS(acct),
    SCMP_SYS(uselib),
    SCMP_SYS(modify_ldt),
    SCMP_SYS(lookup_dcookie),
    SCMP_SYS(vhangup),
    SCMP_SYS(nfsservctl),
    SCMP_SYS(_sysctl),
    SCMP_SYS(sysfs),
    SCMP_SYS(syslog),
    SCMP_SYS(fanotify_init),
    SCMP_SYS(pidfd_getfd),
    SCMP_SYS(kcmp),
    SCMP_SYS(move_pages),
    SCMP_SYS(migrate_pages),
    SCMP_SYS(process_madvise),
    SCMP_SYS(vmsplice),
    SCMP_SYS(remap_file_pages),
    SCMP_SYS(quotactl_fd),
};
/* Programs probe for these and go on without. */
static const int refused_enosys[] = {
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(io_uring_enter),
    SCMP_SYS(io_uring_register),
    SCMP_SYS(clone3),
};
/* Newer than Debian 12's libseccomp; the numbers are the same on every architecture. */
static const int refused_numbers[] = {457 /* statmount */, 458 /* listmount */};

static bool rule(scmp_filter_ctx c, int error, int nr, unsigned n, const struct scmp_arg_cmp *arg) {
    int bad = seccomp_rule_add_array(c, SCMP_ACT_ERRNO((uint16_t)error), nr, n, arg);
    return bad == 0 || bad == -EDOM; /* unknown to this architecture */
}

static bool rule_masked(scmp_filter_ctx c, int error, int nr, unsigned at, uint64_t mask,
                        uint64_t value) {
    struct scmp_arg_cmp arg = {at, SCMP_CMP_MASKED_EQ, mask, value};
    return rule(c, error, nr, 1, &arg);
}

static bool rules_sockets(scmp_filter_ctx c) {
    static const int refused_protocol[] = {1 /* ICMP */,   33 /* DCCP */,      58 /* ICMPv6 */,
                                           132 /* SCTP */, 136 /* UDP-Lite */, 262 /* MPTCP */};
    static const int nr[] = {SCMP_SYS(socket), SCMP_SYS(socketpair)};
    bool good = true;
    for (size_t i = 0; i < ARRAY_LEN(nr); i++) {
        /* families 0..AF_MAX one by one: the filter has no "not in a set" */
        for (uint64_t family = 0; family < 64; family++)
            if (family != AF_UNIX && family != AF_INET && family != AF_INET6)
                good &= rule_masked(c, EAFNOSUPPORT, nr[i], 0, 0xffffffff, family);
        struct scmp_arg_cmp above = {0, SCMP_CMP_GE, 64, 0};
        good &= rule(c, EAFNOSUPPORT, nr[i], 1, &above);
        for (size_t k = 0; k < ARRAY_LEN(refused_protocol); k++) {
            struct scmp_arg_cmp arg = {2, SCMP_CMP_MASKED_EQ, 0xffffffff,
                                       (uint64_t)refused_protocol[k]};
            good &= rule(c, EPROTONOSUPPORT, nr[i], 1, &arg);
        }
    }
    return good;
}

static bool rules_arguments(scmp_filter_ctx c) {
    static const uint64_t kind[] = {CLONE_NEWUSER, CLONE_NEWNS,  CLONE_NEWPID,    CLONE_NEWNET,
                                    CLONE_NEWIPC,  CLONE_NEWUTS, CLONE_NEWCGROUP, 0x80};
    static const uint64_t request[] = {IOCTL_TIOCSTI, IOCTL_TIOCLINUX, IOCTL_TIOCSETD};
    bool good = true;
    for (size_t i = 0; i < ARRAY_LEN(kind); i++) {
        if (kind[i] != 0x80) /* in clone these bits are the exit signal */
            good &= rule_masked(c, EPERM, SCMP_SYS(clone), 0, kind[i], kind[i]);
        good &= rule_masked(c, EPERM, SCMP_SYS(unshare), 0, kind[i], kind[i]);
    }
    /* 32 bits are compared: the kernel ignores the others (CVE-2019-10063). */
    for (size_t i = 0; i < ARRAY_LEN(request); i++)
        good &= rule_masked(c, EPERM, SCMP_SYS(ioctl), 1, 0xffffffff, request[i]);
    /* a supervisor of its own children's calls is a way around this list */
    good &= rule_masked(c, EPERM, SCMP_SYS(seccomp), 1, SECCOMP_FILTER_FLAG_NEW_LISTENER,
                        SECCOMP_FILTER_FLAG_NEW_LISTENER);
    return good;
}

bool walls_prepare(struct err *err) {
    scmp_filter_ctx c = seccomp_init(SCMP_ACT_ALLOW);
    bool good = c && seccomp_attr_set(c, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) == 0;
    /* a binary tree of calls instead of a list: 9 comparisons instead of hundreds */
    if (good)
        seccomp_attr_set(c, SCMP_FLTATR_CTL_OPTIMIZE, 2);
    for (size_t i = 0; good && i < ARRAY_LEN(refused_eperm); i++)
        good = rule(c, EPERM, refused_eperm[i], 0, NULL);
    for (size_t i = 0; good && i < ARRAY_LEN(refused_enosys); i++)
        good = rule(c, ENOSYS, refused_enosys[i], 0, NULL);
    for (size_t i = 0; good && i < ARRAY_LEN(refused_numbers); i++)
        good = refused_numbers[i] > SYSCALL_NEWEST || rule(c, EPERM, refused_numbers[i], 0, NULL);
    good = good && rules_sockets(c) && rules_arguments(c);
    AUTO_FD int fd = (int)syscall(SYS_memfd_create, "filter", 1 /* MFD_CLOEXEC */);
    good = good && fd >= 0 && seccomp_export_bpf(c, fd) == 0;
    off_t size = good ? lseek(fd, 0, SEEK_END) : 0;
    if (c)
        seccomp_release(c);
    if (size <= 0 || size / (off_t)sizeof *list_filter > BPF_MAXINSNS) {
        err_set(err, ERR_ENVIRONMENT, "wall 'seccomp': cannot compile the filter");
        return err_hint(err, "the kernel needs CONFIG_SECCOMP_FILTER, and a sandbox around drover "
                             "must not refuse it");
    }
    list_filter = xmalloc((size_t)size);
    list_length = (unsigned short)((size_t)size / sizeof *list_filter);
    if (pread(fd, list_filter, (size_t)size, 0) != size)
        return err_set(err, ERR_ENVIRONMENT, "wall 'seccomp': cannot read the filter back");
    return true;
}

bool walls_seccomp(struct err *err) {
    struct sock_fprog list = {list_length, list_filter};
    struct sock_fprog newest = {ARRAY_LEN(newest_filter), newest_filter};
    ASSERT(list_filter);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &newest) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &list) != 0) {
        err_set_errno(err, errno, "wall 'seccomp': cannot load the filter");
        return err_hint(err, "the kernel needs CONFIG_SECCOMP_FILTER");
    }
    return true;
}

/* ---- Landlock: the headers of Debian 12 know ABI 1 to 3, so the layouts are ours ---- */

struct ruleset_attr {
    uint64_t fs, net, scoped;
};
struct path_attr {
    uint64_t allowed;
    int32_t parent_fd;
} __attribute__((packed));

#define FS_EXECUTE     (1u << 0)
#define FS_WRITE_FILE  (1u << 1)
#define FS_READ_FILE   (1u << 2)
#define FS_READ_DIR    (1u << 3)
#define FS_TRUNCATE    (1u << 14)
#define FS_IOCTL_DEV   (1u << 15)
#define FS_READ        (FS_EXECUTE | FS_READ_FILE | FS_READ_DIR)
#define FS_MAKE_DEVICE ((1u << 6) | (1u << 11)) /* MAKE_CHAR, MAKE_BLOCK: never */

int walls_landlock_abi(void) {
    return (int)syscall(SYS_landlock_create_ruleset, NULL, 0, 1 /* VERSION */);
}

static bool landlock_allow(int ruleset, const char *path, uint64_t allowed) {
    struct path_attr attr = {.allowed = allowed};
    AUTO_FD int fd = open(path, O_PATH | O_CLOEXEC);
    attr.parent_fd = fd;
    return fd >= 0 && syscall(SYS_landlock_add_rule, ruleset, 1, &attr, 0) == 0;
}

bool walls_landlock(const struct order *order, struct err *err) {
    static const unsigned bits[] = {0, 13, 14, 15, 15, 16, 16}; /* file rights an ABI knows */
    int abi = walls_landlock_abi();
    if (abi < 1)
        return true; /* doctor says so; the private root stands alone then */
    struct ruleset_attr attr = {.fs = (1ull << bits[MIN(abi, 6)]) - 1, .scoped = abi >= 6 ? 3 : 0};
    size_t size = abi >= 6 ? sizeof attr : abi >= 4 ? 16 : 8;
    AUTO_FD int set = (int)syscall(SYS_landlock_create_ruleset, &attr, size, 0);
    uint64_t all = attr.fs, make = all & ~(uint64_t)FS_MAKE_DEVICE;
    uint64_t file = all & (FS_READ | FS_WRITE_FILE | FS_TRUNCATE | FS_IOCTL_DEV);
    bool good = set >= 0 && landlock_allow(set, "/", all & FS_READ) &&
                landlock_allow(set, "/tmp", make) && landlock_allow(set, "/dev", file) &&
                landlock_allow(set, "/proc", file) &&
                landlock_allow(set, order->path, order->upper ? make : all & FS_READ);
    for (size_t i = 0; good && i < order->n_mounts; i++)
        if (order->mount[i].kind == MOUNT_TRASH)
            good = landlock_allow(set, order->mount[i].at, all);
    if (good && syscall(SYS_landlock_restrict_self, set, 0) == 0)
        return true;
    return err_set_errno(err, errno, "wall 'landlock': cannot restrict the cell");
}

/* ---- limits and rights ---- */

bool walls_rlimits(struct err *err) {
    static const struct {
        int what;
        rlim_t value;
    } limit[] = {
        {RLIMIT_NPROC, CELL_PROCESSES_MAX}, /* counted per cell: its user namespace is its own */
        {RLIMIT_NOFILE, CELL_FILES_MAX},
        {RLIMIT_FSIZE, CELL_FILE_BYTES_MAX},
        {RLIMIT_CORE, 0},
        {RLIMIT_MEMLOCK, 8u << 20},
        {RLIMIT_MSGQUEUE, 819200},
        {RLIMIT_SIGPENDING, 4096},
        {RLIMIT_NICE, 0},
        {RLIMIT_RTPRIO, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(limit); i++) {
        struct rlimit now, set = {limit[i].value, limit[i].value};
        if (getrlimit(limit[i].what, &now) == 0)
            set.rlim_cur = set.rlim_max = MIN(limit[i].value, now.rlim_max);
        if (setrlimit(limit[i].what, &set) != 0)
            return err_set_errno(err, errno, "wall 'limits': cannot set limit %d", limit[i].what);
    }
    return true;
}

bool walls_no_caps(uint64_t keep, struct err *err) {
    struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct set[2] = {
        {.effective = (uint32_t)keep, .permitted = (uint32_t)keep},
        {.effective = (uint32_t)(keep >> 32), .permitted = (uint32_t)(keep >> 32)}};
    if (keep == 0)
        for (int cap = 0; prctl(PR_CAPBSET_READ, cap) >= 0; cap++)
            prctl(PR_CAPBSET_DROP, cap);
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    if (syscall(SYS_capset, &head, set) != 0)
        return err_set_errno(err, errno, "wall 'capabilities': cannot drop them");
    return true;
}
