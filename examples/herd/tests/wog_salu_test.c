/* Tests of src/wog_salu.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int wog_salu(int le, int wikivi);
int wog_salu_ta(int a, int b);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/wog_salu.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/wog_salu.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("wog_salu(15, 2)", wog_salu(15, 2), 8);
    CHECK("wog_salu(44, 8)", wog_salu(44, 8), 6);
    CHECK("wog_salu(11, 2)", wog_salu(11, 2), 6);
    CHECK("wog_salu(12, 2)", wog_salu(12, 2), 6);
    CHECK("wog_salu(0, 1)", wog_salu(0, 1), 0);
    CHECK("wog_salu(60, 3)", wog_salu(60, 3), 20);
    CHECK("wog_salu(54, 9)", wog_salu(54, 9), 6);
    CHECK("wog_salu(1, 5)", wog_salu(1, 5), 1);
    CHECK("wog_salu(54, 6)", wog_salu(54, 6), 9);
    CHECK("wog_salu(42, 4)", wog_salu(42, 4), 11);
    CHECK("wog_salu_ta(60, 6)", wog_salu_ta(60, 6), 10);
    CHECK("wog_salu_ta(0, 3)", wog_salu_ta(0, 3), 0);
    CHECK("wog_salu_ta(0, 7)", wog_salu_ta(0, 7), 0);
    CHECK("wog_salu_ta(42, 1)", wog_salu_ta(42, 1), 42);
    CHECK("wog_salu_ta(0, 1)", wog_salu_ta(0, 1), 0);
    CHECK("wog_salu_ta(1, 1)", wog_salu_ta(1, 1), 1);
    CHECK("wog_salu_ta(3, 6)", wog_salu_ta(3, 6), 1);
    CHECK("wog_salu_ta(5, 5)", wog_salu_ta(5, 5), 1);
    CHECK("wog_salu_ta(0, 4)", wog_salu_ta(0, 4), 0);
    CHECK("wog_salu_ta(27, 9)", wog_salu_ta(27, 9), 3);
    puts("ok src/wog_salu.c");
    return 0;
}
