/* Tests of src/gi_koka.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int gi_koka(int zunkevlo);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/gi_koka.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/gi_koka.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("gi_koka(140)", gi_koka(140), 0);
    CHECK("gi_koka(0)", gi_koka(0), 0);
    CHECK("gi_koka(1)", gi_koka(1), 1);
    CHECK("gi_koka(65)", gi_koka(65), 0);
    CHECK("gi_koka(6)", gi_koka(6), 0);
    CHECK("gi_koka(106)", gi_koka(106), 0);
    CHECK("gi_koka(101)", gi_koka(101), 0);
    CHECK("gi_koka(87)", gi_koka(87), 0);
    CHECK("gi_koka(25)", gi_koka(25), 0);
    CHECK("gi_koka(30)", gi_koka(30), 0);
    puts("ok src/gi_koka.c");
    return 0;
}
