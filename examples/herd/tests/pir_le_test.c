/* Tests of src/pir_le.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int pir_le(int gavehe, int vi);
int pir_le_fove(int so);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/pir_le.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/pir_le.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("pir_le(2, 6)", pir_le(2, 6), 21);
    CHECK("pir_le(2, 2)", pir_le(2, 2), 4);
    CHECK("pir_le(6, 7)", pir_le(6, 7), 6);
    CHECK("pir_le(3, 3)", pir_le(3, 3), 27);
    CHECK("pir_le(3, 9)", pir_le(3, 9), 32);
    CHECK("pir_le(3, 1)", pir_le(3, 1), 3);
    CHECK("pir_le(2, 3)", pir_le(2, 3), 8);
    CHECK("pir_le(3, 2)", pir_le(3, 2), 9);
    CHECK("pir_le(2, 9)", pir_le(2, 9), 39);
    CHECK("pir_le(6, 4)", pir_le(6, 4), 6);
    CHECK("pir_le_fove(7790)", pir_le_fove(7790), 23);
    CHECK("pir_le_fove(0)", pir_le_fove(0), 0);
    CHECK("pir_le_fove(5062)", pir_le_fove(5062), 13);
    CHECK("pir_le_fove(9999)", pir_le_fove(9999), 36);
    CHECK("pir_le_fove(563)", pir_le_fove(563), 14);
    CHECK("pir_le_fove(1)", pir_le_fove(1), 1);
    CHECK("pir_le_fove(2541)", pir_le_fove(2541), 12);
    CHECK("pir_le_fove(7704)", pir_le_fove(7704), 18);
    CHECK("pir_le_fove(7663)", pir_le_fove(7663), 22);
    CHECK("pir_le_fove(8473)", pir_le_fove(8473), 22);
    puts("ok src/pir_le.c");
    return 0;
}
