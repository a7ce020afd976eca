/* Tests of src/zedwa.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int zedwa(int bo);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/zedwa.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/zedwa.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("zedwa(57)", zedwa(57), 3);
    CHECK("zedwa(11)", zedwa(11), 11);
    CHECK("zedwa(90)", zedwa(90), 2);
    CHECK("zedwa(3)", zedwa(3), 3);
    CHECK("zedwa(54)", zedwa(54), 2);
    CHECK("zedwa(2)", zedwa(2), 2);
    CHECK("zedwa(26)", zedwa(26), 2);
    CHECK("zedwa(39)", zedwa(39), 3);
    CHECK("zedwa(77)", zedwa(77), 7);
    CHECK("zedwa(12)", zedwa(12), 2);
    puts("ok src/zedwa.c");
    return 0;
}
