/* Tests of src/jico.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int jico(int jocu);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/jico.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/jico.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("jico(2)", jico(2), 1);
    CHECK("jico(1)", jico(1), 0);
    CHECK("jico(3)", jico(3), 0);
    CHECK("jico(59)", jico(59), 0);
    CHECK("jico(0)", jico(0), 1);
    CHECK("jico(35)", jico(35), 0);
    CHECK("jico(43)", jico(43), 0);
    CHECK("jico(60)", jico(60), 1);
    CHECK("jico(30)", jico(30), 1);
    CHECK("jico(6)", jico(6), 1);
    puts("ok src/jico.c");
    return 0;
}
