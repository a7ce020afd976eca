/* Tests of src/kiv_mavop.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int kiv_mavop(const int *wucuw, int pode);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/kiv_mavop.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/kiv_mavop.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("kiv_mavop({0, 2, 3, 0}, 4)", kiv_mavop((const int[]){0, 2, 3, 0, 77}, 4), 13);
    CHECK("kiv_mavop({4}, 1)", kiv_mavop((const int[]){4, 77}, 1), 16);
    CHECK("kiv_mavop({4, 1}, 2)", kiv_mavop((const int[]){4, 1, 77}, 2), 17);
    CHECK("kiv_mavop({}, 0)", kiv_mavop((const int[]){77}, 0), 0);
    CHECK("kiv_mavop({-4, 3, 3, 3}, 4)", kiv_mavop((const int[]){-4, 3, 3, 3, 77}, 4), 43);
    CHECK("kiv_mavop({2, 1, 2}, 3)", kiv_mavop((const int[]){2, 1, 2, 77}, 3), 9);
    CHECK("kiv_mavop({0, -2, 5, 7, 4, -2}, 6)", kiv_mavop((const int[]){0, -2, 5, 7, 4, -2, 77}, 6), 98);
    CHECK("kiv_mavop({-3, -1}, 2)", kiv_mavop((const int[]){-3, -1, 77}, 2), 10);
    CHECK("kiv_mavop({1}, 1)", kiv_mavop((const int[]){1, 77}, 1), 1);
    CHECK("kiv_mavop({-3, 2, -2}, 3)", kiv_mavop((const int[]){-3, 2, -2, 77}, 3), 17);
    puts("ok src/kiv_mavop.c");
    return 0;
}
