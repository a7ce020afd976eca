/* Tests of src/piju_rifas.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int piju_rifas(int dopgi);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/piju_rifas.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/piju_rifas.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("piju_rifas(-40)", piju_rifas(-40), -40);
    CHECK("piju_rifas(120)", piju_rifas(120), 48);
    CHECK("piju_rifas(4)", piju_rifas(4), -15);
    CHECK("piju_rifas(-39)", piju_rifas(-39), -39);
    CHECK("piju_rifas(105)", piju_rifas(105), 40);
    CHECK("piju_rifas(47)", piju_rifas(47), 8);
    CHECK("piju_rifas(116)", piju_rifas(116), 46);
    CHECK("piju_rifas(28)", piju_rifas(28), -2);
    CHECK("piju_rifas(-14)", piju_rifas(-14), -25);
    CHECK("piju_rifas(57)", piju_rifas(57), 13);
    puts("ok src/piju_rifas.c");
    return 0;
}
