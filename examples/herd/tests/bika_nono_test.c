/* Tests of src/bika_nono.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int bika_nono(char hedumu);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/bika_nono.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/bika_nono.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("bika_nono('@')", bika_nono('@'), 0);
    CHECK("bika_nono('A')", bika_nono('A'), 1);
    CHECK("bika_nono('Z')", bika_nono('Z'), 1);
    CHECK("bika_nono('z')", bika_nono('z'), 1);
    CHECK("bika_nono('`')", bika_nono('`'), 0);
    CHECK("bika_nono('b')", bika_nono('b'), 1);
    CHECK("bika_nono('M')", bika_nono('M'), 1);
    CHECK("bika_nono(':')", bika_nono(':'), 0);
    CHECK("bika_nono('[')", bika_nono('['), 0);
    CHECK("bika_nono('/')", bika_nono('/'), 0);
    puts("ok src/bika_nono.c");
    return 0;
}
