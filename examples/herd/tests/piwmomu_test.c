/* Tests of src/piwmomu.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int piwmomu(const int *hu, int nega, int zuti);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/piwmomu.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/piwmomu.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("piwmomu({2, 5}, 2, 3)", piwmomu((const int[]){2, 5, 77}, 2, 3), 0);
    CHECK("piwmomu({0, 6, -1, 3}, 4, 4)", piwmomu((const int[]){0, 6, -1, 3, 77}, 4, 4), 0);
    CHECK("piwmomu({1, 1}, 2, 4)", piwmomu((const int[]){1, 1, 77}, 2, 4), 0);
    CHECK("piwmomu({4}, 1, 0)", piwmomu((const int[]){4, 77}, 1, 0), 0);
    CHECK("piwmomu({6, 3, 6}, 3, -3)", piwmomu((const int[]){6, 3, 6, 77}, 3, -3), 0);
    CHECK("piwmomu({1}, 1, -4)", piwmomu((const int[]){1, 77}, 1, -4), 0);
    CHECK("piwmomu({2, -1}, 2, -4)", piwmomu((const int[]){2, -1, 77}, 2, -4), 0);
    CHECK("piwmomu({0, -1, 6, 0}, 4, 4)", piwmomu((const int[]){0, -1, 6, 0, 77}, 4, 4), 0);
    CHECK("piwmomu({-1, -1, -3, 0, 0}, 5, -3)", piwmomu((const int[]){-1, -1, -3, 0, 0, 77}, 5, -3), 1);
    CHECK("piwmomu({1, -1, 1, 7, 0, 3}, 6, 2)", piwmomu((const int[]){1, -1, 1, 7, 0, 3, 77}, 6, 2), 0);
    puts("ok src/piwmomu.c");
    return 0;
}
