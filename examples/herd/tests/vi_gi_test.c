/* Tests of src/vi_gi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int vi_gi(int hubuku, int bidumi);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/vi_gi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/vi_gi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("vi_gi(5, 9)", vi_gi(5, 9), 3);
    CHECK("vi_gi(9, 9)", vi_gi(9, 9), 7);
    CHECK("vi_gi(0, 6)", vi_gi(0, 6), 6);
    CHECK("vi_gi(4, 6)", vi_gi(4, 6), 10);
    CHECK("vi_gi(0, 0)", vi_gi(0, 0), 0);
    CHECK("vi_gi(9, 0)", vi_gi(9, 0), 9);
    CHECK("vi_gi(9, 2)", vi_gi(9, 2), 0);
    CHECK("vi_gi(6, 4)", vi_gi(6, 4), 10);
    CHECK("vi_gi(1, 9)", vi_gi(1, 9), 10);
    CHECK("vi_gi(3, 7)", vi_gi(3, 7), 10);
    puts("ok src/vi_gi.c");
    return 0;
}
