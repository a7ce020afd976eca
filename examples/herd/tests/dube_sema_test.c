/* Tests of src/dube_sema.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int dube_sema(int a, int b);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/dube_sema.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/dube_sema.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("dube_sema(1, 35)", dube_sema(1, 35), 1);
    CHECK("dube_sema(40, 40)", dube_sema(40, 40), 40);
    CHECK("dube_sema(2, 2)", dube_sema(2, 2), 2);
    CHECK("dube_sema(5, 5)", dube_sema(5, 5), 5);
    CHECK("dube_sema(2, 36)", dube_sema(2, 36), 2);
    CHECK("dube_sema(35, 34)", dube_sema(35, 34), 1);
    CHECK("dube_sema(8, 9)", dube_sema(8, 9), 1);
    CHECK("dube_sema(1, 6)", dube_sema(1, 6), 1);
    CHECK("dube_sema(29, 30)", dube_sema(29, 30), 1);
    CHECK("dube_sema(30, 14)", dube_sema(30, 14), 2);
    puts("ok src/dube_sema.c");
    return 0;
}
