/* Tests of src/kem_gi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int kem_gi(char e);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/kem_gi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/kem_gi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("kem_gi('/')", kem_gi('/'), 47);
    CHECK("kem_gi('f')", kem_gi('f'), 102);
    CHECK("kem_gi('_')", kem_gi('_'), 95);
    CHECK("kem_gi('g')", kem_gi('g'), 103);
    CHECK("kem_gi('`')", kem_gi('`'), 96);
    CHECK("kem_gi('a')", kem_gi('a'), 97);
    CHECK("kem_gi('z')", kem_gi('z'), 122);
    CHECK("kem_gi('Q')", kem_gi('Q'), 113);
    CHECK("kem_gi('0')", kem_gi('0'), 48);
    CHECK("kem_gi('Z')", kem_gi('Z'), 122);
    puts("ok src/kem_gi.c");
    return 0;
}
