/* Tests of src/de_cub.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int de_cub(int z, int bo);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/de_cub.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/de_cub.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("de_cub(1, 1)", de_cub(1, 1), 1);
    CHECK("de_cub(9, 0)", de_cub(9, 0), 1);
    CHECK("de_cub(2, 3)", de_cub(2, 3), 0);
    CHECK("de_cub(0, 0)", de_cub(0, 0), 1);
    CHECK("de_cub(1, 5)", de_cub(1, 5), 0);
    CHECK("de_cub(6, 5)", de_cub(6, 5), 6);
    CHECK("de_cub(0, 1)", de_cub(0, 1), 0);
    CHECK("de_cub(0, 4)", de_cub(0, 4), 0);
    CHECK("de_cub(9, 5)", de_cub(9, 5), 126);
    CHECK("de_cub(9, 1)", de_cub(9, 1), 9);
    puts("ok src/de_cub.c");
    return 0;
}
