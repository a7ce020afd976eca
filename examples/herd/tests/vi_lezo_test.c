/* Tests of src/vi_lezo.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int vi_lezo(int cimvuha, int dode, int jo);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/vi_lezo.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/vi_lezo.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("vi_lezo(-14, -13, -12)", vi_lezo(-14, -13, -12), -13);
    CHECK("vi_lezo(1, 1, 1)", vi_lezo(1, 1, 1), 1);
    CHECK("vi_lezo(-14, 1, -14)", vi_lezo(-14, 1, -14), -14);
    CHECK("vi_lezo(8, 6, -1)", vi_lezo(8, 6, -1), 6);
    CHECK("vi_lezo(-11, 11, -12)", vi_lezo(-11, 11, -12), -11);
    CHECK("vi_lezo(9, -7, -7)", vi_lezo(9, -7, -7), -7);
    CHECK("vi_lezo(-14, -5, -11)", vi_lezo(-14, -5, -11), -11);
    CHECK("vi_lezo(9, 9, -12)", vi_lezo(9, 9, -12), 9);
    CHECK("vi_lezo(-8, -8, 9)", vi_lezo(-8, -8, 9), -8);
    CHECK("vi_lezo(-1, -1, 6)", vi_lezo(-1, -1, 6), -1);
    puts("ok src/vi_lezo.c");
    return 0;
}
