/* Tests of src/bivawe.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int bivawe(int len);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/bivawe.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/bivawe.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("bivawe(0)", bivawe(0), 12);
    CHECK("bivawe(20)", bivawe(20), 8);
    CHECK("bivawe(7)", bivawe(7), 7);
    CHECK("bivawe(3)", bivawe(3), 3);
    CHECK("bivawe(23)", bivawe(23), 11);
    CHECK("bivawe(6)", bivawe(6), 6);
    CHECK("bivawe(1)", bivawe(1), 1);
    CHECK("bivawe(4)", bivawe(4), 4);
    CHECK("bivawe(19)", bivawe(19), 7);
    CHECK("bivawe(9)", bivawe(9), 9);
    puts("ok src/bivawe.c");
    return 0;
}
