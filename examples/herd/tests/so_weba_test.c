/* Tests of src/so_weba.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int so_weba(int wili, int ma, int de);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/so_weba.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/so_weba.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("so_weba(6, 7, 7)", so_weba(6, 7, 7), 1);
    CHECK("so_weba(3, 3, 5)", so_weba(3, 3, 5), 1);
    CHECK("so_weba(9, 8, 4)", so_weba(9, 8, 4), 1);
    CHECK("so_weba(2, 1, 1)", so_weba(2, 1, 1), 0);
    CHECK("so_weba(7, 7, 7)", so_weba(7, 7, 7), 1);
    CHECK("so_weba(2, 3, 1)", so_weba(2, 3, 1), 0);
    CHECK("so_weba(2, 2, 3)", so_weba(2, 2, 3), 1);
    CHECK("so_weba(1, 2, 2)", so_weba(1, 2, 2), 1);
    CHECK("so_weba(3, 5, 3)", so_weba(3, 5, 3), 1);
    CHECK("so_weba(9, 7, 9)", so_weba(9, 7, 9), 1);
    puts("ok src/so_weba.c");
    return 0;
}
