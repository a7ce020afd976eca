/* Tests of src/lomrode.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int lomrode(int vesopi);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/lomrode.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/lomrode.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("lomrode(2)", lomrode(2), 1);
    CHECK("lomrode(183)", lomrode(183), 7);
    CHECK("lomrode(3)", lomrode(3), 1);
    CHECK("lomrode(200)", lomrode(200), 7);
    CHECK("lomrode(65)", lomrode(65), 6);
    CHECK("lomrode(197)", lomrode(197), 7);
    CHECK("lomrode(1)", lomrode(1), 0);
    CHECK("lomrode(79)", lomrode(79), 6);
    CHECK("lomrode(19)", lomrode(19), 4);
    CHECK("lomrode(5)", lomrode(5), 2);
    puts("ok src/lomrode.c");
    return 0;
}
