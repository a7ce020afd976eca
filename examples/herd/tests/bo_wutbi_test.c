/* Tests of src/bo_wutbi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int bo_wutbi(int fujdebe, int dovi);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/bo_wutbi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/bo_wutbi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("bo_wutbi(0, 3)", bo_wutbi(0, 3), 0);
    CHECK("bo_wutbi(7307, 9)", bo_wutbi(7307, 9), 0);
    CHECK("bo_wutbi(8719, 1)", bo_wutbi(8719, 1), 1);
    CHECK("bo_wutbi(87, 6)", bo_wutbi(87, 6), 0);
    CHECK("bo_wutbi(1, 0)", bo_wutbi(1, 0), 0);
    CHECK("bo_wutbi(0, 0)", bo_wutbi(0, 0), 0);
    CHECK("bo_wutbi(2399, 1)", bo_wutbi(2399, 1), 0);
    CHECK("bo_wutbi(9999, 9)", bo_wutbi(9999, 9), 4);
    CHECK("bo_wutbi(9999, 7)", bo_wutbi(9999, 7), 0);
    CHECK("bo_wutbi(9999, 2)", bo_wutbi(9999, 2), 0);
    puts("ok src/bo_wutbi.c");
    return 0;
}
