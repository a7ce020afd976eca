/* Tests of src/defu_sohne.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int defu_sohne(int vi);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/defu_sohne.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/defu_sohne.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("defu_sohne(11)", defu_sohne(11), 1);
    CHECK("defu_sohne(33)", defu_sohne(33), 0);
    CHECK("defu_sohne(1)", defu_sohne(1), 0);
    CHECK("defu_sohne(60)", defu_sohne(60), 0);
    CHECK("defu_sohne(56)", defu_sohne(56), 0);
    CHECK("defu_sohne(59)", defu_sohne(59), 1);
    CHECK("defu_sohne(0)", defu_sohne(0), 0);
    CHECK("defu_sohne(32)", defu_sohne(32), 0);
    CHECK("defu_sohne(28)", defu_sohne(28), 0);
    CHECK("defu_sohne(13)", defu_sohne(13), 1);
    puts("ok src/defu_sohne.c");
    return 0;
}
