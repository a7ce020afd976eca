/* Tests of src/de_sule.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int de_sule(int cuja);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/de_sule.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/de_sule.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("de_sule(88)", de_sule(88), 128);
    CHECK("de_sule(2)", de_sule(2), 2);
    CHECK("de_sule(76)", de_sule(76), 128);
    CHECK("de_sule(100)", de_sule(100), 128);
    CHECK("de_sule(79)", de_sule(79), 128);
    CHECK("de_sule(1)", de_sule(1), 1);
    CHECK("de_sule(86)", de_sule(86), 128);
    CHECK("de_sule(64)", de_sule(64), 64);
    CHECK("de_sule(5)", de_sule(5), 8);
    CHECK("de_sule(71)", de_sule(71), 128);
    puts("ok src/de_sule.c");
    return 0;
}
