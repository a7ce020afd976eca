/* Tests of src/mehpakiz.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int mehpakiz(int hovipa, int bika, int lomo);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/mehpakiz.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/mehpakiz.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("mehpakiz(1, 1, 1)", mehpakiz(1, 1, 1), 1);
    CHECK("mehpakiz(0, 0, 0)", mehpakiz(0, 0, 0), 0);
    CHECK("mehpakiz(1, 1, 0)", mehpakiz(1, 1, 0), 1);
    CHECK("mehpakiz(1, 0, 0)", mehpakiz(1, 0, 0), 0);
    CHECK("mehpakiz(0, 1, 1)", mehpakiz(0, 1, 1), 1);
    CHECK("mehpakiz(0, 0, 1)", mehpakiz(0, 0, 1), 0);
    CHECK("mehpakiz(1, 0, 1)", mehpakiz(1, 0, 1), 1);
    CHECK("mehpakiz(0, 1, 0)", mehpakiz(0, 1, 0), 0);
    puts("ok src/mehpakiz.c");
    return 0;
}
