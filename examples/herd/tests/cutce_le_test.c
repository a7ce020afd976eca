/* Tests of src/cutce_le.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int cutce_le(int a);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/cutce_le.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/cutce_le.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("cutce_le(4)", cutce_le(4), 4);
    CHECK("cutce_le(14)", cutce_le(14), 14);
    CHECK("cutce_le(32)", cutce_le(32), 32);
    CHECK("cutce_le(6)", cutce_le(6), 6);
    CHECK("cutce_le(7)", cutce_le(7), 7);
    CHECK("cutce_le(3)", cutce_le(3), 4);
    CHECK("cutce_le(-2)", cutce_le(-2), 4);
    CHECK("cutce_le(1)", cutce_le(1), 4);
    CHECK("cutce_le(-4)", cutce_le(-4), 4);
    CHECK("cutce_le(31)", cutce_le(31), 31);
    puts("ok src/cutce_le.c");
    return 0;
}
