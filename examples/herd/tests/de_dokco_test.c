/* Tests of src/de_dokco.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int de_dokco(const int *fona, int nah);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/de_dokco.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/de_dokco.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("de_dokco({-2}, 1)", de_dokco((const int[]){-2, 77}, 1), -2);
    CHECK("de_dokco({-2, 2, 2, 3, 4, 4}, 6)", de_dokco((const int[]){-2, 2, 2, 3, 4, 4, 77}, 6), 13);
    CHECK("de_dokco({1, -2, 6, -2, -2, 7}, 6)", de_dokco((const int[]){1, -2, 6, -2, -2, 7, 77}, 6), 8);
    CHECK("de_dokco({3, 3}, 2)", de_dokco((const int[]){3, 3, 77}, 2), 6);
    CHECK("de_dokco({6, 2}, 2)", de_dokco((const int[]){6, 2, 77}, 2), 8);
    CHECK("de_dokco({2, 1, 2, 2}, 4)", de_dokco((const int[]){2, 1, 2, 2, 77}, 4), 7);
    CHECK("de_dokco({0, 2, 3}, 3)", de_dokco((const int[]){0, 2, 3, 77}, 3), 5);
    CHECK("de_dokco({0}, 1)", de_dokco((const int[]){0, 77}, 1), 0);
    CHECK("de_dokco({0, -2}, 2)", de_dokco((const int[]){0, -2, 77}, 2), -2);
    CHECK("de_dokco({1, 1}, 2)", de_dokco((const int[]){1, 1, 77}, 2), 2);
    puts("ok src/de_dokco.c");
    return 0;
}
