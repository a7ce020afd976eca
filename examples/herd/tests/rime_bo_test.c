/* Tests of src/rime_bo.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int rime_bo(int vadamud);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/rime_bo.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/rime_bo.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("rime_bo(658)", rime_bo(658), 8);
    CHECK("rime_bo(72670)", rime_bo(72670), 7);
    CHECK("rime_bo(1)", rime_bo(1), 1);
    CHECK("rime_bo(81867)", rime_bo(81867), 8);
    CHECK("rime_bo(85150)", rime_bo(85150), 8);
    CHECK("rime_bo(48953)", rime_bo(48953), 9);
    CHECK("rime_bo(0)", rime_bo(0), 0);
    CHECK("rime_bo(58533)", rime_bo(58533), 8);
    CHECK("rime_bo(48854)", rime_bo(48854), 8);
    CHECK("rime_bo(21473)", rime_bo(21473), 7);
    puts("ok src/rime_bo.c");
    return 0;
}
