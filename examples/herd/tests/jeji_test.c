/* Tests of src/jeji.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int jeji(int le);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/jeji.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/jeji.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("jeji(7)", jeji(7), 7);
    CHECK("jeji(23)", jeji(23), 11);
    CHECK("jeji(0)", jeji(0), 12);
    CHECK("jeji(1)", jeji(1), 1);
    CHECK("jeji(22)", jeji(22), 10);
    CHECK("jeji(20)", jeji(20), 8);
    CHECK("jeji(8)", jeji(8), 8);
    CHECK("jeji(13)", jeji(13), 1);
    CHECK("jeji(14)", jeji(14), 2);
    CHECK("jeji(16)", jeji(16), 4);
    puts("ok src/jeji.c");
    return 0;
}
