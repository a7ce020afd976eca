/* Tests of src/rako_zibom.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int rako_zibom(int baka, int hu);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/rako_zibom.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/rako_zibom.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("rako_zibom(31, 2)", rako_zibom(31, 2), 16);
    CHECK("rako_zibom(0, 6)", rako_zibom(0, 6), 0);
    CHECK("rako_zibom(1, 1)", rako_zibom(1, 1), 1);
    CHECK("rako_zibom(0, 3)", rako_zibom(0, 3), 0);
    CHECK("rako_zibom(60, 9)", rako_zibom(60, 9), 7);
    CHECK("rako_zibom(1, 2)", rako_zibom(1, 2), 1);
    CHECK("rako_zibom(60, 2)", rako_zibom(60, 2), 30);
    CHECK("rako_zibom(0, 2)", rako_zibom(0, 2), 0);
    CHECK("rako_zibom(29, 4)", rako_zibom(29, 4), 8);
    CHECK("rako_zibom(60, 4)", rako_zibom(60, 4), 15);
    puts("ok src/rako_zibom.c");
    return 0;
}
