/* Tests of src/jico_rifi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int jico_rifi(const char *tefevit);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/jico_rifi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/jico_rifi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("jico_rifi(\"1\")", jico_rifi("1"), 1);
    CHECK("jico_rifi(\"  eo\")", jico_rifi("  eo"), 0);
    CHECK("jico_rifi(\"ttu\")", jico_rifi("ttu"), 0);
    CHECK("jico_rifi(\"b10\")", jico_rifi("b10"), 0);
    CHECK("jico_rifi(\"ooaoo\")", jico_rifi("ooaoo"), 1);
    CHECK("jico_rifi(\"ababa\")", jico_rifi("ababa"), 1);
    CHECK("jico_rifi(\"o tec\")", jico_rifi("o tec"), 0);
    CHECK("jico_rifi(\"beb\")", jico_rifi("beb"), 1);
    CHECK("jico_rifi(\"\")", jico_rifi(""), 1);
    CHECK("jico_rifi(\"ub ee\")", jico_rifi("ub ee"), 0);
    puts("ok src/jico_rifi.c");
    return 0;
}
