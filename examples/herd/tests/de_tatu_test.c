/* Tests of src/de_tatu.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int de_tatu(const int *idx, int last);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/de_tatu.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/de_tatu.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("de_tatu({3}, 1)", de_tatu((const int[]){3, 77}, 1), 0);
    CHECK("de_tatu({1, 1, 4, -1, -1}, 5)", de_tatu((const int[]){1, 1, 4, -1, -1, 77}, 5), 3);
    CHECK("de_tatu({-2, -2}, 2)", de_tatu((const int[]){-2, -2, 77}, 2), 0);
    CHECK("de_tatu({-1, 3, 3, 7}, 4)", de_tatu((const int[]){-1, 3, 3, 7, 77}, 4), 0);
    CHECK("de_tatu({5, -2}, 2)", de_tatu((const int[]){5, -2, 77}, 2), 1);
    CHECK("de_tatu({-1, 3, -1, 0, 2}, 5)", de_tatu((const int[]){-1, 3, -1, 0, 2, 77}, 5), 0);
    CHECK("de_tatu({2, 1, 4, 3, 4}, 5)", de_tatu((const int[]){2, 1, 4, 3, 4, 77}, 5), 1);
    CHECK("de_tatu({6, 1, 3, -2, 1}, 5)", de_tatu((const int[]){6, 1, 3, -2, 1, 77}, 5), 3);
    CHECK("de_tatu({-1}, 1)", de_tatu((const int[]){-1, 77}, 1), 0);
    CHECK("de_tatu({3, 5, -2, 6}, 4)", de_tatu((const int[]){3, 5, -2, 6, 77}, 4), 2);
    puts("ok src/de_tatu.c");
    return 0;
}
