/* The last words of a crashing process: version, signal, run, backtrace, and how to go on.
 *
 * Owns: an alternate stack and two fixed texts (run id, report path). The handler runs on whichever
 * thread crashed and uses only write, open, snprintf into the stack, and backtrace, which was
 * called once at start so that it loads nothing any more. It ends with status 70. Children forked
 * from this process (warden, cells) are not this program's face: there the signal takes its default
 * course. Nothing is saved here: what was said to be done is in the journal already.
 */
#include "runtime/crash.h"
#include "runtime/base/base.h"
#include "runtime/version.h"
#include <execinfo.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

enum { FRAMES = 64, ALTERNATE_STACK = 64 << 10 };

static char run_id[80], report_path[4200];
static pid_t owner;
static atomic_flag crashed = ATOMIC_FLAG_INIT;

void crash_run_set(const char *id, const char *dir) {
    snprintf(run_id, sizeof(run_id), "%s", id ? id : "");
    report_path[0] = '\0';
    if (dir) {
        snprintf(report_path, sizeof(report_path), "%s/crash-%d.txt", dir, (int)getpid());
    }
}

static void put(int fd, const char *text) {
    ssize_t ignored = write(fd, text, strlen(text));
    (void)ignored;
}

static void put_report(int fd, int number, void *const *frame, int n) {
    char text[256];
    snprintf(text, sizeof(text), "drover %s crashed: signal %d (%s)%s%s\n", version_text(), number,
             sigabbrev_np(number) ? sigabbrev_np(number) : "?", run_id[0] ? ", run " : "", run_id);
    put(fd, text);
    backtrace_symbols_fd(frame, n, fd);
}

static void on_crash(int number) {
    void *frame[FRAMES];
    if (getpid() != owner) {
        signal(number, SIG_DFL);
        raise(number);
        return;
    }
    if (atomic_flag_test_and_set(&crashed)) {
        _exit(70);
    }
    int n = backtrace(frame, FRAMES);
    put(STDERR_FILENO, "\n");
    put_report(STDERR_FILENO, number, frame, n);
    int fd =
        report_path[0] ? open(report_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;
    if (fd >= 0) {
        put_report(fd, number, frame, n);
        close(fd);
        put(STDERR_FILENO, "report: ");
        put(STDERR_FILENO, report_path);
        put(STDERR_FILENO, "\n");
    }
    if (run_id[0]) {
        put(STDERR_FILENO, "the run is saved; continue with: drover resume ");
        put(STDERR_FILENO, run_id);
        put(STDERR_FILENO, "\n");
    }
    put(STDERR_FILENO, "hint: please report this text as a bug\n");
    _exit(70);
}

void crash_setup(void) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return; /* the sanitizer's own report says more */
#endif
    static char stack[ALTERNATE_STACK];
    void *frame[FRAMES];
    const int numbers[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};
    struct sigaction action = {.sa_handler = on_crash, .sa_flags = SA_ONSTACK | SA_NODEFER};
    stack_t alternate = {.ss_sp = stack, .ss_size = sizeof(stack)};
    owner = getpid();
    sigemptyset(&action.sa_mask);
    ASSERT(sigaltstack(&alternate, NULL) == 0);
    ASSERT(backtrace(frame, FRAMES) >= 0);
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        ASSERT(sigaction(numbers[i], &action, NULL) == 0);
    }
}
