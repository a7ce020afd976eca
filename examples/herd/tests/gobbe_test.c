/* Tests of src/gobbe.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int gobbe(int de);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/gobbe.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/gobbe.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("gobbe(1)", gobbe(1), 1);
    CHECK("gobbe(150)", gobbe(150), 12);
    CHECK("gobbe(25)", gobbe(25), 5);
    CHECK("gobbe(0)", gobbe(0), 0);
    CHECK("gobbe(109)", gobbe(109), 10);
    CHECK("gobbe(127)", gobbe(127), 11);
    CHECK("gobbe(75)", gobbe(75), 8);
    CHECK("gobbe(7)", gobbe(7), 2);
    CHECK("gobbe(48)", gobbe(48), 6);
    CHECK("gobbe(98)", gobbe(98), 9);
    puts("ok src/gobbe.c");
    return 0;
}
