/* Tests of src/cana_vabe.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int cana_vabe(const int *n, int puwuso);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/cana_vabe.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/cana_vabe.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("cana_vabe({1, 3, 5}, 3)", cana_vabe((const int[]){1, 3, 5, 77}, 3), 9);
    CHECK("cana_vabe({-2, -1, 0, 4}, 4)", cana_vabe((const int[]){-2, -1, 0, 4, 77}, 4), 1);
    CHECK("cana_vabe({3, 7}, 2)", cana_vabe((const int[]){3, 7, 77}, 2), 10);
    CHECK("cana_vabe({-2, -2}, 2)", cana_vabe((const int[]){-2, -2, 77}, 2), -4);
    CHECK("cana_vabe({2, -1, -4, 2}, 4)", cana_vabe((const int[]){2, -1, -4, 2, 77}, 4), -1);
    CHECK("cana_vabe({}, 0)", cana_vabe((const int[]){77}, 0), 0);
    CHECK("cana_vabe({-1, 5}, 2)", cana_vabe((const int[]){-1, 5, 77}, 2), 4);
    CHECK("cana_vabe({1, 0, -2}, 3)", cana_vabe((const int[]){1, 0, -2, 77}, 3), -1);
    CHECK("cana_vabe({4, 7}, 2)", cana_vabe((const int[]){4, 7, 77}, 2), 11);
    CHECK("cana_vabe({1, -2, -2, 2}, 4)", cana_vabe((const int[]){1, -2, -2, 2, 77}, 4), -1);
    puts("ok src/cana_vabe.c");
    return 0;
}
