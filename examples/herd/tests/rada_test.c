/* Tests of src/rada.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int rada(int peza);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/rada.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/rada.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("rada(1)", rada(1), 1);
    CHECK("rada(5)", rada(5), 5);
    CHECK("rada(0)", rada(0), 0);
    CHECK("rada(10)", rada(10), 55);
    CHECK("rada(13)", rada(13), 233);
    CHECK("rada(16)", rada(16), 987);
    CHECK("rada(8)", rada(8), 21);
    CHECK("rada(7)", rada(7), 13);
    CHECK("rada(20)", rada(20), 6765);
    CHECK("rada(15)", rada(15), 610);
    puts("ok src/rada.c");
    return 0;
}
