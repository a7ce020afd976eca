/* Tests of src/loz_vi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int loz_vi(int tela);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/loz_vi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/loz_vi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("loz_vi(1)", loz_vi(1), 1);
    CHECK("loz_vi(13)", loz_vi(13), 13);
    CHECK("loz_vi(15)", loz_vi(15), 2);
    CHECK("loz_vi(0)", loz_vi(0), 0);
    CHECK("loz_vi(7)", loz_vi(7), 7);
    CHECK("loz_vi(90)", loz_vi(90), 12);
    CHECK("loz_vi(14)", loz_vi(14), 1);
    CHECK("loz_vi(28)", loz_vi(28), 2);
    CHECK("loz_vi(60)", loz_vi(60), 8);
    CHECK("loz_vi(89)", loz_vi(89), 11);
    puts("ok src/loz_vi.c");
    return 0;
}
