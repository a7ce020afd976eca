/* Tests of src/nah_gozje.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int nah_gozje(int v);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/nah_gozje.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/nah_gozje.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("nah_gozje(5)", nah_gozje(5), 1);
    CHECK("nah_gozje(23)", nah_gozje(23), 5);
    CHECK("nah_gozje(47)", nah_gozje(47), 11);
    CHECK("nah_gozje(13)", nah_gozje(13), 3);
    CHECK("nah_gozje(4)", nah_gozje(4), 1);
    CHECK("nah_gozje(30)", nah_gozje(30), 7);
    CHECK("nah_gozje(57)", nah_gozje(57), 14);
    CHECK("nah_gozje(3)", nah_gozje(3), 0);
    CHECK("nah_gozje(28)", nah_gozje(28), 7);
    CHECK("nah_gozje(50)", nah_gozje(50), 12);
    puts("ok src/nah_gozje.c");
    return 0;
}
