/* Tests of src/vi_mone.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int vi_mone(int a, int total);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/vi_mone.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/vi_mone.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("vi_mone(-12, -13)", vi_mone(-12, -13), 1);
    CHECK("vi_mone(-2, -2)", vi_mone(-2, -2), 0);
    CHECK("vi_mone(10, 6)", vi_mone(10, 6), 1);
    CHECK("vi_mone(-10, 12)", vi_mone(-10, 12), -1);
    CHECK("vi_mone(7, -8)", vi_mone(7, -8), 1);
    CHECK("vi_mone(6, 5)", vi_mone(6, 5), 1);
    CHECK("vi_mone(3, 4)", vi_mone(3, 4), -1);
    CHECK("vi_mone(13, 13)", vi_mone(13, 13), 0);
    CHECK("vi_mone(-1, -2)", vi_mone(-1, -2), 1);
    CHECK("vi_mone(-13, -2)", vi_mone(-13, -2), -1);
    puts("ok src/vi_mone.c");
    return 0;
}
