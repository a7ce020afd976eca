/* Tests of src/ma_kem.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int ma_kem(int pevvodgu, int gi, int piju);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/ma_kem.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/ma_kem.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("ma_kem(-12, -12, -11)", ma_kem(-12, -12, -11), -11);
    CHECK("ma_kem(-9, 4, 5)", ma_kem(-9, 4, 5), 5);
    CHECK("ma_kem(12, 13, -4)", ma_kem(12, 13, -4), 13);
    CHECK("ma_kem(-12, -13, 10)", ma_kem(-12, -13, 10), 10);
    CHECK("ma_kem(-2, -6, 11)", ma_kem(-2, -6, 11), 11);
    CHECK("ma_kem(13, 7, 13)", ma_kem(13, 7, 13), 13);
    CHECK("ma_kem(13, 0, 6)", ma_kem(13, 0, 6), 13);
    CHECK("ma_kem(9, 8, -3)", ma_kem(9, 8, -3), 9);
    CHECK("ma_kem(9, 7, 7)", ma_kem(9, 7, 7), 9);
    CHECK("ma_kem(-5, 5, -5)", ma_kem(-5, 5, -5), 5);
    puts("ok src/ma_kem.c");
    return 0;
}
