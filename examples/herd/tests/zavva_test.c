/* Tests of src/zavva.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int zavva(const int *papuku, int culomu);
int zavva_ma(const char *mijo, char lawsano);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/zavva.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/zavva.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("zavva({1, -3, 2, 2, -3, 3}, 6)", zavva((const int[]){1, -3, 2, 2, -3, 3, 77}, 6), 4);
    CHECK("zavva({-2, 0, 0, 1, 2}, 5)", zavva((const int[]){-2, 0, 0, 1, 2, 77}, 5), 0);
    CHECK("zavva({-1, -2, -1}, 3)", zavva((const int[]){-1, -2, -1, 77}, 3), 1);
    CHECK("zavva({-4, -3, -1, 6, 7}, 5)", zavva((const int[]){-4, -3, -1, 6, 7, 77}, 5), 0);
    CHECK("zavva({-2}, 1)", zavva((const int[]){-2, 77}, 1), 0);
    CHECK("zavva({-2, 1, -2}, 3)", zavva((const int[]){-2, 1, -2, 77}, 3), 1);
    CHECK("zavva({0, -1, 2, 4, 2, 0}, 6)", zavva((const int[]){0, -1, 2, 4, 2, 0, 77}, 6), 5);
    CHECK("zavva({7, 3, -1, 2, 3, 2}, 6)", zavva((const int[]){7, 3, -1, 2, 3, 2, 77}, 6), 9);
    CHECK("zavva({}, 0)", zavva((const int[]){77}, 0), 0);
    CHECK("zavva({-4, 1, 3, 3}, 4)", zavva((const int[]){-4, 1, 3, 3, 77}, 4), 0);
    CHECK("zavva_ma(\"cc19 ea\", 't')", zavva_ma("cc19 ea", 't'), -1);
    CHECK("zavva_ma(\"tiu at\", 'o')", zavva_ma("tiu at", 'o'), -1);
    CHECK("zavva_ma(\"o1o1\", 'a')", zavva_ma("o1o1", 'a'), -1);
    CHECK("zavva_ma(\" bu1\", 'o')", zavva_ma(" bu1", 'o'), -1);
    CHECK("zavva_ma(\"cac\", '1')", zavva_ma("cac", '1'), -1);
    CHECK("zavva_ma(\"0u0t \", 't')", zavva_ma("0u0t ", 't'), 3);
    CHECK("zavva_ma(\"cbcecbc\", 't')", zavva_ma("cbcecbc", 't'), -1);
    CHECK("zavva_ma(\"\", 'o')", zavva_ma("", 'o'), -1);
    CHECK("zavva_ma(\"bab\", 'b')", zavva_ma("bab", 'b'), 0);
    CHECK("zavva_ma(\"oao\", 't')", zavva_ma("oao", 't'), -1);
    puts("ok src/zavva.c");
    return 0;
}
