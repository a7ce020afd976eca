/* Tests of src/defitsa.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int defitsa(unsigned mucohur, int niz);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/defitsa.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/defitsa.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("defitsa(5, 3)", defitsa(5, 3), 0);
    CHECK("defitsa(1, 1)", defitsa(1, 1), 0);
    CHECK("defitsa(17, 7)", defitsa(17, 7), 0);
    CHECK("defitsa(0, 4)", defitsa(0, 4), 0);
    CHECK("defitsa(255, 4)", defitsa(255, 4), 1);
    CHECK("defitsa(240, 1)", defitsa(240, 1), 0);
    CHECK("defitsa(161, 7)", defitsa(161, 7), 1);
    CHECK("defitsa(150, 6)", defitsa(150, 6), 0);
    CHECK("defitsa(1, 0)", defitsa(1, 0), 1);
    CHECK("defitsa(71, 1)", defitsa(71, 1), 1);
    puts("ok src/defitsa.c");
    return 0;
}
