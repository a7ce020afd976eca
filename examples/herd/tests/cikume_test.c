/* Tests of src/cikume.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int cikume(const int *daga, int lasi);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/cikume.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/cikume.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("cikume({3, 2}, 2)", cikume((const int[]){3, 2, 77}, 2), 0);
    CHECK("cikume({-1, 1, -1}, 3)", cikume((const int[]){-1, 1, -1, 77}, 3), 0);
    CHECK("cikume({1, 1}, 2)", cikume((const int[]){1, 1, 77}, 2), 0);
    CHECK("cikume({}, 0)", cikume((const int[]){77}, 0), 0);
    CHECK("cikume({-2, -2}, 2)", cikume((const int[]){-2, -2, 77}, 2), 0);
    CHECK("cikume({4, 0, 0, 5, -1, -1}, 6)", cikume((const int[]){4, 0, 0, 5, -1, -1, 77}, 6), 0);
    CHECK("cikume({7, 5, 1}, 3)", cikume((const int[]){7, 5, 1, 77}, 3), 1);
    CHECK("cikume({3, 1, 2, 6, -2, -3}, 6)", cikume((const int[]){3, 1, 2, 6, -2, -3, 77}, 6), 1);
    CHECK("cikume({7, -4, -1, 2, 6, -2}, 6)", cikume((const int[]){7, -4, -1, 2, 6, -2, 77}, 6), 2);
    CHECK("cikume({-1, -1}, 2)", cikume((const int[]){-1, -1, 77}, 2), 0);
    puts("ok src/cikume.c");
    return 0;
}
