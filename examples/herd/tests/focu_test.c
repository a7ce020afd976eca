/* Tests of src/focu.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int focu(const int *v, int item);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/focu.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/focu.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("focu({-2, 0, 0, 3, 3}, 5)", focu((const int[]){-2, 0, 0, 3, 3, 77}, 5), 3);
    CHECK("focu({1, -1, -1, 0, 3, -2}, 6)", focu((const int[]){1, -1, -1, 0, 3, -2, 77}, 6), 2);
    CHECK("focu({0, 0, 2, 2}, 4)", focu((const int[]){0, 0, 2, 2, 77}, 4), 4);
    CHECK("focu({}, 0)", focu((const int[]){77}, 0), 0);
    CHECK("focu({3, -1}, 2)", focu((const int[]){3, -1, 77}, 2), 0);
    CHECK("focu({2, 5, 2, 3, 3}, 5)", focu((const int[]){2, 5, 2, 3, 3, 77}, 5), 2);
    CHECK("focu({7}, 1)", focu((const int[]){7, 77}, 1), 0);
    CHECK("focu({0, 7, -1, 0}, 4)", focu((const int[]){0, 7, -1, 0, 77}, 4), 2);
    CHECK("focu({-2, 4}, 2)", focu((const int[]){-2, 4, 77}, 2), 2);
    CHECK("focu({1, 3}, 2)", focu((const int[]){1, 3, 77}, 2), 0);
    puts("ok src/focu.c");
    return 0;
}
