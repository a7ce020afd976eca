/* Tests of src/lezo_so.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int lezo_so(const int *v, int item);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/lezo_so.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/lezo_so.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("lezo_so({-2, 1, -1, -4, 4, -2}, 6)", lezo_so((const int[]){-2, 1, -1, -4, 4, -2, 77}, 6), 42);
    CHECK("lezo_so({6, 3}, 2)", lezo_so((const int[]){6, 3, 77}, 2), 45);
    CHECK("lezo_so({2, -2, 3}, 3)", lezo_so((const int[]){2, -2, 3, 77}, 3), 17);
    CHECK("lezo_so({-3, 7}, 2)", lezo_so((const int[]){-3, 7, 77}, 2), 58);
    CHECK("lezo_so({}, 0)", lezo_so((const int[]){77}, 0), 0);
    CHECK("lezo_so({1, 1}, 2)", lezo_so((const int[]){1, 1, 77}, 2), 2);
    CHECK("lezo_so({-2, 6, 1, 1, 7}, 5)", lezo_so((const int[]){-2, 6, 1, 1, 7, 77}, 5), 91);
    CHECK("lezo_so({-1, 0, 0, 0}, 4)", lezo_so((const int[]){-1, 0, 0, 0, 77}, 4), 1);
    CHECK("lezo_so({-2}, 1)", lezo_so((const int[]){-2, 77}, 1), 4);
    CHECK("lezo_so({6, 6}, 2)", lezo_so((const int[]){6, 6, 77}, 2), 72);
    puts("ok src/lezo_so.c");
    return 0;
}
