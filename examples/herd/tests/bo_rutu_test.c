/* Tests of src/bo_rutu.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int bo_rutu(int l);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/bo_rutu.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/bo_rutu.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("bo_rutu(5176)", bo_rutu(5176), 210);
    CHECK("bo_rutu(2)", bo_rutu(2), 2);
    CHECK("bo_rutu(1768)", bo_rutu(1768), 336);
    CHECK("bo_rutu(1)", bo_rutu(1), 1);
    CHECK("bo_rutu(3869)", bo_rutu(3869), 1296);
    CHECK("bo_rutu(9999)", bo_rutu(9999), 6561);
    CHECK("bo_rutu(2269)", bo_rutu(2269), 216);
    CHECK("bo_rutu(5488)", bo_rutu(5488), 1280);
    CHECK("bo_rutu(8691)", bo_rutu(8691), 432);
    CHECK("bo_rutu(9458)", bo_rutu(9458), 1440);
    puts("ok src/bo_rutu.c");
    return 0;
}
