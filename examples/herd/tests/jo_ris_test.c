/* Tests of src/jo_ris.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int jo_ris(int n);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/jo_ris.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/jo_ris.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("jo_ris(1)", jo_ris(1), 1);
    CHECK("jo_ris(31328)", jo_ris(31328), 8);
    CHECK("jo_ris(92729)", jo_ris(92729), 9);
    CHECK("jo_ris(99999)", jo_ris(99999), 9);
    CHECK("jo_ris(0)", jo_ris(0), 0);
    CHECK("jo_ris(35567)", jo_ris(35567), 7);
    CHECK("jo_ris(13144)", jo_ris(13144), 4);
    CHECK("jo_ris(84484)", jo_ris(84484), 8);
    CHECK("jo_ris(63773)", jo_ris(63773), 7);
    CHECK("jo_ris(75596)", jo_ris(75596), 9);
    puts("ok src/jo_ris.c");
    return 0;
}
