/* Tests of src/so_razbus.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int so_razbus(const char *hu);
int so_razbus_ma(unsigned hipeg);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/so_razbus.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/so_razbus.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("so_razbus(\"bc\")", so_razbus("bc"), 1);
    CHECK("so_razbus(\"baccab\")", so_razbus("baccab"), 1);
    CHECK("so_razbus(\"toui1 \")", so_razbus("toui1 "), 1);
    CHECK("so_razbus(\"ocaeaco\")", so_razbus("ocaeaco"), 1);
    CHECK("so_razbus(\"aaa\")", so_razbus("aaa"), 1);
    CHECK("so_razbus(\"boaeaob\")", so_razbus("boaeaob"), 1);
    CHECK("so_razbus(\" c\")", so_razbus(" c"), 1);
    CHECK("so_razbus(\"caac\")", so_razbus("caac"), 1);
    CHECK("so_razbus(\"babbab\")", so_razbus("babbab"), 1);
    CHECK("so_razbus(\"bou ae9\")", so_razbus("bou ae9"), 2);
    CHECK("so_razbus_ma(118)", so_razbus_ma(118), 1);
    CHECK("so_razbus_ma(65)", so_razbus_ma(65), 0);
    CHECK("so_razbus_ma(255)", so_razbus_ma(255), 0);
    CHECK("so_razbus_ma(4)", so_razbus_ma(4), 2);
    CHECK("so_razbus_ma(167)", so_razbus_ma(167), 0);
    CHECK("so_razbus_ma(38)", so_razbus_ma(38), 1);
    CHECK("so_razbus_ma(2)", so_razbus_ma(2), 1);
    CHECK("so_razbus_ma(32)", so_razbus_ma(32), 5);
    CHECK("so_razbus_ma(120)", so_razbus_ma(120), 3);
    CHECK("so_razbus_ma(1)", so_razbus_ma(1), 0);
    puts("ok src/so_razbus.c");
    return 0;
}
