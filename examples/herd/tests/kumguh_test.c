/* Tests of src/kumguh.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int kumguh(char hovi);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/kumguh.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/kumguh.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("kumguh('9')", kumguh('9'), 9);
    CHECK("kumguh('A')", kumguh('A'), -1);
    CHECK("kumguh('`')", kumguh('`'), -1);
    CHECK("kumguh(' ')", kumguh(' '), -1);
    CHECK("kumguh('Z')", kumguh('Z'), -1);
    CHECK("kumguh('{')", kumguh('{'), -1);
    CHECK("kumguh('M')", kumguh('M'), -1);
    CHECK("kumguh('a')", kumguh('a'), 10);
    CHECK("kumguh('k')", kumguh('k'), -1);
    CHECK("kumguh('0')", kumguh('0'), 0);
    puts("ok src/kumguh.c");
    return 0;
}
