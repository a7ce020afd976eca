/* Tests of src/zefawmen.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int zefawmen(int part);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/zefawmen.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/zefawmen.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("zefawmen(1)", zefawmen(1), 1);
    CHECK("zefawmen(13)", zefawmen(13), 13);
    CHECK("zefawmen(15)", zefawmen(15), 2);
    CHECK("zefawmen(0)", zefawmen(0), 0);
    CHECK("zefawmen(7)", zefawmen(7), 7);
    CHECK("zefawmen(90)", zefawmen(90), 12);
    CHECK("zefawmen(14)", zefawmen(14), 1);
    CHECK("zefawmen(28)", zefawmen(28), 2);
    CHECK("zefawmen(60)", zefawmen(60), 8);
    CHECK("zefawmen(89)", zefawmen(89), 11);
    puts("ok src/zefawmen.c");
    return 0;
}
