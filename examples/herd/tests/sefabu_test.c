/* Tests of src/sefabu.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int sefabu(int y, int h, int hukivpic);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/sefabu.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/sefabu.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("sefabu(9, 7, 6)", sefabu(9, 7, 6), 6);
    CHECK("sefabu(1, 3, 1)", sefabu(1, 3, 1), 1);
    CHECK("sefabu(1, 4, 4)", sefabu(1, 4, 4), 1);
    CHECK("sefabu(0, 0, -2)", sefabu(0, 0, -2), -2);
    CHECK("sefabu(-9, -14, 14)", sefabu(-9, -14, 14), -14);
    CHECK("sefabu(14, 14, -4)", sefabu(14, 14, -4), -4);
    CHECK("sefabu(4, 9, 9)", sefabu(4, 9, 9), 4);
    CHECK("sefabu(-6, 0, -11)", sefabu(-6, 0, -11), -11);
    CHECK("sefabu(-14, 7, -2)", sefabu(-14, 7, -2), -14);
    CHECK("sefabu(4, 3, 3)", sefabu(4, 3, 3), 3);
    puts("ok src/sefabu.c");
    return 0;
}
