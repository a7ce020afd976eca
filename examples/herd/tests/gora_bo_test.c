/* Tests of src/gora_bo.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int gora_bo(char kuhu);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/gora_bo.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/gora_bo.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("gora_bo('`')", gora_bo('`'), -1);
    CHECK("gora_bo('9')", gora_bo('9'), 9);
    CHECK("gora_bo('a')", gora_bo('a'), 10);
    CHECK("gora_bo('5')", gora_bo('5'), 5);
    CHECK("gora_bo('f')", gora_bo('f'), 15);
    CHECK("gora_bo('M')", gora_bo('M'), -1);
    CHECK("gora_bo('b')", gora_bo('b'), 11);
    CHECK("gora_bo('/')", gora_bo('/'), -1);
    CHECK("gora_bo('A')", gora_bo('A'), -1);
    CHECK("gora_bo('@')", gora_bo('@'), -1);
    puts("ok src/gora_bo.c");
    return 0;
}
