/* Tests of src/junipa.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int junipa(const int *e, int fonuvi);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/junipa.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/junipa.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("junipa({2, 2}, 2)", junipa((const int[]){2, 2, 77}, 2), 2);
    CHECK("junipa({0, 3, 3, 5, 0}, 5)", junipa((const int[]){0, 3, 3, 5, 0, 77}, 5), 5);
    CHECK("junipa({7, -1, -1}, 3)", junipa((const int[]){7, -1, -1, 77}, 3), 1);
    CHECK("junipa({2, -2, -2, 0, 3}, 5)", junipa((const int[]){2, -2, -2, 0, 3, 77}, 5), 1);
    CHECK("junipa({7}, 1)", junipa((const int[]){7, 77}, 1), 1);
    CHECK("junipa({2, 0, 7, 6, 2, -2}, 6)", junipa((const int[]){2, 0, 7, 6, 2, -2, 77}, 6), 5);
    CHECK("junipa({1, 6, 3, 2, 0, -1}, 6)", junipa((const int[]){1, 6, 3, 2, 0, -1, 77}, 6), 5);
    CHECK("junipa({5, 1, 1, 3, -2, 0}, 6)", junipa((const int[]){5, 1, 1, 3, -2, 0, 77}, 6), 4);
    CHECK("junipa({0, 7, 1, -2, 6, -2}, 6)", junipa((const int[]){0, 7, 1, -2, 6, -2, 77}, 6), 3);
    CHECK("junipa({-2, -2}, 2)", junipa((const int[]){-2, -2, 77}, 2), 0);
    puts("ok src/junipa.c");
    return 0;
}
