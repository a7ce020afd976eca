/* Tests of src/wazkusi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int wazkusi(int x);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/wazkusi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/wazkusi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("wazkusi(36)", wazkusi(36), 0);
    CHECK("wazkusi(51)", wazkusi(51), 0);
    CHECK("wazkusi(7)", wazkusi(7), 0);
    CHECK("wazkusi(13)", wazkusi(13), 0);
    CHECK("wazkusi(47)", wazkusi(47), 0);
    CHECK("wazkusi(9)", wazkusi(9), 0);
    CHECK("wazkusi(8)", wazkusi(8), 1);
    CHECK("wazkusi(28)", wazkusi(28), 0);
    CHECK("wazkusi(48)", wazkusi(48), 1);
    CHECK("wazkusi(2)", wazkusi(2), 0);
    puts("ok src/wazkusi.c");
    return 0;
}
