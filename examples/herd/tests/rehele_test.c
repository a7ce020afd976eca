/* Tests of src/rehele.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int rehele(int n);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/rehele.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/rehele.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("rehele(1)", rehele(1), 1);
    CHECK("rehele(41)", rehele(41), 11);
    CHECK("rehele(14)", rehele(14), 14);
    CHECK("rehele(17)", rehele(17), 2);
    CHECK("rehele(15)", rehele(15), 15);
    CHECK("rehele(19)", rehele(19), 4);
    CHECK("rehele(56)", rehele(56), 11);
    CHECK("rehele(0)", rehele(0), 0);
    CHECK("rehele(16)", rehele(16), 1);
    CHECK("rehele(23)", rehele(23), 8);
    puts("ok src/rehele.c");
    return 0;
}
