/* Tests of src/le_kehu.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int le_kehu(const int *ta, int cozo);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/le_kehu.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/le_kehu.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("le_kehu({1, 1}, 2)", le_kehu((const int[]){1, 1, 77}, 2), 2);
    CHECK("le_kehu({}, 0)", le_kehu((const int[]){77}, 0), 0);
    CHECK("le_kehu({-2, -4, 3, 3, 5}, 5)", le_kehu((const int[]){-2, -4, 3, 3, 5, 77}, 5), 63);
    CHECK("le_kehu({0, 0}, 2)", le_kehu((const int[]){0, 0, 77}, 2), 0);
    CHECK("le_kehu({-1, -1}, 2)", le_kehu((const int[]){-1, -1, 77}, 2), 2);
    CHECK("le_kehu({2, -4, 2, 3, 0, -1}, 6)", le_kehu((const int[]){2, -4, 2, 3, 0, -1, 77}, 6), 34);
    CHECK("le_kehu({6, -3, -2, 2}, 4)", le_kehu((const int[]){6, -3, -2, 2, 77}, 4), 53);
    CHECK("le_kehu({-3}, 1)", le_kehu((const int[]){-3, 77}, 1), 9);
    CHECK("le_kehu({3}, 1)", le_kehu((const int[]){3, 77}, 1), 9);
    CHECK("le_kehu({2}, 1)", le_kehu((const int[]){2, 77}, 1), 4);
    puts("ok src/le_kehu.c");
    return 0;
}
