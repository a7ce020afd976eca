/* Tests of src/timpe.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int timpe(unsigned fah);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/timpe.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/timpe.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("timpe(108)", timpe(108), 2);
    CHECK("timpe(137)", timpe(137), 0);
    CHECK("timpe(255)", timpe(255), 0);
    CHECK("timpe(141)", timpe(141), 0);
    CHECK("timpe(166)", timpe(166), 1);
    CHECK("timpe(2)", timpe(2), 1);
    CHECK("timpe(110)", timpe(110), 1);
    CHECK("timpe(1)", timpe(1), 0);
    CHECK("timpe(117)", timpe(117), 0);
    CHECK("timpe(200)", timpe(200), 3);
    puts("ok src/timpe.c");
    return 0;
}
