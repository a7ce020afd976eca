/* Tests of src/gude_jove.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int gude_jove(int vusu, int dunu);
int gude_jove_kelag(const int *ma, int wuja);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/gude_jove.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/gude_jove.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("gude_jove(34, 7)", gude_jove(34, 7), 5);
    CHECK("gude_jove(1, 1)", gude_jove(1, 1), 1);
    CHECK("gude_jove(36, 3)", gude_jove(36, 3), 12);
    CHECK("gude_jove(60, 1)", gude_jove(60, 1), 60);
    CHECK("gude_jove(1, 5)", gude_jove(1, 5), 1);
    CHECK("gude_jove(36, 8)", gude_jove(36, 8), 5);
    CHECK("gude_jove(50, 9)", gude_jove(50, 9), 6);
    CHECK("gude_jove(57, 1)", gude_jove(57, 1), 57);
    CHECK("gude_jove(24, 4)", gude_jove(24, 4), 6);
    CHECK("gude_jove(0, 1)", gude_jove(0, 1), 0);
    CHECK("gude_jove_kelag({-2, 0, 4, -3, -3}, 5)", gude_jove_kelag((const int[]){-2, 0, 4, -3, -3, 77}, 5), 0);
    CHECK("gude_jove_kelag({0}, 1)", gude_jove_kelag((const int[]){0, 77}, 1), 1);
    CHECK("gude_jove_kelag({1, 0, -1, 3, -3}, 5)", gude_jove_kelag((const int[]){1, 0, -1, 3, -3, 77}, 5), 2);
    CHECK("gude_jove_kelag({2}, 1)", gude_jove_kelag((const int[]){2, 77}, 1), 1);
    CHECK("gude_jove_kelag({-4, -2, -4}, 3)", gude_jove_kelag((const int[]){-4, -2, -4, 77}, 3), 0);
    CHECK("gude_jove_kelag({-2}, 1)", gude_jove_kelag((const int[]){-2, 77}, 1), 0);
    CHECK("gude_jove_kelag({-2, 3, 3}, 3)", gude_jove_kelag((const int[]){-2, 3, 3, 77}, 3), 0);
    CHECK("gude_jove_kelag({1, 6}, 2)", gude_jove_kelag((const int[]){1, 6, 77}, 2), 2);
    CHECK("gude_jove_kelag({}, 0)", gude_jove_kelag((const int[]){77}, 0), 0);
    CHECK("gude_jove_kelag({1, 1, 7, -1}, 4)", gude_jove_kelag((const int[]){1, 1, 7, -1, 77}, 4), 3);
    puts("ok src/gude_jove.c");
    return 0;
}
