/* Tests of src/sirizlu.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int sirizlu(unsigned x, int res);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/sirizlu.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/sirizlu.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("sirizlu(102, 7)", sirizlu(102, 7), 51);
    CHECK("sirizlu(128, 2)", sirizlu(128, 2), 2);
    CHECK("sirizlu(254, 7)", sirizlu(254, 7), 127);
    CHECK("sirizlu(255, 4)", sirizlu(255, 4), 255);
    CHECK("sirizlu(0, 5)", sirizlu(0, 5), 0);
    CHECK("sirizlu(84, 2)", sirizlu(84, 2), 81);
    CHECK("sirizlu(1, 5)", sirizlu(1, 5), 32);
    CHECK("sirizlu(106, 3)", sirizlu(106, 3), 83);
    CHECK("sirizlu(22, 6)", sirizlu(22, 6), 133);
    CHECK("sirizlu(156, 7)", sirizlu(156, 7), 78);
    puts("ok src/sirizlu.c");
    return 0;
}
