/* Tests of src/bo_jime.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int bo_jime(int hu, int dobo);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/bo_jime.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/bo_jime.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("bo_jime(3, 9)", bo_jime(3, 9), 5);
    CHECK("bo_jime(6, 29)", bo_jime(6, 29), 0);
    CHECK("bo_jime(6, 6)", bo_jime(6, 6), 5);
    CHECK("bo_jime(5, 27)", bo_jime(5, 27), 4);
    CHECK("bo_jime(0, 0)", bo_jime(0, 0), 0);
    CHECK("bo_jime(0, 13)", bo_jime(0, 13), 6);
    CHECK("bo_jime(4, 30)", bo_jime(4, 30), 6);
    CHECK("bo_jime(0, 5)", bo_jime(0, 5), 5);
    CHECK("bo_jime(1, 9)", bo_jime(1, 9), 3);
    CHECK("bo_jime(0, 1)", bo_jime(0, 1), 1);
    puts("ok src/bo_jime.c");
    return 0;
}
