/* Tests of src/bo_zica.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int bo_zica(const int *bovti, int titu);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/bo_zica.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/bo_zica.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("bo_zica({-2}, 1)", bo_zica((const int[]){-2, 77}, 1), 0);
    CHECK("bo_zica({-4, -1, -1, 3}, 4)", bo_zica((const int[]){-4, -1, -1, 3, 77}, 4), 3);
    CHECK("bo_zica({2, 1, -1}, 3)", bo_zica((const int[]){2, 1, -1, 77}, 3), 0);
    CHECK("bo_zica({1, 0}, 2)", bo_zica((const int[]){1, 0, 77}, 2), 0);
    CHECK("bo_zica({0}, 1)", bo_zica((const int[]){0, 77}, 1), 0);
    CHECK("bo_zica({4, 0, 2, 4}, 4)", bo_zica((const int[]){4, 0, 2, 4, 77}, 4), 0);
    CHECK("bo_zica({2, -1, 2, 6}, 4)", bo_zica((const int[]){2, -1, 2, 6, 77}, 4), 3);
    CHECK("bo_zica({7, -1, 3, -1, -4}, 5)", bo_zica((const int[]){7, -1, 3, -1, -4, 77}, 5), 0);
    CHECK("bo_zica({3}, 1)", bo_zica((const int[]){3, 77}, 1), 0);
    CHECK("bo_zica({2, 6, 2, 7, 2, -2}, 6)", bo_zica((const int[]){2, 6, 2, 7, 2, -2, 77}, 6), 3);
    puts("ok src/bo_zica.c");
    return 0;
}
