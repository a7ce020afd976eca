/* Tests of src/le_jo.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int le_jo(const int *pir, int titbepi);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/le_jo.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/le_jo.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("le_jo({3, -2, 3}, 3)", le_jo((const int[]){3, -2, 3, 77}, 3), 3);
    CHECK("le_jo({0, 2, 5, 2, -3, -2}, 6)", le_jo((const int[]){0, 2, 5, 2, -3, -2, 77}, 6), 5);
    CHECK("le_jo({2, 1, 2}, 3)", le_jo((const int[]){2, 1, 2, 77}, 3), 2);
    CHECK("le_jo({0, 0}, 2)", le_jo((const int[]){0, 0, 77}, 2), 0);
    CHECK("le_jo({3, -2, 0, 2, 3, 0}, 6)", le_jo((const int[]){3, -2, 0, 2, 3, 0, 77}, 6), 3);
    CHECK("le_jo({3, 4, 7, 7}, 4)", le_jo((const int[]){3, 4, 7, 7, 77}, 4), 7);
    CHECK("le_jo({-1, -1}, 2)", le_jo((const int[]){-1, -1, 77}, 2), -1);
    CHECK("le_jo({0, 3, 1, -2, 2, 0}, 6)", le_jo((const int[]){0, 3, 1, -2, 2, 0, 77}, 6), 3);
    CHECK("le_jo({-3, -2, 0, 0, 3, 3}, 6)", le_jo((const int[]){-3, -2, 0, 0, 3, 3, 77}, 6), 3);
    CHECK("le_jo({-2, -2}, 2)", le_jo((const int[]){-2, -2, 77}, 2), -2);
    puts("ok src/le_jo.c");
    return 0;
}
