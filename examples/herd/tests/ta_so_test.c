/* Tests of src/ta_so.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int ta_so(unsigned dezecfi);
int ta_so_ta(int p);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/ta_so.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/ta_so.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("ta_so(19)", ta_so(19), 0);
    CHECK("ta_so(255)", ta_so(255), 0);
    CHECK("ta_so(165)", ta_so(165), 0);
    CHECK("ta_so(109)", ta_so(109), 0);
    CHECK("ta_so(1)", ta_so(1), 0);
    CHECK("ta_so(2)", ta_so(2), 1);
    CHECK("ta_so(241)", ta_so(241), 0);
    CHECK("ta_so(54)", ta_so(54), 1);
    CHECK("ta_so(177)", ta_so(177), 0);
    CHECK("ta_so(42)", ta_so(42), 1);
    CHECK("ta_so_ta(1)", ta_so_ta(1), 0);
    CHECK("ta_so_ta(5)", ta_so_ta(5), 1);
    CHECK("ta_so_ta(0)", ta_so_ta(0), 0);
    CHECK("ta_so_ta(6)", ta_so_ta(6), 1);
    CHECK("ta_so_ta(3)", ta_so_ta(3), 0);
    CHECK("ta_so_ta(2)", ta_so_ta(2), 0);
    CHECK("ta_so_ta(4)", ta_so_ta(4), 0);
    puts("ok src/ta_so.c");
    return 0;
}
