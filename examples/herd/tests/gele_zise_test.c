/* Tests of src/gele_zise.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int gele_zise(int coko);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/gele_zise.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/gele_zise.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("gele_zise(14)", gele_zise(14), 1);
    CHECK("gele_zise(77)", gele_zise(77), 1);
    CHECK("gele_zise(15)", gele_zise(15), 1);
    CHECK("gele_zise(73)", gele_zise(73), 1);
    CHECK("gele_zise(94)", gele_zise(94), 2);
    CHECK("gele_zise(55)", gele_zise(55), 1);
    CHECK("gele_zise(20)", gele_zise(20), 1);
    CHECK("gele_zise(78)", gele_zise(78), 2);
    CHECK("gele_zise(57)", gele_zise(57), 1);
    CHECK("gele_zise(40)", gele_zise(40), 1);
    puts("ok src/gele_zise.c");
    return 0;
}
