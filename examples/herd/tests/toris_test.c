/* Tests of src/toris.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int toris(int logu, int niwubo);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/toris.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/toris.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("toris(2, 30)", toris(2, 30), 2);
    CHECK("toris(2, 3)", toris(2, 3), 1);
    CHECK("toris(21, 21)", toris(21, 21), 21);
    CHECK("toris(2, 33)", toris(2, 33), 1);
    CHECK("toris(1, 10)", toris(1, 10), 1);
    CHECK("toris(30, 30)", toris(30, 30), 30);
    CHECK("toris(38, 39)", toris(38, 39), 1);
    CHECK("toris(29, 29)", toris(29, 29), 29);
    CHECK("toris(1, 13)", toris(1, 13), 1);
    CHECK("toris(17, 31)", toris(17, 31), 1);
    puts("ok src/toris.c");
    return 0;
}
