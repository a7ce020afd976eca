/* Tests of src/de_konru.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int de_konru(int fun, int beti, int bado);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/de_konru.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/de_konru.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("de_konru(4, 5, 5)", de_konru(4, 5, 5), 130);
    CHECK("de_konru(1, 6, 6)", de_konru(1, 6, 6), 96);
    CHECK("de_konru(1, 2, 1)", de_konru(1, 2, 1), 10);
    CHECK("de_konru(2, 3, 8)", de_konru(2, 3, 8), 92);
    CHECK("de_konru(5, 8, 5)", de_konru(5, 8, 5), 210);
    CHECK("de_konru(2, 1, 8)", de_konru(2, 1, 8), 52);
    CHECK("de_konru(1, 5, 4)", de_konru(1, 5, 4), 58);
    CHECK("de_konru(2, 3, 1)", de_konru(2, 3, 1), 22);
    CHECK("de_konru(2, 8, 5)", de_konru(2, 8, 5), 132);
    CHECK("de_konru(1, 6, 5)", de_konru(1, 6, 5), 82);
    puts("ok src/de_konru.c");
    return 0;
}
