/* Tests of src/de_pawe.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int de_pawe(const int *base, int n);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/de_pawe.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/de_pawe.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("de_pawe({2, 2}, 2)", de_pawe((const int[]){2, 2, 77}, 2), 0);
    CHECK("de_pawe({6, 6}, 2)", de_pawe((const int[]){6, 6, 77}, 2), 0);
    CHECK("de_pawe({1, -3, 1}, 3)", de_pawe((const int[]){1, -3, 1, 77}, 3), 4);
    CHECK("de_pawe({1, -2, -1, -1, 2}, 5)", de_pawe((const int[]){1, -2, -1, -1, 2, 77}, 5), 4);
    CHECK("de_pawe({1, -1, 1}, 3)", de_pawe((const int[]){1, -1, 1, 77}, 3), 2);
    CHECK("de_pawe({2, -2, 2, 5, 0}, 5)", de_pawe((const int[]){2, -2, 2, 5, 0, 77}, 5), 7);
    CHECK("de_pawe({1, 7}, 2)", de_pawe((const int[]){1, 7, 77}, 2), 6);
    CHECK("de_pawe({-1}, 1)", de_pawe((const int[]){-1, 77}, 1), 0);
    CHECK("de_pawe({-1, -1, 2}, 3)", de_pawe((const int[]){-1, -1, 2, 77}, 3), 3);
    CHECK("de_pawe({0, -2, 0}, 3)", de_pawe((const int[]){0, -2, 0, 77}, 3), 2);
    puts("ok src/de_pawe.c");
    return 0;
}
