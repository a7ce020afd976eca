/* Tests of src/lelot_baje.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int lelot_baje(unsigned x);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/lelot_baje.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/lelot_baje.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("lelot_baje(44)", lelot_baje(44), 1);
    CHECK("lelot_baje(1)", lelot_baje(1), 1);
    CHECK("lelot_baje(235)", lelot_baje(235), 0);
    CHECK("lelot_baje(255)", lelot_baje(255), 0);
    CHECK("lelot_baje(153)", lelot_baje(153), 0);
    CHECK("lelot_baje(187)", lelot_baje(187), 0);
    CHECK("lelot_baje(108)", lelot_baje(108), 0);
    CHECK("lelot_baje(246)", lelot_baje(246), 0);
    CHECK("lelot_baje(4)", lelot_baje(4), 1);
    CHECK("lelot_baje(28)", lelot_baje(28), 1);
    puts("ok src/lelot_baje.c");
    return 0;
}
