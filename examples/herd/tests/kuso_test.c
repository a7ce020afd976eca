/* Tests of src/kuso.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int kuso(int de, int vokisi, int r);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/kuso.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/kuso.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("kuso(0, -5, -5)", kuso(0, -5, -5), 0);
    CHECK("kuso(11, 13, 2)", kuso(11, 13, 2), 13);
    CHECK("kuso(-7, -8, 4)", kuso(-7, -8, 4), 4);
    CHECK("kuso(6, -6, 5)", kuso(6, -6, 5), 6);
    CHECK("kuso(-7, -6, -7)", kuso(-7, -6, -7), -6);
    CHECK("kuso(-10, 3, 12)", kuso(-10, 3, 12), 12);
    CHECK("kuso(-6, -1, 8)", kuso(-6, -1, 8), 8);
    CHECK("kuso(-14, -14, 10)", kuso(-14, -14, 10), 10);
    CHECK("kuso(-9, -8, 13)", kuso(-9, -8, 13), 13);
    CHECK("kuso(-12, -12, -9)", kuso(-12, -12, -9), -9);
    puts("ok src/kuso.c");
    return 0;
}
