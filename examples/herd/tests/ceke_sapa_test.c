/* Tests of src/ceke_sapa.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int ceke_sapa(const int *c, int koka);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/ceke_sapa.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/ceke_sapa.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("ceke_sapa({}, 0)", ceke_sapa((const int[]){77}, 0), 0);
    CHECK("ceke_sapa({4, 3, 0, 6, -1}, 5)", ceke_sapa((const int[]){4, 3, 0, 6, -1, 77}, 5), 0);
    CHECK("ceke_sapa({0, -2, 0}, 3)", ceke_sapa((const int[]){0, -2, 0, 77}, 3), 1);
    CHECK("ceke_sapa({-2, 4, 3}, 3)", ceke_sapa((const int[]){-2, 4, 3, 77}, 3), 0);
    CHECK("ceke_sapa({3}, 1)", ceke_sapa((const int[]){3, 77}, 1), 0);
    CHECK("ceke_sapa({2, 6, -3}, 3)", ceke_sapa((const int[]){2, 6, -3, 77}, 3), 0);
    CHECK("ceke_sapa({3, 3}, 2)", ceke_sapa((const int[]){3, 3, 77}, 2), 1);
    CHECK("ceke_sapa({1}, 1)", ceke_sapa((const int[]){1, 77}, 1), 0);
    CHECK("ceke_sapa({1, 2, 0}, 3)", ceke_sapa((const int[]){1, 2, 0, 77}, 3), 0);
    CHECK("ceke_sapa({1, 2, 3, -4}, 4)", ceke_sapa((const int[]){1, 2, 3, -4, 77}, 4), 0);
    puts("ok src/ceke_sapa.c");
    return 0;
}
