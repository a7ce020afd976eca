/* Tests of src/nimbe_reh.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int nimbe_reh(int jo);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/nimbe_reh.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/nimbe_reh.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("nimbe_reh(100)", nimbe_reh(100), 1);
    CHECK("nimbe_reh(23)", nimbe_reh(23), 4);
    CHECK("nimbe_reh(1)", nimbe_reh(1), 4);
    CHECK("nimbe_reh(3)", nimbe_reh(3), 4);
    CHECK("nimbe_reh(0)", nimbe_reh(0), 4);
    CHECK("nimbe_reh(50)", nimbe_reh(50), 3);
    CHECK("nimbe_reh(99)", nimbe_reh(99), 1);
    CHECK("nimbe_reh(17)", nimbe_reh(17), 4);
    CHECK("nimbe_reh(10)", nimbe_reh(10), 4);
    CHECK("nimbe_reh(40)", nimbe_reh(40), 4);
    puts("ok src/nimbe_reh.c");
    return 0;
}
